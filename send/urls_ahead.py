"""The addresses of the years ahead."""

from __future__ import annotations

from django.urls import path

from .views import ahead, building

urlpatterns = [
    path("send/ahead/", ahead.ahead, name="send-ahead"),
    path("send/ahead.<str:file_type>", ahead.projection_file, name="send-ahead-file"),
    path("send/ahead/data/", ahead.data, name="send-data"),
    path("send/ahead/new/", building.edit, name="send-scenario-new"),
    path("send/ahead/compare/", ahead.compare, name="send-compare"),
    path("send/ahead/compare.<str:file_type>", ahead.comparison_file, name="send-compare-file"),
    path("send/ahead/simulate/", ahead.simulate, name="send-simulate-base"),
    path("send/ahead/<int:pk>/", ahead.scenario, name="send-scenario"),
    path("send/ahead/<int:pk>.<str:file_type>", ahead.projection_file, name="send-scenario-file"),
    path("send/ahead/<int:pk>/edit/", building.edit, name="send-scenario-edit"),
    path("send/ahead/<int:pk>/simulate/", ahead.simulate, name="send-simulate"),
]
