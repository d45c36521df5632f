"""Friction found in arrays: which case waits, goes round, stops or scores low at which step."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from polku.analytics.columns.blocks import in_threads
from polku.analytics.columns.case_facts import FEW, CaseFacts, account_names, case_facts, first_by_name
from polku.analytics.columns.scored import LOW, LOW_SCORE, scored_events
from polku.analytics.outcomes import ENDED, WELL
from polku.analytics.walks.onward import Onward, Waits, onward, waits_of
from polku.analytics.walks.pieces import at_rank, new_values
from polku.analytics.walks.taken import added, over_keeping
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.map.nodes import Nodes
    from polku.analytics.study import Study
    from polku.analytics.walks.pieces import Column, Piece
    from polku.analytics.walks.taken import Keep

WAIT, LOOP, DROP, SCORE = range(4)
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


Cases: TypeAlias = "tuple[Column, Column]"
"""Places of cases, rising, and how often each meets something."""


@dataclass(frozen=True)
class _Known:
    """What is known of distinct paths: where they go on; how often they come back to a step (step → by path), and whether
    to any; their last step."""

    onward: Onward
    loops: Column
    again: Column
    last: Column


@dataclass(frozen=True)
class _Part:
    """Of one piece by step: waits; and loops, drops and low scores.

    Args:
        place: of each of its cases; cases: path and outcome → cases.
    """

    place: Column
    cases: Column
    waits: Sequence[Waits]
    others: list[list[Cases]]


def happened(study: Study, nodes: Nodes, nexts: Sequence[Sequence[int]], said: Mapping[int, int]) -> Happened:
    """Look where cases meet friction.

    Args:
        said: step → how long cases wait there, as drawn, in microseconds.
    """
    facts, size, now = case_facts(study), len(nodes.labels), study.now
    kinds = len(facts.outcomes)
    left, ended, well = (
        np.array([one in which for one in facts.outcomes], dtype=bool)
        for which in (("lost", "faded"), ENDED, WELL)
    )
    # Of cases that are no rounds nobody says when they are over.
    can = np.array([study.case != "round" or one == "open" for one in facts.outcomes], dtype=bool)
    scored = scored_events(study)

    def know(paths: Piece) -> _Known:
        came = np.flatnonzero(new_values(paths.node) | paths.begins)
        case, node, times = _counted(paths.case[came], paths.node[came], size)
        loops = np.zeros((size, len(paths.ids)), dtype=np.int32)
        loops[node, case] = times - 1
        return _Known(
            onward(paths, range(size), nexts, size),
            loops,
            np.asarray(loops.any(axis=0)),
            paths.node[paths.last],
        )

    def look(piece: Piece, way: Column, known: _Known, keep: Keep) -> _Part:
        place = facts.place(piece.ids).astype(np.int32)
        outcome = facts.outcome[place].astype(np.intp)
        waits = waits_of(piece, way, known.onward, nexts, lambda: can.take(outcome), keep)
        again = np.flatnonzero(known.again[way])
        of_again = way[again]
        loops: list[Cases] = []
        for times in known.loops:
            there = np.flatnonzero((times > 0).take(of_again))
            loops.append((place[again[there]], times[of_again[there]]))
        gone = np.flatnonzero(left.take(outcome))
        last = known.last[way[gone]]
        drops = [_once(place[gone[np.flatnonzero(last == step)]]) for step in range(size)]
        low: list[Cases] = [(_NONE, _NONE)] * size
        if scored is not None:
            at, marks = scored.in_piece(piece)
            at = at[(marks & LOW) > 0]
            case = np.searchsorted(piece.start, at, "right") - 1
            low = _by_step(*_counted(case, piece.node[at], size), size)
            low = [(place[case], times) for case, times in low]
        outcome += way * kinds
        cases = np.bincount(outcome, minlength=len(known.last) * kinds).reshape(-1, kinds)
        return _Part(place, cases, waits, [loops, drops, low])

    told = over_keeping(study, nodes, know, look)
    reached = np.zeros((size, 3), dtype=np.int64)
    for known, cases in added([(known, one.cases) for known, one in told]):
        by_path = np.column_stack([cases.sum(1), cases[:, ended].sum(1), cases[:, well].sum(1)])
        reached += np.array([by_path[there].sum(0) for there in known.onward.begun >= 0]).reshape(size, 3)
    parts = [one for _, one in told]
    met: dict[tuple[int, int], Met] = {}
    limit = dict(said)

    def waiting(step: int) -> tuple[int | None, Met]:
        own = [one.waits[step] for one in parts]
        most = limit.get(step)
        if most is None:
            most = at_rank(np.concatenate([_NONE, *(one.span for one in own)]), 75)
        if most is None:
            return None, Met(_NONE, _NONE, _NONE)
        place, over = [_NONE], [_NONE]
        for part, one in zip(parts, own, strict=True):
            long, still = np.flatnonzero(one.span > most), np.flatnonzero(one.since < now - most)
            case = np.concatenate([one.case.take(long), one.still.take(still)])
            case.sort()
            place.append(part.place.take(case))
            over.append(one.span.take(long))
        return most, Met(*_once(np.concatenate(place)), np.concatenate(over))

    for step, (most, waits) in enumerate(in_threads(waiting, range(size))):
        if most is not None:
            limit[step], met[WAIT, step] = most, waits
    for kind in (LOOP, DROP, SCORE):
        for step in range(size):
            met[kind, step] = Met(*_joined([one.others[kind - 1][step] for one in parts]), _NONE)
    if scored is None and (rows := study.ask(_SCORED, nodes=nodes)):
        ids, steps, times = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
        for step, own in enumerate(_by_step(facts.place(ids), steps, times, size)):
            met[SCORE, step] = Met(*own, _NONE)
    return Happened(facts, {key: one for key, one in met.items() if len(one.place)}, limit, reached)


def _once(place: Column) -> Cases:
    return place, np.ones(len(place), dtype=np.int64)


def _joined(parts: Sequence[Cases]) -> Cases:
    place, number = (np.concatenate([_NONE, *(one[side] for one in parts)]) for side in (0, 1))
    return place, number


def _by_step(case: Column, node: Column, times: Column, size: int) -> list[Cases]:
    """Cases and how often, in the order of cases, for each step."""
    order = np.argsort(node, kind="stable")
    bounds = np.searchsorted(node[order], np.arange(size + 1))
    return [(case[at], times[at]) for a, b in itertools.pairwise(bounds) for at in [order[a:b]]]


def _counted(case: Column, node: Column, size: int) -> tuple[Column, Column, Column]:
    """Case, node and how often, by case and node."""
    key = np.sort(case.astype(np.int64) * max(size, 1) + node)
    begins = np.flatnonzero(new_values(key))
    times = np.diff(np.append(begins, len(key)))
    own = key[begins] // max(size, 1)
    return own, key[begins] - own * max(size, 1), times


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
        found = self.number.take(place)
        if self.names is None:
            # Rounds and accounts are in the order of accounts, and all have one.
            return found[np.flatnonzero(new_values(found))]
        found.sort()
        return found[new_values(found) & (found >= 0)]

    def named(self, groups: Sequence[Column], most: int) -> list[tuple[str, ...]]:
        """Of each group of accounts the names, in their order, the first of them."""
        if self.names is not None:
            return [tuple(self.names[group[:most]].tolist()) for group in groups]
        log = self.study.log
        found: list[tuple[str, ...]] = [()] * len(groups)
        asked: list[Column | None] = []
        room = FEW - most * len(groups)
        for group in groups:
            one = group if len(group) <= most else first_by_name(log, group, most)
            if one is None and len(group) <= room:
                one, room = group, room - len(group)
            asked.append(one)
        numbers = np.unique(np.concatenate([_NONE, *(one for one in asked if one is not None)]))
        names = dict(zip(numbers.tolist(), account_names(self.study, numbers).tolist(), strict=True))
        for place, one in enumerate(asked):
            if one is not None:
                found[place] = tuple(sorted(names[number] for number in one.tolist())[:most])
        left = [place for place, one in enumerate(asked) if one is None]
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
