"""A journey as CJML: which touchpoint of the language each step is, and what it has no place for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from polku.documents import Journey, Step, Workspace, next_of, owners
from polku.words import Message

VERSION = "2.0"
COMPANY = "company"
"""Actor who receives where no team answers for a step."""


@dataclass(frozen=True)
class Form:
    """A touchpoint as CJML tells it.

    Args:
        receiver: the other actor of a communication point; None makes it an action.
    """

    id: str
    phase: str = ""
    initiator: str = ""
    initiator_label: str = ""
    receiver: str | None = None
    receiver_label: str = ""
    channel: str = ""
    comment: str = ""


def forms_of(workspace: Workspace, journey: Journey) -> dict[str, Form]:
    """Step id → the touchpoint it is written as, in drawn order.

    A step at a touchpoint where somebody of the company is present is a communication point that the role
    begins and the owning team receives; every other step is an action of the role.
    """
    owner = owners(workspace, journey)
    teams = _team_actors(workspace, journey)
    found = {}
    for step in journey.steps:
        form = Form(step.id, step.stage or "", step.role or "", step.label, comment=step.note or "")
        touchpoint = workspace.touchpoints.get(step.touchpoint or "")
        if touchpoint is not None and touchpoint.direct:
            label = step.front[0].does if step.front else touchpoint.label
            medium = workspace.label("channels", touchpoint.channel) or touchpoint.label
            receiver = teams.get(owner[step.id] or "", COMPANY)
            form = Form(
                step.id,
                form.phase,
                form.initiator,
                form.initiator_label,
                receiver,
                label,
                medium,
                form.comment,
            )
        found[step.id] = form
    return found


def team_of(workspace: Workspace, journey: Journey, actor: str) -> str | None:
    """The team that an actor's id stands for."""
    return next((team for team, id in _team_actors(workspace, journey).items() if id == actor), None)


def _team_actors(workspace: Workspace, journey: Journey) -> dict[str, str]:
    """Team → id of its actor; one that has the name of a role gets another."""
    taken = {*workspace.roles, *(step.role or "" for step in journey.steps), COMPANY}
    return {team: f"team-{team}" if team in taken else team for team in workspace.teams}


def cjml_text(workspace: Workspace, journey: Journey) -> str:
    """The XML of a journey: a planned one, as it tells what happens and not what happened to somebody."""
    forms = forms_of(workspace, journey)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<CJML version="{VERSION}">', "  <plannedJourney>"]
    lines.append(_leaf(4, "journeyID", journey.id))
    lines.append(_leaf(4, "journeyTitle", journey.label))
    if journey.stages:
        lines.append("    <journeyPhases>")
        for stage in journey.stages:
            lines.append(f"      <journeyPhase phaseID={_quoted(stage.id)}>")
            lines.append(_leaf(8, "phaseName", stage.label))
            lines += ["        <phaseDescription/>", "      </journeyPhase>"]
        lines.append("    </journeyPhases>")
    lines += ["    <actors>", *_actors(workspace, journey, forms), "    </actors>", "    <touchpoints>"]
    for form in forms.values():
        lines += _touchpoint(form)
    lines += ["    </touchpoints>", "  </plannedJourney>", "</CJML>"]
    return "\n".join(lines) + "\n"


def _actors(workspace: Workspace, journey: Journey, forms: dict[str, Form]) -> list[str]:
    lines = []
    played = {form.initiator for form in forms.values() if form.initiator}
    for role in [
        *(id for id in workspace.role_order() if id in played),
        *sorted(played - set(workspace.roles)),
    ]:
        lines.append(f"      <endUser actorID={_quoted(role)}>")
        lines.append(_leaf(8, "actorName", workspace.label("roles", role)))
        lines.append("      </endUser>")
    for actor in dict.fromkeys(form.receiver for form in forms.values() if form.receiver):
        team = team_of(workspace, journey, actor)
        lines.append(f"      <serviceProvider actorID={_quoted(actor)}>")
        lines.append(_leaf(8, "companyName", workspace.label("teams", team) if team else workspace.name))
        lines.append("      </serviceProvider>")
    return lines


