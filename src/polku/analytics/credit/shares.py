"""Shares of attribution: what nodes get of all conversions by each model, with intervals of accounts drawn again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from polku.analytics.columns.blocks import in_threads
from polku.analytics.credit import markov
from polku.analytics.credit.models import Even, Markov, Model, One, Participation, Shapley, credit
from polku.analytics.statistics.intervals import SEED
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.credit.touch_paths import Column, PathSet, Tail

MOST_UNITS = 500
"""More accounts than these are drawn in as many groups, which are as wide on average."""
MOST_CELLS = 8_000_000
"""Numbers of transitions by group that are counted at once."""
MOST_NODES = 150
"""With more nodes than these no interval of the Markov model is worked out."""


@dataclass(frozen=True)
class Part:
    """Some of the paths, laid out when they are read; units from 0.

    Args:
        ended: those that a conversion ended; whether their touches are wanted one by one, and not only counts by node.
        every: these and others; tail: more without a conversion, of which only nodes are known.
    """

    labels: tuple[str, ...]
    ended: Callable[[bool], PathSet]
    every: Callable[[], PathSet]
    tail: Tail | None = None


@dataclass(frozen=True)
class Shared:
    """What nodes get by one model; the last place is conversions whose own event is no node.

    Args:
        conversions, value: shape (nodes + 1,); low, high: of the share, None where not worked out.
    """

    conversions: Column
    value: Column
    low: Column | None = None
    high: Column | None = None


@dataclass(frozen=True)
class _Sums:
    """Of some paths conversions by group, and of each model credit by group and node and value by node."""

    won: Column
    credit: Mapping[str, tuple[Column, Column]]


def whole_part(paths: PathSet) -> tuple[tuple[Part, ...], int]:
    """Paths as one part, and the number of their units."""
    units, unit = np.unique(paths.unit, return_inverse=True)
    paths = replace(paths, unit=unit)
    return (Part(paths.labels, lambda touched: paths.ended(), lambda: paths),), len(units)


def share_out(paths: PathSet, models: Mapping[str, Model], *, draws: int = 0) -> dict[str, Shared]:
    """Share the conversions of paths by each model, with intervals if any draws are asked."""
    parts, units = whole_part(paths)
    return share_parts(parts, models, units=units, draws=draws)


def share_parts(
    parts: Sequence[Part],
    models: Mapping[str, Model],
    *,
    units: int,
    draws: int = 0,
    counted: markov.Counts | None = None,
) -> dict[str, Shared]:
    """The same of paths in parts.

    Args:
        units: number of what is drawn again.
        counted: their transitions, by groups of these, where they are known.
    """
    size = len(parts[0].labels) + 1
    groups = groups_drawn(units, draws)
    group = groups_of(units, groups)
    drawn = drawn_groups(groups, draws) if draws else None
    touched = any(_asks_touches(model) for model in models.values())
    told = in_threads(
        lambda place: _sums(parts[place].ended(touched), models, group, groups), range(len(parts))
    )
    won = np.sum([one.won for one in told], axis=0)
    cells = {name: np.sum([one.credit[name][0] for one in told], axis=0) for name in told[0].credit}
    chosen, of_model = None, {}
    if drawn is not None:
        # One product reads the draws once.
        again = drawn @ np.concatenate([won[:, None], *cells.values()], axis=1)
        chosen = again[:, 0]
        of_model = {name: again[:, 1 + n * size : 1 + (n + 1) * size] for n, name in enumerate(cells)}
    found: dict[str, Shared] = {}
    again_of: dict[str, Column] = {}
    for name, model in models.items():
        shares = None
        if isinstance(model, Markov):
            counted = counted or transitions(parts, group, groups)
            moves, ends, value = markov.counted_probabilities(counted)
            (_, by_count), (_, by_value) = markov.removal(moves, ends, value)
            conversions = np.append(markov.shares(by_count) * won.sum(), 0.0)
            values = np.append(markov.shares(by_value) * counted.value.sum(), 0.0)
            if drawn is not None and size - 1 <= MOST_NODES:
                shares = np.append(markov.drawn_shares(counted, drawn), np.zeros((draws, 1)), 1)
        else:
            conversions = cells[name].sum(0)
            values = np.sum([one.credit[name][1] for one in told], axis=0)
            if chosen is not None:
                shares = of_model[name] / np.where(chosen > 0, chosen, 1.0)[:, None]
        found[name] = Shared(conversions, values)
        if shares is not None and chosen is not None and (chosen > 0).any():
            again_of[name] = shares if (chosen > 0).all() else shares[chosen > 0]
    if again_of:
        # All columns at once, and sorted: several times faster than asking for the quantiles of each model.
        ordered = np.sort(np.concatenate([*again_of.values()], axis=1), axis=0)
        bounds = _quantile(ordered, 0.025), _quantile(ordered, 0.975)
        for place, name in enumerate(again_of):
            low, high = (bound[place * size : (place + 1) * size] for bound in bounds)
            found[name] = replace(found[name], low=low, high=high)
    return found


def _quantile(ordered: Column, q: float) -> Column:
    """The quantile of each sorted column, between two values in proportion; to the last digit that of `np.quantile`."""
    place = q * (len(ordered) - 1)
    below = int(place)
    low, high, part = ordered[below], ordered[min(below + 1, len(ordered) - 1)], place - below
    found: Column = low + (high - low) * part if part < 0.5 else high - (high - low) * (1 - part)
    return found


def _sums(ended: PathSet, models: Mapping[str, Model], group: Column, groups: int) -> _Sums:
    size = len(ended.labels) + 1
    own = group[ended.unit]
    won = np.bincount(own, weights=ended.won, minlength=groups)
    of_path = own * np.int64(size)
    once = bool((ended.won == 1).all())
    worth = bool(ended.value.any())
    at_cells: tuple[Column, Column] | None = None
    found: dict[str, tuple[Column, Column]] = {}
    for name, model in models.items():
        if isinstance(model, Markov):
            continue
        node, part, path = credit(ended, model)
        if isinstance(model, One):
            key, value = of_path + node, ended.value
        else:
            # All others speak of the same nodes of the same paths.
            at_cells = at_cells or (of_path[path] + node, ended.value[path])
            key, value = at_cells
        weights = part if once else part * ended.won[path]
        cells = np.bincount(key, weights=weights, minlength=groups * size).reshape(groups, size)
        found[name] = (
            cells,
            np.bincount(node, weights=part * value, minlength=size) if worth else np.zeros(size),
        )
    return _Sums(won, found)


def _asks_touches(model: Model) -> bool:
    """Whether a model asks where on a path its touches are, beyond the first and the last."""
    if isinstance(model, One):
        return model.which == "last-non-direct"
    return not isinstance(model, Even | Participation | Shapley | Markov)


def transitions(parts: Sequence[Part], group: Column, groups: int) -> markov.Counts:
    """Transitions of all paths by group: whole numbers, which add up exactly in any order."""
    states = len(parts[0].labels) + 1
    seen, ends = np.zeros((groups, states**2)), np.zeros((groups, states))
    adding = threading.Lock()

    def of(place: int) -> Column:
        part = parts[place]
        paths = part.every()
        counted = markov.counts(paths, group[paths.unit], groups)
        with adding:
            np.add(seen, counted.seen, out=seen)
            np.add(ends, counted.ends, out=ends)
        if part.tail is not None:
            edge = markov.edges(part.tail.node, part.tail.n, group[part.tail.unit], states)
            more = np.bincount(edge, minlength=seen.size).reshape(seen.shape)
            with adding:
                np.add(seen, more, out=seen)
        return counted.value

    values = in_threads(of, range(len(parts)))
    return markov.Counts(seen, ends, np.sum(values, axis=0))


def groups_drawn(units: int, draws: int) -> int:
    """How many groups of so many units are drawn again; one where nothing is."""
    return max(min(units, MOST_UNITS), 1) if draws else 1


def groups_of(units: int, groups: int) -> Column:
    """Unit → the group that it is drawn with: its own, where there are as many, else one by chance."""
    if units <= groups:
        return np.arange(units)
    if groups == 1:
        return np.zeros(units, dtype=np.uint16)
    return np.random.default_rng([SEED, units]).integers(0, groups, units, dtype=np.uint16)


@lru_cache(maxsize=2)
def drawn_groups(groups: int, draws: int) -> Column:
    """How often each group is drawn when as many are drawn as there are, shape (draws, groups)."""
    chance = np.random.default_rng(SEED)
    found = chance.integers(0, groups, (draws, groups), dtype=np.uint16).astype(np.int64)
    found += np.arange(0, draws * groups, groups)[:, None]
    times = np.bincount(found.ravel(), minlength=draws * groups).reshape(draws, groups).astype(float)
    times.flags.writeable = False
    return times
