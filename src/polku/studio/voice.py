"""What customers say, by theme: where on the way, by whom; and who has not been heard."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from polku.documents import Evidence, Journey, Workspace
from polku.documents.evidence import OWN_WORDS


@dataclass(frozen=True)
class Theme:
    """A theme with its pieces counted by touchpoint and by role.

    Args:
        pieces: those that carry it.
        touchpoints, roles: counts in the order of the columns.
    """

    name: str
    pieces: tuple[Evidence, ...]
    touchpoints: tuple[int, ...]
    roles: tuple[int, ...]


@dataclass(frozen=True)
class Voice:
    """Themes, most pieces first; the touchpoints and roles that any of them speaks of."""

    themes: tuple[Theme, ...]
    touchpoints: tuple[str, ...]
    roles: tuple[str, ...]
    unthemed: tuple[Evidence, ...]


def voice(workspace: Workspace, pieces: Sequence[Evidence]) -> Voice:
    """Themes by touchpoints and roles; a theme is a tag that somebody gave."""
    heard = [one for one in pieces if one.status == "done"]
    by_tag: dict[str, list[Evidence]] = {}
    for one in heard:
        for tag in one.tags:
            by_tag.setdefault(tag, []).append(one)
    spoken = {id for one in heard if one.tags for id in one.about.touchpoints}
    touchpoints = tuple(id for id in workspace.touchpoints if id in spoken)
    roles = workspace.role_order()
    themes = [
        Theme(
            tag,
            tuple(members),
            tuple(sum(id in one.about.touchpoints for one in members) for id in touchpoints),
            tuple(sum(id in one.about.roles for one in members) for id in roles),
        )
        for tag, members in by_tag.items()
    ]
    themes.sort(key=lambda one: (-len(one.pieces), one.name.casefold()))
    return Voice(tuple(themes), touchpoints, roles, tuple(one for one in heard if not one.tags))


@dataclass(frozen=True)
class Unheard:
    """A role or stage where no customer speaks in their own words, or only long ago.

    Args:
        kind: roles or stages.
        last: day of the newest words; None where there are none.
        staff: whether at least our own people told of it.
        planned: planned conversations about it.
    """

    kind: str
    id: str
    name: str
    journey: str
    last: dt.date | None
    staff: bool
    planned: tuple[Evidence, ...]


def unheard(workspace: Workspace, today: dt.date) -> tuple[Unheard, ...]:
    """Roles, then stages of journeys as they are, that nobody heard within the limit of staleness."""
    stale = workspace.settings.limits.stale
    found = []
    for id in workspace.role_order():
        about = [one for one in workspace.evidence.values() if id in one.about.roles]
        about += [
            workspace.evidence[piece]
            for journey in workspace.journeys.values()
            for step in journey.steps
            if step.role == id
            for piece in step.evidence
            if piece in workspace.evidence and workspace.evidence[piece] not in about
        ]
        found.append(_gap("roles", id, workspace.label("roles", id), "", about, today, stale))
    for journey in workspace.journeys.values():
        if journey.state != "as-is":
            continue
        for stage in journey.stages:
            about = _of_stage(workspace, journey, stage.id)
            found.append(_gap("stages", stage.id, stage.label, journey.id, about, today, stale))
    return tuple(one for one in found if one is not None)


def _of_stage(workspace: Workspace, journey: Journey, stage: str) -> list[Evidence]:
    steps = [step for step in journey.steps if step.stage == stage]
    ids = {id for step in steps for id in step.evidence}
    touchpoints = {step.touchpoint for step in steps if step.touchpoint}
    return [
        one
        for one in workspace.evidence.values()
        if one.id in ids
        or (stage in one.about.stages and (not one.about.journeys or journey.id in one.about.journeys))
        or touchpoints & set(one.about.touchpoints)
    ]


def _gap(
    kind: str,
    id: str,
    name: str,
    journey: str,
    about: Sequence[Evidence],
    today: dt.date,
    stale: dt.timedelta,
) -> Unheard | None:
    heard = [one for one in about if one.status == "done" and one.kind in OWN_WORDS]
    days = [one.date for one in heard if one.date is not None]
    if heard and (not days or today - max(days) < stale):
        return None
    planned = tuple(one for one in about if one.status == "planned")
    staff = any(one.status == "done" and one.kind not in OWN_WORDS for one in about)
    return Unheard(kind, id, name, journey, max(days, default=None), staff, planned)
