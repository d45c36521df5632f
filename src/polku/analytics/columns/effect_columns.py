"""Effect columns: which cases met an improvement, and what deals and events show of it, from columns in memory."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from polku.analytics.columns.blocks import kept_blocks, places_of
from polku.analytics.columns.deal_columns import NEVER, deal_columns
from polku.analytics.columns.held import chosen_cases
from polku.analytics.columns.met import case_numbers
from polku.analytics.columns.scored import Answers, answers, rows_at
from polku.analytics.walks.following import over_pieces, over_placed
from polku.analytics.walks.pieces import Found
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.asking.things import Pairs
    from polku.analytics.columns.blocks import Block, Blocks, Column
    from polku.analytics.map.nodes import Nodes, Of
    from polku.analytics.study import Study
    from polku.analytics.walks.following import Placed
    from polku.analytics.walks.pieces import Piece
    from polku.documents import Measure

Bounds: TypeAlias = Sequence[tuple[int, int]]
"""From which moment to before which, of each period."""
Observed: TypeAlias = Mapping[tuple[int, bool], tuple[int, float, float]]
"""Place of the period, and whether the account met the improvement → observations, their sum, that of their squares."""


def cases_met(study: Study, wanted: Sequence[tuple[Nodes, Collection[int]]], low: int, high: int) -> Column:
    """Ids of the cases with an event of some nodes from a moment to before another, rising.

    Args:
        wanted: nodes, and the numbers of those that count.
    """
    found = [np.zeros(0, dtype=np.int64)]
    asked = [(nodes, numbers) for nodes, numbers in wanted if numbers]
    for nodes, numbers in asked:
        counts = np.zeros(len(nodes.labels), dtype=bool)
        counts[list(numbers)] = True

        def look(piece: Piece, counts: Column = counts) -> Column:
            rows = np.flatnonzero(counts.take(piece.node, mode="clip"))
            ts = piece.times(rows)
            there = np.zeros(len(piece.ids), dtype=bool)
            there[piece.case[rows[(ts >= low) & (ts < high)]]] = True
            return piece.ids[there]

        found += over_pieces(study, nodes, look, only=numbers)
    ids = np.concatenate(found)
    return ids if len(asked) == 1 else np.unique(ids)


def deals_observed(study: Study, measure: Measure, bounds: Bounds, met: Column | None) -> Observed | None:
    """Deals that ended from a moment to before another, by the place of these bounds and whether their account met
    the improvement: how many, the sum of what the measure says of them, and that of its squares; None where an
    engine has to be asked.

    Args:
        measure: of kind win-rate or value; met: ids of cases; None: nobody did.
    """
    kept = kept_blocks(study.log, "account")
    if kept is None:
        return None
    told, numbers = deal_columns(study.log), case_numbers(study.log, kept)
    counts = told.first & (told.cid >= 0) & (told.closed != NEVER)
    for word, name in (("kind", measure.deals), ("segment", measure.segment)):
        if name is not None:
            counts &= told.is_(word, name)
    won = told.is_("outcome", "won")
    if measure.kind == "win-rate":
        counts &= won | told.is_("outcome", "lost")
    else:
        own = (told.currency < 0) | told.is_("currency", study.workspace.settings.currency)
        counts &= won & own & ~np.isnan(told.amount)
    chosen = chosen_cases(study, numbers)
    has_met = _flags(numbers, met)
    found: dict[tuple[int, bool], tuple[int, float, float]] = {}
    for period, (low, high) in enumerate(bounds):
        rows = np.flatnonzero(counts & (told.closed >= low) & (told.closed < high))
        place = places_of(numbers, told.cid[rows])
        if chosen is not None:
            rows, place = rows[chosen[place]], place[chosen[place]]
        says = won[rows].astype(float) if measure.kind == "win-rate" else told.amount[rows]
        group = has_met[place]
        for one in (False, True):
            mine = says[group == one]
            found[period, one] = (len(mine), float(mine.sum()), float((mine * mine).sum()))
    return found


def events_observed(
    study: Study,
    measure: Measure,
    bounds: Sequence[tuple[int, int]],
    met: Column | None,
    touchpoints: Pairs,
    steps: Pairs,
) -> Observed | None:
    """As `deals_observed`, of what events show.

    Args:
        measure: of kind share, count, time, nps or score; touchpoints, steps: what it is about, as nodes.
    """
    kept = kept_blocks(study.log, "account")
    if kept is None or study.case != "account" or study.events is not None:
        return None
    numbers = case_numbers(study.log, kept)
    counts = None
    if study.filtered or measure.segment is not None:
        sql = "SELECT id FROM kept WHERE $segment IS NULL OR segment = $segment"
        counts = _flags(numbers, np.asarray(study.ask_columns(sql, segment=measure.segment)["id"]))
    about = _About(study, kept, numbers, counts, _flags(numbers, met), bounds, touchpoints, steps)
    if measure.kind in ("share", "count"):
        return about.per_account(often=measure.kind == "count")
    if measure.kind == "time":
        return about.told(about.times(), 10**6)
    told = answers(study)
    return None if told is None else about.told(about.scores(told, nps=measure.kind == "nps"), 1)


def _flags(numbers: Column, some: Column | None) -> Column:
    """Number → whether it is one of some; None: none is."""
    found = np.zeros(len(numbers), dtype=bool)
    if some is not None:
        found[places_of(numbers, some)] = True
    return found


@dataclass(frozen=True)
class _About:
    """What a measure is about, of whom and when.

    Args:
        numbers: of all cases; counts, has_met: whether each of them counts (None: all do), and met the improvement.
    """

    study: Study
    kept: Blocks
    numbers: Column
    counts: Column | None
    has_met: Column
    bounds: Bounds
    touchpoints: Pairs
    steps: Pairs

    def told(self, seen: Sequence[tuple[Column, Column]], scale: int) -> Observed:
        """Observations by period and group, from places of cases and values of each period, which are so many times
        what the measure says."""
        found: dict[tuple[int, bool], tuple[int, float, float]] = {}
        for period, (place, values) in enumerate(seen):
            if self.counts is not None:
                own = np.flatnonzero(self.counts[place])
                place, values = place[own], values[own]
            group = self.has_met[place]
            for one in (False, True):
                mine = values[np.flatnonzero(group == one)]
                says = mine / scale
                found[period, one] = (len(mine), _sum(mine) / scale, float((says * says).sum()))
        return found

    def per_account(self, *, often: bool) -> Observed:
        """Of accounts with any event in a period how often they met what the measure is about, or whether they did."""
        bounds = self.bounds

        def look(block: Block) -> list[Column]:
            inside = ((block.ts >= low) & (block.ts < high) for low, high in bounds)
            begins = block.start[:-1]
            return [np.logical_or.reduceat(one, begins) if len(begins) else one for one in inside]

        def hits(piece: Piece, of: Sequence[Column]) -> list[Column]:
            return [self._places(piece, of[0][within]) for within in _within(piece, of[0], bounds)]

        active, met = self.kept.each(self.study.log, look), self._over(hits, 1)
        found: dict[tuple[int, bool], tuple[int, float, float]] = {}
        for period in range(len(bounds)):
            there = np.concatenate([np.zeros(0, dtype=bool), *(one[period] for one in active)])
            if self.counts is not None:
                there &= self.counts
            place = np.concatenate([np.zeros(0, dtype=np.int64), *(one[period] for one in met)])
            times = np.bincount(place, minlength=len(self.numbers))
            if not often:
                np.minimum(times, 1, out=times)
            for one in (False, True):
                own = times[np.flatnonzero(there & (self.has_met == one))]
                found[period, one] = (len(own), float(own.sum()), float((own * own).sum()))
        return found

    def times(self) -> list[tuple[Column, Column]]:
        """Of each period places of cases and microseconds from an event there to the next of what the measure goes to."""

        def look(piece: Piece, of: Sequence[Column]) -> list[tuple[Column, Column]]:
            begun, ends = of
            after = np.append(ends, len(piece))[np.searchsorted(ends, begun, "right")]
            case = piece.case[begun]
            done = np.flatnonzero(after <= piece.last[case])
            begun, after = begun[done], after[done]
            took = np.maximum(piece.times(after) - piece.times(begun), 0)
            place = self._places(piece, begun)
            return [(place[within], took[within]) for within in _within(piece, begun, self.bounds)]

        return _by_period(self._over(look, 2), len(self.bounds))

    def scores(self, told: Answers, *, nps: bool) -> list[tuple[Column, Column]]:
        """Of each period places of cases and what was answered there: points of a net promoter score, or scores of the
        kind that is asked most. Scores of several kinds and ranges have no common mean."""
        ever = (NEVER, -NEVER)

        def look(piece: Piece, of: Sequence[Column]) -> list[tuple[Column, Column]]:
            row, which = rows_at(told.key, piece)
            hit = np.zeros(len(piece), dtype=bool)
            hit[of[0]] = True
            own = np.flatnonzero(hit[row])
            row, which = row[own], which[own]
            place = self._places(piece, row)
            return [(place[within], which[within]) for within in _within(piece, row, (*self.bounds, ever))]

        *seen, (_, every) = _by_period(self._over(look, 1), len(self.bounds) + 1)
        counted = np.bincount(told.kind[every], minlength=max(len(told.kinds), 1))
        if nps:
            wanted = [kind == "nps" and most in (None, 10) for kind, most in told.kinds]
        else:
            wanted = [kind == int(counted.argmax()) for kind in range(len(told.kinds))]
        counts = np.array(wanted or [False], dtype=bool)
        found = []
        for place, which in seen:
            own = np.flatnonzero(counts[told.kind[which]])
            place, score = place[own], told.score[which[own]]
            if nps:
                own = np.flatnonzero((score >= 0) & (score <= 10))
                place, score = place[own], score[own]
                score = 100 * (score >= 9).astype(np.int64) - 100 * (score <= 6)
            found.append((place, score))
        return found

    def _places(self, piece: Piece, row: Column) -> Column:
        """Rows of a piece → the places of their cases among all; within a block they follow from one another."""
        block = piece.source
        first = int(np.searchsorted(self.numbers, block.cid[0])) if len(block.cid) else 0
        found: Column = block.places(piece.ids[piece.case[row]]) + first
        return found

    def _over(self, work: Callable[[Piece, Sequence[Column]], Found], things: int) -> list[Found]:
        """What `work` finds in each piece, given the rows of the events of each of so many things."""
        if self.touchpoints and self.steps:
            points = self._tables("touchpoint", self.touchpoints, things)
            steps = self._tables("step", self.steps, things)

            def both(placed: Placed) -> Found:
                hits = (
                    point[placed.touchpoint] | step[placed.step]
                    for point, step in zip(points, steps, strict=True)
                )
                return work(placed.piece, [np.flatnonzero(one) for one in hits])

            return over_placed(self.study, both)
        kind: Of = "step" if self.steps else "touchpoint"
        pairs = self.steps or self.touchpoints
        tables = self._tables(kind, pairs, things)
        return over_pieces(
            self.study,
            self.study.nodes(kind),
            lambda piece: work(
                piece, [np.flatnonzero(table.take(piece.node, mode="clip")) for table in tables]
            ),
            only={node for node, _ in pairs},
        )

    def _tables(self, kind: Of, pairs: Pairs, things: int) -> list[Column]:
        """For each thing: node → whether it is that; the last, which stands for none, is not."""
        found = [np.zeros(len(self.study.nodes(kind).labels) + 1, dtype=bool) for _ in range(things)]
        for node, what in pairs:
            found[what][node] = True
        return found


def _within(piece: Piece, row: Column, bounds: Bounds) -> list[Column]:
    """Of each period the places of the rows that lie in it."""
    ts = piece.times(row)
    return [np.flatnonzero((ts >= low) & (ts < high)) for low, high in bounds]


def _by_period(found: Sequence[Sequence[tuple[Column, Column]]], periods: int) -> list[tuple[Column, Column]]:
    """What pieces found, put together for each period."""
    none = np.zeros(0, dtype=np.int64)

    def joined(period: int, place: int) -> Column:
        return np.concatenate([none, *(one[period][place] for one in found)])

    return [(joined(period, 0), joined(period, 1)) for period in range(periods)]


def _sum(values: Column) -> float:
    """Their sum; of whole numbers exact, however large."""
    if values.dtype.kind == "f":
        return float(values.sum())
    return (int((values >> 32).sum()) << 32) + int((values & 0xFFFFFFFF).sum())
