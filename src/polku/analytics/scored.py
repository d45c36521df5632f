"""Scored events: where in its cases a version has answers, so that only these are looked up in a walk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from polku.analytics.blocks import kept_blocks, written_of
from polku.analytics.scores import NPS_ANSWERED

if TYPE_CHECKING:
    from polku.analytics.blocks import Blocks, Column
    from polku.analytics.pieces import Piece
    from polku.analytics.study import Study

ANSWERED, PROMOTER, DETRACTOR, LOW = 1, 2, 4, 8
"""An answer to how likely one is to recommend; 9 or 10 of it, 6 or less; any score at the lower end of its kind."""
LOW_SCORE = (
    "CASE WHEN e.score_kind = 'nps' THEN coalesce(e.score_max, 10) = 10 AND e.score BETWEEN 0 AND 6 "
    "ELSE e.score_max > 0 AND e.score <= e.score_max / 2 END"
)
_SCORED = (
    "SELECT m.cid, m.ord, s.said FROM {{moves:{stored}}} m JOIN (SELECT e.event_no, "
    f"(coalesce({NPS_ANSWERED}, false)::INT * (1 + 2 * (e.score >= 9)::INT + 4 * (e.score <= 6)::INT) "
    f"+ {LOW} * coalesce({LOW_SCORE}, false)::INT)::INT AS said "
    "FROM {{events}} e WHERE e.score IS NOT NULL) s ON s.event_no = m.event_no WHERE s.said > 0"
)


@dataclass(frozen=True)
class Scored:
    """The scored events of all stored cases of a kind.

    Args:
        key: (case << 32 | place in it), rising.
        said: ANSWERED and the others, added.
    """

    key: Column
    said: Column

    def in_piece(self, piece: Piece) -> tuple[Column, Column]:
        """Rows of a piece that was made of a block with all its events, and what they say."""
        block = piece.source
        none = np.zeros(0, dtype=np.int64)
        if not len(self.key) or not len(piece):
            return none, none
        bounds = (int(block.cid[0]) << 32, (int(block.cid[-1]) + 1) << 32)
        a, b = np.searchsorted(self.key, bounds)
        key, said = self.key[a:b], self.said[a:b]
        event = block.start[np.searchsorted(block.cid, key >> 32)] + (key & 0xFFFFFFFF) - 1
        if piece.at is None:
            return event, said
        row = np.minimum(np.searchsorted(piece.at, event), len(piece) - 1)
        there = piece.at[row] == event
        return row[there], said[there]


def scored_events(study: Study) -> Scored | None:
    """The scored events of a study's stored cases; None where its walk is not followed in memory."""
    kept = kept_blocks(study.log, study.stored)
    if kept is None or not study.log.engine.gives_arrays:
        return None
    written = written_of(study.log.tables["events"].files)
    return kept.derived(
        ("scored", study.log.data_version, written),
        lambda: _read(study, kept),
        lambda made: 9 * len(made.key),
    )


def _read(study: Study, kept: Blocks) -> Scored:
    read = study.log.columns(_SCORED.replace("{stored}", study.stored).replace("{{", "{").replace("}}", "}"))
    key = np.asarray(read["cid"]).astype(np.int64) << 32 | np.asarray(read["ord"])
    order = np.argsort(key)
    return Scored(key[order], np.asarray(read["said"])[order].astype(np.int8))
