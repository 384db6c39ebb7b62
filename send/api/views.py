"""SEND and education in figures: those of the ledger. Nothing about a child comes this way."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import OuterRef, Q, QuerySet, Subquery

from bucks_cs.api.fields import Code, Day, Text
from bucks_cs.api.lists import ListView, Query
from bucks_cs.roles import May
from scorecard.api.seen import SeenOutturn, outturns_seen
from scorecard.api.serializers import OutturnRow
from scorecard.models import Outturn, Series

THEMES = ("SEND", "Education")
"""How the themes begin of the measures that it is about."""


class SummaryQuery(Query):
    day = Day(
        required=False,
        help_text="The latest figures whose period ends by this day; the latest of all if not "
        "given.",
    )
    measure = Code(source="series__measure__code", required=False, help_text="Its code.")
    category = Text(
        source="series__category",
        max_length=100,
        allow_blank=True,
        required=False,
        help_text="Empty for the whole.",
    )


class SummaryView(ListView):
    """The council's figures on SEND and education: the latest of each measure and category, or the
    latest by a day. Counts of 1 to 5, and what is made from them, are `c` in place of a number for
    those who may not see small numbers."""

    serializer_class = OutturnRow
    query_class = SummaryQuery
    may_read = May.SEE_PUBLISHED

    def get_queryset(self) -> QuerySet[Outturn]:
        mine = Outturn.objects.visible_to(self.request.user).actual().home()
        until = self.wanted.pop("day", None)
        if until:
            mine = mine.filter(period_end__lte=until)
        themes = Q()
        for theme in THEMES:
            themes |= Q(measure__theme__startswith=theme)
        newest = mine.filter(series=OuterRef("pk")).order_by("-period_end", "-period_start")
        keys = Series.objects.filter(themes).values_list(Subquery(newest.values("pk")[:1]))
        return (
            mine.filter(pk__in=keys)
            .select_related("series__measure", "series__area", "document")
            .order_by("series__measure__order", "series__measure__code", "series_id")
        )

    def rows(self, found: Sequence[Outturn]) -> Sequence[SeenOutturn]:
        return outturns_seen(found, by=self.request.user)
