from datetime import date
from decimal import Decimal

import pytest

from bucks_cs.lib.spreadsheets import guard


@pytest.mark.parametrize(
    "formula",
    [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3+cmd|' /C calc'!A0",
        "@SUM(A1:A9)",
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        '  =HYPERLINK("https://example.org")',
        "＝1+1",
        "-",
    ],
)
def test_text_that_would_be_run_is_kept_as_text(formula: str) -> None:
    assert guard(formula) == f"'{formula}"


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "Northumberland",
        "a=b",
        "-4.5",
        "+3",
        "-1,204",
        "-0.5%",
        "–",
        None,
        -4.5,
        Decimal(-4),
        0,
        date(2015, 2, 28),
    ],
)
def test_numbers_and_plain_words_are_left_as_they_are(cell: object) -> None:
    assert guard(cell) == cell
    assert type(guard(cell)) is type(cell)
