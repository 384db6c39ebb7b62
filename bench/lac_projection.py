"""The years ahead of a large authority's looked-after children, against the same model day by day
in plain NumPy."""

from itertools import pairwise
from time import process_time

import numpy as np

from lac.flows import BAND_BEGINS, GROWN_UP, PLACES, WIDTHS, YEARS, Floats, Rates, Stock
from lac.placements import ages_on
from lac.projection import Dated, Outlook, month_ends, project
from lac.simulation import simulate

from .table import Line

AIM = 0.3
"""Times the plain loop, of three years by the month."""
CHILDREN, MONTHS, FAN_MONTHS, PATHS, RUNS = 1_000, 36, 60, 1_000, 5
START = np.datetime64("2024-03-31")


def measured() -> list[Line]:
    """Processor time, the best of several runs each, turn by turn. Both say the same."""
    rates, opening = generated(np.random.default_rng(903))
    outlook = Outlook(Dated.always(rates), Dated.always(np.ones(PLACES)))
    ends, far = month_ends(START, MONTHS), month_ends(START, FAN_MONTHS)
    plain, ours, fans = [], [], []
    for _ in range(RUNS):
        began = process_time()
        days = plainly(rates, opening, int((ends[-1] - START).astype(int)))
        plain.append(process_time() - began)
        began = process_time()
        stock = project(outlook, opening, ends).stock
        ours.append(process_time() - began)
        began = process_time()
        simulate(outlook, opening, far, PATHS, np.random.default_rng(1))
        fans.append(process_time() - began)
    assert np.allclose(stock[1:], days[(ends - START).astype(int)])
    return [
        Line(
            "Looked-after children, 3 years: time / plain loop by day", min(ours) / min(plain), AIM
        ),
        Line(
            f"Looked-after children, {PATHS:,} paths of 5 years: time / the same loop",
            min(fans) / min(plain),
        ),
    ]


def generated(rng: np.random.Generator) -> tuple[Rates, Stock]:
    """Rates of the size that councils have, and children of every age."""
    moves = rng.uniform(0, 0.0005, (len(YEARS) - 1, PLACES, PLACES))
    moves[:, range(PLACES), range(PLACES)] = 0
    exits = rng.uniform(0.0005, 0.002, moves.shape[:2])
    entries = rng.uniform(0, 2 * CHILDREN * 0.0012 / len(WIDTHS) / PLACES, (len(WIDTHS), PLACES))
    born = START - rng.integers(0, GROWN_UP, CHILDREN)
    return Rates(moves, exits, entries), Stock(START, born, rng.integers(0, PLACES, CHILDREN))


def plainly(rates: Rates, opening: Stock, days: int) -> Floats:
    """The stock at the end of each day (days + 1, 5, 4), one day after the other: each opening
    child by age on the day, and entrants by their age in days."""
    matrix = rates.moves - rates.changes[..., None] * np.eye(PLACES)
    term = stay = coming = np.broadcast_to(np.eye(PLACES), matrix.shape)
    for power in range(1, 12):
        term = term @ matrix / power
        stay, coming = stay + term, coming + term / (power + 1)
    bands = [slice(*ages) for ages in pairwise(BAND_BEGINS.tolist())]
    new = np.repeat(rates.entries / WIDTHS[:, None], WIDTHS, axis=0)
    for band, ages in enumerate(bands):
        new[ages] = new[ages] @ coming[band]
    there, came = np.eye(PLACES)[opening.placement], np.zeros((GROWN_UP, PLACES))
    stock = [opening.table]
    for day in range(1, days + 1):
        age = ages_on(opening.born, opening.day + day)
        came[1:], came[0] = came[:-1], 0
        today = []
        for band, ages in enumerate(bands):
            rows = (age >= YEARS[band]) & (age < YEARS[band + 1])
            there[rows] = there[rows] @ stay[band]
            came[ages] = came[ages] @ stay[band] + new[ages]
            today.append(there[rows].sum(axis=0) + came[ages].sum(axis=0))
        stock.append(np.stack(today))
    return np.stack(stock)
