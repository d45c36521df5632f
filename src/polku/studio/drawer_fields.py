"""The fields and lists of one item of a journey, in the reader's words."""

from __future__ import annotations

import datetime as dt
from typing import Any

from polku.diagrams.parts.journey import role_label
from polku.documents import Evidence, Journey, Stage, Step
from polku.documents.walk import next_of
from polku.formats.steps_words import duration_in
from polku.studio.fields import Field, Option, Row, Rows, choices, written
from polku.studio.visit import Visit


def drawn_order(journey: Journey) -> tuple[str, ...]:
    """Ids of the steps as they are drawn: stage by stage."""
    known = {stage.id for stage in journey.stages}
    ids = [step.id for stage in journey.stages for step in journey.steps if step.stage == stage.id]
    return (*ids, *(step.id for step in journey.steps if step.stage not in known))


class Fields:
    """Makes fields of one item of a journey, in the reader's words."""

    def __init__(self, visit: Visit, journey: Journey, item: Any, path: str) -> None:
        self.visit, self.journey, self.item, self.path = visit, journey, item, path
        self.workspace, self.say = visit.workspace, visit.say

    def words(self, name: str) -> str:
        """What a field is called."""
        return self.say(f"studio-editor.{name.replace('_', '-')}")

    def field(self, name: str, *, kind: str = "text", prompt: str = "", label: str = "") -> Field:
        """A field of plain words, a number, a day, a duration or a yes."""
        value = getattr(self.item, f"{name}_" if name in ("with", "from", "as") else name)
        text = self.lasting(value) if kind == "lasting" else written(value, self.say)
        return Field(
            f"{self.path}/{name}" if self.path else name,
            label or self.words(name),
            kind,
            text,
            prompt=self.words(prompt) if prompt else self.words("empty"),
        )

    def lasting(self, value: dt.timedelta | None) -> str:
        """A duration in words that are understood when they come back, else as the file has it."""
        if value is None:
            return ""
        words = self.say.duration(value)
        return words if duration_in(words) == value else written(value, self.say)

    def choice(
        self, name: str, known: Any, *, none: str = "none", label: str = "", kind: str = "choice"
    ) -> Field:
        """A field whose value is one of those known, or several."""
        chosen = getattr(self.item, f"{name}_" if name in ("with", "from", "as") else name)
        options = choices(known, chosen, None if kind == "many" else self.words(none))
        return Field(
            f"{self.path}/{name}" if self.path else name,
            label or self.words(name),
            kind,
            "" if kind == "many" else str(chosen or ""),
            options,
            self.words(none),
        )


