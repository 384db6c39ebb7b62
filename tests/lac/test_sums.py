"""Which figures of a day would, shown together, give a small number away."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from django.conf import settings

from bucks_cs.record import load
from lac.counting import figures, scorecard_code, with_wholes
from lac.sums import ADD_UP, OUT_OF, SAME, SUMS, numbers_of
from scorecard.models import Measure, Outturn, Source, Status
from scorecard.withheld import Number, withhold
from tests.factories import AreaFactory, OutturnFactory, SeriesFactory
from tests.ledger import measure

from .factories import looked_after

pytestmark = pytest.mark.django_db

MARCH, DAY = date(2024, 3, 1), date(2024, 3, 31)
Place: TypeAlias = tuple[str, str]
"""A measure's code, and the category."""


def told(code: str, number: int, of: int | None = None, category: str = "", **more: Any) -> Outturn:
    """A counted figure of March: a number, or so many of so many."""
    series = SeriesFactory(measure=measure(code, of="All" if of else ""), category=category)
    value = number if of is None else 100 * number / of
    parts = {} if of is None else {"numerator": number, "denominator": of}
    fields = {"month": MARCH, "source": Source.COMPUTED} | parts | more
    made: Outturn = OutturnFactory(series=series, value=value, **fields)
    return made


def withheld() -> set[Place]:
    withhold(DAY, SUMS)
    found = Outturn.objects.filter(withheld=True)
    return set(found.values_list("series__measure__code", "series__category"))


RELATIVE, OTHER = "Foster carer: relative or friend", "Foster carer: other"


def placements(relative: int, other: int, home: int, foster: int, **more: Any) -> None:
    told("cla-by-placement", relative, category=RELATIVE, **more)
    told("cla-by-placement", other, category=OTHER, **more)
    told("cla-by-placement", home, category="Children’s home", **more)
    told("cla", relative + other + home, **more)
    told("cla-foster", foster, relative + other + home, **more)


def test_where_no_number_is_small_nothing_is_withheld() -> None:
    placements(30, 40, 20, foster=70)
    assert withheld() == set()


def test_a_kind_of_fostering_that_the_number_fostered_would_tell_takes_the_other_with_it() -> None:
    placements(3, 40, 20, foster=43)
    assert withheld() == {("cla-by-placement", RELATIVE), ("cla-by-placement", OTHER)}


def test_measures_that_are_parts_of_another_go_together_as_its_categories_do() -> None:
    told("cla-foster-number", 44)
    told("cla-foster-in-house-number", 4)
    told("cla-foster-agency-number", 40)
    assert withheld() == {("cla-foster-in-house-number", ""), ("cla-foster-agency-number", "")}


def test_the_number_looked_after_is_the_whole_of_every_measure_by_category() -> None:
    told("cla", 84)
    for number, category in ((4, "Under 1"), (30, "1 to 4"), (50, "5 to 9")):
        told("cla-by-age", number, category=category)
    assert withheld() == {("cla-by-age", "Under 1"), ("cla-by-age", "1 to 4")}


def test_parts_that_are_not_told_protect_nothing_as_a_reader_may_know_that_they_are_empty() -> None:
    told("cla", 43)
    for category in ("Under 1", "1 to 4"):
        series = SeriesFactory(measure=measure("cla-by-age"), category=category)
        OutturnFactory(series=series, month=MARCH, value=None, absence="not_available")
    told("cla-by-age", 3, category="5 to 9")
    told("cla-by-age", 40, category="10 to 15")
    assert withheld() == {("cla-by-age", "5 to 9"), ("cla-by-age", "10 to 15")}


def test_a_kind_of_placement_that_no_figure_tells_may_be_known_to_be_empty() -> None:
    """The six in residential care are the six in a children’s home, who protect nobody: hidden
    beside a small number, they would still be told."""
    for category, number in (("Independent living", 9), ("Residential employment", 5)):
        told("cla-by-placement", number, category=category)
    told("cla-by-placement", 6, category="Children’s home")
    told("cla", 20)
    told("cla-residential", 6, 20)
    assert withheld() == {
        ("cla-by-placement", "Residential employment"),
        ("cla-by-placement", "Independent living"),
    }


def test_what_another_councils_documents_print_is_judged_when_it_is_loaded(tmp_path: Path) -> None:
    shutil.copytree(Path(settings.BASE_DIR) / "fixtures", tmp_path, dirs_exist_ok=True)
    row = "cla,bucks,{category},date,2020-06-30,2020-06-30,,,{number},,actual,,,,004,Page 1,"
    with (tmp_path / "lac" / "outturns.csv").open("a", encoding="utf-8") as file:
        for category, number in (("", 84), ("Boys", 3), ("Girls", 81)):
            code = "cla-by-sex" if category else "cla"
            print(row.format(category=category, number=number).replace("cla", code, 1), file=file)
    load(tmp_path)
    hidden = Outturn.objects.filter(period_end=date(2020, 6, 30), withheld=True)
    assert set(hidden.values_list("series__category", flat=True)) == {"Boys", "Girls"}


def test_a_share_of_few_is_withheld_even_where_it_is_nought() -> None:
    told("cla-reviews-in-time", 0, 4)
    assert withheld() == {("cla-reviews-in-time", "")}


def test_those_out_of_the_county_are_told_by_those_in_it() -> None:
    told("cla", 50)
    told("placed-in-county", 47, 50)
    told("cla-county-not-known", 0, 50)
    assert withheld() == {("placed-in-county", "")}


def test_a_figure_that_somebody_typed_of_the_same_children_is_withheld_too() -> None:
    placements(0, 3, 20, foster=3)
    told("cla-foster-number", 3, source=Source.TYPED)
    assert ("cla-foster-number", "") in withheld()


