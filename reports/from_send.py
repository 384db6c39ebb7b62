"""The part of a paper on SEND and education: what its own pages say, with charts."""

from __future__ import annotations

from collections.abc import Iterator

from send.overview import glance, subject

from .document import Block, Cell, Paragraph, Subheading, Table
from .from_lac import figures
from .from_scorecard import words
from .page_charts import worth_printing
from .scope import Scope

NOT_YET = " is known yet"
TOLD = (("demand", "Demand"), ("money", "Money"), ("education", "Education"))


def send(scope: Scope) -> Iterator[Block]:
    """Demand, timeliness, money and education, by the end of the quarter."""
    told = glance(scope.member, until=scope.quarter.end)
    yield Paragraph("send-finding", f"{told.finding}.")
    missing = [sentence for _, _, sentence in told.lines if sentence.endswith(NOT_YET)]
    for title, _, sentence in told.lines:
        if sentence not in missing:
            yield Paragraph(f"send-{title.lower()}", f"{sentence}.")
    if missing:
        said = " ".join(f"{sentence.removesuffix(NOT_YET)} is known." for sentence in missing)
        yield Paragraph("send-missing", said)
    if told.years:
        yield Table(
            "send-years",
            "Plans issued within 20 weeks, by calendar year",
            ("Year", "Months", "Issued", "Within 20 weeks", "Share", "Exceptions, apart"),
            tuple(
                (
                    words(f"{year.year}"),
                    Cell(f"{year.months}", year.months, "count"),
                    *(_number(one) for one in (year.issued, year.in_time)),
                    words(year.share),
                    _number(year.exceptions),
                )
                for year in told.years
            ),
        )
    for name, title in TOLD:
        page = subject(name, scope.member, until=scope.quarter.end)
        charts = [chart for part in page.parts for chart in part.charts]
        rows = [row.shown for part in page.parts for row in part.rows]
        if charts or rows:
            yield Subheading(title)
            yield from worth_printing(charts)
        if rows:
            yield figures(f"send-{name}-figures", f"{title}: the latest figures", rows)


def _number(value: int | None) -> Cell:
    return Cell("–") if value is None else Cell(f"{value:,}", value, "count")
