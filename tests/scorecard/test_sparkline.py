"""The small line in a table: values to points."""

from hypothesis import given
from hypothesis import strategies as st

from scorecard.sparkline import EDGE, HEIGHT, WIDTH, draw

VALUES = st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), min_size=2, max_size=24)


def points(line):
    return [tuple(map(float, point.split(","))) for point in line.split()]


def test_the_line_runs_from_left_to_right_and_the_greatest_value_is_on_top():
    spark = draw([10, 30, 20])
    assert points(spark.lines[0]) == [
        (EDGE, HEIGHT - EDGE),
        (WIDTH / 2, EDGE),
        (WIDTH - EDGE, HEIGHT / 2),
    ]
    assert spark.last == (WIDTH - EDGE, HEIGHT / 2)


def test_a_missing_period_breaks_the_line_and_is_never_bridged():
    spark = draw([1, 2, None, 3, 4])
    assert [len(points(line)) for line in spark.lines] == [2, 2]
    assert points(spark.lines[0])[-1][0] < points(spark.lines[1])[0][0]


def test_a_lone_point_is_drawn_as_a_dot():
    spark = draw([1, 2, None, 3])
    assert points(spark.lines[1]) == [spark.last, spark.last]


def test_the_target_has_its_own_height_in_the_same_picture():
    spark = draw([50, 60], target=100)
    assert spark.target_y == EDGE
    assert points(spark.lines[0])[0][1] == HEIGHT - EDGE


def test_a_constant_series_lies_in_the_middle():
    assert draw([5, 5, 5]).last[1] == HEIGHT / 2


def test_one_point_is_no_line():
    assert draw([None, 5]) is None
    assert draw([None, None]) is None


@given(VALUES, st.one_of(st.none(), st.floats(-1e6, 1e6)))
def test_every_point_is_inside_the_picture(values, target):
    spark = draw(values, target)
    if spark is None:
        assert sum(value is not None for value in values) < 2
        return
    drawn = [point for line in spark.lines for point in points(line)]
    assert len(set(drawn)) <= sum(value is not None for value in values)
    for x, y in drawn:
        assert 0 <= x <= WIDTH
        assert 0 <= y <= HEIGHT
