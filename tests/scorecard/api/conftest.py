"""Reading and writing through the API in the tests of the scorecard's part of it."""

from __future__ import annotations

from typing import Any, Protocol

import pytest
from django.test import Client


class Rows(Protocol):
    def __call__(self, client: Client, name: str, **query: Any) -> list[dict[str, Any]]: ...


@pytest.fixture
def rows() -> Rows:
    """The rows of a list: `rows(client, "outturns", status="draft")`."""

    def read(client: Client, name: str, **query: Any) -> list[dict[str, Any]]:
        found = client.get(f"/api/v1/{name}/", {"page_size": 1000, **query})
        assert found.status_code == 200, found.content
        results: list[dict[str, Any]] = found.json()["results"]
        return results

    return read
