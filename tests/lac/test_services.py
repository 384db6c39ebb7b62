"""What happens to returns and their figures."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from bucks_cs.models import AuditEvent, Job, JobState, User
from lac import counting, services, store
from lac.files import Wrong
from lac.models import Child, Episode, ImportReport, Retention, Return, Review, Upload
from lac.postcodes import NOWHERE
from scorecard.models import Outturn, Source, Status
from tests.factories import OutturnFactory, SeriesFactory, TargetFactory, UserFactory

from .factories import (
    ImportJobFactory,
    ImportReportFactory,
    ReturnFactory,
    UploadFactory,
    looked_after,
)
from .returns import AN_EPISODE, a_return, invented_returns
from .test_files import read

pytestmark = pytest.mark.django_db

LONG = [AN_EPISODE.replace("2023", "2020")]
MARCH, FEBRUARY = date(2024, 3, 1), date(2024, 2, 1)


def load(*returns: Any, by: User | None = None) -> services.Imported:
    return services.import_returns(
        returns=list(returns), places=NOWHERE, authority="E10000002", by=by
    )


# ---- returns come ------------------------------------------------------------------


def test_a_return_is_stored_and_counted(officer: User) -> None:
    done = load(read(a_return(), "2023-24"), by=officer)
    assert done.loaded["2023/24"]["episodes"] == 1
    kept = Return.objects.get()
    assert (kept.year, kept.authority, kept.imported_by, kept.with_postcodes) == (
        2024, "E10000002", officer, False,
    )  # fmt: skip


def test_the_same_year_again_replaces_and_never_doubles() -> None:
    load(read(a_return(LONG), "2022-23"), read(a_return(), "2023-24"))
    two = a_return(
        [AN_EPISODE, AN_EPISODE.replace("A,", "B,", 1)],
        ["A,1,01/06/2010,,,,", "B,2,01/06/2011,,,,"],
    )
    load(read(two, "2023-24"))
    assert sorted(Return.objects.values_list("year", flat=True)) == [2023, 2024]
    assert Child.objects.filter(of__year=2024).count() == 2
    assert Episode.objects.filter(of__year=2023).count() == 1


def test_one_wrong_row_of_one_year_stores_nothing_and_leaves_what_is_held() -> None:
    load(read(a_return(LONG), "2022-23"))
    wrong = a_return([AN_EPISODE.replace("U4", "Q9")])
    with pytest.raises(Wrong) as refused:
        load(read(a_return(LONG), "2021-22"), read(wrong, "2023-24"))
    assert any("“Q9” is no code of PLACE" in str(one) for one in refused.value.problems)
    assert list(Return.objects.values_list("year", flat=True)) == [2023]


def test_a_doubt_does_not_refuse() -> None:
    done = load(read(a_return([AN_EPISODE.replace("N1", "")]), "2023-24"))
    assert [one.column for one in done.doubts] == ["CIN", ""]
    assert Return.objects.exists()


def test_files_that_a_return_came_without_are_told_with_what_cannot_be_told() -> None:
    done = load(read(a_return(), "2023-24"))
    (doubt,) = done.doubts
    assert str(doubt) == (
        "Return of 2023/24: There is no Reviews and no UASC and no OC2 and no OC3 and no AD1 file. "
        "Not to be told from it: reviews in time, unaccompanied children, health checks, care "
        "leavers, how long adoptions took."
    )
    assert Return.objects.get().files == ["Header", "Episodes"]
    told = {one.code for one in counting.figures(date(2024, 3, 31))}
    assert "cla" in told and not told & {"cla_uasc", "cla_dental_check", "care_leavers"}


def test_files_that_the_return_in_its_place_had_are_told_too() -> None:
    load(read(a_return(), "2023-24"))
    Return.objects.update(files=["Header", "Episodes", "OC2", "AD1"])
    (doubt,) = load(read(a_return(), "2023-24")).doubts
    assert str(doubt).endswith("The return that it takes the place of had OC2 and AD1.")


def test_a_return_with_far_fewer_rows_than_the_one_before_it_is_a_doubt() -> None:
    load(*invented_returns())
    year = date(2024, 3, 31).year
    done = load(read(a_return(), f"{year - 1}-{year % 100}"))
    told = " ".join(map(str, done.doubts))
    assert "rows of episodes, where the return before it had" in told


def test_deleting_a_return_deletes_the_reports_of_its_import() -> None:
    load(read(a_return(), "2023-24"))
    job = ImportJobFactory()
    ImportReport.objects.create(job=job, loaded={"2023/24": {"children": 1}})
    ImportReport.objects.create(job=ImportJobFactory(), loaded={"2022/23": {"children": 1}})
    services.delete_return(held=Return.objects.get(), by=UserFactory())
    assert [list(one.loaded) for one in ImportReport.objects.all()] == [["2022/23"]]
    event = AuditEvent.objects.get(action="deleted rows about children")
    assert event.detail["import reports"] == 1


def test_a_report_is_deleted_before_its_time_and_what_it_loaded_stays(
    officer: User, member: User
) -> None:
    load(read(a_return(), "2023-24"))
    report = ImportReportFactory(problems=[{}, {}], loaded={"2023/24": {"children": 1}})
    with pytest.raises(PermissionDenied):
        services.delete_report(report=report, by=member)
    services.delete_report(report=report, by=officer)
    assert not ImportReport.objects.exists() and Return.objects.exists()
    event = AuditEvent.objects.get(action="deleted an import report")
    assert (event.actor, event.detail) == (officer.display_name, {"problems": 2})


@pytest.mark.parametrize("loaded", [{}, {"2023/24": {"children": 1}}])
@pytest.mark.parametrize(("kept", "gone"), [(400, 31), (5, 6)])
def test_a_report_goes_after_a_month_or_with_the_returns_on_the_day_that_it_says(
    kept: int, gone: int, loaded: dict[str, Any]
) -> None:
    Retention.objects.create(days=kept)
    with time_machine.travel(datetime(2026, 11, 26, 14, 0, tzinfo=UTC), tick=False):
        report = ImportReportFactory(loaded=loaded)
    night = datetime(2026, 11, 26, 3, 0, tzinfo=UTC) + timedelta(days=gone)
    assert services.report_goes(report.job) == night.date()
    assert services.delete_old(night - timedelta(days=1)) == {}
    assert services.delete_old(night) == {"import reports": 1}


def test_a_failure_while_storing_leaves_what_was_held(monkeypatch: pytest.MonkeyPatch) -> None:
    load(read(a_return(), "2023-24"))

    def fail(of: Return, rows: Any) -> dict[str, int]:
        raise RuntimeError

    monkeypatch.setattr("lac.store.write", fail)
    with pytest.raises(RuntimeError):
        load(read(a_return(), "2023-24"))
    assert Episode.objects.filter(of__year=2024).count() == 1


def test_the_audit_trail_has_counts_and_no_child(officer: User) -> None:
    load(read(a_return(), "2023-24"), by=officer)
    event = AuditEvent.objects.get(action="imported statutory returns")
    assert (event.user, event.subject) == (officer, "2023/24")
    assert event.detail == {
        "2023/24": {
            "children": 1, "episodes": 1, "reviews": 0, "care_leavers": 0, "adoptions": 0,
        }
    }  # fmt: skip


def test_no_postcode_is_kept_and_a_carers_number_tells_none(settings: Any) -> None:
    load(read(a_return(), "2023-24"))
    first = Episode.objects.get().carer
    load(read(a_return(), "2023-24"))
    assert Episode.objects.get().carer == first
    settings.SECRET_KEY = "another one, of another server: forty letters and more"
    load(read(a_return(), "2023-24"))
    assert Episode.objects.get().carer != first


@pytest.mark.parametrize("who", ["member", "administrator"])
def test_who_may_not_see_children_imports_none(who: str, request: Any) -> None:
    with pytest.raises(PermissionDenied):
        load(read(a_return(), "2023-24"), by=request.getfixturevalue(who))
    assert not Return.objects.exists()


def test_asking_for_an_import_keeps_the_files_for_the_job(
    officer: User, sent_tasks: Any, django_capture_on_commit_callbacks: Any
) -> None:
    files = [SimpleUploadedFile("Header.csv", b"x"), SimpleUploadedFile("Episodes.csv", b"y")]
    with django_capture_on_commit_callbacks(execute=True):
        job = services.ask_for_import(
            files=files, postcodes=SimpleUploadedFile("p.csv", b"z"), year=2024, by=officer
        )
    assert sent_tasks == [("lac.tasks.import_returns", (job.pk,))]
    assert job.arguments == {"year": 2024}
    kept = Upload.objects.filter(job=job).values_list("name", "is_postcodes")
    assert list(kept) == [("Header.csv", False), ("Episodes.csv", False), ("p.csv", True)]


# ---- figures go into the scorecard -------------------------------------------------


@pytest.fixture
def two_children(measures: Any) -> None:
    looked_after("A", miles=3.0)
    looked_after("B", miles=30.0)


def outturn(code: str, category: str = "") -> Outturn:
    return Outturn.objects.in_progress().get(
        series__measure__code=code, series__category=category, period_end=date(2024, 3, 31)
    )


@pytest.mark.usefixtures("two_children")
def test_confirmed_figures_wait_for_a_manager_marked_with_their_source(officer: User) -> None:
    done = services.confirm(month=MARCH, by=officer)
    share = outturn("placed-within-20-miles")
    assert (share.numerator, share.denominator, share.value) == (1, 2, 50)
    assert (share.status, share.source, share.entered_by) == (
        Status.SUBMITTED, Source.COMPUTED, officer,
    )  # fmt: skip
    assert (outturn("cla").value, outturn("cla").numerator) == (2, None)
    assert done.saved == done.submitted == Outturn.objects.count()
    assert not done.needs_words and not done.left


@pytest.mark.usefixtures("two_children")
def test_a_number_by_category_is_a_series_a_category_and_its_whole(officer: User) -> None:
    services.confirm(month=MARCH, by=officer)
    assert outturn("cla-by-age", "10 to 15").value == 2
    assert outturn("cla-by-age", "Under 1").value == 0
    # Without the whole, a hidden part could be worked out from the others.
    assert outturn("cla-by-age").value == 2


@pytest.mark.usefixtures("two_children")
def test_a_years_figure_goes_in_with_march_only(officer: User) -> None:
    services.confirm(month=FEBRUARY, by=officer)
    assert not Outturn.objects.filter(series__measure__code="cla-started").exists()
    services.confirm(month=MARCH, by=officer)
    assert outturn("cla-started").period.label == "2023/24"


@pytest.mark.usefixtures("two_children")
def test_confirming_again_changes_nothing(officer: User) -> None:
    services.confirm(month=MARCH, by=officer)
    before = list(Outturn.objects.values_list("pk", "version"))
    done = services.confirm(month=MARCH, by=officer)
    assert (done.saved, done.submitted, list(done.left)) == (0, 0, [])
    assert list(Outturn.objects.values_list("pk", "version")) == before


@pytest.mark.usefixtures("two_children")
def test_a_red_figure_stays_a_draft_until_it_has_words(
    officer: User, measures: dict[str, Any]
) -> None:
    TargetFactory(measure=measures["placed-within-20-miles"], value=80)
    done = services.confirm(month=MARCH, by=officer)
    assert [line.code for line in done.needs_words] == ["cla_within_20_miles"]
    assert outturn("placed-within-20-miles").status == Status.DRAFT
    assert outturn("cla").status == Status.SUBMITTED
    assert done.submitted == done.saved - 1


@pytest.mark.usefixtures("two_children")
@pytest.mark.parametrize(
    ("status", "source"), [(Status.DRAFT, Source.TYPED), (Status.SUBMITTED, Source.COMPUTED)]
)
def test_somebodys_draft_and_what_waits_for_a_manager_are_left(
    status: Status, source: Source, officer: User, measures: dict[str, Any]
) -> None:
    series = SeriesFactory(measure=measures["cla"])
    OutturnFactory(series=series, month=MARCH, value=3, status=status, source=source)
    done = services.confirm(month=MARCH, reason="Counted anew.", by=officer)
    assert outturn("cla").value == 3
    assert [line.code for line in done.left] == ["cla"]


@pytest.mark.usefixtures("two_children")
def test_a_draft_counted_before_is_counted_anew(officer: User, measures: dict[str, Any]) -> None:
    TargetFactory(measure=measures["placed-within-20-miles"], value=80)
    services.confirm(month=MARCH, by=officer)
    Outturn.objects.filter(status=Status.DRAFT).update(commentary="Carers are far away.")
    looked_after("C", miles=40.0)
    store.forget()
    done = services.confirm(month=MARCH, by=officer)
    share = outturn("placed-within-20-miles")
    assert (share.numerator, share.denominator) == (1, 3)
    assert (share.commentary, share.status) == ("Carers are far away.", Status.SUBMITTED)
    assert {line.code for line in done.left} == {"cla", "cla_by_age"}  # they wait for a manager


@pytest.mark.usefixtures("two_children")
def test_an_approved_figure_is_revised_only_with_a_reason(
    officer: User, measures: dict[str, Any]
) -> None:
    series = SeriesFactory(measure=measures["cla"])
    approved = OutturnFactory(series=series, month=MARCH, value=3)
    done = services.confirm(month=MARCH, reason=" ", by=officer)
    assert [line.code for line in done.left] == ["cla"]
    services.confirm(month=MARCH, reason="A late return.", by=officer)
    revised = outturn("cla")
    assert (revised.revision, revised.value, revised.reason) == (2, 2, "A late return.")
    approved.refresh_from_db()
    assert (approved.status, approved.value) == (Status.APPROVED, 3)


@pytest.mark.usefixtures("two_children")
def test_an_approved_figure_that_agrees_is_left_alone(
    officer: User, measures: dict[str, Any]
) -> None:
    series = SeriesFactory(measure=measures["placed-within-20-miles"])
    OutturnFactory(series=series, month=MARCH, value=50)
    services.confirm(month=MARCH, reason="A late return.", by=officer)
    assert Outturn.objects.filter(series=series).count() == 1


@pytest.mark.usefixtures("measures")
def test_nobody_to_count_out_of_is_not_applicable(officer: User) -> None:
    ReturnFactory()
    services.confirm(month=MARCH, by=officer)
    assert outturn("placed-within-20-miles").absence == "not_applicable"
    assert outturn("cla").value == 0


@pytest.mark.usefixtures("two_children")
def test_a_month_that_no_return_covers_is_refused(officer: User) -> None:
    with pytest.raises(services.Refused, match="No return covers April 2024"):
        services.confirm(month=date(2024, 4, 1), by=officer)


@pytest.mark.usefixtures("two_children")
def test_a_manager_who_confirms_cannot_approve_it(manager: User) -> None:
    from scorecard import services as ledger

    services.confirm(month=MARCH, by=manager)
    with pytest.raises(ledger.Refused, match="you entered this"):
        ledger.approve(seen={outturn("cla").pk: outturn("cla").version}, by=manager)


@pytest.mark.parametrize("who", ["member", "administrator"])
@pytest.mark.usefixtures("two_children")
def test_who_may_not_see_children_confirms_nothing(who: str, request: Any) -> None:
    person = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        services.confirm(month=MARCH, by=person)
    with pytest.raises(PermissionDenied):
        services.ask_to_confirm(first=MARCH, last=MARCH, reason="", by=person)
    with pytest.raises(PermissionDenied):
        services.look_at_children(line=counting.lines(MARCH)[0], month=MARCH, by=person)
    assert not Outturn.objects.exists() and not Job.objects.exists()


@pytest.mark.usefixtures("two_children")
def test_words_added_to_a_counted_draft_leave_it_counted(
    officer: User, measures: dict[str, Any]
) -> None:
    from scorecard import services as ledger
    from scorecard.entry import Entered

    TargetFactory(measure=measures["placed-within-20-miles"], value=80)
    services.confirm(month=MARCH, by=officer)
    draft = outturn("placed-within-20-miles")
    words = Entered(numerator=draft.numerator, denominator=draft.denominator, commentary="Why.")
    saved = ledger.save_draft(
        series=draft.series, period=draft.period, entered=words, seen=None, by=officer
    )
    assert (saved.commentary, saved.source) == ("Why.", Source.COMPUTED)


# ---- and go ------------------------------------------------------------------------

NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)


@pytest.fixture
def old_and_new() -> None:
    """A return imported a year and two months ago, and one of yesterday."""
    Retention.objects.create(days=400)
    with time_machine.travel(NOW - timedelta(days=401), tick=False):
        looked_after("OLD", of=ReturnFactory(year=2024))
        ImportReportFactory()
    with time_machine.travel(NOW - timedelta(days=1), tick=False):
        ReturnFactory(year=2025)
        ImportReportFactory()


@pytest.mark.usefixtures("old_and_new")
def test_returns_and_reports_whose_time_is_over_go() -> None:
    deleted = services.delete_old(NOW)
    assert deleted == {"returns": 1, "children": 1, "episodes": 1, "import reports": 1}
    assert list(Return.objects.values_list("year", flat=True)) == [2025]
    assert ImportReport.objects.count() == 1
    assert not Child.objects.exists()


@pytest.mark.usefixtures("old_and_new")
def test_their_going_is_in_the_audit_trail_with_counts() -> None:
    services.delete_old(NOW)
    event = AuditEvent.objects.get(action="deleted rows about children")
    assert (event.actor, event.subject) == ("the system", "2023/24")
    assert event.detail == {"returns": 1, "children": 1, "episodes": 1, "import reports": 1}
    assert services.delete_old(NOW) == {}
    assert AuditEvent.objects.filter(action="deleted rows about children").count() == 1


@pytest.mark.usefixtures("two_children")
def test_the_figures_counted_stay(officer: User) -> None:
    services.confirm(month=MARCH, by=officer)
    services.delete_old(timezone.now() + timedelta(days=401))
    assert not Return.objects.exists()
    assert outturn("cla").value == 2


@pytest.mark.parametrize(("days", "left"), [(400, 1), (401, 0)])
def test_a_return_is_kept_for_its_last_day(days: int, left: int) -> None:
    Retention.objects.create(days=400)
    with time_machine.travel(NOW - timedelta(days=days), tick=False):
        ReturnFactory()
    services.delete_old(NOW)
    assert Return.objects.count() == left


def test_nobody_set_it_and_it_is_400_days() -> None:
    assert Retention.current().days == 400


def test_files_whose_job_has_ended_go_and_others_wait() -> None:
    UploadFactory(job=ImportJobFactory(state=JobState.CANCELLED))
    waiting = UploadFactory(job=ImportJobFactory(state=JobState.QUEUED))
    services.delete_old(NOW)
    assert list(Upload.objects.all()) == [waiting]


def test_a_return_is_deleted_before_its_time(officer: User, member: User) -> None:
    child = looked_after("A")
    Review.objects.create(of=child.of, child="A", on=date(2024, 1, 1))
    with pytest.raises(PermissionDenied):
        services.delete_return(held=child.of, by=member)
    services.delete_return(held=child.of, by=officer)
    assert not Child.objects.exists() and not Episode.objects.exists()
    event = AuditEvent.objects.get(action="deleted rows about children")
    assert event.detail == {"returns": 1, "children": 1, "episodes": 1, "reviews": 1}
