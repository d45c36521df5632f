"""Everything a step, a stage or a journey holds, as fields and lists that are edited where they stand."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from polku.checks.finding import Finding, Occurrence
from polku.diagrams.parts.journey import JourneyFacts, StepFacts, journey_facts
from polku.documents import Evidence, Improvement, Journey, Stage, Step
from polku.documents.journey import Pain
from polku.scene import RoleSign
from polku.studio.drawer_fields import StepFields, drawn_order, piece_label
from polku.studio.fields import Field, Option, Rows
from polku.studio.fix_words import field_label, fix_in_words, keys_of
from polku.studio.shown import findings_in
from polku.studio.visit import Visit

FEELINGS = (-2, -1, 0, 1, 2)
KINDS = ("interview", "staff", "survey", "review", "social", "ticket", "data", "observation")


@dataclass(frozen=True)
class Known:
    """A piece of evidence of a step, with its age."""

    piece: Evidence
    days: int | None
    stale: bool
    ageing: bool
    path: str


@dataclass(frozen=True)
class Found:
    """A finding that arises here.

    Args:
        fix: what mends it, with fields as the form calls them.
        go: the path of the field it is mended in; field: its label; both empty where there is none here.
    """

    finding: Finding
    place: Occurrence
    fix: str = ""
    go: str = ""
    field: str = ""


@dataclass(frozen=True)
class Drawer:
    """What the drawer shows of a step.

    Args:
        facts: what the drawings know of it, its sign among it.
        first: the fields in sight; more: those behind "More".
        default_next: where it goes on as long as nobody says; ends: whether the way ends here.
        hurts: pains that nothing under way takes away, with their numbers.
    """

    facts: JourneyFacts
    step: StepFacts
    number: int
    total: int
    before: str
    after: str
    title: Field
    role: Field
    signs: dict[str, RoleSign]
    touchpoint: Field
    feelings: tuple[Option, ...]
    first: tuple[Field, ...]
    lists: tuple[Rows, ...]
    ways: Rows
    default_next: str
    ends: bool
    targets: tuple[Option, ...]
    moment: Field
    handoff: tuple[Field, ...]
    partner: tuple[Field, ...]
    more: tuple[Field, ...]
    questions: Rows | None
    evidence: tuple[Known, ...]
    attachable: tuple[Option, ...]
    improvements: tuple[Improvement, ...]
    hurts: tuple[tuple[int, Pain], ...]
    findings: tuple[Found, ...]


def drawer_of(visit: Visit, journey: Journey, id: str) -> Drawer | None:
    """What the drawer shows of a step; None where there is no such step."""
    step = journey.step(id)
    if step is None:
        return None
    facts = journey_facts(visit.workspace, journey, today=visit.today)
    order = drawn_order(journey)
    at = order.index(id)
    maker = StepFields(visit, journey, step)
    return Drawer(
        facts=facts,
        step=facts.by_id[id],
        number=at + 1,
        total=len(order),
        before=order[at - 1] if at else "",
        after=order[at + 1] if at + 1 < len(order) else "",
        title=maker.field("does", prompt="does-prompt"),
        role=maker.role(),
        signs=dict(facts.signs),
        touchpoint=maker.touchpoint(),
        feelings=tuple(
            Option(str(value), visit.say.signed(value), step.feels == value) for value in FEELINGS
        ),
        first=(
            maker.field("thinks", prompt="thinks-prompt"),
            maker.field("expects", prompt="expects-prompt"),
        ),
        lists=(
            maker.said("pains", "−", "negative"),
            maker.said("gains", "+", "positive"),
            maker.acts("front"),
            maker.acts("back"),
        ),
        ways=maker.ways(),
        default_next=maker.default_next(),
        ends=step.next == (),
        targets=maker.targets(),
        moment=maker.field("moment_of_truth", kind="yes"),
        handoff=maker.handoff(),
        partner=maker.partner(),
        more=maker.more(),
        questions=maker.questions(),
        evidence=_evidence(visit, journey, step),
        attachable=_attachable(visit, step),
        improvements=_improvements(visit, journey, step),
        hurts=_hurts(visit, journey, step),
        findings=findings_at(visit, journey, f"steps/{id}"),
    )


def findings_at(visit: Visit, journey: Journey, path: str) -> tuple[Found, ...]:
    """Findings of a step or stage, each at its place in it, worst first."""
    return tuple(
        found_at(visit, journey, finding, place)
        for finding in findings_in(visit.space, journey)
        for place in finding.occurrences
        if place.item == path or (place.item or "").startswith(f"{path}/")
    )


def found_at(visit: Visit, journey: Journey, finding: Finding, place: Occurrence) -> Found:
    """A finding at its place, with the field that mends it."""
    fix, item = place.fix or finding.fix, place.item or ""
    document = f"journeys/{journey.id}"
    parts = item.split("/")
    # Of a whole step, stage or journey the fix says which field; a longer path is the field itself.
    keys = [key for key in keys_of(fix) if _holds(journey, parts, key)]
    whole = not item or (len(parts) == 2 and parts[0] in ("steps", "stages"))
    go = "/".join(part for part in (item, keys[0]) if part) if whole and keys else item
    name = keys[0] if whole and keys else next((one for one in reversed(parts) if not one.isdigit()), "")
    if len(parts) == 2 and not keys:
        name = ""
    label = field_label("journeys", name, visit.say) if name else ""
    return Found(
        finding,
        place,
        fix_in_words(fix, document, visit.workspace, visit.say),
        go,
        label if label != name else "",
    )


def _holds(journey: Journey, parts: list[str], key: str) -> bool:
    """Whether what a path leads to has a field of that name."""
    known: dict[str, type[Step] | type[Stage]] = {"steps": Step, "stages": Stage}
    fields = known.get(parts[0], Journey).model_fields
    return key in fields or f"{key}_" in fields


def _evidence(visit: Visit, journey: Journey, step: Step) -> tuple[Known, ...]:
    found = []
    limits = visit.workspace.settings.limits
    for number, id in enumerate(step.evidence, start=1):
        piece = visit.workspace.evidence.get(id)
        if piece is None:
            continue
        days = max(0, (visit.today - piece.date).days) if piece.date else None
        found.append(
            Known(
                piece,
                days,
                days is not None and days >= limits.stale.days,
                days is not None and days >= limits.ageing.days,
                f"steps/{step.id}/evidence/{number}",
            )
        )
    return tuple(found)


def _attachable(visit: Visit, step: Step) -> tuple[Option, ...]:
    """Evidence that is not yet the step's, what speaks of it first."""

    def near(one: Evidence) -> tuple[int, int]:
        about = one.about
        fits = (
            (step.id in about.steps) * 4
            + (step.touchpoint in about.touchpoints) * 2
            + (step.role in about.roles)
        )
        return -fits, -(one.date or dt.date.min).toordinal()

    free = [one for one in visit.workspace.evidence.values() if one.id not in step.evidence]
    return tuple(Option(one.id, piece_label(one)) for one in sorted(free, key=near))


def _improvements(visit: Visit, journey: Journey, step: Step) -> tuple[Improvement, ...]:
    return tuple(
        one
        for one in visit.workspace.improvements.values()
        if any(solved.step == step.id and solved.journey in (None, journey.id) for solved in one.solves)
    )


def _hurts(visit: Visit, journey: Journey, step: Step) -> tuple[tuple[int, Pain], ...]:
    """Pains that no improvement under way takes away; one that names the step alone takes all."""
    solved = {
        one.pain
        for improvement in _improvements(visit, journey, step)
        if improvement.status not in ("done", "dropped")
        for one in improvement.solves
        if one.step == step.id
    }
    if None in solved:
        return ()
    return tuple((number, pain) for number, pain in enumerate(step.pains, start=1) if pain.id not in solved)
