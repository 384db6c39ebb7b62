"""The API's description: what drf-spectacular cannot see for itself."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema

_SENTENCE = {
    "type": "object",
    "properties": {"detail": {"type": "string"}},
    "required": ["detail"],
}
_BY_FIELD = {
    "type": "object",
    "description": "Sentences a field; what is wrong with the whole is under `non_field_errors`.",
    "additionalProperties": {"type": "array", "items": {"type": "string"}},
}
REFUSALS = {
    "400": "Something that was sent is wrong",
    "401": "Not signed in, or a token that is not known",
    "403": "Your role does not allow it",
    "404": "There is no such record or page",
    "405": "This address does not do that",
    "406": "Neither JSON nor CSV is accepted",
    "409": "Somebody else changed it first, or it is not ready to be submitted",
    "413": "More was sent than is taken at a time",
    "415": "Only JSON is taken",
    "429": "Too many requests: wait, and ask again",
}
"""What each refusal means."""
_OF_WRITING = ("409", "413", "415")


class Schema(AutoSchema):
    """Describes a list's parameters from its `query_class`."""

    def get_override_parameters(self) -> list[Any]:
        query = getattr(self.view, "query_class", None)
        return [query] if query and self.method == "GET" else []

    def get_summary(self) -> str:
        """The first sentence of what is said of the operation."""
        return self.get_description().partition(". ")[0].partition(": ")[0].rstrip(".")


def describe_refusals(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Adds what is true of every operation: how it refuses, and that CSV is text."""
    for operations in result["paths"].values():
        for method, operation in operations.items():
            for code, meaning in REFUSALS.items():
                if method != "get" or code not in _OF_WRITING:
                    operation["responses"].setdefault(code, _refusal(code, meaning))
            for response in operation["responses"].values():
                if "text/csv" in response.get("content", {}):
                    response["content"]["text/csv"] = {"schema": {"type": "string"}}
    result["components"]["schemas"] |= {"Refusal": _SENTENCE, "Problems": _BY_FIELD}
    return result


def describe_records(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Says that a record that is read has all its fields, and that one that is sent may have no
    others."""
    for name, schema in result["components"]["schemas"].items():
        if name.endswith("Request"):
            schema["additionalProperties"] = False
        elif "properties" in schema:
            schema["required"] = sorted(schema["properties"])
    return result


def _refusal(code: str, meaning: str) -> dict[str, Any]:
    name = "Problems" if code == "400" else "Refusal"
    schema = {"$ref": f"#/components/schemas/{name}"}
    return {"description": meaning, "content": {"application/json": {"schema": schema}}}
