"""PK2: the journey: from before the first contact round to the next need, seen from the customer's side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from polku.checks.context import Context
from polku.checks.finding import Hit
from polku.checks.inside_out import Seller, begins_inside
from polku.checks.labels import first_word, quoted, short_role, some, stage_label, step_label
from polku.checks.registry import check
from polku.checks.walking import first_as_meant, ways_as_meant
from polku.documents import Journey, Step, Touchpoint, Workspace
from polku.words import Message

OURS = ("owned", "paid", "human")
"""Kinds of channels that are kept up, paid for or staffed."""


@check("PK201", "warning")
def only_the_sale(context: Context) -> Iterator[Hit]:
    """Journeys that begin with the first contact or end with the sale."""
    for document, journey in context.journeys(whole=True):
        if not journey.steps:
            continue
        if not any(stage.when for stage in journey.stages):
            says = Message("checks.pk201.unsaid", {"journey": quoted(journey.label)})
            yield Hit(document, "stages", says, says, Message("checks.pk201.fix-unsaid"))
            continue
        used = {step.stage for step in journey.steps}
        drawn = {stage.when for stage in journey.stages if stage.id in used}
        for when in ("before", "after"):
            if when not in drawn:
                says = Message(f"checks.pk201.{when}", {"journey": quoted(journey.label)})
                yield Hit(document, "stages", says, says)


@check("PK202", "hint")
def nobody_else_is_asked(context: Context) -> Iterator[Hit]:
    """Journeys in which customers meet nobody but the seller."""
    for document, journey in context.journeys(whole=True):
        met = [_touchpoint(context.workspace, step) for step in journey.steps]
        if journey.steps and not any(one is not None and _is_indirect(context, one) for one in met):
            says = Message("checks.pk202.says", {"journey": quoted(journey.label)})
            yield Hit(document, "steps", says)


def _is_indirect(context: Context, touchpoint: Touchpoint) -> bool:
    channel = context.workspace.channels.get(touchpoint.channel or "")
    return not touchpoint.direct or (channel is not None and channel.kind == "earned")


def _touchpoint(workspace: Workspace, step: Step) -> Touchpoint | None:
    return workspace.touchpoints.get(step.touchpoint or "")


@check("PK203", "hint")
def inside_out(context: Context) -> Iterator[Hit]:
    """Steps that tell what the seller does, not what the customer does."""
    workspace = context.workspace
    firms = [
        name
        for name in (workspace.settings.name, *(one.label for one in workspace.partners.values()))
        if name
    ]
    # A partner is often called by the first word of its name, which is then its id.
    firms += [
        first_word(partner.label)
        for partner in workspace.partners.values()
        if first_word(partner.label).casefold() == partner.id
    ]
    teams = [team.name or team.id for team in workspace.settings.teams]
    seller = Seller(firms, teams, workspace.settings.language)
    for document, journey in context.journeys():
        for step in journey.steps:
            found = begins_inside(step.does or "", seller)
            if found is not None:
                says = Message("checks.pk203.says", {"step": step_label(step), "word": quoted(found)})
                yield Hit(document, f"steps/{step.id}/does", says, step_label(step))


@check("PK204", "warning")
def no_loop(context: Context) -> Iterator[Hit]:
    """Journeys that are a line, and loops that are only said or only drawn."""
    for document, journey in context.journeys(whole=True):
        used = {step.stage for step in journey.steps}
        after = [stage for stage in journey.stages if stage.when == "after" and stage.id in used]
        if not after:
            continue  # nothing after the purchase is PK201
        order = {stage.id: number for number, stage in enumerate(journey.stages)}
        drawn: dict[tuple[str | None, str], None] = {}
        for step in journey.steps:
            for way in step.next or ():
                target = journey.step(way.to)
                if target is not None and target.stage in order:
                    drawn[step.stage, target.stage or ""] = None
        if not any(stage.loops_to for stage in after):
            says = Message("checks.pk204.says", {"journey": quoted(journey.label)})
            yield Hit(document, f"stages/{after[-1].id}", says, says)
        for stage in after:
            label = stage_label(journey, stage.id)
            if stage.loops_to is not None and (stage.id, stage.loops_to) not in drawn:
                values = {"stage": label, "to": stage_label(journey, stage.loops_to)}
                says = Message("checks.pk204.not-drawn", values)
                fix = Message("checks.pk204.fix-not-drawn", values)
                yield Hit(document, f"stages/{stage.id}/loops_to", says, label, fix, level="hint")
            back = [to for at, to in drawn if at == stage.id and order[to] < order[after[0].id]]
            if stage.loops_to is None and back:
                target_stage = back[0]
                says = Message(
                    "checks.pk204.not-said", {"stage": label, "to": stage_label(journey, target_stage)}
                )
                fix = Message("checks.pk204.fix-not-said", {"id": target_stage})
                yield Hit(document, f"stages/{stage.id}", says, label, fix, level="hint")


def _open_questions(hits: Sequence[Hit]) -> Message:
    """Stages that ask nothing and questions without an answer are different work, so they are told apart."""
    unasked = [hit for hit in hits if hit.says.id == "checks.pk205.unasked"]
    if len(unasked) == len(hits):
        stages = [hit.says.params["stage"] for hit in hits]
        return Message("checks.pk205.many-unasked", {"count": len(hits), "items": some(stages)})
    items = some([hit.label for hit in hits])
    id = "checks.pk205.many" if unasked else "checks.pk205.many-unanswered"
    return Message(id, {"count": len(hits), "items": items})


@check("PK205", "hint", summary=_open_questions)
def open_questions(context: Context) -> Iterator[Hit]:
    """Stages that ask nothing, and questions that nobody answered."""
    for document, journey in context.journeys(whole=True, as_is=True):
        for stage in journey.stages:
            label = stage_label(journey, stage.id)
            if not stage.questions:
                says = Message("checks.pk205.unasked", {"stage": label})
                none = Message("checks.pk205.label-unasked", {"stage": label})
                yield Hit(document, f"stages/{stage.id}", says, none)
            for number, question in enumerate(stage.questions, 1):
                if not (question.answer or "").strip():
                    says = Message("checks.pk205.unanswered", {"question": quoted(question.ask)})
                    fix = Message("checks.pk205.fix-unanswered")
                    item = f"stages/{stage.id}/questions/{number}"
                    yield Hit(document, item, says, quoted(question.ask), fix)


@check("PK206", "hint")
def nothing_of_ours(context: Context) -> Iterator[Hit]:
    """Stages in which a role acts and meets nothing of the seller's."""
    for document, journey in context.journeys(whole=True):
        for stage in journey.stages:
            here = [step for step in journey.steps if step.stage == stage.id and step.role]
            met = {step.role for step in here if _is_ours(context, step)}
            alone = [role for role in dict.fromkeys(step.role for step in here) if role not in met]
            if alone:
                names = [short_role(context.workspace, role) for role in alone]
                values = {"stage": stage_label(journey, stage.id), "roles": names, "count": len(names)}
                label = Message("checks.pk206.label", values)
                yield Hit(document, f"stages/{stage.id}", Message("checks.pk206.says", values), label)


