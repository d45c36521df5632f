"""Deviations found in arrays: what `intended.deviations` says of one case, of all cases of one path and end at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import numpy as np

from polku.analytics.columns.blocks import in_threads
from polku.analytics.columns.case_facts import case_facts
from polku.analytics.intended import FIT_KINDS, longest_common
from polku.analytics.map.matching import OFF
from polku.analytics.outcomes import ENDED, WELL
from polku.analytics.walks.pieces import firsts, new_values
from polku.analytics.walks.taken import added, cases_of, over_taken, spread, times_of
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.intended import Deviation, Intended
    from polku.analytics.study import Study
    from polku.analytics.walks.pieces import Column, Piece

Found = TypeVar("Found")
Where: TypeAlias = "str | None"
MOST_STAGES = 62
"""Stages of a template that are looked at as the bits of a number; of more, cases are looked at one by one."""
LONG = 400
"""Stages that a case meets, one after the other; longer ones are looked at one by one."""


@dataclass(frozen=True)
class Numbering:
    """Deviations by number: pairs of steps, pairs of stages, then stages that are repeated, skipped, missing."""

    steps: int
    stages: int

    @property
    def size(self) -> int:
        """How many there are."""
        return self.missing + self.stages

    @property
    def out_of_order(self) -> int:
        """The first of its kind."""
        return self.steps**2

    @property
    def repeated(self) -> int:
        """The first of its kind."""
        return self.out_of_order + self.stages**2

    @property
    def skipped(self) -> int:
        """The first of its kind."""
        return self.repeated + self.stages

    @property
    def missing(self) -> int:
        """The first of its kind."""
        return self.skipped + self.stages

    def told(self, number: int) -> Deviation:
        """A deviation as `fit` names it."""
        if number >= self.missing:
            return "missing", number - self.missing, OFF
        if number >= self.skipped:
            return "skipped", number - self.skipped, OFF
        if number >= self.repeated:
            return "repeated", number - self.repeated, number - self.repeated
        if number >= self.out_of_order:
            return "out_of_order", *divmod(number - self.out_of_order, self.stages)
        return "unintended", *divmod(number, self.steps)


@dataclass(frozen=True)
class Walked:
    """Kinds of cases, each of one path and over or not, and each deviation of each as often as it happens.

    Args:
        times: of each kind its cases; ended, well: how many of these, as `rules` has it.
        common: of each kind the length of what its stages have in common with the template.
        fits: whether it has no way that is not drawn, nothing skipped or out of order.
        case, deviation: kind of case, and number of what happened.
    """

    times: Column
    ended: Column
    well: Column
    common: Column
    fits: Column
    case: Column
    deviation: Column


@dataclass(frozen=True)
class Followed:
    """All cases of a study.

    Args:
        ended, well: all cases that are over, and ended well.
        left: cases that are over and met no step at all; of these ended, and well.
    """

    numbering: Numbering
    ended: int
    well: int
    left: tuple[int, int, int]


def follow_deviations(
    study: Study, intended: Intended, work: Callable[[Numbering, Walked], Found]
) -> tuple[Followed, list[Found]]:
    """What `work` finds, and what is known of all cases."""
    facts = case_facts(study)
    steps, kinds = len(intended.stages), len(facts.outcomes)
    numbering = Numbering(steps, intended.length)
    # Of cases that are no rounds nobody says when they are over.
    over = np.array([study.case != "round" or one != "open" for one in facts.outcomes], dtype=bool)
    ended, well = (np.array([one in which for one in facts.outcomes], dtype=bool) for which in (ENDED, WELL))
    stages = np.array(intended.stages, dtype=np.int8)
    drawn = np.zeros((steps, steps), dtype=bool)
    for step, following in enumerate(intended.nexts):
        drawn[step, list(following)] = True
    loops = np.zeros((intended.length, intended.length), dtype=bool)
    for a, b in intended.loops:
        loops[a, b] = True

    def count(piece: Piece, way: Column, paths: Piece) -> Column:
        key = way * kinds + facts.outcome[facts.place(piece.ids)]
        found: Column = np.bincount(key, minlength=len(paths.ids) * kinds).reshape(-1, kinds)
        return found

    told = added(over_taken(study, study.nodes("step"), lambda paths: paths.transformed("exposure"), count))

    def look(place: int) -> Found:
        paths, cases = told[place]
        # Cases that are over and others of the same path.
        parted = np.stack([cases * over, cases * ~over], axis=1)
        path, still = np.nonzero(parted.sum(2))
        own = parted[path, still]
        times = own.sum(1), own[:, ended].sum(1), own[:, well].sum(1)
        return work(
            numbering, _walked(cases_of(paths, path), still == 0, times, numbering, stages, drawn, loops)
        )

    found = in_threads(look, range(len(told)))
    every = np.bincount(facts.outcome, minlength=kinds)
    seen = np.sum([np.zeros(kinds, dtype=np.int64), *(cases.sum(0) for _, cases in told)], axis=0)
    left = (every - seen) * over
    return Followed(
        numbering,
        int(every[ended].sum()),
        int(every[well].sum()),
        (int(left.sum()), int(left[ended].sum()), int(left[well].sum())),
    ), found


def _walked(
    piece: Piece,
    over: Column,
    times: tuple[Column, Column, Column],
    numbering: Numbering,
    stages: Column,
    drawn: Column,
    loops: Column,
) -> Walked:
    node, case, cases = piece.node, piece.case, len(piece.ids)
    way = node[:-1].astype(np.int32) * numbering.steps + node[1:]
    odd = np.zeros(len(node), dtype=bool)
    odd[1:] = ~drawn.ravel()[way]
    odd[piece.start] = False
    rows = np.flatnonzero(odd)
    found = [(case[rows], way[rows - 1])]
    # Of the steps that have a stage, each with the stage before.
    stage = stages[node]
    rows = np.flatnonzero(stage != OFF)
    stage, of = stage[rows], case[rows]
    begins = new_values(of)
    before = np.empty_like(stage)
    before[1:] = stage[:-1]
    back = np.flatnonzero(~begins & odd[rows] & (stage < np.where(begins, -1, before)))
    back = back[~loops[before[back], stage[back]]]
    pair = before[back].astype(np.int32) * numbering.stages + stage[back]
    found.append((of[back], numbering.out_of_order + pair))
    # Equal neighbours taken as one.
    new = begins | (stage != before)
    stage, of = stage[new], of[new]
    again = ~firsts(of, stage)
    found.append((of[again], numbering.repeated + stage[again].astype(np.int32)))
    met, furthest, common = (
        np.zeros(cases, dtype=np.int64),
        np.full(cases, OFF),
        np.zeros(cases, dtype=np.int64),
    )
    if len(of):
        starts = np.flatnonzero(new_values(of))
        there = of[starts]
        met[there] = np.bitwise_or.reduceat(np.int64(1) << stage.astype(np.int64), starts)
        furthest[there] = np.maximum.reduceat(stage, starts)
        common[there] = _longest_common(stage, starts)
    misses = np.zeros(cases, dtype=bool)
    for one in range(numbering.stages):
        absent = (met >> one & 1) == 0
        skipped = absent & (one < furthest)
        misses |= skipped
        for which, number in ((skipped, numbering.skipped), (absent & ~skipped & over, numbering.missing)):
            at = np.flatnonzero(which).astype(np.int32)
            found.append((at, np.full(len(at), number + one)))
    fits = ~misses
    fits[found[0][0]] = False
    fits[found[1][0]] = False
    return Walked(
        *times,
        common,
        fits,
        np.concatenate([one for one, _ in found]),
        np.concatenate([two for _, two in found]).astype(np.int64),
    )


def _longest_common(stage: Column, starts: Column) -> Column:
    """Of each case the length of the longest strictly rising subsequence of its stages.

    The bits of a number are the last stages of rising subsequences of each length; a stage takes the place of the
    lowest one that is not below it.
    """
    length = np.diff(np.append(starts, len(stage)))
    found = np.zeros(len(starts), dtype=np.int64)
    order = np.argsort(-length, kind="stable")
    long = order[: np.count_nonzero(length > LONG)]
    for one in long.tolist():
        found[one] = longest_common(stage[starts[one] : starts[one] + length[one]].tolist())
    order = order[len(long) :]
    begin, length = starts[order], length[order]
    tails = np.zeros(len(order), dtype=np.int64)
    for nth in range(int(length.max(initial=0))):
        going = int(np.searchsorted(-length, -nth, "left"))
        bit = np.int64(1) << stage[begin[:going] + nth].astype(np.int64)
        own = tails[:going]
        above = own & -bit
        tails[:going] = own & ~(above & -above) | bit
    found[order] = np.bitwise_count(tails)
    return found


@dataclass(frozen=True)
class Tally:
    """By number of deviation: times, cases, of these ended and well; cases that fit, and common lengths added."""

    count: Column
    cases: Column
    ended: Column
    well: Column
    fitting: int
    common: int


def tally(study: Study, intended: Intended) -> tuple[Followed, Tally]:
    """How often each deviation happens."""

    def add(numbering: Numbering, walked: Walked) -> Tally:
        size = numbering.size
        key = walked.case.astype(np.int64) * size + walked.deviation
        key.sort()
        key = key[new_values(key)]
        case, deviation = key // size, key % size
        cases, ended, well = (
            times_of(deviation, one[case], size) for one in (walked.times, walked.ended, walked.well)
        )
        return Tally(
            times_of(walked.deviation, walked.times[walked.case], size),
            cases,
            ended,
            well,
            int(walked.times[walked.fits].sum()),
            int(walked.common @ walked.times),
        )

    every, told = follow_deviations(study, intended, add)
    none = np.zeros(every.numbering.size, dtype=np.int64)
    count, cases, ended, well = (
        np.sum([none, *(getattr(one, name) for one in told)], axis=0)
        for name in ("count", "cases", "ended", "well")
    )
    # Cases that met no step at all miss every stage.
    missing = slice(every.numbering.missing, None)
    for column, left in zip((count, cases, ended, well), (every.left[0], *every.left), strict=True):
        column[missing] += left
    return every, Tally(
        count, cases, ended, well, sum(one.fitting for one in told), sum(one.common for one in told)
    )


def by_place(
    study: Study, intended: Intended, places: Callable[[Deviation], Iterable[Where]]
) -> tuple[Followed, dict[Where, dict[str, int]]]:
    """Place → its cases, of these ended and well, and by kind of deviation.

    Args:
        places: where a deviation is; it can be in several places.
    """
    numbering = Numbering(len(intended.stages), intended.length)
    number: dict[Where, int] = {}
    pairs = [
        (one, number.setdefault(where, len(number)) * len(FIT_KINDS) + FIT_KINDS.index(said[0]))
        for one in range(numbering.size)
        for said in [numbering.told(one)]
        for where in dict.fromkeys(places(said))
    ]
    # Deviation → where it is and of which kind, one after the other.
    deviation, where = (np.array([pair[side] for pair in pairs], dtype=np.int64) for side in (0, 1))
    begins = np.searchsorted(deviation, np.arange(numbering.size + 1))
    length = np.diff(begins)
    kinds, size = len(FIT_KINDS), len(number)

    def add(_: Numbering, walked: Walked) -> Column:
        times = length[walked.deviation]
        at = spread(begins[walked.deviation], times)
        key = np.repeat(walked.case.astype(np.int64), times) * (size * kinds) + where[at]
        key.sort()
        key = key[new_values(key)]
        said = times_of(key % (size * kinds), walked.times[key // (size * kinds)], size * kinds)
        key //= kinds
        key = key[new_values(key)]
        case, here = key // size, key % size
        told = (times_of(here, one[case], size) for one in (walked.times, walked.ended, walked.well))
        return np.column_stack([*told, said.reshape(size, kinds)])

    every, found = follow_deviations(study, intended, add)
    total = np.sum([np.zeros((size, 3 + kinds), dtype=np.int64), *found], axis=0)
    missed = {where for stage in range(intended.length) for where in places(("missing", stage, OFF))}
    for one in missed:
        total[number[one], :3] += every.left
        total[number[one], 3 + FIT_KINDS.index("missing")] += every.left[0]
    names = ("cases", "ended", "well", *FIT_KINDS)
    rows = {where: dict(zip(names, total[at].tolist(), strict=True)) for where, at in number.items()}
    return every, {where: row for where, row in rows.items() if row["cases"]}
