"""From the tables of returns to the arrays that the measures count. No Django: pandas.

`rows_of` makes of one return what may be kept: days and codes, the distance between the postcodes,
and no postcode. `merged` puts the returns of several years together.

A return is the whole account of its year. So where years are merged, a later return speaks for each
of its children from the child's first episode in it, and for everybody from 1 April of its year:
earlier returns' episodes that begin then or later are dropped, and those that go on are cut there.
The same episode in several returns is therefore that of the latest, an episode that a later return
has changed is as changed, and a child who is in no later return is not looked after for ever. A
return in which no episode began before its year (a part of one) speaks only for its own children.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from . import codes
from .files import Tables, to_days
from .outcomes import Adoptions, CareLeavers, Health
from .placements import (
    NEVER,
    Children,
    Codes,
    Dates,
    Episodes,
    Indices,
    miles_between,
)
from .postcodes import NOWHERE, Places, squeezed
from .reviews import Reviews


@dataclass(frozen=True, slots=True)
class Rows:
    """What is kept of one return, as columns of the models of the same names: days are dates, a
    flag is True, False or None, codes are as in the files."""

    year: int
    children: pd.DataFrame
    episodes: pd.DataFrame
    reviews: pd.DataFrame
    care_leavers: pd.DataFrame
    adoptions: pd.DataFrame


@dataclass(frozen=True, slots=True)
class Arrays:
    """Everything that the returns say, for the measures."""

    children: Children
    episodes: Episodes
    reviews: Reviews
    health: Health
    care_leavers: CareLeavers
    adoptions: Adoptions


def arrays(returns: Iterable[Tables], places: Places, authority: str, secret: str = "") -> Arrays:
    """The arrays of several years' returns, checked and found right. `authority` is the ONS code
    of the council whose children they are."""
    secret = secret or secrets.token_hex()
    return merged([rows_of(tables, places, authority, secret) for tables in returns])


# ---- one return --------------------------------------------------------------------


def rows_of(tables: Tables, places: Places, authority: str, secret: str) -> Rows:
    """What may be kept of one return. `secret` makes the carers' numbers: with the same one, a
    carer has the same number in every return, and without it nobody can tell a postcode by it."""
    reviews, leavers, adopted = tables["Reviews"], tables["OC3"], tables["AD1"]
    return Rows(
        year=tables.year,
        children=_children(tables),
        episodes=_episodes(tables["Episodes"], places, authority, secret),
        reviews=pd.DataFrame({"child": _texts(reviews["CHILD"]), "on": to_days(reviews["REVIEW"])}),
        care_leavers=pd.DataFrame(
            {
                "child": _texts(leavers["CHILD"]),
                "born": to_days(leavers["DOB"]),
                "in_touch": _texts(leavers["IN_TOUCH"]),
                "activity": _texts(leavers["ACTIV"]),
                "accommodation": _texts(leavers["ACCOM"]),
            }
        ),
        adoptions=pd.DataFrame(
            {
                "child": _texts(adopted["CHILD"]),
                "decided": to_days(adopted["DATE_INT"]),
                "matched": to_days(adopted["DATE_MATCH"]),
                "by_foster_carer": _flag(adopted["FOSTER_CARE"]),
            }
        ),
    )


def _children(tables: Tables) -> pd.DataFrame:
    """The header's children, with what UASC and OC2 say of them."""
    header, uasc, health = tables["Header"], tables["UASC"], tables["OC2"]
    child = _texts(header["CHILD"])
    alone = pd.Index(_texts(uasc["CHILD"])).get_indexer(pd.Index(child))
    healthy = pd.Index(_texts(health["CHILD"])).get_indexer(pd.Index(child))
    # The last, -1, is of a child who has no row.
    until = np.append(to_days(uasc["DUC"]), np.datetime64("NaT"))
    flags = {
        column: np.array([*_flag(health[column]), None], dtype=object)[healthy]
        for column in ("IMMUNISATIONS", "TEETH_CHECK", "HEALTH_ASSESSMENT")
    }
    return pd.DataFrame(
        {
            "child": child,
            "born": to_days(header["DOB"]),
            "sex": _texts(header["SEX"]),
            "is_uasc": alone >= 0,
            "uasc_until": until[alone],
            "in_health_file": healthy >= 0,
            "immunised": flags["IMMUNISATIONS"],
            "teeth_checked": flags["TEETH_CHECK"],
            "health_assessed": flags["HEALTH_ASSESSMENT"],
        }
    )


