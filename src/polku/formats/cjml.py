"""CJML 2.0, SINTEF's Customer Journey Modelling Language, in and out.

The elements are those of the example that its publisher shows and of two public programs that read and
write the language; its schema was not at hand. docs/guides/cjml.md says what was verified and what not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from polku.documents import Act, Journey, Role, Stage, Step, Touchpoint, Workspace
from polku.documents.base import ID_PATTERN
from polku.errors import DocumentError, Where
from polku.formats.cjml_write import COMPANY, Form, cjml_text, forms_of, losses, team_of
from polku.formats.document_changes import DocumentChange, changes_between
from polku.formats.ids import id_from
from polku.formats.order import merged_order
from polku.formats.xml_tree import Element, read_xml
from polku.formats.yaml_write import write_text
from polku.words import Message

POINTS = ("plannedCommunicationPoint", "actualCommunicationPoint")
ACTIONS = ("plannedAction", "actualAction")
FILES = (".cjml", ".xml")


@dataclass(frozen=True)
class Lost:
    """Something of a file that found no place, and where it stands."""

    line: int
    message: Message


@dataclass(frozen=True)
class CjmlRead:
    """A journey as a CJML file leaves it.

    Args:
        journey: the document with what the file says.
        changes: what that changes in the document the workspace has.
        roles: end users that the workspace has no role for.
        touchpoints: channels that no touchpoint of the workspace fits.
        lost: what was read in a particular way or could not be kept.
        is_new: whether the workspace has no such journey yet.
    """

    journey: Journey
    changes: tuple[DocumentChange, ...]
    roles: tuple[Role, ...]
    touchpoints: tuple[Touchpoint, ...]
    lost: tuple[Lost, ...]
    is_new: bool


def write_cjml(workspace: Workspace, journey: Journey, file: str | Path) -> tuple[Message, ...]:
    """Write a journey as CJML.

    Returns:
        What the file does not say, in words.

    Raises:
        DocumentError: the file cannot be written.
    """
    write_text(Path(file), cjml_text(workspace, journey))
    return losses(workspace, journey)


def read_cjml(file: str | Path, workspace: Workspace, *, journey: str | None = None) -> CjmlRead:
    """Read a journey from a CJML file.

    Args:
        file: the XML.
        workspace: roles, teams and touchpoints that the file's actors and channels can be; a journey of the
            same id is changed where the file says something else than `write_cjml` would.
        journey: the journeyID to read where the file has several; the first by default.

    Raises:
        DocumentError: it is no CJML, or has no such journey.
    """
    path = Path(file)
    root = read_xml(path)
    where = Where(file=str(path), line=root.line)
    if root.name != "CJML":
        raise DocumentError(Message("cjml.not-cjml", {"found": root.name}), where)
    journeys = list(root.all("plannedJourney", "actualJourney"))
    if not journeys:
        raise DocumentError(Message("cjml.no-journey"), where)
    ids = [one.text("journeyID") for one in journeys]
    if journey is not None and journey not in ids:
        raise DocumentError(Message("cjml.unknown-journey", {"found": journey, "known": ids}), where)
    chosen = journeys[ids.index(journey)] if journey is not None else journeys[0]
    reading = _Reading(workspace, chosen)
    version = root.attributes.get("version", "–")
    if version != "2.0":
        reading.say(root, "cjml.other-version", found=version)
    if len(journeys) > 1 and journey is None:
        reading.say(journeys[1], "cjml.other-journeys", known=[id for id in ids[1:] if id])
    return reading.read()


@dataclass(frozen=True)
class _Actor:
    """An actor of the file: which role or team it is here."""

    is_end_user: bool
    id: str | None
    name: str


@dataclass
class _Reading:
    """One reading of one journey."""

    workspace: Workspace
    element: Element
    lost: list[Lost] = field(default_factory=list)
    roles: dict[str, Role] = field(default_factory=dict)
    touchpoints: dict[str, Touchpoint] = field(default_factory=dict)
    actors: dict[str, _Actor] = field(default_factory=dict)

    def read(self) -> CjmlRead:
        """The journey with all that the file says of it."""
        id = _id(self.element.text("journeyID") or self.element.text("journeyTitle"), (), "journey")
        known = self.workspace.journeys.get(id)
        self.is_actual = self.element.name == "actualJourney"
        old = known if known is not None else Journey(id=id)
        self.old = old
        self._actors()
        stages = self._stages(old)
        self.stages = {stage.id for stage in stages}
        steps = self._steps(old, is_new=known is None)
        told: dict[str, Any] = {"stages": stages, "steps": steps}
        title = self.element.text("journeyTitle")
        if title and title != " ".join(old.label.split()):
            told["name"] = title
        new = old.model_copy(update=told)
        if self.is_actual:
            self.say(self.element, "cjml.actual")
        return CjmlRead(
            new,
            changes_between(old, new),
            tuple(self.roles.values()),
            tuple(self.touchpoints.values()),
            tuple(self.lost),
            known is None,
        )

    def say(self, element: Element, id: str, **params: Any) -> None:
        """Tell something of an element."""
        self.lost.append(Lost(element.line, Message(id, params)))

    # Actors.

    def _actors(self) -> None:
        around = self.element.first("actors")
        for number, element in enumerate(around.children if around is not None else (), start=1):
            if element.name not in ("endUser", "serviceProvider"):
                self.say(element, "cjml.unknown-element", found=element.name)
                continue
            key = element.attributes.get("actorID") or element.attributes.get("actorIDref") or str(number)
            name = element.text("actorName") or element.text("companyName") or key
            actor = (
                self._end_user(element, key, name) if element.name == "endUser" else self._provider(key, name)
            )
            self.actors.setdefault(key, actor)
            # Files refer to actors by their names, too; the publisher's own example does.
            self.actors.setdefault(name, actor)

    def _end_user(self, element: Element, key: str, name: str) -> _Actor:
        labels = {role.label.casefold(): id for id, role in self.workspace.roles.items()}
        id = key if key in self.workspace.roles else labels.get(name.casefold())
        if id is None and self.is_actual:
            # Who walks an actual journey is a person, whose name has no place in a role.
            id = id_from("end-user", self.roles)
            self.roles[id] = Role(id=id)
            self.say(element, "cjml.person", role=id)
        elif id is None:
            id = _id(key, {*self.roles, *self.workspace.roles}, "end-user")
            self.roles[id] = Role(id=id, name=name if name != id else None)
        return _Actor(True, id, name)

    def _provider(self, key: str, name: str) -> _Actor:
        team = team_of(self.workspace, self.old, key)
        labels = {self.workspace.label("teams", id).casefold(): id for id in self.workspace.teams}
        return _Actor(False, team or labels.get(name.casefold()), name)

    def _stages(self, old: Journey) -> tuple[Stage, ...]:
        around = self.element.first("journeyPhases")
        if around is None:
            return old.stages
        found: dict[str, Stage] = {}
        for element in around.all("journeyPhase"):
            id = _id(element.attributes.get("phaseID", ""), found, "phase")
            name = element.text("phaseName")
            stage = old.stage(id)
            if stage is None:
                stage = Stage(id=id, name=name or None)
            elif name and name != " ".join(stage.label.split()):
                stage = stage.model_copy(update={"name": name})
            found[id] = stage
            if words := element.text("phaseDescription"):
                self.say(element, "cjml.lost-text", what=Message("cjml.what-phase"), text=_short(words))
        return tuple(found.values())

    # Touchpoints.

    def _steps(self, old: Journey, *, is_new: bool) -> tuple[Step, ...]:
        around = self.element.first("touchpoints")
        known = {step.id: step for step in old.steps}
        written = forms_of(self.workspace, old)
        found: dict[str, Step] = {}
        for element in around.children if around is not None else ():
            if element.name not in (*POINTS, *ACTIONS):
                self.say(element, "cjml.unknown-element", found=element.name)
                continue
            form = self._form(element, found)
            step = known.get(form.id, Step(id=form.id))
            before = written.get(form.id, Form(form.id))
            found[form.id] = self._told(element, step, before, form)
        order = merged_order(list(found), list(known), () if is_new else list(known))
        return tuple(found[id] for id in order)

    def _form(self, element: Element, taken: Mapping[str, Step]) -> Form:
        """A touchpoint of the file in our ids, the customer's side first."""
        begins = self._actor(element, "initiator")
        form = Form(
            _id(element.text("touchpointID"), taken, "touchpoint"),
            self._phase(element),
            begins.id or "" if begins and begins.is_end_user else "",
            element.text("initiator", "initiatorLabel"),
            comment=self._comment(element),
        )
        if element.name in ACTIONS:
            if begins is not None and not begins.is_end_user:
                self.say(element, "cjml.own-action", text=_short(form.initiator_label))
            return form
        takes = self._actor(element, "receiver")
        label, channel = element.text("receiver", "receiverLabel"), element.text("channel", "channelName")
        if begins is not None and not begins.is_end_user and takes is not None and takes.is_end_user:
            # The company begins: what the customer does is to receive, and what we do is in their sight.
            return replace(
                form,
                initiator=takes.id or "",
                initiator_label=label or form.initiator_label,
                receiver=self._team(element, begins),
                receiver_label=form.initiator_label,
                channel=channel,
            )
        return replace(form, receiver=self._team(element, takes), receiver_label=label, channel=channel)

    def _actor(self, element: Element, side: str) -> _Actor | None:
        refers = element.first(side, "refersTo")
        key = refers.attributes.get("actorIDref", "") if refers is not None else ""
        actor = self.actors.get(key)
        if actor is None and key:
            self.say(element, "cjml.unknown-actor", found=key)
        return actor

    def _team(self, element: Element, actor: _Actor | None) -> str:
        if actor is None or actor.id is None or actor.is_end_user:
            if actor is not None and actor.name.casefold() != self.workspace.name.casefold():
                self.say(element, "cjml.no-team", found=actor.name)
            return COMPANY
        return actor.id

    def _phase(self, element: Element) -> str:
        belongs = element.first("belongsTo")
        if belongs is None:
            return ""
        id = belongs.attributes.get("phaseIDref", "").strip()
        id = id if ID_PATTERN.match(id) else id_from(id, fallback="phase")
        if id not in self.stages:
            self.say(element, "cjml.unknown-phase", found=id)
            return ""
        return id

    def _comment(self, element: Element) -> str:
        """The comment, and what only an actual journey says, as words."""
        parts = [element.text("comment")]
        parts.append(element.text("touchpointExperience", "experienceDescription"))
        if rating := element.text("touchpointExperience", "experienceRating"):
            self.say(element, "cjml.rating", found=rating)
        times = element.first("timestamps")
        if times is not None and times.children:
            self.say(element, "cjml.times")
        compliance = element.text("compliance")
        if compliance and compliance != "completed":
            parts.append(f"compliance: {compliance}")
        return "\n".join(part for part in parts if part)

    def _told(self, element: Element, step: Step, before: Form, form: Form) -> Step:
        """The step with what the file says of it otherwise than we would write it."""
        told: dict[str, Any] = {}
        if form.phase != before.phase:
            told["stage"] = form.phase or None
        if form.initiator != before.initiator:
            told["role"] = form.initiator or None
        if form.initiator_label != " ".join(before.initiator_label.split()):
            told["does"] = form.initiator_label or None
        if form.comment != " ".join(before.comment.split()):
            told["note"] = form.comment or None
        if form.receiver is None:
            if before.receiver is not None:
                told["touchpoint"] = None
            return step.model_copy(update=told)
        if form.channel != " ".join(before.channel.split()) or before.receiver is None:
            told["touchpoint"] = self._place(form)
        receiver = team_of(self.workspace, self.old, before.receiver or "")
        if form.receiver != COMPANY and form.receiver != receiver:
            told["owner"] = form.receiver
        touchpoint = self.workspace.touchpoints.get(told.get("touchpoint", step.touchpoint) or "")
        is_name = touchpoint is not None and touchpoint.label == form.receiver_label
        if (
            form.receiver_label
            and form.receiver_label != " ".join(before.receiver_label.split())
            and not is_name
        ):
            first = step.front[0].model_copy(update={"does": form.receiver_label}) if step.front else None
            told["front"] = (first or Act(does=form.receiver_label), *step.front[1:])
        return step.model_copy(update=told)

    def _place(self, form: Form) -> str | None:
        """The touchpoint that a communication point is: by its words, by its channel, else a new one."""
        named: dict[str, str] = {}
        for touchpoint in self.workspace.settings.touchpoints:
            named.setdefault(touchpoint.label.casefold(), touchpoint.id)
        for words in (form.receiver_label, form.channel):
            if words.casefold() in named:
                return named[words.casefold()]
        if not form.channel:
            return None
        settings = self.workspace.settings
        media = [
            one.id
            for one in settings.channels
            if form.channel.casefold()
            in (one.id, (one.name or "").casefold(), *map(str.casefold, one.matches))
        ]
        fitting = [one.id for one in settings.touchpoints if one.direct and one.channel in media[:1]]
        if len(fitting) == 1:
            return fitting[0]
        new = {(one.name or "").casefold(): id for id, one in self.touchpoints.items()}
        if form.channel.casefold() not in new:
            id = id_from(form.channel, {*self.workspace.touchpoints, *self.touchpoints}, "touchpoint")
            self.touchpoints[id] = Touchpoint(id=id, name=form.channel, channel=media[0] if media else None)
            return id
        return new[form.channel.casefold()]


def _id(text: str, taken: Any, fallback: str) -> str:
    """The id that the file gives where it is one of ours, else one that reads like it."""
    text = text.strip()
    return text if ID_PATTERN.match(text) and text not in taken else id_from(text, taken, fallback)


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
