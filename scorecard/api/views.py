"""The scorecard's lists, and the two things that may be written: a draft, and its submission."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import APIView

from bucks_cs.api.lists import DetailView, ListView
from bucks_cs.api.permissions import SignedInRequest
from bucks_cs.api.refusals import GENERAL
from bucks_cs.models import User
from bucks_cs.roles import May, check_may

from ..models import IN_PROGRESS, Area, Measure, Outturn, Snapshot, Source, Status, Target
from ..services import EditConflict, Invalid, NotReady, Refused, save_draft, slots, submit
from . import queries
from .entering import OutturnEntry, Submission
from .seen import SeenOutturn, SeenSnapshot, hidden_from, outturns_seen, snapshots_seen
from .serializers import (
    AreaRow,
    ConflictRow,
    EnteredRow,
    MeasureRow,
    OutturnRow,
    ProblemRow,
    SnapshotRow,
    SubmittedRow,
    TargetRow,
)


class AreasView(ListView):
    """Councils, and what they are compared with."""

    queryset = Area.objects.select_related("neighbours", "region", "nation").prefetch_related(
        "members__area"
    )
    serializer_class = AreaRow
    query_class = queries.AreaQuery
    may_read = May.SEE_PUBLISHED


class AreaView(DetailView):
    """One council or comparator."""

    queryset = AreasView.queryset
    serializer_class = AreaRow
    may_read = May.SEE_PUBLISHED


class MeasuresView(ListView):
    """What is measured, and how it is judged."""

    queryset = Measure.objects.select_related("owner", "document")
    serializer_class = MeasureRow
    query_class = queries.MeasureQuery
    may_read = May.SEE_PUBLISHED


class MeasureView(DetailView):
    """One measure."""

    queryset = MeasuresView.queryset
    serializer_class = MeasureRow
    may_read = May.SEE_PUBLISHED


class TargetsView(ListView):
    """Target profiles: each step holds from its date until the next."""

    queryset = Target.objects.select_related("measure", "document").order_by(
        "measure__order", "measure__code", "starts"
    )
    serializer_class = TargetRow
    query_class = queries.TargetQuery
    may_read = May.SEE_PUBLISHED


class OutturnsView(ListView):
    """Outturns as the reader may see them: counts of 1 to 5, and what is made from them, are `c`
    in place of a number for those who may not see small numbers."""

    serializer_class = OutturnRow
    query_class = queries.OutturnQuery
    may_read = May.SEE_PUBLISHED
    may_write = May.ENTER

    def get_queryset(self) -> QuerySet[Outturn]:
        return (
            self._of_status(self.wanted.get("status", Status.APPROVED))
            .select_related("series__measure", "series__area", "document")
            .order_by("series_id", "period_start", "period_end", "projection", "revision")
        )

    def _of_status(self, status: str) -> QuerySet[Outturn]:
        if status == Status.APPROVED:
            return Outturn.objects.visible_to(self.request.user)
        if status in IN_PROGRESS:
            check_may(self.request.user, May.ENTER)
        return Outturn.objects.open_to(self.request.user)

    def rows(self, found: Sequence[Outturn]) -> Sequence[SeenOutturn]:
        return outturns_seen(found, by=self.request.user)

    def get_renderers(self) -> list[Any]:
        return [JSONRenderer()] if self.request.method == "POST" else super().get_renderers()

    @extend_schema(
        request=OutturnEntry,
        responses={200: EnteredRow, 201: EnteredRow, 409: ConflictRow},
    )
    def post(self, request: SignedInRequest) -> Response:
        """Saves a figure as a draft, by the rules of the form: a new one or a new revision of an
        approved one (201), or a change to the one in progress (200). Sending the same again
        changes nothing. `problems` says what is needed before it can be submitted. For accounts
        that enter figures."""
        entry = OutturnEntry(data=request.data)
        entry.is_valid(raise_exception=True)
        sent = entry.validated_data
        (slot,) = slots([sent["series"]], sent["period"].end)
        try:
            outturn = save_draft(**sent, by=request.user, source=Source.API)
        except Refused as refused:
            return _refusal(refused, by=request.user)
        is_new = slot.current is None or slot.current.pk != outturn.pk
        row = OutturnRow(outturns_seen([outturn], by=request.user)[0]).data
        problems = ProblemRow(slot.problems_of(sent["entered"]), many=True).data
        return Response(
            {**row, "problems": problems},
            status.HTTP_201_CREATED if is_new else status.HTTP_200_OK,
        )


class SubmitView(APIView):
    """Submits drafts and returned figures, all of them or none. What is submitted already stays
    so. For accounts that enter figures."""

    http_method_names = ("post",)
    may_read = may_write = May.ENTER

    @extend_schema(request=Submission, responses={200: SubmittedRow, 409: ConflictRow})
    def post(self, request: SignedInRequest) -> Response:
        submission = Submission(data=request.data)
        submission.is_valid(raise_exception=True)
        versions = submission.versions()
        outturns = list(Outturn.objects.home().filter(pk__in=versions))
        unknown = sorted(set(versions) - {outturn.pk for outturn in outturns})
        if unknown:
            raise ValidationError({"seen": [f"There is no figure {pk}." for pk in unknown]})
        for outturn in outturns:
            outturn.version = versions[outturn.pk]
        try:
            return Response({"submitted": submit(outturns=outturns, by=request.user)})
        except Refused as refused:
            return _refusal(refused, by=request.user)


def _refusal(refused: Refused, *, by: User) -> Response:
    """409 with theirs, or with what is not ready; anything else is 400 by field."""
    theirs, not_ready = None, []
    match refused:
        case EditConflict():
            theirs = OutturnRow(outturns_seen([refused.theirs], by=by)[0]).data
        case NotReady():
            not_ready = [
                {"id": pk, "problems": ProblemRow(problems, many=True).data}
                for pk, problems in refused.problems.items()
            ]
        case Invalid():
            raise ValidationError(
                {problem.field: [problem.message] for problem in refused.problems}
            )
        case _:
            raise ValidationError({GENERAL: [str(refused)]})
    return Response(
        {"detail": str(refused), "theirs": theirs, "not_ready": not_ready},
        status.HTTP_409_CONFLICT,
    )


class SnapshotsView(ListView):
    """What the rules say now of each approved outturn: rating, direction, process limits,
    comparisons."""

    serializer_class = SnapshotRow
    query_class = queries.SnapshotQuery
    may_read = May.SEE_PUBLISHED

    def get_queryset(self) -> QuerySet[Snapshot]:
        theirs = self._outturns().filter(
            series=OuterRef("series"),
            period_start=OuterRef("period_start"),
            period_end=OuterRef("period_end"),
        )
        return (
            Snapshot.objects.filter(Exists(theirs))
            .select_related("series__measure", "series__area")
            .order_by("series_id", "period_start", "period_end")
        )

    def _outturns(self) -> QuerySet[Outturn]:
        """Those that the reader may see; where they look for a rating, no hidden ones: to find
        one by its rating would tell the rating."""
        visible = Outturn.objects.visible_to(self.request.user).actual()
        if "rag" not in self.wanted:
            return visible
        beside = {
            lookup: wanted
            for lookup, wanted in self.wanted.items()
            if lookup not in ("rag", "series__category")
        }
        return visible.exclude(pk__in=hidden_from(self.request.user, **beside).values())

    def rows(self, found: Sequence[Snapshot]) -> Sequence[SeenSnapshot]:
        return snapshots_seen(found, by=self.request.user)
