"""The rules of entering a figure."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scorecard.entry import (
    LARGEST,
    LONGEST_TEXT,
    Entered,
    Known,
    Problem,
    Rule,
    Severity,
    check,
    parse_number,
    rate,
    rounded,
    tidy,
    work_out,
)
from scorecard.rag import Polarity, Rag, ToleranceKind

PERCENT = Rule("percent", 1, 100, True, Polarity.HIGHER, Decimal(5), ToleranceKind.POINTS)
COUNT = Rule("count", 0, 1, False, Polarity.LOWER, Decimal(0), ToleranceKind.POINTS)
POINTS = replace(COUNT, unit="points", decimals=1)
RATIO_OF_COUNTS = Rule("count", 2, 1, True, Polarity.HIGHER, Decimal(0), ToleranceKind.POINTS)
PER_10000 = replace(PERCENT, unit="per_10000", scale=10_000)


def entered(
    numerator: str | None = None,
    denominator: str | None = None,
    value: str | None = None,
    **rest: str,
) -> Entered:
    def number(text: str | None) -> Decimal | None:
        return None if text is None else Decimal(text)

    return Entered(number(numerator), number(denominator), number(value), **rest)


def told(
    what: Entered, rule: Rule = PERCENT, known: Known | None = None
) -> list[tuple[str, Severity]]:
    return [(p.field, p.severity) for p in check(what, rule, known or Known())]


def messages(what: Entered, rule: Rule = PERCENT, known: Known | None = None) -> str:
    return " ".join(problem.message for problem in check(what, rule, known or Known()))


# ---- numbers as people write them --------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("26", "26"),
        ("26.5", "26.5"),
        (" 26.5 ", "26.5"),
        ("26.5%", "26.5"),
        ("26.5 %", "26.5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1,234", "1234"),
        ("1,234,567.25", "1234567.25"),
        ("£1,200", "1200"),
        ("-£ 12", "-12"),
        ("-4.5", "-4.5"),
        ("−4.5", "-4.5"),
        ("- 4.5", "-4.5"),
        ("+3", "3"),
        ("0012", "12"),
        ("-0", "0"),
        ("26.50\u00a0%", "26.5"),
    ],
)
def test_a_number_is_read_as_people_write_it(text: str, number: str) -> None:
    assert parse_number(text) == Decimal(number)
    assert f"{parse_number(text):f}"[0] != "-" or number[0] == "-"


@pytest.mark.parametrize("text", ["", " ", "\t", "\u00a0"])
def test_blank_is_no_number(text: str) -> None:
    assert parse_number(text) is None


@pytest.mark.parametrize(
    "text",
    [
        *("abc", "1e5", "1.2.3", "12,5", "1,23", "12 345", "1234,567", "--4", "5-", "%", "£", "."),
        *("=1+1", "1/2", "١٢", "1_000", "infinity", "nan", "½", "(5)", "12/03/2015", "5%%"),
    ],
)
def test_what_is_not_one_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        parse_number(text)


@pytest.mark.parametrize("text", ["n/a", "N/A", "-", ":", "tbc", "#N/A", "c"])
def test_a_sign_for_no_figure_is_met_with_what_to_do_instead(text: str) -> None:
    with pytest.raises(ValueError, match="leave this empty and say why"):
        parse_number(text)


def test_a_number_too_large_for_the_ledger_is_refused() -> None:
    assert parse_number(f"{LARGEST - 1:f}") == LARGEST - 1
    with pytest.raises(ValueError, match="too large"):
        parse_number(f"{LARGEST:f}")


def test_a_very_long_text_is_not_quoted_back_whole() -> None:
    with pytest.raises(ValueError, match="is not a number") as refused:
        parse_number("9" * 100_000)
    assert len(str(refused.value)) < 100


@pytest.mark.parametrize(("text", "unit"), [("45%", "count"), ("45%", "days"), ("£5", "percent")])
def test_a_sign_of_another_unit_is_refused(text: str, unit: str) -> None:
    with pytest.raises(ValueError, match="give a plain number here"):
        parse_number(text, unit)


def test_the_units_own_sign_is_allowed() -> None:
    assert parse_number("45%", "percent") == 45
    assert parse_number("£45", "pounds") == 45


@given(
    st.decimals(-(LARGEST - 1), LARGEST - 1, allow_nan=False, allow_infinity=False, places=4),
    st.booleans(),
)
def test_every_number_that_can_be_kept_is_read_back(number: Decimal, commas: bool) -> None:
    assert parse_number(f"{number:,f}" if commas else f"{number:f}") == number


@given(st.text(max_size=60))
def test_any_text_is_a_number_or_refused_in_words(text: str) -> None:
    try:
        number = parse_number(text)
    except ValueError as refused:
        assert str(refused).startswith("“")
    else:
        assert number is None or number.is_finite()


# ---- the value worked out ----------------------------------------------------------


@pytest.mark.parametrize(
    ("numerator", "denominator", "value"),
    [("53", "80", "66.3"), ("0", "80", "0.0"), ("80", "80", "100.0"), ("1", "3", "33.3")],
)
def test_a_ratio_is_worked_out_and_rounded_half_up(
    numerator: str, denominator: str, value: str
) -> None:
    assert work_out(entered(numerator, denominator), PERCENT) == Decimal(value)  # 66.25 is 66.3


def test_a_value_alone_is_rounded_as_the_measure_is_reported() -> None:
    assert work_out(entered(value="66.25"), PERCENT) == Decimal("66.3")
    assert work_out(entered(value="-0.5"), COUNT) == Decimal(-1)


@pytest.mark.parametrize(
    "what",
    [
        entered(),
        entered("5"),
        entered(None, "5"),
        entered("5", "0"),
        entered("5", None, "20"),
        entered(absence="not_available"),
    ],
)
def test_nothing_is_worked_out_of_what_is_not_complete(what: Entered) -> None:
    assert work_out(what, PERCENT) is None


COUNTS = st.integers(0, 10**11 - 1)


@given(COUNTS, COUNTS.filter(bool), st.integers(0, 4), st.sampled_from([1, 100, 10_000]))
def test_a_ratio_is_exact_to_the_last_digit(
    numerator: int, denominator: int, decimals: int, scale: int
) -> None:
    assume(numerator <= denominator)
    rule = replace(PERCENT, decimals=decimals, scale=scale)
    value = work_out(Entered(Decimal(numerator), Decimal(denominator)), rule)
    exact = Fraction(numerator, denominator) * scale * 10**decimals
    assert value is not None
    assert Fraction(value) * 10**decimals == (exact + Fraction(1, 2)).__floor__()


@given(st.decimals(0, 100, places=6), st.integers(0, 4))
def test_rounding_moves_a_value_by_half_a_unit_at_most(value: Decimal, decimals: int) -> None:
    kept = rounded(value, decimals)
    assert abs(kept - value) <= Decimal(1).scaleb(-decimals) / 2
    assert rounded(kept, decimals) == kept
    assert kept == value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


@given(COUNTS, COUNTS.filter(bool))
def test_more_done_of_as_many_is_never_a_lower_value(numerator: int, denominator: int) -> None:
    def value(done: int) -> Decimal:
        worked_out = work_out(Entered(Decimal(done), Decimal(denominator)), PERCENT)
        assert worked_out is not None
        return worked_out

    assert value(numerator + 1) >= value(numerator)


# ---- the same figure ---------------------------------------------------------------


def test_two_ways_of_writing_a_figure_are_the_same_once_tidied() -> None:
    written = entered(value="26.04", commentary="  Why.\r\nAnd what. ", reason=" x ")
    kept = entered(value="26.0", commentary="Why.\nAnd what.", reason="x")
    assert tidy(written, PERCENT) == tidy(kept, PERCENT) == kept


def test_a_value_beside_its_parts_is_left_out_once_tidied() -> None:
    assert tidy(entered("1", "2", "50"), PERCENT) == entered("1", "2")


def test_only_an_entry_that_says_nothing_is_blank() -> None:
    assert Entered().is_blank
    assert not entered(value="0").is_blank
    assert not entered(commentary="Late again.").is_blank


# ---- the rating before saving ------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "rag"), [("90", Rag.GREEN), ("85", Rag.AMBER), ("84.9", Rag.RED)]
)
def test_a_value_is_rated_as_the_month_will_be(value: str, rag: Rag) -> None:
    assert rate(Decimal(value), PERCENT, Known(target=Decimal(90))) == rag


def test_what_cannot_be_rated_says_why() -> None:
    assert rate(None, PERCENT, Known(target=Decimal(90))) == Rag.NO_DATA
    assert rate(Decimal(90), PERCENT, Known()) == Rag.NO_TARGET
    monitored = replace(PERCENT, polarity=Polarity.NONE)
    assert rate(Decimal(90), monitored, Known(target=Decimal(90))) == Rag.NOT_JUDGED


def test_a_band_is_rated_by_both_its_edges() -> None:
    band = replace(PERCENT, polarity=Polarity.BAND)
    known = Known(target=Decimal(10), upper=Decimal(20))
    assert rate(Decimal(15), band, known) == Rag.GREEN
    assert rate(Decimal(26), band, known) == Rag.RED


# ---- errors ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "rule", "field", "words"),
    [
        (entered("1", absence="not_available"), PERCENT, "absence", "not both"),
        (entered(value="1", absence="not_available"), PERCENT, "absence", "not both"),
        (entered("1", "2"), COUNT, "numerator", "has no numerator"),
        (entered("1"), PERCENT, "denominator", "Give the denominator too"),
        (entered(None, "1"), PERCENT, "numerator", "Give the numerator too"),
        (entered("-1", "2"), PERCENT, "numerator", "cannot be less than 0"),
        (entered("1", "-2"), PERCENT, "denominator", "cannot be less than 0"),
        (entered("1.00001", "2"), PERCENT, "numerator", "four decimal places"),
        (entered("1", "2.00001"), PERCENT, "denominator", "four decimal places"),
        (entered("0", "0"), PERCENT, "denominator", "is 0"),
        (entered("3", "2"), PERCENT, "numerator", "larger than the denominator"),
        (entered("3", "2"), PER_10000, "numerator", "larger than the denominator"),
        (entered("99999999999", "0.001"), RATIO_OF_COUNTS, "numerator", "too large"),
        (entered(value="-1"), PERCENT, "value", "cannot be less than 0"),
        (entered(value="-1"), COUNT, "value", "cannot be less than 0"),
        (entered(value="100.1"), PERCENT, "value", "more than 100"),
        (entered("1", "2", "49"), PERCENT, "value", "does not agree"),
        (entered(value="1", commentary="x" * (LONGEST_TEXT + 1)), PERCENT, "commentary", "4,000"),
        (entered(value="1", reason="x" * (LONGEST_TEXT + 1)), PERCENT, "reason", "4,000"),
        (entered(value="1", commentary="a\x00b"), PERCENT, "commentary", "cannot be kept"),
    ],
)
def test_what_cannot_be_a_figure_is_an_error_at_its_field(
    what: Entered, rule: Rule, field: str, words: str
) -> None:
    (problem,) = check(what, rule, Known(target=Decimal(90)))
    assert (problem.field, problem.severity) == (field, Severity.ERROR)
    assert words in problem.message


@pytest.mark.parametrize(
    ("what", "rule"),
    [
        (entered("1", "2", "50.04"), PERCENT),
        (entered("3", "2"), RATIO_OF_COUNTS),
        (entered(value="-3"), POINTS),
        (entered(value="100"), PERCENT),
        (entered("0", "2"), PERCENT),
        (entered("1.5", "2"), PERCENT),
    ],
)
def test_what_can_be_a_figure_is_no_error(what: Entered, rule: Rule) -> None:
    assert all(severity is not Severity.ERROR for _, severity in told(what, rule))


def test_everything_wrong_is_told_at_once() -> None:
    found = told(entered("-1", "0", "101"))
    assert found == [
        ("numerator", Severity.ERROR),
        ("denominator", Severity.ERROR),
        ("value", Severity.ERROR),
    ]


def test_while_there_are_errors_nothing_else_is_told() -> None:
    known = Known(target=Decimal(90), revises=True)
    assert told(entered(value="101"), known=known) == [("value", Severity.ERROR)]


# ---- needed before submission ------------------------------------------------------


@pytest.mark.parametrize(("value", "word"), [("80", "red"), ("86", "amber")])
def test_red_and_amber_need_commentary(value: str, word: str) -> None:
    known = Known(target=Decimal(90))
    assert told(entered(value=value), known=known) == [("commentary", Severity.NEEDED)]
    assert f"This is {word}" in messages(entered(value=value), known=known)
    assert told(entered(value=value, commentary="  \n"), known=known) != []
    assert told(entered(value=value, commentary="Two staff left."), known=known) == []


def test_green_and_unrated_figures_need_none() -> None:
    assert told(entered(value="95"), known=Known(target=Decimal(90))) == []
    assert told(entered(value="5")) == []


def test_a_blank_entry_needs_a_figure_or_a_reason_for_none() -> None:
    assert told(Entered()) == [("value", Severity.NEEDED)]
    assert told(entered(commentary="Late.")) == [("value", Severity.NEEDED)]
    assert told(entered(absence="not_available")) == []


def test_a_revision_needs_its_reason() -> None:
    known = Known(revises=True)
    assert told(entered(value="50"), known=known) == [("reason", Severity.NEEDED)]
    assert told(entered(value="50", reason="Two late records."), known=known) == []


# ---- warnings ----------------------------------------------------------------------

STEADY = tuple(Decimal(value) for value in ("26.0000", "30.0000", "28.0000"))


def test_a_value_that_will_be_rounded_says_so() -> None:
    assert "66.25 will be kept as 66.3" in messages(entered(value="66.25"))


def test_a_fraction_where_percentages_stood_is_questioned() -> None:
    found = check(entered(value="0.3"), PERCENT, Known(recent=STEADY))
    assert found == [
        Problem(
            "value",
            "0.3 looks like a fraction: recent months were about 28.0. Did you mean 30.0?",
            Severity.WARNING,
        )
    ]


@pytest.mark.parametrize(("value", "meant"), [("0.264", "26.4"), ("0.04", "4.0"), ("1.04", "")])
def test_a_fraction_is_questioned_as_it_was_given_not_as_it_is_rounded(
    value: str, meant: str
) -> None:
    said = messages(entered(value=value), known=Known(recent=STEADY))
    assert (f"{value} looks like a fraction" in said) is bool(meant)
    assert (f"Did you mean {meant}?" in said) is bool(meant)


@pytest.mark.parametrize("value", ["2.8", "2", "280"])
def test_a_jump_in_units_is_questioned(value: str) -> None:
    rule = replace(PERCENT, unit="days")
    assert "is far from recent months, which were about 28.0." in messages(
        entered(value=value), rule, Known(recent=STEADY)
    )


@pytest.mark.parametrize("value", ["0", "3", "279"])
def test_a_usual_change_is_not_questioned(value: str) -> None:
    rule = replace(PERCENT, unit="days")
    assert told(entered(value=value), rule, Known(recent=STEADY)) == []


def test_two_recent_values_are_too_few_to_question_a_third() -> None:
    assert told(entered(value="0.3"), known=Known(recent=STEADY[:2])) == []


def test_differences_below_zero_are_compared_by_size() -> None:
    recent = tuple(Decimal(value) for value in (-12, -11, -10))
    assert told(entered(value="-11"), POINTS, Known(recent=recent)) == []
    assert told(entered(value="-500"), POINTS, Known(recent=recent)) != []


def test_a_value_outside_its_process_limits_is_questioned() -> None:
    known = Known(limits=(20.123, 35.987), recent=STEADY)
    assert told(entered(value="36"), known=known) == [("value", Severity.WARNING)]
    assert "outside the process limits of 20.1 to 36.0" in messages(
        entered(value="19"), known=known
    )
    assert told(entered(value="35.9"), known=known) == []


def test_a_warning_stands_at_the_field_that_was_typed() -> None:
    known = Known(limits=(20.0, 36.0))
    assert told(entered("1", "2"), known=known) == [("numerator", Severity.WARNING)]


@given(
    st.builds(
        Entered,
        numerator=st.none() | st.decimals(-5, 2000, places=2),
        denominator=st.none() | st.decimals(-5, 2000, places=2),
        value=st.none() | st.decimals(-5, 120, places=3),
        absence=st.sampled_from(["", "not_available"]),
        commentary=st.sampled_from(["", "Why."]),
        reason=st.sampled_from(["", "Late."]),
    ),
    st.sampled_from([PERCENT, COUNT, POINTS, PER_10000, RATIO_OF_COUNTS]),
    st.builds(
        Known,
        target=st.none() | st.decimals(0, 100, places=1),
        recent=st.lists(st.decimals(-100, 100, places=1), max_size=6).map(tuple),
        limits=st.none() | st.just((10.0, 90.0)),
        revises=st.booleans(),
    ),
)
def test_whatever_is_entered_either_has_a_value_an_absence_or_something_to_be_told(
    what: Entered, rule: Rule, known: Known
) -> None:
    found = check(what, rule, known)
    blocking = [problem for problem in found if problem.severity is not Severity.WARNING]
    assert blocking or work_out(what, rule) is not None or what.absence
    assert all(problem.message.endswith((".", "?")) for problem in found)
