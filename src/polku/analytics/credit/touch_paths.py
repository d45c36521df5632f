"""Paths of touches as arrays: what every model of attribution reads, and how paths are made coarser before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from polku.errors import QuestionError
from polku.frozen import dataclass
from polku.words import Message

Column: TypeAlias = "np.ndarray[Any, Any]"

NEVER = -(2**62)
"""Stands for a moment that is not known."""
SESSION = 30 * 60 * 1_000_000
"""Touches of one person that are at most so far apart, in microseconds, are one session."""
DENSE = 4
"""Nodes of paths are told apart in a table of all that could be, up to so many times the touches."""
GRAINS = ("event", "session", "unique")
TRANSFORMS = ("unique", "exposure", "first", "frequency", "remove-if-not-all", "remove-if-last-and-not-all")
"""Names as the field has them; the last two take a label after a colon."""


@dataclass(frozen=True)
class Cells:
    """The distinct nodes of each path.

    Args:
        path, node, count: cell → its path, its node, and the touches there; by path and node.
        key: touch → its cell among `size` possible ones; place: cell → its own among these.
    """

    path: Column
    node: Column
    count: Column
    key: Column
    size: int
    place: Column

    def sums(self, weights: Column) -> Column:
        """Cell → what its touches weigh together."""
        found: Column = np.bincount(self.key, weights=weights, minlength=self.size)[self.place]
        return found


def cells_of(path: Column, node: Column, paths: int, nodes: int) -> Cells:
    """The distinct nodes of so many paths, from the path and the node of each touch."""
    size = paths * nodes
    key = path.astype(np.int64) * max(nodes, 1) + node
    # Most possible ones are there where nodes are few.
    if size <= DENSE * len(key):
        count = np.bincount(key, minlength=size)
        place = np.flatnonzero(count)
        path = place // max(nodes, 1)
        return Cells(path, place - path * nodes, count[place], key, size, place)
    found, key, count = np.unique(key, return_inverse=True, return_counts=True)
    path = found // max(nodes, 1)
    return Cells(path, found - path * nodes, count, key, len(found), np.arange(len(found)))


@dataclass(frozen=True)
class Tail:
    """Paths without a conversion, of which only nodes are known: touch → node; path → its touches, its unit."""

    node: Column
    n: Column
    unit: Column


@dataclass(frozen=True)
class PathSet:
    """Paths that are not empty, one after the other; a path may stand for several equal ones.

    Args:
        labels: names of nodes (channels, touchpoints, campaigns) by number.
        path: touch → its path, rising; within a path touches stand in their order.
        node, at, person: touch → its node, time (microseconds), actor (−1 nobody known).
        lead: touch → whether a lead can come to be there.
        won, value: path → conversions that ended it, and what they were worth together.
        lost: path → how often it ended without.
        end, created: path → moment of the conversion and of the deal's creation, NEVER where there is none.
        own: path → node of the conversion's own event, −1 without one.
        unit: path → what is drawn again for intervals (its account).
    """

    labels: tuple[str, ...]
    path: Column
    node: Column
    at: Column
    person: Column
    lead: Column
    won: Column
    value: Column
    lost: Column
    end: Column
    created: Column
    own: Column
    unit: Column

    @cached_property
    def n(self) -> Column:
        """Path → its touches."""
        return np.bincount(self.path, minlength=len(self.won))

    @cached_property
    def start(self) -> Column:
        """Path → its first touch."""
        found: Column = np.cumsum(self.n) - self.n
        return found

    @cached_property
    def last(self) -> Column:
        """Path → its last touch."""
        found: Column = self.start + self.n - 1
        return found

    def each(self, of_path: Column) -> Column:
        """Touch → what its path has."""
        return np.repeat(of_path, self.n)

    @cached_property
    def leading(self) -> Column:
        """The touches at which a lead can come to be."""
        return np.flatnonzero(self.lead)

    def held(self, what: str, make: Callable[[], Column]) -> Column:
        """Path → one of its touches, −1 none; some paths hold what was found of them before."""
        return make()

    @cached_property
    def place(self) -> Column:
        """Touch → its place in its path, from 0."""
        found: Column = np.arange(len(self.path)) - self.each(self.start)
        return found

    @cached_property
    def cells(self) -> Cells:
        """The distinct nodes of each path."""
        return cells_of(self.path, self.node, len(self.won), len(self.labels))

    @cached_property
    def left(self) -> Column:
        """Touch → how many follow it in its path."""
        found: Column = self.each(self.last) - np.arange(len(self.path))
        return found

    @cached_property
    def before(self) -> Column:
        """Touch → microseconds until the conversion, never below zero; 0 on paths without one."""
        found = self.each(self.end) - self.at
        np.maximum(found, 0, out=found)
        # Paths without a conversion end at NEVER, before all touches.
        return found

    @cached_property
    def new(self) -> Column:
        """Touch → whether its node is met for the first time on its path."""
        # Paths and nodes as one number sort several times faster than side by side.
        key = self.path.astype(np.int64) * max(len(self.labels), 1) + self.node
        bits = len(key).bit_length()
        flags = np.zeros(len(key), dtype=bool)
        if len(key) and int(key[-1]).bit_length() + bits <= 62:
            key = np.sort(key << bits | np.arange(len(key)))
            new = np.append(True, (key[1:] >> bits) != (key[:-1] >> bits))
            flags[key[new] & ((1 << bits) - 1)] = True
        else:
            flags[_firsts(self.path, self.node)] = True
        return flags

    def ended(self) -> PathSet:
        """Only the paths that a conversion ended."""
        return self._of(self.won > 0)

    def _of(self, chosen: Column) -> PathSet:
        if chosen.all():
            return self
        number = np.cumsum(chosen) - 1
        of_touch = chosen[self.path]
        touches = self.keeping(of_touch)
        return replace(
            touches,
            path=number[touches.path],
            **{
                name: getattr(self, name)[chosen]
                for name in ("won", "value", "lost", "end", "created", "own", "unit")
            },
        )

    def keeping(self, touches: Column, node: Column | None = None) -> PathSet:
        """The same paths with only these touches (a mask); no path may lose all of them unless it goes too."""
        return replace(
            self,
            path=self.path[touches],
            node=(self.node if node is None else node)[touches],
            at=self.at[touches],
            person=self.person[touches],
            lead=self.lead[touches],
        )


def _firsts(*keys: Column) -> Column:
    """Places of the first row of each combination of keys."""
    order = np.lexsort((np.arange(len(keys[0])), *reversed(keys)))
    changes = np.zeros(len(order), dtype=bool)
    changes[:1] = True
    for key in keys:
        changes[1:] |= key[order][1:] != key[order][:-1]
    return order[changes]


def coarser(paths: PathSet, grain: str) -> PathSet:
    """Touches by grain: every event; of a session its first touch; of a session each node once."""
    if grain == "event" or not len(paths.path):
        return paths
    size = len(paths.path)
    order = np.lexsort((np.arange(size), paths.person, paths.path))
    path, person, at = paths.path[order], paths.person[order], paths.at[order]
    begins = np.ones(size, dtype=bool)
    begins[1:] = (path[1:] != path[:-1]) | (person[1:] != person[:-1]) | (at[1:] - at[:-1] > SESSION)
    session = np.empty(size, dtype=np.int64)
    session[order] = np.cumsum(begins)
    kept = np.zeros(size, dtype=bool)
    kept[_firsts(session) if grain == "session" else _firsts(session, paths.node)] = True
    return paths.keeping(kept)


def transformed(paths: PathSet, transform: str) -> PathSet:
    """Paths after a transform (a name of TRANSFORMS; a node's label after a colon where it takes one).

    Raises:
        QuestionError: an unknown transform, or a label that no path has.
    """
    name, _, label = transform.partition(":")
    takes = name.startswith("remove-")
    if name == "identity":
        name = "unique"
    if name not in TRANSFORMS or takes != bool(label):
        known = [f"{one}:…" if one.startswith("remove-") else one for one in TRANSFORMS]
        raise QuestionError(Message("analytics.attribution-transform", {"name": transform, "known": known}))
    if takes and label not in paths.labels:
        raise QuestionError(
            Message(
                "analytics.attribution-removes", {"name": label, "known": list(paths.labels)[:20] or None}
            )
        )
    if name == "unique" or not len(paths.path):
        return paths
    if name == "exposure":
        kept = np.ones(len(paths.path), dtype=bool)
        kept[1:] = (paths.path[1:] != paths.path[:-1]) | (paths.node[1:] != paths.node[:-1])
        return paths.keeping(kept)
    if name == "first":
        return paths.keeping(paths.new)
    if name == "frequency":
        return _frequency(paths)
    return paths.keeping(_without(paths, paths.labels.index(label), tail=name == TRANSFORMS[-1]))


def _without(paths: PathSet, node: int, *, tail: bool) -> Column:
    """The touches that stay when a node goes, everywhere or from the tail, except where nothing would remain."""
    other = paths.node != node
    others = np.bincount(paths.path, weights=other, minlength=len(paths.won))
    if tail:
        place = np.where(other, paths.place, -1)
        last = np.full(len(paths.won), -1, dtype=np.int64)
        np.maximum.at(last, paths.path, place)
        other = paths.place <= last[paths.path]
    stays: Column = other | (others[paths.path] == 0)
    return stays


def _frequency(paths: PathSet) -> PathSet:
    """Each node once per path, named with how often it was met there."""
    size = len(paths.labels)
    key = paths.path.astype(np.int64) * size + paths.node
    _, inverse, count = np.unique(key, return_inverse=True, return_counts=True)
    times = count[inverse]
    pairs = np.unique(np.stack([paths.node, times], 1), axis=0)
    number: Mapping[tuple[int, int], int] = {(int(n), int(t)): place for place, (n, t) in enumerate(pairs)}
    node = np.array([number[int(n), int(t)] for n, t in zip(paths.node, times, strict=True)], dtype=np.int64)
    labels = tuple(f"{paths.labels[node]}({times})" for node, times in pairs)
    once = paths.keeping(paths.new, node)
    # The conversion's own event is counted once.
    own = np.array([number.get((int(own), 1), -1) if own >= 0 else -1 for own in paths.own], dtype=np.int64)
    return replace(once, labels=labels, own=own)
