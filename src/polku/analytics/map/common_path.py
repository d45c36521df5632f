"""The common path: what most cases do, in the order most of them do it, as the beginning of a journey."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from polku.analytics.asking.questions import open_study
from polku.analytics.map.off_map import pattern_of
from polku.analytics.map.places import Code, place_codes
from polku.documents import PARTS, EventRule
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.documents import Workspace
    from polku.records.log import Log

LEAST = 0.1
"""What fewer cases do than this share is no part of the common path."""
MOST = 14
"""So many steps at most: a map that nobody can take in at a glance is no draft."""
_WEIGHED = 60
"""So many kinds of events are put in order; the pairs grow with the square."""


@dataclass(frozen=True)
class CommonStep:
    """A touchpoint, or an activity that no touchpoint claims, with how it is met.

    Args:
        name: of the touchpoint, or the activity as its source calls it (`*` where several belong together).
        touchpoint: its id; None off the map.
        rules: that find it in the data where no touchpoint does.
        cases: that met it; share: of all cases.
        part: of the people who did it, the most frequent; None where nobody's is known.
        median_seconds: from the beginning of a case to the first time.
        after_won: of the cases that won a deal, the share that met it first after that; None without such cases.
    """

    name: str
    touchpoint: str | None
    rules: tuple[EventRule, ...]
    cases: int
    share: float
    part: str | None
    median_seconds: float
    after_won: float | None


@dataclass(frozen=True)
class CommonPath:
    """What most cases do, in order.

    Args:
        case: what was followed.
        events: of all cases; left_out: of these, those that are in no step.
        rarer: kinds of events that too few cases meet, or that are beyond the most steps.
    """

    steps: tuple[CommonStep, ...]
    case: str
    cases: int
    events: int
    left_out: int
    rarer: int


def common_path(
    log: Log, workspace: Workspace, *, case: str | None = None, least: float = LEAST, most: int = MOST
) -> CommonPath:
    """Find the common path of a log. What the company does by itself (direction internal) is no step of a customer.

    Order: a kind of event stands before another where most cases that meet both meet it first. Each gets the mean
    of these shares over all others (a Borda count on first meetings), so that one odd pair does not turn the rest.

    Args:
        case: a kind of case; None takes accounts where there are some, else the source's own.
        least: share of cases that a step is met by at least.
        most: steps at most, those with most cases.
    """
    study = open_study(log, workspace, case=case)
    try:
        kind = study.stored
        kinds = _kinds(study.codes, workspace)
    finally:
        study.close()
    cases, events = log.rows(f"SELECT count(*), coalesce(sum(n), 0) FROM {{cases:{kind}}}")[0]
    bound = {
        "code": [code.code for members in kinds.values() for code in members],
        "node": [node for node, members in enumerate(kinds.values()) for _ in members],
    }
    firsts = (
        f"n AS (SELECT unnest($code::INT[]) AS code, unnest($node::INT[]) AS node), "
        f"met AS (SELECT m.cid, n.node, min(m.ord) AS ord, min(m.ts) AS ts, count(*) AS times "
        f"FROM {{moves:{kind}}} m JOIN n USING (code) GROUP BY m.cid, n.node)"
    )
    met = log.rows(
        f"WITH {firsts}, won AS (SELECT account_id, epoch_us(min(closed)) AS at FROM {{deals}} WHERE outcome = 'won' "
        "AND closed IS NOT NULL GROUP BY 1) "
        "SELECT f.node, count(*), sum(f.times), median(f.ts - c.t0), avg((f.ts > w.at)::INT) "
        f"FROM met f JOIN {{cases:{kind}}} c USING (cid) LEFT JOIN won w ON w.account_id = c.account_id "
        "GROUP BY f.node",
        **bound,
    )
    keys = list(kinds)
    met.sort(key=lambda row: (-row[1], -row[2], keys[row[0]][0] or "", keys[row[0]][1]))
    wanted = [row for row in met if cases and row[1] / cases >= least][: min(most, _WEIGHED)]
    if not wanted:
        return CommonPath((), kind, cases, int(events), int(events), len(met))
    nodes = [int(row[0]) for row in wanted]
    pairs = log.rows(
        f"WITH {firsts} SELECT a.node, b.node, avg((a.ord < b.ord)::INT) FROM met a JOIN met b "
        "ON a.cid = b.cid AND a.node <> b.node "
        "WHERE a.node IN (SELECT unnest($chosen::INT[])) AND b.node IN (SELECT unnest($chosen::INT[])) GROUP BY 1, 2",
        **bound,
        chosen=nodes,
    )
    place = _in_order(nodes, pairs, {int(row[0]): float(row[3]) for row in wanted})
    parts = _parts(log, kind, bound)
    steps = []
    for node, met_by, _, seconds, after in sorted(wanted, key=lambda row: place[int(row[0])]):
        touchpoint, name = keys[int(node)]
        members = kinds[keys[int(node)]]
        steps.append(
            CommonStep(
                name=workspace.label("touchpoints", touchpoint) if touchpoint else name,
                touchpoint=touchpoint,
                rules=() if touchpoint else _rules(name, members),
                cases=int(met_by),
                share=met_by / cases,
                part=parts.get(int(node)),
                median_seconds=float(seconds) / 1e6,
                after_won=None if after is None else float(after),
            )
        )
    inside = sum(int(row[2]) for row in wanted)
    return CommonPath(
        tuple(steps), kind, int(cases), int(events), int(events) - inside, len(met) - len(wanted)
    )


_Kind = tuple[str | None, str]


def _kinds(codes: Sequence[Code], workspace: Workspace) -> Mapping[_Kind, list[Code]]:
    """Codes by touchpoint, or off the map by what their activities share; in a fixed order."""
    places = place_codes(codes, workspace)
    found: dict[_Kind, list[Code]] = defaultdict(list)
    for code in sorted(codes, key=lambda one: one.code):
        touchpoint = places.touchpoint[code.code]
        if touchpoint is None and code.direction == "internal":
            continue
        found[touchpoint, "" if touchpoint else pattern_of(code.activity)].append(code)
    alone = {
        key: (key[0], members[0].activity)
        for key, members in found.items()
        if key[0] is None and len({code.activity for code in members}) == 1
    }
    return {alone.get(key, key): members for key, members in found.items()}


def _rules(pattern: str, members: Sequence[Code]) -> tuple[EventRule, ...]:
    sources = sorted({code.source for code in members if code.source})
    if not sources:
        return (EventRule(activity=pattern),)
    return tuple(EventRule(source=source, activity=pattern) for source in sources)


def _in_order(
    nodes: Sequence[int], pairs: Sequence[tuple[int, int, float]], median: Mapping[int, float]
) -> dict[int, tuple[float, float, int]]:
    """Node → what it is sorted by: least before most others first, then by the median time, then by how many meet it."""
    before: dict[int, list[float]] = defaultdict(list)
    for one, _, share in pairs:
        before[one].append(float(share))
    return {
        node: (-sum(before[node]) / len(before[node]) if before[node] else -0.5, median[node], rank)
        for rank, node in enumerate(nodes)
    }


def _parts(log: Log, kind: str, bound: Mapping[str, list[int]]) -> dict[int, str]:
    """Node → the part that most of its events were done by."""
    rows = log.rows(
        "WITH n AS (SELECT unnest($code::INT[]) AS code, unnest($node::INT[]) AS node) "
        f"SELECT n.node, m.part, count(*) FROM {{moves:{kind}}} m JOIN n USING (code) WHERE m.part >= 0 "
        "GROUP BY 1, 2 ORDER BY 3 DESC, 2",
        **bound,
    )
    found: dict[int, str] = {}
    for node, part, _ in rows:
        found.setdefault(int(node), PARTS[int(part)])
    return found
