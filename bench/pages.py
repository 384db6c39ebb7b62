"""The scorecard and measure pages over a national ledger, as a manager's browser asks for them."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from statistics import median
from time import perf_counter

import brotli
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bucks_cs.lib.periods import add_months, month_key
from bucks_cs.models import User
from bucks_cs.roles import Role
from scorecard.models import Measure, Outturn, Publication

from .national import Size
from .table import Line

FEW, MANY = 10, 60
"""Measures on the scorecard."""
TIME_AIM = 10.0
"""Times the empty view."""
REQUESTS_AIM = 15
TABLE_AIM, CHART_AIM = 250, 700
"""Kilobytes on a first visit, without a chart and with one."""
RUNS = 15


@override_settings(
    ROOT_URLCONF="bench.urls",
    ALLOWED_HOSTS=["testserver"],
    # Files by their own names: what they weigh is worked out here.
    STORAGES={"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}},
)
def measured(size: Size) -> list[Line]:
    client = Client(headers={"accept-encoding": "gzip"})
    client.force_login(User.objects.get_or_create(username="bench", role=Role.MANAGER)[0])
    # As in service: a month has been published, and autovacuum has been round.
    before = add_months(size.last_month, -1)
    Publication.objects.get_or_create(month=before, defaults={"published_at": timezone.now()})
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    scorecard = f"{reverse('home')}?month={month_key(size.last_month)}"
    measure = reverse("measure", args=[Measure.objects.order_by("order")[0].code])
    lines = []
    for name, address, kilobytes in (
        ("Scorecard", scorecard, TABLE_AIM),
        ("Measure", measure, CHART_AIM),
    ):
        with only_measures(FEW, size):
            few = queries(client, address)
        with only_measures(MANY, size):
            many = queries(client, address)
            time = ratio_to_empty(client, address)
            weight, requests = first_visit(client, address)
        lines += [
            Line(f"{name} page: queries", many),
            Line(f"{name} page: queries with {MANY} measures / with {FEW}", many / few, 1),
            Line(
                f"{name} page, {MANY} measures: time / empty view",
                time,
                TIME_AIM if address == scorecard else None,
            ),
            Line(f"{name} page, {MANY} measures: first visit, KB", weight, kilobytes),
            Line(f"{name} page, {MANY} measures: first visit, requests", requests, REQUESTS_AIM),
        ]
    return lines


@contextmanager
def only_measures(count: int, size: Size) -> Iterator[None]:
    """A while in which the council's last month holds so many measures and no more."""
    with transaction.atomic():
        rest = Measure.objects.filter(order__gte=count)
        rest.update(on_scorecard=False)
        last = Outturn.objects.home().ending_in(size.last_month)
        last.filter(series__measure__in=rest.values("pk")).update(status="draft")
        yield
        transaction.set_rollback(True)


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as made:
        answer = client.get(address)
    assert answer.status_code == 200, f"{address} answered {answer.status_code}."
    return len(made)


def ratio_to_empty(client: Client, address: str) -> float:
    """Page and empty view turn by turn, nothing cached: the median of each."""
    page, nothing = [], []
    for _ in range(RUNS):
        for times, asked in ((nothing, reverse("empty")), (page, address)):
            cache.clear()
            began = perf_counter()
            client.get(asked)
            times.append(perf_counter() - began)
    return median(page) / median(nothing)


# ---- over the wire -----------------------------------------------------------------


class _Loaded(HTMLParser):
    """The addresses that a browser loads with a page."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: set[str] = set()
        self.icon = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        address = given.get("src") or given.get("href") or ""
        relation = (given.get("rel") or "").split()
        if (tag in ("script", "img", "iframe") and given.get("src")) or (
            tag == "link" and {"stylesheet", "preload", "manifest"} & set(relation)
        ):
            self.addresses.add(address)
        elif tag == "link" and "icon" in relation:
            self.icon = self.icon or address  # a browser takes one


def first_visit(client: Client, address: str) -> tuple[float, int]:
    """Kilobytes and requests with an empty browser cache: the page gzipped, its files brotlied."""
    answer = client.get(address)
    loaded = _Loaded()
    compressed = len(answer.content)
    loaded.feed(_text(answer.content))
    addresses = loaded.addresses | ({loaded.icon} if loaded.icon else set())
    return (compressed + sum(map(_weight, addresses))) / 1000, 1 + len(addresses)


def _text(gzipped: bytes) -> str:
    return gzip.decompress(gzipped).decode()


def _weight(address: str) -> int:
    found = finders.find(address.removeprefix("/static/").split("?")[0])
    assert found, f"The page loads {address}, which is no static file."
    raw = Path(found).read_bytes()
    return min(len(raw), len(brotli.compress(raw)))
