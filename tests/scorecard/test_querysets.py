"""What the ledger opens to whom."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bucks_cs.models import User
from scorecard.models import Outturn, Source
from tests.factories import OutturnFactory, PublicationFactory

pytestmark = pytest.mark.django_db


def test_members_see_no_part_that_was_counted_from_statutory_files_nor_a_share_of_a_few(
    member: User, officer: User
) -> None:
    """Parts of several measures together would tell the small number that each hides."""
    PublicationFactory()
    whole = OutturnFactory(source=Source.COMPUTED, value=122)
    part = OutturnFactory(source=Source.COMPUTED, series__category="Private", value=40)
    few = OutturnFactory(
        source=Source.COMPUTED, numerator=Decimal(0), denominator=Decimal(4), value=0
    )
    typed = OutturnFactory(series__category="North", value=40)

    assert set(Outturn.objects.visible_to(member)) == {whole, typed}
    assert set(Outturn.objects.visible_to(officer)) == {whole, part, few, typed}
