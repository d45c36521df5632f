"""How a funnel follows its stages: in order, strictly one after the other, or in any order; each as SQL.

Every mode makes a table `link{k}` for each stage, with a row per case that reached it: id; ord and ts of the event by
which it did; first, the time it entered; took, the time from the stage before; barred, whether an excluded event ended
its way there. `waiting` holds the cases (id, k) that stand at a stage and can still go on.
"""

from __future__ import annotations

from polku.frozen import dataclass


@dataclass(frozen=True)
class Way:
    """How stages are followed.

    Args:
        stages: how many.
        people: distinct persons who must meet a stage; in order only.
        excludes: whether there are excluded nodes.
        still: condition on `l.first` and the case `c` under which a case can go on.
    """

    stages: int
    people: int
    excludes: bool
    still: str


_STAGED = (
    "asked AS (SELECT unnest($asked_node::INT[]) AS node, unnest($asked_stage::INT[]) AS stage, "
    "unnest($asked_part::INT[]) AS part), "
    "staged AS (SELECT w.id, w.ord, w.ts, w.event_no, a.stage FROM {walked} w "
    "JOIN asked a ON a.node = w.node AND (a.part < 0 OR a.part = w.part)), "
)
_BARS = (
    "excluded AS (SELECT unnest($excluded::INT[]) AS node), "
    "bars AS (SELECT w.id, w.ord, w.ts FROM walk w JOIN excluded x ON x.node = w.node), "
)
_ENTERS = "ts >= $enter_since AND ts < $enter_until"


def ordered(way: Way) -> str:
    """Greedy earliest matching, other events between allowed; an excluded event after the entry ends the way."""
    sql = _STAGED.replace("{walked}", "walk") + (_BARS if way.excludes else "")
    sql += _link(way, 0)
    if way.excludes:
        sql += (
            "link0 AS (SELECT f.id, f.ord, f.ts, f.ts AS first, NULL::BIGINT AS took, min(b.ord) AS bar, "
            "coalesce(arg_min(b.ts, b.ord) - f.ts <= $window, false) AS barred FROM found0 f "
            "LEFT JOIN bars b ON b.id = f.id AND b.ord > f.ord GROUP BY f.id, f.ord, f.ts)"
        )
    else:
        sql += (
            "link0 AS (SELECT id, ord, ts, ts AS first, NULL::BIGINT AS took, NULL::INT AS bar, false AS barred "
            "FROM found0)"
        )
    for k in range(1, way.stages):
        sql += ", " + _link(way, k)
        sql += (
            f"link{k} AS (SELECT f.id, f.ord, f.ts, l.first, greatest(f.ts - l.ts, 0) AS took, l.bar, l.barred "
            f"FROM found{k} f JOIN link{k - 1} l ON l.id = f.id)"
        )
    waits = " UNION ALL ".join(
        f"SELECT l.id, {k} AS k FROM link{k} l JOIN kept c ON c.id = l.id WHERE NOT l.barred AND {way.still}"
        for k in range(way.stages)
    )
    return sql + f", waiting AS ({waits})"


def _link(way: Way, k: int) -> str:
    """`found{k}`: the earliest event after the stage before by which enough persons have met stage k."""
    source = f"staged s WHERE s.stage = 0 AND {_ENTERS}"
    if k:
        bar = "AND (l.bar IS NULL OR s.ord < l.bar) " if way.excludes else ""
        source = (
            f"link{k - 1} l JOIN staged s ON s.id = l.id AND s.stage = {k} AND s.ord > l.ord "
            f"AND s.ts - l.first <= $window {bar}"
        )
    if way.people == 1:
        return f"found{k} AS (SELECT s.id, min(s.ord) AS ord, arg_min(s.ts, s.ord) AS ts FROM {source} GROUP BY s.id), "
    source = source.replace("staged s", "named s")
    named = (
        "named AS (SELECT s.id, s.ord, s.ts, s.stage, e.person FROM staged s JOIN {events} e "
        "ON e.event_no = s.event_no WHERE e.person >= 0), "
        if not k
        else ""
    )
    return named + (
        f"each{k} AS (SELECT s.id, s.person, min(s.ord) AS ord, arg_min(s.ts, s.ord) AS ts FROM {source} "
        "GROUP BY s.id, s.person), "
        f"found{k} AS (SELECT id, ord, ts FROM (SELECT *, row_number() OVER (PARTITION BY id ORDER BY ord) AS nth "
        f"FROM each{k}) WHERE nth = $people), "
    )


