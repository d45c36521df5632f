"""Friction found in arrays: which case waits, goes round, stops or scores low at which step."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from polku.analytics.case_facts import CaseFacts, case_facts
from polku.analytics.pieces import at_rank, new_values, over_pieces
from polku.analytics.rules import ENDED, WELL
from polku.analytics.scored import LOW, LOW_SCORE, scored_events

if TYPE_CHECKING:
    from polku.analytics.nodes import Nodes
    from polku.analytics.pieces import Column, Piece
    from polku.analytics.study import Study

WAIT, LOOP, DROP, SCORE = range(4)
_EARLY = 4096
"""Accounts whose names come first, among which those of much friction are found."""
_SCORED = (
    "SELECT w.id, w.node, count(*) FROM walk w JOIN {events} e ON e.event_no = w.event_no "
    f"WHERE {LOW_SCORE} GROUP BY w.id, w.node ORDER BY w.id, w.node"
)
_NONE = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Met:
    """The cases that meet a kind of friction at a step: their places, rising, how often, and the waits that are over."""

    place: Column
    times: Column
    span: Column


@dataclass(frozen=True)
class Happened:
    """What happened in a study.

    Args:
        met: kind and step → who.
        limit: step → what waits are longer than.
        reached: step → cases that reached it, of these ended, and ended well.
    """

    facts: CaseFacts
    met: Mapping[tuple[int, int], Met]
    limit: Mapping[int, int]
    reached: Column


@dataclass(frozen=True)
class _Part:
    """Of one piece: (place, span) of waits by step, spans of those that are not over being below zero; and loops,
    drops and low scores as (place, step, times)."""

    waits: list[tuple[Column, Column]]
    others: list[tuple[Column, Column, Column]]
    reached: Column


def happened(study: Study, nodes: Nodes, nexts: Sequence[Sequence[int]], said: Mapping[int, int]) -> Happened:
    """Look where cases meet friction.

    Args:
        said: step → how long cases wait there, as drawn, in microseconds.
    """
    facts, size, now = case_facts(study), len(nodes.labels), study.now
    # Of cases that are no rounds nobody says when they are over.
    can = facts.flags(("open",)) if study.case == "round" else np.ones(len(facts), dtype=bool)
    left, ended, well = facts.flags(("lost", "faded")), facts.flags(ENDED), facts.flags(WELL)
    scored = scored_events(study)

    def look(piece: Piece) -> _Part:
        node, case = piece.node, piece.case
        place = facts.place(piece.ids).astype(np.int32)
        rows = piece.rows_of(size)
        first = [piece.of_case(row) for row in rows]
        waits = []
        for step, following in enumerate(nexts):
            if not following:
                waits.append((_NONE, _NONE))
                continue
            begun = first[step]
            met = piece.first_after(begun, (rows[after] for after in following))
            own = case[begun]
            over = met <= piece.last[own]
            ts = piece.ts[begun]
            span = -1 - np.maximum(now - ts, 0)
            span[over] = np.maximum(piece.ts[met[over]] - ts[over], 0)
            counts = over | can[place[own]]
            waits.append((place[own[counts]], span[counts]))
        came = piece.begins.copy()
        came[1:] |= node[1:] != node[:-1]
        came_at = np.flatnonzero(came)
        again = _counted(case[came_at], node[came_at], size)
        several = again[2] > 1
        loops = (again[0][several], again[1][several], again[2][several] - 1)
        gone = np.flatnonzero(left[place])
        low = (_NONE, _NONE, _NONE)
        if scored is not None:
            at, kinds = scored.in_piece(piece)
            at = at[(kinds & LOW) > 0]
            low = _counted(case[at], node[at], size)
        drops = (gone, node[piece.last[gone]], np.ones(len(gone), dtype=np.int64))
        others = [(place[cases], steps, times) for cases, steps, times in (loops, drops, low)]
        met_by = [place[case[row]] for row in first]
        return _Part(
            waits,
            others,
            np.array([[len(one), ended[one].sum(), well[one].sum()] for one in met_by]).reshape(size, 3),
        )

    told = over_pieces(study, nodes, look)
    met: dict[tuple[int, int], Met] = {}
    limit = dict(said)
    for step in range(size):
        place = np.concatenate([_NONE, *(one.waits[step][0] for one in told)])
        span = np.concatenate([_NONE, *(one.waits[step][1] for one in told)])
        over = span >= 0
        if step not in limit:
            usual = at_rank(span[over], 75)
            if usual is None:
                continue
            limit[step] = usual
        most = limit[step]
        long = np.where(over, span, -1 - span) > most
        met[WAIT, step] = Met(place[long], np.ones(np.count_nonzero(long), dtype=np.int64), span[long & over])
    for kind in (LOOP, DROP, SCORE):
        parts = [one.others[kind - 1] for one in told]
        if kind == SCORE and scored is None:
            rows = [
                np.array(column, dtype=np.int64)
                for column in zip(*study.ask(_SCORED, nodes=nodes), strict=True)
            ]
            parts = [(facts.place(rows[0]), rows[1], rows[2])] if rows else []
        place, node, times = (np.concatenate([_NONE, *(one[column] for one in parts)]) for column in range(3))
        order = np.argsort(node, kind="stable")
        bounds = np.searchsorted(node[order], np.arange(size + 1))
        for step in range(size):
            at = order[bounds[step] : bounds[step + 1]]
            met[kind, step] = Met(place[at], times[at], _NONE)
    reached = np.sum([np.zeros((size, 3), dtype=np.int64), *(one.reached for one in told)], axis=0)
    return Happened(facts, {key: one for key, one in met.items() if len(one.place)}, limit, reached)


def _counted(case: Column, node: Column, size: int) -> tuple[Column, Column, Column]:
    """Case, node and how often, by case and node."""
    key = case.astype(np.int64) * size + node
    cells = (int(case.max(initial=-1)) + 1) * size
    if cells <= 8 * len(key):
        # Most cases have met a good part of the steps.
        count = np.bincount(key, minlength=cells)
        key = np.flatnonzero(count)
        own = key // max(size, 1)
        return own, key - own * size, count[key]
    key.sort()
    begins = np.flatnonzero(new_values(key))
    key, times = key[begins], np.diff(np.append(begins, len(key)))
    return key // max(size, 1), key % max(size, 1), times


class Accounts:
    """Whose the cases of a study are."""

    def __init__(self, study: Study, facts: CaseFacts) -> None:
        self.study = study
        self.names: Column | None = None
        self.number: Column
        if study.case == "round":
            self.number = study.round_columns["cid"][facts.ids(np.arange(len(facts)))]
        elif study.case == "account":
            self.number = facts.ids(np.arange(len(facts)))
        else:
            rows = study.log.rows(f"SELECT cid, account_id FROM {{cases:{study.case}}} ORDER BY cid")
            names = sorted({name for _, name in rows if name is not None})
            place = {name: number for number, name in enumerate(names)}
            of = {cid: place.get(name, -1) for cid, name in rows}
            self.names = np.array(names, dtype=object)
            self.number = np.array(
                [of[id] for id in facts.ids(np.arange(len(facts))).tolist()], dtype=np.int64
            )

    def of(self, place: Column) -> Column:
        """The accounts of cases, by number, each once."""
        found = np.sort(self.number[place])
        return found[new_values(found) & (found >= 0)]

    def named(self, groups: Sequence[Column], most: int) -> list[tuple[str, ...]]:
        """Of each group of accounts the names, in their order, the first of them."""
        if self.names is not None:
            return [tuple(self.names[group[:most]].tolist()) for group in groups]
        log = self.study.log
        found: list[tuple[str, ...]] = [()] * len(groups)
        left = [place for place, group in enumerate(groups) if len(group)]
        if any(len(groups[place]) > _EARLY for place in left) and most < _EARLY:
            rows = log.rows(
                f"SELECT cid, account_id FROM {{cases:account}} ORDER BY account_id LIMIT {_EARLY}"
            )
            first, early = np.array([row[0] for row in rows], dtype=np.int64), [str(row[1]) for row in rows]
            for place in left:
                at = np.minimum(np.searchsorted(groups[place], first), len(groups[place]) - 1)
                there = np.flatnonzero(groups[place][at] == first)[:most].tolist()
                if len(there) == most:
                    found[place] = tuple(early[one] for one in there)
            left = [place for place in left if not found[place]]
        if not left:
            return found
        table = f"friction_{id(self)}"
        given = {
            "cid": np.concatenate([groups[place] for place in left]),
            "place": np.repeat(left, [len(groups[place]) for place in left]),
        }
        with log.engine.holding(table, given):
            rows = log.rows(
                f"SELECT g.place, c.account_id FROM {{cases:account}} c JOIN {table} g ON g.cid = c.cid "
                "ORDER BY g.place, c.account_id"
            )
        for place, some in itertools.groupby(rows, key=lambda row: row[0]):
            found[place] = tuple(str(name) for _, name in itertools.islice(some, most))
        return found
