"""What each list may be asked for."""

from __future__ import annotations

from rest_framework import serializers

from bucks_cs.api.fields import Code, Month, Text, Word, YesNo
from bucks_cs.api.lists import Query
from bucks_cs.lib.periods import last_day

from ..models import PERIOD_KINDS, AreaKind, Status, Unit
from ..rag import Polarity, Rag


class AreaQuery(Query):
    kind = serializers.ChoiceField(AreaKind.choices, required=False)


class MeasureQuery(Query):
    theme = Text(max_length=100, required=False)
    unit = serializers.ChoiceField(Unit.choices, required=False)
    frequency = serializers.ChoiceField(PERIOD_KINDS, required=False)
    polarity = Word(Polarity, required=False)
    on_scorecard = YesNo(required=False)
    active = YesNo(required=False)


class TargetQuery(Query):
    measure = Code(source="measure__code", required=False, help_text="Its code.")
    theme = Text(source="measure__theme", max_length=100, required=False)


class FigureQuery(Query):
    """What figures of a series in a period may be asked for."""

    measure = Code(source="series__measure__code", required=False, help_text="Its code.")
    area = Code(source="series__area__code", required=False, help_text="Its code.")
    category = Text(
        source="series__category",
        max_length=100,
        allow_blank=True,
        required=False,
        help_text="Empty for the whole.",
    )
    theme = Text(source="series__measure__theme", max_length=100, required=False)
    month = Month(
        lambda first: (first, last_day(first)),
        source="period_end__range",
        required=False,
        help_text="Periods that end in this month.",
    )
    from_ = Month(
        source="period_end__gte",
        required=False,
        help_text="Periods that end in this month or later.",
    )
    to = Month(
        last_day,
        source="period_end__lte",
        required=False,
        help_text="Periods that end in this month or earlier.",
    )


class OutturnQuery(FigureQuery):
    period_kind = serializers.ChoiceField(PERIOD_KINDS, required=False)
    projection = YesNo(required=False)
    status = serializers.ChoiceField(
        Status.choices,
        required=False,
        help_text="Approved figures if not given; earlier revisions of them are superseded. "
        "Drafts, submitted and returned figures are for those who enter figures.",
    )


class SnapshotQuery(FigureQuery):
    rag = Word(Rag, required=False)
