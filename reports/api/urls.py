"""The part of the API on papers."""

from django.urls import path

from . import views

urlpatterns = [
    path("papers/", views.PapersView.as_view(), name="api-papers"),
    path("papers/<int:code>/", views.PaperView.as_view(), name="api-paper"),
]
