"""From a return to the member: they see all that is safe, and can work out no number of 1 to 5."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from html import unescape
from itertools import product
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bucks_cs.lib.disclosure import is_small
from bucks_cs.models import User
from bucks_cs.record import load
from lac import codes, services, store
from lac.models import Child
from lac.sums import OUT_OF, SUMS
from scorecard import services as ledger
from scorecard.entry import Entered
from scorecard.models import Measure, Outturn, Series, Status, Target
from scorecard.presenters import counted, is_kept_back
from scorecard.publishing import freeze
from scorecard.rows import key_of
from scorecard.withheld import to_withhold

from .factories import looked_after

pytestmark = pytest.mark.django_db

MARCH, DAY = date(2024, 3, 1), date(2024, 3, 31)
RELATIVE, OTHER = "Foster carer: relative or friend", "Foster carer: other"
Place: TypeAlias = tuple[str, str]
"""A measure's code, and the category."""

KINDS: tuple[tuple[int, dict[str, Any]], ...] = (
    (30, {"place": "U6", "provider": "PR1", "miles": 4.0}),
    (12, {"place": "U6", "provider": "PR1", "miles": 30.0, "legal_status": "V2"}),
    (22, {"place": "U6", "provider": "PR4", "miles": 30.0, "in_county": False}),
    (3, {"place": "U1", "provider": "PR1", "miles": 8.0, "need": "N5"}),
    (12, {"place": "K2", "provider": "PR4", "miles": 44.0, "in_county": False, "need": "N2"}),
    (7, {"place": "K2", "provider": "PR5", "miles": 9.0}),
    (4, {"place": "K2", "provider": "PR1", "miles": 5.0, "legal_status": "V2"}),
    (2, {"place": "S1", "provider": "PR4", "miles": 70.0, "in_county": False, "need": "N2"}),
    (9, {"place": "H5", "provider": "PR4", "miles": None, "in_county": None, "need": "N8"}),
    (8, {"place": "P1", "provider": "PR0", "miles": 2.0, "legal_status": "C1"}),
    (5, {"place": "T0", "provider": "", "miles": 2.0}),
)
"""So many children of each kind: 114."""
BIRTHDAYS = [date(2023, 9, 1), *[date(2021, 5, 1)] * 9, *[date(2012, 1, 1)] * 20]


@pytest.fixture
def published(officer: User, manager: User) -> None:
    """The figures of March, counted from a return, confirmed, approved and published."""
    load(Path(django_settings.BASE_DIR) / "fixtures")
    Target.objects.all().delete()  # no figure needs words
    names = [(number, kind) for number, (many, kind) in enumerate(KINDS) for _ in range(many)]
    for place, (number, kind) in enumerate(names):
        looked_after(f"C{number:02}{place:03}", **kind)
    for place, child in enumerate(Child.objects.order_by("child")):
        child.born, child.sex = BIRTHDAYS[place % len(BIRTHDAYS)], "12"[place % 2]
        child.save()
    store.forget()
    services.confirm(month=MARCH, by=officer)
    approve(manager)
    ledger.compute_snapshots(since=MARCH, until=MARCH)
    freeze(month=MARCH, at=timezone.now(), by=manager)


def approve(manager: User) -> None:
    waiting = Outturn.objects.filter(status=Status.SUBMITTED)
    ledger.approve(seen=dict(waiting.values_list("pk", "version")), by=manager)


def outturns(client: Client) -> dict[Place, dict[str, Any]]:
    response = client.get(
        "/api/v1/outturns/", {"month": "2024-03", "area": "bucks", "page_size": 1000}
    )
    assert response.status_code == 200
    return {(row["measure"], row["category"]): row for row in response.json()["results"]}


