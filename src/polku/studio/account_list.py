"""The list of accounts: who needs us now, filtered and paged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string

from polku.analytics.accounts import Accounts, accounts, document_of
from polku.analytics.asking.asked import Asked
from polku.analytics.asking.questions import answer, open_study
from polku.checks.account_next import LONG, Understood, next_act, understood
from polku.diagrams.account.people import workspace_signs
from polku.documents import Role, Workspace
from polku.documents.account import UNDERSTANDING
from polku.scene import RoleSign
from polku.studio.folders import folder_of
from polku.studio.kept import is_kept, records_in, soon
from polku.studio.measured import Same, data_version, main_journey, remembered, today_of
from polku.studio.models import Space
from polku.studio.visit import Visit
from polku.words import Message

PAGE = 100
"""Rows of a page."""
TRENDS = ("falling", "level", "rising")


@dataclass(frozen=True)
class Badge:
    """A role of the buying centre at an account: met, named, hole, or none where it is not needed."""

    name: str
    sign: RoleSign | None
    state: str


@dataclass(frozen=True)
class Row:
    """An account of the list.

    Args:
        place, stages: number of its stage from 1, and of all; long: whether it stands there longer than usual.
        fit, engagement: shares of the best of all accounts, and as they are.
        squares: of each kind of understanding whether it is known.
    """

    id: str
    name: str
    key: bool
    country: str
    segment: str
    stage: str
    place: int
    stages: int
    days: float | None
    median: float | None
    long: bool
    badges: tuple[Badge, ...]
    fit: float | None
    engagement: float | None
    grade: str
    trend: str
    events: int
    before: int
    squares: tuple[bool, ...]
    known: Understood
    old: bool
    next: Message


@dataclass(frozen=True)
class Told:
    """The accounts, with the score of each where there is one."""

    result: Accounts
    scores: Mapping[str, tuple[float, float, str]]


def tell_accounts(space: Space, workspace: Workspace, *, wait: bool = True) -> Told:
    """All accounts as the records and the documents tell them; remembered.

    Raises:
        NotYet: they are being counted, and nobody is to wait for it.
    """
    folder, today = folder_of(space), today_of(space)
    journey = workspace.journeys.get(main_journey(space) or "")
    has_data = bool(data_version(space))

    def work() -> Told:
        if not has_data:
            return Told(accounts(None, workspace, journey=journey, today=today), {})
        with records_in(folder) as log:
            result = accounts(log, workspace, journey=journey, today=today)
            study = open_study(log, workspace, question="score", case="account", today=today)
            try:
                told = answer(study, "score", Asked())
            finally:
                study.close()
        scores = {
            str(row["account_id"]): (row["fit"], row["engagement"], row["grade"]) for row in told.rows()
        }
        return Told(result, scores)

    return soon(space, "accounts", work, wait=wait)


def accounts_known(space: Space, workspace: Workspace) -> int | None:
    """How many accounts the list shows; None as long as there are records and nobody counted them."""
    if not data_version(space):
        return len(workspace.accounts)
    if not is_kept(space, "accounts"):
        return None
    told: tuple[Told] = remembered(space, "accounts", lambda: (tell_accounts(space, workspace),))
    return len(told[0].result)


def rows_of(visit: Visit, told: Told, *, wait: bool = True) -> list[Row]:
    """Every account as a row, in the order of need; remembered.

    Raises:
        NotYet: as `tell_accounts`.
    """
    workspace, today, journey = visit.workspace, visit.today, main_journey(visit.space) or ""
    return soon(visit.space, ("accounts", "rows"), lambda: _rows(workspace, today, journey, told), wait=wait)


def _rows(workspace: Workspace, today: dt.date, main: str, told: Told) -> list[Row]:
    signs = workspace_signs(workspace)
    roles = [role for id in workspace.role_order() if (role := workspace.roles[id]).part is not None]
    journey = workspace.journeys.get(main)
    stages = (
        {stage.id: (n, stage.label) for n, stage in enumerate(journey.stages, start=1)} if journey else {}
    )
    best = max((score[1] for score in told.scores.values()), default=0.0)
    most = max((score[0] for score in told.scores.values()), default=0.0)
    ageing = workspace.settings.limits.ageing.days
    found = []
    for one in told.result.rows():
        known = understood(workspace, one["account_id"], today)
        place, stage = stages.get(one["stage"], (0, ""))
        days, median = one["days_in_stage"], one["median_days_others"]
        fit, engagement, grade = told.scores.get(one["account_id"], (None, None, ""))
        document = document_of(workspace, one["account_id"])
        found.append(
            Row(
                id=one["account_id"],
                name=one["name"],
                key=bool(document and document.key_account),
                country=one["country"] or "",
                segment=one["segment"] or "",
                stage=stage,
                place=place,
                stages=len(stages),
                days=days,
                median=median,
                long=days is not None and median is not None and days > LONG * median,
                badges=tuple(_badge(role, one, signs) for role in roles),
                fit=None if fit is None or not most else max(fit, 0.0) / most,
                engagement=None if engagement is None or not best else max(engagement, 0.0) / best,
                grade=grade,
                trend=one["trend"] or "",
                events=one["events"],
                before=one["events_before"],
                squares=tuple(kind in known.known for kind in UNDERSTANDING),
                known=known,
                old=known.oldest is not None and known.oldest >= ageing,
                next=next_act(workspace, one, today),
            )
        )
    return found


@dataclass(frozen=True)
class Summary:
    """What stands above the list: how many fall, how many stand in each stage, and what can be chosen."""

    falling: int
    stages: tuple[tuple[str, int], ...]
    choices: list[tuple[str, Any, list[tuple[str, Any]]]]


def summary_of(visit: Visit, rows: list[Row]) -> Summary:
    """Of all accounts; remembered."""

    def work() -> Summary:
        stages: dict[str, int] = {}
        for row in sorted(rows, key=lambda row: row.place):
            if row.stage:
                stages[row.stage] = stages.get(row.stage, 0) + 1
        falling = sum(row.trend == "falling" for row in rows)
        return Summary(falling, tuple(stages.items()), choices(visit, rows))

    return remembered(visit.space, ("accounts", "summary"), work, of=Same(rows))


def lines_of(
    visit: Visit, every: list[Row], rows: list[Row], which: tuple[object, ...], *, scored: bool
) -> str:
    """The lines of a page of the list, in the reader's language; nobody's name is in them but that of accounts."""

    def work() -> str:
        context = {"visit": visit, "rows": rows, "scored": scored, "say": visit.say}
        return render_to_string("studio/account-rows.html", context)

    return remembered(visit.space, ("account-lines", visit.language, *which), work, of=Same(every))


def chosen(visit: Visit, rows: list[Row]) -> tuple[tuple[str, ...], list[Row]]:
    """What the filter says, and the accounts that it leaves."""
    asked = {
        name: visit.asked(name)[:120] for name in ("q", "segment", "stage", "country", "missing", "trend")
    }
    words = asked["q"].casefold()

    def fits(row: Row) -> bool:
        return (
            (not words or words in row.name.casefold() or words in row.id.casefold())
            and (not asked["segment"] or row.segment == asked["segment"])
            and (not asked["stage"] or row.stage == asked["stage"])
            and (not asked["country"] or row.country == asked["country"])
            and (not asked["trend"] or row.trend == asked["trend"])
            and (
                not asked["missing"]
                or any(badge.name == asked["missing"] and badge.state == "hole" for badge in row.badges)
            )
        )

    said = tuple(asked.values())
    return said, ([row for row in rows if fits(row)] if any(said) else rows)


def choices(visit: Visit, rows: list[Row]) -> list[tuple[str, Any, list[tuple[str, Any]]]]:
    """The filters: name, words where nothing is chosen, and what can be."""
    segments = {one.id: one.name or one.id for one in visit.workspace.settings.segments}
    roles = list(dict.fromkeys(badge.name for row in rows for badge in row.badges))
    stages = list(dict.fromkeys(row.stage for row in sorted(rows, key=lambda row: row.place) if row.stage))
    return [
        (
            "segment",
            Message("studio-explore.segment-any"),
            [(id, segments.get(id, id)) for id in sorted({row.segment for row in rows if row.segment})],
        ),
        ("stage", Message("studio-accounts.stage-any"), [(name, name) for name in stages]),
        (
            "country",
            Message("studio-accounts.country-any"),
            [(name, name) for name in sorted({row.country for row in rows if row.country})],
        ),
        (
            "trend",
            Message("studio-accounts.trend-any"),
            [(name, Message(f"studio-accounts.{name}")) for name in TRENDS],
        ),
        ("missing", Message("studio-accounts.missing-any"), [(name, name) for name in roles]),
    ]


def _badge(role: Role, one: Mapping[str, Any], signs: Mapping[str, RoleSign]) -> Badge:
    part = role.part
    state = (
        "met"
        if part in one["met"]
        else "named"
        if part in one["known"]
        else "hole"
        if part in one["required"]
        else "none"
    )
    return Badge(role.label, signs.get(role.id), state)
