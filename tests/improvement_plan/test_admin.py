"""The plans' settings: an administrator keeps what is planned, and all that changes is told. How
things stand changes through reports alone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bucks_cs.admin import site
from bucks_cs.models import AuditEvent
from improvement_plan.admin import PlanPartAdmin
from improvement_plan.models import (
    Action,
    Answer,
    Cost,
    Division,
    Mapping,
    Objective,
    Plan,
    PostName,
    Risk,
    RiskRating,
    StatusReport,
    SuccessMeasure,
    Update,
)
from improvement_plan.progress import Rating
from improvement_plan.sheets import KINDS
from scorecard.models import Document, Status
from tests.factories import MeasureFactory, PostFactory
from tests.plan_factories import (
    ActionFactory,
    CostFactory,
    DivisionFactory,
    ObjectiveFactory,
    PlanFactory,
    RecommendationFactory,
    RiskFactory,
    RiskRatingFactory,
    StatusReportFactory,
    SuccessMeasureFactory,
    UpdateFactory,
)

pytestmark = pytest.mark.django_db

OURS = [model for model in site._registry if model._meta.app_label == "improvement_plan"]


def last() -> AuditEvent:
    return AuditEvent.objects.latest("pk")


def page(thing: Any, name: str = "change") -> str:
    at = [thing.pk] if name != "add" else []
    return reverse(f"admin:improvement_plan_{thing._meta.model_name}_{name}", args=at)


def form_of(client: Client, address: str) -> dict[str, Any]:
    """What the page would send if nothing were changed."""
    response = client.get(address)
    assert response.status_code == 200
    sent = {}
    for field in response.context["adminform"].form:
        value = field.value()
        if value is True:
            sent[field.html_name] = "on"
        elif value is not None and value is not False:
            sent[field.html_name] = value
    return sent


def save(client: Client, address: str, **changes: Any) -> None:
    response = client.post(address, form_of(client, address) | changes)
    assert response.status_code == 302, response.context["errors"]


def errors(client: Client, address: str, **changes: Any) -> str:
    response = client.post(address, form_of(client, address) | changes)
    assert response.status_code == 200
    return str(response.context["errors"])


def choices(client: Client, address: str, field: str) -> list[str]:
    form = client.get(address).context["adminform"].form
    return [str(label) for value, label in form.fields[field].choices if value]


@pytest.fixture
def action() -> Action:
    division = DivisionFactory(plan__slug="a-plan", plan__short_title="A plan", key="1", ref="1")
    one: Action = ActionFactory(
        division=division,
        objective=ObjectiveFactory(division=division, key="1.1"),
        key="1.1.1",
        owned_by=[PostFactory(title="Chief Executive")],
    )
    return one


# ---- every page


def test_every_kind_of_record_of_a_plan_is_there() -> None:
    through = {Action.owners.through}
    assert {*OURS} == {*apps.get_app_config("improvement_plan").get_models()} - through


def test_what_can_be_changed_has_a_sheet_to_be_checked_by() -> None:
    kept = [site._registry[model] for model in OURS]
    assert all(one.sheet in KINDS for one in kept if isinstance(one, PlanPartAdmin))


@pytest.mark.usefixtures("plan")
def test_every_page_opens_on_the_real_record(as_administrator: Client) -> None:
    UpdateFactory(action=Action.objects.first())
    for model in OURS:
        name = f"admin:improvement_plan_{model._meta.model_name}"
        assert as_administrator.get(reverse(f"{name}_changelist")).status_code == 200, name
        one = model._default_manager.first()
        assert one is not None
        address = reverse(f"{name}_change", args=[one.pk])
        assert as_administrator.get(address).status_code == 200, name
        added = isinstance(site._registry[model], PlanPartAdmin)
        wanted = 200 if added else 403
        assert as_administrator.get(reverse(f"{name}_add")).status_code == wanted, name


def test_only_an_administrator_comes_in(action: Action, as_manager: Client) -> None:
    assert as_manager.get(page(action), follow=True).status_code == 403
    assert as_manager.get("/admin/improvement_plan/", follow=True).status_code == 403


# ---- what stays


@pytest.mark.parametrize(
    "field", ["rating", "due_date", "ongoing", "completed_on", "due_text", "printed_rag", "key"]
)
def test_how_an_action_stands_and_what_is_printed_of_it_cannot_be_typed_over(
    field: str, action: Action, as_administrator: Client
) -> None:
    before = getattr(action, field)
    save(as_administrator, page(action), **{field: "3"})
    action.refresh_from_db()
    assert getattr(action, field) == before


@pytest.mark.parametrize("model", [Update, RiskRating, StatusReport])
def test_what_was_reported_is_only_read(model: Any, as_administrator: Client) -> None:
    one: Any = {
        Update: UpdateFactory,
        RiskRating: RiskRatingFactory,
        StatusReport: StatusReportFactory,
    }[model]()
    assert as_administrator.get(page(one)).status_code == 200
    assert as_administrator.post(page(one), {}).status_code == 403
    assert as_administrator.post(page(one, "delete"), {"post": "yes"}).status_code == 403


def test_what_has_been_reported_on_cannot_be_removed(
    action: Action, as_administrator: Client
) -> None:
    UpdateFactory(action=action, status=Status.APPROVED)
    for thing in (action, action.division, action.plan):
        as_administrator.post(page(thing, "delete"), {"post": "yes"})
    assert Action.objects.filter(pk=action.pk).exists()
    Update.objects.all().delete()
    assert as_administrator.post(page(action, "delete"), {"post": "yes"}).status_code == 302
    assert not Action.objects.exists()
    assert last().action == "removed action"


def test_a_record_stays_in_its_plan(action: Action, as_administrator: Client) -> None:
    save(as_administrator, page(action), plan=PlanFactory().pk)
    assert Action.objects.get().plan == action.plan


@pytest.mark.parametrize(
    ("factory", "fields"),
    [
        (SuccessMeasureFactory, "name target_text current_text printed_rag"),
        (ActionFactory, "text owners_text ref"),
        (DivisionFactory, "title outcome sponsor"),
        (ObjectiveFactory, "title"),
        (RecommendationFactory, "text made_by"),
        (PlanFactory, "title vision"),
    ],
)
def test_what_a_document_prints_stays_as_printed_and_its_note_may_change(
    factory: Any, fields: str, as_administrator: Client
) -> None:
    paper = Document.objects.create(code="003", title="Agenda", date=date(2015, 4, 7))
    one = factory(document=paper, locator="Page 3")
    changes = dict.fromkeys(fields.split(), "G")
    save(
        as_administrator, page(one), document="", locator="x", source_note="A misprint.", **changes
    )
    after = type(one).objects.get(pk=one.pk)
    for name in (*changes, "document", "locator"):
        assert getattr(after, name) == getattr(one, name), name
    assert after.source_note == "A misprint."
    assert as_administrator.post(page(one, "delete"), {"post": "yes"}).status_code == 403
    assert page(one, "delete") not in as_administrator.get(page(one)).content.decode()


def test_what_belongs_to_a_printed_record_stays_with_it(as_administrator: Client) -> None:
    paper = Document.objects.create(code="003", title="Agenda", date=date(2015, 4, 7))
    action = ActionFactory(document=paper)
    recommendation = RecommendationFactory(plan=action.plan, document=paper)
    of: dict[str, Any] = {"recommendation": recommendation}
    printed = Answer.objects.create(action=action, basis="printed", **of)
    ours = Answer.objects.create(action=ActionFactory(plan=action.plan), basis="words", **of)
    mapping = Mapping.objects.create(division=action.division, printed_in="Overview", **of)
    for one in (CostFactory(action=action), printed, mapping):
        assert as_administrator.post(page(one, "delete"), {"post": "yes"}).status_code == 403
    assert as_administrator.post(page(ours, "delete"), {"post": "yes"}).status_code == 302


def test_a_plan_with_a_report_is_not_taken_away(as_administrator: Client) -> None:
    plan: Plan = StatusReportFactory().plan
    assert as_administrator.post(page(plan, "delete"), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("many", [False, True])
def test_what_goes_with_a_plan_is_told(
    many: bool, action: Action, as_administrator: Client
) -> None:
    RiskFactory(plan=action.plan)
    CostFactory(action=action)
    chosen = {"action": "delete_selected", "_selected_action": action.plan.pk, "post": "yes"}
    where = reverse("admin:improvement_plan_plan_changelist")
    as_administrator.post(where if many else page(action.plan, "delete"), chosen)
    assert not Plan.objects.exists()
    event = AuditEvent.objects.get(action="removed a plan’s parts")
    assert (event.subject, event.actor) == ("A plan", "administrator")
    assert event.detail == {"divisions": 1, "objectives": 1, "actions": 1, "costs": 1, "risks": 1}


def test_a_day_that_cannot_be_meant_is_refused(as_administrator: Client) -> None:
    found = errors(as_administrator, page(PlanFactory()), read_at="0001-01-01")
    assert "is not between 1990 and 2100" in found
    found = errors(as_administrator, page(RiskFactory()), closed_on="2101-01-01")
    assert "is not between 1990 and 2100" in found


# ---- what can be kept


def test_risks_and_costs_are_told_with_their_plan(action: Action, as_administrator: Client) -> None:
    save(as_administrator, page(RiskFactory(plan=action.plan, ref="1")), mitigation="Train them.")
    assert last().subject == "A plan, Risk 1"
    save(as_administrator, page(CostFactory(action=action)), amount="45000")
    assert last().subject == "A plan, 1.1.1, 2014/15 one-off: £40k"
    as_administrator.post(page(Cost.objects.get(), "delete"), {"post": "yes"})
    assert (last().action, last().subject) == (
        "removed cost",
        "A plan, 1.1.1, 2014/15 one-off: £40k",
    )


def test_owners_are_read_again_when_that_is_asked_for(
    action: Action, as_administrator: Client
) -> None:
    head = PostFactory(title="Head of Help")
    PostName.objects.create(plan=action.plan, post=head, ref="HoH", also="Helper")
    Action.objects.update(owners_text="Helper")
    other = ActionFactory(division=action.division, owners_text="Nobody", owned_by=[head])
    chosen = {"action": "read_owners", "_selected_action": [action.pk, other.pk]}
    where = reverse("admin:improvement_plan_action_changelist")
    response = as_administrator.post(where, chosen, follow=True)
    assert "Actions with other owners than before: 1." in response.content.decode()
    assert (list(action.owners.all()), list(other.owners.all())) == ([head], [head])
    event = AuditEvent.objects.get(action="changed owners")
    assert event.detail["after"] == {"owners": ["Head of Help"]}


def test_a_post_that_gets_another_title_is_still_known_by_its_old_one(
    action: Action, as_administrator: Client
) -> None:
    post = action.owners.get()
    name = PostName.objects.create(plan=action.plan, post=post, ref="CEO", also="The Chief")
    for title in ("Managing Director", "Managing director", "Chief Executive Officer"):
        save(as_administrator, reverse("admin:bucks_cs_post_change", args=[post.pk]), title=title)
    name.refresh_from_db()
    assert name.also == "The Chief; Chief Executive; Managing director"
    told = AuditEvent.objects.filter(action="changed post name")
    assert [event.subject for event in told] == ["A plan, CEO"] * 2


def test_a_changed_text_is_told_before_and_after(action: Action, as_administrator: Client) -> None:
    save(as_administrator, page(action), text="Do it well")
    assert (last().action, last().actor) == ("changed action", "administrator")
    assert last().detail == {"before": {"text": "Do 1.1.1"}, "after": {"text": "Do it well"}}


def test_changed_owners_are_told_by_their_posts(action: Action, as_administrator: Client) -> None:
    other = PostFactory(title="Director")
    save(as_administrator, page(action), owners=[other.pk])
    assert list(action.owners.all()) == [other]
    (event,) = AuditEvent.objects.all()
    assert (event.action, event.subject) == ("changed owners", "A plan, action 1.1.1")
    assert event.detail == {
        "before": {"owners": ["Chief Executive"]},
        "after": {"owners": ["Director"]},
    }


def test_nothing_changed_is_nothing_told(action: Action, as_administrator: Client) -> None:
    save(as_administrator, page(action))
    assert not AuditEvent.objects.exists()


def test_an_action_that_is_added_is_read_as_one_that_is_loaded(
    action: Action, as_administrator: Client
) -> None:
    save(
        as_administrator,
        page(action, "add"),
        plan=action.plan.pk,
        division=action.division.pk,
        key="1.1.2",
        text="Do more",
        due_text="Sept 15",
        printed_rag="G",
        owners=[action.owners.get().pk],
    )
    added = Action.objects.get(key="1.1.2")
    assert (added.due_date, added.rating) == (date(2015, 9, 30), Rating.GREEN)
    assert {event.action for event in AuditEvent.objects.all()} == {
        "added action",
        "changed owners",
    }


def test_an_amount_that_cannot_be_read_may_be_said(as_administrator: Client) -> None:
    cost = CostFactory(printed="£150", amount=None)
    save(
        as_administrator,
        page(cost),
        amount="150000",
        printed="£150k",
        source_note="A k is missing.",
    )
    cost.refresh_from_db()
    assert (cost.amount, cost.printed) == (Decimal(150_000), "£150")
    assert last().detail["after"]["amount"] == "150000"
    assert "greater than or equal to 0" in errors(as_administrator, page(cost), amount="-1")
    assert Cost.objects.get().amount == 150_000


def test_a_success_measure_is_tied_to_a_measure_of_the_scorecard(as_administrator: Client) -> None:
    one = SuccessMeasureFactory(measure=None)
    measure = MeasureFactory(code="repeats")
    save(as_administrator, page(one), measure=measure.pk)
    assert SuccessMeasure.objects.get().measure == measure
    assert last().detail["after"]["measure"] == str(measure)


def test_a_risk_is_closed_and_its_ratings_stay(as_administrator: Client) -> None:
    risk = RiskRatingFactory().risk
    save(as_administrator, page(risk), closed_on="2015-03-31")
    assert Risk.objects.get().closed_on == date(2015, 3, 31)
    assert RiskRating.objects.exists()


# ---- what a plan holds together


def test_what_is_offered_is_of_the_same_plan(action: Action, as_administrator: Client) -> None:
    DivisionFactory(plan__short_title="Another", key="9", ref="9")
    assert choices(as_administrator, page(action), "division") == ["Workstream 1"]
    assert choices(as_administrator, page(action, "add"), "division") == [
        "A plan, Workstream 1",
        "Another, Workstream 9",
    ]


def test_parts_of_different_plans_are_not_put_together(
    action: Action, as_administrator: Client
) -> None:
    recommendation = RecommendationFactory()
    for model, field in (
        (Mapping, {"division": action.division.pk}),
        (Answer, {"action": action.pk}),
    ):
        address = reverse(f"admin:improvement_plan_{model._meta.model_name}_add")
        given = {"recommendation": recommendation.pk, "basis": "printed", **field}
        assert "parts of different plans" in errors(as_administrator, address, **given)
        assert not model._default_manager.exists()
    wrong = {"plan": PlanFactory().pk, "division": action.division.pk, "key": "x", "title": "x"}
    assert "parts of different plans" in errors(
        as_administrator, reverse("admin:improvement_plan_objective_add"), **wrong
    )


def test_an_objective_is_of_the_division(action: Action, as_administrator: Client) -> None:
    other = ObjectiveFactory(
        division=DivisionFactory(plan=action.plan, key="2", ref="2"), key="2.1"
    )
    found = errors(as_administrator, page(action), objective=other.pk)
    assert "Objective 2.1 is of Workstream 2." in found


@pytest.mark.parametrize(
    ("address", "field", "text", "said"),
    [
        ("plan", "slug", "queries", "is the address of another page"),
        ("division", "key", "a/b", "cannot be a key"),
        ("action", "printed_rag", "purple", "is not a rating"),
        ("cost", "year", "2015", "is not a financial year"),
        ("risk", "ref", "a b", "cannot be a key"),
    ],
)
def test_settings_take_what_a_workbook_takes(
    address: str, field: str, text: str, said: str, as_administrator: Client
) -> None:
    page = reverse(f"admin:improvement_plan_{address}_add")
    assert said in errors(as_administrator, page, **{field: text})


def test_a_text_is_no_longer_than_a_cell_holds(action: Action, as_administrator: Client) -> None:
    assert "at most 30000 characters" in errors(as_administrator, page(action), text="x" * 30_001)


def test_the_same_key_twice_is_refused(action: Action, as_administrator: Client) -> None:
    given = {"plan": action.plan.pk, "key": "1", "title": "Again"}
    address = reverse("admin:improvement_plan_division_add")
    assert "already exists" in errors(as_administrator, address, **given)
    assert Division.objects.count() == 1


def test_the_queries_of_a_list_do_not_grow(action: Action, as_administrator: Client) -> None:
    def asked(model: Any) -> int:
        address = reverse(f"admin:improvement_plan_{model._meta.model_name}_changelist")
        with CaptureQueriesContext(connection) as queries:
            as_administrator.get(address)
        return len(queries)

    models = (Action, Objective, Division, Cost, SuccessMeasure, Risk, Mapping, Answer)

    def add() -> None:
        recommendation = RecommendationFactory(plan=action.plan)
        Mapping.objects.create(recommendation=recommendation, division=action.division)
        Answer.objects.create(recommendation=recommendation, action=action, basis="printed")
        ActionFactory(division=action.division)
        ObjectiveFactory(division=action.division)
        CostFactory(action=action, year=f"20{Cost.objects.count() + 10}/11")
        SuccessMeasureFactory(division=action.division, measure=MeasureFactory())
        RiskFactory(plan=action.plan)

    add()
    few = [asked(model) for model in models]
    for _ in range(5):
        add()
    assert [asked(model) for model in models] == few


def test_a_plan_is_kept_with_its_red_share_as_a_per_cent(as_administrator: Client) -> None:
    plan: Plan = PlanFactory()
    save(as_administrator, page(plan), red_share="40")
    assert Plan.objects.get().red_share == 40
    assert "less than or equal to 100" in errors(as_administrator, page(plan), red_share="101")
