"""Where postcodes are, from a file that the council supplies. No Django.

Its columns are those of the ONS postcode directory: `pcd,laua,oseast1m,osnrth1m`, or the names
that some of its editions give them.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

import pandas as pd

from .files import Problem, Wrong

_HEADINGS = {
    "postcode": re.compile(r"pcds?|pcd[78]?|postcode"),
    "laua": re.compile(r"(os)?laua|lad\d\dcd"),
    "oseast1m": re.compile(r"(os)?east1m"),
    "osnrth1m": re.compile(r"(os)?no?rth1m"),
}
_PRINTED = {"postcode": "pcd"}


@dataclass(frozen=True, slots=True)
class Places:
    """Authority and grid reference in metres, by the postcode without its space."""

    table: pd.DataFrame

    def of(self, postcodes: pd.Series) -> pd.DataFrame:
        """Authority, east and north of each of a column of postcodes; empty where not known."""
        different = squeezed(pd.Series(postcodes.cat.categories, dtype=object))
        return self.table.reindex(different).iloc[postcodes.cat.codes].reset_index(drop=True)


def squeezed(texts: pd.Series) -> pd.Series:
    """In capitals and without spaces, as postcodes are compared."""
    return pd.Series([_squeezed(text) for text in texts], index=texts.index, dtype=object)


NOWHERE = Places(
    pd.DataFrame(
        {
            "laua": pd.Series(dtype=object),
            "oseast1m": pd.Series(dtype=float),
            "osnrth1m": pd.Series(dtype=float),
        }
    ).set_index(pd.Index([], dtype=object))
)
"""No postcode file: nobody's distance is known."""


def read_postcodes(content: bytes, name: str = "Postcodes") -> Places:
    """The postcodes of a directory, or a part of one. Raises `Wrong` in words."""
    try:
        headings = pd.read_csv(io.BytesIO(content), nrows=0, encoding="utf-8-sig").columns
        found = {_column(heading): heading for heading in reversed(headings)}
        missing = [column for column in _HEADINGS if column not in found]
        if missing:
            text = "This column is missing."
            raise Wrong([Problem(name, 1, _PRINTED.get(one, one), text) for one in missing])
        table = pd.read_csv(
            io.BytesIO(content),
            usecols=[found[column] for column in _HEADINGS],
            dtype={found["postcode"]: "object", found["laua"]: "category"},
            na_values={found["oseast1m"]: [""], found["osnrth1m"]: [""]},
            keep_default_na=False,
            encoding="utf-8-sig",
        )
    except (ValueError, pd.errors.ParserError, pd.errors.EmptyDataError) as wrong:
        raise Wrong([Problem(name, 0, "", f"This cannot be read: {wrong}.")]) from wrong
    postcodes = table[found["postcode"]].tolist()
    places = pd.DataFrame(
        {
            "laua": table[found["laua"]].str.strip().to_numpy(dtype=object),
            "oseast1m": pd.to_numeric(table[found["oseast1m"]], errors="coerce").to_numpy(float),
            "osnrth1m": pd.to_numeric(table[found["osnrth1m"]], errors="coerce").to_numpy(float),
        },
        index=pd.Index([_squeezed(postcode) for postcode in postcodes], dtype=object),
    )
    return Places(places if places.index.is_unique else places[~places.index.duplicated()])


def _column(heading: str) -> str | None:
    plain = heading.strip().lower()
    return next((name for name, known in _HEADINGS.items() if known.fullmatch(plain)), None)


def _squeezed(text: str) -> str:
    return text.replace(" ", "").upper()