def _episodes(table: pd.DataFrame, places: Places, authority: str, secret: str) -> pd.DataFrame:
    home, placed = places.of(table["HOME_POST"]), places.of(table["PL_POST"])
    miles = miles_between(
        *(end[axis].to_numpy(float) for end in (home, placed) for axis in ("oseast1m", "osnrth1m"))
    )
    where = placed["laua"].fillna("").to_numpy(dtype=object)
    return pd.DataFrame(
        {
            "child": _texts(table["CHILD"]),
            "began": to_days(table["DECOM"]),
            "ended": to_days(table["DEC"]),
            "reason_began": _texts(table["RNE"]),
            "reason_ended": _texts(table["REC"]),
            "legal_status": _texts(table["LS"]),
            "place": _texts(table["PLACE"]),
            "provider": _texts(table["PLACE_PROVIDER"]),
            "need": _texts(table["CIN"]),
            "carer": _carers(table, secret),
            "miles": miles,
            "in_county": np.where(where == "", None, where == authority),
        }
    )


def _carers(table: pd.DataFrame, secret: str) -> Indices:
    """One number for each placement of a child with a carer: same PLACE, PL_POST and URN. It holds
    for the child alone, so that no number says that two children have the same carer."""
    which = np.zeros(len(table), dtype=np.int64)
    for column in ("CHILD", "PLACE", "PL_POST", "URN"):
        which = which * (len(table[column].cat.categories) + 1) + table[column].cat.codes
        which = np.unique(which, return_inverse=True)[1]
    _, rows = np.unique(which, return_index=True)
    one_each = table.iloc[rows]
    parts = [squeezed(one_each[column]) for column in ("CHILD", "PLACE", "PL_POST", "URN")]
    key = hashlib.blake2b(secret.encode()).digest()
    numbers = [
        int.from_bytes(hashlib.blake2b(text.encode(), key=key, digest_size=7).digest())
        for text in map("\n".join, zip(*parts, strict=True))
    ]
    return np.array(numbers, dtype=np.int64)[which]


def _texts(cells: pd.Series) -> NDArray[np.object_]:
    return cells.to_numpy(dtype=object)


def _flag(cells: pd.Series) -> NDArray[np.object_]:
    return np.array([{"1": True, "0": False}.get(cell) for cell in _texts(cells)], dtype=object)


# ---- several years -----------------------------------------------------------------


def merged(returns: Sequence[Rows]) -> Arrays:
    """The returns of several years as one account, whatever their order. Nothing is doubled."""
    returns = sorted(returns, key=lambda rows: rows.year) or [_NOTHING]
    tables = {
        kind: pd.concat(
            [getattr(rows, kind).assign(year=rows.year) for rows in returns], ignore_index=True
        )
        for kind in ("children", "episodes", "reviews", "care_leavers", "adoptions")
    }
    names = pd.concat([table["child"] for table in tables.values()]).astype(object)
    keys = pd.Index(names.unique()).sort_values()
    for table in tables.values():
        table["child"] = keys.get_indexer(table["child"].astype(object))
    return Arrays(
        children=_children_of(tables["children"], tables["care_leavers"], keys),
        episodes=_episodes_of(tables["episodes"], len(keys)),
        reviews=_reviews_of(tables["reviews"]),
        health=_health_of(tables["children"]),
        care_leavers=_care_leavers_of(tables["care_leavers"]),
        adoptions=_adoptions_of(tables["adoptions"]),
    )


def _children_of(table: pd.DataFrame, leavers: pd.DataFrame, keys: pd.Index) -> Children:
    """Each child as the latest header has it; a care leaver who is in none, as OC3 has them."""
    born = np.full(len(keys), np.datetime64("NaT", "D"))
    sex = np.full(len(keys), -1, dtype=np.int8)
    born[leavers["child"]] = _days(leavers["born"])
    born[table["child"]] = _days(table["born"])
    sex[table["child"]] = codes.encode(table["sex"], codes.SEX)
    return Children(keys.to_numpy(dtype=object), born, sex, _unaccompanied(table, len(keys)))


def _unaccompanied(table: pd.DataFrame, children: int) -> Dates:
    """Until the DUC of the latest return that has the child as unaccompanied, or 1 April of the
    first one after it that has the child as so no longer."""
    until = np.full(children, np.datetime64("NaT", "D"))
    for year, rows in table.groupby("year"):
        child, alone = rows["child"].to_numpy(), rows["is_uasc"].to_numpy(dtype=bool)
        if alone.any():  # else that year's file is not there
            until[child[~alone]] = np.minimum(until[child[~alone]], first_day(int(str(year))))
        until[child[alone]] = _ends(rows["uasc_until"])[alone]
    return until


