"""What every page about looked-after children has: its frame and the way round the room."""

from __future__ import annotations

from bucks_cs.roles import May
from bucks_cs.rooms import Room

SECTIONS = (
    ("Overview", "lac", May.SEE_PUBLISHED),
    ("Sufficiency", "lac-sufficiency", May.SEE_PUBLISHED),
    ("Returns", "lac-returns", May.SEE_CHILDREN),
    ("Figures", "lac-figures", May.SEE_CHILDREN),
    ("The years ahead", "lac-ahead", May.SEE_UNPUBLISHED),
)

lac_page = Room(SECTIONS, home=("Looked-after children", "lac")).page
