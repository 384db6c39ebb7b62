"""What every page about SEND has: its frame and the way round the room."""

from __future__ import annotations

from bucks_cs.roles import May
from bucks_cs.rooms import Room

SECTIONS = (
    ("Overview", "send", May.SEE_PUBLISHED),
    ("Strategy", "send-strategy", May.SEE_PUBLISHED),
    ("Demand", "send-demand", May.SEE_PUBLISHED),
    ("Timeliness", "send-timeliness", May.SEE_PUBLISHED),
    ("Money", "send-money", May.SEE_PUBLISHED),
    ("Education", "send-education", May.SEE_PUBLISHED),
    ("The years ahead", "send-ahead", May.SEE_UNPUBLISHED),
)

send_page = Room(SECTIONS, home=("SEND", "send")).page
