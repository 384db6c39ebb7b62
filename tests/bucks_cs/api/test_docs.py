"""The API's documentation says what its description says."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils.safestring import SafeString

from bucks_cs.api.docs import Field, Operation, operations


def operation(method: str, path: str) -> Operation:
    (found,) = [one for one in operations() if (one.method, one.path) == (method, path)]
    return found


def about(fields: tuple[Field, ...], name: str) -> str:
    (found,) = [field.about for field in fields if field.name == name]
    return found


def test_every_list_is_there() -> None:
    assert {one.address for one in operations()} >= {
        f"/api/v1/{name}/"
        for name in (
            "areas", "measures", "targets", "outturns", "snapshots",
            "plans", "actions", "success-measures", "recommendations", "risks",
        )
    }  # fmt: skip


def test_a_list_tells_its_parameters_and_its_fields() -> None:
    snapshots = operation("GET", "/api/v1/snapshots/")
    assert about(snapshots.parameters, "from").startswith("A month, as 2015-02.")
    assert "<code>red</code>, <code>amber</code>" in about(snapshots.answered, "rag")
    assert about(snapshots.answered, "value") == "A number, or null. "


def test_a_list_of_records_in_a_record_and_a_required_field_are_told() -> None:
    entry = operation("POST", "/api/v1/outturns/")
    assert {field.name for field in entry.sent if field.required} == {
        "measure", "period_start", "period_end",
    }  # fmt: skip
    assert about(entry.answered, "problems") == "A list. "


def test_nothing_from_the_description_is_taken_for_markup() -> None:
    assert all(
        isinstance(field.about, SafeString) and "<script" not in field.about
        for one in operations()
        for field in (*one.parameters, *one.sent, *one.answered)
    )


@pytest.mark.django_db
def test_somebody_signed_in_can_open_each_list(as_member: Client, client: Client) -> None:
    link = 'href="/api/v1/areas/?format=csv"'
    assert link in as_member.get("/api/v1/docs/").content.decode()
    assert link not in client.get("/api/v1/docs/").content.decode()
