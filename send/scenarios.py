"""What a scenario's changes (`changes`) make of a model. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from bucks_cs.lib.changes import (
    Change,
)

from .changes import problems, with_setting
from .cohort import FIRST, LAST, NOWHERE, Bools, Cap, Floats, Flows, Ints, Model, Space, summed


def applied(changes: Sequence[Change], model: Model) -> Model:
    """The model as it is after the changes, one after the other; its rates may be of paths.
    Raises ValueError with every problem."""
    if wrong := problems(changes, model.space):
        raise ValueError("; ".join(map(str, wrong)))
    for change in changes:
        model = _MAKE[change["kind"]](change, model)
    return model


def _since(change: Change, model: Model) -> int:
    """The place of the first projected year that a change applies to."""
    return max(0, int(change["from"]) - model.first_year - 1)


def _changed(model: Model, since: int, make: Callable[[Flows], Flows]) -> Model:
    """With the flows of the years from one on made otherwise; those that are one stay one."""
    made: dict[int, Flows] = {}
    flows = []
    for place, one in enumerate(model.flows):
        flows.append(made.setdefault(id(one), make(one)) if place >= since else one)
    return replace(model, flows=tuple(flows))


def _states(change: Change, space: Space) -> Bools:
    """Which states a change is about."""
    kept = np.ones(space.count, dtype=bool)
    for field, known, of in (
        ("needs", space.needs, space.need),
        ("settings", space.settings, space.setting),
    ):
        if field in change:
            kept &= np.isin(of, [known.index(one) for one in change[field]])
    age = space.age + FIRST
    return kept & (age >= change.get("first_age", FIRST)) & (age <= change.get("last_age", LAST))


def _scale_joiners(change: Change, model: Model) -> Model:
    factor = np.where(_states(change, model.space), change["factor"], 1.0)
    return _changed(
        model, _since(change, model), lambda flows: replace(flows, join=flows.join * factor)
    )


def _scale_rate(change: Change, model: Model) -> Model:
    factor = np.where(_states(change, model.space), change["factor"], 1.0)
    what = change["what"]

    def scaled(flows: Flows) -> Flows:
        rate = np.minimum(getattr(flows, what) * factor, 1.0)
        return replace(flows, **{what: rate})

    return _changed(model, _since(change, model), scaled)


def _scale_moves(change: Change, model: Model) -> Model:
    space = model.space
    here, there = (space.settings.index(change[end]) for end in ("setting", "into"))
    edges = (space.setting[model.source] == here) & (space.setting[model.target] == there)
    factor = np.where(edges, change["factor"], 1.0)

    def scaled(flows: Flows) -> Flows:
        shares = flows.share * factor
        total = summed(shares, model.source, space.count)
        of = total[..., model.source]
        # Who must move and could go nowhere else goes as before.
        shares = np.divide(shares, of, out=np.broadcast_to(flows.share, of.shape).copy(),
                           where=of > 0)  # fmt: skip
        return replace(flows, share=shares, move=np.minimum(flows.move * total, 1.0))

    return _changed(model, _since(change, model), scaled)


def _close_setting(change: Change, model: Model) -> Model:
    since = _since(change, model)
    model = _elsewhere(model, change["setting"], change["into"], 1.0, since)
    model = _moving_out(model, change["setting"], change["into"], 1.0, since, since + 1)
    setting, into = (model.space.settings.index(change[end]) for end in ("setting", "into"))
    caps: list[Cap] = []
    for cap in model.caps:  # nor does anybody go there for whom another has no place
        caps.append(cap)
        if cap.into == setting:
            caps.append(cap._replace(year=max(cap.year, since), into=into))
    return replace(model, caps=tuple(caps))


def _move_share(change: Change, model: Model) -> Model:
    since, years = _since(change, model), int(change["years"])
    share = float(change["share"])
    a_year = 1 - (1 - share) ** (1 / years)
    model = _elsewhere(model, change["setting"], change["into"], share, since)
    return _moving_out(model, change["setting"], change["into"], a_year, since, since + years)


def _twin(space: Space, states: Ints, setting: int) -> Ints:
    """Of each state the one of the same academic year and need in another setting."""
    return space.number[space.age[states], space.need[states], np.full(len(states), setting)]


def _elsewhere(model: Model, setting: str, into: str, share: float, since: int) -> Model:
    """That share of who would join or move into a setting goes to another, where that takes
    them."""
    space = model.space
    here, there = space.settings.index(setting), space.settings.index(into)
    edges = np.flatnonzero(space.setting[model.target] == here)
    other = _twin(space, model.target[edges], there)
    edges, other = edges[other != NOWHERE], other[other != NOWHERE]
    model, twins = _with_edges(model, model.source[edges], other)
    states = np.flatnonzero(space.setting == here)
    joins = _twin(space, states, there)
    states, joins = states[joins != NOWHERE], joins[joins != NOWHERE]

    def otherwise(flows: Flows) -> Flows:
        shares, join = flows.share.copy(), flows.join.copy()
        shares[..., twins] += share * shares[..., edges]
        shares[..., edges] *= 1 - share
        join[..., joins] += share * join[..., states]
        join[..., states] *= 1 - share
        return replace(flows, share=shares, join=join)

    return _changed(model, since, otherwise)


def _moving_out(
    model: Model, setting: str, into: str, share: float, since: int, until: int
) -> Model:
    """In each year of some that share of those in a setting who would stay moves to another."""
    space = model.space
    here, there = space.settings.index(setting), space.settings.index(into)
    states = np.flatnonzero((space.setting == here) & (space.age < len(space.valid) - 1))
    age = space.age[states] + 1
    other = space.number[age, space.need[states], np.full(len(states), there)]
    states, other = states[other != NOWHERE], other[other != NOWHERE]
    model, edges = _with_edges(model, states, other)
    of = np.full(space.count, NOWHERE)
    of[states] = np.arange(len(states))
    mine = of[model.source]

    def moving(flows: Flows) -> Flows:
        shares = flows.share.copy()
        known = np.zeros((*shares.shape[:-1], len(states)))
        theirs = mine != NOWHERE
        np.add.at(np.moveaxis(known, -1, 0), mine[theirs], np.moveaxis(shares[..., theirs], -1, 0))
        # Where there is no other edge, nobody moved, whatever the rate said.
        before = np.where(known > 0, flows.move[..., states], 0.0)
        stuck = space.older[states] == NOWHERE
        before = np.where(stuck & (known > 0), 1.0, before)
        after = np.where(stuck, before, before + (1 - before) * share)
        scale = np.divide(before, after, out=np.ones_like(after), where=after > 0)
        shares[..., theirs] *= scale[..., mine[theirs]]
        extra = np.divide((1 - before) * share, after, out=np.zeros_like(after), where=after > 0)
        shares[..., edges] += extra
        shape = (*np.broadcast_shapes(flows.move.shape[:-1], after.shape[:-1]), space.count)
        move = np.broadcast_to(flows.move, shape).copy()
        move[..., states] = after
        return replace(flows, share=shares, move=move)

    flows = list(model.flows)
    changed = _changed(model, since, moving).flows
    flows[since:until] = changed[since:until]
    return replace(model, flows=tuple(flows))


def _with_edges(model: Model, source: Ints, target: Ints) -> tuple[Model, Ints]:
    """The model with these edges, those that are new with a share of 0; and where each is."""
    place = {
        pair: at
        for at, pair in enumerate(zip(model.source.tolist(), model.target.tolist(), strict=True))
    }
    wanted = list(zip(source.tolist(), target.tolist(), strict=True))
    new = [pair for pair in dict.fromkeys(wanted) if pair not in place]
    place |= {pair: len(model.source) + at for at, pair in enumerate(new)}
    where = np.array([place[pair] for pair in wanted], dtype=np.int64)
    if not new:
        return model, where
    more = np.array(new, dtype=np.int64)

    def longer(flows: Flows) -> Flows:
        none = np.zeros((*flows.share.shape[:-1], len(new)))
        return replace(flows, share=np.concatenate([flows.share, none], axis=-1))

    model = _changed(model, 0, longer)
    return replace(
        model,
        source=np.concatenate([model.source, more[:, 0]]),
        target=np.concatenate([model.target, more[:, 1]]),
    ), where


def _open_setting(change: Change, model: Model) -> Model:
    old, name = model.space, change["name"].strip()
    space = with_setting(old, name, change["like"])
    to = space.number[old.age, old.need, old.setting]

    def moved(array: Floats) -> Floats:
        wide = np.zeros((*array.shape[:-1], space.count))
        wide[..., to] = array
        return wide

    def flows(one: Flows) -> Flows:
        return Flows(moved(one.leave), moved(one.move), one.share, moved(one.join))

    pounds = change.get("pounds_a_year", np.nan)
    room = change.get("places", np.inf)
    like = old.settings.index(change["like"])
    model = replace(
        _changed(model, 0, flows),
        space=space,
        source=to[model.source],
        target=to[model.target],
        opening=moved(model.opening),
        unit_costs=tuple(
            np.concatenate([one, np.full((len(old.needs), 1), pounds)], axis=1)
            for one in model.unit_costs
        ),
        places=tuple(np.append(one, room) for one in model.places),
    )
    # Who is in it leaves and moves as those do whom it resembles.
    twin = np.flatnonzero(space.setting == len(old.settings))
    same = _twin(space, twin, like)

    def alike(one: Flows) -> Flows:
        leave, move = one.leave.copy(), one.move.copy()
        leave[..., twin], move[..., twin] = leave[..., same], move[..., same]
        return replace(one, leave=leave, move=move)

    model = _changed(model, 0, alike)
    model = _moves_as(model, twin, same)
    return _elsewhere(model, change["like"], name, float(change["share"]), _since(change, model))


def _moves_as(model: Model, twin: Ints, same: Ints) -> Model:
    """Those in states without edges move where their likes do."""
    of = dict(zip(same.tolist(), twin.tolist(), strict=True))
    copied = np.flatnonzero(np.isin(model.source, same))
    source = np.array([of[one] for one in model.source[copied].tolist()], dtype=np.int64)
    model, edges = _with_edges(model, source, model.target[copied])

    def shared(flows: Flows) -> Flows:
        shares = flows.share.copy()
        shares[..., edges] = shares[..., copied]
        return replace(flows, share=shares)

    return _changed(model, 0, shared)


def _unit_cost(change: Change, model: Model) -> Model:
    setting = model.space.settings.index(change["setting"])
    needs = [model.space.needs.index(one) for one in change.get("needs", model.space.needs)]

    def priced(prices: Floats) -> Floats:
        prices = prices.copy()
        if "pounds_a_year" in change:
            prices[needs, setting] = change["pounds_a_year"]
        else:
            prices[needs, setting] *= change["factor"]
        return prices

    since = _since(change, model)
    kept, later = model.unit_costs[:since], model.unit_costs[since:]
    return replace(model, unit_costs=(*kept, *map(priced, later)))


def _cap_setting(change: Change, model: Model) -> Model:
    space, since = model.space, _since(change, model)
    setting, into = (space.settings.index(change[end]) for end in ("setting", "into"))

    def capped(places: Floats) -> Floats:
        places = places.copy()
        places[setting] = change["places"]
        return places

    return replace(
        model,
        caps=(*model.caps, Cap(since, setting, float(change["places"]), into)),
        places=(*model.places[:since], *map(capped, model.places[since:])),
    )


def _inflation(change: Change, model: Model) -> Model:
    return replace(model, inflation=change["per_cent"] / 100)


_MAKE: Mapping[str, Callable[[Change, Model], Model]] = {
    "scale_joiners": _scale_joiners,
    "scale_rate": _scale_rate,
    "scale_moves": _scale_moves,
    "close_setting": _close_setting,
    "open_setting": _open_setting,
    "move_share": _move_share,
    "unit_cost": _unit_cost,
    "cap_setting": _cap_setting,
    "inflation": _inflation,
}
