"""What printed text says, as far as it can be worked with: dates, money, ratings, figures, posts.

Pure. Each reading answers with what was read, or nothing, and with a doubt in words where a
person should look at the printed text. The text itself is always kept beside it.
"""

from __future__ import annotations

import re
from calendar import month_name, monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bucks_cs.lib.disclosure import LARGEST_HIDDEN
from bucks_cs.lib.periods import day_label

from .progress import Rating

MONTHS = [name.lower() for name in month_name[1:]]


@dataclass(frozen=True, slots=True)
class Due:
    """A printed date: its day, or that it goes on, and what is doubtful about it."""

    day: date | None = None
    ongoing: bool = False
    doubt: str = ""


_YEAR = r"((?:19|20)[0-9]{2}|[0-9]{2})"
_DAY = re.compile(rf"([0-9]{{1,2}})/([0-9]{{1,2}})/{_YEAR}(?![/0-9])")
_ISO_DAY = re.compile(r"(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}")
_MONTH = re.compile(rf"([A-Za-z]{{3,9}})[\s-]+{_YEAR}")
_GOES_ON = re.compile(
    r"ongoing|\bthereafter\b|^(monthly|quarterly|regular)\b|^every [0-9]+ (weeks|months)$",
    re.IGNORECASE,
)


def read_due(text: str) -> Due:
    """A due date as printed: `31/03/15`, `Sept 14`, `Mar-19`, `2018`, `Ongoing`; or as a
    spreadsheet keeps a date, `2015-03-31`.

    A month without a day is due by its last day, a year by its last; both are doubts. What only
    starts on a date ("From 01/04/15 Ongoing") or comes round again ("Every 6 months") goes on. A
    day that is not in the calendar is none.
    """
    text = " ".join(text.split())
    if not text:
        return Due()
    if _GOES_ON.search(text):
        plain = text.lower() == "ongoing"
        return Due(ongoing=True, doubt="" if plain else f"“{text}” is read as ongoing.")
    if match := _DAY.match(text):
        rest = text[match.end() :].strip()
        return _day(_year(match[3]), int(match[2]), int(match[1]), text, rest)
    if _ISO_DAY.fullmatch(text):
        return _day(int(text[:4]), int(text[5:7]), int(text[8:]), text)
    if match := _MONTH.fullmatch(text):
        return _last_day(match[1], _year(match[2]), text)
    if re.fullmatch(r"(19|20)[0-9]{2}", text):
        return Due(date(int(text), 12, 31), doubt=f"“{text}” is a year: read as due by its end.")
    return Due(doubt=f"“{text}” cannot be read as a date.")


def _day(year: int, month: int, day: int, text: str, rest: str = "") -> Due:
    try:
        found = date(year, month, day)
    except ValueError:
        return Due(doubt=f"“{text}” is not in the calendar.")
    if rest:
        return Due(found, doubt=f"“{text}” is read as {day_label(found)}; it says more than that.")
    return Due(found)


def _last_day(name: str, year: int, text: str) -> Due:
    """Of a month, by its name or the beginning of it."""
    months = [place for place, full in enumerate(MONTHS, 1) if full.startswith(name.lower())]
    if not months:
        return Due(doubt=f"“{text}” cannot be read as a date.")
    found = date(year, months[0], monthrange(year, months[0])[1])
    return Due(found, doubt=f"“{text}” names no day: read as due by {day_label(found)}.")


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


@dataclass(frozen=True, slots=True)
class Money:
    """A printed cost in pounds, or None where it is not money; and the doubt."""

    amount: Decimal | None
    doubt: str = ""


_MONEY = re.compile(
    r"(?P<pounds>£\s?)?(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?P<part>\.[0-9]+)?"
    r"(?(pounds)\s?(?P<times>[kKmM])?)"
)
_TIMES = {"": 1, "k": 1_000, "m": 1_000_000}
MOST_POUNDS = 10**12


def read_money(text: str) -> Money:
    """`£40k`, `£1.5m`, `£0`, `£12,500`; or `12500`, as a spreadsheet keeps an amount. `N/A` is no
    cost, and no doubt. Words are not money.

    A plain amount below £1,000 that is not nothing is not taken: costs of a plan are in thousands,
    so a `k` is surely missing.
    """
    text = " ".join(text.split())
    if text.lower() in ("", "n/a"):
        return Money(None)
    match = _MONEY.fullmatch(text)
    amount = _pounds(match) if match else None
    if match is None or amount is None:
        return Money(None, f"“{text}” is not an amount.")
    if 0 < amount < 1_000 and not match["times"]:
        return Money(None, f"“{text}” is surely {text}k: not counted until somebody says so.")
    return Money(amount)