def _is_ours(context: Context, step: Step) -> bool:
    if step.content is not None:
        return True
    touchpoint = _touchpoint(context.workspace, step)
    if touchpoint is None:
        # A name that points at nothing is PK001; what it was meant to be is not known.
        return step.touchpoint is not None
    channel = context.workspace.channels.get(touchpoint.channel or "")
    return touchpoint.direct if channel is None or channel.kind is None else channel.kind in OURS


@check("PK207", "warning")
def no_friction(context: Context) -> Iterator[Hit]:
    """Journeys without a single pain, or without a single feeling."""
    for document, journey in context.journeys(whole=True, as_is=True):
        if not journey.steps:
            continue
        lacking = []
        if not any(step.pains for step in journey.steps):
            lacking.append("pains")
        if not any(step.feels is not None for step in journey.steps):
            lacking.append("feelings")
        if lacking:
            missing = [Message(f"checks.friction.{what}") for what in lacking]
            says = Message("checks.pk207.says", {"journey": quoted(journey.label), "missing": missing})
            yield Hit(document, "steps", says)


@check("PK208", "warning")
def not_asked_first(context: Context) -> Iterator[Hit]:
    """Marketing that reaches a customer who has not been asked yet."""
    for document, journey in context.journeys(whole=True):
        for step in _before_permission(context.workspace, journey):
            touchpoint = _touchpoint(context.workspace, step)
            assert touchpoint is not None
            values = {"touchpoint": quoted(touchpoint.label), "step": step_label(step)}
            yield Hit(
                document,
                f"steps/{step.id}/touchpoint",
                Message("checks.pk208.says", values),
                quoted(touchpoint.label),
            )


