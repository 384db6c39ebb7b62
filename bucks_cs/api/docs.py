"""The API's documentation page: its description, in words, from the same source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET
from drf_spectacular.generators import SchemaGenerator

from .schema import REFUSALS


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a field of a record."""

    name: str
    about: SafeString
    required: bool


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that the API does. `address` is given where it can simply be opened."""

    key: str
    method: str
    path: str
    address: str
    about: SafeString
    parameters: tuple[Field, ...]
    sent: tuple[Field, ...]
    answered: tuple[Field, ...]


@require_GET
def documentation(request: HttpRequest) -> HttpResponse:
    """Open to everybody: it holds no figures."""
    return render(
        request, "api/docs.html", {"operations": operations(), "refusals": REFUSALS.items()}
    )


@cache
def operations() -> tuple[Operation, ...]:
    """Everything that the API does, by address."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    schema = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    records = schema["components"]["schemas"]
    return tuple(
        _operation(path, method, operation, records)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    )


def _operation(
    path: str, method: str, operation: dict[str, Any], records: Mapping[str, Any]
) -> Operation:
    is_read = method == "get"
    return Operation(
        key=operation["operationId"],
        method=method.upper(),
        path=path,
        address=path if is_read and "{" not in path else "",
        about=_with_code(operation["description"]),
        parameters=tuple(
            _field(one["name"], one["schema"], one.get("description", ""), one.get("required"))
            for one in operation.get("parameters", [])
        ),
        sent=tuple(_fields(operation.get("requestBody", {}), records)),
        answered=tuple(_fields(operation["responses"]["200"], records)),
    )


def _fields(message: dict[str, Any], records: Mapping[str, Any]) -> Iterator[Field]:
    content = message.get("content", {}).get("application/json")
    if content:
        record = _record(content["schema"], records)
        if "results" in record["properties"]:
            record = _record(record["properties"]["results"]["items"], records)
        for name, schema in record["properties"].items():
            yield _field(name, schema, schema.get("description", ""), name in record["required"])


def _record(schema: dict[str, Any], records: Mapping[str, Any]) -> dict[str, Any]:
    record: dict[str, Any] = records[schema["$ref"].split("/")[-1]]
    return record


def _field(name: str, schema: dict[str, Any], about: str, required: bool | None) -> Field:
    kind = _kind(schema) + (", or null" if schema.get("nullable") else "")
    return Field(name, _with_code(f"{kind}. {about}"), bool(required))


_KINDS = {
    "date": "A day, as 2015-02-28",
    "integer": "A whole number",
    "number": "A number",
    "boolean": "True or false",
    "array": "A list",
    "string": "Text",
}


def _kind(schema: dict[str, Any]) -> str:
    schema = schema.get("oneOf", [schema])[0]
    if "enum" in schema:
        words = [f"`{word}`" for word in schema["enum"] if word]
        return f"{', '.join(words[:-1])} or {words[-1]}"
    if "(0[1-9]|1[0-2])" in schema.get("pattern", ""):
        return "A month, as 2015-02"
    return _KINDS.get(schema.get("format", "")) or _KINDS.get(schema.get("type", ""), "A record")


def _with_code(text: str) -> SafeString:
    """Text with what stands between backticks marked as code."""
    parts = text.split("`")
    parts[1::2] = [format_html("<code>{}</code>", code) for code in parts[1::2]]
    return format_html_join("", "{}", ((part,) for part in parts))
