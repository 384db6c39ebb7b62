"""The product's addresses, and a page with nothing on it."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from bucks_cs.roles import May, requires


@requires(May.SEE_PUBLISHED)
def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("empty/", empty, name="empty"), path("", include("bucks_cs.urls"))]
