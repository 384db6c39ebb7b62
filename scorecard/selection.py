"""Which month, which edition of it and which rows a person asks for, in a page's address.

A page and its downloads read the same address, so a file holds what its page shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils import timezone

from bucks_cs.lib.periods import add_months, day_label, month_key, month_label, parse_month
from bucks_cs.models import Post, User
from bucks_cs.roles import May

from .models import Outturn, Publication, Snapshot
from .monthly import Scorecard, as_published, known_now
from .presenters import ScorecardRow
from .rag import Rag

NAMES = ("month", "edition", "theme", "rag", "owner")
RAG_CHOICES = {
    "exception": "Exceptions",
    **{code.name.lower(): code.label for code in Rag},
    "hidden": "Hidden",
}


@dataclass(frozen=True, slots=True)
class Selection:
    """What is asked for; `edition` is None for the month as it is known now."""

    month: date
    edition: int | None = None
    theme: str = ""
    rag: str = ""
    owner: int | None = None

    @classmethod
    def of(cls, query: QueryDict, month: date) -> Selection:
        """The selection in an address, of the month that it names or else of this one. Raises
        Http404, in words, where the month or the edition is none."""
        asked = {name: str(query.get(name, "")) for name in NAMES}
        try:
            if asked["month"]:
                month = parse_month(asked["month"])
            edition = int(asked["edition"]) if asked["edition"] else None
            owner = int(asked["owner"]) if asked["owner"] else None
        except ValueError as error:
            raise Http404(str(error)) from error
        rag = asked["rag"] if asked["rag"] in RAG_CHOICES else ""
        return cls(month, edition, asked["theme"], rag, owner)

    @property
    def filtered(self) -> bool:
        return bool(self.theme or self.rag or self.owner)

    def query(self, *, month: bool = True) -> str:
        """The selection as an address has it."""
        parts = {
            "month": month_key(self.month) if month else "",
            "edition": self.edition or "",
            "theme": self.theme,
            "rag": self.rag,
            "owner": self.owner or "",
        }
        return urlencode({name: value for name, value in parts.items() if value})

    def at(self, **changes: Any) -> str:
        """The page's address with something else chosen."""
        return f"{reverse('home')}?{replace(self, **changes).query()}"

    def file(self, file_type: str) -> str:
        """The address of the same selection as a file."""
        path = reverse("download-scorecard", args=[self.month, file_type])
        query = self.query(month=False)
        return f"{path}?{query}" if query else path

    def scorecard(self, user: User) -> Scorecard:
        """The month that is asked for, as this person may see it, unfiltered. Raises Http404
        where there is no such edition."""
        if self.edition is None:
            return known_now(self.month, user)
        publication = Publication.objects.filter(month=self.month, edition=self.edition).first()
        if publication is None:
            raise Http404(f"{month_label(self.month)} has no edition {self.edition}.")
        return as_published(publication, user)

    def lets_through(self, row: ScorecardRow) -> bool:
        rag = self.rag
        return (
            (not self.theme or row.theme == self.theme)
            and (self.owner is None or row.owner_id == self.owner)
            and (
                not rag
                or any(
                    part.is_exception if rag == "exception" else part.rag.name.lower() == rag
                    for part in (row, *row.parts)
                )
            )
        )

    def words(self) -> str:
        """The filters in words, for paper and for files."""
        said = []
        if self.theme:
            said.append(f"theme {self.theme}")
        if self.rag:
            said.append(f"RAG {RAG_CHOICES[self.rag].lower()}")
        if self.owner:
            post = Post.objects.filter(pk=self.owner).first()
            said.append(f"owner {post.title if post else self.owner}")
        return f"Only {', '.join(said)}" if said else "All measures"


def state_words(scorecard: Scorecard) -> str:
    """As published on 7 April 2015; or as known now, and whether it has been published. A month
    that was reopened since says so, and why."""
    publication = scorecard.publication
    if publication is None:
        return "As known now; the month has not been published"
    said = f"published on {published_words(publication, scorecard)}"
    if publication.reopened_at:
        said += f", reopened on {_day(publication.reopened_at)}: {publication.reopened_reason}"
    return f"As {said}" if scorecard.as_published else f"As known now; {said}"


def published_words(publication: Publication, scorecard: Scorecard) -> str:
    """7 April 2015; with the edition's number where there are several."""
    day = _day(publication.published_at)
    return f"{day} (edition {publication.edition})" if len(scorecard.editions) > 1 else day


def _day(moment: datetime) -> str:
    return day_label(timezone.localtime(moment).date())


class NotPublished(Http404):
    """A month of which this person may see nothing yet."""

    def __init__(self, month: date) -> None:
        super().__init__(f"{month_label(month)} has not been published yet.")
        self.month = month


def check_month(month: date, user: User, months: Sequence[date]) -> None:
    """Raises `NotPublished` where the month is none of those that this person may see; those who
    may see unpublished months may look at any, be it empty."""
    if month not in months and not user.may(May.SEE_UNPUBLISHED):
        raise NotPublished(month)


def months_for(user: User, published: Iterable[date], around: date | None) -> list[date]:
    """The months of which this person may see figures, latest first: those published, those
    that stand in a published document, and, for those who may see unpublished months, those
    with figures within two years of a month (None: of any)."""
    home = settings.HOME_AREA
    if user.may(May.SEE_UNPUBLISHED):
        # Every approved figure has a snapshot.
        snapshots = Snapshot.objects.filter(series__area__code=home).order_by()
        if around:
            snapshots = snapshots.filter(
                period_start__range=(add_months(around, -24), add_months(around, 24))
            )
        found = set(snapshots.values_list("period_end", flat=True).distinct())
    else:
        documented = Outturn.objects.approved().actual().filter(document__isnull=False)
        printed = documented.filter(series__area__code=home).order_by()
        found = set(printed.values_list("period_end", flat=True).distinct())
    return sorted({end.replace(day=1) for end in found}.union(published), reverse=True)
