"""How the API refuses: always JSON, always in words."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import exception_handler

GENERAL = "non_field_errors"
"""Where what is wrong with the whole is said, not with a field."""


def refusal(problem: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to a refused request: JSON even where CSV was asked for. What is wrong with what
    was sent is a list of sentences a field; every other refusal is one sentence, `detail`."""
    response = exception_handler(problem, context)
    if response is not None:
        context["request"].accepted_renderer = JSONRenderer()
        context["request"].accepted_media_type = JSONRenderer.media_type
        if isinstance(problem, ParseError):
            response.data = {GENERAL: [str(problem.detail)]}
        elif isinstance(problem, ValidationError):
            response.data = by_field(problem.detail)
    return response


def by_field(detail: Any) -> dict[str, list[str]]:
    """A validation error as a flat list of sentences a field."""
    if not isinstance(detail, dict):
        return {GENERAL: _sentences(detail)}
    return {str(field): _sentences(problems) for field, problems in detail.items()}


def _sentences(problems: Any) -> list[str]:
    if isinstance(problems, dict):
        problems = list(problems.values())
    if isinstance(problems, list):
        return [sentence for problem in problems for sentence in _sentences(problem)]
    return [str(problems)]
