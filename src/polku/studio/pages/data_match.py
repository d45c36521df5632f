"""Match: what customers do that nobody drew is put onto touchpoints, one rule at a time; each can be undone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse

from polku.analytics.map.off_map import (
    OffMap,
    RuleEffect,
    events_of_touchpoints,
    off_map,
    rule_effect,
)
from polku.documents import EventRule, Touchpoint, Workspace
from polku.errors import WrongUse
from polku.formats.ids import id_from
from polku.studio.frame import show, show_part
from polku.studio.guard import page
from polku.studio.measured import log_of, main_journey, remembered
from polku.studio.models import Change
from polku.studio.rights import Right
from polku.studio.store import Author, Operation, edit
from polku.studio.together import edit_together, undo
from polku.studio.visit import Visit
from polku.words import Message

NEW = "new"
"""Stands for a touchpoint that is made with the rule."""
MOST_UNKNOWN = 8
_LONGEST = 300


@dataclass(frozen=True)
class Wanted:
    """A rule that is looked at before it is written.

    Args:
        touchpoint: id, or NEW.
        name: of a new touchpoint.
        text: as it will stand in the document.
        exact: the only activity, where the rule is wider than it.
        effect: None where no data is loaded.
    """

    touchpoint: str
    label: str
    name: str
    rule: EventRule
    text: str
    exact: str
    stage: str
    effect: RuleEffect | None
    ways: tuple[str, str]


def match(visit: Visit) -> HttpResponse:
    """Unmapped activities beside the touchpoints; with a rule in hand, what it would change."""
    wanted = _wanted(visit) if visit.asked("touchpoint") and visit.editor else None
    if visit.htmx and visit.asked("part") == "rule":
        return show_part(visit, "studio/data-match-rule.html", wanted=wanted, revision=visit.space.revision)
    found = _off(visit)
    proposed = sum(one.touchpoint in visit.workspace.touchpoints for one in found)
    events = sum(one.events for one in found)
    done = _last(visit)
    return show(
        visit,
        "studio/data-match.html",
        title=Message("studio-match.title"),
        rail="data",
        crumbs=[(Message("studio.rail-data"), reverse("studio-data", args=[visit.space.slug]))],
        off=[(one, _label(visit.workspace, one.touchpoint)) for one in found],
        events=events,
        proposed=proposed if proposed > 1 else 0,
        most=found[0].events if found else 1,
        stages=_stages(visit),
        loaded=bool(_counts(visit)) or bool(found),
        touchpoints=visit.workspace.touchpoints.values(),
        unknown=_unknown(visit),
        wanted=wanted,
        revision=visit.space.revision,
        done=done,
        journey=_journey_name(visit),
    )


def add(visit: Visit) -> HttpResponse:
    """Write the rule; the next load of the page offers to take it back."""
    wanted = _wanted(visit)
    seen = visit.asked("seen")
    author = Author(visit.person)
    rule = {key: value for key, value in wanted.rule.model_dump().items() if value}
    if wanted.touchpoint == NEW:
        if not wanted.name:
            raise WrongUse(Message("studio-match.name-needed"))
        id = id_from(wanted.name, visit.workspace.touchpoints, "touchpoint")
        value: Any = {"id": id, "name": wanted.name, "events": [rule]}
        operation = Operation("add", "polku", "touchpoints", value)
    else:
        operation = Operation("add", "polku", f"touchpoints/{wanted.touchpoint}/events", rule)
    change = edit(
        visit.space,
        operation,
        seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 18 else None,
        author=author,
        key=visit.asked("key")[:64],
    )
    return redirect(reverse("studio-data-match", args=[visit.space.slug]) + f"?done={change.number}")


def add_all(visit: Visit) -> HttpResponse:
    """Write a rule for every activity that a touchpoint is proposed for; one act, taken back as one."""
    steps = []
    for one in _off(visit):
        if one.touchpoint in visit.workspace.touchpoints:
            rule = {"activity": one.pattern}
            if one.source:
                rule = {"source": one.source, **rule}
            steps.append(Operation("add", "polku", f"touchpoints/{one.touchpoint}/events", rule))
    back = reverse("studio-data-match", args=[visit.space.slug])
    if not steps:
        return redirect(back)
    changes = edit_together(visit.space, steps, seen=None, author=Author(visit.person))
    return redirect(f"{back}?done={changes[0].number}")


def take_back(visit: Visit, number: int) -> HttpResponse:
    """Undo a rule."""
    change = Change.objects.filter(space=visit.space, number=number, document="polku").first()
    if change is None or not change.path.startswith("touchpoints"):
        raise Http404
    undo(visit.space, change, Author(visit.person))
    return redirect("studio-data-match", visit.space.slug)


def _off(visit: Visit) -> tuple[OffMap, ...]:
    def work() -> tuple[OffMap, ...]:
        log = log_of(visit.space)
        if log is None:
            return ()
        with log:
            return off_map(log, visit.workspace)

    return remembered(visit.space, "off-map", work)


def _counts(visit: Visit) -> dict[str, int]:
    def work() -> dict[str, int]:
        log = log_of(visit.space)
        if log is None:
            return {}
        with log:
            return dict(events_of_touchpoints(log, visit.workspace))

    return remembered(visit.space, "touchpoint-events", work)


def _unknown(visit: Visit) -> list[tuple[str, str, int]]:
    """Names of companies that sources use and nobody knows: name, source, events."""

    def work() -> list[tuple[str, str, int]]:
        log = log_of(visit.space)
        if log is None:
            return []
        with log:
            return [
                (str(ref), str(source or ""), int(count))
                for ref, source, count in log.rows(
                    "SELECT l.ref, l.source, count(e.event_no) FROM {account_links} l LEFT JOIN {events} e "
                    "ON e.source = l.source AND e.account_ref = l.ref WHERE l.reason IN ('unknown', 'ambiguous') "
                    "AND l.ref IS NOT NULL GROUP BY 1, 2 ORDER BY 3 DESC, 1"
                )
            ]

    return remembered(visit.space, "unknown-companies", work)


def _wanted(visit: Visit) -> Wanted:
    workspace = visit.workspace
    touchpoint, source = visit.asked("touchpoint"), visit.asked("source")[:_LONGEST]
    activity, exact = visit.asked("activity")[:_LONGEST], visit.asked("exact")[:_LONGEST]
    if touchpoint != NEW and touchpoint not in workspace.touchpoints:
        raise Http404
    if not activity or not activity.replace("*", "").replace("?", "").strip():
        # A rule of wildcards alone would take every event there is.
        raise WrongUse(Message("studio-match.activity-needed"))
    rule = EventRule(source=source or None, activity=activity)
    said = {key: value for key, value in rule.model_dump().items() if value}
    text = "- {" + ", ".join(f'{key}: "{value}"' if key == "activity" else f"{key}: {value}" for key, value in said.items()) + "}"  # fmt: skip
    name = visit.asked("name")[:120] or (activity.strip(" *") if touchpoint == NEW else "")
    key = id_from(name, workspace.touchpoints, "touchpoint") if touchpoint == NEW else touchpoint
    journey = main_journey(visit.space)

    def work() -> RuleEffect | None:
        log = log_of(visit.space)
        if log is None:
            return None
        with log:
            return rule_effect(log, workspace, key, rule, journey=journey, today=visit.today)

    effect = remembered(visit.space, ("rule-effect", key, rule.model_dump_json()), work)
    ways = ("", "")
    if effect is not None and effect.way is not None:
        ends = [_label(workspace, end) or name for end in (effect.way.start, effect.way.end)]
        ways = (ends[0], ends[1])
    label = name if touchpoint == NEW else _label(workspace, touchpoint)
    return Wanted(
        touchpoint,
        label,
        name,
        rule,
        text,
        exact if exact != activity else "",
        _stage_of(visit, touchpoint),
        effect,
        ways,
    )


def _label(workspace: Workspace, touchpoint: str | None) -> str:
    found = workspace.touchpoints.get(touchpoint or "")
    return found.label if found else ""


def _journey_name(visit: Visit) -> str:
    id = main_journey(visit.space)
    return (visit.workspace.journeys[id].name or id) if id else ""


def _stage_of(visit: Visit, touchpoint: str) -> str:
    for name, members in _by_stage(visit).items():
        if touchpoint in members:
            return name
    return ""


def _by_stage(visit: Visit) -> dict[str, list[str]]:
    """Stage by name → touchpoints that its steps meet, each where it is met first."""
    id = main_journey(visit.space)
    if id is None:
        return {}
    journey = visit.workspace.journeys[id]
    found: dict[str, list[str]] = {stage.name or stage.id: [] for stage in journey.stages}
    names = {stage.id: stage.name or stage.id for stage in journey.stages}
    placed: set[str] = set()
    for step in journey.steps:
        stage = names.get(step.stage or "")
        if step.touchpoint in visit.workspace.touchpoints and step.touchpoint not in placed and stage:
            placed.add(str(step.touchpoint))
            found[stage].append(str(step.touchpoint))
    return found


def _stages(visit: Visit) -> list[tuple[str, list[tuple[Touchpoint, int, str]]]]:
    """Stages with their touchpoints, the events each holds, and its sign; those on no journey last, without a name."""
    counts, workspace = _counts(visit), visit.workspace
    by_stage = _by_stage(visit)
    placed = {id for members in by_stage.values() for id in members}
    rest = [id for id in workspace.touchpoints if id not in placed]

    def shown(ids: list[str]) -> list[tuple[Touchpoint, int, str]]:
        return [(workspace.touchpoints[id], counts.get(id, 0), _sign(workspace, id)) for id in ids]

    stages = [(name, shown(members)) for name, members in by_stage.items() if members]
    return [*stages, ("", shown(rest))]


def _sign(workspace: Workspace, touchpoint: str) -> str:
    """The icon of a touchpoint's channel."""
    channel = workspace.channels.get(workspace.touchpoints[touchpoint].channel or "")
    kind = channel.kind if channel else None
    return {"human": "roles", "owned": "window", "paid": "coin", "earned": "comment"}.get(str(kind), "link")


def _last(visit: Visit) -> Change | None:
    """The rule that was just added, as long as it stands."""
    number = visit.asked("done")
    if not (number.isascii() and number.isdigit()):
        return None
    change = Change.objects.filter(
        space=visit.space, number=int(number[:18]), document="polku", kind="add"
    ).first()
    if change is None or not change.path.startswith("touchpoints") or change.undone_by.exists():
        return None
    return change if visit.person is not None and change.person_id == visit.person.pk else None


addresses: list[URLPattern] = [
    page("w/<slug:space>/data/match/", match, name="studio-data-match", right=Right.VIEWER),
    page(
        "w/<slug:space>/data/match/add/",
        add,
        name="studio-data-match-add",
        right=Right.EDITOR,
        methods=("POST",),
    ),
    page(
        "w/<slug:space>/data/match/all/",
        add_all,
        name="studio-data-match-all",
        right=Right.EDITOR,
        methods=("POST",),
    ),
    page(
        "w/<slug:space>/data/match/<int:number>/undo/",
        take_back,
        name="studio-data-match-undo",
        right=Right.EDITOR,
        methods=("POST",),
    ),
]