def _pounds(match: re.Match[str]) -> Decimal | None:
    """To the penny; None where it is finer than that, or more than any plan costs."""
    number = match["whole"].replace(",", "") + (match["part"] or "")
    if len(number) > 20:
        return None
    amount = Decimal(number) * _TIMES[(match["times"] or "").lower()]
    return amount if amount < MOST_POUNDS and amount * 100 % 1 == 0 else None


_RATINGS: Mapping[str, Rating] = {
    "r": Rating.RED,
    "red": Rating.RED,
    "a": Rating.AMBER,
    "amber": Rating.AMBER,
    "g": Rating.GREEN,
    "green": Rating.GREEN,
    "n/a": Rating.NONE,
    "": Rating.NONE,
}


def read_rating(text: str) -> Rating:
    """`R`, `Amber`, `N/A` or blank. Raises ValueError for anything else."""
    try:
        return _RATINGS[text.strip().lower()]
    except KeyError:
        raise ValueError(f"“{text}” is not a rating: write R, A, G or nothing.") from None


_HEADED = re.compile(r"(.+?)\s*\((.+)\)")


def dated_heading(text: str, before: str) -> tuple[str, str]:
    """The month that a printed heading names, and the heading with it in words: "January 2016" and
    "Target for January 2016" of "Target (Jan 2016)", where `before` is "for". A heading without a
    month stays as it is printed."""
    match = _HEADED.fullmatch(text)
    day = read_due(match[2]).day if match and _MONTH.fullmatch(match[2]) else None
    if match is None or day is None:
        return "", text
    month = f"{month_name[day.month]} {day.year}"
    return month, f"{match[1]} {before} {month}"


_COUNT = re.compile(
    r"(?<![\d.,£])(\d+)(?:\.0+)?(?![\d.,]*\d)"
    r"(?!\s*(?:%|k\b|per cent|days?|weeks?|months?|years?))"
)


def tells_small_count(text: str) -> bool:
    """Whether a printed figure may be a count of 1 to 5, however it is dressed: `3`, `3.0`,
    `3 (12%)`, `3 of 12`, `about 3 children`. A percentage, a time and money are none."""
    return any(0 < int(match[1]) <= LARGEST_HIDDEN for match in _COUNT.finditer(text))


_FIGURE = re.compile(
    r"(?:£\s?)?(-?[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?)\s?(?:%|days?|k)?", re.IGNORECASE
)


def read_figure(text: str) -> float | None:
    """The number of a printed target or figure: `95%`, `29.5`, `21 days`. None for words."""
    match = _FIGURE.fullmatch(" ".join(text.split()))
    return float(match[1].replace(",", "")) if match else None


@dataclass(frozen=True, slots=True)
class Posts:
    """The posts that a printed cell names, as titles, and the words that name none."""

    titles: tuple[str, ...]
    unread: tuple[str, ...]

    @property
    def doubt(self) -> str:
        return "".join(f"“{words}” is no post that the plan lists. " for words in self.unread)[:-1]


_BETWEEN = re.compile(r"\s*(?:/|&|,|;|\band\b|\n)\s*", re.IGNORECASE)


def read_posts(text: str, names: Mapping[str, Iterable[str]]) -> Posts:
    """The posts in a cell such as `Head of QSP / PIMs`.

    `names` gives the titles by every name of a post, each name folded by `folded`. The longest
    name is looked for first, so that one with a `/` or an `&` in it is not cut.
    """
    text = text.strip()
    gaps = [gap.span() for gap in _BETWEEN.finditer(text)]
    starts, ends = [0, *(end for _, end in gaps)], [*(start for start, _ in gaps), len(text)]
    titles: dict[str, None] = {}
    unread: list[str] = []
    place = 0
    while place < len(starts):
        for last in range(len(ends) - 1, place - 1, -1):
            name = folded(text[starts[place] : ends[last]])
            if name in names:
                titles.update(dict.fromkeys(names[name]))
                place = last + 1
                break
        else:
            unread.append(text[starts[place] : ends[place]])
            place += 1
    return Posts(tuple(titles), tuple(words for words in unread if words))


def by_name(posts: Iterable[tuple[str, str, str]]) -> dict[str, list[str]]:
    """The titles of posts by every name, folded, as `read_posts` takes them. `posts` are the short
    name of each, its title, and its other spellings, parted by "; "."""
    found: dict[str, list[str]] = {}
    for ref, title, also in posts:
        for words in (ref, title, *also.split("; ")):
            titles = found.setdefault(folded(words), [])
            if title not in titles:
                titles.append(title)
    found.pop("", None)
    return found


def folded(name: str) -> str:
    """A name without the differences that do not matter: case, spaces, kinds of apostrophe."""
    return "".join(name.lower().replace("’", "'").split())