def _before_permission(workspace: Workspace, journey: Journey) -> list[Step]:
    """Marketing steps that can be reached without passing a step that asks permission."""
    drawn = ways_as_meant(journey)
    seen: set[str] = set()
    ahead = list(first_as_meant(journey))
    while ahead:
        at = ahead.pop()
        if at in seen:
            continue
        seen.add(at)
        step = journey.step(at)
        touchpoint = _touchpoint(workspace, step) if step is not None else None
        if touchpoint is None or touchpoint.permission != "asks":
            ahead.extend(drawn.get(at, ()))
    found = []
    for step in journey.steps:
        touchpoint = _touchpoint(workspace, step)
        if touchpoint and touchpoint.marketing and touchpoint.permission != "asks" and step.id in seen:
            found.append(step)
    return found


@check("PK209", "hint")
def met_by_nobody(context: Context) -> Iterator[Hit]:
    """Touchpoints that cost something and are on no journey; roles that walk none."""
    workspace = context.workspace
    if not any(journey.steps for _, journey in context.journeys()) or not context.all_read("journeys"):
        return
    steps = [step for _, journey in context.journeys() for step in journey.steps]
    met = {step.touchpoint for step in steps}
    for id, touchpoint in workspace.touchpoints.items():
        channel = workspace.channels.get(touchpoint.channel or "")
        costs = (
            channel.kind in OURS if channel is not None and channel.kind is not None else touchpoint.direct
        )
        if costs and id not in met:
            label = quoted(touchpoint.label)
            yield Hit(
                "polku", f"touchpoints/{id}", Message("checks.pk209.touchpoint", {"name": label}), label
            )
    walking = {role for step in steps for role in (step.role, *step.with_)}
    walking |= {role for _, journey in context.journeys() for role in journey.roles}
    for id in workspace.roles:
        if id not in walking:
            says = Message("checks.pk209.role", {"name": short_role(workspace, id)})
            yield Hit(f"roles/{id}", None, says, says, Message("checks.pk209.fix-role"))


@check("PK210", "warning")
def nobody_keeps_it(context: Context) -> Iterator[Hit]:
    """Journeys that nobody owns, or that are not looked at again in time."""
    for document, journey in context.journeys():
        missing = []
        if journey.owner is None:
            missing.append(("owner", "owner"))
        if journey.review is None:
            missing.append(("review", "review"))
        elif journey.validated is None:
            missing.append(("never", "validated"))
        values = {"journey": quoted(journey.label)}
        for what, field in missing:
            label = Message(f"checks.kept.{what}")
            yield Hit(document, field, Message(f"checks.pk210.{what}", values), label)
        if journey.review is None or journey.validated is None:
            continue
        due = journey.validated + journey.review
        if due < context.today:
            says = Message(
                "checks.pk210.overdue", {**values, "due": due, "count": (context.today - due).days}
            )
            fix = Message("checks.pk210.fix-overdue", {"today": context.today.isoformat()})
            yield Hit(document, "review", says, Message("checks.kept.overdue"), fix)


@check("PK211", "hint")
def unexpected_feelings(context: Context) -> Iterator[Hit]:
    """Steps that say how it felt, and not what was expected."""
    for document, journey in context.journeys():
        felt = [step for step in journey.steps if step.feels is not None]
        for step in felt:
            if not step.expects:
                label = step_label(step)
                values = {"step": label, "feels": step.feels}
                yield Hit(
                    document,
                    f"steps/{step.id}/feels",
                    Message("checks.pk211.says", values),
                    label,
                    total=len(felt),
                )
