"""Rows of returns into the database and out of it: nothing is lost, nothing is changed."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

import numpy as np
import pytest
from django.db import IntegrityError, transaction

from lac import services, store
from lac.arrays import merged, rows_of
from lac.models import Child, Episode, Return
from lac.postcodes import NOWHERE, read_postcodes

from .factories import ChildFactory, looked_after
from .returns import a_return, invented_files, invented_returns
from .test_files import read

pytestmark = pytest.mark.django_db


def same(one: Any, other: Any) -> None:
    """Every array of two `Arrays` is equal, but for the carers' numbers: which is which."""
    for part in fields(one):
        mine, theirs = getattr(one, part.name), getattr(other, part.name)
        for column in fields(mine):
            here, there = getattr(mine, column.name), getattr(theirs, column.name)
            np.testing.assert_array_equal(here, there, err_msg=f"{part.name}.{column.name}")


def test_what_comes_out_is_what_went_in() -> None:
    returns = invented_returns()
    places = read_postcodes(invented_files()["postcodes.csv"])
    services.import_returns(returns=returns, places=places, authority="E10000002", by=None)
    rows = [rows_of(one, places, "E10000002", services._carers_secret()) for one in returns]
    same(store.arrays(), merged(rows))


def test_what_is_not_known_stays_so() -> None:
    episode = "A,05/05/2023,S,C2,,U4,,,,,,ZZ1 1AB,"
    tables = read(a_return([episode]))
    services.import_returns(returns=[tables], places=NOWHERE, authority="E10000002", by=None)
    (kept,) = Episode.objects.all()
    assert (kept.ended, kept.miles, kept.in_county, kept.need, kept.provider) == (
        None, None, None, "", "",
    )  # fmt: skip
    (child,) = Child.objects.all()
    assert (child.is_uasc, child.uasc_until, child.immunised) == (False, None, None)


def test_no_return_is_nobody() -> None:
    assert len(store.arrays().children.key) == 0


def test_the_arrays_are_read_once_while_the_returns_stay(
    django_assert_num_queries: Any,
) -> None:
    looked_after("A")
    first = store.arrays()
    with django_assert_num_queries(1):
        assert store.arrays() is first


def test_the_arrays_are_read_anew_when_a_return_is_replaced_or_goes() -> None:
    looked_after("A")
    before, mark = store.arrays(), store.digest()
    Return.objects.all().delete()
    assert store.digest() != mark
    assert len(store.arrays().children.key) == 0
    looked_after("B")
    assert list(store.arrays().children.key) == ["B"]
    assert list(before.children.key) == ["A"]


def test_a_child_stands_once_in_a_return() -> None:
    one = ChildFactory(child="A")
    with pytest.raises(IntegrityError), transaction.atomic():
        ChildFactory(of=one.of, child="A")


def test_a_return_without_postcodes_or_reviews_tells_nothing_of_distances_or_reviews() -> None:
    held = looked_after(3).of
    day = date(held.year, 3, 31)
    Return.objects.filter(pk=held.pk).update(with_postcodes=False)

    assert {"cla_within_20_miles", "cla_in_county", "cla_reviews_in_time"} <= store.not_told_on(day)

    Return.objects.filter(pk=held.pk).update(with_postcodes=True)
    held.reviews.create(child="A", on=day)
    assert store.not_told_on(day) == set()
    assert store.not_told_on(date(1999, 3, 31)) == set()
