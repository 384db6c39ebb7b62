"""The plans' part of the API."""

from django.urls import path

from . import views

urlpatterns = [
    path("plans/", views.PlansView.as_view(), name="api-plans"),
    path("plans/<slug:code>/", views.PlanView.as_view(), name="api-plan"),
    path("actions/", views.ActionsView.as_view(), name="api-actions"),
    path("success-measures/", views.SuccessMeasuresView.as_view(), name="api-success-measures"),
    path("recommendations/", views.RecommendationsView.as_view(), name="api-recommendations"),
    path("risks/", views.RisksView.as_view(), name="api-risks"),
]
