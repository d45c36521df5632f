"""Now: the open rounds of a journey, in which stage each stands, and how much longer than others it has stood there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from typing import TYPE_CHECKING, ClassVar
from zoneinfo import ZoneInfo

import numpy as np

from polku.analytics.columns.blocks import in_threads
from polku.analytics.columns.case_facts import CaseFacts, account_names, case_facts
from polku.analytics.result import DAY, Result
from polku.analytics.walks.pieces import OFF, new_values
from polku.analytics.walks.taken import over_keeping
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.map.nodes import Nodes
    from polku.analytics.study import Study
    from polku.analytics.walks.pieces import Column, Piece
    from polku.analytics.walks.taken import Keep


@dataclass(frozen=True)
class Now(Result):
    """One row per open round that has reached a stage, the longest over the median of others first.

    A round stands in the stage of the last step that was matched, since it last came there. Others are the stays in
    this stage of other rounds that are over: the round went on to another stage, or ended there as done or lost.

    Args:
        round: its number within the account.
        step: the last step that was matched.
        days_in_stage: from the first event of the stay to the end of what is observed.
        median_days_others: of `others` stays; None without any.
        days_over: days_in_stage − median_days_others.
        last_event: day of the last event of the round, on the map or not, in the workspace's zone.
        standing: stage → its `rounds`, and those that stand `over` the median of others there; all of them, also
            where only the longest are rows and the remainder says how many others there are.
    """

    EXTRA: ClassVar[tuple[str, ...]] = ("standing",)

    account_id: tuple[str, ...]
    journey: tuple[str, ...]
    round: tuple[int, ...]
    stage: tuple[str, ...]
    step: tuple[str, ...]
    days_in_stage: tuple[float, ...]
    median_days_others: tuple[float | None, ...]
    days_over: tuple[float | None, ...]
    others: tuple[int, ...]
    last_event: tuple[str, ...]
    standing: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


MOST_STANDING = 5000
"""Rounds beyond these are counted, not listed."""
_NONE = np.zeros(0, dtype=np.int64)
_FIRST = dt.date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class _Middle:
    """Of so many numbers those whose rank a median of nearly all of them can have.

    Args:
        rank: of the first of `values`, from 1, which rise; under: how many numbers are less than that.
    """

    number: int
    rank: int
    values: Column
    under: int

    @classmethod
    def of(cls, numbers: Column, without: int) -> _Middle:
        """Of numbers, of which up to so many may be left out; their order is not kept."""
        size = len(numbers)
        first = max((size - without + 1) // 2, 1)
        last = min((size + without + 1) // 2, size)
        if last < first:
            return cls(size, 1, _NONE, 0)
        numbers.partition((first - 1, last - 1))
        values = np.sort(numbers[first - 1 : last])
        return cls(size, first, values, int(np.count_nonzero(numbers[: first - 1] < values[0])))

    def ranks(self, some: Column) -> Column:
        """The rank that some of the numbers have, of equal ones the first; below or above the middle, any there."""
        if not len(self.values):
            return np.zeros(len(some), dtype=np.int64)
        found: Column = np.searchsorted(self.values, some) + self.rank
        found[some == self.values[0]] = self.under + 1
        found[some < self.values[0]] = -self.number
        found[some > self.values[-1]] = self.number + 1
        return found


@dataclass(frozen=True)
class _Open:
    """Open rounds that stand in a stage.

    Args:
        id, stage, since, step: of the round, the stage of its last stay, when that began, its last step.
        own_round: place in `id` of each earlier stay of the round in the stage where it stands now; own: how long.
    """

    id: Column
    stage: Column
    since: Column
    step: Column
    own_round: Column
    own: Column


@dataclass(frozen=True)
class _Stays(_Open):
    """Those of a piece; over: by stage, how long the stays took that are over."""

    over: tuple[Column, ...]

    @property
    def nbytes(self) -> int:
        own = (self.id, self.stage, self.since, self.step, self.own_round, self.own, *self.over)
        return sum(column.nbytes for column in own)


@dataclass(frozen=True)
class _Standing(_Open):
    """All of them; over: by stage the middle of the stays that are over; times: by round, its own stays among these."""

    over: tuple[_Middle, ...]
    times: Column


def now(study: Study, *, most: int | None = None) -> Now:
    """Tell where the open rounds of the study's journey stand at the end of what is observed.

    Args:
        most: rows, of those that stand longest; None gives all.
    """
    journey = study.journey
    assert journey is not None
    nodes, facts = study.nodes("stage"), case_facts(study)
    found = _stays(study, facts, nodes)
    of_round = study.round_columns
    days = np.maximum(study.now - found.since, 0) / DAY
    others, median = _others(found)
    over = days - median
    rows = _longest(over, days, most)
    cid, number = of_round["cid"][found.id[rows]], of_round["number"][found.id[rows]]
    account = account_names(study, cid)
    order = _ordered(over[rows], days[rows], account, number)[:most]
    rows, account, number = rows[order], account[order], number[order]
    open_ = facts.flags(("open",))
    open_rounds = int(np.count_nonzero(open_))
    cids = of_round["cid"][facts.ids(np.flatnonzero(open_))]
    about = study.about("now", "round")
    left = {
        **{name: n for name, n in about.remainder.items() if not name.startswith("events_")},
        "cases_over": about.cases - open_rounds,
        "cases_off_map": open_rounds - len(found.id),
        "cases_not_shown": len(found.id) - len(rows),
    }
    stage = _labels(nodes.labels, found.stage[rows])
    return Now(
        about=replace(
            about,
            cases=open_rounds,
            accounts=int(np.count_nonzero(new_values(cids))),
            events=None,
            remainder={name: number for name, number in left.items() if number},
        ),
        account_id=tuple(account.tolist()),
        journey=(journey.id,) * len(rows),
        round=tuple(number.tolist()),
        stage=stage,
        step=_labels(study.steps.steps, found.step[rows]),
        days_in_stage=tuple(days[rows].tolist()),
        median_days_others=_some(median[rows]),
        days_over=_some(over[rows]),
        others=tuple(others[rows].tolist()),
        last_event=_days(facts.t1[facts.place(found.id[rows])], ZoneInfo(study.workspace.settings.zone)),
        standing=_standing(nodes.labels, stage, found.stage, over),
    )


def _longest(over: Column, days: Column, most: int | None) -> Column:
    """Places of those among whom the first rows are: the longest over the median, of equal ones the longest."""
    if most is None or len(over) <= most:
        return np.arange(len(over))
    behind = np.where(np.isnan(over), np.inf, -over)
    last = np.partition(behind, most - 1)[most - 1]
    sure, equal = np.flatnonzero(behind < last), np.flatnonzero(behind == last)
    wanted = most - len(sure)
    if len(equal) > wanted:
        least = np.partition(days[equal], len(equal) - wanted)[len(equal) - wanted]
        equal = equal[np.flatnonzero(days[equal] >= least)]
    return np.sort(np.concatenate([sure, equal]))


def _standing(
    labels: Sequence[str], shown: Sequence[str], stage: Column, over: Column
) -> dict[str, dict[str, int]]:
    """Stage → its rounds, and those over the median; as they come first in the rows."""
    rounds = np.bincount(stage, minlength=len(labels)).tolist()
    # What has no median is not over it: a comparison with NaN fails.
    late = np.bincount(stage[np.flatnonzero(over > 0)], minlength=len(labels)).tolist()
    number = {label: place for place, label in enumerate(labels)}
    return {
        label: {"rounds": rounds[number[label]], "over": late[number[label]]}
        for label in dict.fromkeys((*shown, *labels))
        if rounds[number[label]]
    }


@dataclass(frozen=True)
class _Known:
    """The stays of distinct paths, rows counted from the beginning of each.

    Args:
        left: stage → for each time that paths leave it, (path → rows of the stay's begin and of the next one's, 0 and 0
            where it leaves it less often).
        stage, since, step: path → stage of its last stay (OFF without any), row where that began, its last step.
    """

    left: Sequence[Sequence[tuple[Column, Column]]]
    stage: Column
    since: Column
    step: Column


def _stays_of(paths: Piece, of_step: Column, stages: int) -> _Known:
    """The stays of paths, equal neighbours taken as one."""
    size = len(paths.ids)
    stage: Column = of_step[paths.node]
    rows = np.flatnonzero(stage >= 0)
    case, stays = paths.case[rows], stage[rows]
    came = np.flatnonzero(new_values(case) | new_values(stays))
    rows, case, stays = rows[came], case[came].astype(np.intp), stays[came]
    begin = rows - paths.start[case]
    ends = np.append(case[1:] != case[:-1], True)[: len(case)]
    last, since = np.full(size, OFF, dtype=np.intp), np.zeros(size, dtype=np.int64)
    last[case[ends]], since[case[ends]] = stays[ends], begin[ends]
    left: list[list[tuple[Column, Column]]] = []
    small = np.int16 if int(paths.length.max(initial=0)) < 1 << 15 else np.int32
    for one in range(stages):
        at, times = np.flatnonzero((stays == one) & ~ends), []
        while len(at):
            first = new_values(case[at])
            now, at = at[first], at[~first]
            begun, then = np.zeros((2, size), dtype=small)
            begun[case[now]], then[case[now]] = begin[now], begin[now + 1]
            times.append((begun, then))
        left.append(times)
    return _Known(left, last, since, paths.node[paths.last])


def _stays(study: Study, facts: CaseFacts, nodes: Nodes) -> _Standing:
    """The stays of all rounds in a stage, equal neighbours taken as one."""
    stages = len(nodes.labels)
    of_step = np.array(nodes.of_step, dtype=np.int32)
    is_open, ends = facts.flags(("open",)), facts.flags(("done", "lost"))

    def look(piece: Piece, way: Column, known: _Known, keep: Keep) -> _Stays:
        return keep(("stays", nodes.of_step), lambda: stays(piece, way, known), lambda made: made.nbytes)

    def stays(piece: Piece, way: Column, known: _Known) -> _Stays:
        place, start, ts = facts.place(piece.ids), piece.start.astype(np.int64), piece.ts

        def took(times: Sequence[tuple[Column, Column]], some: Column) -> list[tuple[Column, Column]]:
            """Of some cases each time they leave a stage, which of them do, and how long they had been there."""
            path, begun, found = way.take(some), start.take(some), []
            which = np.arange(len(some))
            for begin, then in times:
                on = np.flatnonzero((then > 0).take(path))
                which, path, begun = which.take(on), path.take(on), begun.take(on)
                span = ts.take(begun + then.take(path))
                span -= ts.take(begun + begin.take(path))
                found.append((which, np.maximum(span, 0, out=span)))
            return found

        every, over = np.arange(len(way)), np.flatnonzero(ends[place])
        at = known.stage.take(way.take(over))
        spans = []
        for stage, times in enumerate(known.left):
            done = over[np.flatnonzero(at == stage)]
            since = ts.take(start.take(done) + known.since.take(way.take(done)))
            stayed = np.maximum(facts.t1[place[done]] - since, 0)
            spans.append(np.concatenate([stayed, *(span for _, span in took(times, every))]))
        waits = np.flatnonzero(is_open[place] & (known.stage >= 0).take(way))
        path = way.take(waits)
        waiting = known.stage.take(path)
        own_round, own = [_NONE], [_NONE]
        for stage, times in enumerate(known.left):
            here = np.flatnonzero(waiting == stage)
            for which, span in took(times, waits.take(here)):
                own_round.append(here.take(which))
                own.append(span)
        return _Stays(
            piece.ids[waits],
            waiting.astype(np.int16),
            ts.take(start.take(waits) + known.since.take(path)),
            known.step.take(path),
            np.concatenate(own_round).astype(np.int32),
            np.concatenate(own),
            tuple(spans),
        )

    told = [
        found
        for _, found in over_keeping(
            study, study.nodes("step"), lambda paths: _stays_of(paths, of_step, stages), look
        )
    ]
    before = np.cumsum([0, *(len(one.id) for one in told)])

    def joined(name: str) -> Column:
        return np.concatenate([_NONE, *(getattr(one, name) for one in told)]).astype(np.int64)

    own_round = np.concatenate(
        [_NONE, *(one.own_round + start for one, start in zip(told, before, strict=False))]
    )
    times = np.bincount(own_round, minlength=int(before[-1]))
    most = int(times.max(initial=0))

    def middle(stage: int) -> _Middle:
        return _Middle.of(np.concatenate([_NONE, *(one.over[stage] for one in told)]), most)

    return _Standing(
        joined("id"),
        joined("stage"),
        joined("since"),
        joined("step"),
        own_round,
        np.concatenate([_NONE, *(one.own for one in told)]),
        tuple(in_threads(middle, range(stages))),
        times,
    )


def _others(found: _Standing) -> tuple[Column, Column]:
    """Of each open round the stays of others in its stage, and the median of their days; NaN without any.

    The median is the smallest that half of them do not exceed: of all stays ranked by length, the rank moves up by
    one for each own stay at or below it.
    """
    numbers = np.array([one.number for one in found.over], dtype=np.int64)
    own = found.times
    others = (numbers[found.stage] if len(numbers) else np.zeros(0, dtype=np.int64)) - own
    rank = np.maximum((others + 1) // 2, 1)
    order = np.argsort(found.own_round, kind="stable")
    # Most rounds have one stay of their own.
    several = np.flatnonzero(own.take(found.own_round.take(order)) > 1)
    some = order[several]
    order[several] = some[np.lexsort((found.own[some], found.own_round[some]))]
    span = found.own[order]
    first = np.cumsum(own) - own
    for nth in range(int(own.max(initial=0))):
        rounds = np.flatnonzero(own > nth)
        place = np.empty(len(rounds), dtype=np.int64)
        at = first[rounds] + nth
        # Of own stays of one length the first has the first of these ranks.
        equal = np.zeros(len(rounds), dtype=np.int64)
        for back in range(1, nth + 1):
            equal += span[at - back] == span[at]
        standing = found.stage[rounds]
        for stage, one in enumerate(found.over):
            here = np.flatnonzero(standing == stage)
            place[here] = one.ranks(span[at[here]])
        rank[rounds] += place + equal <= rank[rounds]
    # The middles of all stages, one after the other, each from its first rank.
    values = np.concatenate([_NONE, *(one.values for one in found.over)]) / DAY
    begins = np.cumsum([0, *(len(one.values) for one in found.over)], dtype=np.int64)[:-1]
    before = begins - np.array([one.rank for one in found.over], dtype=np.int64)
    median = np.full(len(found.id), np.nan)
    there = slice(None) if len(others) and others.min() > 0 else np.flatnonzero(others > 0)
    median[there] = values.take(before.take(found.stage[there]) + rank[there])
    return others, median


def _ordered(over: Column, days: Column, account: Column, number: Column) -> Column:
    """Places of the rows: the longest over the median first, then the longest, then by account and number."""
    behind = np.where(np.isnan(over), np.inf, -over)
    order = np.lexsort((-days, behind))
    alike = np.append(False, (np.diff(days[order]) == 0) & (behind[order][1:] == behind[order][:-1]))
    begins = np.flatnonzero(~alike & np.append(alike[1:], False))
    ends = np.flatnonzero(alike & ~np.append(alike[1:], False)) + 1
    for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
        order[begin:end] = sorted(order[begin:end].tolist(), key=lambda row: (account[row], number[row]))
    return order


def _some(column: Column) -> tuple[float | None, ...]:
    """A column without its NaNs."""
    objects = column.astype(object)
    objects[np.isnan(column)] = None
    return tuple(objects.tolist())


def _labels(names: Sequence[str], number: Column) -> tuple[str, ...]:
    return tuple(np.array(names, dtype=object)[number].tolist()) if len(names) else ()


def _days(moment: Column, zone: ZoneInfo) -> tuple[str, ...]:
    """Days of moments in a zone."""
    whole, of = np.unique(moment // DAY, return_inverse=True)
    offset = np.array([_offset(day * DAY, zone) for day in [*whole.tolist(), *(whole + 1).tolist()]])
    begins, ends = np.split(offset.astype(np.int64), 2)
    local = moment + begins[of]
    # Days on which clocks change are looked at one by one.
    odd = np.flatnonzero((begins != ends)[of])
    local[odd] = moment[odd] + np.array([_offset(one, zone) for one in moment[odd].tolist()], dtype=np.int64)
    days, of = np.unique(local // DAY, return_inverse=True)
    names = [dt.date.fromordinal(_FIRST + day).isoformat() for day in days.tolist()]
    return tuple(np.array(names, dtype=object)[of].tolist()) if names else ()


def _offset(moment: int, zone: ZoneInfo) -> int:
    """Microseconds that clocks of a zone are ahead."""
    ahead = dt.datetime.fromtimestamp(moment / 1e6, zone).utcoffset() or dt.timedelta()
    return ahead // dt.timedelta(microseconds=1)
