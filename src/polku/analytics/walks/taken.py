"""Taken: the distinct paths of a walk, and which of them each case took, so that what follows from a path is found once for all its cases."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Protocol, TypeVar

import numpy as np

from polku.analytics.columns import blocks
from polku.analytics.columns.blocks import Block, Column, case_ranges, in_threads, kept_blocks
from polku.analytics.walks.pieces import Piece
from polku.frozen import dataclass
from polku.records.kernel import mix

if TYPE_CHECKING:
    from polku.analytics.map.nodes import Nodes
    from polku.analytics.study import Study
    from polku.analytics.walks.laying import Laying

Known = TypeVar("Known")
Found = TypeVar("Found")
Made = TypeVar("Made")

MOST_PATHS = 1 << 16
"""More distinct paths than these are told apart piece by piece."""
_NONE = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Ways:
    """The ways of one piece, or of all.

    Args:
        first, second, length: what tells each way from others; count: its cases.
        node: the nodes of each, one after the other.
        id, way: of each case, and which way it took.
    """

    first: Column
    second: Column
    length: Column
    count: Column
    node: Column
    id: Column
    way: Column

    @property
    def paths(self) -> Piece:
        """The ways themselves, as cases."""
        return paths_of(self.node, self.length)


@dataclass(frozen=True)
class _Taken:
    """All distinct paths, and of each piece by case which one it took; None where they are too many."""

    paths: Piece | None
    ways: tuple[Column, ...]

    @property
    def nbytes(self) -> int:
        own = 0 if self.paths is None else self.paths.node.nbytes + self.paths.start.nbytes
        return own + sum(way.nbytes for way in self.ways)


class Keep(Protocol):
    """What was made of a piece before, or is made now: its name, how it is made, its bytes."""

    def __call__(self, name: Hashable, make: Callable[[], Made], size: Callable[[Made], int], /) -> Made: ...


def over_taken(
    study: Study,
    nodes: Nodes,
    of_paths: Callable[[Piece], Known],
    work: Callable[[Piece, Column, Known], Found],
) -> list[tuple[Known, Found]]:
    """What `work` finds in each piece of a study's walk, in the order of cases, with what is known of its paths.

    Args:
        of_paths: what is to be known of distinct paths, which come as the cases of a piece without times.
        work: takes a piece, of each of its cases the place of its path, and what is known of these paths; in memory
            these are the paths of all pieces.
    """
    return over_keeping(study, nodes, of_paths, lambda piece, way, known, _: work(piece, way, known))


def over_keeping(
    study: Study,
    nodes: Nodes,
    of_paths: Callable[[Piece], Known],
    work: Callable[[Piece, Column, Known, Keep], Found],
) -> list[tuple[Known, Found]]:
    """The same, where `work` makes something of a piece that stays in memory as long as the piece does.

    What is made may follow from the walk and from what its name says, and from nothing else.
    """
    from polku.analytics.walks.laying import Laying, passing_codes

    passing = passing_codes(study)
    kept = None if passing is None else kept_blocks(study.log, study.stored)
    laying = Laying(study, nodes, None, False, passing, kept)
    ranges = kept.ranges if kept is not None else case_ranges(study.log, study.stored)[0]
    every = _all_taken(laying, study, nodes)
    known = None if every is None or every.paths is None else of_paths(every.paths)

    def one(place: int) -> tuple[int, int, Known, Found]:
        piece = laying.of_block(place) if kept is not None else laying.piece(*ranges[place])
        if every is not None and known is not None:
            here, way = known, every.ways[place]
        else:
            found = ways_of(piece)
            here, way = of_paths(found.paths), found.way

        def keep(name: Hashable, make: Callable[[], Made], size: Callable[[Made], int], /) -> Made:
            if kept is None or laying.key is None:
                return make()
            return kept.derived((name, nodes.of, laying.key, place), make, size)

        # Numbers of another type are turned into these by each look that is taken.
        return len(piece), len(piece.ids), here, work(piece, way.astype(np.intp), here, keep)

    told = in_threads(one, range(len(ranges)))
    study.on_map[nodes.of] = (sum(one[0] for one in told), sum(one[1] for one in told))
    return [(here, found) for _, _, here, found in told]


def added(told: list[tuple[Known, Column]]) -> list[tuple[Known, Column]]:
    """Of what was counted in each piece by path the sums, for what is known of the same paths."""
    found: list[tuple[Known, Column]] = []
    for known, counted in told:
        if found and found[-1][0] is known:
            found[-1] = (known, found[-1][1] + counted)
        else:
            found.append((known, counted))
    return found


def times_of(number: Column, times: Column, size: int) -> Column:
    """Number, of so many → its times, added; whole numbers below 2⁵³, which stay exact on the way."""
    return np.bincount(number, weights=times, minlength=size).astype(np.int64)


def _all_taken(laying: Laying, study: Study, nodes: Nodes) -> _Taken | None:
    """The paths of a walk that stays in memory; None where they would not."""
    kept = laying.kept
    if kept is None or laying.key is None or blocks.given_blocks(study.log) is not None:
        return None
    if kept.bytes + 4 * study.counts.base_cases > blocks.KEPT:
        return None

    def make() -> _Taken:
        found: list[Ways] = in_threads(lambda place: ways_of(laying.of_block(place)), range(len(kept.ranges)))
        first, second, length = (
            np.concatenate([_NONE, *(getattr(one, name) for one in found)])
            for name in ("first", "second", "length")
        )
        order, begins = alike(first, second, length)
        if len(begins) > MOST_PATHS:
            return _Taken(None, ())
        one = order[begins]
        of_way = np.empty(len(order), dtype=np.uint16)
        of_way[order] = np.repeat(
            np.arange(len(begins), dtype=np.uint16), np.diff(np.append(begins, len(order)))
        )
        starts = np.cumsum([0, *(len(ways.first) for ways in found)])
        nodes = np.concatenate([ways.node for ways in found]) if found else _NONE
        ends = np.cumsum(length)
        paths = paths_of(nodes[spread(ends[one] - length[one], length[one])], length[one])
        return _Taken(
            paths,
            tuple(
                of_way[a:b][ways.way] for ways, (a, b) in zip(found, itertools.pairwise(starts), strict=True)
            ),
        )

    return kept.derived(("paths", nodes.of, laying.key), make, lambda made: made.nbytes)


def paths_of(node: Column, length: Column) -> Piece:
    """Paths that stand one after the other, as the cases of a piece without times."""
    ids = np.arange(len(length), dtype=np.int32)
    start = (np.cumsum(length) - length).astype(np.int32)
    none = np.zeros(0, dtype=np.int64)
    return Piece(ids, start, node, None, Block(ids, np.append(start, len(node)), none, none, none))


def cases_of(paths: Piece, path: Column) -> Piece:
    """Some of paths, one after the other, as cases of their own."""
    length = paths.length[path]
    return paths_of(paths.node[spread(paths.start[path], length)], length)


def spread(begin: Column, length: Column) -> Column:
    """The rows of runs, one after the other, each from where it begins."""
    found: Column = np.repeat(begin - (np.cumsum(length) - length), length)
    found += np.arange(len(found), dtype=found.dtype)
    return found


def ways_of(piece: Piece) -> Ways:
    """The distinct ways of a piece.

    Two keys of 64 bits, a sum and an exclusive or over (place, node), tell ways apart; that two of them share both,
    and their length, is as good as impossible.
    """
    if not len(piece):
        return Ways(*(_NONE,) * 4, piece.node, *(_NONE,) * 2)
    starts, length = piece.start, piece.length
    place = np.arange(len(piece), dtype=np.int32)
    place -= np.repeat(starts.astype(np.int32), length)
    keys = mix(place.astype(np.uint64) << np.uint64(32) | piece.node.astype(np.uint64))
    first = np.add.reduceat(keys, starts).view(np.int64)
    second = np.bitwise_xor.reduceat(keys, starts).view(np.int64)
    order, begins = alike(first, second, length)
    count = np.diff(np.append(begins, len(order)))
    way = np.empty(len(order), dtype=np.int32)
    way[order] = np.repeat(np.arange(len(begins), dtype=np.int32), count)
    one = order[begins]
    of_one = length[one].astype(np.int64)
    at = spread(starts[one].astype(np.int64), of_one)
    return Ways(first[one], second[one], of_one, count, piece.node[at], piece.ids, way)


def alike(first: Column, second: Column, length: Column) -> tuple[Column, Column]:
    """An order in which what is alike stands together, and where each begins in it."""
    order = np.argsort(first)
    if _differ(first[order], second[order], length[order]):
        order = np.lexsort((length, second, first))
    new = np.zeros(len(order), dtype=bool)
    new[:1] = True
    for key in (first, second, length):
        at = key[order]
        new[1:] |= at[1:] != at[:-1]
    return order, np.flatnonzero(new)


def _differ(first: Column, *others: Column) -> bool:
    """Whether neighbours of one key are told apart by another."""
    same = first[1:] == first[:-1]
    return any(bool((same & (other[1:] != other[:-1])).any()) for other in others)
