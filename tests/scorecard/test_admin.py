"""The ledger's settings: changed by an administrator, told in the audit trail, and followed by
a recompute where the rules read them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from bucks_cs.models import AuditEvent
from scorecard.models import (
    GroupMember,
    Measure,
    PublishedFigure,
    Rebase,
    Series,
    Target,
)
from tests.factories import AreaFactory, MeasureFactory, SeriesFactory, TargetFactory, history

pytestmark = pytest.mark.django_db


@pytest.fixture
def measure() -> Measure:
    measure: Measure = MeasureFactory(code="re-referrals")
    TargetFactory(measure=measure, starts=date(2014, 4, 1), value=Decimal(25))
    return measure


def last() -> AuditEvent:
    return AuditEvent.objects.latest("pk")


def form_of(client: Client, address: str) -> dict[str, Any]:
    """What the page would send if nothing were changed."""
    response = client.get(address)
    assert response.status_code == 200
    forms = [response.context["adminform"].form]
    for inline in response.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.initial_forms]
    sent = {}
    for form in forms:
        for field in form:
            value = field.value()
            if value is True:
                sent[field.html_name] = "on"
            elif value is not None and value is not False:
                sent[field.html_name] = value
    return sent


def save(client: Client, address: str, **changes: Any) -> None:
    response = client.post(address, form_of(client, address) | changes)
    assert response.status_code == 302, response.context["errors"]


def page(thing: Any) -> str:
    return f"/admin/scorecard/{thing._meta.model_name}/{thing.pk}/change/"


@pytest.fixture
def requested(monkeypatch: pytest.MonkeyPatch) -> list[date]:
    months: list[date] = []
    monkeypatch.setattr("scorecard.admin.snapshots.request", months.append)
    return months


def test_a_changed_target_is_told_with_before_and_after(
    measure: Measure, as_administrator: Client
) -> None:
    save(as_administrator, page(measure), **{"targets-0-value": "23"})

    assert Target.objects.get().value == 23
    assert last().action == "changed target"
    assert last().actor == "administrator"
    assert last().detail == {"before": {"value": "25.0000"}, "after": {"value": "23"}}


def test_a_target_may_begin_later(measure: Measure, as_administrator: Client) -> None:
    step = {"targets-1-starts": "2016-01-01", "targets-1-value": "23", "targets-TOTAL_FORMS": "2"}
    save(as_administrator, page(measure), **step)

    assert list(measure.targets.values_list("starts", "value")) == [
        (date(2014, 4, 1), 25),
        (date(2016, 1, 1), 23),
    ]
    assert last().action == "added target"


@pytest.mark.parametrize("value", ["-5", "100.5", "2500"])
def test_a_percentage_has_no_target_that_no_figure_could_meet(
    value: str, measure: Measure, as_administrator: Client
) -> None:
    address = page(measure)
    sent = form_of(as_administrator, address) | {"targets-0-value": value}
    response = as_administrator.post(address, sent)

    assert "A percentage is from 0 to 100." in response.content.decode()
    assert Target.objects.get().value == 25


@pytest.mark.parametrize(("value", "added"), [("-5", False), ("90", True)])
def test_a_new_measure_comes_with_its_targets(
    value: str, added: bool, as_administrator: Client
) -> None:
    sent = {
        **{"code": "new", "name": "% new", "short_name": "New", "theme": "Front door"},
        **{"order": "1", "unit": "percent", "frequency": "month", "decimals": "1"},
        **{"polarity": "1", "tolerance": "5", "tolerance_kind": "1"},
        **{"targets-TOTAL_FORMS": "1", "targets-INITIAL_FORMS": "0"},
        **{"targets-0-starts": "2015-04-01", "targets-0-value": value},
    }
    as_administrator.post("/admin/scorecard/measure/add/", sent)

    assert Target.objects.filter(measure__code="new").exists() is added
    assert Measure.objects.exists() is added


def test_a_removed_target_stays_in_the_trail(measure: Measure, as_administrator: Client) -> None:
    save(as_administrator, page(measure), **{"targets-0-DELETE": "on"})

    assert not Target.objects.exists()
    assert last().action == "removed target"
    assert last().detail["removed"]["value"] == "25.0000"


def test_polarity_is_told_in_words(measure: Measure, as_administrator: Client) -> None:
    save(as_administrator, page(measure), polarity="-1")

    assert last().detail["before"] == {"polarity": "Higher is better"}
    assert last().detail["after"] == {"polarity": "Lower is better"}


@pytest.mark.parametrize(
    "change",
    [
        {"tolerance": "3"},
        {"tolerance_kind": "2"},
        {"polarity": "-1"},
        {"targets-0-value": "23"},
        {"targets-0-DELETE": "on"},
    ],
)
def test_a_changed_rule_is_followed_from_the_earliest_figure_it_touches(
    change: dict[str, str], measure: Measure, as_administrator: Client, requested: list[date]
) -> None:
    history(SeriesFactory(measure=measure), 80, 81, 82, until=date(2015, 2, 1))
    history(SeriesFactory(), 80, until=date(2013, 1, 1))
    save(as_administrator, page(measure), **change)

    assert requested == [date(2014, 12, 1)]


@pytest.mark.parametrize("change", [{}, {"name": "Another name"}, {"definition": "What it is"}])
def test_words_are_no_rule(
    change: dict[str, str], measure: Measure, as_administrator: Client, requested: list[date]
) -> None:
    history(SeriesFactory(measure=measure), 80)
    save(as_administrator, page(measure), **change)

    assert requested == []


def test_a_rebase_needs_its_reason_and_is_followed(
    measure: Measure, as_administrator: Client, requested: list[date]
) -> None:
    series: Series = SeriesFactory(measure=measure)
    history(series, 80, 81, 82, until=date(2015, 2, 1))
    rebase = {"rebases-TOTAL_FORMS": "1", "rebases-0-month": "2015-01-01"}
    address = page(series)
    refused = as_administrator.post(address, form_of(as_administrator, address) | rebase)

    assert "This field is required." in refused.content.decode()
    assert not Rebase.objects.exists()

    save(as_administrator, address, **rebase, **{"rebases-0-reason": "A new team took over."})
    assert Rebase.objects.get().reason == "A new team took over."
    assert last().action == "added rebase"
    assert requested == [date(2014, 12, 1)]


def test_a_member_leaves_a_group_only_with_a_reason(as_administrator: Client) -> None:
    group = AreaFactory(code="statistical-neighbours", kind="group")
    GroupMember.objects.create(group=group, area=AreaFactory(code="surrey"))
    leave = {"members-0-withdrawn_from": "2014-04-01"}
    address = page(group)
    refused = as_administrator.post(address, form_of(as_administrator, address) | leave)

    assert refused.status_code == 200
    assert GroupMember.objects.get().withdrawn_from is None

    why = {"members-0-reason": "Its return was withdrawn."}
    backwards = leave | why | {"members-0-withdrawn_to": "2013-04-01"}
    refused = as_administrator.post(address, form_of(as_administrator, address) | backwards)
    assert "end it no earlier" in refused.content.decode()

    save(as_administrator, address, **leave, **why)
    assert GroupMember.objects.get().withdrawn_from == date(2014, 4, 1)
    assert last().action == "changed group member"


def test_other_comparators_are_followed(as_administrator: Client, requested: list[date]) -> None:
    series = SeriesFactory()
    history(series, 80, 81, until=date(2015, 2, 1))
    england = AreaFactory(code="england", kind="nation")
    save(as_administrator, page(series.area), nation=england.pk)

    assert requested == [date(2015, 1, 1)]
    assert last().detail["after"] == {"nation": "England"}


def test_what_was_published_stays_as_it_was(published: None, as_administrator: Client) -> None:
    before = list(PublishedFigure.objects.order_by("pk").values())
    measure = Measure.objects.filter(targets__isnull=False).first()
    assert measure and before
    save(as_administrator, page(measure), tolerance="0", **{"targets-0-value": "1"})

    assert list(PublishedFigure.objects.order_by("pk").values()) == before


def test_the_code_and_the_unit_stay_once_there_are_figures(
    measure: Measure, as_administrator: Client
) -> None:
    save(as_administrator, page(measure), code="repeat-referrals", unit="count")
    measure.refresh_from_db()
    assert (measure.code, measure.unit) == ("repeat-referrals", "count")

    history(SeriesFactory(measure=measure), 26)
    save(as_administrator, page(measure), code="another", unit="percent", name="Told better")
    measure.refresh_from_db()
    assert (measure.code, measure.unit) == ("repeat-referrals", "count")
    assert measure.name == "Told better"


def test_the_request_reaches_the_worker(
    measure: Measure,
    as_administrator: Client,
    sent_tasks: list[Any],
    django_capture_on_commit_callbacks: Any,
) -> None:
    history(SeriesFactory(measure=measure), 80, until=date(2015, 2, 1))
    with django_capture_on_commit_callbacks(execute=True):
        save(as_administrator, page(measure), tolerance="3")

    assert sent_tasks == [("scorecard.tasks.compute_month", ("2015-02",))]
