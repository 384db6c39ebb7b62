"""What every page needs: the service's names and the way round it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from .roles import May, Role

# Label, the view it leads to, and who may go there.
NAVIGATION = (
    ("This month", "home", May.SEE_PUBLISHED),
    ("Measures", "measures", May.SEE_PUBLISHED),
    ("Plans", "plans", May.SEE_PUBLISHED),
    ("Looked-after children", "lac", May.SEE_PUBLISHED),
    ("SEND", "send", May.SEE_PUBLISHED),
    ("Reports", "reports", May.SEE_PUBLISHED),
    ("Enter figures", "enter-now", May.ENTER),
    ("My actions", "my-actions", May.REPORT),
    ("Approve and publish", "decide-now", May.APPROVE),
    ("Decide on reports", "plan-decide", May.APPROVE),
    ("Audit trail", "audit", May.AUDIT),
    ("Jobs", "jobs", May.ADMINISTER),
    ("Settings", "admin:index", May.ADMINISTER),
)

DEMONSTRATION_ACCOUNTS = ("officer", "manager", "member", "administrator")
DEMONSTRATION_PASSWORD = "children-first-2015"  # noqa: S105 - only made with `make run`


def service(request: HttpRequest) -> dict[str, Any]:
    return {
        "service_name": settings.SERVICE_NAME,
        "council_name": settings.COUNCIL_NAME,
        "contact_email": settings.CONTACT_EMAIL,
        "navigation": navigation(request),
        "demonstration": [
            {"username": name, "role": Role(name).label, "password": DEMONSTRATION_PASSWORD}
            for name in DEMONSTRATION_ACCOUNTS
        ]
        if settings.DEMONSTRATION
        else [],
    }


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    places = [(label, reverse(view)) for label, view, who in NAVIGATION if user.may(who)]
    path = request.path
    within = [url for _, url in places if path == url or (url != "/" and path.startswith(url))]
    nearest = max(within, key=len, default="")  # "My actions" lies within "Plans"
    return [{"label": label, "url": url, "current": url == nearest} for label, url in places]
