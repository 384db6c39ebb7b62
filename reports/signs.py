"""Which signs a paper can show: those of the font that its PDF is set in. Pure."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

import matplotlib
from matplotlib.ft2font import FT2Font

FACES = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")
MARK = "\N{REPLACEMENT CHARACTER}"
FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
"""Fonts that come with a part that is there anyway, so that a paper looks alike everywhere."""


@cache
def _signs() -> frozenset[str]:
    """What both faces of the font can show."""
    faces = [FT2Font(str(FONTS / name)).get_charmap() for name in FACES]
    return frozenset(map(chr, set(faces[0]).intersection(*faces[1:]))) | {"\n"}


def displayed(text: str) -> str:
    """The text, with a mark in the place of each sign that the font has not: an accessible file may
    hold none of those, and one in a figure's own text is no reason to have no file."""
    return "".join(one if one in _signs() else MARK for one in text)


def missing(text: str) -> list[str]:
    """The signs that the font has not, each once. Of what is typed they are refused; controls and
    kinds of space are not: they are taken out, or are as good as a space."""
    odd = dict.fromkeys(one for one in text if one not in _signs() and not _is_space(one))
    return list(odd)


def refusal(text: str) -> str:
    """Why a text cannot be printed, which signs those are; nothing where it can."""
    odd = missing(text)
    if not odd:
        return ""
    named = ", ".join(
        f"“{one}” ({unicodedata.name(one, f'U+{ord(one):04X}').lower()})" for one in odd
    )
    what = "a sign" if len(odd) == 1 else "signs"
    return f"This has {what} that the paper cannot show: {named}. Write it in words."


def _is_space(one: str) -> bool:
    return one.isspace() or unicodedata.category(one) == "Cc"