def _touchpoint(form: Form) -> list[str]:
    name = "plannedAction" if form.receiver is None else "plannedCommunicationPoint"
    lines = [f"      <{name}>", _leaf(8, "touchpointID", form.id)]
    if form.phase:
        lines.append(f"        <belongsTo phaseIDref={_quoted(form.phase)}/>")
    lines.append("        <initiator>")
    lines.append(f"          <refersTo actorIDref={_quoted(form.initiator)}/>")
    lines += [_leaf(10, "initiatorLabel", form.initiator_label), "        </initiator>"]
    if form.receiver is not None:
        lines += ["        <receiver>", f"          <refersTo actorIDref={_quoted(form.receiver)}/>"]
        lines += [_leaf(10, "receiverLabel", form.receiver_label), "        </receiver>"]
        lines += ["        <channel>", _leaf(10, "channelName", form.channel), "        </channel>"]
    if form.comment:
        lines.append(_leaf(8, "comment", form.comment))
    return [*lines, f"      </{name}>"]


def losses(workspace: Workspace, journey: Journey) -> tuple[Message, ...]:
    """What a journey says that its CJML does not, in words, with the number of steps."""
    found = []
    for name, has in _LOST.items():
        count = sum(has(workspace, journey, step) for step in journey.steps)
        if count:
            found.append(Message("cjml.lost", {"what": Message(f"cjml.what-{name}"), "count": count}))
    questions = sum(len(stage.questions) for stage in journey.stages)
    if questions:
        found.append(Message("cjml.lost-questions", {"count": questions}))
    return tuple(found)


def _branches(workspace: Workspace, journey: Journey, step: Step) -> bool:
    """Whether the ways out are others than the one to the step below."""
    ids = [other.id for other in journey.steps]
    below = ids[ids.index(step.id) + 1 :][:1]
    ways = next_of(journey, step)
    return [way.to for way in ways] != below or any(way.label or way.unsolved for way in ways)


_LOST: dict[str, Callable[[Workspace, Journey, Step], bool]] = {
    "role": lambda workspace, journey, step: step.role is None,
    "alone": lambda workspace, journey, step: bool(
        step.touchpoint and not getattr(workspace.touchpoints.get(step.touchpoint), "direct", False)
    ),
    "feels": lambda workspace, journey, step: step.feels is not None,
    "thinks": lambda workspace, journey, step: bool(step.thinks),
    "expects": lambda workspace, journey, step: bool(step.expects),
    "moment": lambda workspace, journey, step: step.moment_of_truth,
    "pains": lambda workspace, journey, step: bool(step.pains),
    "gains": lambda workspace, journey, step: bool(step.gains),
    "evidence": lambda workspace, journey, step: bool(step.evidence),
    "with": lambda workspace, journey, step: bool(step.with_),
    "content": lambda workspace, journey, step: bool(step.content),
    "acts": lambda workspace, journey, step: len(step.front) > 1 or bool(step.back),
    "handoff": lambda workspace, journey, step: step.receives is not None,
    "partner": lambda workspace, journey, step: step.partner is not None,
    "time": lambda workspace, journey, step: step.waits is not None or step.takes is not None,
    "next": _branches,
}
"""What a step may say that is not written → whether one says it."""


def _leaf(indent: int, name: str, text: str) -> str:
    return f"{' ' * indent}<{name}>{escape(_clean(text))}</{name}>"


def _quoted(text: str) -> str:
    return quoteattr(_clean(text))


def _clean(text: str) -> str:
    """A text without the control characters that XML 1.0 cannot hold."""
    return "".join(letter for letter in text if letter >= " " or letter in "\n\t")
