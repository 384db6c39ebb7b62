"""What the API reads and writes: bounded JSON in, JSON or CSV out."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from typing import Any

from rest_framework import status
from rest_framework.exceptions import APIException, ParseError, ValidationError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import JSONParser
from rest_framework.renderers import BaseRenderer

from ..lib.spreadsheets import guard

LARGEST_BODY = 256 * 1024


class TooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = f"Send at most {LARGEST_BODY // 1024} KB at a time."
    default_code = "too_large"


class BoundedJSONParser(JSONParser):
    """JSON of a size and a depth that cannot hurt the server."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        body = stream.read(LARGEST_BODY + 1)
        if len(body) > LARGEST_BODY:
            raise TooLarge
        try:
            return super().parse(BytesIO(body), media_type, parser_context)
        except RecursionError:
            raise ParseError("The JSON is nested too deeply.") from None


class CSVRenderer(BaseRenderer):
    """A list as CSV, one column a field, safe to open in a spreadsheet."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None
    ) -> str:
        view = renderer_context["view"]
        columns = list(view.get_serializer().fields)
        text = StringIO()
        lines = csv.writer(text)
        lines.writerow(columns)
        lines.writerows([_cell(row[column]) for column in columns] for row in data)
        return text.getvalue()


def _cell(value: Any) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    return guard(" ".join(value) if isinstance(value, list) else value)


class Negotiation(DefaultContentNegotiation):
    """`?format=` decides, whatever the Accept header says; an unknown one is refused in words."""

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        wanted = request.query_params.get("format")
        if wanted is None:
            return super().select_renderer(request, renderers, format_suffix)
        for renderer in renderers:
            if renderer.format == wanted:
                return renderer, renderer.media_type
        formats = " or ".join(renderer.format for renderer in renderers)
        raise ValidationError({"format": [f"Choose {formats}."]})
