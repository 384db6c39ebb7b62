"""Ten years of a county's children with plans, a thousand times, against the same model one state
after the other in a plain Python loop."""

from time import process_time

import numpy as np

from send.cohort import AGES, NOWHERE, Model, Space, expected
from send.estimation import Counted, Transitions, counted, model_of, opening
from send.simulation import bands, drawn_rates

from .table import Line

AIM = 1 / 15
"""Times the plain loop, path for path."""
CHILDREN, YEARS, PATHS, PLAIN_PATHS, RUNS = 4_900, 10, 1_000, 10, 3
NEEDS, SETTINGS, HISTORY = 9, 7, 5
POPULATION = np.full(AGES, 6_500.0)


def measured(paths: int = PATHS, plain_paths: int = PLAIN_PATHS) -> list[Line]:
    """Processor time, the best of several runs each, turn by turn. Both draw rates and moves, and
    say the same within chance."""
    model, counts, population = generated(np.random.default_rng(903))
    vectorised, looped = [], []
    for _ in range(RUNS):
        began = process_time()
        found = bands(model, counts, population, paths=paths)
        vectorised.append((process_time() - began) / paths)
        began = process_time()
        plain = plainly(model, counts, population, plain_paths)
        looped.append((process_time() - began) / plain_paths)
    ours, theirs = min(vectorised), min(looped)
    assert abs(plain / found.mean_total[-1] - 1) < 0.1, "The plain loop says otherwise."
    began = process_time()
    course = expected(model)
    once = process_time() - began
    occupied = int((course.heads[-1] > 0.5).sum())
    what = f"Plans, {paths:,} paths of {YEARS} years"
    return [
        Line(f"{what} ({occupied:,} states of half a child or more): time / plain loop",
             ours / theirs, AIM),
        Line(f"{what}: seconds on this machine", ours * paths),
        Line("Plans, expected values: time / one path of the plain loop", once / theirs),
    ]  # fmt: skip


def generated(rng: np.random.Generator) -> tuple[Model, Counted, dict[int, np.ndarray]]:
    """A county's model, as counted from some years of made-up changes."""
    space = Space(
        tuple(f"Need {one}" for one in range(NEEDS)),
        tuple(f"Setting {one}" for one in range(SETTINGS)),
        np.ones((AGES, NEEDS, SETTINGS), dtype=bool),
    )
    n, last = space.count, space.age == AGES - 1
    rows = []
    for year in range(HISTORY):
        before = rng.integers(0, n, CHILDREN)
        leaves = last[before] | (rng.random(CHILDREN) < 0.08)
        moves = rng.random(CHILDREN) < 0.12
        elsewhere = space.number[
            np.minimum(space.age[before] + 1, AGES - 1),
            space.need[before],
            rng.integers(0, SETTINGS, CHILDREN),
        ]
        after = np.where(leaves, NOWHERE, np.where(moves, elsewhere, space.older[before]))
        came = rng.integers(0, n, CHILDREN // 8)
        rows += [(2010 + year, *pair) for pair in zip(before, after, strict=True)]
        rows += [(2010 + year, NOWHERE, one) for one in came]
    year, before, after = np.array(rows, dtype=np.int64).T
    transitions = Transitions(year, before, after, np.ones(len(rows)))
    population = {2010 + one: POPULATION for one in range(HISTORY + YEARS + 1)}
    counts = counted(space, transitions, population)
    return model_of(counts, opening(space, transitions), population, YEARS), counts, population


def plainly(model: Model, counts: Counted, population: dict[int, np.ndarray], paths: int) -> float:
    """The mean of everybody at the end, state by state: binomial leavers and movers, multinomial
    destinations, Poisson joiners."""
    total, rng = 0, np.random.default_rng(904)
    older = model.space.older.tolist()
    places = range(model.space.count)
    edges = [np.flatnonzero(model.source == place) for place in places]
    for _ in range(paths):
        drawn = drawn_rates(model, counts, population, 1, rng)
        heads = model.opening.astype(int).tolist()
        for flows in drawn.flows:
            leave, move, share = flows.leave[0], flows.move[0], flows.share[0]
            closing = [int(rng.poisson(mean)) for mean in flows.join[0]]
            for place in places:
                if not heads[place]:
                    continue
                stay = heads[place] - int(rng.binomial(heads[place], leave[place]))
                ways = edges[place]
                moved = stay if older[place] < 0 else int(rng.binomial(stay, move[place]))
                if moved and len(ways):
                    went = rng.multinomial(moved, share[ways] / share[ways].sum())
                    for target, many in zip(model.target[ways], went, strict=True):
                        closing[target] += int(many)
                    stay -= moved
                if older[place] >= 0:
                    closing[older[place]] += stay
            heads = closing
        total += sum(heads)
    return total / paths
