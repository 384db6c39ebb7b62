"""The codes of the SSDA903 return, and the groups in which their figures are told. Pure.

Source: the Department for Education's guide to the children looked-after return (SSDA903). Codes
are kept as small whole numbers in arrays: a code's number is its place in its list, and -1 is a
blank, or a code that the list does not have.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

SHORT_BREAKS = ("V3", "V4")
"""Legal statuses under which a child is not counted as looked after."""

LEGAL_STATUS: Mapping[str, str] = {
    "C1": "Interim care order",
    "C2": "Full care order",
    "D1": "Freeing order",
    "E1": "Placement order",
    "V2": "Accommodated under section 20",
    "V3": "Short breaks under an agreed series",
    "V4": "Single short break",
    "L1": "Police protection",
    "L2": "Emergency protection order",
    "L3": "Child assessment order",
    "J1": "Youth justice: remand",
    "J2": "Youth justice: detained under PACE",
    "J3": "Youth justice: sentenced",
}

PLACE: Mapping[str, str] = {
    **dict.fromkeys(("U1", "U2", "U3"), "Foster carer: relative or friend"),
    **dict.fromkeys(("U4", "U5", "U6"), "Foster carer: other"),
    **dict.fromkeys(("A3", "A4", "A5", "A6"), "Placed for adoption"),
    "K1": "Secure unit",
    "K2": "Children’s home",
    "H5": "Semi-independent living",
    "R1": "Care home",
    "R2": "NHS or health trust",
    "R3": "Family centre",
    "R5": "Youth custody",
    "S1": "Residential school",
    "P1": "With parents",
    "P2": "Independent living",
    "P3": "Residential employment",
    **dict.fromkeys(("T0", "T1", "T2", "T3", "T4"), "Temporary"),
    "Z1": "Other",
}
"""Every placement code, and the group in which it is counted."""

FOSTER = ("U1", "U2", "U3", "U4", "U5", "U6")
RESIDENTIAL = ("K1", "K2", "R1", "R2", "R3", "R5", "S1")
"""Secure units, children's homes, care homes, NHS, family centres, custody, residential schools.
A local choice: national tables put semi-independent living with children's homes, which is not
residential care for a child."""
TEMPORARY = ("T0", "T1", "T2", "T3", "T4")
FOR_ADOPTION = ("A3", "A4", "A5", "A6")
WITHOUT_PROVIDER = (*TEMPORARY, "Z1")
"""Placements for which the return asks for no provider."""
AFTER_18 = (("V2", "K2"),)
"""Legal status and placement under which a child may still be looked after at 18: accommodated in
a community home, section 20(5) of the Children Act 1989."""

PROVIDER: Mapping[str, str] = {
    "PR0": "Parents",
    "PR1": "Own authority",
    "PR2": "Other authority",
    "PR3": "Other public body",
    "PR4": "Private",
    "PR5": "Voluntary",
}
IN_HOUSE = ("PR1",)
AGENCY = ("PR2", "PR3", "PR4", "PR5")
"""A provider that is neither the authority itself nor the child's parents."""

NEED: Mapping[str, str] = {
    "N1": "Abuse or neglect",
    "N2": "Child’s disability",
    "N3": "Parent’s illness or disability",
    "N4": "Family in acute stress",
    "N5": "Family dysfunction",
    "N6": "Socially unacceptable behaviour",
    "N7": "Low income",
    "N8": "Absent parenting",
}

SEX: Mapping[str, str] = {"1": "Boys", "2": "Girls"}

REASON_BEGAN = ("S", "L", "P", "T", "B", "U")
"""RNE: started; legal status; placement and carer; placement, same carer; legal status with
placement and carer; legal status with placement, same carer."""
STARTED = "S"
CHANGED_CARER = ("P", "B")
CONTINUES = "X1"
"""REC: the episode ends and the next begins the same day. Anything else ends being looked after."""
ADOPTED = ("E11", "E12")
REASON_ENDED = (
    CONTINUES,
    *ADOPTED,
    *("E13", "E14", "E15", "E16", "E17", "E2", "E3", "E41", "E43", "E44", "E45", "E46", "E47"),
    *("E48", "E4A", "E4B", "E5", "E6", "E7", "E8", "E9"),
)
"""E43 and E44 (special guardianship) gave way to E45 to E48 in 2016-17."""
PLACEMENT_ORDER = "E1"

IN_TOUCH = ("YES", "NO", "DIED", "REFU", "NREQ", "RHOM")
"""In touch; not; died; refuses contact; no longer needs services; returned home for six months."""
NOT_OF_COHORT = ("DIED", "RHOM")
"""Whom the published figures of care leavers leave out."""
ACTIVITY = ("F1", "P1", "F2", "P2", "F4", "P4", "F5", "P5", "G4", "G5", "G6", "0")
"""Full-time (F) or part-time (P) in higher education (1), other education (2), training or work
(4, 5); none because of illness (G4), otherwise (G5), pregnancy or parenting (G6); 0 not known."""
IN_EDUCATION_OR_WORK = ("F1", "P1", "F2", "P2", "F4", "P4", "F5", "P5")
ACCOMMODATION = (
    *("B1", "B2", "C1", "C2", "D1", "D2", "E1", "E2", "G1", "G2", "H1", "H2", "K1", "K2"),
    *("R1", "R2", "S2", "T1", "T2", "U1", "U2", "V1", "V2", "W1", "W2", "X2", "Y1", "Y2"),
    *("Z1", "Z2", "0"),
)
SUITABLE = tuple(code for code in ACCOMMODATION if code.endswith("1"))
"""The figure of an accommodation code says whether it is suitable (1) or not (2)."""

AGE_BANDS = (
    ("Under 1", 0, 0),
    ("1 to 4", 1, 4),
    ("5 to 9", 5, 9),
    ("10 to 15", 10, 15),
    ("16 and over", 16, 200),
)
"""Label, youngest and oldest age in completed years: the bands of the national tables."""


LEAVER_BANDS = (("17 to 18", 17, 18), ("19 to 21", 19, 21))
"""Those of the national tables of care leavers."""


def encode(values: Iterable[str], known: Collection[str]) -> NDArray[np.int8]:
    """Each value's place in the list of known codes; -1 where it is not in it."""
    return pd.Index(list(known)).get_indexer(pd.Index(values)).astype(np.int8)


def places(codes: Iterable[str], known: Iterable[str]) -> NDArray[np.int8]:
    """The numbers of some codes of a list, to be looked for with `np.isin`."""
    order = list(known)
    return np.array([order.index(code) for code in codes], dtype=np.int8)
