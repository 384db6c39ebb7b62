"""Which numbers of children the figures on SEND tell, and which add up to which."""

from __future__ import annotations

from datetime import date

import pytest

from bucks_cs.models import User
from scorecard.models import Outturn
from scorecard.shown import Ledger
from send.sums import BY_AGE, BY_AGE_PERCENT, FIRST_TIME

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("record")]

AGES = ("Under 5", "5 to 10", "11 to 15", "16 to 19", "20 to 25")


def shown(user: User, code: str, year: int) -> dict[str, str]:
    parts = Ledger(user, [FIRST_TIME, BY_AGE, BY_AGE_PERCENT]).parts(code)
    return {
        category: one.figure.text
        for category, found in parts.items()
        for one in found
        if one.end == date(year, 12, 31)
    }


@pytest.mark.parametrize(("year", "beside"), [(2013, "11 to 15"), (2014, "11 to 15")])
def test_a_few_of_one_age_are_hidden_in_numbers_and_shares_with_the_next_fewest(
    year: int, beside: str, member: User, officer: User
) -> None:
    for code in (BY_AGE, BY_AGE_PERCENT):
        seen = shown(member, code, year)
        hidden = {age for age in AGES if seen[age].startswith("Hidden")}
        assert hidden == {"16 to 19", beside}
        assert not any(text.startswith("Hidden") for text in shown(officer, code, year).values())


def test_what_is_shown_of_a_year_adds_up_to_no_small_number(member: User) -> None:
    for year in (2013, 2014, 2015):
        rows = Outturn.objects.filter(series__measure__code=BY_AGE, period_end=date(year, 12, 31))
        small = [one for one in rows if 1 <= one.value <= 5]
        withheld = rows.filter(withheld=True)
        assert len(small) == 1 and withheld.count() == 2
        assert sum(one.value for one in withheld) > small[0].value