def strict(way: Way) -> str:
    """Each stage is the very next event. Of a case its longest run counts, of equal ones the earliest."""
    sql = (
        "numbered AS (SELECT id, ord, ts, node, part, event_no, row_number() OVER (PARTITION BY id ORDER BY ord) "
        "AS place, count(*) OVER (PARTITION BY id) AS n FROM walk), "
    )
    sql += _STAGED.replace("{walked}", "numbered").replace("w.event_no, a", "w.place, w.n, a")
    sql += (
        "run0 AS (SELECT id, place AS start, place, n, ord, ts, ts AS first, NULL::BIGINT AS took FROM staged "
        f"WHERE stage = 0 AND {_ENTERS})"
    )
    for k in range(1, way.stages):
        sql += (
            f", run{k} AS (SELECT r.id, r.start, s.place, s.n, s.ord, s.ts, r.first, "
            f"greatest(s.ts - r.ts, 0) AS took FROM run{k - 1} r JOIN staged s ON s.id = r.id "
            f"AND s.place = r.place + 1 AND s.stage = {k} AND s.ts - r.first <= $window)"
        )
    runs = " UNION ALL ".join(f"SELECT *, {k} AS k FROM run{k}" for k in range(way.stages))
    barred = (
        "EXISTS (SELECT 1 FROM numbered w JOIN excluded x ON x.node = w.node WHERE w.id = r.id "
        "AND w.place = r.place + 1)"
        if way.excludes
        else "false"
    )
    sql += f", runs AS ({runs}), " + (_BARS if way.excludes else "")
    sql += (
        "lengths AS (SELECT id, start, max(k) AS k FROM runs GROUP BY id, start), "
        "best AS (SELECT id, start, k FROM (SELECT *, row_number() OVER (PARTITION BY id ORDER BY k DESC, start) "
        "AS nth FROM lengths) WHERE nth = 1)"
    )
    for k in range(way.stages):
        sql += (
            f", link{k} AS (SELECT r.id, r.ord, r.ts, r.first, r.took, {barred} AS barred FROM run{k} r "
            "JOIN best b ON b.id = r.id AND b.start = r.start)"
        )
    return sql + (
        ", waiting AS (SELECT DISTINCT l.id, l.k FROM runs l JOIN best b ON b.id = l.id AND b.k = l.k "
        f"JOIN kept c ON c.id = l.id WHERE l.place = l.n AND {way.still})"
    )


def any_order(way: Way) -> str:
    """All stages up to one, in whatever order, within the window from the first of them; the earliest time it holds."""
    sql = _STAGED.replace("{walked}", "walk") + (_BARS if way.excludes else "")
    ahead = ", ".join(
        f"min(ord) FILTER (WHERE stage = {j}) OVER w AS o{j}, arg_min(ts, ord) FILTER (WHERE stage = {j}) OVER w "
        f"AS t{j}"
        for j in range(way.stages)
    )
    sql += (
        f"ahead AS (SELECT id, ord, ts, stage, {ahead} FROM staged WINDOW w AS (PARTITION BY id ORDER BY ord "
        "RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)), "
    )
    if way.excludes:
        sql += (
            "starts AS (SELECT a.*, b.bar, b.bar_ts FROM ahead a LEFT JOIN (SELECT s.id, s.ord, min(b.ord) AS bar, "
            "arg_min(b.ts, b.ord) AS bar_ts FROM (SELECT DISTINCT id, ord FROM staged) s JOIN bars b ON b.id = s.id "
            "AND b.ord > s.ord GROUP BY s.id, s.ord) b ON b.id = a.id AND b.ord = a.ord)"
        )
    else:
        sql += "starts AS (SELECT *, NULL::INT AS bar, NULL::BIGINT AS bar_ts FROM ahead)"
    waits = []
    for k in range(way.stages):
        met = " AND ".join(f"o{j} IS NOT NULL AND t{j} - ts <= $window" for j in range(k + 1))
        done = f"greatest({', '.join(f'o{j}' for j in range(k + 1))})"
        at = " ".join(f"WHEN o{j} = {done} THEN t{j}" for j in range(k + 1))
        # With an entry period a later stage may begin inside it though an earlier one never does.
        came = f"AND id IN (SELECT id FROM done{k - 1}) " if k else ""
        sql += (
            f", valid{k} AS (SELECT id, ord AS start, ts AS first, bar, coalesce(bar_ts - ts <= $window, false) "
            f"AS barred, {done} AS done, CASE {at} END AS met_at FROM starts WHERE stage <= {k} AND {_ENTERS} AND {met} "
            f"{came}AND (bar IS NULL OR {done} < bar))"
        )
        sql += (
            f", done{k} AS (SELECT id, min(done) AS ord, arg_min(met_at, done) AS ts, arg_min(first, row(done, start)) "
            f"AS first, arg_min(barred, row(done, start)) AS barred FROM valid{k} GROUP BY id)"
        )
        before = f"LEFT JOIN done{k - 1} b ON b.id = d.id" if k else ""
        took = "greatest(d.ts - b.ts, 0)" if k else "NULL::BIGINT"
        sql += f", link{k} AS (SELECT d.*, {took} AS took FROM done{k} d {before})"
        waits.append(
            f"SELECT DISTINCT l.id, {k} AS k FROM valid{k} l JOIN kept c ON c.id = l.id "
            f"WHERE NOT l.barred AND {way.still}"
        )
    return sql + f", waiting AS ({' UNION ALL '.join(waits)})"


MODES = {"ordered": ordered, "strict": strict, "any": any_order}
"""How stages are followed, by name."""
