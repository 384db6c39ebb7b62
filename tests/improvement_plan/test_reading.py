"""What printed text says, and what is doubtful about it. The examples are the papers' own."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from improvement_plan.progress import Rating
from improvement_plan.reading import (
    dated_heading,
    folded,
    read_due,
    read_figure,
    read_money,
    read_posts,
    read_rating,
    tells_small_count,
)

# ---- dates


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("30/04/15", date(2015, 4, 30)),
        ("28/2/15", date(2015, 2, 28)),
        ("01/04/2015", date(2015, 4, 1)),
        ("2015-03-31", date(2015, 3, 31)),
        ("  30/04/15 ", date(2015, 4, 30)),
    ],
)
def test_a_day_that_is_printed_plainly_is_read_without_a_doubt(text: str, day: date) -> None:
    assert read_due(text) == read_due(text.strip())
    assert (read_due(text).day, read_due(text).doubt) == (day, "")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Sept 14", date(2014, 9, 30)),
        ("Mar 15", date(2015, 3, 31)),
        ("Mar-19", date(2019, 3, 31)),
        ("March 2018", date(2018, 3, 31)),
        ("February 2016", date(2016, 2, 29)),
        ("2018", date(2018, 12, 31)),
        ("28/02/15 (with delivery to follow)", date(2015, 2, 28)),
    ],
)
def test_what_names_no_day_or_says_more_is_read_as_the_last_day_with_a_doubt(
    text: str, day: date
) -> None:
    due = read_due(text)
    assert due.day == day
    assert text in due.doubt


@pytest.mark.parametrize(
    "text",
    [
        "31/11/14",
        "31/01/04/15",
        "first 2 in 2018",
        "29/02/15",
        "Annual review October 2021",
        "Spring 15",
        "Mart 15",
        "Sept 0000",
    ],
)
def test_what_is_no_date_is_not_made_into_one(text: str) -> None:
    due = read_due(text)
    assert (due.day, due.ongoing) == (None, False)
    assert text in due.doubt


@pytest.mark.parametrize(
    "text",
    [
        "Monthly",
        "Every 6 months",
        "Quarterly reviews of the data commencing June 2021",
        "Commencing April 2021, bi-annually thereafter",
    ],
)
def test_what_comes_round_again_goes_on_and_is_a_doubt(text: str) -> None:
    due = read_due(text)
    assert (due.day, due.ongoing) == (None, True)
    assert text in due.doubt


def test_ongoing_is_plain_and_anything_more_is_a_doubt() -> None:
    assert read_due("Ongoing").ongoing
    assert not read_due("Ongoing").doubt
    for text in ("Quarterly Ongoing", "From 01/04/15 Ongoing"):
        due = read_due(text)
        assert (due.day, due.ongoing) == (None, True), "it starts then; it is not due then"
        assert text in due.doubt


def test_no_text_is_no_date_and_no_doubt() -> None:
    assert read_due("") == read_due("  \n")
    assert (read_due("").day, read_due("").ongoing, read_due("").doubt) == (None, False, "")


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_any_day_written_in_the_papers_way_reads_back(day: date) -> None:
    for text in (f"{day:%d/%m/%y}", f"{day:%d/%m/%Y}", f"{day.day}/{day.month}/{day:%y}"):
        assert (read_due(text).day, read_due(text).doubt) == (day, "")


# Mostly what is nearly a date, an amount or a list of posts.
TEXTS = st.text() | st.text("0123456789/- £kKmM.,%&;ongiOSeptMar\n", max_size=30)


@given(TEXTS)
def test_a_date_read_without_a_doubt_is_exactly_what_is_printed(text: str) -> None:
    due = read_due(text)
    if due.doubt:
        assert " ".join(text.split()) in due.doubt
    elif due.day:
        d = due.day
        ways = {
            f"{a}/{b}/{c}"
            for a in (d.day, f"{d:%d}")
            for b in (d.month, f"{d:%m}")
            for c in (f"{d:%y}", d.year)
        }
        assert text.strip() in ways | {d.isoformat()}
    else:
        assert " ".join(text.split()).lower() == ("ongoing" if due.ongoing else "")


# ---- money


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("£0", 0),
        ("£541k", 541_000),
        ("£40K", 40_000),
        ("£1.5m", 1_500_000),
        ("40000", 40_000),
        ("1,000", 1_000),
        ("1250.5", Decimal("1250.50")),
        ("0", 0),
        ("£12,500", 12_500),
        ("£0.5k", 500),
        ("£1,250.50", Decimal("1250.50")),
    ],
)
def test_an_amount_is_read_in_pounds(text: str, amount: Decimal) -> None:
    assert (read_money(text).amount, read_money(text).doubt) == (amount, "")


def test_a_k_that_is_missing_is_not_added() -> None:
    for text in ("150", "999.99"):
        assert read_money(text).doubt.startswith(f"“{text}” is surely {text}k")
    money = read_money("£150")
    assert money.amount is None
    assert money.doubt == "“£150” is surely £150k: not counted until somebody says so."


@pytest.mark.parametrize(
    "text",
    ["See 2.5.5", "Innovation bid", "Capital", "40k", "£1.234", "£9999999999999", "£" + "9" * 90],
)
def test_what_is_no_amount_is_not_counted(text: str) -> None:
    assert read_money(text).amount is None
    assert text in read_money(text).doubt


@pytest.mark.parametrize("text", ["N/A", "n/a", ""])
def test_no_cost_is_no_doubt(text: str) -> None:
    assert (read_money(text).amount, read_money(text).doubt) == (None, "")


@given(TEXTS)
def test_an_amount_is_read_without_a_doubt_or_not_at_all(text: str) -> None:
    money = read_money(text)
    assert (money.amount is None) or not money.doubt
    if money.amount is not None:
        assert text.strip()[0] in "£0123456789"
        assert 0 <= money.amount < 10**12
        assert money.amount == round(money.amount, 2), "as the ledger keeps it"


# ---- ratings and figures


@pytest.mark.parametrize(
    ("text", "rating"),
    [
        ("R", Rating.RED),
        ("amber", Rating.AMBER),
        (" Green ", Rating.GREEN),
        ("N/A", Rating.NONE),
        ("", Rating.NONE),
    ],
)
def test_a_rating_is_read_however_it_is_shortened(text: str, rating: Rating) -> None:
    assert read_rating(text) is rating


@given(TEXTS.filter(lambda text: text.strip().lower() not in ("r", "a", "g", "n/a", "")))
def test_anything_else_is_no_rating_in_words(text: str) -> None:
    if text.strip().lower() not in ("red", "amber", "green"):
        with pytest.raises(ValueError, match="is not a rating: write R, A, G or nothing"):
            read_rating(text)


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("95%", 95),
        ("29.5", 29.5),
        ("21 days", 21),
        ("1,250", 1250),
        ("0", 0),
        ("-4.5", -4.5),
        ("N/A", None),
        ("Increase", None),
        ("21 days plus notice period", None),
        ("", None),
    ],
)
def test_a_figure_is_the_number_and_words_are_none(text: str, figure: float | None) -> None:
    assert read_figure(text) == figure


@given(TEXTS)
def test_no_text_is_too_odd_to_be_looked_at_for_a_figure(text: str) -> None:
    assert read_figure(text) is None or any(letter.isdigit() for letter in text)


# ---- posts

NAMES = {
    folded(name): titles
    for name, titles in {
        "CEO": ["Chief Executive"],
        "Head of QSP": ["Head of Quality"],
        "PIMs": ["Practice Improvement Managers"],
        "Health Commissioners": ["Joint Commissioner", "CYP Commissioner"],
        "Head of First Response & MASH": ["Head of First Response"],
        "MASH": ["MASH Manager"],
        "L&D Business Partner": ["Learning Partner"],
    }.items()
}


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("CEO", ("Chief Executive",)),
        ("Head of QSP / PIMs", ("Head of Quality", "Practice Improvement Managers")),
        ("head of qsp and PIMs", ("Head of Quality", "Practice Improvement Managers")),
        ("CEO\nPIMs; CEO", ("Chief Executive", "Practice Improvement Managers")),
        ("Health Commissioners", ("Joint Commissioner", "CYP Commissioner")),
        ("L&D Business Partner & CEO", ("Learning Partner", "Chief Executive")),
        ("", ()),
    ],
)
def test_every_post_of_a_cell_is_found_once(text: str, titles: tuple[str, ...]) -> None:
    assert read_posts(text, NAMES).titles == titles
    assert not read_posts(text, NAMES).doubt


def test_a_name_with_an_ampersand_in_it_is_not_cut() -> None:
    posts = read_posts("Head of First Response & MASH", NAMES)
    assert posts.titles == ("Head of First Response",)


def test_words_that_name_no_post_are_said_and_the_others_are_read() -> None:
    posts = read_posts("CEO / Somebody Else, Team X", NAMES)
    assert posts.titles == ("Chief Executive",)
    assert posts.doubt == (
        "“Somebody Else” is no post that the plan lists. “Team X” is no post that the plan lists."
    )


# Without "MASH", which is a post and the end of another's name.
PLAIN = sorted(name for name in NAMES if "mash" not in name)


@given(st.lists(st.sampled_from(PLAIN), max_size=5), st.sampled_from([" / ", ", ", " & ", " and "]))
def test_names_in_any_order_are_all_read(names: list[str], between: str) -> None:
    titles = [title for name in names for title in NAMES[name]]
    assert list(read_posts(between.join(names), NAMES).titles) == list(dict.fromkeys(titles))


@given(TEXTS)
def test_every_word_of_an_owner_is_read_or_said_not_to_be(text: str) -> None:
    posts = read_posts(text, NAMES)
    assert all(words in text for words in posts.unread)
    assert bool(posts.doubt) == bool(posts.unread)


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("Target (Jan 2016)", ("January 2016", "Target for January 2016")),
        ("Goal (March 18)", ("March 2018", "Goal for March 2018")),
        ("Target (a month)", ("", "Target (a month)")),
        ("Target", ("", "Target")),
        ("", ("", "")),
    ],
)
def test_a_heading_says_the_month_that_it_prints(printed: str, read: tuple[str, str]) -> None:
    assert dated_heading(printed, "for") == read


@pytest.mark.parametrize("text", ["3", "3.0", "03", "3 (12%)", "3 children", "≈3", "3 of 12", "5"])
def test_a_count_of_1_to_5_is_known_however_it_is_dressed(text: str) -> None:
    assert tells_small_count(text)


@pytest.mark.parametrize(
    "text",
    ["0", "6", "12", "4%", "4 %", "3.5", "29.5", "3 days", "£3k", "£5", "1,234", "13", "Good", ""],
)
def test_a_share_a_time_and_money_are_no_count_of_children(text: str) -> None:
    assert not tells_small_count(text)
