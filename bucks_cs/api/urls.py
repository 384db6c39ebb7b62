"""The API's own addresses. Included last: the last of them answers for all that is not there."""

from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView

from .docs import documentation
from .lists import Nothing

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", documentation, name="api-docs"),
    re_path("", Nothing.as_view()),
]
