"""PK5: data against the map: what customers do that the map does not show, and the reverse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from polku.checks.context import Context
from polku.checks.finding import Hit
from polku.checks.labels import quoted, role_label, step_label
from polku.checks.registry import check
from polku.documents import EventRule, Journey
from polku.documents.walk import ways
from polku.words import Message

if TYPE_CHECKING:
    from polku.analytics.journey_measures import JourneyMeasures

MIDDLE = 0.5
"""Of a scale, as a share of its maximum."""
SIGNING = ("decision-maker", "buyer", "manager")
"""Parts that sign or manage."""


def _measured(context: Context) -> tuple[JourneyMeasures, str, Journey]:
    """The measures, the document of their journey, and the journey."""
    measures = context.measures
    assert measures is not None
    return measures, f"journeys/{measures.journey}", context.workspace.journeys[measures.journey]


def _unmeasured(document: str, code: str, reason: str) -> Hit:
    says = Message(
        "checks.not-measured.says",
        {"reason": Message(f"checks.pk5.{reason}"), "finds": Message(f"checks.{code.lower()}.finds")},
    )
    return Hit(document, None, says, level="not-measured")


def _off_map(hits: Sequence[Hit]) -> Message:
    from polku.checks.labels import some

    params = hits[0].says.params
    return Message(
        "checks.pk501.many", {**params, "count": len(hits), "items": some([hit.label for hit in hits])}
    )


@check("PK501", "warning", needs_data=True, summary=_off_map)
def off_the_map(context: Context) -> Iterator[Hit]:
    """Activities without a place, once they are more than `limits.off_map_share` of the events."""
    measures, _, _ = _measured(context)
    share = measures.events_off_map / measures.events if measures.events else 0.0
    if share <= context.limits.off_map_share:
        return
    for one in measures.off_map:
        label = Message("checks.pk501.label", {"activity": quoted(one.activity), "number": one.events})
        values = {"share": share, "events": measures.events_off_map, "all": measures.events, "what": label}
        fix = Message("checks.pk501.rule", {"rule": _rule(one.rule)})
        yield Hit("polku", "touchpoints", Message("checks.pk501.says", values), label, fix)


def _rule(rule: EventRule) -> str:
    source = f"source: {rule.source}, " if rule.source else ""
    return f'events: [{{{source}activity: "{rule.activity}"}}]'


@check("PK502", "warning", needs_data=True)
def never_met(context: Context) -> Iterator[Hit]:
    """Touchpoints with a rule that no event follows."""
    measures, _, _ = _measured(context)
    for seen in measures.touchpoints:
        touchpoint = context.workspace.touchpoints[seen.touchpoint]
        if not touchpoint.events or seen.in_log:
            continue
        label = quoted(touchpoint.label)
        which = "never" if seen.observable else "no-source"
        sources = sorted({rule.source for rule in touchpoint.events if rule.source})
        says = Message(f"checks.pk502.{which}", {"touchpoint": label, "sources": sources})
        yield Hit("polku", f"touchpoints/{touchpoint.id}", says, label)


@check("PK503", "warning", needs_data=True)
def undrawn_ways(context: Context) -> Iterator[Hit]:
    """Ways from step to step that nobody drew, taken by more than `limits.off_map_share` of the cases."""
    measures, document, journey = _measured(context)
    fit = measures.fit
    for kind, start, end, cases in zip(fit.kind, fit.from_, fit.to, fit.cases, strict=True):
        if kind != "unintended" or start is None or end is None:
            continue
        if cases < context.limits.small or cases <= context.limits.off_map_share * fit.about.cases:
            continue
        values = {
            "from": _step(journey, start),
            "to": _step(journey, end),
            "cases": cases,
            "all": fit.about.cases,
        }
        yield Hit(
            document,
            f"steps/{start}",
            Message("checks.pk503.says", values),
            Message("checks.pk503.label", values),
            Message("checks.pk503.fix", {"from": start, "to": end}),
        )


@check("PK504", "warning", needs_data=True)
def untaken_ways(context: Context) -> Iterator[Hit]:
    """Drawn ways between observable steps that less than `limits.never` of the cases take that could."""
    measures, document, journey = _measured(context)
    steps, paths = measures.steps, measures.step_paths
    taken = dict(zip(zip(paths.from_, paths.to, strict=True), paths.cases, strict=True))
    reached = dict(zip(steps.step, steps.cases, strict=True))
    for start, following in ways(journey).items():
        could = reached.get(start)
        for end in following:
            if could is None or reached.get(end) is None or could < context.limits.small or start == end:
                continue
            cases = taken.get((start, end), 0)
            if cases >= context.limits.never * could:
                continue
            values = {"from": _step(journey, start), "to": _step(journey, end), "cases": cases, "all": could}
            yield Hit(
                document,
                f"steps/{start}",
                Message("checks.pk504.says", values),
                Message("checks.pk504.label", values),
            )


@check("PK505", "warning", needs_data=True)
def mostly_who_sign(context: Context) -> Iterator[Hit]:
    """People reached who mostly sign or manage, while roles with high insight are elsewhere."""
    measures, document, journey = _measured(context)
    workspace = context.workspace
    knowing = [
        id
        for id in context.walked_by(journey)
        if (role := workspace.roles.get(id)) is not None
        and role.insight == "high"
        and role.part not in SIGNING
    ]
    if not knowing:
        return
    coverage = measures.coverage
    if max(coverage.crm_people, coverage.seen_people) < context.limits.small:
        yield _unmeasured(document, "PK505", "few-people")
        return
    found: list[tuple[float, str, int]] = []
    for where, people, shares in (
        ("crm", coverage.crm_people, coverage.in_crm_share),
        ("seen", coverage.seen_people, coverage.seen_share),
    ):
        signing = sum(
            share or 0.0 for part, share in zip(coverage.part, shares, strict=True) if part in SIGNING
        )
        if people >= context.limits.small and signing > MIDDLE:
            found.append((signing, where, people))
    if found:
        signing, where, people = max(found)
        names = [role_label(workspace, id) for id in knowing]
        values = {"share": signing, "people": people, "roles": names}
        yield Hit(document, "roles", Message(f"checks.pk505.{where}", values))


@check("PK506", "warning", needs_data=True)
def score_against_feeling(context: Context) -> Iterator[Hit]:
    """Scores on the other side of the middle than the feeling of the step."""
    measures, document, journey = _measured(context)
    scored = {seen.touchpoint: seen for seen in measures.touchpoints if seen.score is not None}
    if not scored:
        yield _unmeasured(document, "PK506", "few-scores")
    for step in journey.steps:
        seen = scored.get(step.touchpoint or "")
        if seen is None or seen.score is None or step.feels is None:
            continue
        if (step.feels >= 1 and seen.score < MIDDLE) or (step.feels <= -1 and seen.score > MIDDLE):
            values = {
                "step": step_label(step),
                "feels": step.feels,
                "score": round(seen.score * 10, 1),
                "count": seen.scores,
            }
            yield Hit(
                document, f"steps/{step.id}/feels", Message("checks.pk506.says", values), step_label(step)
            )


@check("PK507", "warning", needs_data=True)
def unknown_events(context: Context) -> Iterator[Hit]:
    """Events without account, person or role, where they are more than `limits.unknown_share`."""
    measures, _, _ = _measured(context)
    for what in ("account", "person", "part"):
        number = measures.unknown.get(what, 0)
        if not measures.events or number / measures.events <= context.limits.unknown_share:
            continue
        values = {"share": number / measures.events, "number": number, "all": measures.events}
        yield Hit(
            "polku",
            None,
            Message(f"checks.pk507.{what}", values),
            Message(f"checks.pk507.label-{what}", values),
        )


@check("PK508", "warning", needs_data=True)
def without_permission(context: Context) -> Iterator[Hit]:
    """Marketing to people whose latest entry in the ledger is no consent."""
    measures, _, _ = _measured(context)
    permission = measures.permission
    if permission is None:
        yield _unmeasured("polku", "PK508", "no-consents")
        return
    if permission.without:
        workspace = context.workspace
        names = [quoted(workspace.label("touchpoints", id)) for id in permission.touchpoints]
        values = {
            "number": permission.without,
            "all": permission.events,
            "count": permission.people,
            "touchpoints": names,
        }
        item = f"touchpoints/{permission.touchpoints[0]}"
        yield Hit("polku", item, Message("checks.pk508.says", values))


@check("PK509", "warning", needs_data=True)
def drifted(context: Context) -> Iterator[Hit]:
    """Shares of steps that moved further than `limits.drift` since the map was validated."""
    measures, document, journey = _measured(context)
    drift = measures.drift
    if drift is None:
        yield _unmeasured(document, "PK509", "no-quarters")
        return
    if drift.distance > context.limits.drift:
        step, before, after = drift.steps[0]
        values = {"distance": drift.distance, "step": _step(journey, step), "before": before, "after": after}
        yield Hit(document, "validated", Message("checks.pk509.says", values))


def _step(journey: Journey, id: str) -> Message:
    step = journey.step(id)
    return step_label(step) if step is not None else quoted(id)
