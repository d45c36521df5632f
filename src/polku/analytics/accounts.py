"""Accounts: all of them with what tells who needs us now: where they stand, whom we know, whether contacts fall."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from math import sqrt
from typing import TYPE_CHECKING, Any, Literal

from polku.analytics.coverage import BuyingCentre, buying_centres, required_parts
from polku.analytics.now import Now, now
from polku.analytics.result import DAY, About, Result
from polku.analytics.statistics.scores import Z95
from polku.analytics.study import Study
from polku.documents import PARTS
from polku.documents.natural import natural
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.documents import Account, Journey, Workspace
    from polku.records.log import Log

Trend = Literal["falling", "level", "rising"]
TRENDS: tuple[Trend, ...] = ("falling", "level", "rising")
WINDOW_DAYS = 90


@dataclass(frozen=True)
class Accounts(Result):
    """One row per account of the records or the documents: falling first, then those over their stage's median.

    Args:
        status: the document's word, else the records'; described: whether it has a document.
        stage … days_over: of its open round of the journey, as `now` tells; None without one.
        required, known, met: parts of its buying centre, in the order of PARTS.
        events: in the last WINDOW_DAYS days; events_before: in as many days before these.
        trend: falling or rising where the two differ by more than chance explains (a difference over 1.96 times the
            root of their sum); else level. None without any event in either.
        last_event: day of the last event; contract_ends: last day of the contract that ends last, None without one
            or where it goes on.
    """

    account_id: tuple[str, ...]
    name: tuple[str, ...]
    country: tuple[str | None, ...]
    segment: tuple[str | None, ...]
    status: tuple[str | None, ...]
    described: tuple[bool, ...]
    stage: tuple[str | None, ...]
    step: tuple[str | None, ...]
    days_in_stage: tuple[float | None, ...]
    median_days_others: tuple[float | None, ...]
    days_over: tuple[float | None, ...]
    required: tuple[tuple[str, ...], ...]
    known: tuple[tuple[str, ...], ...]
    met: tuple[tuple[str, ...], ...]
    events: tuple[int, ...]
    events_before: tuple[int, ...]
    trend: tuple[Trend | None, ...]
    last_event: tuple[str | None, ...]
    contract_ends: tuple[str | None, ...]


_ROWS = (
    "WITH counted AS (SELECT e.account_id, count(*) FILTER (WHERE epoch_us(e.time) > $recent) AS events, "
    "count(*) FILTER (WHERE epoch_us(e.time) <= $recent AND epoch_us(e.time) > $before) AS earlier, "
    "max(epoch_us(e.time)) AS last FROM {events} e WHERE e.account_id IS NOT NULL AND epoch_us(e.time) <= $now "
    "GROUP BY e.account_id), "
    'ends AS (SELECT account_id, CASE WHEN bool_or("to" IS NULL) THEN NULL ELSE max("to") END AS last '
    "FROM {contracts} WHERE account_id IS NOT NULL AND recurring IS DISTINCT FROM false GROUP BY account_id) "
    "SELECT a.account_id, a.name, a.country, a.segment, a.status, a.employees, coalesce(c.events, 0), "
    "coalesce(c.earlier, 0), c.last, n.last FROM {accounts} a LEFT JOIN counted c ON c.account_id = a.account_id "
    "LEFT JOIN ends n ON n.account_id = a.account_id ORDER BY a.account_id"
)


def trend_of(events: int, before: int) -> Trend | None:
    """Whether events became fewer or more than chance explains, were both halves alike; None without any."""
    if events + before == 0:
        return None
    if abs(events - before) <= Z95 * sqrt(events + before):
        return "level"
    return "falling" if events < before else "rising"


def accounts(
    log: Log | None, workspace: Workspace, *, journey: Journey | None = None, today: dt.date | None = None
) -> Accounts:
    """Tell of every account who needs us now.

    Args:
        log: None where nothing is loaded; then only the accounts' documents are told.
        journey: whose open rounds say where accounts stand, where it has rounds.
    """
    day = today or dt.date.today()
    found: dict[str, dict[str, Any]] = {}
    version, end = 0, day
    if log is not None:
        version = log.version.number
        study = Study(log=log, workspace=workspace, case="account", today=day)
        try:
            end = _told(study, found)
        finally:
            study.close()
        if journey is not None and journey.rounds is not None:
            _standing(replace(study, case="round", journey=journey), found)
    for id, document in workspace.accounts.items():
        row = found.setdefault(_in_records(document, found), _empty(id))
        row["described"] = True
        row["name"] = document.label if document.name else row["name"]
        row["segment"] = document.segment or row["segment"]
        row["status"] = document.status or row["status"]
        if "parts" not in row:
            row["parts"] = BuyingCentre(
                row["account_id"],
                required_parts(workspace, row["segment"], None),
                _described_parts(workspace, id),
                frozenset(),
            )
    rows = sorted(found.values(), key=_order)
    about = About(
        question="accounts",
        case="account",
        unit="account",
        cases=len(rows),
        accounts=len(rows),
        data_version=version,
        journey=journey.id if journey is not None else None,
        parameters={"days": WINDOW_DAYS, "ends": end.isoformat()},
        zone=workspace.settings.zone,
    )

    def column(name: str) -> tuple[Any, ...]:
        return tuple(row.get(name) for row in rows)

    def parts(which: str) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(p for p in (*PARTS, "?") if p in getattr(row["parts"], which)) for row in rows)

    return Accounts(
        about=about,
        account_id=column("account_id"),
        name=column("name"),
        country=column("country"),
        segment=column("segment"),
        status=column("status"),
        described=tuple(bool(row.get("described")) for row in rows),
        stage=column("stage"),
        step=column("step"),
        days_in_stage=column("days_in_stage"),
        median_days_others=column("median_days_others"),
        days_over=column("days_over"),
        required=parts("required"),
        known=parts("known"),
        met=parts("met"),
        events=column("events"),
        events_before=column("events_before"),
        trend=column("trend"),
        last_event=column("last_event"),
        contract_ends=column("contract_ends"),
    )


def document_of(workspace: Workspace, account_id: str) -> Account | None:
    """The document of an account: by its id, else the one that names this id among its records."""
    return workspace.accounts.get(account_id) or workspace.accounts_by_record.get(account_id)


def _refs(document: Account) -> set[str]:
    return {ref for refs in document.records.values() for ref in ([refs] if isinstance(refs, str) else refs)}


def _in_records(document: Account, found: Mapping[str, Any]) -> str:
    """The id under which the records know an account: its own, else one it names, which a later import joins."""
    if document.id in found:
        return document.id
    return next((ref for ref in sorted(_refs(document)) if ref in found), document.id)


def _empty(id: str) -> dict[str, Any]:
    return {
        "account_id": id,
        "name": id,
        "segment": None,
        "status": None,
        "events": 0,
        "events_before": 0,
        "trend": None,
    }


def _described_parts(workspace: Workspace, id: str) -> frozenset[str]:
    """The parts that people of an account's document play."""
    roles = {role for person in workspace.accounts[id].people for role in person.roles}
    return frozenset(
        str(role.part) for one in roles if (role := workspace.roles.get(one)) is not None and role.part
    )


