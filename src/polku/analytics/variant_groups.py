"""Variants from arrays: cases of one way known by a key of it, so that no way is written out but those that are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from polku.analytics.pieces import over_pieces
from polku.records.kernel import mix

if TYPE_CHECKING:
    from polku.analytics.nodes import Nodes
    from polku.analytics.pieces import Column, Piece
    from polku.analytics.study import Study

FAR = 2**62
_ENDED = (
    "SELECT g.variant, coalesce(k.outcome, 'unknown') AS outcome, count(*) FROM {given} g JOIN kept k ON k.id = g.id "
    "GROUP BY ALL ORDER BY ALL"
)
_LASTED = (
    "SELECT g.variant, quantile_disc(k.t1 - k.t0, 0.5) FROM {given} g JOIN kept k ON k.id = g.id "
    "GROUP BY g.variant ORDER BY g.variant"
)


def grouped(study: Study, nodes: Nodes, transform: str, most: int) -> list[tuple[Any, ...]]:
    """Rows by variant, most cases first, then by the text of their path, and by outcome.

    Two keys of 64 bits, a sum and an exclusive or over (place, node), tell variants apart; that two of them share
    both, and their length, is as good as impossible.

    Returns:
        Path (numbers of nodes, with blanks between), cases, median time, outcome, cases with it, all variants, all cases.
    """
    found = [one for one in over_pieces(study, nodes, _keys, transform=transform) if len(one[0])]
    if not found:
        return []
    id, first, second, length = (np.concatenate([one[column] for one in found]) for column in range(4))
    order = np.argsort(first)
    if _differ(first[order], second[order], length[order]):
        order = np.lexsort((length, second, first))
    new = np.zeros(len(order), dtype=bool)
    new[:1] = True
    for key in (first, second, length):
        at = key[order]
        new[1:] |= at[1:] != at[:-1]
    begins = np.flatnonzero(new)
    count = np.diff(np.append(begins, len(order)))
    told = _Paths([one[4] for one in found], [one[3] for one in found])
    chosen = _first_ones(count, order[begins], told, most)
    paths = {int(variant): told.text(int(order[begins[variant]])) for variant in chosen}
    ranked = sorted(paths, key=lambda variant: (-int(count[variant]), paths[variant]))
    given = f"variants_{abs(hash(study))}"
    cases = np.concatenate([order[begins[one] : begins[one] + count[one]] for one in ranked])
    number = np.repeat(np.array(ranked, dtype=np.int64), count[ranked])
    with study.log.engine.holding(given, {"id": id[cases], "variant": number}):
        ended: dict[int, list[tuple[str, int]]] = {}
        for variant, outcome, times in study.ask(_ENDED.replace("{given}", given)):
            ended.setdefault(variant, []).append((outcome, times))
        lasted = dict(study.ask(_LASTED.replace("{given}", given)))
    return [
        (paths[one], int(count[one]), lasted[one], outcome, times, len(count), len(id))
        for one in ranked
        for outcome, times in ended[one]
    ]


def walked(study: Study, nodes: Nodes) -> list[tuple[str | None, str | None, int]]:
    """Path (equal neighbours taken as one; None without any), outcome, cases, of all cases of a study."""
    rows = grouped(study, nodes, "exposure", FAR)
    found: list[tuple[str | None, str | None, int]] = [(row[0], row[3], row[4]) for row in rows]
    left = dict(
        study.ask(
            "SELECT coalesce(outcome, 'unknown') AS said, count(*) FROM kept GROUP BY said ORDER BY said"
        )
    )
    for _, outcome, cases in found:
        left[outcome] -= cases
    return found + [(None, outcome, cases) for outcome, cases in left.items() if cases]


def _keys(piece: Piece) -> tuple[Column, ...]:
    """Case → id, two keys, length; and the nodes of all, one after the other."""
    if not len(piece):
        return (piece.id,) * 5
    starts = np.flatnonzero(piece.begins)
    length = np.diff(np.append(starts, len(piece)))
    place = np.arange(len(piece), dtype=np.int64) - np.repeat(starts, length)
    keys = mix(place.astype(np.uint64) << np.uint64(32) | piece.node.astype(np.uint64))
    return (
        piece.id[starts],
        np.add.reduceat(keys, starts).view(np.int64),
        np.bitwise_xor.reduceat(keys, starts).view(np.int64),
        length,
        piece.node.astype(np.int32),
    )


def _differ(first: Column, *others: Column) -> bool:
    """Whether neighbours of one key are told apart by another."""
    same = first[1:] == first[:-1]
    return any(bool((same & (other[1:] != other[:-1])).any()) for other in others)


class _Paths:
    """The nodes of cases, piece after piece."""

    def __init__(self, nodes: list[Column], lengths: list[Column]) -> None:
        self.node = np.concatenate(nodes)
        self.length = np.concatenate(lengths)
        self.start = np.cumsum(self.length) - self.length

    def text(self, case: int) -> str:
        """A path as numbers with blanks between."""
        start = self.start[case]
        return " ".join(map(str, self.node[start : start + self.length[case]].tolist()))

    def at(self, case: Column, place: int, rank: Column) -> Column:
        """Case → rank of its node at a place; −1 where it has none."""
        there = self.length[case] > place
        return np.where(there, rank[self.node[np.where(there, self.start[case] + place, 0)]], -1)


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
