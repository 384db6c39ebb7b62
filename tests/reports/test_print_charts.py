"""Charts for print."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from reports.document import Chart, Line
from reports.page_charts import of_page, worth_printing
from reports.print_charts import DASHES, HATCHES, LINES, as_png, as_svg, drawn
from scorecard import charts as page

MONTHS = tuple(f"M{place}" for place in range(6))


def chart(kind: str, lines: int = 3) -> Chart:
    return Chart(
        "c",
        "It rose",
        "Lines",
        kind,
        MONTHS,
        tuple(Line(f"L{place}", (1, 2, None, 4, 5, 6 + place)) for place in range(lines)),
        "percent",
    )


@pytest.mark.parametrize("kind", ["line", "bar", "stacked"])
def test_every_kind_is_a_picture_that_is_not_blank(kind: str) -> None:
    picture = Image.open(BytesIO(as_png(chart(kind))))
    assert picture.size == (1320, 600)
    assert len(np.unique(np.asarray(picture.convert("L")))) > 5


def test_lines_are_told_apart_without_colour() -> None:
    (axes,) = drawn(chart("line")).axes
    looks = {(line.get_linestyle(), str(line.get_marker())) for line in axes.lines}
    assert len(looks) == 3 <= len(DASHES)


def test_columns_are_told_apart_without_colour() -> None:
    (axes,) = drawn(chart("stacked", lines=8)).axes
    assert {patch.get_hatch() or "" for patch in axes.patches} == set(HATCHES)


def test_a_missing_value_is_a_gap_and_no_nought() -> None:
    (axes,) = drawn(chart("line", lines=1)).axes
    assert np.isnan(axes.lines[0].get_ydata()[2])


def test_the_places_named_on_the_axis_are_where_their_names_say() -> None:
    flat = Chart("c", "T", "A", "line", ("a", "b"), (Line("L", (87.0, 100.0)),), "percent")
    (axes,) = drawn(flat).axes
    named = {f"{tick:g}%" for tick in axes.get_yticks()}
    assert named == {axes.yaxis.get_major_formatter()(tick, 0) for tick in axes.get_yticks()}


def test_no_line_is_too_pale_for_a_copier() -> None:
    for colour in LINES:
        red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
        assert 0.3 * red + 0.59 * green + 0.11 * blue < 115


def test_one_line_needs_no_legend_and_several_have_one() -> None:
    assert drawn(chart("line", lines=1)).axes[0].get_legend() is None
    assert drawn(chart("line")).axes[0].get_legend() is not None


def test_the_same_chart_is_the_same_picture_again() -> None:
    assert as_svg(chart("bar")) == as_svg(chart("bar"))


class TestFromAPage:
    def made(self, *traces: dict[str, object], **layout: object) -> Chart:
        return of_page(page.Chart("id", "Found", "Seen", {"data": list(traces), "layout": layout}))

    def test_lines_of_days_share_one_axis_in_order(self) -> None:
        found = self.made(
            {"type": "scatter", "name": "B", "x": ["2015-03-31", None], "y": [2, None]},
            {"type": "scatter", "name": "A", "x": ["2014-03-31", "2015-03-31"], "y": [3, 4]},
            yaxis={"ticksuffix": "%"},
        )
        assert (found.kind, found.x, found.unit) == ("line", ("Mar 2014", "Mar 2015"), "percent")
        assert [line.values for line in found.lines] == [(None, 2), (3, 4)]

    def test_a_line_of_one_place_is_not_worth_printing(self) -> None:
        line = {"type": "scatter", "name": "A", "x": ["2015-03-31"], "y": [3]}
        bar = {"type": "bar", "name": "A", "x": ["a"], "y": [3]}
        one, other = (
            page.Chart(kind["type"], "Found", "Seen", {"data": [kind], "layout": {}})
            for kind in (line, bar)
        )
        assert [chart.key for chart in worth_printing([one, other])] == ["bar"]

    def test_columns_keep_their_order_and_their_stacking(self) -> None:
        found = self.made(
            {"type": "bar", "name": "Own", "x": ["b", "a"], "y": [1, 2]}, barmode="stack"
        )
        assert (found.kind, found.x, found.alt) == ("stacked", ("b", "a"), "Seen")
