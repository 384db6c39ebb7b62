"""Returns of looked-after children read, checked and counted: each against pandas doing the least
that it could do in its place."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import fields
from time import perf_counter, process_time

import numpy as np
import pandas as pd

from lac import checks, codes, files, invented, placements, services
from lac.arrays import Arrays, arrays
from lac.files import Tables
from lac.placements import Children, Episodes
from lac.postcodes import read_postcodes

from .table import Line

LOOKED_AFTER = 2_300
"""At a time, for ten years: about 100,000 rows of episodes."""
DAY = pd.Timestamp(2024, 3, 31)
AIM = 0.5
"""Times plain pandas."""
RUNS = 5


def measured(looked_after: int = LOOKED_AFTER) -> list[Line]:
    """Processor time. First that both ways say the same."""
    county = invented.County(looked_after=looked_after)
    made = invented.files(county)
    postcodes = read_postcodes(made.pop("postcodes.csv"))
    returns = files.from_files(made)
    of = arrays(returns, postcodes, county.authority)
    frame = as_frame(of.children, of.episodes)
    assert counted(of) == plainly(frame), "pandas counts otherwise."
    ours, theirs, floor, reading, checking, joining = (
        _best(work)
        for work in (
            lambda: counted(of),
            lambda: plainly(frame),
            lambda: [pd.read_csv(io.BytesIO(content), dtype=str) for content in made.values()],
            lambda: files.from_files(made),
            lambda: _problems(returns),
            lambda: arrays(returns, postcodes, county.authority),
        )
    )
    rows = sum(len(tables["Episodes"]) for tables in returns)
    began = perf_counter()  # the database's time counts too
    services.import_returns(
        returns=files.from_files(made), places=postcodes, authority=county.authority, by=None
    )
    importing = perf_counter() - began
    return [
        Line("Measures of looked-after children on a day: time / plain pandas", ours / theirs, AIM),
        Line(f"{rows:,} episodes and their files, read: time / pandas.read_csv", reading / floor),
        Line(f"{rows:,} episodes, checked: time / pandas.read_csv", checking / floor),
        Line(f"{rows:,} episodes, made one account: time / pandas.read_csv", joining / floor),
        Line(f"{rows:,} episodes, counted on a day: time / pandas.read_csv", ours / floor),
        Line(f"{rows:,} episodes, from files to stored: time / pandas.read_csv", importing / floor),
    ]


def _best(work: Callable[[], object]) -> float:
    times = []
    for _ in range(RUNS):
        began = process_time()
        work()
        times.append(process_time() - began)
    return min(times)


def _problems(returns: list[Tables]) -> None:
    for tables in returns:
        assert not checks.problems_of(tables)


Figures = dict[tuple[str, str], tuple[int, int | None]]


def counted(of: Arrays) -> Figures:
    """Each figure that is not nought, by code and category: numerator and denominator."""
    figures = placements.measures(of.children, of.episodes, np.datetime64(DAY, "D"))
    return {
        (one.code, one.category): (one.numerator, one.denominator)
        for one in figures
        if one.numerator
    }


# ---- the same with pandas ----------------------------------------------------------


def as_frame(children: Children, episodes: Episodes) -> pd.DataFrame:
    """The episodes as somebody would have them in pandas: codes as text, days as dates."""
    columns = {
        field.name: getattr(episodes, field.name)
        for field in fields(Episodes)
        if field.name not in _TEXTS
    }
    frame = pd.DataFrame(columns)
    for name, known in _TEXTS.items():
        frame[name] = np.array([*known, ""], dtype=object)[getattr(episodes, name)]
    frame["born"] = children.born[episodes.child]
    frame["sex"] = np.array([*codes.SEX, ""], dtype=object)[children.sex[episodes.child]]
    assert children.unaccompanied_until is not None
    frame["alone_until"] = children.unaccompanied_until[episodes.child]
    return frame


_TEXTS = {
    "reason_began": codes.REASON_BEGAN,
    "reason_ended": codes.REASON_ENDED,
    "legal_status": codes.LEGAL_STATUS,
    "place": codes.PLACE,
    "provider": codes.PROVIDER,
    "need": codes.NEED,
}


def plainly(frame: pd.DataFrame) -> Figures:
    """The same measures by filters and groupby."""
    counts = frame[~frame["legal_status"].isin(codes.SHORT_BREAKS)]
    there = _open(counts, DAY)
    figures: Figures = {("cla", ""): (len(there), None)}
    figures[("cla_uasc", "")] = ((there["alone_until"] > DAY).sum(), None)
    ages = DAY.year - there["born"].dt.year
    birthday = there["born"].dt.month * 100 + there["born"].dt.day
    ages -= (birthday > DAY.month * 100 + DAY.day).astype(int)
    bands = pd.cut(
        ages,
        [-1, *(oldest for *_, oldest in codes.AGE_BANDS)],
        labels=[label for label, *_ in codes.AGE_BANDS],
    )
    groups: Mapping[str, pd.Series] = {
        "cla_by_age": bands.astype(object),
        "cla_by_sex": there["sex"].map(codes.SEX),
        "cla_by_legal_status": there["legal_status"].map(codes.LEGAL_STATUS),
        "cla_by_need": there["need"].map(codes.NEED),
        "cla_by_placement": there["place"].map(codes.PLACE),
        "cla_by_provider": there["provider"].map(codes.PROVIDER),
    }
    for code, labels in groups.items():
        sizes = there.groupby(labels.fillna(placements.NOT_KNOWN))["child"].nunique()
        figures |= {(code, str(label)): (int(n), None) for label, n in sizes.items()}
    figures |= _shares(there) | _through_the_year(counts)
    many = _placements(counts).reindex(there["child"], fill_value=0) >= 3
    figures["cla_three_plus_placements", ""] = (many.sum(), len(there))
    return {key: (int(n), out_of) for key, (n, out_of) in figures.items() if n}


def _open(counts: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    there = counts[(counts["began"] <= day) & (counts["ended"] > day)]
    return there.sort_values(["child", "began"]).groupby("child", as_index=False).tail(1)


def _shares(there: pd.DataFrame) -> Figures:
    miles, in_county = there["miles"].astype(float).round(1), there["in_county"]
    foster = there["place"].isin(codes.FOSTER)
    in_house = there["provider"].isin(codes.IN_HOUSE)
    yes = {
        "cla_within_20_miles": miles <= 20,
        "cla_over_20_miles_outside": (miles > 20) & (in_county == 0),
        "cla_distance_not_known": miles.isna(),
        "cla_in_county": in_county == 1,
        "cla_county_not_known": in_county < 0,
        "cla_foster": foster,
        "cla_residential": there["place"].isin(codes.RESIDENTIAL),
        "cla_in_house": in_house,
        "cla_agency": there["provider"].isin(codes.AGENCY),
    }
    shares: Figures = {(code, ""): (said.sum(), len(there)) for code, said in yes.items()}
    shares["cla_foster_in_house", ""] = ((foster & in_house).sum(), foster.sum())
    return shares


def _through_the_year(counts: pd.DataFrame) -> Figures:
    first = DAY - pd.DateOffset(years=1) + pd.DateOffset(days=1)
    began = counts["began"].between(first, DAY) & (counts["reason_began"] == codes.STARTED)
    ceased = ~counts["reason_ended"].isin(["", codes.CONTINUES])
    ceased &= counts["ended"].between(first, DAY)
    return {
        ("cla_started", ""): (counts.loc[began, "child"].nunique(), None),
        ("cla_ceased", ""): (counts.loc[ceased, "child"].nunique(), None),
    }


def _placements(counts: pd.DataFrame) -> pd.Series:
    """How many each child had in the year."""
    start = DAY - pd.DateOffset(years=1)
    counts = counts.sort_values(["child", "began"])
    before = counts.groupby("child")[["ended"]].shift()
    starts = (counts["reason_began"] == codes.STARTED) | (before["ended"] != counts["began"])
    settled = counts.assign(period=starts.cumsum())[~counts["place"].isin(codes.TEMPORARY)]
    last = settled.groupby("period")["carer"].shift()
    moved = settled["reason_began"].isin(codes.CHANGED_CARER) & (last != settled["carer"])
    new = (last.isna() | moved) & (settled["began"] > start) & (settled["began"] <= DAY)
    number = settled[new].groupby("child").size()
    return number.add(_open(counts, start).groupby("child").size(), fill_value=0)
