"""The rows beside a role's web: what it does, wants, needs, what hurts and moves it, its steps, its words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from polku.diagrams.matrix.cards import MOST_SQUARES
from polku.diagrams.parts.drawing import Drawing, Words
from polku.diagrams.parts.frame import role_badge
from polku.diagrams.parts.journey import StepFacts, step_label
from polku.diagrams.parts.signs import assumed_square, evidence_square
from polku.documents import Evidence, Role
from polku.scene import Circle, Group, Line, Mark, Rect, RoleSign, Text, text_width, wrap
from polku.scene.text import LINE

LABEL = 138.0
UNIT = 17.0
PAD = 13.0
MOST_QUOTES = 4

Content = Callable[[Words], None]


@dataclass
class RadarRows:
    """The rows of one role in the making; `said` is what they say, for the table."""

    drawing: Drawing
    role: Role
    steps: Sequence[StepFacts]
    sign: RoleSign
    left: float
    right: float
    said: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    @property
    def heard(self) -> tuple[Evidence, ...]:
        """What was heard about the role or at its steps, once each."""
        about = [
            one
            for one in self.drawing.facts.workspace.evidence.values()
            if one.status == "done" and self.role.id in one.about.roles
        ]
        found = {one.id: one for one in about}
        found |= {one.id: one for step in self.steps for one in step.evidence}
        return tuple(found.values())

    def draw(self, y: float) -> tuple[list[Mark], float]:
        """All rows from y downwards; returns the y below them."""
        role, marks = self.role, list[Mark]()
        rows: list[tuple[str, Content, tuple[str, ...]]] = [
            ("does", self._lines((role.job,) if role.job else ()), (role.job,) if role.job else ()),
            ("wants", self._lines(role.goals), role.goals),
            ("needs", self._lines(role.needs), role.needs),
            ("hurts", self._pains, tuple(one.says for one in role.pains)),
            ("moved", self._lines(role.drivers), role.drivers),
            ("informs", self._channels, tuple(self._channel(one) for one in role.informs_by)),
        ]
        for name, content, said in rows:
            drawn, y = self._row(name, content, y)
            marks.append(drawn)
            self.said.append((self.drawing.reader(f"radar.row-{name}"), said))
        drawn_steps, y = self._steps_row(y)
        marks += drawn_steps
        for name, content, said in (
            ("evidence", self._evidence, tuple(one.label for one in self.heard)),
            ("words", self._quotes, tuple(one.quote or "" for one in self._quoted())),
        ):
            drawn, y = self._row(name, content, y)
            marks.append(drawn)
            self.said.append((self.drawing.reader(f"radar.row-{name}"), said))
        return marks, y

    def _row(self, name: str, content: Content, y: float) -> tuple[Group, float]:
        reader = self.drawing.reader
        head, low = self._head(name, y)
        x = self.left + LABEL + 16
        words = Words(x, y + 22, self.right - x, self.drawing.language)
        content(words)
        bottom = max(low, words.y - 11) + PAD
        label = reader(f"radar.row-{name}")
        rule = Line(self.left, y, self.right, y)
        return Group((rule, *head, *words.marks), id=f"row-{name}", role="row", label=label), bottom

    def _head(self, name: str, y: float) -> tuple[list[Mark], float]:
        reader = self.drawing.reader
        head = Words(self.left, y + 22, LABEL, reader.language)
        head.add(reader(f"radar.row-{name}"), 13, 600)
        head.add(reader(f"radar.row-{name}-note"), 12, fill="ink-3")
        return list(head.marks), head.y - 11

    def _lines(self, lines: Sequence[str]) -> Content:
        def content(words: Words) -> None:
            for line in lines:
                words.add(line, 13).skip(2)
            if not lines:
                self._prompt(words, "radar.unasked")

        return content

    def _prompt(self, words: Words, id: str, **params: str) -> None:
        """What nobody asked yet: a dashed frame with the words in it."""
        self.drawing.use("unasked")
        reader = self.drawing.reader
        lines = wrap(reader(id, **params), words.width - 18, 12, 400, reader.language)
        wide = max(text_width(line, 12) for line in lines) + 18
        high = 15 * len(lines) + 8
        words.marks.append(Rect(words.x, words.y - 15, wide, high, None, "negative", 1.2, (4, 3), 3))
        for number, line in enumerate(lines):
            words.marks.append(Text(words.x + 9, words.y + 15 * number, line, 12, fill="negative"))
        words.y += 15 * len(lines) + 2

    def _pains(self, words: Words) -> None:
        for pain in self.role.pains:
            known = any(id in self.drawing.facts.workspace.evidence for id in pain.evidence)
            self.drawing.use("pain")
            words.marks.append(Text(words.x, words.y, "−", 13, 700, fill="negative"))
            if known:
                self.drawing.use("evidence")
                words.marks += evidence_square(words.x + 20, words.y - 4.5)
            else:
                self.drawing.use("no-evidence")
                words.marks += assumed_square(words.x + 20, words.y - 4.5)
            words.add(pain.says, 13, indent=32).skip(2)
        if not self.role.pains:
            self._prompt(words, "radar.unasked")

    def _channel(self, id: str) -> str:
        known = self.drawing.facts.workspace.channels.get(id)
        return known.name or id if known else id

    def _channels(self, words: Words) -> None:
        met = {one.channel.id for one in self.steps if one.channel}
        met |= {one.touchpoint.id for one in self.steps if one.touchpoint}
        if not self.role.informs_by:
            self._prompt(words, "radar.unasked")
            return
        x, right = words.x, words.x + words.width
        for id in self.role.informs_by:
            lines = wrap(self._channel(id), words.width - 16, 12, 400, self.drawing.language)
            wide = max(text_width(line, 12) for line in lines) + 16
            if x > words.x and x + wide > right:
                x, words.y = words.x, words.y + 26
            dash = () if id in met else (4.0, 3.0)
            if id not in met:
                self.drawing.use("not-met")
            high = 15 * len(lines) + 6
            words.marks.append(
                Rect(
                    x, words.y - 14.5, wide, high, None, "ink-2" if id in met else "line-strong", 1.2, dash, 3
                )
            )
            for number, line in enumerate(lines):
                words.marks.append(Text(x + 8, words.y + 15 * number, line, 12, fill="ink-2"))
            words.y += 15 * (len(lines) - 1)
            x += wide + 8
        words.y += 22

    def _steps_row(self, y: float) -> tuple[list[Mark], float]:
        """The role's steps as stems along the journey: height is feeling, the badge filled where evidenced."""
        drawing, reader = self.drawing, self.drawing.reader
        head, low = self._head("steps", y)
        self.said.append(
            (
                reader("radar.row-steps"),
                tuple(
                    f"{one.number}. {one.step.label} ("
                    + ("?" if one.step.feels is None else reader.signed(one.step.feels))
                    + ")"
                    for one in self.steps
                ),
            )
        )
        marks: list[Mark] = [Line(self.left, y, self.right, y), *head]
        x = self.left + LABEL + 16
        if not self.steps:
            words = Words(x, y + 22, self.right - x, drawing.language)
            self._prompt(words, "radar.no-steps")
            group = Group((*marks, *words.marks), id="row-steps", role="row", label=reader("radar.row-steps"))
            return [group], max(low, words.y - 11) + PAD
        zero = y + 16 + 2 * UNIT + 6
        each = (self.right - x) / drawing.facts.total
        drawing.use("below-neutral")
        marks.append(Rect(x, zero, self.right - x, 2 * UNIT + 12, None, texture="hatch-negative"))
        at = x
        for _, steps in drawing.facts.stages[:-1]:
            at += each * len(steps)
            marks.append(Line(at, zero - 2 * UNIT - 8, at, zero + 2 * UNIT + 12))
        marks.append(Line(x, zero, self.right, zero, "line-strong", 1.4))
        found: list[Mark] = [Group(tuple(marks), id="row-steps", role="row", label=reader("radar.row-steps"))]
        size = max(9.0, min(15.0, each * 1.2))
        for one in self.steps:
            cx = x + each * (one.number - 0.5)
            inside: list[Mark] = []
            feels = one.step.feels
            if feels is None:
                drawing.use("not-asked")
                inside.append(Circle(cx, zero, size / 2, "paper", "line-strong", 1.3, (2.5, 2.5)))
            else:
                cy = zero - UNIT * feels
                if feels:
                    inside.append(Line(cx, zero, cx, cy, self.sign.token, 2))
                if one.step.moment_of_truth:
                    drawing.use("moment-of-truth")
                    inside.append(Circle(cx, cy, size * 0.85, "paper", "ink", 1.6))
                inside.append(role_badge(self.sign, cx, cy, size, bool(one.evidence)))
            label = step_label(one, drawing.facts.total, reader)
            found.append(
                Group(
                    tuple(inside),
                    id=f"step-{one.step.id}",
                    role="step",
                    label=label,
                    title=label,
                    focusable=True,
                )
            )
        return found, max(low, zero + 2 * UNIT + 16) + PAD

    def _evidence(self, words: Words) -> None:
        reader, heard = self.drawing.reader, self.heard
        if not heard:
            self._prompt(words, "radar.nobody-asked")
            return
        self.drawing.use("evidence")
        shown = min(len(heard), MOST_SQUARES)
        for number in range(shown):
            words.marks += evidence_square(words.x + 5 + 13 * number, words.y - 4.5)
        known = sum(bool(one.evidence) for one in self.steps)
        said = reader("radar.heard", count=len(heard), known=known, steps=len(self.steps))
        words.add(said, 13, indent=13 * shown + 8)

    def _quoted(self) -> tuple[Evidence, ...]:
        own = [
            one
            for one in self.heard
            if one.quote and (not one.about.roles or self.role.id in one.about.roles)
        ]
        return tuple(own[:MOST_QUOTES])

    def _quotes(self, words: Words) -> None:
        quoted = self._quoted()
        if not quoted:
            self._prompt(words, "radar.no-word", role=self.role.label)
        for one in quoted:
            words.add(self.drawing.reader.quote(one.quote or ""), 13, italic=True, line=LINE).skip(3)
