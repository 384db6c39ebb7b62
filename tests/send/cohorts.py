"""Small cohort models of any rates."""

import numpy as np

from send.cohort import AGES, Flows, Model, Space

YEARS = 3


def small(rng):
    """Two needs, three settings, of which not all take every academic year; whole openings."""
    valid = np.ones((AGES, 2, 3), dtype=bool)
    valid[15:, :, 0] = False  # a school: nobody past it
    valid[:10, :, 2] = False  # a college: nobody before it
    space = Space(("ASD", "SLCN"), ("school", "special", "college"), valid)
    n = space.count
    states = np.arange(n)
    pairs = [
        (one, other)
        for one in states
        for other in states
        if space.age[other] == space.age[one] + 1
        and other != space.older[one]
        and rng.random() < 0.5
    ]
    source, target = np.array(pairs, dtype=np.int64).T
    weight = rng.uniform(0.05, 1, len(pairs))
    share = weight / np.bincount(source, weight, n)[source]
    flows = tuple(
        Flows(rng.uniform(0, 0.3, n), rng.uniform(0, 0.4, n), share, rng.uniform(0, 0.5, n))
        for _ in range(YEARS)
    )
    return Model(
        space, source, target, rng.integers(0, 4, n).astype(float), 2015, flows,
        (rng.uniform(1_000, 50_000, (2, 3)),) * YEARS, 0.02,
        (np.array([50.0, 40.0, 30.0]),) * YEARS,
    )  # fmt: skip
