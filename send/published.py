"""The published figures on SEND and education, or another council's: `fixtures/send/`."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

from django.db import transaction

from bucks_cs.record import WrongFixture
from improvement_plan import published as plans
from scorecard import published
from scorecard.models import Document

from .models import ConsultationQuestion


@transaction.atomic
def load(folder: Path) -> Counter[str]:
    """Adds what is not there yet. Raises `WrongFixture`, in words, where a row is wrong."""
    added = published.load(folder / "send", measures=("measures", "framework"))
    added += _questions(folder / "send" / "questions.csv")
    # What a plan has of measures that came with the figures.
    return added + plans.load(folder / "send")


def _questions(file: Path) -> Counter[str]:
    if not file.is_file():
        return Counter()
    documents = {one.code: one for one in Document.objects.all()}
    there = set(ConsultationQuestion.objects.values_list("ref", flat=True))
    new = []
    with file.open(encoding="utf-8", newline="") as rows:
        for number, row in enumerate(csv.DictReader(rows), start=2):
            if row["document"] not in documents:
                raise WrongFixture(f"{file.name}, row {number}: no document {row['document']}.")
            if row["ref"] not in there:
                there.add(row["ref"])
                new.append(ConsultationQuestion(**row | {"document": documents[row["document"]]}))
    ConsultationQuestion.objects.bulk_create(new)
    return Counter(consultation_questions=len(new))
