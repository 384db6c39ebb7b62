"""What is copied into a test is what would have been made there."""

from __future__ import annotations

from collections import Counter

import pytest
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import DateTimeField, JSONField

from bucks_cs.record import load
from scorecard.models import Area, Measure, Outturn
from tests.factories import AreaFactory, OutturnFactory
from tests.kept import Kept

pytestmark = pytest.mark.django_db
# Moments; and the JSON of a published figure, which two loadings on PostgreSQL write differently.
NEVER_THE_SAME = (DateTimeField, JSONField)


def content() -> dict[str, Counter[str]]:
    """Every row of every model, but for numbers that the database gives, and moments."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        names = [
            field.attname
            for field in model._meta.concrete_fields
            if not (field.primary_key or field.is_relation or isinstance(field, NEVER_THE_SAME))
        ]
        rows = model._base_manager.values_list(*names) if names else model._base_manager.values()
        found[model._meta.label] = Counter(repr(row) if names else "" for row in rows)
    return found


def test_it_is_all_there_and_as_it_was_made(kept_record: Kept) -> None:
    with transaction.atomic():
        load(settings.BASE_DIR / "fixtures")
        made = content()
        transaction.set_rollback(True)
    assert not Outturn.objects.exists()
    kept_record.put()
    assert content() == made


def test_new_rows_take_numbers_that_are_free(kept_record: Kept) -> None:
    kept_record.put()
    outturn = OutturnFactory()
    assert outturn.pk > max(Outturn.objects.exclude(pk=outturn.pk).values_list("pk", flat=True))


def test_where_something_is_there_it_is_made_around_it(kept_record: Kept) -> None:
    AreaFactory(code="bucks", name="Ours")
    kept_record.put()
    assert Area.objects.get(code="bucks").name == "Ours"
    assert Measure.objects.filter(code="cla").exists()
