"""The addresses of the years ahead."""

from __future__ import annotations

from django.urls import path
from django.views.generic import RedirectView

urlpatterns = [path("send/ahead/", RedirectView.as_view(url="/send/"), name="send-ahead")]
