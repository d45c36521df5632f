"""What every view of a journey begins and ends with: its facts, its head, and the page around its marks."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Protocol

from polku.diagrams.compare.compare import Compared
from polku.diagrams.parts.cuts import cut_stages, cut_words
from polku.diagrams.parts.drawing import Drawing
from polku.diagrams.parts.frame import RoleEntry, head
from polku.diagrams.parts.journey import JourneyFacts, journey_facts, meta_line, role_label
from polku.diagrams.parts.measured import MeasuredJourney
from polku.documents import Journey, Workspace
from polku.scene import Group, Mark, Rect, Scene, Table, Theme, fit
from polku.words import Reader, reader

MOST_ROLES = 16
"""Roles in a legend; the cards name the others."""

MOST_ROLE = 420.0
"""Room for one role's name in the legend; beyond that no name is one, and its cards show it whole."""


class FindingLike(Protocol):
    """What the drawing needs of a finding: where it stands and how bad it is."""

    @property
    def document(self) -> str: ...
    @property
    def item(self) -> str | None: ...
    @property
    def level(self) -> str: ...


def begin(
    workspace: Workspace,
    journey: Journey,
    *,
    language: str,
    roles: Sequence[str] | None,
    today: dt.date | None,
    names: bool,
    findings: Iterable[FindingLike],
    measured: MeasuredJourney | None,
    stages: Sequence[str] | None = None,
    lanes: Sequence[str] | None = None,
    both: Compared | None = None,
) -> Drawing:
    """A drawing of a journey in the making; the keywords are those of `draw_matrix`.

    Args:
        both: the comparison that is drawn, its journey to be in the foreground.
    """
    facts = journey_facts(
        workspace,
        both.hoped if both else journey,
        today=today,
        measured=measured.seen if measured else frozenset(),
    )
    return Drawing(
        cut_stages(facts, stages),
        reader(language),
        workspace.settings.language,
        None if roles is None else frozenset(roles),
        names,
        step_levels(journey, findings),
        compared=both,
        lanes=None if lanes is None else frozenset(lanes),
    )


def journey_head(
    facts: JourneyFacts,
    say: Reader,
    width: float,
    *,
    title: str,
    question: str,
    measured: MeasuredJourney | None = None,
    subject: str | None = None,
    meta: str | None = None,
    tag: str = "",
) -> tuple[Group, float]:
    """The head of a view: finding and question, roles, state or period; and the y below it.

    Args:
        subject: what is drawn; None takes the journey's name. Left out where the title says it already.
        meta: None takes `meta_words`.
        tag: words in a dashed frame; an example says "sample numbers" where there are none.
    """
    settings = facts.workspace.settings
    subject = facts.journey.label if subject is None else subject
    return head(
        width,
        title=title,
        question=question,
        subject=subject if title != subject else "",
        meta=meta_words(facts, measured, say) if meta is None else meta,
        roles=role_entries(facts, say),
        language=settings.language,
        tag=tag or (say("diagrams.sample-numbers") if settings.example else ""),
    )


def page_scene(
    width: float,
    height: float,
    *,
    title: str,
    desc: str,
    say: Reader,
    theme: Theme,
    marks: Sequence[Mark],
    table: Table | None,
) -> Scene:
    """The marks on the ground of their page."""
    return Scene(
        width=width,
        height=height,
        title=title,
        desc=desc,
        language=say.language,
        marks=(Rect(0, 0, width, height, "paper"), *marks),
        theme=theme.name,
        table=table,
    )


def role_entries(facts: JourneyFacts, reader: Reader) -> list[RoleEntry]:
    """The legend of the roles; of very many those with the most steps, and how many others there are."""
    roles = [role for role in facts.roles if role in facts.signs]
    others = 0
    if len(roles) > MOST_ROLES:
        steps = Counter(one.role for one in facts.steps)
        front = sorted(roles, key=lambda role: -steps[role])[: MOST_ROLES - 1]
        others = len(roles) - len(front)
        roles = [role for role in roles if role in front]
    entries = [
        RoleEntry(facts.signs[role], fit(role_label(facts.workspace, role, reader), MOST_ROLE, 13, 500))
        for role in roles
    ]
    if others:
        entries.append(RoleEntry(None, reader("diagrams.more-roles", count=others)))
    return entries


def step_levels(journey: Journey, findings: Iterable[FindingLike]) -> dict[str, str]:
    """The worst level among the findings of each step; hints are left to the list of findings."""
    levels: dict[str, str] = {}
    document = f"journeys/{journey.id}"
    for finding in findings:
        parts = (finding.item or "").split("/")
        if finding.document != document or len(parts) < 2 or parts[0] != "steps":
            continue
        if finding.level == "error" or (finding.level == "warning" and parts[1] not in levels):
            levels[parts[1]] = finding.level
    return levels


def meta_words(facts: JourneyFacts, measured: MeasuredJourney | None, reader: Reader) -> str:
    """State, segment and validation, or cases and period; and how much of the journey is shown."""
    whole = period_line(measured, reader) if measured else meta_line(facts, reader)
    return " · ".join(part for part in (whole, cut_words(facts, reader)) if part)


def with_waits(note: str, measured: MeasuredJourney | None, reader: Reader) -> str:
    """How to read a view, and how its waits are counted: path graphs count theirs otherwise."""
    waits = measured is not None and any(
        step.median_wait_seconds is not None for step in measured.steps.values()
    )
    return " · ".join(part for part in (note, reader("diagrams.note-waits") if waits else "") if part)


def period_line(measured: MeasuredJourney, reader: Reader) -> str:
    """How many cases of how many accounts, and when: always beside what was counted."""
    parts = [reader("diagrams.cases", count=measured.cases)]
    if measured.accounts and (measured.case != "account" or measured.accounts != measured.cases):
        parts.append(reader("diagrams.accounts", count=measured.accounts))
    if measured.first and measured.last:
        parts.append(f"{reader.date(measured.first)} – {reader.date(measured.last)}")
    return ", ".join(parts)
