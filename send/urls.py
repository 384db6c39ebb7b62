"""The addresses of SEND."""

from __future__ import annotations

from django.urls import include, path

from .views import overview, timeliness

urlpatterns = [
    path("send/", overview.overview, name="send"),
    path("send/strategy/", overview.strategy, name="send-strategy"),
    path("send/demand/", overview.demand, name="send-demand"),
    path("send/money/", overview.money, name="send-money"),
    path("send/education/", overview.education, name="send-education"),
    path("send/timeliness/", timeliness.timeliness, name="send-timeliness"),
    path("send/timeliness/upload/", timeliness.upload, name="send-requests"),
    path("send/timeliness/confirm/", timeliness.confirm, name="send-requests-confirm"),
    path("", include("send.urls_ahead")),
]
