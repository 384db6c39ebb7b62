"""What the ledger opens to whom."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from bucks_cs.models import User
from scorecard.models import Outturn, Source, Unit
from tests.factories import OutturnFactory, PublicationFactory

pytestmark = pytest.mark.django_db


def test_small_are_figures_of_a_few_out_of_a_few_and_those_withheld() -> None:
    OutturnFactory(value=40)
    OutturnFactory(value=10, numerator=Decimal(50), denominator=Decimal(500))
    few = OutturnFactory(value=1, numerator=Decimal(5), denominator=Decimal(500))
    of_few = OutturnFactory(value=0, numerator=Decimal(0), denominator=Decimal(4))
    withheld = OutturnFactory(value=40, withheld=True)
    count = OutturnFactory(value=5, series__measure__unit=Unit.COUNT)

    assert set(Outturn.objects.small()) == {few, of_few, withheld, count}


def test_members_see_published_months_counted_parts_and_all(member: User, officer: User) -> None:
    PublicationFactory()
    whole = OutturnFactory(source=Source.COMPUTED, value=122)
    part = OutturnFactory(source=Source.COMPUTED, series__category="Private", value=40)
    later = OutturnFactory(month=date(2015, 3, 1))

    assert set(Outturn.objects.visible_to(member)) == {whole, part}
    assert set(Outturn.objects.visible_to(officer)) == {whole, part, later}