def words(text: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", text)).split())


def page_parts(client: Client, code: str) -> dict[str, str]:
    """The figure of each part as the measure's page has it."""
    text = client.get(f"/measures/{code}/").content.decode()
    _, _, parts = text.partition('id="parts"')
    return {
        words(part): words(figure)
        for part, figure in re.findall(
            r'<th scope="row"[^>]*>(.*?)</th>.*?<span class="figure">(.*?)</span>', parts
        )
    }


def csv_rows(client: Client, address: str, **query: str) -> list[dict[str, str]]:
    """The rows of a file, below what it says of itself."""
    response = client.get(address, query)
    assert response.status_code == 200
    content = b"".join(response) if response.streaming else response.content
    *_, table = content.decode("utf-8-sig").replace("\r\n", "\n").split("\n\n")
    return list(csv.DictReader(io.StringIO(table)))


@pytest.mark.usefixtures("published")
def test_officers_see_every_figure(as_officer: Client) -> None:
    seen = outturns(as_officer)
    assert seen["cla-by-placement", RELATIVE]["value"] == 3
    assert not any(row["symbol"] == "c" for row in seen.values())
    assert page_parts(as_officer, "cla-by-placement")["Residential school"] == "2"


@pytest.mark.usefixtures("published")
def test_members_see_parts_that_tell_of_no_small_number(as_member: Client) -> None:
    seen = outturns(as_member)
    shown = {place for place, row in seen.items() if not row["symbol"]}
    assert {
        ("cla", ""),
        ("cla-by-sex", "Girls"),
        ("cla-by-need", "Abuse or neglect"),
        ("cla-by-placement", "Semi-independent living"),
        ("placed-within-20-miles", ""),
        ("cla-foster", ""),
    } <= shown
    parts = page_parts(as_member, "cla-by-placement")
    assert parts["Semi-independent living"] == "9"
    assert parts["Residential school"] == "Hidden: a small number"
    page = words(as_member.get("/lac/").content.decode())
    assert "Semi-independent living" in page


@pytest.mark.usefixtures("published")
def test_the_api_files_and_pages_show_the_same(as_member: Client) -> None:
    seen = outturns(as_member)
    hidden = {place for place, row in seen.items() if row["symbol"] == "c"}
    assert hidden
    asked = {"month": "2024-03", "area": "bucks", "format": "csv"}
    for row in csv_rows(as_member, "/api/v1/outturns/", **asked):
        place = (row["measure"], row["category"])
        assert (row["symbol"] == "c") == (place in hidden)
        assert not (row["symbol"] and (row["value"] or row["numerator"] or row["denominator"]))
    summary = as_member.get("/api/v1/placements/summary/", {"page_size": 1000}).json()["results"]
    of_march = [row for row in summary if row["period_end"] == str(DAY)]
    assert {(r["measure"], r["category"]) for r in of_march if r["symbol"] == "c"} == hidden
    for edition in ("", "1"):  # as known now, and as published
        rows = csv_rows(as_member, "/scorecard/2024-03.csv", edition=edition)
        in_file = {(row["Measure code"], row["Part"]): row for row in rows}
        assert in_file.keys() >= {place for place in seen if place[1]}
        for place, row in in_file.items():
            assert (row["Value"] == "c") == (place in hidden), (edition, place)
            assert not (row["Value"] == "c" and (row["Numerator"] or row["Denominator"]))
    for code in {code for code, category in seen if category}:
        parts = page_parts(as_member, code)
        assert parts.keys() == {category for of, category in seen if of == code and category}
        for category, figure in parts.items():
            assert figure.startswith("Hidden") == ((code, category) in hidden), (code, category)


# ---- a reader with a computer ------------------------------------------------------


Kind: TypeAlias = tuple[str, str, str, str]
"""Of what placement, whose, in which county, how far: all that the measures of where and with whom
tell of a child."""


@cache
def kinds() -> tuple[Kind, ...]:
    """Every kind of child that there can be: parents provide for those with them and for no
    others, and some placements have no provider."""
    without = {codes.PLACE[code] for code in codes.WITHOUT_PROVIDER}
    found = product(
        dict.fromkeys(codes.PLACE.values()),
        (*codes.PROVIDER.values(), "Not known"),
        ("in", "out", "not known"),
        ("near", "far", "not known"),
    )
    return tuple(
        kind
        for kind in found
        if (kind[0] == "With parents") == (kind[1] == "Parents")
        and (kind[0] in without) == (kind[1] == "Not known")
    )


FOSTER, RESIDENTIAL = (
    {codes.PLACE[code] for code in among} for among in (codes.FOSTER, codes.RESIDENTIAL)
)
AGENCY = {codes.PROVIDER[code] for code in codes.AGENCY}
IS_IN: Mapping[str, Any] = {
    "cla": lambda kind: True,
    "cla-foster": lambda kind: kind[0] in FOSTER,
    "cla-residential": lambda kind: kind[0] in RESIDENTIAL,
    "cla-in-house": lambda kind: kind[1] == "Own authority",
    "cla-agency": lambda kind: kind[1] in AGENCY,
    "cla-foster-in-house": lambda kind: kind[0] in FOSTER and kind[1] == "Own authority",
    "placed-in-county": lambda kind: kind[2] == "in",
    "cla-county-not-known": lambda kind: kind[2] == "not known",
    "placed-within-20-miles": lambda kind: kind[3] == "near",
    "cla-over-20-miles-outside": lambda kind: kind[3] == "far" and kind[2] == "out",
    "cla-distance-not-known": lambda kind: kind[3] == "not known",
}
BY_KIND = {"cla-by-placement": 0, "cla-by-provider": 1}
DERIVED: Mapping[str, Any] = {
    "out of county": lambda kind: kind[2] == "out",
    "fostered by others": lambda kind: kind[0] in FOSTER and kind[1] != "Own authority",
    "in-house, not fostered": lambda kind: kind[0] not in FOSTER and kind[1] == "Own authority",
}
"""What no counted measure tells, and some of them together would."""


def row_of(is_in: Any) -> list[float]:
    return [float(is_in(kind)) for kind in kinds()]


def is_kind(place: Place) -> bool:
    """Whether the measure tells where or with whom children are."""
    return place[0] in IS_IN or place[0] in BY_KIND


def number(row: Mapping[str, Any]) -> int:
    return round(row["value"] if row["numerator"] is None else row["numerator"])


def number_row(place: Place) -> list[float]:
    code, category = place
    if code in BY_KIND and category:
        return row_of(lambda kind: kind[BY_KIND[code]] == category)
    return row_of(IS_IN.get(code, IS_IN["cla"]))


def rows_told(seen: Mapping[Place, dict[str, Any]]) -> Iterable[list[float]]:
    """What each figure that is shown says of how many children there are of each kind."""
    for (code, category), row in seen.items():
        if row["symbol"] or not is_kind((code, category)):
            continue
        yield number_row((code, category))
        if row["denominator"] is not None:
            yield row_of(IS_IN["cla-foster" if code == "cla-foster-in-house" else "cla"])


def can_work_out(told: Iterable[list[float]], *wanted: list[float]) -> np.ndarray[Any, Any]:
    """Of each number, whether it is a sum and difference of those that are told."""
    known, asked = np.array(list(told)).T, np.array(wanted).T
    made = known @ np.linalg.lstsq(known, asked, rcond=None)[0]
    return np.abs(made - asked).max(axis=0) < 1e-6


@pytest.mark.usefixtures("published")
def test_no_small_number_is_a_sum_or_difference_of_what_a_member_sees(
    as_member: Client, as_officer: Client
) -> None:
    every, seen = outturns(as_officer), outturns(as_member)
    shown = list(rows_told(seen))
    small = [place for place, row in every.items() if is_kind(place) and is_small(number(row))]
    assert {("cla-by-placement", RELATIVE), ("cla-by-provider", "Not known")} <= set(small)
    for place in small:
        assert seen[place]["symbol"] == "c"
        assert not can_work_out(shown, number_row(place)), place
    # Did members see all that is not small, some would be.
    rest = list(rows_told({at: row for at, row in every.items() if at not in small}))
    assert any(can_work_out(rest, number_row(place)) for place in small)


@pytest.mark.usefixtures("published")
def test_nor_is_one_that_no_measure_tells(as_member: Client) -> None:
    """Four are in the council's own provision and not fostered."""
    shown = list(rows_told(outturns(as_member)))
    assert not can_work_out(shown, row_of(DERIVED["in-house, not fostered"]))
    assert can_work_out(shown, row_of(DERIVED["out of county"]))  # 36


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("code", ["cla-by-age", "cla-by-sex", "cla-by-need", "cla-by-legal-status"])
def test_of_the_parts_of_a_whole_none_or_more_than_one_is_hidden(
    code: str, as_member: Client
) -> None:
    seen = outturns(as_member)
    hidden = [row for place, row in seen.items() if place[0] == code and row["symbol"] == "c"]
    assert len(hidden) != 1
    assert not seen["cla", ""]["symbol"]


CHILDREN = st.dictionaries(st.sampled_from(kinds()), st.integers(1, 9), min_size=1, max_size=9)


@given(CHILDREN)
@example(
    # Six in residential care are six in a children’s home: nobody is in the other kinds of it, and
    # no figure says so.
    {
        ("Placed for adoption", "Private", "in", "far"): 8,
        ("Semi-independent living", "Voluntary", "in", "not known"): 7,
        ("Residential employment", "Own authority", "in", "near"): 5,
        ("Independent living", "Own authority", "in", "near"): 9,
        ("Children’s home", "Voluntary", "out", "near"): 6,
    }
)
@settings(deadline=None)
def test_whoever_the_children_are_no_small_number_can_be_worked_out(
    children: dict[Kind, int],
) -> None:
    rows = list(figures_of(children))
    assert not any(worked_out([row_of(lambda _: False), *all_told(seen(rows))], rows))


@st.composite
def two_editions(draw: st.DrawFn) -> tuple[dict[Kind, int], dict[Kind, int]]:
    """The children of a month, and how many of some kinds a late return has instead."""
    children = draw(CHILDREN)
    of_some = st.dictionaries(st.sampled_from(sorted(children)), st.integers(1, 9), min_size=1)
    return children, children | draw(of_some)


@given(two_editions())
@settings(deadline=None)
def test_nor_by_who_has_both_editions_of_a_month(
    editions: tuple[dict[Kind, int], dict[Kind, int]],
) -> None:
    """The reader knows of each figure whether it was revised, even of one that is hidden."""
    first, second = ({key_of(one): one for one in figures_of(some)} for some in editions)
    for key, one in second.items():
        before = first[key]
        if (before.value, before.denominator) == (one.value, one.denominator):
            second[key] = before
        else:
            before.status = Status.SUPERSEDED
    revised = [one for key, one in second.items() if one is not first[key]]
    shown = seen([*first.values(), *revised])
    nobody = row_of(lambda _: False)
    told = [row + nobody for row in all_told(one for one in first.values() if is_in(one, shown))]
    told += [nobody + row for row in all_told(one for one in second.values() if is_in(one, shown))]
    same = [number_row(place_of(one)) for key, one in first.items() if second[key] is one]
    told += [row + [-number for number in row] for row in same]
    told.append(nobody + nobody)
    assert not any(worked_out(told, first.values(), after=nobody))
    assert not any(worked_out(told, second.values(), before=nobody))


def is_in(one: Outturn, some: Iterable[Outturn]) -> bool:
    """Whether it is one of them: none has been saved, so none has a key of its own."""
    return any(one is other for other in some)


def place_of(one: Outturn) -> Place:
    return one.series.measure.code, one.series.category


def seen(known: Sequence[Outturn]) -> list[Outturn]:
    """Those that members see."""
    hidden = [
        *to_withhold(known, SUMS),
        *(one for one in known if is_kept_back(one, one.series.measure.unit)),
    ]
    return [one for one in known if not is_in(one, hidden)]


def all_told(shown: Iterable[Outturn]) -> Iterable[list[float]]:
    for one in shown:
        yield number_row(place_of(one))
        if one.denominator is not None:
            yield row_of(IS_IN[OUT_OF[one.series.measure.code]])


def worked_out(
    told: Iterable[list[float]],
    rows: Iterable[Outturn],
    *,
    before: Sequence[float] = (),
    after: Sequence[float] = (),
) -> Iterable[bool]:
    """Of each small number, whether it can be worked out from what is told."""
    small = [
        [*before, *number_row(place_of(one)), *after]
        for one in rows
        if is_small(counted(one.value, one.numerator, one.series.measure.unit))
    ]
    return can_work_out(told, *small) if small else ()


def figures_of(children: Mapping[Kind, int]) -> Iterable[Outturn]:
    """What the measures of where and with whom tell of so many children of each kind."""
    many = np.array([children.get(kind, 0) for kind in kinds()])
    places = [(code, "") for code in IS_IN]
    places += [
        (code, category)
        for code, at in BY_KIND.items()
        for category in dict.fromkeys(kind[at] for kind in kinds())
    ]
    for number, (code, category) in enumerate(places):
        count = int(many @ number_row((code, category)))
        of = OUT_OF.get(code)
        below = int(many @ row_of(IS_IN[of])) if of else None
        if not count if below is None else not below:
            continue
        measure = Measure(code=code, unit="percent" if of else "count")
        yield Outturn(
            series=Series(pk=number, measure=measure, category=category),
            status=Status.APPROVED,
            period_start=DAY,
            period_end=DAY,
            value=Decimal(count) if below is None else Decimal(100 * count) / below,
            numerator=None if below is None else Decimal(count),
            denominator=None if below is None else Decimal(below),
        )


# ---- and later ---------------------------------------------------------------------


@pytest.mark.usefixtures("published")
def test_a_figure_that_an_officer_revises_is_judged_with_all_the_others(
    officer: User, manager: User, as_member: Client
) -> None:
    """Nine in semi-independent living become three; the numbers around them stay."""
    assert not outturns(as_member)["cla-by-placement", "Semi-independent living"]["symbol"]
    stands = Outturn.objects.get(
        series__measure__code="cla-by-placement",
        series__category="Semi-independent living",
        period_end=DAY,
    )
    typed = ledger.save_draft(
        series=stands.series,
        period=stands.period,
        entered=Entered(value=Decimal(3), reason="A file was late."),
        seen=None,
        by=officer,
    )
    ledger.submit(outturns=[typed], by=officer)
    approve(manager)
    seen = outturns(as_member)
    assert seen["cla-by-placement", "Semi-independent living"]["symbol"] == "c"
    wanted = number_row(("cla-by-placement", "Semi-independent living"))
    assert not can_work_out(rows_told(seen), wanted)


@pytest.mark.usefixtures("published")
def test_what_was_hidden_in_one_edition_stays_hidden_when_a_later_return_changes_it(
    officer: User, manager: User, as_member: Client
) -> None:
    before = {at for at, row in outturns(as_member).items() if row["symbol"] == "c"}
    for number in range(20):
        looked_after(f"NEW{number}", place="U1", provider="PR1")
    store.forget()
    services.confirm(month=MARCH, reason="A late return.", by=officer)
    assert {at for at, row in outturns(as_member).items() if row["symbol"] == "c"} == before
    approve(manager)
    seen = outturns(as_member)
    assert before <= {at for at, row in seen.items() if row["symbol"] == "c"}
    assert seen["cla", ""]["value"] == 134
