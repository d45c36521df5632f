"""What the network shows of a journey, before it has places: meetings, roles, their words."""

from __future__ import annotations

from dataclasses import dataclass

from polku.diagrams.network.layout import (
    LABEL,
    ROLE,
    TEAM_ROOM,
    Layout,
    lay_out,
)
from polku.diagrams.network.meetings import Meeting, met_by
from polku.diagrams.parts.bands import MARGIN
from polku.diagrams.parts.journey import (
    NOBODY,
    JourneyFacts,
    StepFacts,
    short_names,
)
from polku.diagrams.parts.measured import MeasuredJourney
from polku.diagrams.parts.ways_between import Curve
from polku.scene import (
    RoleSign,
    widest,
    wrap,
)
from polku.words import Reader

NAME, NOTE = 13.0, 12.0
ROLE_WORDS = 132.0
STRAND, THIN = 2.0, 1.2


@dataclass(frozen=True)
class Label:
    """The words beside a meeting."""

    name: tuple[str, ...]
    note: tuple[str, ...]

    @property
    def height(self) -> float:
        """From the top of the first line to the foot of the last."""
        return len(self.name) * 16.0 + len(self.note) * 15.0


class Network:
    """One network in the making; coordinates around its centre until they are drawn."""

    def __init__(
        self,
        facts: JourneyFacts,
        say: Reader,
        shown: frozenset[str] | None,
        measured: MeasuredJourney | None,
        found: tuple[Meeting, ...],
    ) -> None:
        self.facts, self.say, self.shown, self.measured, self.meetings = facts, say, shown, measured, found
        self.language = facts.workspace.settings.language
        self.used: set[str] = set()
        self.curves: list[Curve] = []
        self.place_of = {one.step.id: n for n, meeting in enumerate(found) for one in meeting.steps}
        self.names = short_names(facts.workspace)
        met = {role for one in facts.steps for role in met_by(one) if one.step.touchpoint}
        self.roles: tuple[str | None, ...] = (
            *facts.roles,
            *sorted(role for role in met if role is not None and role not in facts.roles),
            *((None,) if None in met or (facts.steps and not facts.roles) else ()),
        )
        self.labels = [self.label_of(meeting) for meeting in found]
        self.captions = {role: self.caption_of(role) for role in self.roles}
        self.most_cases = (
            max((step.cases or 0 for step in measured.steps.values()), default=0) if measured else 0
        )

    def lay_out(self, page: float) -> Layout:
        """Places of all; the page may turn out to need more width than it was given."""
        ties: dict[str | None, list[int]] = {role: [] for role in self.roles}
        for one in self.facts.steps:
            if one.step.id in self.place_of:
                ties[one.role].append(self.place_of[one.step.id])
        blocks = {}
        for role, (name, notes) in self.captions.items():
            wide = max(
                2 * ROLE + 8, widest(name, NAME, 600), *(widest([note], NOTE) for note, _ in notes), 0.0
            )
            blocks[role] = (wide, 2 * ROLE + 6 + len(name) * 16 + len(notes) * 15)
        heights = [label.height for label in self.labels] or [0.0]
        spoked = [meeting.present for meeting in self.meetings] or [False]
        return lay_out(heights, spoked, blocks, ties, page / 2 - MARGIN - TEAM_ROOM)

    def label_of(self, meeting: Meeting) -> Label:
        """The name of a meeting, its channel, and what was counted."""
        name = meeting.name or self.say("network.no-channel")
        notes = []
        if meeting.touchpoints > 1:
            notes.append(self.say("network.touchpoints", count=meeting.touchpoints))
        elif meeting.channel:
            notes.append(meeting.channel)
        if self.measured:
            steps = [self.measured.step(one.step.id) for one in meeting.steps]
            if any(step.observable for step in steps):
                notes.append(self.say("diagrams.cases", count=max(step.cases or 0 for step in steps)))
            else:
                notes.append(self.say("diagrams.unseen"))
        lines = [line for note in notes for line in wrap(note, LABEL, NOTE, 400, self.language)]
        return Label(wrap(name, LABEL, NAME, 600, self.language), tuple(lines))

    def label_width(self, label: Label) -> float:
        """Of the widest line."""
        return max(widest(label.name, NAME, 600), widest(label.note, NOTE))

    def caption_of(self, role: str | None) -> tuple[tuple[str, ...], list[tuple[str, str]]]:
        """A role's name in lines, and its notes each with a colour."""
        say = self.say
        if role is None:
            return wrap(say("diagrams.role-nobody"), ROLE_WORDS, NAME, 600, say.language), []
        name = wrap(self.names.get(role, role), ROLE_WORDS, NAME, 600, self.language)
        document = self.facts.workspace.roles.get(role)
        notes: list[tuple[str, str]] = []
        if document and document.decides:
            notes.append((say(f"meetings.decides-{document.decides}"), "ink-2"))
        if document and document.in_crm is False:
            notes.append((say("meetings.no-name"), "negative"))
        lines = [
            (line, fill) for note, fill in notes for line in wrap(note, ROLE_WORDS, NOTE, 400, say.language)
        ]
        return name, lines

    def role_height(self, role: str | None) -> float:
        """From the centre of a role's circle to the foot of its words."""
        name, notes = self.captions[role]
        return ROLE + 6 + len(name) * 16 + len(notes) * 15

    def unseen(self, meeting: Meeting) -> bool:
        """Whether counts are shown and no data could show this meeting."""
        return self.measured is not None and not any(
            self.measured.step(one.step.id).observable for one in meeting.steps
        )

    def in_front(self, role: str | None) -> bool:
        """Whether a role stands in the foreground."""
        return self.shown is None or role in self.shown

    def sign(self, role: str | None) -> RoleSign:
        """The sign of a role."""
        return self.facts.signs.get(role or "", NOBODY)

    def width_of(self, one: StepFacts) -> float:
        """2 px a step; with counts, by its share of the largest."""
        if self.measured is None or not self.most_cases:
            return STRAND
        return THIN + 6 * (self.measured.step(one.step.id).cases or 0) / self.most_cases
