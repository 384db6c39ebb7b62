"""Words from figures: what they say, and that they never say more."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.sentences import Evidence, Peer, Stands, paragraph, sentences, stands
from scorecard.findings import Facts, number
from scorecard.rag import Polarity, Rag
from scorecard.spc import Assurance, Variation

NEIGHBOURS, REGION, ENGLAND = "our statistical neighbours", "the South East", "England"


def facts(value: float | None = 63, **more: object) -> Facts:
    fields = {
        "name": "Assessments in 45 days",
        "unit": "percent",
        "decimals": 0,
        "polarity": Polarity.HIGHER,
        "when": "in February 2015",
        "value": value,
    }
    return Facts(**(fields | more))  # type: ignore[arg-type]


class TestTheParagraph:
    def test_it_says_value_target_direction_comparators_with_vintage_and_noise(self) -> None:
        evidence = Evidence(
            facts(
                earlier=74,
                earlier_when="in January 2015",
                target=90,
                rag=Rag.RED,
                variation=Variation.CONCERNING_LOW,
                assurance=Assurance.FAIL,
                points=20,
            ),
            tolerance=5,
            year_ago=70,
            year_ago_when="in February 2014",
            peers=(Peer(NEIGHBOURS, 86, "2013/14"), Peer(REGION, 61, "2013/14")),
        )
        assert sentences(evidence) == [
            "Assessments in 45 days fell to 63% in February 2015, 27 percentage points below the "
            "90% target: red.",
            "That is down 11 percentage points from 74% in January 2015.",
            "A year earlier, in February 2014, it was 70%.",
            "It is in line with the South East (61%, 2013/14); well below our statistical "
            "neighbours (86%, 2013/14).",
            "This is worse by more than the usual variation. As things run, the target will be "
            "missed consistently.",
        ]

    def test_of_a_value_alone_it_says_no_more(self) -> None:
        assert (
            paragraph(Evidence(facts())) == "Assessments in 45 days stood at 63% in February 2015."
        )

    def test_a_missing_figure_is_told_as_missing(self) -> None:
        assert paragraph(Evidence(facts(None))) == (
            "Assessments in 45 days: no figure is known in February 2015."
        )

    def test_a_hidden_figure_is_told_as_hidden_and_nothing_is_made_of_it(self) -> None:
        said = paragraph(
            Evidence(
                facts(None, earlier=4, earlier_when="in January 2015", target=10),
                hidden=True,
                peers=(Peer(ENGLAND, 3, "2014"),),
            )
        )
        assert said == (
            "Assessments in 45 days in February 2015: the figure is hidden, because it rests on 1 "
            "to 5 children."
        )

    def test_a_measure_told_in_parts_lists_them(self) -> None:
        said = paragraph(Evidence(facts(None), parts=(("girls", "40%"), ("boys", "60%"))))
        assert said == "Assessments in 45 days in February 2015: girls 40% and boys 60%."

    def test_a_rating_printed_otherwise_and_a_revision_are_told(self) -> None:
        said = paragraph(
            Evidence(
                facts(target=60, rag=Rag.GREEN),
                printed_rag="Amber",
                revised="Revised since publication: was 61%",
            )
        )
        assert "It was printed amber; by the rule it is green." in said
        assert said.endswith("Revised since publication: was 61%.")

    def test_a_difference_that_chance_may_make_is_called_so(self) -> None:
        said = paragraph(Evidence(facts(), peers=(Peer(ENGLAND, 60, "2014", chance=True),)))
        assert "above England (60%, 2014; the difference could be chance)" in said

    def test_last_year_is_not_told_twice_where_it_is_the_period_before(self) -> None:
        when = "on 31 March 2014"
        said = paragraph(
            Evidence(facts(earlier=63, earlier_when=when), year_ago=63, year_ago_when=when)
        )
        assert said.count("2014") == 1


class TestHowFarIsFar:
    @pytest.mark.parametrize(
        ("value", "other", "said"),
        [
            (77, 77, Stands.IN_LINE),
            (77, 82, Stands.IN_LINE),
            (76.9, 82, Stands.BELOW),
            (92, 82, Stands.WELL_ABOVE),
            (91.9, 82, Stands.ABOVE),
            (39, 62, Stands.WELL_BELOW),
        ],
    )
    def test_within_the_tolerance_is_in_line_and_twice_it_is_well(
        self, value: float, other: float, said: Stands
    ) -> None:
        assert stands(value, other, tolerance=5) is said

    def test_a_relative_tolerance_is_of_the_figure_compared_with(self) -> None:
        assert stands(226, 219, tolerance=5, relative=True) is Stands.IN_LINE
        assert stands(226, 172.8, tolerance=5, relative=True) is Stands.WELL_ABOVE

    def test_without_a_tolerance_nothing_is_well_above(self) -> None:
        assert stands(1000, 1, tolerance=0) is Stands.ABOVE
        assert stands(1, 1, tolerance=0) is Stands.IN_LINE

    @given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(0, 100), st.booleans())
    def test_the_other_way_round_it_is_the_other_word(
        self, one: float, other: float, tolerance: float, relative: bool
    ) -> None:
        there = stands(one, other, tolerance=tolerance, relative=False)
        back = stands(other, one, tolerance=tolerance, relative=False)
        order = list(Stands)
        assert order.index(there) + order.index(back) == len(order) - 1


# ---- whatever the figures ----------------------------------------------------------

values = st.none() | st.floats(-1e6, 1e6) | st.integers(0, 200).map(float)
evidences = st.builds(
    Evidence,
    facts=st.builds(
        Facts,
        name=st.just("The measure"),
        unit=st.sampled_from(["percent", "count", "rate", "days", "points", "pounds"]),
        decimals=st.integers(0, 2),
        polarity=st.sampled_from(list(Polarity)),
        when=st.just("in June"),
        value=values,
        earlier=values,
        earlier_when=st.just("in May"),
        target=values,
        target_upper=values,
        rag=st.sampled_from(list(Rag)),
        variation=st.sampled_from(list(Variation)),
        assurance=st.sampled_from(list(Assurance)),
        points=st.integers(0, 40),
    ),
    hidden=st.booleans(),
    tolerance=st.floats(0, 20),
    relative=st.booleans(),
    year_ago=values,
    year_ago_when=st.just("in June a year before"),
    peers=st.lists(
        st.builds(Peer, words=st.just(ENGLAND), value=st.floats(-1e6, 1e6), vintage=st.just("V")),
        max_size=3,
    ).map(tuple),
)


@given(evidences)
def test_it_is_never_empty_and_never_says_nan_or_none(evidence: Evidence) -> None:
    said = paragraph(evidence)
    assert said.startswith("The measure") and said.endswith(".")
    assert not re.search(r"\bnan\b|None|\binf\b|  |\.\.|-0(\.0+)?%", said, re.IGNORECASE)


@given(evidences)
def test_one_is_singular_and_every_other_number_plural(evidence: Evidence) -> None:
    said = paragraph(evidence)
    assert not re.search(r"(?<![\d.,])1 (days|points|percentage points|children)\b", said)
    assert not re.search(r"(?<![\d.,-])(?!1 )\d[\d,.]* (day|percentage point|point)\b", said)


@given(evidences)
def test_a_change_of_a_percentage_is_never_in_per_cent(evidence: Evidence) -> None:
    assert not re.search(r"(up|down|by) [\d,.]+%", paragraph(evidence))


@given(evidences)
def test_what_it_says_of_up_and_down_is_what_the_printed_figures_say(evidence: Evidence) -> None:
    told = evidence.facts
    said = paragraph(evidence)
    if evidence.hidden or told.value is None or told.earlier is None:
        assert " up " not in said and " down " not in said
        return
    now, then = (float(f"{one:.{told.decimals}f}") for one in (told.value, told.earlier))
    assert ("That is up" in said) == (now > then)
    assert ("That is down" in said) == (now < then)
    moved = re.search(r"That is (?:up|down) (.+?) from", said)
    if moved:
        size = float(re.sub(r"[^\d.]", "", moved[1]))
        assert math.isclose(size, abs(now - then), abs_tol=1e-6 * max(1, abs(now), abs(then)))


@given(evidences)
def test_a_hidden_figure_leaves_none_of_its_numbers(evidence: Evidence) -> None:
    if evidence.hidden:
        assert re.findall(r"\d+", paragraph(evidence)) == ["1", "5"]


@given(evidences)
def test_every_comparator_is_named_with_its_figure_and_its_vintage(evidence: Evidence) -> None:
    told = evidence.facts
    if evidence.hidden or told.value is None:
        return
    said = paragraph(evidence)
    for peer in evidence.peers:
        assert f"England ({number(peer.value, told.unit, told.decimals)}, V)" in said
