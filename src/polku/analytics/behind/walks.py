"""Cases behind the numbers of questions that look at what follows on what: paths, steps, fit, time, variants, funnel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from polku.analytics import funnel as funnels
from polku.analytics.asking.answers import deviation_split, funnel_arguments
from polku.analytics.asking.asked import Asked, check_known, node_of, unknown
from polku.analytics.behind.holding import Holding
from polku.analytics.deviations import deviating_cases
from polku.analytics.friction import FRICTION_KINDS, friction_cases
from polku.analytics.intended import compile_template, deviations
from polku.analytics.statistics.scores import NPS_ANSWERED

if TYPE_CHECKING:
    from polku.analytics.map.nodes import Of
    from polku.analytics.study import Study

Row = Mapping[str, Any]
Found = dict[int, float]
"""Case → how many of what the number counts it has."""

_FOLLOWED = (
    "followed AS (SELECT id, ord, node, lead(node) OVER (PARTITION BY id ORDER BY ord) AS nxt, "
    "lag(ord) OVER (PARTITION BY id ORDER BY ord) AS before FROM walk) "
    "SELECT id, count(*) FROM followed WHERE {which} GROUP BY id"
)


def _number(study: Study, of: Of, name: Any) -> int:
    check_known(study, of, (str(name),))
    labels = study.nodes(of).labels
    return labels.index(name) if name in labels else -1


def _found(study: Study, select: str, of: Of, transform: str = "identity", **bound: Any) -> Found:
    rows = study.ask(select, nodes=study.nodes(of), transform=transform, **bound)
    return {int(id): int(n) for id, n in rows}


def _each(found: Found, column: str, counted: str) -> Holding:
    """As many as there are where the column counts them, else each case once."""
    if column == counted:
        return Holding(found, counts=True)
    return Holding(dict.fromkeys(found, 1))


def of_paths(study: Study, row: Row, column: str, asked: Asked) -> Holding:
    """Cases that go from one node to another, with how often."""
    of = node_of(study, asked, "touchpoint")
    start, end = row.get("from"), row.get("to")
    if start is None and end is None:
        raise unknown(of, "", study.nodes(of).labels)
    bound = {}
    if start is not None:
        bound["a"] = _number(study, of, start)
    if end is not None:
        bound["b"] = _number(study, of, end)
    if start is None:
        which = "before IS NULL AND node = $b"
    else:
        which = "node = $a AND nxt IS NULL" if end is None else "node = $a AND nxt = $b"
    found = _found(study, _FOLLOWED.replace("{which}", which), of, asked.transform, **bound)
    return _each(found, column, "count")


def of_steps(study: Study, row: Row, column: str, _: Asked) -> Holding:
    """Cases at a step, those that went on, left by a way nobody drew, or wait there; and answers given there."""
    step = _number(study, "step", row.get("step"))
    nexts = sorted(study.steps.nexts[step]) if step >= 0 else []
    if column in ("cases", "events"):
        at = "SELECT id, count(*) FROM walk WHERE node = $a GROUP BY id"
        return _each(_found(study, at, "step", a=step), column, "events")
    if column == "answers":
        select = (
            "SELECT w.id, count(*) FROM walk w JOIN {events} e ON e.event_no = w.event_no WHERE w.node = $a "
            f"AND {NPS_ANSWERED} GROUP BY w.id"
        )
        return Holding(_found(study, select, "step", a=step), counts=True)
    if column == "unintended_out":
        which = "node = $a AND nxt IS NOT NULL AND nxt <> node AND nxt NOT IN (SELECT unnest($nexts::INT[]))"
        found = _found(study, _FOLLOWED.replace("{which}", which), "step", a=step, nexts=nexts)
        return Holding(dict.fromkeys(found, 1))
    gone = (
        "firsts AS (SELECT id, min(ord) AS ord FROM walk WHERE node = $a GROUP BY id), "
        "gone AS (SELECT DISTINCT f.id FROM firsts f JOIN walk w ON w.id = f.id AND w.ord > f.ord "
        "WHERE w.node IN (SELECT unnest($nexts::INT[]))) "
    )
    if column == "went_on":
        return Holding(_found(study, gone + "SELECT id, 1 FROM gone", "step", a=step, nexts=nexts))
    # Of other cases nobody says when they are over.
    waits = "k.outcome = 'open'" if study.case == "round" else "true"
    select = (
        gone + f"SELECT f.id, 1 FROM firsts f ANTI JOIN gone g ON g.id = f.id JOIN kept k ON k.id = f.id "
        f"WHERE {waits}"
    )
    return Holding(_found(study, select, "step", a=step, nexts=nexts))


def of_fit(study: Study, row: Row, column: str, __: Asked) -> Holding:
    """Cases with a deviation, with how often."""
    intended, template = compile_template(study)
    nodes = study.nodes("step")
    kind = row.get("kind")
    names = nodes.labels if kind == "unintended" else template
    wanted = (
        kind,
        *(names.index(name) if (name := row.get(end)) in names else -1 for end in ("from", "to")),
    )
    select = (
        "turned AS (SELECT id, ord, node, lag(node) OVER (PARTITION BY id ORDER BY ord) AS before FROM walk), "
        "told AS (SELECT id, string_agg(node::VARCHAR, ' ' ORDER BY ord) AS path FROM turned "
        "WHERE before IS NULL OR before <> node GROUP BY id) "
        "SELECT t.path, coalesce(k.outcome = 'open', false) AS open, list(k.id) FROM kept k "
        "LEFT JOIN told t ON t.id = k.id GROUP BY t.path, open"
    )
    found: Found = {}
    for walked, open_, ids in study.ask(select, nodes=nodes):
        path = [int(step) for step in walked.split(" ")] if walked is not None else []
        times = list(deviations(path, intended, over=study.case != "round" or not open_)).count(wanted)  # type: ignore[arg-type]
        if times:
            found |= dict.fromkeys(ids, times)
    return _each(found, column, "count")


def of_deviations(study: Study, row: Row, column: str, asked: Asked) -> Holding:
    """Cases that deviate at a stage or role, or of an account."""
    where = row.get("where")
    ids = deviating_cases(
        study,
        deviation_split(asked),
        None if where is None else str(where),
        None if column == "cases" else column,
    )
    return Holding(dict.fromkeys(ids, 1))


def of_time(study: Study, row: Row, column: str, asked: Asked) -> Holding:
    """Cases that came from one node to another, with how often; or those that did not."""
    of = node_of(study, asked, "step")
    a, b = (_number(study, of, row.get(end)) for end in ("from", "to"))
    starts = "starts AS (SELECT id, ord FROM walk WHERE node = $a), "
    if asked.definition != "every-next":
        starts = "starts AS (SELECT id, min(ord) AS ord FROM walk WHERE node = $a GROUP BY id), "
    later = "" if asked.definition == "first-first" else "AND w.ord > s.ord"
    met = f"met AS (SELECT DISTINCT s.id, s.ord FROM starts s JOIN walk w ON w.id = s.id AND w.node = $b {later}) "
    select = "SELECT id, count(*) FROM met GROUP BY id"
    if column == "open":
        select = "SELECT s.id, 1 FROM starts s ANTI JOIN met m ON m.id = s.id AND m.ord = s.ord GROUP BY s.id"
    return _each(_found(study, starts + met + select, of, a=a, b=b), column, "count")


def of_variants(study: Study, row: Row, _: str, asked: Asked) -> Holding:
    """Cases that took exactly this path."""
    of = node_of(study, asked, "touchpoint")
    path = row.get("path") or ()
    told = " ".join(str(_number(study, of, name)) for name in path)
    select = (
        "told AS (SELECT id, string_agg(node::VARCHAR, ' ' ORDER BY ord) AS path FROM walk GROUP BY id) "
        "SELECT id, 1 FROM told WHERE path = $path"
    )
    return Holding(_found(study, select, of, asked.transform, path=told))


def of_funnel(study: Study, row: Row, column: str, asked: Asked) -> Holding:
    """Cases that reached a stage, or stopped before it."""
    stages, of, options = funnel_arguments(study, asked)
    parts = options["parts"]
    named = [f"{stage}@{part}" if part else stage for stage, part in zip(stages, parts, strict=True)]
    if row.get("stage") not in named:
        raise unknown("stage", str(row.get("stage")), named)
    place = named.index(str(row["stage"]))
    ids = funnels.funnel_cases(study, stages, of, place=place, column=column, **options)
    return Holding(dict.fromkeys(ids, 1))


def of_friction(study: Study, row: Row, column: str, _: Asked) -> Holding:
    """Cases that meet a kind of friction at a step, with how often."""
    kind, step = str(row.get("kind")), str(row.get("step"))
    if kind not in FRICTION_KINDS:
        raise unknown("kind", kind, FRICTION_KINDS)
    if step not in study.nodes("step").labels:
        raise unknown("step", step, study.nodes("step").labels)
    return _each(dict(friction_cases(study, kind, step)), column, "times")


def of_now(study: Study, row: Row, _: str, __: Asked) -> Holding:
    """Rounds that are over with a stage, other than the one that stands in it now, with their stays there."""
    nodes = study.nodes("stage")
    own = f"{row.get('account_id')}/{row.get('round')}"
    select = (
        "stays AS (SELECT id, ord, node, lead(ts) OVER (PARTITION BY id ORDER BY ord) AS went_on FROM walk) "
        "SELECT s.id, count(*) FROM stays s JOIN kept k ON k.id = s.id WHERE s.node = $node AND k.key <> $own "
        "AND (s.went_on IS NOT NULL OR k.outcome IN ('done', 'lost')) GROUP BY s.id"
    )
    node = _number(study, "stage", row.get("stage"))
    return Holding(_found(study, select, nodes.of, "exposure", node=node, own=own), counts=True)
