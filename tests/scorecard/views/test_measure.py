"""Every measure, and one measure's page."""

import json
from datetime import date

import pytest

from bucks_cs.models import AuditEvent
from scorecard import services
from scorecard.models import Measure, Note, Outturn, Publication
from tests.factories import MeasureFactory, SeriesFactory, history

ASSESSMENTS = "/measures/assessments-45-days/"


def html(response):
    return response.content.decode()


# --- the list ---


def test_the_list_has_every_measure_by_theme_with_its_latest_figure(published, as_member):
    page = html(as_member.get("/measures/"))
    assert page.count('class="govuk-link" href="/measures/') == Measure.objects.count()
    assert "Placed within 20 miles of home" in page
    assert "39.0%" in page
    assert "31 March 2017" in page
    assert "In parts" in page


# --- one measure ---


def test_the_chart_has_the_finding_as_its_title_and_its_figures_in_the_page(published, as_member):
    page = html(as_member.get(f"{ASSESSMENTS}?month=2015-02"))
    assert (
        "Assessments in 45 days fell to 63.0% in February 2015, "
        "27.0 percentage points below the 90.0% target: red</h2>"
    ) in page
    figure = page.split('id="measure-chart-figure" type="application/json">')[1].split("<")[0]
    assert len(json.loads(figure)["data"]) >= 7
    assert "plotly-basic" in page


def test_the_page_says_all_that_is_known_of_a_measure(published, as_member):
    page = html(as_member.get(f"{ASSESSMENTS}?month=2015-02"))
    for said in (
        "This is worse by more than the usual variation.",
        "Average 77.1%; process limits 67.2% to 86.9%",
        "Target: 90.0% from 1 February 2015, 100.0% from 1 January 2016.",
        "Higher is better",
        "amber within 5 percentage points of it",
        "% assessments completed in 45 days",
        "Families need to know quickly",
        "Document 003",
        "Annex A /Ofsted Baseline/ June",
        "As known now, figures to February 2015",
    ):
        assert said in page


def test_what_is_only_watched_is_not_said_to_be_rated(published, as_member):
    page = html(as_member.get("/measures/looked-after-rate/"))
    assert "Not rated: neither a high nor a low figure is taken to be good" in page
    assert "Green at or better than target" not in page


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("repeat-referrals", "A figure within 5 percentage points of the other is called similar."),
        ("looked-after-rate", "There is no tolerance, so every difference counts, however small."),
    ],
)
def test_what_similar_means_is_said_beside_the_comparators(code, said, published, as_member):
    assert said in html(as_member.get(f"/measures/{code}/?month=2015-02"))


@pytest.mark.parametrize("code", ["pathway-plans-16-18", "pathway-plans-care-leavers"])
@pytest.mark.parametrize("address", ["/?month=2015-02", "/measures/{}/?month=2015-02"])
def test_two_months_foretell_nothing(address, code, published, as_member):
    page = html(as_member.get(address.format(code)))
    rows = [part for part in page.split("<tr") if f"/measures/{code}/" in part]
    for told in rows or [page]:
        assert "consistently" not in told


def test_the_latest_figure_is_the_same_in_the_list_and_on_the_page(published, as_member):
    """An average of the year 2016/17 stands beside the figure of its last day."""
    page = html(as_member.get("/measures/child-protection-plans-reviewed-on-time/"))
    assert "stood at 91% on 31 March 2017, 4 percentage points below the 95% target: amber" in page


def test_all_that_is_known_includes_what_came_after_a_gap(published, as_member):
    page = html(as_member.get(ASSESSMENTS))
    assert "stood at 96.0% on 31 March 2017, 4.0 percentage points below the 100.0% target" in page


def test_where_the_printed_rating_differs_both_are_said(published, as_member):
    Outturn.objects.filter(printed_rag="Red").update(printed_rag="Green")
    page = html(as_member.get(f"{ASSESSMENTS}?month=2015-02"))
    assert "February 2015: printed Green, Red by the rule. 63.0% against 90.0%" in page


@pytest.mark.parametrize("code", ["sickness-rate", "referral-rate", "ks1-maths-expected"])
def test_a_measure_in_parts_with_a_projection_or_without_a_figure_has_a_page(
    code, published, as_officer
):
    assert as_officer.get(f"/measures/{code}/").status_code == 200


@pytest.mark.parametrize(
    "address",
    ["/measures/nothing/", f"{ASSESSMENTS}?month=soon", f"{ASSESSMENTS}?area=nowhere"],
)
def test_what_is_no_measure_month_or_area_is_no_page(address, published, as_member):
    assert as_member.get(address).status_code == 404


def test_a_small_number_is_nowhere_on_a_members_page(as_member, as_officer):
    measure = MeasureFactory(code="m", unit="count", decimals=2)
    history(SeriesFactory(measure=measure), 7.11, 4.37, 8.22)
    for month in (date(2014, 12, 1), date(2015, 1, 1), date(2015, 2, 1)):
        Publication.objects.create(month=month, published_at="2015-04-07T00:00Z")
    services.compute_snapshots()
    assert "4.37" in html(as_officer.get("/measures/m/"))
    page = html(as_member.get("/measures/m/"))
    assert "4.37" not in page
    assert "8.22" in page
    assert "6.57" not in page  # the mean, from which it could be worked out
    assert "4.37" not in html(as_member.get("/measures/"))


# --- notes ---


def test_an_officer_pins_a_note_that_everybody_then_sees(published, as_officer, as_member):
    response = as_officer.post(
        f"{ASSESSMENTS}notes/", {"note_month": "2015-01", "text": "A new case system"}
    )
    assert response.status_code == 302
    assert response["Location"] == f"{ASSESSMENTS}#notes"
    note = Note.objects.get()
    assert (note.month, note.text, note.by.username) == (
        date(2015, 1, 1), "A new case system", "officer"
    )  # fmt: skip
    assert AuditEvent.objects.filter(action="pinned a note").exists()
    page = html(as_member.get(ASSESSMENTS))
    assert "Note 1: A new case system" in page
    assert "January 2015" in page
    assert "Pin a note to a month" not in page


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ({"note_month": "2015-01", "text": " "}, "Write the note."),
        ({"note_month": "soon", "text": "A new case system"}, "is not a month"),
    ],
)
def test_a_note_that_cannot_be_pinned_says_why_and_keeps_what_was_typed(
    typed, refusal, published, as_officer
):
    response = as_officer.post(f"{ASSESSMENTS}notes/", typed)
    assert response.status_code == 422
    page = html(response)
    assert refusal in page
    assert 'href="#note-text"' in page
    assert typed["text"].strip() in page
    assert not Note.objects.exists()


def test_a_member_may_pin_nothing(published, as_member):
    response = as_member.post(f"{ASSESSMENTS}notes/", {"note_month": "2015-01", "text": "No"})
    assert response.status_code == 403
    assert not Note.objects.exists()


# --- who, and how ---


@pytest.mark.parametrize("address", ["/measures/", ASSESSMENTS])
def test_somebody_who_is_not_signed_in_is_asked_to(address, client, db):
    response = client.get(address)
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("address", ["/measures/", ASSESSMENTS])
def test_pages_are_only_read(address, as_officer):
    assert as_officer.post(address).status_code == 405


def test_a_note_is_not_pinned_by_following_a_link(as_officer):
    assert as_officer.get(f"{ASSESSMENTS}notes/").status_code == 405


def test_somebody_who_is_not_signed_in_pins_nothing(client, published):
    response = client.post(f"{ASSESSMENTS}notes/", {"note_month": "2015-01", "text": "No"})
    assert response.status_code == 302
    assert not Note.objects.exists()
