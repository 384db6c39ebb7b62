"""Addresses. Those that people share are in design section 6 and stay."""

from django.urls import include, path, re_path

from . import views
from .admin import site

# allauth's pages for things that nobody does here: making oneself an account, keeping several
# email addresses, signing in by a mailed code, tying accounts together by hand.
CLOSED = (
    r"^accounts/(?:signup/|email/|confirm-email/|login/code/|password/set/"
    r"|3rdparty/signup/|3rdparty/$|social/)"
)

urlpatterns = [
    path("", include("scorecard.urls")),
    path("", include("improvement_plan.urls")),
    path("", include("lac.urls")),
    path("", include("send.urls")),
    path("", include("reports.urls")),
    re_path(CLOSED, views.closed),
    path("accounts/", include("allauth.urls")),
    path("admin/", site.urls),
    path("api/v1/", include("scorecard.api.urls")),
    path("api/v1/", include("improvement_plan.api.urls")),
    path("api/v1/", include("lac.api.urls")),
    path("api/v1/", include("send.api.urls")),
    path("api/v1/", include("reports.api.urls")),
    path("api/v1/", include("bucks_cs.api.urls")),  # last of the API: it answers for the rest
    path("audit/", views.audit_trail, name="audit"),
    path("audit/download/", views.download_audit_trail, name="download-audit"),
    path("jobs/", views.job_list, name="jobs"),
    path("jobs/<int:pk>/", views.job, name="job"),
    path("jobs/<int:pk>/cancel/", views.cancel_job, name="cancel-job"),
    path("accessibility/", views.accessibility, name="accessibility"),
]

# 400, 403, 404 and 500 are Django's own handlers with our templates; this one is allauth's.
handler429 = views.too_many_requests
