"""Every measure of looked-after children on one day. Pure."""

from __future__ import annotations

import numpy as np

from . import outcomes, placements, reviews
from .arrays import Arrays
from .placements import Counted


def measures(of: Arrays, day: np.datetime64) -> list[Counted]:
    """In the order in which they are told. Those of a file that is not there are not among them."""
    found = placements.measures(of.children, of.episodes, day)
    if len(of.reviews.child):
        found += reviews.measures(of.episodes, of.reviews, day)
    return [
        *found,
        *outcomes.health_measures(of.episodes, of.health, day),
        *outcomes.care_leaver_measures(of.children, of.care_leavers, day),
        *outcomes.adoption_measures(of.episodes, of.adoptions, day),
    ]
