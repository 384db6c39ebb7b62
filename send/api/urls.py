"""The part of the API on SEND."""

from django.urls import path

from . import ahead, views

urlpatterns = [
    path("send/summary/", views.SummaryView.as_view(), name="api-send-summary"),
    path("send/projection/", ahead.ProjectionView.as_view(), name="api-send-projection"),
]
