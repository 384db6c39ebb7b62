"""What the tests of looked-after children share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from lac import services, store
from lac.postcodes import read_postcodes
from scorecard.models import Measure, Unit
from scorecard.rag import Polarity
from tests.factories import AreaFactory, MeasureFactory
from tests.kept import Kept

from .returns import invented_files, invented_returns


@pytest.fixture(autouse=True)
def _nothing_is_kept_of_returns() -> Iterator[None]:
    store.forget()
    yield
    store.forget()


@pytest.fixture(scope="session")
def kept_returns(keep: Callable[..., Kept]) -> Kept:
    def make() -> services.Imported:
        return services.import_returns(
            returns=invented_returns(),
            places=read_postcodes(invented_files()["postcodes.csv"]),
            authority="E10000002",
            by=None,
        )

    return keep(make)


@pytest.fixture
def held(kept_returns: Kept, db: Any) -> services.Imported:
    """The invented returns of 2021/22 to 2023/24, imported with their postcodes."""
    imported: services.Imported = kept_returns.put()
    return imported


@pytest.fixture
def measures(db: Any) -> dict[str, Measure]:
    """Some of the scorecard's measures: numbers, a number by age, a share, one of the year."""
    AreaFactory()
    number = {
        "unit": Unit.COUNT,
        "polarity": Polarity.NONE,
        "decimals": 0,
        "numerator_label": "",
        "denominator_label": "",
        "on_scorecard": False,
    }
    made = (
        MeasureFactory(code="cla", short_name="Looked-after children", **number),
        MeasureFactory(code="cla-by-age", short_name="By age", **number),
        MeasureFactory(code="cla-started", frequency="financial_year", **number),
        MeasureFactory(code="placed-within-20-miles", short_name="Within 20 miles"),
    )
    return {one.code: one for one in made}
