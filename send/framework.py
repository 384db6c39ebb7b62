"""The framework of SEND indicators that the strategy's eighth priority asks for: each measure with
its latest figure, its target and its rating, on one page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bucks_cs.models import User
from scorecard.latest import Latest, latest_figures
from scorecard.models import Target
from scorecard.presenters import NOTHING, Figure, number_figure

THEME = "SEND"
"""How the themes begin of the measures that are its own."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """A measure that is entered every month, with what stands of it and its target now."""

    latest: Latest
    target: Figure


def framework(user: User, today: date) -> Sequence[Indicator]:
    """Its indicators, as this person may see them."""
    found = [
        one
        for one in latest_figures(user)
        if one.measure.active and one.measure.theme.startswith(THEME)
    ]
    wanted = [one.measure.pk for one in found]
    steps = Target.objects.filter(measure__in=wanted, starts__lte=today).order_by("starts")
    standing = {one.measure_id: one.value for one in steps}
    return [
        Indicator(
            one,
            number_figure(standing[one.measure.pk], one.measure)
            if one.measure.pk in standing
            else NOTHING,
        )
        for one in found
    ]
