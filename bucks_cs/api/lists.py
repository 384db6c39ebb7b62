"""One way to ask for a list: strict parameters, pages, JSON or CSV."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.pagination import PageNumberPagination
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ..roles import May
from .formats import CSVRenderer
from .permissions import SignedInRequest

LARGEST_PAGE = 1000
LARGEST_CSV = 20_000


class Query(serializers.Serializer[Any]):
    """The parameters of a list. Each field's `source` is the lookup that it filters by, so what is
    described, what is checked and what is asked of the database are one thing.

    Names that Python keeps for itself end in an underscore: `from_` is `from`.
    """

    page = serializers.IntegerField(min_value=1, required=False, help_text="From 1.")
    page_size = serializers.IntegerField(
        min_value=1,
        max_value=LARGEST_PAGE,
        required=False,
        help_text="Rows a page; 100 if not given.",
    )
    format = serializers.ChoiceField(
        ["json", "csv"],
        required=False,
        help_text="CSV is the whole list, unless a page is asked for.",
    )

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {name.rstrip("_"): field for name, field in super().get_fields().items()}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in attrs.items() if name not in Query().fields}


class Pages(PageNumberPagination):
    """Pages whose parameters `Query` has checked and described already."""

    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = LARGEST_PAGE

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return []


class ListView(ListAPIView[Any]):
    """A list that filters by its `query_class`, pages, and comes as JSON or CSV.

    `rows` gives what its reader may see of a page: as the database has it, unless said otherwise.
    """

    http_method_names = ("get", "head", "post")
    renderer_classes = (JSONRenderer, CSVRenderer)
    pagination_class = Pages
    query_class: ClassVar[type[Query]] = Query
    request: SignedInRequest
    may_read: ClassVar[May]

    def rows(self, found: Sequence[Any]) -> Sequence[Any]:
        return found

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(**self.wanted)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method in ("GET", "HEAD"):
            self.wanted = self.checked(request)

    def checked(self, request: Request) -> dict[str, Any]:
        """The lookups that were asked for. An unknown parameter is refused: a filter misspelt and
        passed over would give the wrong figures without a word."""
        query = self.query_class(data=request.query_params.dict())
        unknown = {
            name: ["There is no such parameter."]
            for name in request.query_params
            if name not in query.fields
        }
        twice = {
            name: ["Give this once."]
            for name, values in request.query_params.lists()
            if len(values) > 1
        }
        if unknown or twice:
            raise ValidationError(unknown | twice)
        query.is_valid(raise_exception=True)
        return dict(query.validated_data)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        found = self.filter_queryset(self.get_queryset())
        as_csv = request.accepted_renderer.format == "csv"
        if as_csv and not {"page", "page_size"} & set(request.query_params):
            return self._file(self._shown(self._whole(found)))
        page = self._shown(self.paginate_queryset(found) or [])
        return self._file(page) if as_csv else self.get_paginated_response(page)

    def _shown(self, found: Sequence[Any]) -> Any:
        return self.get_serializer(self.rows(found), many=True).data

    def _whole(self, found: QuerySet[Any]) -> Sequence[Any]:
        rows = list(found[: LARGEST_CSV + 1])
        if len(rows) > LARGEST_CSV:
            raise ValidationError(
                f"That is more than {LARGEST_CSV:,} rows: narrow it down, or ask for it by page."
            )
        return rows

    def _file(self, rows: Any) -> Response:
        name = self.request.path.strip("/").split("/")[-1]
        return Response(rows, headers={"Content-Disposition": f'attachment; filename="{name}.csv"'})


class DetailView(RetrieveAPIView[Any]):
    """One record by its code."""

    http_method_names = ("get", "head")
    lookup_field = "code"
    may_read: ClassVar[May]

    def get_object(self) -> Any:
        try:
            return super().get_object()
        except Http404:
            raise NotFound(f"There is no record with the code “{self.kwargs['code']}”.") from None


class Nothing(APIView):
    """Where the API has nothing: said in JSON, like all its refusals."""

    schema = None
    may_read = May.SEE_PUBLISHED

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise NotFound(
            f"There is nothing here. {reverse('api-docs')} says what there is; every address ends "
            "in “/”."
        )