class StepFields(Fields):
    def __init__(self, visit: Visit, journey: Journey, step: Step) -> None:
        super().__init__(visit, journey, step, f"steps/{step.id}")
        self.step = step

    def role(self) -> Field:
        names = [
            (id, role_label(self.workspace, id, self.say))
            for id in dict.fromkeys((*self.workspace.role_order(), *self.journey.roles))
        ]
        return self.choice("role", names, none="role-none")

    def touchpoint(self) -> Field:
        names = []
        for id, one in self.workspace.touchpoints.items():
            channel = self.workspace.label("channels", one.channel) if one.channel else ""
            names.append((id, f"{one.label}, {channel.lower()}" if channel else one.label))
        return self.choice("touchpoint", names, none="touchpoint-none")

    def said(self, name: str, sign: str, hue: str) -> Rows:
        path = f"{self.path}/{name}"
        heard = [(one.id, self.piece_label(one)) for one in self.workspace.evidence.values()]
        rows = []
        for number, one in enumerate(getattr(self.step, name), start=1):
            at = f"{path}/{number}"
            rows.append(
                Row(
                    at,
                    Field(f"{at}/says", self.words(name), "text", one.says),
                    (
                        Field(
                            f"{at}/weight",
                            self.words("weight"),
                            "choice",
                            "" if one.weight is None else str(one.weight),
                            choices(
                                [
                                    (str(value), self.say("studio-editor.weight-of", value=value))
                                    for value in range(5)
                                ],
                                None if one.weight is None else str(one.weight),
                                self.words("unweighed"),
                            ),
                        ),
                        Field(
                            f"{at}/evidence",
                            self.words("evidence"),
                            "many",
                            "",
                            choices(heard, one.evidence, None),
                        ),
                    ),
                )
            )
        return Rows(path, self.words(name), tuple(rows), self.words(f"{name}-prompt"), sign, hue, sorts=True)

    def acts(self, name: str) -> Rows:
        path = f"{self.path}/{name}"
        rows = []
        others = [
            (f"{where}/{number}", act.does)
            for where in ("front", "back")
            for number, act in enumerate(getattr(self.step, where), start=1)
        ]
        named = {
            act.id: f"{where}/{number}"
            for where in ("front", "back")
            for number, act in enumerate(getattr(self.step, where), start=1)
            if act.id
        }
        for number, act in enumerate(getattr(self.step, name), start=1):
            at, own = f"{path}/{number}", f"{name}/{number}"
            rows.append(
                Row(
                    at,
                    Field(f"{at}/does", self.words(name), "text", act.does),
                    (
                        self._of(at, "team", self.workspace.teams, act.team, "team-none"),
                        self._of(at, "system", self.workspace.systems, act.system, "none"),
                        Field(
                            f"{at}/then",
                            self.words("then"),
                            "choice",
                            named.get(act.then or "", ""),
                            choices(
                                [one for one in others if one[0] != own],
                                named.get(act.then or "", act.then),
                                self.words("none"),
                            ),
                            act="then",
                        ),
                    ),
                )
            )
        return Rows(path, self.words(name), tuple(rows), self.words(f"{name}-prompt"), sorts=True)

    def _of(self, path: str, name: str, known: Any, chosen: str | None, none: str) -> Field:
        options = choices(known, chosen, self.words(none))
        return Field(f"{path}/{name}", self.words(name), "choice", chosen or "", options)

    def label_of(self, id: str) -> str:
        step = self.journey.step(id)
        return step.label if step else f"{id} ?"

    def ways(self) -> Rows:
        path = f"{self.path}/next"
        order = drawn_order(self.journey)
        rows = []
        for number, way in enumerate(self.step.next or (), start=1):
            at = f"{path}/{number}"
            back = way.to in order and order.index(way.to) <= order.index(self.step.id)
            rows.append(
                Row(
                    at,
                    Field(f"{at}/to", self.words("next"), "choice", way.to, self.others(way.to)),
                    (
                        Field(
                            f"{at}/label",
                            self.words("label"),
                            "line",
                            way.label or "",
                            prompt=self.words("label-prompt"),
                        ),
                        Field(
                            f"{at}/unsolved", self.words("unsolved"), "yes", written(way.unsolved, self.say)
                        ),
                    ),
                    self.words("loops-back") if back else "",
                )
            )
        return Rows(path, self.words("next"), tuple(rows), self.words("next-prompt"))

    def others(self, chosen: str) -> tuple[Option, ...]:
        order = [id for id in drawn_order(self.journey) if id != self.step.id or id == chosen]
        known = [(id, f"{number}. {self.label_of(id)}") for number, id in enumerate(order, start=1)]
        return choices(known, chosen, None)

    def targets(self) -> tuple[Option, ...]:
        taken = {way.to for way in next_of(self.journey, self.step)} if self.step.next is not None else set()
        return tuple(one for one in self.others("") if one.value not in taken)

    def default_next(self) -> str:
        if self.step.next is not None:
            return ""
        ways = next_of(self.journey, self.step)
        return self.label_of(ways[0].to) if ways else ""

    def handoff(self) -> tuple[Field, ...]:
        given = self.step.receives
        path = f"{self.path}/receives"
        teams = choices(self.workspace.teams, given.from_ if given else None, self.words("none"))
        fields = [
            Field(f"{path}/from", self.words("from"), "choice", (given.from_ or "") if given else "", teams),
            Field(
                f"{path}/passes",
                self.words("passes"),
                "text",
                written(given.passes if given else None, self.say),
                prompt=self.words("passes-prompt"),
            ),
            Field(
                f"{path}/within",
                self.words("within"),
                "lasting",
                self.lasting(given.within if given else None),
                prompt=self.words("lasting-prompt"),
            ),
        ]
        if self.visit.names:
            owner = given.owner if given else None
            fields += [
                Field(
                    f"{path}/owner/from",
                    self.words("owner-from"),
                    "line",
                    (owner.from_ or "") if owner else "",
                ),
                Field(f"{path}/owner/to", self.words("owner-to"), "line", (owner.to or "") if owner else ""),
            ]
        return tuple(fields)

    def partner(self) -> tuple[Field, ...]:
        part = self.step.partner
        path = f"{self.path}/partner"
        known = choices(self.workspace.partners, part.id if part else None, self.words("none"))
        fields = [Field(f"{path}/id", self.words("partner"), "choice", part.id if part else "", known)]
        if part:
            fields.append(
                Field(
                    f"{path}/does",
                    self.words("partner-does"),
                    "text",
                    part.does or "",
                    prompt=self.words("empty"),
                )
            )
        return tuple(fields)

    def more(self) -> tuple[Field, ...]:
        return (
            self.choice("stage", self.journey_stages(), none="no-stage"),
            self.choice("with", [o for o in self.role_names() if o[0] != self.step.role], kind="many"),
            self.choice("owner", self.workspace.teams, none="owner-none"),
            self.field("waits", kind="lasting", prompt="lasting-prompt"),
            self.field("takes", kind="lasting", prompt="lasting-prompt"),
            self.choice("content", self.workspace.contents),
            self.field("note", prompt="note-prompt"),
        )

    def role_names(self) -> list[tuple[str, str]]:
        return [(id, role_label(self.workspace, id, self.say)) for id in self.workspace.role_order()]

    def journey_stages(self) -> list[tuple[str, str]]:
        return [(stage.id, stage.label) for stage in self.journey.stages]

    def questions(self) -> Rows | None:
        stage = self.journey.stage(self.step.stage)
        return question_rows(self.visit, self.journey, stage) if stage else None

    def piece_label(self, piece: Evidence) -> str:
        return piece_label(piece)


def piece_label(piece: Evidence) -> str:
    """A piece of evidence in one line."""
    words = piece.quote or piece.finding or piece.label
    return words if len(words) <= 90 else words[:89] + "…"


def question_rows(visit: Visit, journey: Journey, stage: Stage) -> Rows:
    """A stage's bank of questions, each with its answer."""
    maker = Fields(visit, journey, stage, f"stages/{stage.id}")
    path = f"stages/{stage.id}/questions"
    rows = []
    for number, one in enumerate(stage.questions, start=1):
        at = f"{path}/{number}"
        answer = Field(
            f"{at}/answer",
            maker.words("answer"),
            "text",
            one.answer or "",
            prompt=maker.words("answer-prompt"),
        )
        rows.append(Row(at, Field(f"{at}/ask", maker.words("question"), "text", one.ask), (answer,)))
    return Rows(path, maker.words("questions"), tuple(rows), maker.words("question-prompt"))
