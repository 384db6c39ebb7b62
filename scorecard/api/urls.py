"""The scorecard's part of the API."""

from django.urls import path

from . import views

urlpatterns = [
    path("areas/", views.AreasView.as_view(), name="api-areas"),
    path("areas/<slug:code>/", views.AreaView.as_view(), name="api-area"),
    path("measures/", views.MeasuresView.as_view(), name="api-measures"),
    path("measures/<slug:code>/", views.MeasureView.as_view(), name="api-measure"),
    path("targets/", views.TargetsView.as_view(), name="api-targets"),
    path("outturns/", views.OutturnsView.as_view(), name="api-outturns"),
    path("outturns/submit/", views.SubmitView.as_view(), name="api-submit"),
    path("snapshots/", views.SnapshotsView.as_view(), name="api-snapshots"),
]
