"""This month at a glance, as each person sees it."""

from datetime import date
from html.parser import HTMLParser

import pytest
from django.urls import reverse

from bucks_cs.models import Post
from scorecard import services
from scorecard.models import Measure, Outturn, Publication
from tests.factories import MeasureFactory, OutturnFactory, SeriesFactory, history


class Words(HTMLParser):
    """The text of a page, its white space evened out."""

    def __init__(self, html):
        super().__init__()
        self.said = []
        self.feed(html)

    def handle_data(self, data):
        self.said.append(data)

    def __str__(self):
        return " ".join(" ".join(self.said).split())


def words(response):
    return str(Words(response.content.decode()))


# --- the finding and the lists ---


@pytest.mark.parametrize("person", ["as_officer", "as_member", "as_manager", "as_administrator"])
def test_everybody_sees_the_latest_published_month_first(person, published, request):
    response = request.getfixturevalue(person).get("/")
    assert response.status_code == 200
    page = words(response)
    assert "February 2015: 5 of 8 scorecard measures are red, 3 amber, none green" in page
    assert "As known now; published on 7 April 2015." in page


def test_the_short_lists_say_what_is_exceptional_and_what_is_more_than_noise(published, as_member):
    page = words(as_member.get("/"))
    assert "Assessments in 45 days 63.0% , 27.0 points below the 90.0% target" in page
    assert (
        "Assessments in 45 days concerning, low or falling: outside the process limits "
        "(provisional: 11 points)"
    ) in page
    assert "up 59.0 points from 8.0% in January 2015" in page
    assert "Section 47 enquiries leading to a conference not stated in the document" in page


def test_a_row_says_all_of_a_measure(published, as_member):
    html = as_member.get("/").content.decode()
    row = html[html.index(">Repeat referrals</a>", html.index("<table")) :].split("</tr>")[0]
    for said in ("26.0%", "25.0%", "Amber", "Improved", "by 4.0 points", "No significant change",
                 "May meet or miss the target", "provisional: 11 points", "28.1%",
                 "South East: similar", "2014", 'class="sparkline"'):  # fmt: skip
        assert said in row


def test_the_parts_of_a_measure_stand_under_it(published, as_member):
    page = words(as_member.get("/?month=2015-01"))
    assert "Sickness rate" in page
    assert "Family Resilience Service 9.8%" in page


def test_an_officer_sees_what_is_not_in_yet(published, as_officer):
    page = words(as_officer.get("/?month=2015-04"))
    assert "April 2015: no figures are in yet" in page
    assert "Assessments in 45 days not in yet" in page


# --- which month, which edition ---


def test_another_month_can_be_chosen_and_the_neighbouring_ones_are_linked(published, as_member):
    page = as_member.get("/?month=2015-01").content.decode()
    assert "January 2015: none of 8 scorecard measures can be rated" in page
    assert 'href="?month=2014-12"' in page
    assert 'href="?month=2015-02"' in page


def test_the_month_as_published_stays_when_a_figure_is_revised(published, as_member):
    outturn = Outturn.objects.get(
        series__measure__code="assessments-45-days", period_end=date(2015, 2, 28)
    )
    publication = Publication.objects.get()
    Outturn.objects.filter(pk=outturn.pk).update(
        status="superseded", superseded_at=publication.published_at.replace(month=6)
    )
    OutturnFactory(
        series=outturn.series, value=92, revision=2, reason="Late records", document=None,
        approved_at=publication.published_at.replace(month=6),
    )  # fmt: skip
    services.compute_snapshots()
    now, then = words(as_member.get("/")), words(as_member.get("/?edition=1"))
    assert "4 of 8 scorecard measures are red, 3 amber, 1 green" in now
    assert "Revised since publication: was 63.0%" in now
    assert "5 of 8 scorecard measures are red" in then
    assert "As published on 7 April 2015." in then
    assert "See it as known now" in then


def test_a_member_is_told_that_a_month_is_not_published_yet(published, as_member):
    response = as_member.get("/?month=2015-03")
    assert response.status_code == 404
    page = words(response)
    assert "March 2015 has not been published yet" in page
    assert "See February 2015, the latest month published" in page


