"""The published figures on looked-after children, or another council's: `fixtures/lac/`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from scorecard import published


def load(folder: Path) -> Counter[str]:
    """Adds what is not there yet. Raises `WrongFixture`, in words, where a row is wrong."""
    return published.load(folder / "lac", measures=("measures", "counted"))
