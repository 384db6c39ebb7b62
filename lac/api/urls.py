"""The part of the API on looked-after children."""

from django.urls import path

from . import views

urlpatterns = [
    path("placements/summary/", views.SummaryView.as_view(), name="api-placements-summary"),
]
