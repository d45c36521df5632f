"""The walk of a study, followed piece by piece, several of them at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from polku.analytics.columns.blocks import Column, case_ranges, in_threads, kept_blocks
from polku.analytics.walks.laying import Laying, passing_codes
from polku.analytics.walks.pieces import OFF, Piece
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.map.nodes import Nodes
    from polku.analytics.study import Study

Found = TypeVar("Found")


def over_pieces(
    study: Study,
    nodes: Nodes,
    work: Callable[[Piece], Found],
    *,
    transform: str = "identity",
    only: Collection[int] | None = None,
    parts: bool = False,
) -> list[Found]:
    """What `work` finds in each piece of a study's walk, in the order of cases.

    Args:
        only: nodes that are looked at; events of others may be left out, with the transform of none.
        parts: whether the parts of actors are read; else they may all be unknown.
    """
    passing = passing_codes(study)
    kept = None if passing is None else kept_blocks(study.log, study.stored)
    laying = Laying(study, nodes, only, parts, passing, kept)
    ranges = kept.ranges if kept is not None else case_ranges(study.log, study.stored)[0]

    def one(place: int) -> tuple[int, int, Found]:
        piece = laying.of_block(place) if kept is not None else laying.piece(*ranges[place])
        return len(piece), len(piece.ids), work(piece.transformed(transform))

    told = in_threads(one, range(len(ranges)))
    if only is None or laying.key is not None:
        study.on_map[nodes.of] = (sum(events for events, _, _ in told), sum(cases for _, cases, _ in told))
    return [found for _, _, found in told]


@dataclass(frozen=True)
class Placed:
    """All events of a piece, on the map or not, with their touchpoints and steps.

    Args:
        piece: its nodes are activities.
        touchpoint, step: of each event; OFF where it has none.
    """

    piece: Piece
    touchpoint: Column
    step: Column


def over_placed(study: Study, work: Callable[[Placed], Found], *, parts: bool = False) -> list[Found]:
    """As `over_pieces`, for what asks for touchpoints and steps at once."""
    passing = passing_codes(study)
    kept = None if passing is None else kept_blocks(study.log, study.stored)
    every = Laying(study, study.nodes("activity"), None, True, passing, kept, stays=False)
    steps = Laying(study, study.nodes("step"), None, parts, passing, kept)
    named = study.nodes("touchpoint").of_code or {}
    touchpoints = np.full(max((code.code for code in study.codes), default=-1) + 1, OFF, dtype=np.int32)
    for code, node in named.items():
        touchpoints[code] = node
    ranges = kept.ranges if kept is not None else case_ranges(study.log, study.stored)[0]

    def one(place: int) -> Found:
        step = np.zeros(0, dtype=np.int32)
        if kept is not None:
            piece, walk = every.of_block(place), steps.of_block(place)
            of_row = np.full(len(piece.source.ts), OFF, dtype=walk.node.dtype)
            of_row[slice(None) if walk.at is None else walk.at] = walk.node
            step = of_row if piece.at is None else of_row[piece.at]
        else:
            piece, walk = every.piece(*ranges[place]), steps.piece(*ranges[place])
            step = np.full(len(piece), OFF, dtype=walk.node.dtype)
            key, asked = (one.id.astype(np.int64) << 32 | one.ord for one in (piece, walk))
            step[np.searchsorted(key, asked)] = walk.node
        code = piece.source.code if piece.at is None else piece.source.code[piece.at]
        return work(Placed(piece, np.take(touchpoints, code, mode="clip") if len(code) else step, step))

    return in_threads(one, range(len(ranges)))
