"""Papers and what they say, as their pages and files say it: no more than a member may read."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from rest_framework import serializers

from bucks_cs.api.fields import Month
from bucks_cs.api.lists import DetailView, ListView, Query
from bucks_cs.roles import May

from ..models import Kind, Paper, PaperFile, State
from ..quarters import Quarter
from .serializers import PaperDetail, PaperRow


class PaperQuery(Query):
    kind = serializers.ChoiceField(Kind.choices, required=False, help_text="Which paper.")
    quarter = Month(
        lambda first: Quarter.containing(first).start,
        source="quarter_from",
        required=False,
        help_text="A month of it, written 2015-02.",
    )
    state = serializers.ChoiceField(State.choices, required=False)


FILES = Prefetch("files", PaperFile.objects.defer("content"))


class PapersView(ListView):
    """Papers, the latest quarter first. Who writes no papers sees those that are issued."""

    serializer_class = PaperRow
    query_class = PaperQuery
    may_read = May.SEE_PUBLISHED

    def get_queryset(self) -> QuerySet[Paper]:
        seen = Paper.objects.visible_to(self.request.user)
        return seen.defer("content", "final").prefetch_related(FILES)


class PaperView(DetailView):
    """One paper, by its number, with all that it says: sections, numbered paragraphs, tables as
    text and number, charts as figures."""

    lookup_field = "pk"
    lookup_url_kwarg = "code"
    serializer_class = PaperDetail
    may_read = May.SEE_PUBLISHED

    def get_queryset(self) -> QuerySet[Any]:
        user: Any = self.request.user
        if getattr(self, "swagger_fake_view", False):
            return Paper.objects.all()
        seen = Paper.objects.visible_to(user)
        return seen.select_related("corrects").prefetch_related(FILES, "passages")
