"""The addresses of looked-after children."""

from __future__ import annotations

from django.urls import path

from .views import ahead, building, figures, overview, returns

urlpatterns = [
    path("lac/", overview.overview, name="lac"),
    path("lac/sufficiency/", overview.sufficiency, name="lac-sufficiency"),
    path("lac/returns/", returns.listed, name="lac-returns"),
    path("lac/returns/upload/", returns.upload, name="lac-upload"),
    path("lac/returns/<int:pk>/", returns.report, name="lac-import"),
    path("lac/returns/<int:pk>/problems.csv", returns.problems_file, name="lac-problems"),
    path("lac/figures/", figures.months, name="lac-figures"),
    path("lac/figures/<month:month>/", figures.month, name="lac-month"),
    path("lac/figures/<month:month>/confirm/", figures.confirm, name="lac-confirm"),
    path("lac/figures/<month:month>/<slug:code>/", figures.children, name="lac-children"),
    path("lac/ahead/", ahead.ahead, name="lac-ahead"),
    path("lac/ahead.<str:file_type>", ahead.projection_file, name="lac-ahead-file"),
    path("lac/ahead/new/", building.edit, name="lac-scenario-new"),
    path("lac/ahead/compare/", ahead.compare, name="lac-compare"),
    path("lac/ahead/compare.<str:file_type>", ahead.comparison_file, name="lac-compare-file"),
    path("lac/ahead/costs/", ahead.costs, name="lac-unit-costs"),
    path("lac/ahead/<int:pk>/", ahead.scenario, name="lac-scenario"),
    path("lac/ahead/<int:pk>.<str:file_type>", ahead.projection_file, name="lac-scenario-file"),
    path("lac/ahead/<int:pk>/edit/", building.edit, name="lac-scenario-edit"),
    path("lac/ahead/<int:pk>/simulate/", ahead.simulate, name="lac-simulate"),
    path("lac/ahead/simulate/", ahead.simulate, name="lac-simulate-base"),
]
