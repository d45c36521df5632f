"""The circles as data shows them: who has a name in the CRM, where they are known, where they were met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from polku.diagrams.circles.parties import Party
from polku.diagrams.parts.frame import LegendEntry
from polku.diagrams.parts.journey import JourneyFacts
from polku.diagrams.parts.measured import MeasuredJourney, MeasuredPart
from polku.scene import Mark, Rect, text_lines, wrap
from polku.words import Message, Reader

GAP = 0.1
"""A role is missed by the CRM where its share of those who act is by so much more than its share of names."""

BAR, BAR_GAP, NOTE = 8.0, 12.0, 12.0
COLUMNS = ("people", "in-crm-count", "events", "needed", "known", "met")


class Counts:
    """What one measured journey says of the parties in the circles."""

    def __init__(self, facts: JourneyFacts, measured: MeasuredJourney, say: Reader) -> None:
        self.facts, self.measured, self.say = facts, measured, say
        self.small = facts.workspace.settings.limits.small

    def of(self, party: Party) -> MeasuredPart | None:
        """The numbers of a role's part of the buying centre; None where it has no part, or nothing is counted."""
        role = self.facts.workspace.roles.get(party.id) if party.kind == "role" else None
        return self.measured.parts.get(role.part) if role is not None and role.part is not None else None

    def told(self, found: Sequence[Party]) -> tuple[Party, ...]:
        """Parties with what was counted instead of what the map says; teams and partners stay."""
        return tuple(self._told(party, found) for party in found)

    def _told(self, party: Party, found: Sequence[Party]) -> Party:
        if party.kind != "role":
            return party
        say, counted = self.say, self.of(party)
        role = self.facts.workspace.roles.get(party.id)
        decides = (
            say(f"meetings.decides-{role.decides}")
            if role and role.decides
            else say("circles.decides-unsaid")
        )
        if counted is None:
            body = say(
                "circles.part-unsaid" if role is None or role.part is None else "circles.part-uncounted"
            )
            return replace(party, known=None, caption=decides, heading=say("circles.not-counted"), body=body)
        named = say("circles.names-in-crm", count=counted.in_crm)
        heading = named[:1].upper() + named[1:]
        if party.known is False and counted.in_crm:
            heading = say("circles.map-says-none", count=counted.in_crm)
        elif party.known and not counted.in_crm:
            heading = say("circles.map-says-named")
        others = [
            other.name for other in found if other.id != party.id and self.of(other) is counted and other.name
        ]
        parts = [say("circles.acted", count=counted.events, people=counted.people)]
        if counted.seen_share is not None and counted.crm_share is not None:
            parts.append(say("circles.shares", seen=counted.seen_share, crm=counted.crm_share))
        if others:
            parts.append(say("circles.same-part", others=others))
        return replace(
            party,
            known=counted.in_crm > 0,
            caption=decides if counted.in_crm else say("circles.unnamed-caption", decides=decides),
            heading=heading,
            body=" ".join(parts),
        )

    def bars(self, party: Party, room: float) -> list[tuple[tuple[str, ...], int, int]]:
        """Words, part and whole of each bar under a note."""
        counted = self.of(party)
        if counted is None:
            return []
        if not counted.needed:
            return [(wrap(self.say("circles.not-needed"), room, NOTE, 400, self.say.language), 0, 0)]
        params = {"count": counted.needed}
        told = (
            (self.say("circles.known-at", known=counted.known_at, **params), counted.known_at),
            (self.say("circles.met-at", met=counted.met_at, days=counted.lately, **params), counted.met_at),
        )
        language = self.say.language
        return [(wrap(words, room, NOTE, 400, language), part, counted.needed) for words, part in told]

    def height(self, party: Party, room: float) -> float:
        """How much room bars take under a note."""
        return sum(
            len(lines) * 16.5 + (BAR + BAR_GAP if whole else 0.0)
            for lines, _, whole in self.bars(party, room)
        ) + (6.0 if self.of(party) else 0.0)

    def marks(self, party: Party, x: float, y: float, room: float) -> list[Mark]:
        """Bars before an outline of the whole, hollow where the whole is too small for a share; y is a baseline."""
        marks: list[Mark] = []
        y += 6
        for lines, part, whole in self.bars(party, room):
            marks += text_lines(lines, x, y, size=NOTE, fill="ink-2", line=16.5 / NOTE)
            y += (len(lines) - 1) * 16.5 + 5
            if whole:
                full = min(room, 160.0)
                marks.append(Rect(x, y, full, BAR, "paper", "line-strong", 1))
                if part:
                    few = whole < self.small
                    wide = full * part / whole
                    marks.append(Rect(x, y, wide, BAR, "paper" if few else "ink-2", "ink-2", 1))
                y += BAR + BAR_GAP
            y += 11.5
        return marks

    def title(self, found: Sequence[Party]) -> Message | None:
        """Whom the CRM misses most of those who act, else who is known at the fewest accounts that need them."""
        told = [(party, counted) for party in found if (counted := self.of(party)) is not None]
        missed = [
            (counted.crm_share - counted.seen_share, party, counted)
            for party, counted in told
            if counted.crm_share is not None
            and counted.seen_share is not None
            and counted.people >= self.small
            and counted.seen_share - counted.crm_share >= GAP
        ]
        if missed:
            _, party, counted = min(missed, key=lambda one: one[0])
            params = {"role": party.name, "seen": counted.seen_share, "crm": counted.crm_share}
            return Message("circles.title-missed", params)
        holes = [
            (counted.known_at / counted.needed, party, counted)
            for party, counted in told
            if counted.needed >= self.small and counted.known_at < counted.needed
        ]
        if holes:
            _, party, counted = min(holes, key=lambda one: one[0])
            params = {"role": party.name, "known": counted.known_at, "count": counted.needed}
            return Message("circles.title-known-at", params)
        return None

    def legend(self) -> LegendEntry:
        """What a bar means."""

        def sign(x: float, y: float) -> tuple[Mark, ...]:
            return (
                Rect(x - 12, y - 4, 24, 8, "paper", "line-strong", 1),
                Rect(x - 12, y - 4, 15, 8, "ink-2", "ink-2", 1),
            )

        return LegendEntry(sign, self.say("circles.legend-bar"), 28.0)

    def cells(self, party: Party) -> tuple[str, ...]:
        """The numbers of a party as cells of the table."""
        counted, say = self.of(party), self.say
        if counted is None:
            return ("–",) * len(COLUMNS)
        found: Mapping[str, str] = {
            "people": say.number(counted.people),
            "in-crm-count": say.number(counted.in_crm),
            "events": say.number(counted.events),
            "needed": say.number(counted.needed),
            "known": say.number(counted.known_at) if counted.needed else "–",
            "met": say.number(counted.met_at) if counted.needed else "–",
        }
        return tuple(found[name] for name in COLUMNS)
