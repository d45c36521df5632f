"""Rules: what a journey says customers are to do, or not, held against each case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from polku.analytics.intervals import difference, share_of
from polku.analytics.result import share
from polku.analytics.things import hits_sql, nodes_of_things
from polku.documents import PARTS, RULE_FIELDS, Rule
from polku.errors import QuestionError
from polku.words import Message

if TYPE_CHECKING:
    from polku.analytics.study import Study

ENDED = ("done", "won", "lost", "faded")
WELL = ("done", "won")
"""Outcomes of cases that are over, and of these the good ones."""


@dataclass(frozen=True)
class RuleKept:
    """How one rule is kept.

    Args:
        activations: times the rule asked for something; of these kept, broken, and pending: not kept yet, in a case
            that can go on.
        cases: cases it was asked of; vacuous: cases that gave it nothing to ask.
        broken_cases: of these with a breach; broken_accounts: their accounts.
        fitness: kept over kept and broken; None where there are none.
        well_kept, well_broken: of the cases that are over, the share that ended well (done or won), by whether the
            rule was kept throughout or broken; n_kept, n_broken: these cases. difference: broken less kept, with its
            interval. It shows what goes together, not why.
        breaches: number of breaches by case, as (account, case, times), most first; at most MOST.
    """

    rule: str
    kind: str
    says: str
    activations: int
    kept: int
    broken: int
    pending: int
    cases: int
    vacuous: int
    broken_cases: int
    broken_accounts: int
    fitness: float | None
    n_kept: int
    n_broken: int
    well_kept: float | None
    well_broken: float | None
    difference: float | None
    low: float | None
    high: float | None
    breaches: tuple[Mapping[str, Any], ...] = field(default=())

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        told = dict(self.__dict__)
        told["breaches"] = [dict(one) for one in self.breaches]
        return told


MOST = 20
"""More breaches than these are counted, not listed."""

# Flags of every event that matters to a rule: a, what it is about; b, what it asks for.
_NEXT = (
    "seen AS (SELECT *, min(CASE WHEN b THEN ord END) OVER w AS then_ord, "
    "arg_min(CASE WHEN b THEN ts END, CASE WHEN b THEN ord END) FILTER (WHERE b) OVER w AS then_ts FROM flagged "
    "WINDOW w AS (PARTITION BY id ORDER BY ord ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)), "
    "asked AS (SELECT s.id, CASE WHEN then_ord IS NOT NULL THEN CASE WHEN then_ts - s.ts <= $within THEN 'kept' "
    "ELSE 'broken' END WHEN {open} AND ($within = $ever OR s.ts + $within > $now) THEN 'pending' ELSE 'broken' END "
    "AS said FROM seen s JOIN kept k ON k.id = s.id WHERE s.a)"
)
_BEFORE = (
    "seen AS (SELECT *, max(CASE WHEN b THEN ord END) OVER w AS then_ord, "
    "arg_max(CASE WHEN b THEN ts END, CASE WHEN b THEN ord END) FILTER (WHERE b) OVER w AS then_ts, "
    "row_number() OVER (PARTITION BY id, a ORDER BY ord) AS nth FROM flagged "
    "WINDOW w AS (PARTITION BY id ORDER BY ord ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)), "
    "asked AS (SELECT id, CASE WHEN then_ord IS NOT NULL AND ts - then_ts <= $within THEN 'kept' ELSE 'broken' END "
    "AS said FROM seen WHERE a {first})"
)
_CHAIN = (
    "seen AS (SELECT *, lead(b) OVER (PARTITION BY id ORDER BY ord) AS follows, "
    "lead(ts) OVER (PARTITION BY id ORDER BY ord) AS then_ts FROM flagged), "
    "asked AS (SELECT s.id, CASE WHEN follows AND then_ts - s.ts <= $within THEN 'kept' WHEN follows IS NULL "
    "AND {open} AND ($within = $ever OR s.ts + $within > $now) THEN 'pending' ELSE 'broken' END AS said "
    "FROM seen s JOIN kept k ON k.id = s.id WHERE s.a)"
)
_EXISTS = (
    "met AS (SELECT f.id, count(*) AS n FROM flagged f JOIN kept k ON k.id = f.id WHERE f.a AND f.ts - k.t0 <= $within "
    "GROUP BY f.id), "
    "asked AS (SELECT k.id, CASE WHEN coalesce(m.n, 0) >= $times THEN 'kept' "
    "WHEN {open} AND ($within = $ever OR k.t0 + $within > $now) THEN 'pending' ELSE 'broken' END AS said "
    "FROM kept k LEFT JOIN met m ON m.id = k.id)"
)
_ABSENT = (
    "met AS (SELECT id, count(*) AS n FROM flagged WHERE a GROUP BY id), "
    "asked AS (SELECT k.id, CASE WHEN coalesce(m.n, 0) <= $times THEN 'kept' ELSE 'broken' END AS said "
    "FROM kept k LEFT JOIN met m ON m.id = k.id)"
)
_BEGINS = "asked AS (SELECT id, CASE WHEN arg_min(a, ord) THEN 'kept' ELSE 'broken' END AS said FROM flagged GROUP BY id)"
_NOT_BOTH = (
    "asked AS (SELECT id, CASE WHEN bool_or(a) AND bool_or(b) THEN 'broken' ELSE 'kept' END AS said FROM flagged "
    "GROUP BY id HAVING bool_or(a) OR bool_or(b))"
)
_JUDGED: Mapping[str, str] = {
    "init": _BEGINS,
    "existence": _EXISTS,
    "absence": _ABSENT,
    "response": _NEXT,
    "precedence": _BEFORE.replace("{first}", ""),
    "chain": _CHAIN,
    "not-coexistence": _NOT_BOTH,
    "met": _BEFORE.replace("{first}", "AND nth = 1"),
}
_OTHER: Mapping[str, str] = {
    "response": "then",
    "chain": "then",
    "precedence": "after",
    "not-coexistence": "without",
}
"""Kind of rule → the field that holds the other thing."""
EVER = 2**62

_FLAGS = (
    "hits AS (SELECT id, ord, ts, what FROM ({hits}) {others}), "
    "flagged AS (SELECT id, ord, any_value(ts) AS ts, bool_or(what = 0) AS a, bool_or(what = 1) AS b FROM hits "
    "GROUP BY id, ord), "
)
_EVERYTHING = "UNION ALL SELECT id, ord, ts, 2 AS what FROM {touchpoints} UNION ALL SELECT id, ord, ts, 2 AS what FROM {steps}"
_PART = "UNION ALL SELECT id, ord, ts, 1 AS what FROM placed WHERE part = $part"
_SUMMARY = (
    "by_case AS (SELECT id, count(*) AS n, count(*) FILTER (WHERE said = 'kept') AS kept, "
    "count(*) FILTER (WHERE said = 'broken') AS broken FROM {asked} GROUP BY id) "
    "SELECT CASE WHEN c.broken > 0 THEN 2 WHEN c.kept = c.n THEN 1 ELSE 0 END AS said, k.outcome, count(*), "
    "sum(c.n)::BIGINT, sum(c.kept)::BIGINT, sum(c.broken)::BIGINT FROM by_case c JOIN kept k ON k.id = c.id "
    "GROUP BY ALL ORDER BY ALL"
)
_BREACHES = (
    "SELECT k.account_id, k.key, count(*), count(*) OVER (), "
    "(SELECT count(DISTINCT x.account_id) FROM {asked} y JOIN kept x ON x.id = y.id WHERE y.said = 'broken') "
    "FROM {asked} s JOIN kept k ON k.id = s.id WHERE s.said = 'broken' GROUP BY k.account_id, k.key "
    "ORDER BY count(*) DESC, k.account_id, k.key LIMIT {most}"
)


def rules(study: Study, *, most: int = MOST) -> tuple[RuleKept, ...]:
    """Hold each rule of the study's journey against its cases.

    Args:
        most: breaches listed per rule.

    Raises:
        QuestionError: a rule lacks what it needs, or names what is not there.
    """
    assert study.journey is not None
    return tuple(_judged(study, place, rule, most) for place, rule in enumerate(study.journey.rules))


def conforming(study: Study) -> int:
    """How many cases break none of the rules."""
    assert study.journey is not None
    tables = [_asked(study, place, rule) for place, rule in enumerate(study.journey.rules)]
    broken = " UNION ".join(f"SELECT id FROM {table} WHERE said = 'broken'" for table in tables)
    (number,) = study.ask(f"SELECT count(*) FROM ({broken}) b")[0] if tables else (0,)
    return study.counts.cases - int(number)


def _asked(study: Study, place: int, rule: Rule) -> str:
    """The table (id, said: kept, broken, pending) of what a rule asked for."""
    start, bound = _sql(study, rule)
    return study.keep_placed(f"rule_{place}", start + " SELECT * FROM asked", **bound)


def _judged(study: Study, place: int, rule: Rule, most: int) -> RuleKept:
    table = _asked(study, place, rule)
    rows = study.ask(_SUMMARY.replace("{asked}", table))
    breaches = study.ask(_BREACHES.replace("{asked}", table).replace("{most}", str(most)))
    ended = {
        said: (
            sum(row[2] for row in rows if row[0] == said and row[1] in ENDED),
            sum(row[2] for row in rows if row[0] == said and row[1] in WELL),
        )
        for said in (1, 2)
    }
    cases = sum(row[2] for row in rows)
    asked, kept, broken = (sum(int(row[column]) for row in rows) for column in (3, 4, 5))
    good, bad = share_of(ended[1][1], ended[1][0]), share_of(ended[2][1], ended[2][0])
    gap = difference(bad, good)
    return RuleKept(
        rule=rule.id,
        kind=rule.rule,
        says=rule.label,
        activations=asked,
        kept=kept,
        broken=broken,
        pending=asked - kept - broken,
        cases=cases,
        vacuous=study.counts.cases - cases,
        broken_cases=sum(row[2] for row in rows if row[0] == 2),
        broken_accounts=breaches[0][4] if breaches else 0,
        fitness=share(kept, kept + broken),
        n_kept=good.n,
        n_broken=bad.n,
        well_kept=good.value,
        well_broken=bad.value,
        difference=gap.value,
        low=gap.low,
        high=gap.high,
        breaches=tuple(
            {"account_id": account, "case": key, "times": times} for account, key, times, *_ in breaches
        ),
    )


def _sql(study: Study, rule: Rule) -> tuple[str, dict[str, Any]]:
    """Common tables up to `asked` (id, said: kept, broken, pending), over kept and placed."""
    missing = [name for name in RULE_FIELDS[rule.rule] if getattr(rule, name) is None]
    if missing:
        raise QuestionError(
            Message("analytics.rule-needs", {"rule": rule.id, "kind": rule.rule, "needed": missing})
        )
    things = [rule.of, getattr(rule, _OTHER[rule.rule]) if rule.rule in _OTHER else None]
    hits, bound = hits_sql(
        study, *nodes_of_things(study, things, lambda id, known: _unknown(rule, id, known))
    )
    others = _EVERYTHING if rule.rule in ("chain", "init") else _PART if rule.rule == "met" else ""
    open_ = "coalesce(k.outcome = 'open', false)" if study.case == "round" else str(rule.within is not None)
    sql = _FLAGS.replace("{hits}", hits).replace("{others}", others) + _JUDGED[rule.rule].replace(
        "{open}", open_
    )
    sql = sql.replace("{touchpoints}", study.table(study.nodes("touchpoint")))
    sql = sql.replace("{steps}", study.table(study.nodes("step")))
    times = rule.times if rule.times is not None else int(rule.rule == "existence")
    return sql, {
        **bound,
        "part": _part(study, rule),
        "within": EVER if rule.within is None else rule.within // dt.timedelta(microseconds=1),
        "ever": EVER,
        "times": times,
        "now": study.now,
    }


def _part(study: Study, rule: Rule) -> int:
    """The place of the part that a role has; −2 (nobody's) where it has none."""
    if rule.rule != "met":
        return -2
    role = study.workspace.roles.get(rule.role or "")
    if role is None:
        raise QuestionError(_unknown(rule, rule.role, list(study.workspace.roles)[:20]))
    return PARTS.index(role.part) if role.part is not None else -2


def _unknown(rule: Rule, name: str | None, known: list[str]) -> Message:
    return Message("analytics.rule-names", {"rule": rule.id, "name": name, "known": known or None})
