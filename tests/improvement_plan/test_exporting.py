"""A plan goes out as sheets and comes back the same: nothing is lost on the way."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.utils.timezone import make_aware

from bucks_cs.models import Post, User
from improvement_plan import loading, services
from improvement_plan.exporting import export
from improvement_plan.models import Action, Cost, Plan, ReportLine, Risk, StatusReport
from improvement_plan.picture import kept_now
from improvement_plan.plan_files import as_workbook, from_folder, from_workbook
from improvement_plan.progress import Rating
from improvement_plan.reporting import token_of
from improvement_plan.risks import token_of as rating_token
from improvement_plan.sheets import KINDS, Sheets
from improvement_plan.standing import STANDING
from improvement_plan.workflow import Said
from scorecard.models import Status
from tests.factories import PostFactory
from tests.plan_factories import (
    ActionFactory,
    CostFactory,
    PlanFactory,
    RiskFactory,
    RiskRatingFactory,
    StatusReportFactory,
    UpdateFactory,
)

pytestmark = pytest.mark.django_db

FIXTURES = settings.BASE_DIR / "fixtures" / "plans"
TODAY = date(2026, 11, 26)


def rows(found: Sheets) -> dict[str, list[dict[str, str]]]:
    """What is said, without what is left empty."""
    return {
        name: [{column: text for column, text in row.texts.items() if text} for row in found[name]]
        for name in KINDS
        if found[name]
    }


def there_and_back(plan: Plan) -> Sheets:
    """The plan exported, taken away, and made again from its workbook alone."""
    content = as_workbook(export(plan), title=plan.title)
    ReportLine.objects.all().delete()
    Plan.objects.all().delete()
    loading.load(from_workbook(content), by=None)
    return export(Plan.objects.get(slug=plan.slug))


# ---- the record


def test_both_plans_of_the_record_go_out_as_they_came_in(plan: Plan) -> None:
    for slug in ("improvement-plan", "service-plan"):
        out = export(Plan.objects.get(slug=slug))
        assert rows(out) == rows(from_folder(FIXTURES / slug)), slug
        assert rows(from_workbook(as_workbook(out, title=slug))) == rows(out), slug


def report_progress(action: Action, said: Said, officer: User, manager: User) -> None:
    update = services.save_update(action=action, said=said, seen="", by=officer, today=TODAY)
    update = services.submit(action=action, seen=token_of(update), by=officer, today=TODAY)
    services.approve(update=update, seen=token_of(update), by=manager)


def live_through_a_month(plan: Plan, officer: User, manager: User) -> None:
    """Reports on an action (two on one day), a rated risk, a published report, and corrections."""
    action = plan.actions.get(key="1.1.3")
    late = Said(
        rating=Rating.RED,
        progress="=Not begun,\r\nnor planned.",
        reason="No money.",
        next_steps="A bid.",
        new_due=date(2015, 9, 30),
        due_reason="The bid comes in May.",
    )
    done = Said(
        rating=Rating.GREEN,
        progress="Done after all.",
        evidence="The minutes.",
        completed_on=date(2015, 3, 30),
    )
    report_progress(action, late, officer, manager)
    report_progress(Action.objects.get(pk=action.pk), done, officer, manager)
    draft = plan.actions.get(key="1.1.4")
    services.save_update(action=draft, said=late, seen="", by=officer, today=TODAY)
    risk = plan.risks.get(ref="398")
    for rating, reason in ((Rating.RED, "It happened."), (Rating.AMBER, "It is mended.")):
        services.rate_risk(
            risk=risk,
            rating=rating,
            reason=reason,
            seen=rating_token(risk.ratings.first()),
            by=officer,
            today=TODAY,
        )
    report = services.open_report(plan=plan, month=date(2015, 3, 1), by=manager, today=TODAY)
    publish(report, manager)
    StatusReportFactory(plan=plan, month=date(2015, 1, 1))
    plan.actions.get(key="1.1.1").owners.set([PostFactory(title="Director of Change; and more")])
    plan.actions.get(key="1.1.2").owners.clear()
    Cost.objects.filter(printed="£150").update(amount=150_000)
    Cost.objects.filter(printed="£541k").update(amount=None)
    Plan.objects.filter(pk=plan.pk).update(red_share=40)


def publish(report: StatusReport, manager: User) -> None:
    """As the page does, with a picture long enough to need several cells."""
    report.summary, report.published_by = "It goes on.", manager
    report.published_at = make_aware(datetime.combine(date(2015, 4, 12), datetime.min.time()))
    kept = kept_now(report, date(2015, 3, 31))
    report.frozen = {**kept, "actions": {str(n): "RED" for n in range(20_000)}}
    report.save()


def test_what_happened_since_goes_out_and_comes_back(
    plan: Plan, officer: User, manager: User
) -> None:
    live_through_a_month(plan, officer, manager)
    plan.refresh_from_db()
    before = export(plan)
    standing = {one.key: one for one in plan.actions.all()}
    frozen = plan.reports.get(month=date(2015, 3, 1)).frozen

    after = there_and_back(plan)

    assert rows(after) == rows(before)
    assert len(after["frozen"]) > 1
    assert [(row["date"], row["number"], row["rag"]) for row in after["updates"]] == [
        ("2015-03-31", "", "R"),
        ("2015-03-31", "2", "G"),
    ]
    again = Plan.objects.get(slug=plan.slug)
    for action in again.actions.all():
        was = standing[action.key]
        for name in STANDING:
            assert getattr(action, name) == getattr(was, name), (action.key, name)
    assert again.reports.get(month=date(2015, 3, 1)).frozen == frozen
    line = ReportLine.objects.get(text="Done after all.")
    assert line.update_drawn_from is not None
    assert line.update_drawn_from.progress == "Done after all."
    assert [post.title for post in again.actions.get(key="1.1.1").owners.all()] == [
        "Director of Change; and more"
    ]
    assert not again.actions.get(key="1.1.2").owners.exists()
    assert Cost.objects.get(printed="£150").amount == 150_000
    assert Cost.objects.get(printed="£541k").amount is None
    assert again.red_share == 40


# ---- piece by piece


def said(plan: Plan, sheet: str, column: str) -> list[str]:
    return [row[column] for row in export(plan)[sheet]]


def test_what_nobody_has_agreed_to_stays_at_home() -> None:
    action = ActionFactory()
    for status in (Status.DRAFT, Status.APPROVED):
        UpdateFactory(action=action, status=status, progress=status.value)
    StatusReportFactory(plan=action.plan)
    assert said(action.plan, "updates", "progress") == ["approved"]
    assert said(action.plan, "reports", "month") == []
    assert [row["month"] for row in export(action.plan, drafts=True)["reports"]] == ["2015-03"]


@pytest.mark.parametrize(
    ("printed", "amount", "text"),
    [
        ("£40k", 40_000, ""),
        ("£40k", 45_000, "45000"),
        ("£40k", None, "none"),
        ("£150", None, ""),
        ("£150", Decimal("150000.50"), "150000.50"),
        ("N/A", None, ""),
    ],
)
def test_an_amount_goes_out_where_it_is_not_what_the_printed_text_reads_as(
    printed: str, amount: Any, text: str
) -> None:
    cost = CostFactory(printed=printed, amount=amount)
    assert said(cost.action.plan, "costs", "amount") == [text]


def test_costs_go_out_by_action_and_year_what_is_once_before_what_goes_on() -> None:
    action = ActionFactory()
    for year, kind in (("2015/16", "ongoing"), ("2015/16", "one-off"), ("2014/15", "ongoing")):
        CostFactory(action=action, year=year, kind=kind)
    assert [(row["year"], row["kind"]) for row in export(action.plan)["costs"]] == [
        ("2014/15", "ongoing"),
        ("2015/16", "one-off"),
        ("2015/16", "ongoing"),
    ]


def test_a_risk_goes_out_with_its_printed_rating_and_the_others_with_their_reasons() -> None:
    risk = RiskFactory(ref="1")
    RiskRatingFactory(risk=risk, on=date(2015, 2, 28), reason="", printed_rag="Amber")
    RiskRatingFactory(risk=risk, on=date(2015, 1, 31), rating=Rating.RED, reason="Later written.")
    unrated: Risk = RiskFactory(ref="2", plan=risk.plan)
    found = export(risk.plan)
    assert [(row["rag"], row["date"]) for row in found["risks"]] == [
        ("Amber", "2015-02-28"),
        ("", ""),
    ]
    assert [(row["risk"], row["date"], row["rag"]) for row in found["risk_ratings"]] == [
        ("1", "2015-01-31", "R")
    ]
    assert not unrated.ratings.exists()
    assert rows(there_and_back(risk.plan)) == rows(found)


def test_what_no_cell_can_hold_goes_out_tidy() -> None:
    action = ActionFactory(text="One\r\ntwo\vthree\x07")
    assert said(action.plan, "actions", "text") == ["One\ntwo\nthree"]
    assert as_workbook(export(action.plan), title="x")


def test_the_queries_of_an_export_do_not_grow_with_the_plan(
    django_assert_max_num_queries: Any,
) -> None:
    plan = PlanFactory()
    for _ in range(5):
        action = ActionFactory(plan=plan, division__plan=plan, owned_by=[PostFactory()])
        CostFactory(action=action)
        UpdateFactory(action=action, status=Status.APPROVED)
        RiskRatingFactory(risk__plan=plan)
    for month in (1, 2, 3):
        report = StatusReportFactory(
            plan=plan,
            month=date(2015, month, 1),
            lead=Post.objects.first(),
            published_at=make_aware(datetime(2015, 4, 1)),  # noqa: DTZ001
        )
        ReportLine.objects.create(report=report, kind="target", text="Go on")
    with django_assert_max_num_queries(20):
        export(Plan.objects.get(pk=plan.pk))