def _told(study: Study, found: dict[str, dict[str, Any]]) -> dt.date:
    """Fill in what the records tell; returns the last day they tell of."""
    end = study.now
    window = WINDOW_DAYS * DAY
    centres = {one.account_id: one for one in buying_centres(study)}
    for id, name, country, segment, status, _, events, before, last, until in study.log.rows(
        _ROWS, now=end, recent=end - window, before=end - 2 * window
    ):
        found[id] = {
            **_empty(id),
            "name": name or id,
            "country": country,
            "segment": segment,
            "status": status,
            "events": int(events),
            "events_before": int(before),
            "trend": trend_of(int(events), int(before)),
            "last_event": None if last is None else _day(study, last).isoformat(),
            "contract_ends": None if until is None else until.isoformat(),
            "parts": centres[id],
        }
    return _day(study, end)


def _standing(study: Study, found: dict[str, dict[str, Any]]) -> None:
    """Fill in where the open rounds stand; of an account's several the one longest over the median."""
    try:
        told: Now = now(study)
    finally:
        study.close()
    for row in reversed(told.rows()):
        if row["account_id"] in found:
            found[row["account_id"]].update(
                {
                    name: row[name]
                    for name in ("stage", "step", "days_in_stage", "median_days_others", "days_over")
                }
            )


def _day(study: Study, moment: int) -> dt.date:
    from zoneinfo import ZoneInfo

    return dt.datetime.fromtimestamp(moment / 1e6, ZoneInfo(study.workspace.settings.zone)).date()


def _order(row: dict[str, Any]) -> tuple[Any, ...]:
    trend = row["trend"]
    over = row.get("days_over")
    return (
        TRENDS.index(trend) if trend in TRENDS else len(TRENDS),
        -(over if over is not None else float("-inf")),
        row["events"] - row["events_before"],
        natural(str(row["name"])),
        natural(row["account_id"]),
    )
