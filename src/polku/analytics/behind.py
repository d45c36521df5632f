"""Behind a number: which cases a row of an answer counts, so that every figure leads to its accounts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from polku.analytics import funnel as funnels
from polku.analytics.answers import funnel_arguments
from polku.analytics.asked import Asked, check_known, node_of, unknown
from polku.analytics.behind_tables import (
    accounts_of_campaign,
    accounts_of_friction,
    accounts_of_part,
    deals_of_row,
)
from polku.analytics.fit import compile_template, deviations
from polku.analytics.result import Result

if TYPE_CHECKING:
    from polku.analytics.nodes import Of
    from polku.analytics.study import Study

Row = Mapping[str, Any]
"""A row of the answer, or the part of it that says which it is; what is absent is None."""


@dataclass(frozen=True)
class Behind(Result):
    """The cases that a number counts, by account and start.

    Args:
        case: its name; account_id: None of no known account; name: what the account is called.
        first, last: days of the case in the workspace's zone.
    """

    case: tuple[str, ...]
    account_id: tuple[str | None, ...]
    name: tuple[str | None, ...]
    segment: tuple[str | None, ...]
    outcome: tuple[str | None, ...]
    events: tuple[int, ...]
    first: tuple[str | None, ...]
    last: tuple[str | None, ...]


KEYS: Mapping[str, tuple[str, ...]] = {
    "paths": ("from", "to"),
    "steps": ("step",),
    "fit": ("kind", "from", "to"),
    "time": ("from", "to"),
    "coverage": ("part",),
    "variants": ("path",),
    "funnel": ("stage",),
    "deals": ("kind", "segment", "outcome", "lost_to", "currency"),
    "campaigns": ("campaign", "channel"),
    "friction": ("kind", "step"),
}
"""Question → columns that say which row is meant."""
OPENED: Mapping[str, tuple[str, ...]] = {
    "paths": ("cases",),
    "steps": ("cases", "went_on", "unintended_out"),
    "fit": ("cases",),
    "time": ("cases", "open"),
    "coverage": ("accounts", "required", "missing"),
    "variants": ("count",),
    "funnel": funnels.COLUMNS,
    "deals": ("count",),
    "campaigns": ("accounts",),
    "friction": ("accounts",),
}
"""Question → columns whose numbers can be opened; `missing` of coverage is `required` without those known."""

_CASES = (
    "SELECT k.key, k.account_id, a.name, k.segment, k.outcome, k.n, k.t0, k.t1 FROM kept k "
    "LEFT JOIN {accounts} a ON a.account_id = k.account_id WHERE k.id IN (SELECT unnest($ids::BIGINT[])) "
    "ORDER BY a.name NULLS LAST, k.account_id, k.t0, k.key"
)
_ACCOUNTS = (
    "SELECT a.account_id, a.account_id, a.name, a.segment, c.outcome, coalesce(c.n, 0), c.t0, c.t1 "
    "FROM {accounts} a LEFT JOIN {cases:account} c ON c.account_id = a.account_id "
    "WHERE a.account_id IN (SELECT unnest($ids::VARCHAR[])) ORDER BY a.name NULLS LAST, a.account_id"
)
_DEALS = (
    "SELECT d.deal_id, d.account_id, a.name, a.segment, d.outcome, coalesce(c.n, 0), epoch_us(d.created), "
    "epoch_us(d.closed) FROM (SELECT *, row_number() OVER (ORDER BY source, deal_id) AS id FROM {deals}) d LEFT JOIN {accounts} a ON a.account_id = d.account_id "
    "LEFT JOIN {cases:deal} c ON c.key = d.deal_id WHERE d.id IN (SELECT unnest($ids::BIGINT[])) "
    "ORDER BY a.name NULLS LAST, d.account_id, d.created, d.deal_id"
)
_FOLLOWED = (
    "followed AS (SELECT id, ord, node, lead(node) OVER (PARTITION BY id ORDER BY ord) AS nxt, "
    "lag(ord) OVER (PARTITION BY id ORDER BY ord) AS before FROM walk) SELECT DISTINCT id FROM followed WHERE "
)


def cases_behind(study: Study, question: str, row: Row, column: str, asked: Asked | None = None) -> Behind:
    """Tell which cases a number counts.

    Args:
        row: of the answer to this question of this study, asked in this way; see KEYS.
        column: of the number; see OPENED.

    Raises:
        QuestionError: the number cannot be opened, or the row names what there is not.
    """
    if question not in OPENED:
        raise unknown("question", question, OPENED)
    if column not in OPENED[question]:
        raise unknown("column", column, OPENED[question])
    asked = asked or Asked()
    if question in _OF_TABLES:
        select, find = _OF_TABLES[question]
        rows = study.log.rows(select, ids=sorted(find(study, row, column)))
        unit = "deal" if question == "deals" else "account"
    else:
        rows = study.ask(_CASES, ids=sorted(_OF_CASES[question](study, row, column, asked)))
        unit = study.case
    columns: Sequence[Any] = list(zip(*rows, strict=True)) or [()] * 8
    about = study.about("behind", unit)
    chosen = {"question": question, "column": column, "row": {key: row.get(key) for key in KEYS[question]}}
    return Behind(
        about=replace(
            about,
            case=unit,
            cases=len(rows),
            accounts=len({row[1] for row in rows if row[1] is not None}),
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
    )


def _day(study: Study, moment: int | None) -> str | None:
    if moment is None:
        return None
    zone = ZoneInfo(study.workspace.settings.zone)
    return dt.datetime.fromtimestamp(moment / 1e6, zone).date().isoformat()


def _number(study: Study, of: Of, name: Any) -> int:
    check_known(study, of, (str(name),))
    labels = study.nodes(of).labels
    return labels.index(name) if name in labels else -1


def _ids(study: Study, select: str, of: Of, transform: str = "identity", **bound: Any) -> list[int]:
    rows = study.ask(select, nodes=study.nodes(of), transform=transform, **bound)
    return [int(row[0]) for row in rows]


def _paths(study: Study, row: Row, _: str, asked: Asked) -> list[int]:
    of = node_of(study, asked, "touchpoint")
    start, end = row.get("from"), row.get("to")
    if start is None and end is None:
        raise unknown(of, "", study.nodes(of).labels)
    if start is None:
        return _ids(
            study, _FOLLOWED + "before IS NULL AND node = $b", of, asked.transform, b=_number(study, of, end)
        )
    a = _number(study, of, start)
    if end is None:
        return _ids(study, _FOLLOWED + "node = $a AND nxt IS NULL", of, asked.transform, a=a)
    b = _number(study, of, end)
    return _ids(study, _FOLLOWED + "node = $a AND nxt = $b", of, asked.transform, a=a, b=b)


def _steps(study: Study, row: Row, column: str, _: Asked) -> list[int]:
    step = _number(study, "step", row.get("step"))
    nexts = sorted(study.steps.nexts[step]) if step >= 0 else []
    if column == "cases":
        return _ids(study, "SELECT DISTINCT id FROM walk WHERE node = $a", "step", a=step)
    if column == "went_on":
        select = (
            "firsts AS (SELECT id, min(ord) AS ord FROM walk WHERE node = $a GROUP BY id) SELECT DISTINCT f.id "
            "FROM firsts f JOIN walk w ON w.id = f.id AND w.ord > f.ord "
            "WHERE w.node IN (SELECT unnest($nexts::INT[]))"
        )
    else:
        select = _FOLLOWED + (
            "node = $a AND nxt IS NOT NULL AND nxt <> node AND nxt NOT IN (SELECT unnest($nexts::INT[]))"
        )
    return _ids(study, select, "step", a=step, nexts=nexts)


def _fit(study: Study, row: Row, _: str, __: Asked) -> list[int]:
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
    found: list[int] = []
    for walked, open_, ids in study.ask(select, nodes=nodes):
        path = [int(step) for step in walked.split(" ")] if walked is not None else []
        if wanted in set(deviations(path, intended, over=study.case != "round" or not open_)):
            found += ids
    return found


def _time(study: Study, row: Row, column: str, asked: Asked) -> list[int]:
    of = node_of(study, asked, "step")
    a, b = (_number(study, of, row.get(end)) for end in ("from", "to"))
    starts = "starts AS (SELECT id, ord FROM walk WHERE node = $a), "
    if asked.definition != "every-next":
        starts = "starts AS (SELECT id, min(ord) AS ord FROM walk WHERE node = $a GROUP BY id), "
    later = "" if asked.definition == "first-first" else "AND w.ord > s.ord"
    met = f"met AS (SELECT DISTINCT s.id, s.ord FROM starts s JOIN walk w ON w.id = s.id AND w.node = $b {later}) "
    select = "SELECT DISTINCT id FROM met"
    if column == "open":
        select = "SELECT DISTINCT s.id FROM starts s ANTI JOIN met m ON m.id = s.id AND m.ord = s.ord"
    return _ids(study, starts + met + select, of, a=a, b=b)


def _variants(study: Study, row: Row, _: str, asked: Asked) -> list[int]:
    of = node_of(study, asked, "touchpoint")
    path = row.get("path") or ()
    told = " ".join(str(_number(study, of, name)) for name in path)
    select = (
        "told AS (SELECT id, string_agg(node::VARCHAR, ' ' ORDER BY ord) AS path FROM walk GROUP BY id) "
        "SELECT id FROM told WHERE path = $path"
    )
    return _ids(study, select, of, asked.transform, path=told)


def _funnel(study: Study, row: Row, column: str, asked: Asked) -> list[int]:
    stages, of, options = funnel_arguments(study, asked)
    parts = options["parts"]
    named = [f"{stage}@{part}" if part else stage for stage, part in zip(stages, parts, strict=True)]
    if row.get("stage") not in named:
        raise unknown("stage", str(row.get("stage")), named)
    return funnels.funnel_cases(
        study, stages, of, place=named.index(str(row["stage"])), column=column, **options
    )


_OF_CASES: Mapping[str, Callable[[Study, Row, str, Asked], list[int]]] = {
    "paths": _paths,
    "steps": _steps,
    "fit": _fit,
    "time": _time,
    "variants": _variants,
    "funnel": _funnel,
}
_OF_TABLES: Mapping[str, tuple[str, Callable[[Study, Row, str], Sequence[Any]]]] = {
    "coverage": (_ACCOUNTS, accounts_of_part),
    "deals": (_DEALS, deals_of_row),
    "campaigns": (_ACCOUNTS, accounts_of_campaign),
    "friction": (_ACCOUNTS, accounts_of_friction),
}
