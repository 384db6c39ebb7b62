"""The marks of a figure (its rating, direction, variation and assurance), its sparkline and its
comparators, for tables of many rows.

Each mark has few forms, so each form of the component is rendered once and kept; what differs
from row to row is put together here. A table of 60 rows would otherwise include a template 300
times, which takes longer than all the rest of its page.
"""

from __future__ import annotations

from functools import cache
from html import escape

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from ..presenters import Rating, ScorecardRow, Travel
from ..sparkline import HEIGHT, WIDTH
from ..spc import Assurance, Variation

register = template.Library()


@register.filter
@cache
def rag_mark(rag: Rating) -> SafeString:
    return render_to_string("_components/rag.html", {"rag": rag})


@register.filter
@cache
def direction_mark(direction: Travel) -> SafeString:
    if not direction.label:
        return SafeString("")
    return render_to_string(
        "_components/direction.html", {"direction": direction, "arrow": direction.arrow}
    )


@register.filter
@cache
def variation_mark(variation: Variation) -> SafeString:
    return render_to_string("_components/variation.html", {"variation": variation})


@register.filter
@cache
def assurance_mark(assurance: Assurance) -> SafeString:
    if assurance is Assurance.NONE:
        return SafeString("")
    return render_to_string("_components/assurance.html", {"assurance": assurance})


@register.filter
def sparkline_mark(row: ScorecardRow) -> SafeString:
    spark = row.spark
    if spark is None or spark.last is None:
        return SafeString("")
    target = f'<path class="sparkline__target" d="M0 {spark.target_y}h{WIDTH}"/>'
    lines = (f'<polyline class="sparkline__line" points="{points}"/>' for points in spark.lines)
    across, down = spark.last
    return SafeString(
        f'<svg class="sparkline" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' role="img" aria-label="{escape(row.spark_words)}">'
        f"{'' if spark.target_y is None else target}{''.join(lines)}"
        f'<circle class="sparkline__last" cx="{across}" cy="{down}" r="3"/></svg>'
    )


@register.filter
def comparators_mark(row: ScorecardRow) -> SafeString:
    if not row.comparators:
        return SafeString("")
    items = [
        f'<li><span class="figure">{escape(other.figure.text)}</span> '
        f"<span>{escape(other.words(vintage=not row.vintage))}</span></li>"
        for other in row.comparators
    ]
    if row.vintage:
        items.append(f'<li class="others__vintage">{escape(row.vintage)}</li>')
    return SafeString(f'<ul class="others">{"".join(items)}</ul>')
