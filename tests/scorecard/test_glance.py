"""The five-second answer, told from a month's rows."""

from datetime import date

import pytest

from scorecard.glance import glance
from scorecard.monthly import Scorecard
from scorecard.presenters import HIDDEN, NO_TRAVEL, NOTHING, Figure, Revision, ScorecardRow
from scorecard.rag import Polarity, Rag
from scorecard.spc import Assurance, Point, Variation
from scorecard.trends import OnTrack


def row(name="Measure", rag=Rag.GREEN, value=80.0, earlier=None, **changes):
    return ScorecardRow(
        **{
            "code": name.lower(), "name": name, "printed_name": name, "theme": "Front door",
            "owner": "", "owner_id": None, "unit": "percent", "decimals": 1,
            "polarity": Polarity.HIGHER, "on_scorecard": True, "label": "",
            "period": "February 2015",
            "figure": NOTHING if value is None else Figure(value, f"{value}%"),
            "target": NOTHING, "next_target": NOTHING, "next_target_from": None,
            "rag": rag, "printed_rag": "", "direction": NO_TRAVEL,
            "direction_year": NO_TRAVEL, "direction_mean": NO_TRAVEL,
            "earlier": NOTHING if earlier is None else Figure(earlier, f"{earlier}%"),
            "earlier_rag": None, "gap": "", "movement": "", "step": "",
            "mean": None, "lower_limit": None, "upper_limit": None, "points": 20,
            "point": Point.COMMON, "variation": Variation.COMMON,
            "assurance": Assurance.NONE, "on_track": OnTrack.NO_DATA, "comparators": (),
            "commentary": "", "source_note": "", "history": (), "spark": None, "revised": None,
            "facts": None,
        } | changes
    )  # fmt: skip


def seen(*rows, missing=()):
    return glance(Scorecard(date(2015, 2, 1), rows, tuple(missing), None, False, ()))


def finding(*rows, missing=()):
    return seen(*rows, missing=missing).finding


# --- the finding ---


def test_the_finding_counts_red_amber_and_green():
    rows = [row(rag=Rag.RED)] * 5 + [row(rag=Rag.AMBER)] * 3
    assert finding(*rows) == (
        "February 2015: 5 of 8 scorecard measures are red, 3 amber, none green"
    )


def test_one_is_and_none_are():
    assert finding(row(rag=Rag.RED), row()) == (
        "February 2015: 1 of 2 scorecard measures is red, none amber, 1 green"
    )
    assert finding(row()) == "February 2015: the one scorecard measure: green"


def test_what_is_not_rated_or_not_in_is_told_too():
    assert finding(row(), row(rag=Rag.NO_TARGET), missing=["Late"]) == (
        "February 2015: none of 3 scorecard measures are red, none amber, 1 green, "
        "1 not rated, 1 not in yet"
    )


def test_a_month_that_cannot_be_rated_says_so():
    assert finding(row(rag=Rag.NO_TARGET), row(rag=Rag.NO_DATA)) == (
        "February 2015: none of 2 scorecard measures can be rated"
    )


def test_a_month_with_nothing_in_says_so():
    assert finding(missing=["A", "B"]) == "February 2015: no figures are in yet"
    assert finding() == "February 2015: no figures"


def test_only_the_scorecards_own_measures_are_counted():
    rows = [row(rag=Rag.RED), row(), row(rag=Rag.RED, on_scorecard=False)]
    assert "1 of 2 scorecard measures" in finding(*rows)


def test_where_a_month_has_no_scorecard_measure_all_are_counted():
    assert finding(row(rag=Rag.RED, on_scorecard=False), row(on_scorecard=False)) == (
        "February 2015: 1 of 2 measures is red, none amber, 1 green"
    )


# --- tiles ---


def test_red_amber_and_green_always_have_a_tile_and_absences_where_they_occur():
    tiles = seen(row(rag=Rag.RED), row(rag=Rag.NO_DATA)).tiles
    assert [(tile.label, tile.count) for tile in tiles] == [
        ("Red", 1), ("Amber", 0), ("Green", 0), ("No data", 1)
    ]  # fmt: skip


def test_hidden_figures_have_a_tile_of_their_own():
    tiles = seen(row(rag=HIDDEN), row()).tiles
    assert [(tile.rag, tile.count) for tile in tiles][-1] == (HIDDEN, 1)


# --- the short lists ---


def names(rows):
    return [one.name for one in rows]


def test_exceptions_are_red_or_printed_otherwise():
    listed = seen(
        row("Red", rag=Rag.RED),
        row("Printed green", rag=Rag.RED, printed_rag="Green"),
        row("Printed red", rag=Rag.AMBER, printed_rag="Red"),
        row("As printed", rag=Rag.AMBER, printed_rag="Amber"),
        row("Hidden", rag=HIDDEN, printed_rag=""),
    )
    assert names(listed.exceptions) == ["Red", "Printed green", "Printed red"]


def test_the_part_of_a_measure_can_be_an_exception():
    whole = row("Whole", parts=(row("Part", rag=Rag.RED, label="North"),))
    assert names(seen(whole).exceptions) == ["Part"]


def test_a_changed_rating_is_one_between_two_ratings():
    listed = seen(
        row("Better", rag=Rag.GREEN, earlier_rag=Rag.AMBER),
        row("Same", rag=Rag.GREEN, earlier_rag=Rag.GREEN),
        row("New target", rag=Rag.RED, earlier_rag=Rag.NO_TARGET),
        row("First", rag=Rag.RED),
    )
    assert names(listed.changed) == ["Better"]
    assert listed.newly_rated


def test_the_biggest_moves_are_shares_of_the_figures_so_that_units_can_be_mixed():
    listed = seen(
        row("Slow", value=90.0, earlier=91.0),
        row("Still", value=50.0, earlier=50.0),
        row("Fast", value=67.0, earlier=8.0),
        row("From nought", value=2.0, earlier=0.0),
        row("First", value=3.0),
    )
    assert names(listed.moves) == ["From nought", "Fast", "Slow"]


def test_no_more_than_four_moves_are_listed():
    assert len(seen(*[row(value=80.0, earlier=70.0)] * 9).moves) == 4


@pytest.mark.parametrize("variation", [Variation.NONE, Variation.COMMON])
def test_noise_is_no_signal(variation):
    assert seen(row(variation=variation)).signals == ()


def test_a_special_cause_is_a_signal_and_says_when_it_is_provisional():
    (signal,) = seen(row(variation=Variation.NEUTRAL_LOW, points=12)).signals
    assert signal.is_provisional
    (signal,) = seen(row(variation=Variation.IMPROVING_HIGH, points=13)).signals
    assert not signal.is_provisional


def test_absences_and_revisions_are_listed():
    listed = seen(
        row("Absent", rag=Rag.NO_DATA, value=None),
        row("In parts", rag=Rag.NO_DATA, value=None, parts=(row("Part"),)),
        row("Revised", revised=Revision("Revised since publication: was 62.0%")),
    )
    assert names(listed.absent) == ["Absent"]
    assert names(listed.revised) == ["Revised"]
