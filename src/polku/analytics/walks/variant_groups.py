"""Variants from arrays: cases of one way known by a key of it, so that no way is written out but those that are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from polku.analytics.columns.blocks import in_threads
from polku.analytics.columns.case_facts import CaseFacts, case_facts
from polku.analytics.walks.following import over_pieces
from polku.analytics.walks.taken import Ways, alike, over_taken, ways_of
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.map.nodes import Nodes
    from polku.analytics.study import Study
    from polku.analytics.walks.pieces import Column, Piece

_KEPT = ("step", "stage")
"""Nodes whose paths are few, and stay in memory for all that is asked of a journey."""


def grouped(study: Study, nodes: Nodes, transform: str, most: int) -> list[tuple[Any, ...]]:
    """Rows by variant, most cases first, then by the text of their path, and by outcome.

    Returns:
        Path (numbers of nodes, with blanks between), cases, median time, outcome, cases with it, all variants, all cases.
    """
    walked = [one for one in _walked(study, nodes, transform) if len(one.way)]
    if not walked:
        return []
    # Pieces share the ways of paths that stay in memory.
    found = list({id(one.ways): one.ways for one in walked}.values())
    number = {id(one): place for place, one in enumerate(found)}
    counted = [np.zeros(len(one.first), dtype=np.int64) for one in found]
    for one in walked:
        counted[number[id(one.ways)]] += one.count
    of_one = np.concatenate(counted)
    first, second, length, node = (
        np.concatenate([getattr(one, name) for one in found])
        for name in ("first", "second", "length", "node")
    )
    order, begins = alike(first, second, length)
    count = np.add.reduceat(of_one[order], begins)
    told = _Paths(node, length)
    chosen = _first_ones(count, order[begins], told, most)
    paths = {int(variant): told.text(int(order[begins[variant]])) for variant in chosen}
    ranked = sorted(paths, key=lambda variant: (-int(count[variant]), paths[variant]))
    # Way of a piece → its place in the list; −1 where it is not shown.
    rank = np.full(len(count), -1, dtype=np.int32)
    rank[ranked] = np.arange(len(ranked))
    of_way = np.empty(len(order), dtype=np.int32)
    of_way[order] = np.repeat(rank, np.diff(np.append(begins, len(order))))
    starts = np.cumsum([0, *(len(one.first) for one in found)])
    cases = int(count.sum())
    facts = case_facts(study)
    numbers = count[ranked]
    ranks = [of_way[starts[number[id(one.ways)]] :] for one in walked]
    ended, median = _ended(walked, ranks, facts, numbers)
    alphabet = sorted(range(len(facts.outcomes)), key=lambda place: facts.outcomes[place])
    return [
        (
            paths[one],
            int(numbers[place]),
            int(median[place]),
            facts.outcomes[outcome],
            times,
            len(count),
            cases,
        )
        for place, (one, of_outcome) in enumerate(zip(ranked, ended.tolist(), strict=True))
        for outcome in alphabet
        if (times := of_outcome[outcome])
    ]


@dataclass(frozen=True)
class _Walked:
    """A piece: ways, of each of them its cases here, the ids of all cases, and of each which way it took."""

    ways: Ways
    count: Column
    id: Column
    way: Column


def _walked(study: Study, nodes: Nodes, transform: str) -> list[_Walked]:
    if nodes.of not in _KEPT:
        found = over_pieces(study, nodes, ways_of, transform=transform)
        return [_Walked(one, one.count, one.id, one.way) for one in found]

    def follow(piece: Piece, path: Column, ways: Ways) -> _Walked:
        way = ways.way.take(path)
        return _Walked(ways, np.bincount(way, minlength=len(ways.first)), piece.ids, way)

    told = over_taken(study, nodes, lambda paths: ways_of(paths.transformed(transform)), follow)
    return [one for _, one in told]


def _ended(
    found: list[_Walked], ranks: list[Column], facts: CaseFacts, numbers: Column
) -> tuple[Column, Column]:
    """Place in the list → cases by outcome; how long half of them lasted at most.

    Args:
        numbers: cases of each.
    """
    kinds, size = len(facts.outcomes), len(numbers)
    # A day's event may come last and carry an earlier time than the first.
    span = facts.t1 - facts.t0
    least = int(span.min(initial=0))
    bits = max(int(span.max(initial=0) - least).bit_length(), 1)

    def look(place: int) -> tuple[Column, Column]:
        rank = ranks[place].take(found[place].way)
        shown = np.flatnonzero(rank >= 0)
        rank = rank[shown].astype(np.int64)
        at = facts.place(found[place].id[shown])
        run = rank << bits | (span[at] - least)
        run.sort()
        return np.bincount(rank * kinds + facts.outcome[at], minlength=size * kinds), run

    told = in_threads(look, range(len(found)))
    ended = np.sum([one for one, _ in told], axis=0).reshape(size, kinds)
    lasted = np.concatenate([run for _, run in told])
    # This sort goes on from the runs that are sorted.
    lasted.sort(kind="stable")
    half = np.cumsum(numbers) - numbers + np.maximum(numbers - numbers // 2, 1) - 1
    return ended, (lasted[half] & ((1 << bits) - 1)) + least


class _Paths:
    """The nodes of ways, one after the other."""

    def __init__(self, node: Column, length: Column) -> None:
        self.node, self.length = node, length
        self.start = np.cumsum(self.length) - self.length

    def text(self, way: int) -> str:
        """A path as numbers with blanks between."""
        start = self.start[way]
        return " ".join(map(str, self.node[start : start + self.length[way]].tolist()))

    def at(self, way: Column, place: int, rank: Column) -> Column:
        """Way → rank of its node at a place; −1 where it has none."""
        there = self.length[way] > place
        return np.where(there, rank[self.node[np.where(there, self.start[way] + place, 0)]], -1)


def _first_ones(count: Column, example: Column, told: _Paths, most: int) -> Column:
    """The variants with most cases; where the last of them are many, those whose texts come first."""
    if len(count) <= most:
        return np.arange(len(count))
    last = np.partition(count, len(count) - most)[len(count) - most]
    more = np.flatnonzero(count > last)
    left = np.flatnonzero(count == last)
    wanted = most - len(more)
    # Texts compare as their words do: a blank comes before every digit.
    names = np.array([str(node) for node in range(int(told.node.max()) + 1)])
    rank = np.empty(len(names), dtype=np.int64)
    rank[np.argsort(names)] = np.arange(len(names))
    sure = [more]
    place = 0
    while wanted < len(left):
        at = told.at(example[left], place, rank)
        edge = np.partition(at, wanted - 1)[wanted - 1]
        below = left[at < edge]
        sure.append(below)
        wanted -= len(below)
        left = left[at == edge]
        place += 1
    return np.concatenate([*sure, left])
