"""Now: the open rounds of a journey, in which stage each stands, and how much longer than others it has stood there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from polku.analytics.result import DAY, Result

if TYPE_CHECKING:
    from polku.analytics.study import Study


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
    """

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


# A walk in which equal neighbours are one has one event per stay, its first.
_STAYS = (
    "stays AS (SELECT id, ord, ts, node, lead(ts) OVER (PARTITION BY id ORDER BY ord) AS went_on FROM walk), "
    "over AS (SELECT s.id, s.node, greatest(coalesce(s.went_on, k.t1) - s.ts, 0) AS span FROM stays s "
    "JOIN kept k ON k.id = s.id WHERE s.went_on IS NOT NULL OR k.outcome IN ('done', 'lost')), "
)
_OPEN = (
    "stays AS (SELECT id, node, ts, lead(ts) OVER (PARTITION BY id ORDER BY ord) AS went_on FROM walk) "
    "SELECT s.id, s.node, s.ts, k.account_id, k.t1 FROM stays s JOIN kept k ON k.id = s.id "
    "WHERE s.went_on IS NULL AND k.outcome = 'open' ORDER BY s.id"
)
_LAST_STEP = "SELECT w.id, arg_max(w.node, w.ord) FROM walk w JOIN kept k ON k.id = w.id WHERE k.outcome = 'open' GROUP BY w.id"
_RANKED = (
    _STAYS
    + "ranked AS (SELECT *, row_number() OVER (PARTITION BY node ORDER BY span, id) AS place FROM over) "
)
_NUMBERS = _STAYS + "SELECT node, count(*) FROM over GROUP BY node"
_OWN = (
    _RANKED.rstrip() + ", own AS (SELECT unnest($own_id::INT[]) AS id, unnest($own_node::INT[]) AS node) "
    "SELECT r.id, r.node, r.place FROM ranked r JOIN own o ON o.id = r.id AND o.node = r.node ORDER BY r.place"
)
_AT = (
    _RANKED.rstrip()
    + ", wanted AS (SELECT unnest($at_node::INT[]) AS node, unnest($at_place::INT[]) AS place) "
    "SELECT DISTINCT r.node, r.place, r.span FROM ranked r JOIN wanted w ON w.node = r.node AND w.place = r.place"
)
_ENDED = "SELECT count(*) FILTER (WHERE outcome = 'open'), count(DISTINCT account_id) FILTER (WHERE outcome = 'open') FROM kept"


def now(study: Study) -> Now:
    """Tell where the open rounds of the study's journey stand at the end of what is observed."""
    journey = study.journey
    assert journey is not None
    nodes = study.nodes("stage")

    def rows(select: str, **bound: Any) -> list[tuple[Any, ...]]:
        return study.ask(select, nodes=nodes, transform="exposure", **bound)

    found = rows(_OPEN)
    last_step = dict(study.ask(_LAST_STEP, nodes=study.nodes("step")))
    numbers = {int(node): int(count) for node, count in rows(_NUMBERS)}
    own: dict[tuple[int, int], list[int]] = {}
    for id, node, place in rows(_OWN, own_id=[row[0] for row in found], own_node=[row[1] for row in found]):
        own.setdefault((id, node), []).append(int(place))
    wanted: dict[int, tuple[int, int]] = {}
    others: dict[int, int] = {}
    for id, node, *_ in found:
        mine = own.get((id, node), [])
        others[id] = numbers.get(node, 0) - len(mine)
        if others[id]:
            wanted[id] = (node, _middle(others[id], mine))
    pairs = sorted(set(wanted.values()))
    at = {
        (int(node), int(place)): int(span)
        for node, place, span in rows(_AT, at_node=[a for a, _ in pairs], at_place=[b for _, b in pairs])
    }
    open_rounds, accounts = study.ask(_ENDED)[0]
    zone = ZoneInfo(study.workspace.settings.zone)
    of_round = study.round_columns["number"]
    lines = []
    for id, node, since, account, last in found:
        days = max(study.now - since, 0) / DAY
        median = at[wanted[id]] / DAY if id in wanted else None
        over = None if median is None else days - median
        number = int(of_round[id])
        day = dt.datetime.fromtimestamp(last / 1e6, zone).date().isoformat()
        step = study.steps.steps[last_step[id]]
        order = (over is None, -(over or 0.0), -days, str(account), number)
        lines.append((*order, nodes.labels[node], step, days, median, over, others[id], day))
    lines.sort(key=lambda line: line[:5])
    about = study.about("now", "round")
    left = {
        **{name: n for name, n in about.remainder.items() if not name.startswith("events_")},
        "cases_over": about.cases - open_rounds,
        "cases_off_map": open_rounds - len(found),
    }
    columns = list(zip(*lines, strict=True)) if lines else [()] * 12
    return Now(
        about=replace(
            about,
            cases=int(open_rounds),
            accounts=int(accounts),
            events=None,
            remainder={name: number for name, number in left.items() if number},
        ),
        account_id=columns[3],
        journey=(journey.id,) * len(lines),
        round=columns[4],
        stage=columns[5],
        step=columns[6],
        days_in_stage=columns[7],
        median_days_others=columns[8],
        days_over=columns[9],
        others=columns[10],
        last_event=columns[11],
    )


def _middle(others: int, own: Sequence[int]) -> int:
    """Of stays ranked from 1, the rank of the median of those that are not own: the smallest that half do not exceed.

    Args:
        own: ranks to leave out, ascending.
    """
    rank = max(ceil(0.5 * others), 1)
    for place in own:
        if place <= rank:
            rank += 1
    return rank
