"""Which numbers of looked-after children the figures tell, and which add up to which."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from bucks_cs.lib.disclosure import Sum
from scorecard.withheld import Number, Sums

from . import codes
from .counting import SECTIONS, scorecard_code
from .placements import NOT_KNOWN

LOOKED_AFTER = "cla"
BY_PART = "cla-by-"
"""How codes of measures by category begin."""

PLACEMENT, PROVIDER = f"{BY_PART}placement", f"{BY_PART}provider"
EVERYBODY: Number = (LOOKED_AFTER, "")
FOSTERED: Number = ("cla-foster", "")
FOSTERED_IN_HOUSE: Number = ("cla-foster-in-house", "")
FOSTERED_BY_OTHERS: Number = ("cla-foster-agency", "")
IN_HOUSE: Number = (PROVIDER, codes.PROVIDER["PR1"])
OUT_OF_COUNTY: Number = ("placed-out-of-county", "")

SAME: Mapping[str, Number] = {
    # Every list that divides the children looked after has them all for its whole.
    **dict.fromkeys(
        (*(f"{BY_PART}{of}" for of in ("age", "sex", "legal-status", "need")), PLACEMENT, PROVIDER),
        EVERYBODY,
    ),
    # The council's own provision is one of the providers.
    "cla-in-house": IN_HOUSE,
    # Printed numbers of children whose share is counted.
    "cla-foster-number": FOSTERED,
    "cla-residential-number": ("cla-residential", ""),
    "cla-foster-in-house-number": FOSTERED_IN_HOUSE,
    "cla-foster-agency-number": FOSTERED_BY_OTHERS,
    "placed-out-of-county-number": OUT_OF_COUNTY,
    # The adopted are told as a number and as a share of those who ceased.
    "adopted-of-ceased": ("adoptions", ""),
}
"""Measures whose whole is the number that another measure tells."""

OUT_OF: Mapping[str, str] = {
    # Shares of all looked after, with those of whom it is not known.
    **dict.fromkeys(
        (
            *("placed-within-20-miles", "cla-over-20-miles-outside", "cla-distance-not-known"),
            *("placed-in-county", "placed-out-of-county", "cla-county-not-known"),
            *("cla-foster", "cla-residential", "cla-in-house", "cla-agency"),
            "cla-three-plus-placements",
        ),
        LOOKED_AFTER,
    ),
    **dict.fromkeys(("cla-foster-in-house", "cla-foster-agency"), "cla-foster"),
    # By age as well: each band's share is of that band.
    **dict.fromkeys(
        (
            *("care-leavers-in-touch", "care-leavers-in-education-or-work"),
            "care-leavers-suitable-accommodation",
        ),
        "care-leavers",
    ),
    "adopted-of-ceased": "cla-ceased",
    # The same children, told by no measure of their own.
    **dict.fromkeys(
        ("cla-immunisations", "cla-dental-checks", "cla-health-assessments"),
        "looked after for a year",
    ),
    **dict.fromkeys(
        ("adoption-entry-to-family-days", "adoption-entry-to-placed-in-time"),
        "adopted whose entry is known",
    ),
    **dict.fromkeys(
        ("adoption-order-to-match-days", "adoption-order-to-match-in-time"),
        "adopted whose order and match are known",
    ),
}
"""Shares and averages, and the measure (or the words) whose number they are out of."""


def numbers_of(code: str, category: str) -> tuple[Number, Number]:
    """The number that a figure tells, and the one that it is out of: that of no other figure,
    where `OUT_OF` does not say."""
    of, own = OUT_OF.get(code), (code, category)
    out_of = (of, category) if of else (f"{code}, out of", category)
    return own if category else SAME.get(code, own), out_of


def _placements(among: Collection[str]) -> tuple[Number, ...]:
    return tuple(dict.fromkeys((PLACEMENT, codes.PLACE[code]) for code in among))


def _providers(among: Collection[str]) -> tuple[Number, ...]:
    return tuple(dict.fromkeys((PROVIDER, codes.PROVIDER[code]) for code in among))


ADD_UP: tuple[Sum[Number], ...] = (
    # By the lists that say which placements are foster care and residential care, and which
    # providers are agencies.
    Sum(FOSTERED, _placements(codes.FOSTER)),
    Sum(("cla-residential", ""), _placements(codes.RESIDENTIAL)),
    Sum(("cla-agency", ""), _providers(codes.AGENCY)),
    # Some placements have no provider by the return's guide, and parents are that of children
    # with their parents: a reader may know it, whatever a miscoded row says.
    Sum((PROVIDER, NOT_KNOWN), _placements(codes.WITHOUT_PROVIDER)),
    Sum((PROVIDER, codes.PROVIDER["PR0"]), _placements(["P1"])),
    # The fostered are with the council's own carers or with others.
    Sum(FOSTERED, (FOSTERED_IN_HOUSE, FOSTERED_BY_OTHERS)),
    # The council's own provision is its foster carers and all the rest of it.
    Sum(IN_HOUSE, (FOSTERED_IN_HOUSE, ("in-house, not fostered", ""))),
    # In the county, out of it, or not known.
    Sum(EVERYBODY, (("placed-in-county", ""), OUT_OF_COUNTY, ("cla-county-not-known", ""))),
    # Near, far and outside the county, far but inside it, or not known.
    Sum(
        EVERYBODY,
        (
            *(("placed-within-20-miles", ""), ("cla-over-20-miles-outside", "")),
            *(("over 20 miles, in the county", ""), ("cla-distance-not-known", "")),
        ),
    ),
    # Out of the county are those far from home, and the rest.
    Sum(OUT_OF_COUNTY, (("cla-over-20-miles-outside", ""), ("out of the county, not far", ""))),
)
"""Numbers that add up, beside the categories of each measure, which add up to its whole. A part
that no measure tells is told by the others of its sum."""

COUNTED = {scorecard_code(code) for within in SECTIONS.values() for code in within}
SUMS = Sums(frozenset({*COUNTED, *SAME, *OUT_OF}), numbers_of, ADD_UP)