def revise(code: str, number: int, of: int | None = None, category: str = "") -> Outturn:
    """A later revision of a figure, approved."""
    before = Outturn.objects.filter(
        series__measure__code=code, series__category=category, status=Status.APPROVED
    )
    before.update(status=Status.SUPERSEDED)
    return told(code, number, of, category, revision=2, reason="A late return.")


def test_what_waits_for_a_manager_changes_nothing_yet() -> None:
    placements(30, 40, 20, foster=70)
    more = {"revision": 2, "status": Status.SUBMITTED, "reason": "A late return."}
    told("cla-by-placement", 3, category=RELATIVE, **more)
    assert withheld() == set()


def test_a_revision_of_what_was_hidden_stays_hidden_or_an_earlier_edition_would_tell_it() -> None:
    """Shown 8 relatives among 48 fostered, a reader had 40 others, and 3 relatives among the 43 of
    before."""
    placements(3, 40, 20, foster=43)
    assert withheld() == {("cla-by-placement", RELATIVE), ("cla-by-placement", OTHER)}
    revised = revise("cla-by-placement", 8, category=RELATIVE)
    revise("cla", 68)
    fostered = revise("cla-foster", 48, 68)
    withheld()
    revised.refresh_from_db()
    assert revised.withheld
    assert Outturn.objects.get(series__category=OTHER).withheld
    fostered.refresh_from_db()
    assert not fostered.withheld


def test_a_revision_that_becomes_small_takes_with_it_what_an_earlier_edition_shows() -> None:
    """40 others are told by the 70 fostered of before less 30 relatives: they protect nobody now,
    unless the 30 are hidden too."""
    placements(30, 40, 20, foster=70)
    assert withheld() == set()
    revise("cla-by-placement", 3, category=RELATIVE)
    revise("cla", 63)
    revise("cla-foster", 43, 63)
    withheld()
    hidden = Outturn.objects.filter(withheld=True, series__measure__code="cla-by-placement")
    assert {3, 40, 30} <= {int(one.value) for one in hidden}


def test_what_becomes_small_is_not_told_by_what_did_not_change() -> None:
    """Of 72, 23 are with private providers and none with another authority; then 22 and 1."""
    told("cla", 72)
    for provider, number in PROVIDERS.items():
        told("cla-by-provider", number, category=provider)
    assert withheld() == {("cla-by-provider", "Parents"), ("cla-by-provider", "Voluntary")}
    revise("cla-by-provider", 22, category="Private")
    revise("cla-by-provider", 1, category="Other authority")
    withheld()
    hidden = Outturn.objects.filter(withheld=True, series__measure__code="cla-by-provider")
    assert {(one.series.category, int(one.value)) for one in hidden} == {
        ("Other authority", 1),
        ("Private", 22),
        ("Parents", 4),
        ("Voluntary", 7),
    }


PROVIDERS = {"Own": 38, "Private": 23, "Other authority": 0, "Voluntary": 7, "Parents": 4}


def test_a_withheld_share_does_not_hide_what_it_is_out_of() -> None:
    """All children are told by other figures: they protect no number."""
    told("cla", 63)
    told("placed-in-county", 57, 63, withheld=True)
    told("placed-out-of-county-number", 3)
    told("cla-county-not-known", 3, 63)
    assert ("cla", "") not in withheld()


def test_another_day_and_another_area_are_no_matter() -> None:
    placements(3, 40, 20, foster=43)
    more = {"category": OTHER, "month": date(2024, 2, 1)}
    february = told("cla-by-placement", 40, **more)
    elsewhere = SeriesFactory(
        measure=february.series.measure, area=AreaFactory(code="england"), category=OTHER
    )
    theirs = OutturnFactory(series=elsewhere, month=MARCH, value=40)
    withhold(DAY, SUMS)
    assert Outturn.objects.filter(pk__in=[february.pk, theirs.pk], withheld=True).count() == 0


def test_it_takes_as_many_queries_however_many_figures_there_are(
    django_assert_num_queries: Any,
) -> None:
    placements(3, 40, 20, foster=43)
    with django_assert_num_queries(2):
        withhold(DAY, SUMS)
    for number in range(20):
        told("cla-by-placement", number, category=f"Kind {number}")
    with django_assert_num_queries(2):
        withhold(DAY, SUMS)


def test_the_numbers_are_those_of_measures_that_the_record_has() -> None:
    load(Path(settings.BASE_DIR) / "fixtures")
    known = set(Measure.objects.values_list("code", flat=True))
    numbers = {
        *SAME.values(),
        *(number for one in ADD_UP for number in (one.whole, *one.parts)),
    }
    # What is told by subtraction only has words in place of a code.
    named = {code for code in (*OUT_OF.values(), *(code for code, _ in numbers)) if " " not in code}
    assert {*SAME, *OUT_OF, *named} <= known


def test_what_a_figure_tells_and_is_out_of_is_what_the_count_has() -> None:
    """Of every figure that is counted: the same number is the same children."""
    children: dict[Number, list[int]] = {}
    for number in range(60):
        place, provider = [("U6", "PR1"), ("U1", "PR4"), ("K2", "PR4"), ("P1", "PR0")][number % 4]
        looked_after(f"C{number}", place=place, provider=provider, in_county=number % 3 > 0)
    for one in with_wholes(figures(DAY)):
        number, out_of = numbers_of(scorecard_code(one.code), one.category)
        if one.total is None:
            assert children.setdefault(number, sorted(one.counted)) == sorted(one.counted)
        if one.out_of is not None:
            assert children.setdefault(out_of, sorted(one.out_of)) == sorted(one.out_of)
    for whole, parts in ADD_UP:
        if {whole, *parts} <= children.keys():
            inside = [child for part in parts for child in children[part]]
            assert children[whole] == sorted(inside)
