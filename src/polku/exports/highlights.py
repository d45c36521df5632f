"""The few things worth reading first: what hurts most, by rule, from the measured journey and its map."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from polku.analytics.journey_measures import JourneyMeasures, TouchpointSeen
from polku.diagrams.graph.graph import telling
from polku.diagrams.parts.measured import ending_steps, measured_journey
from polku.documents import Journey, Step, Workspace
from polku.words import Message

DAY = 86_400.0


@dataclass(frozen=True)
class Highlight:
    """One thing worth reading.

    Args:
        kind: what it is about; two of one kind are never shown beside each other.
        level: error (triangle) where customers are lost or hurt, warning (diamond) otherwise.
        says: the heading; more: one line beneath; basis: what it is counted from.
        weight: 0 … about 1, for the order only.
        steps: ids of the steps it is about; none where it is about the whole journey.
    """

    kind: str
    level: Literal["error", "warning"]
    says: Message
    more: Message
    basis: Message
    weight: float
    steps: tuple[str, ...] = ()


def highlights(
    workspace: Workspace, journey: Journey, measures: JourneyMeasures | None
) -> tuple[Highlight, ...]:
    """What is worth reading, worst first, one of each kind."""
    found = list(_from_map(workspace, journey))
    if measures is not None and measures.about.cases:
        for rule in (_score, _unintended, _wait, _loss, _blind_spot, _rival):
            found += rule(workspace, journey, measures)
    best: dict[str, Highlight] = {}
    for highlight in sorted(found, key=lambda one: -one.weight):
        best.setdefault(highlight.kind, highlight)
    return tuple(best.values())


def _from_map(workspace: Workspace, journey: Journey) -> Iterator[Highlight]:
    assumed = [step for step in journey.steps if not _evidence(workspace, step)]
    if journey.steps and assumed:
        truths = sum(step.moment_of_truth for step in assumed)
        yield Highlight(
            "assumed",
            "warning",
            Message("report.assumed", {"count": len(assumed), "all": len(journey.steps)}),
            Message("report.assumed-truths", {"count": truths})
            if truths
            else Message("report.assumed-more", {}),
            Message("report.basis-map", {"count": len(journey.steps)}),
            0.35 * len(assumed) / len(journey.steps),
        )


def _score(workspace: Workspace, journey: Journey, measures: JourneyMeasures) -> Iterator[Highlight]:
    rows = [row for row in measures.touchpoints if row.used and row.nps is not None]
    if not rows:
        return
    hurts = {step.touchpoint for step in journey.steps if step.pains}

    def felt(row: TouchpointSeen) -> tuple[float, str]:
        # Between scores that hardly differ, the one whose reason somebody told is worth more.
        return (row.nps or 0.0) - (20 if row.touchpoint in hurts else 0), row.touchpoint

    worst = min(rows, key=felt)
    assert worst.nps is not None
    if worst.nps >= 0:
        return
    steps = [step for step in journey.steps if step.touchpoint == worst.touchpoint]
    step = min(steps, key=lambda step: step.feels if step.feels is not None else 0)
    pain = next((pain.says for pain in step.pains), None)
    role = workspace.label("roles", step.role)
    yield Highlight(
        "score",
        "error",
        Message(
            "report.score",
            {"touchpoint": workspace.label("touchpoints", worst.touchpoint), "nps": round(worst.nps)},
        ),
        Message("report.score-pain", {"pain": pain, "role": role, "does": _lower(step)})
        if pain
        else Message("report.score-more", {"role": role, "does": _lower(step)}),
        Message("report.basis-answers", {"count": worst.answers}),
        0.3 + abs(worst.nps) / 100 * 0.7,
        (step.id,),
    )


def _unintended(workspace: Workspace, journey: Journey, measures: JourneyMeasures) -> Iterator[Highlight]:
    fit = measures.fit
    rows = [
        (cases, start, end)
        for kind, start, end, cases in zip(fit.kind, fit.from_, fit.to, fit.cases, strict=True)
        if kind == "unintended" and start and end and start != end
    ]
    if not rows:
        return
    order = [step.id for step in journey.steps]
    truth_places = [number for number, step in enumerate(journey.steps) if step.moment_of_truth]
    told = [
        (telling(cases, order.index(start), order.index(end), truth_places), cases, start, end)
        for cases, start, end in rows
    ]
    weight, cases, start, end = max(told)
    first, last = journey.step(start), journey.step(end)
    if first is None or last is None:
        return
    passed = [step for step in journey.steps if order.index(start) < order.index(step.id) < order.index(end)]
    truths = [_lower(step) for step in passed if step.moment_of_truth]
    all_cases = measures.about.cases
    yield Highlight(
        "unintended",
        "error",
        Message(
            "report.unintended",
            {
                "count": cases,
                "all": all_cases,
                "start": _place(workspace, first),
                "end": _place(workspace, last),
            },
        ),
        Message(
            "report.unintended-truths", {"steps": [_place(workspace, s) for s in passed if s.moment_of_truth]}
        )
        if truths
        else Message("report.unintended-more", {}),
        Message("report.basis-cases", {"count": all_cases}),
        0.3 + 0.7 * min(1.0, 1.5 * weight / all_cases),
        (first.id, last.id),
    )


def _wait(workspace: Workspace, journey: Journey, measures: JourneyMeasures) -> Iterator[Highlight]:
    steps = measures.steps
    small = workspace.settings.limits.small
    rows = [
        (_felt(journey, id, seconds), seconds, id, went_on or 0)
        for id, seconds, went_on in zip(steps.step, steps.median_wait_seconds, steps.went_on, strict=True)
        if seconds is not None and (went_on or 0) >= small
    ]
    if not rows:
        return
    felt, seconds, id, count = max(rows)
    step = journey.step(id)
    if step is None or seconds < 14 * DAY:
        return
    yield Highlight(
        "wait",
        "warning",
        Message("report.wait", {"days": round(seconds / DAY), "step": _place(workspace, step)}),
        Message("report.wait-more", {"step": _lower(step)}),
        Message("report.basis-median", {"count": count}),
        min(0.75, 0.25 + felt / DAY / 250),
        (step.id,),
    )


def _felt(journey: Journey, step: str, seconds: float) -> float:
    """A wait weighs less after the purchase, where customers mostly wait for nothing."""
    place = journey.step(step)
    stage = journey.stage(place.stage) if place else None
    return seconds / 4 if stage is not None and stage.when == "after" else seconds


def _loss(workspace: Workspace, journey: Journey, measures: JourneyMeasures) -> Iterator[Highlight]:
    steps, limits = measures.steps, workspace.settings.limits
    # Where a walk may well end, nobody is lost.
    ending = ending_steps(journey, measured_journey(journey, steps))
    rows = [
        ((1 - share) * (cases or 0), id, share, cases or 0)
        for id, share, cases in zip(steps.step, steps.goes_on, steps.cases, strict=True)
        if share is not None and (cases or 0) >= limits.small and share < limits.goes_on and id not in ending
    ]
    if not rows:
        return
    lost, id, share, cases = max(rows)
    step = journey.step(id)
    if step is None:
        return
    yield Highlight(
        "loss",
        "warning",
        Message("report.loss", {"share": share, "step": _place(workspace, step)}),
        Message("report.loss-more", {"count": round(lost), "cases": cases, "step": _lower(step)}),
        Message("report.basis-cases", {"count": cases}),
        0.25 + 0.5 * lost / max(measures.about.cases, 1),
        (step.id,),
    )


def _blind_spot(workspace: Workspace, journey: Journey, measures: JourneyMeasures) -> Iterator[Highlight]:
    coverage = measures.coverage
    insight = {role.part for role in workspace.roles.values() if role.insight == "high" and role.part}
    rows = [
        (bias, part, in_crm, seen)
        for part, bias, in_crm, seen in zip(
            coverage.part, coverage.bias, coverage.in_crm_share, coverage.seen_share, strict=True
        )
        if part in insight and bias is not None and in_crm is not None and seen is not None
    ]
    if not rows:
        return
    bias, part, in_crm, seen = min(rows, key=lambda row: (row[0], row[1] or ""))
    if bias > -0.1:
        return
    role = next(role for role in workspace.roles.values() if role.part == part)
    yield Highlight(
        "blind-spot",
        "error",
        Message("report.blind-spot", {"in_crm": in_crm, "seen": seen, "role": role.label}),
        Message("report.blind-spot-more", {"part": Message(f"report.part-{part}", {})}),
        Message("report.basis-people", {"crm": coverage.crm_people, "seen": coverage.seen_people}),
        min(0.9, 0.3 + abs(bias)),
        tuple(step.id for step in journey.steps if step.role == role.id),
    )


def _rival(workspace: Workspace, journey: Journey, measures: JourneyMeasures) -> Iterator[Highlight]:
    deals = measures.deals
    lost: dict[str, int] = {}
    ended = 0
    for kind, outcome, rival, count in zip(
        deals.kind, deals.outcome, deals.lost_to, deals.count, strict=True
    ):
        if kind == "renewal" and outcome in ("won", "lost"):
            ended += count
            if outcome == "lost" and rival:
                lost[rival] = lost.get(rival, 0) + count
    if not lost or ended < workspace.settings.limits.small:
        return
    rival, count = max(lost.items(), key=lambda item: (item[1], item[0]))
    yield Highlight(
        "rival",
        "error",
        Message("report.rival", {"count": count, "all": ended, "rival": rival}),
        Message("report.rival-more", {"share": count / ended}),
        Message("report.basis-renewals", {"count": ended}),
        0.3 + 0.8 * count / ended,
    )


def _evidence(workspace: Workspace, step: Step) -> bool:
    return any(
        (piece := workspace.evidence.get(id)) is not None and piece.status == "done" for id in step.evidence
    )


def _place(workspace: Workspace, step: Step) -> str:
    return workspace.label("touchpoints", step.touchpoint) if step.touchpoint else step.label


def _lower(step: Step) -> str:
    words = step.label
    return words[:1].lower() + words[1:]
