"""Addresses. Those that people share are in design section 6 and stay."""

from django.contrib import admin
from django.urls import include, path

from . import views

urlpatterns = [
    path("", include("scorecard.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("scorecard.api.urls")),
    path("audit/", views.audit_trail, name="audit"),
    path("jobs/<int:pk>/", views.job, name="job"),
    path("jobs/<int:pk>/cancel/", views.cancel_job, name="cancel-job"),
    path("accessibility/", views.accessibility, name="accessibility"),
]
