"""The marks of a figure (its rating, direction, variation and assurance), for tables of many rows.

Each mark has few forms, so each form of the component is rendered once and kept: a table of 60
rows would otherwise include a template 240 times.
"""

from __future__ import annotations

from functools import cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from ..presenters import Rating, Travel
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