def test_a_reopened_month_says_so_and_why_until_it_is_published_again(
    published, manager, as_member
):
    services.reopen(month=date(2015, 2, 1), reason="A slip.", by=manager)
    for query in ("", "?edition=1"):
        page = words(as_member.get(f"/{query}"))
        assert "published on 7 April 2015, reopened on" in page
        assert ": A slip." in page
    services.publish(month=date(2015, 2, 1), by=manager)
    now, first = words(as_member.get("/")), words(as_member.get("/?edition=1"))
    assert ": A slip." not in now
    assert "See it as published on 7 April 2015 (edition 1)" in now
    assert "(edition 2)" in now
    assert "As published on 7 April 2015 (edition 1), reopened on" in first


@pytest.mark.parametrize(
    "query", ["month=2015-13", "month=february", "edition=9", "edition=x", "owner=x"]
)
def test_what_is_no_month_edition_or_owner_is_no_page(query, published, as_member):
    assert as_member.get(f"/?{query}").status_code == 404


def test_before_anything_is_published_a_member_is_told_so(as_member):
    response = as_member.get("/")
    assert response.status_code == 200
    assert "No figures yet" in words(response)


# --- filters ---


def shown(response):
    return [
        row.name for table in response.context["tables"] for _, rows in table["themes"]
        for row in rows
    ]  # fmt: skip


def test_rows_are_filtered_by_theme_rating_and_owner(published, as_member):
    owner = Post.objects.create(title="Head of First Response")
    Measure.objects.filter(code="repeat-referrals").update(owner=owner)
    assert len(shown(as_member.get("/"))) == 36
    assert "Contacts passed to MASH" in shown(as_member.get("/?theme=Front door and assessment"))
    assert len(shown(as_member.get("/?rag=red"))) == 5
    assert len(shown(as_member.get("/?rag=exception"))) == 5
    assert shown(as_member.get(f"/?owner={owner.pk}")) == ["Repeat referrals"]
    response = as_member.get("/?rag=red&theme=Care leavers")
    assert shown(response) == ["Pathway plans, care leavers"]
    page = words(response)
    assert "Only theme Care leavers, RAG red: 1 of 36 measures." in page
    assert "5 of 8 scorecard measures are red" in page


def test_a_filter_that_nothing_passes_says_so(published, as_member):
    assert "No measure fits." in words(as_member.get("/?rag=green"))


def test_the_downloads_keep_the_filters_and_the_edition(published, as_member):
    page = as_member.get("/?edition=1&rag=red").content.decode()
    address = reverse("download-scorecard", args=[date(2015, 2, 1), "xlsx"])
    assert f'href="{address}?edition=1&amp;rag=red"' in page


def test_paper_says_which_month_state_and_filter_it_shows(published, as_member):
    page = words(as_member.get("/?rag=red"))
    state = "As known now; published on 7 April 2015."
    assert f"Buckinghamshire, February 2015. {state} Only RAG red." in page


# --- small numbers ---


def test_a_small_number_is_nowhere_on_a_members_page(as_member, as_officer):
    measure = MeasureFactory(unit="count", decimals=2, numerator_label="", denominator_label="")
    series = SeriesFactory(measure=measure)
    history(series, 7, 4.37, 8)
    for month in (date(2014, 12, 1), date(2015, 1, 1), date(2015, 2, 1)):
        Publication.objects.create(month=month, published_at="2015-04-07T00:00Z")
    services.compute_snapshots()
    assert "4.37" in as_officer.get("/?month=2015-01").content.decode()
    page = as_member.get("/?month=2015-01").content.decode()
    assert "4.37" not in page
    assert "Hidden: a small number" in page
    assert "4.37" not in as_member.get("/?month=2015-02").content.decode()


# --- who, and how ---


def test_somebody_who_is_not_signed_in_is_asked_to(client):
    response = client.get("/")
    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=/"


def test_an_account_that_was_closed_sees_nothing(member, signed_in):
    client = signed_in(member)
    type(member).objects.filter(pk=member.pk).update(is_active=False)
    assert client.get("/").status_code == 302


def test_the_page_is_only_read(as_member):
    assert as_member.post("/").status_code == 405


def test_thirty_measures_take_as_many_queries_as_three(as_member, django_assert_max_num_queries):
    def queries():
        services.compute_snapshots()
        with django_assert_max_num_queries(25) as counted:
            assert as_member.get("/?month=2015-02").status_code == 200
        return len(counted)

    Publication.objects.create(month=date(2015, 2, 1), published_at="2015-04-07T00:00Z")
    for _ in range(3):
        history(SeriesFactory(), 70, 71, 72)
    few = queries()
    for _ in range(27):
        history(SeriesFactory(), 70, 71, 72)
    assert queries() == few