def _episodes_of(table: pd.DataFrame, children: int) -> Episodes:
    table = table.assign(began=_days(table["began"]), ended=_ends(table["ended"]))
    table = _cut(table, children).sort_values(["child", "began", "ended"], kind="stable")
    child, began = table["child"].to_numpy(), _days(table["began"])
    ended = _days(table["ended"])
    return Episodes(
        child=child,
        began=began,
        ended=ended,
        reason_began=codes.encode(table["reason_began"], codes.REASON_BEGAN),
        reason_ended=_reasons_ended(table, child, began, ended),
        legal_status=codes.encode(table["legal_status"], codes.LEGAL_STATUS),
        place=codes.encode(table["place"], codes.PLACE),
        provider=codes.encode(table["provider"], codes.PROVIDER),
        need=codes.encode(table["need"], codes.NEED),
        carer=pd.factorize(table["carer"])[0],
        miles=table["miles"].to_numpy(dtype=np.float32),
        in_county=_flags(table["in_county"]),
    )


def _cut(table: pd.DataFrame, children: int) -> pd.DataFrame:
    """The episodes up to where later returns speak."""
    year, child = table["year"].to_numpy(), table["child"].to_numpy()
    began, ended = _days(table["began"]), _days(table["ended"])
    cut = np.full(len(table), NEVER)
    for one in np.unique(year):
        of_it, before = year == one, year < one
        whole = (began[of_it] < first_day(one)).any()
        speaks_from = np.full(children, first_day(one) if whole else NEVER)
        np.minimum.at(speaks_from, child[of_it], began[of_it])
        cut[before] = np.minimum(cut[before], speaks_from[child[before]])
    table = table.assign(ended=np.minimum(ended, cut), was_cut=ended > cut)
    return table[began < cut]


def _reasons_ended(table: pd.DataFrame, child: Indices, began: Dates, ended: Dates) -> Codes:
    """REC; where an episode was cut, X1 if the child's next follows at once, else nothing: nobody
    says that the child ceased to be looked after."""
    reason = codes.encode(table["reason_ended"], codes.REASON_ENDED)
    goes_on = np.zeros(len(child), dtype=bool)
    goes_on[:-1] = (child[1:] == child[:-1]) & (began[1:] == ended[:-1])
    continues = codes.places((codes.CONTINUES,), codes.REASON_ENDED)[0]
    cut = table["was_cut"].to_numpy()
    reason[cut] = np.where(goes_on[cut], continues, -1)
    return reason


def _reviews_of(table: pd.DataFrame) -> Reviews:
    since = first_day(int(table["year"].min())) if len(table) else NEVER
    table = table.assign(on=_days(table["on"])).sort_values(["child", "on"])
    table = table.drop_duplicates(["child", "on"])
    return Reviews(table["child"].to_numpy(), _days(table["on"]), since)


def _health_of(table: pd.DataFrame) -> Health:
    table = table[table["in_health_file"].astype(bool)]
    return Health(
        child=table["child"].to_numpy(),
        year=table["year"].to_numpy(),
        immunised=_flags(table["immunised"]),
        teeth_checked=_flags(table["teeth_checked"]),
        health_assessed=_flags(table["health_assessed"]),
    )


def _care_leavers_of(table: pd.DataFrame) -> CareLeavers:
    return CareLeavers(
        child=table["child"].to_numpy(),
        year=table["year"].to_numpy(),
        in_touch=codes.encode(table["in_touch"], codes.IN_TOUCH),
        activity=codes.encode(table["activity"], codes.ACTIVITY),
        accommodation=codes.encode(table["accommodation"], codes.ACCOMMODATION),
    )


def _adoptions_of(table: pd.DataFrame) -> Adoptions:
    table = table.drop_duplicates("child", keep="last")
    return Adoptions(
        child=table["child"].to_numpy(),
        decided=_days(table["decided"]),
        matched=_days(table["matched"]),
        by_foster_carer=_flags(table["by_foster_carer"]),
    )


def first_day(year: int) -> np.datetime64:
    """1 April of the return's year."""
    return np.datetime64(f"{year - 1}-04-01")


def _days(days: pd.Series) -> Dates:
    return pd.to_datetime(days).to_numpy(dtype="datetime64[D]")


def _ends(days: pd.Series) -> Dates:
    """Last days as the rules take them: `NEVER` where there is none."""
    ends = _days(days)
    return np.where(np.isnat(ends), NEVER, ends)


def _flags(said: pd.Series) -> Codes:
    """1 yes, 0 no, -1 not known."""
    flags: Codes = said.map({True: 1, False: 0}).fillna(-1).to_numpy().astype(np.int8)
    return flags


_NOTHING = rows_of(Tables(1970), NOWHERE, "", "")
