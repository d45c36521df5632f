"""Behind a number: which cases a row of an answer counts, so that every figure leads to its accounts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo

from polku.analytics import funnel as funnels
from polku.analytics.asking.asked import Asked, unknown
from polku.analytics.behind import answers, tables, walks
from polku.analytics.behind.credit import of_attribution
from polku.analytics.behind.holding import Holding
from polku.analytics.intended import FIT_KINDS
from polku.analytics.result import Result
from polku.documents.natural import natural_sql
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.study import Study

Row = Mapping[str, Any]
"""A row of the answer, or the part of it that says which it is; what is absent is None."""


@dataclass(frozen=True)
class Behind(Result):
    """The cases that a number counts, by account and start.

    Args:
        case: its name; account_id: None of no known account; name: what the account is called.
        first, last: days of the case in the workspace's zone.
        counted: how many of what the number counts the case has; 1 where it counts cases.
        counts: whether it counts something else than cases; total: all that is counted, which is the number.
        exact: False where the number is made of all together, and no case has a part of its own in it.
    """

    EXTRA: ClassVar[tuple[str, ...]] = ("counts", "total", "exact")

    case: tuple[str, ...]
    account_id: tuple[str | None, ...]
    name: tuple[str | None, ...]
    segment: tuple[str | None, ...]
    outcome: tuple[str | None, ...]
    events: tuple[int, ...]
    first: tuple[str | None, ...]
    last: tuple[str | None, ...]
    counted: tuple[float, ...]
    counts: bool
    total: float
    exact: bool


@dataclass(frozen=True)
class Opening:
    """How the numbers of a question are opened.

    Args:
        keys: columns that say which row is meant; columns: whose numbers can be opened.
        holding: what stands behind one; shares: column of a share → the number it is of, which it leads to.
    """

    keys: tuple[str, ...]
    columns: tuple[str, ...]
    holding: Callable[[Study, Row, str, Asked], Holding]
    shares: Mapping[str, str] | None = None


def _friction(study: Study, row: Row, column: str, asked: Asked) -> Holding:
    find = tables.of_friction_accounts if column == "accounts" else walks.of_friction
    return find(study, row, column, asked)


OPENINGS: Mapping[str, Opening] = {
    "paths": Opening(("from", "to"), ("cases", "count"), walks.of_paths, {"share_out": "count"}),
    "steps": Opening(
        ("step",),
        ("cases", "went_on", "unintended_out", "events", "answers", "waiting"),
        walks.of_steps,
        {"share": "cases", "goes_on": "went_on", "nps": "answers", "median_wait_seconds": "went_on"},
    ),
    "fit": Opening(("kind", "from", "to"), ("cases", "count"), walks.of_fit),
    "deviations": Opening(
        ("where",), ("cases", *FIT_KINDS), walks.of_deviations, {"share": "cases", "well": "cases"}
    ),
    "time": Opening(
        ("from", "to"),
        ("cases", "open", "count"),
        walks.of_time,
        dict.fromkeys(("median_seconds", "p25_seconds", "p75_seconds", "p95_seconds"), "cases"),
    ),
    "coverage": Opening(
        ("part",),
        ("accounts", "required", "missing", "people", "events"),
        tables.of_coverage,
        {"completeness": "accounts", "seen_share": "events", "in_crm_share": "people"},
    ),
    "variants": Opening(
        ("path",), ("count",), walks.of_variants, {"share": "count", "median_seconds": "count"}
    ),
    "funnel": Opening(
        ("stage",),
        funnels.COLUMNS,
        walks.of_funnel,
        dict.fromkeys(("overall", "from_previous", "median_seconds_from_previous"), "reached"),
    ),
    "deals": Opening(
        ("kind", "segment", "outcome", "lost_to", "currency"),
        ("count",),
        tables.of_deals,
        {"value": "count", "median_days": "count"},
    ),
    "campaigns": Opening(
        ("campaign", "channel"),
        ("accounts", "touches", "leads", "deals", "won", "won_deals", "value"),
        tables.of_campaigns,
        {"cost_per_lead": "leads", "cost_per_deal": "won", "return": "value"},
    ),
    "friction": Opening(
        ("kind", "step"),
        ("accounts", "cases", "times"),
        _friction,
        dict.fromkeys(("share", "seconds", "well", "weight"), "cases"),
    ),
    "now": Opening(
        ("account_id", "round", "stage"), ("others",), walks.of_now, {"median_days_others": "others"}
    ),
    "voice": Opening(
        ("touchpoint", "stage", "part"),
        ("answers", "accounts", "promoters", "detractors"),
        answers.of_voice,
        {"nps": "answers"},
    ),
    "retention": Opening(
        ("segment", "period"), ("at_risk", "lost"), answers.of_retention, {"retained": "at_risk"}
    ),
    "touches": Opening(
        ("before", "by"),
        ("count", "touches"),
        answers.of_touches,
        dict.fromkeys(("mean", "p25", "median", "p75", "p95"), "touches"),
    ),
    "attribution": Opening(
        ("model", "channel", "touchpoint", "campaign"),
        ("conversions", "value"),
        of_attribution,
        {"share": "conversions"},
    ),
    "change": Opening(
        ("segment", "what"),
        ("before", "after", "difference", "accounts_before", "accounts_after"),
        answers.of_change,
        {"contribution": "difference"},
    ),
    "effect": Opening(
        ("compared",), ("n_before", "n_after"), answers.of_effect, {"before": "n_before", "after": "n_after"}
    ),
    "score": Opening(("grade",), ("grade",), answers.of_score),
    "backtest": Opening(
        ("fit", "engagement"), ("accounts", "won"), answers.of_backtest, {"win_rate": "won", "lift": "won"}
    ),
    "loyalty": Opening(
        ("touchpoint", "stage", "part", "group"),
        ("accounts", "lost"),
        answers.of_loyalty,
        {"retained": "accounts"},
    ),
    "threads": Opening(
        ("parts",),
        ("deals", "won"),
        tables.of_threads,
        {"win_rate": "won", "people": "deals", "events_per_person": "deals"},
    ),
    "centre": Opening(
        ("when", "day", "part"),
        ("required", "completeness", "high", "engaged", "accounts_met", "multithreaded"),
        answers.of_centre,
        {"people": "accounts_met", "events_per_person": "accounts_met"},
    ),
}
"""Question → how its numbers are opened; `missing` of coverage is `required` without those known."""
KEYS: Mapping[str, tuple[str, ...]] = {name: one.keys for name, one in OPENINGS.items()}
OPENED: Mapping[str, tuple[str, ...]] = {name: one.columns for name, one in OPENINGS.items()}

_NAMED = f"{natural_sql('a.name')} NULLS LAST, a.name"
_CASES = (
    "SELECT k.id, k.key, k.account_id, a.name, k.segment, k.outcome, k.n, k.t0, k.t1 FROM kept k "
    "LEFT JOIN {accounts} a ON a.account_id = k.account_id WHERE k.id IN (SELECT unnest($ids::BIGINT[])) "
    f"ORDER BY {_NAMED}, k.account_id, k.t0, k.key"
)
_ACCOUNTS = (
    "SELECT g.id, g.id, g.id, a.name, a.segment, c.outcome, coalesce(c.n, 0), c.t0, c.t1 "
    "FROM (SELECT unnest($ids::VARCHAR[]) AS id) g LEFT JOIN {accounts} a ON a.account_id = g.id "
    "LEFT JOIN {cases:account} c ON c.account_id = g.id "
    f"ORDER BY {_NAMED}, g.id"
)
_DEALS = (
    "SELECT d.id, d.deal_id, d.account_id, a.name, a.segment, d.outcome, coalesce(c.n, 0), epoch_us(d.created), "
    "epoch_us(d.closed) FROM (SELECT *, row_number() OVER (ORDER BY source, deal_id) AS id FROM {deals}) d "
    "LEFT JOIN {accounts} a ON a.account_id = d.account_id LEFT JOIN {cases:deal} c ON c.key = d.deal_id "
    "WHERE d.id IN (SELECT unnest($ids::BIGINT[])) "
    f"ORDER BY {_NAMED}, d.account_id, d.created, d.deal_id"
)


def opened_column(question: str, column: str) -> str | None:
    """The column whose cases a column leads to: itself, or the number that it is a share of; None for neither."""
    opening = OPENINGS.get(question)
    if opening is None:
        return None
    return column if column in opening.columns else (opening.shares or {}).get(column)


def cases_behind(study: Study, question: str, row: Row, column: str, asked: Asked | None = None) -> Behind:
    """Tell which cases a number counts.

    Args:
        row: of the answer to this question of this study, asked in this way; see KEYS.
        column: of the number; see OPENED.

    Raises:
        QuestionError: the number cannot be opened, or the row names what there is not.
    """
    if question not in OPENINGS:
        raise unknown("question", question, OPENINGS)
    opening = OPENINGS[question]
    if column not in opening.columns:
        raise unknown("column", column, opening.columns)
    held = opening.holding(study, row, column, asked or Asked())
    lines, unit = _lines(study, held)
    columns: Sequence[Any] = list(zip(*lines, strict=True)) or [()] * 9
    about = study.about("behind", unit)
    chosen = {"question": question, "column": column, "row": {key: row.get(key) for key in opening.keys}}
    return Behind(
        about=replace(
            about,
            case=unit,
            cases=len(lines),
            accounts=len({line[1] for line in lines if line[1] is not None}),
            parameters={**about.parameters, **chosen},
            remainder={},
            events=None,
        ),
        case=columns[0],
        account_id=columns[1],
        name=columns[2],
        segment=columns[3],
        outcome=columns[4],
        events=columns[5],
        first=tuple(_day(study, moment) for moment in columns[6]),
        last=tuple(_day(study, moment) for moment in columns[7]),
        counted=columns[8],
        counts=held.counts,
        total=sum(columns[8]),
        exact=held.exact,
    )


def _lines(study: Study, held: Holding) -> tuple[list[tuple[Any, ...]], str]:
    """What is listed of each case, account or deal, with how much it counts; and which of the three they are."""
    if held.accounts or held.unit == "account":
        found = dict(held.accounts)
        nobody = found.pop(None, 0)
        rows = study.log.rows(_ACCOUNTS, ids=sorted(str(id) for id in found))
        lines = [(*row[1:], found[row[0]]) for row in rows]
        if nobody:
            lines.append(("–", None, None, None, None, 0, None, None, nobody))
        return lines, "account"
    if held.deals or held.unit == "deal":
        rows = study.log.rows(_DEALS, ids=sorted(held.deals))
        return [(*row[1:], held.deals[row[0]]) for row in rows], "deal"
    of = held.whole or study
    rows = of.ask(_CASES, ids=sorted(held.cases))
    if held.whole is not None and held.whole is not study:
        held.whole.close()
    return [(*row[1:], held.cases[row[0]]) for row in rows], of.case


def _day(study: Study, moment: int | None) -> str | None:
    if moment is None:
        return None
    zone = ZoneInfo(study.workspace.settings.zone)
    return dt.datetime.fromtimestamp(moment / 1e6, zone).date().isoformat()
