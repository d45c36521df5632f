"""Scored events: where in its cases a version has answers, so that only these are looked up in a walk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from polku.analytics.columns import blocks
from polku.analytics.columns.blocks import kept_blocks, written_of
from polku.analytics.statistics.scores import NPS_ANSWERED
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.columns.blocks import Blocks, Column
    from polku.analytics.study import Study
    from polku.analytics.walks.pieces import Piece

_OF_ANSWER = 18
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

_KINDS = (
    "SELECT DISTINCT score_kind, score_max FROM {events} WHERE score IS NOT NULL "
    "ORDER BY score_kind NULLS LAST, score_max NULLS LAST"
)
_ANSWERS = (
    "WITH kinds AS (SELECT score_kind, score_max, row_number() OVER (ORDER BY score_kind NULLS LAST, "
    "score_max NULLS LAST) - 1 AS kind FROM (SELECT DISTINCT score_kind, score_max FROM {{events}} "
    "WHERE score IS NOT NULL)) "
    "SELECT m.cid, m.ord, k.kind, e.score FROM {{moves:{stored}}} m JOIN {{events}} e ON e.event_no = m.event_no "
    "JOIN kinds k ON k.score_kind IS NOT DISTINCT FROM e.score_kind AND k.score_max IS NOT DISTINCT FROM e.score_max "
    "WHERE e.score IS NOT NULL"
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
        row, which = rows_at(self.key, piece)
        return row, self.said[which]


@dataclass(frozen=True)
class Answers:
    """All answers of all stored cases of a kind, whatever they were asked.

    Args:
        kinds: what was asked, and the most that could be given; in this order where several are asked as often.
        key: (case << 32 | place in it), rising; kind: place in `kinds`; score: as it was given.
    """

    kinds: tuple[tuple[str | None, float | None], ...]
    key: Column
    kind: Column
    score: Column


def rows_at(key: Column, piece: Piece) -> tuple[Column, Column]:
    """Events (case << 32 | place in it), rising → the rows of a piece that are some of them, and which these are.

    Args:
        piece: made of a block with all its events.
    """
    block = piece.source
    none = np.zeros(0, dtype=np.int64)
    if not len(key) or not len(piece):
        return none, none
    a, b = np.searchsorted(key, (int(block.cid[0]) << 32, (int(block.cid[-1]) + 1) << 32))
    event = block.start[block.places(key[a:b] >> 32)] + (key[a:b] & 0xFFFFFFFF) - 1
    if piece.at is None:
        return event, np.arange(a, b)
    row = np.minimum(np.searchsorted(piece.at, event), len(piece) - 1)
    there = np.flatnonzero(piece.at[row] == event)
    return row[there], there + a


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


def answers(study: Study) -> Answers | None:
    """The answers of a study's stored cases; None where its walk is not followed in memory, or they do not fit."""
    kept = kept_blocks(study.log, study.stored)
    if kept is None or not study.log.engine.gives_arrays:
        return None
    version = study.log.data_version, written_of(study.log.tables["events"].files)
    number = kept.derived(
        ("number of answers", *version),
        lambda: int(study.log.rows("SELECT count(score) FROM {events}")[0][0]),
        lambda _: 64,
    )
    if kept.bytes + number * _OF_ANSWER > blocks.KEPT:
        return None
    return kept.derived(
        ("answers", *version),
        lambda: _read_answers(study),
        lambda made: made.key.nbytes + made.kind.nbytes + made.score.nbytes + 64 * len(made.kinds),
    )


def _read_answers(study: Study) -> Answers:
    kinds = tuple(study.log.rows(_KINDS))
    read = study.log.columns(_ANSWERS.replace("{stored}", study.stored).replace("{{", "{").replace("}}", "}"))
    key = np.asarray(read["cid"]).astype(np.int64) << 32 | np.asarray(read["ord"])
    order = np.argsort(key)
    kind = np.asarray(read["kind"])[order].astype(np.int16 if len(kinds) < 1 << 15 else np.int32)
    return Answers(kinds, key[order], kind, np.asarray(read["score"])[order])


def _read(study: Study, kept: Blocks) -> Scored:
    read = study.log.columns(_SCORED.replace("{stored}", study.stored).replace("{{", "{").replace("}}", "}"))
    key = np.asarray(read["cid"]).astype(np.int64) << 32 | np.asarray(read["ord"])
    order = np.argsort(key)
    return Scored(key[order], np.asarray(read["said"])[order].astype(np.int8))
