"""The circles: how close each is to daily use, how much they weigh in the decision, and whether we know them."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from polku.diagrams.circles.layout import Circles, Standing, lay_out
from polku.diagrams.circles.measured import COLUMNS, Counts
from polku.diagrams.circles.parties import UNSAID, Party, circles_title, parties
from polku.diagrams.circles.signs import circle, disc, sizes
from polku.diagrams.parts import signs
from polku.diagrams.parts.bands import MARGIN
from polku.diagrams.parts.frame import LegendEntry, foot, role_badge
from polku.diagrams.parts.journey import JourneyFacts, journey_facts
from polku.diagrams.parts.measured import MeasuredJourney
from polku.diagrams.parts.page import FindingLike, journey_head, page_scene
from polku.diagrams.parts.spread import spread
from polku.documents import Journey, Workspace
from polku.scene import (
    LIGHT,
    Circle,
    Group,
    Line,
    Mark,
    Rect,
    Scene,
    Table,
    Text,
    Theme,
    fit,
    text_lines,
    text_width,
    widest,
    wrap,
)
from polku.words import Message, Reader, reader
from polku.words import Text as Words

PAGE = 1600.0
NOTE_ROOM = 232.0
LEADER = 44.0
"""Least length of the line from a note to the rings."""

NAME, NOTE, HEADING = 12.5, 12.0, 14.0
CAPTION_ROOM = 136.0


def draw_circles(
    workspace: Workspace,
    journey: Journey,
    *,
    language: str = "en",
    theme: Theme = LIGHT,
    roles: Sequence[str] | None = None,
    today: dt.date | None = None,
    names: bool = True,
    findings: Iterable[FindingLike] = (),
    width: float | None = None,
    title: Words | None = None,
    measured: MeasuredJourney | None = None,
    tag: str = "",
) -> Scene:
    """Rings around everyday use: roles of the customer left, our teams and partners right.

    Keywords are those of `draw_matrix`; names and findings change nothing, as neither persons nor single
    steps stand here. With `measured`, names in the CRM, accounts where they are known, and meetings are
    counted for each role; how near one stands to use is no thing that data shows, and stays as said.

    Args:
        roles: in the foreground; the others are grey.
        width: of the page; a page is never narrower than rings and notes need.
    """
    facts = journey_facts(workspace, journey, today=today)
    say = reader(language)
    rings = Rings(facts, say, None if roles is None else frozenset(roles), measured)
    page = max(width or PAGE, 2 * (rings.laid.edges[-1] + LEADER + NOTE_ROOM + MARGIN))
    heading = say.text(title if title is not None else rings.title())
    question = say("circles.question-measured" if measured else "circles.question")
    frame_head, top = journey_head(
        facts, say, page, title=heading, question=question, measured=measured, tag=tag
    )
    body, y = rings.draw(page, top)
    how = say("circles.how-to-read-measured" if measured else "circles.how-to-read")
    frame_foot, height = foot(page, y + 20, rings.legend(), how, say.language)
    return page_scene(
        page,
        height,
        title=heading,
        desc=say.text(rings.description()),
        say=say,
        theme=theme,
        marks=(frame_head, *body, frame_foot),
        table=rings.table(),
    )


@dataclass(frozen=True)
class _Words:
    """A party's words: in the circle, or all under it.

    Args:
        inside: lines of the name in the circle.
        under: lines of the name under it, where it has no room within.
        caption: lines beneath.
    """

    inside: tuple[str, ...]
    under: tuple[str, ...]
    caption: tuple[str, ...]

    @property
    def wide(self) -> float:
        return max(widest(self.under, NAME, 600), widest(self.caption, NOTE)) + 4

    @property
    def below(self) -> float:
        return 6 + len(self.under) * 16 + len(self.caption) * 15


class Rings:
    """One drawing of the circles in the making."""

    def __init__(
        self,
        facts: JourneyFacts,
        say: Reader,
        shown: frozenset[str] | None,
        measured: MeasuredJourney | None = None,
    ) -> None:
        self.facts, self.say, self.shown = facts, say, shown
        self.language = facts.workspace.settings.language
        self.lines_out: list[tuple[float, float, float, float]] = []
        self.counts = Counts(facts, measured, say) if measured else None
        found = parties(facts, say)
        self.parties = self.counts.told(found) if self.counts else found
        self.words = [self.words_of(party) for party in self.parties]
        self.count = 4 if any(party.ring == UNSAID for party in self.parties) else 3
        self.zones = [self.zone_words(ring) for ring in range(self.count)]
        everybody = [
            Standing(party.ring, party.depth, party.r, words.wide, party.r + words.below, party.left)
            for party, words in zip(self.parties, self.words, strict=True)
        ]
        wide = [max(text_width(name, 13, 600), text_width(note, NOTE)) for name, note in self.zones]
        self.laid: Circles = lay_out(everybody, wide)

    def title(self) -> Words:
        """What is seen first."""
        counted = self.counts.title(self.parties) if self.counts else None
        return counted or circles_title(self.facts, self.parties)

    def zone_words(self, ring: int) -> tuple[str, str]:
        """A ring's name and what it is near to."""
        name = ("daily", "project", "budget", "unsaid")[ring]
        return self.say(f"circles.ring-{name}"), self.say(f"circles.ring-{name}-note")

    def words_of(self, party: Party) -> _Words:
        """Where the words of a party stand: in its circle as far as they fit."""
        caption = wrap(party.caption, CAPTION_ROOM, NOTE, 400, self.say.language)
        if not party.name:
            return _Words((), (), caption)
        if party.sign is not None:
            fits = (
                party.r >= 36 and text_width(party.name, NAME, 600) <= 2 * math.sqrt(party.r**2 - 24**2) - 6
            )
            if fits:
                return _Words((party.name,), (), caption)
        else:
            inset = 8.0 if party.kind == "partner" else 4.0
            for room in (2 * party.r - 2 * inset - 4, 1.7 * party.r - 2 * inset):
                lines = wrap(party.name, room, NAME, 600, self.language)
                corner = math.hypot(widest(lines, NAME, 600) / 2, len(lines) * 8.0)
                # A name broken into syllables reads better under the circle, in one piece.
                if corner <= party.r - inset / 2 and not any(line.endswith("-") for line in lines):
                    return _Words(lines, (), caption)
        return _Words((), wrap(party.name, CAPTION_ROOM, NAME, 600, self.language), caption)

    def draw(self, page: float, top: float) -> tuple[list[Mark], float]:
        """All marks between head and foot; returns the y below them."""
        outer = self.laid.edges[-1]
        notes = [note for left in (True, False) for note in self.notes(left, page)]
        high = max([outer + 34, *(-y + 16 for _, y, _, _ in notes)])
        low = max([outer, *(y + height for _, y, height, _ in notes)]) + 6
        cx, cy = page / 2, top + high
        marks: list[Mark] = [self.ground(cx, cy, page)]
        marks.append(
            Group(tuple(self.leaders(notes, page, cx, cy)), id="leaders", role="ground", hidden=True)
        )
        at = {number: (y, lines) for number, y, _, lines in notes}
        marks += [self.party(number, *at[number], page, cx, cy) for number in range(len(self.parties))]
        return marks, cy + low

    def ground(self, cx: float, cy: float, page: float) -> Group:
        """Rings, the line between the customer and us, the hub."""
        marks: list[Mark] = []
        edges = self.laid.edges
        for ring in reversed(range(self.count)):
            fill = "sunken" if ring == 1 else "paper"
            dash = (4.0, 3.0) if ring == UNSAID else ()
            marks.append(Circle(cx, cy, edges[ring + 1], fill, "line-strong", 1, dash))
        marks.append(Line(cx, cy - edges[-1] - 26, cx, cy + edges[-1], "line-strong", 1.4, (6, 5)))
        marks.append(Circle(cx, cy, edges[0], "sunken-2", "line-strong", 1))
        hub = wrap(self.say("circles.hub"), 1.6 * edges[0], 15, 600, self.say.language)
        middle = cy + 5 - (len(hub) - 1) * 9.5
        marks += text_lines(hub, cx, middle, size=15, weight=600, anchor="middle")
        for ring, (name, note) in enumerate(self.zones):
            y = cy - edges[ring + 1] + 27
            wide = max(text_width(name, 13, 600), text_width(note, NOTE)) + 10
            marks.append(Rect(cx - wide / 2, y - 14, wide, 36, "sunken" if ring == 1 else "paper"))
            marks.append(Text(cx, y, name, 13, 600, anchor="middle"))
            marks.append(Text(cx, y + 16, note, NOTE, anchor="middle", fill="ink-2"))
        room = page / 2 - MARGIN - 16
        company = self.facts.workspace.settings.name or self.say("circles.company")
        partners = sum(party.kind == "partner" for party in self.parties)
        ours = self.say("circles.us", company=company, count=partners) if partners else company
        y = cy - edges[-1] - 14
        marks.append(Text(cx - 14, y, self.say("circles.customer"), 15, 600, anchor="end"))
        marks.append(Text(cx + 14, y, fit(ours, room, 15, 600), 15, 600))
        return Group(tuple(marks), id="rings", role="ground")

    def notes(
        self, left: bool, page: float
    ) -> list[tuple[int, float, float, tuple[tuple[str, ...], tuple[str, ...]]]]:
        """Notes of one side: number, y of the heading's baseline, height under it, lines."""
        mine = [number for number, party in enumerate(self.parties) if party.left == left]
        mine.sort(key=lambda number: (self.laid.places[number].y, number))
        lines = []
        for number in mine:
            party = self.parties[number]
            heading = wrap(party.heading, NOTE_ROOM, HEADING, 600, self.say.language)
            lines.append(
                (heading, wrap(party.body, NOTE_ROOM, NOTE, 400, self.language) if party.body else ())
            )
        heights = [len(heading) * 18.0 + len(body) * 16.5 for heading, body in lines]
        if self.counts:
            more = [self.counts.height(self.parties[number], NOTE_ROOM) for number in mine]
            heights = [height + bars for height, bars in zip(heights, more, strict=True)]
        wanted = [self.laid.places[number].y for number in mine]
        low = -self.laid.edges[-1] + 10
        high = max(self.laid.edges[-1] - (heights[-1] if heights else 0.0), low)
        needed = sum(heights[:-1]) + 22 * max(0, len(heights) - 1)
        if needed > high - low:
            # More than the rings are high: the notes reach over both ends alike.
            low, high = -needed / 2, needed / 2
        places = spread(wanted, [height + 22 for height in heights[:-1]], low, high)
        return list(zip(mine, places, heights, lines, strict=True))

    def leaders(
        self,
        notes: Sequence[tuple[int, float, float, tuple[tuple[str, ...], tuple[str, ...]]]],
        page: float,
        cx: float,
        cy: float,
    ) -> list[Mark]:
        """A line from each note to its circle, a dot at its end."""
        marks: list[Mark] = []
        for number, note_y, _, _ in notes:
            party, place = self.parties[number], self.laid.places[number]
            side = -1.0 if party.left else 1.0
            x, y = side * (page / 2 - MARGIN - NOTE_ROOM - 8), note_y - 4.5
            dx, dy = x - place.x, y - place.y
            far = math.hypot(dx, dy) or 1.0
            end_x, end_y = place.x + dx / far * party.r, place.y + dy / far * party.r
            self.lines_out.append((x, y, end_x, end_y))
            marks.append(Line(cx + x, cy + y, cx + end_x, cy + end_y, "line-strong", 1))
            marks.append(Circle(cx + end_x, cy + end_y, 2.6, "ink-2"))
        return marks

    def party(
        self,
        number: int,
        note_y: float,
        lines: tuple[tuple[str, ...], tuple[str, ...]],
        page: float,
        cx: float,
        cy: float,
    ) -> Group:
        """A circle, its words, its note."""
        party, place, words = self.parties[number], self.laid.places[number], self.words[number]
        x, y = cx + place.x, cy + place.y
        dim = self.shown is not None and party.kind == "role" and party.id not in self.shown
        ink = "ink-3" if dim else "ink"
        marks: list[Mark] = [*disc(party, x, y, dim)]
        top = y + 5 - (len(words.inside) - 1) * 8
        if party.sign is not None:
            up = 12.0 if words.inside else 0.0
            size = 26.0 if party.r > 40 else 22.0 if party.r > 26 else 18.0
            marks.append(role_badge(party.sign, x, y - up, size, filled=not dim, ground="surface"))
            top = y + 22
        marks += text_lines(
            words.inside, x, top, size=NAME, weight=600, anchor="middle", fill=ink, line=16 / NAME
        )
        below = y + party.r + 16
        marks += self.plates(words, x, y + party.r + 5, cx, cy)
        marks += text_lines(
            words.under, x, below, size=NAME, weight=600, anchor="middle", fill=ink, line=16 / NAME
        )
        loud = party.loud and not dim
        marks += text_lines(
            words.caption,
            x,
            below + len(words.under) * 16 - 0.5,
            size=NOTE,
            anchor="middle",
            fill="negative" if loud else "ink-2",
            line=15 / NOTE,
        )
        side = MARGIN if party.left else page - MARGIN - NOTE_ROOM
        heading, body = lines
        marks += text_lines(
            heading,
            side,
            cy + note_y,
            size=HEADING,
            weight=600,
            fill="negative" if loud else ink,
            line=18 / HEADING,
        )
        marks += text_lines(
            body, side, cy + note_y + len(heading) * 18, size=NOTE, fill="ink-2", line=16.5 / NOTE
        )
        if self.counts:
            under = cy + note_y + len(heading) * 18 + len(body) * 16.5
            marks += self.counts.marks(party, side, under, NOTE_ROOM)
        return Group(
            tuple(marks),
            id=f"{party.kind}-{party.id}",
            role=party.kind,
            label=self.label(party),
            focusable=True,
        )

    def plates(self, words: _Words, x: float, y: float, cx: float, cy: float) -> list[Mark]:
        """Clear ground under each line of words that a ring's edge or a line to a note runs through."""
        marks: list[Mark] = []
        edges = self.laid.edges
        lines = [(line, 16.0, 600) for line in words.under] + [(line, 15.0, 400) for line in words.caption]
        for line, high, weight in lines:
            half = text_width(line, NAME if weight == 600 else NOTE, weight) / 2 + 3
            dx, near = abs(x - cx), [y + 1 - cy, y + high - 1 - cy]
            far = [
                math.hypot(max(0.0, dx - half), min(map(abs, near))),
                math.hypot(dx + half, max(map(abs, near))),
            ]
            struck = any(_strikes(line_out, x - cx, y + high / 2 - cy, half) for line_out in self.lines_out)
            if struck or any(far[0] < edge < far[1] for edge in edges):
                middle = math.hypot(x - cx, y + high / 2 - cy)
                ring = next((n for n, edge in enumerate(edges) if middle < edge), len(edges))
                ground = "sunken" if ring == 2 else "paper"
                marks.append(Rect(x - half, y + 1, 2 * half, high - 1, ground, radius=2))
            y += high
        return marks

    def label(self, party: Party) -> str:
        """A party in words, with the steps it takes part in."""
        zone, near = self.zones[min(party.ring, self.count - 1)]
        parts = [party.name, party.caption, f"{zone}, {near}", party.heading, party.body]
        if self.counts:
            parts += [" ".join(lines) for lines, _, _ in self.counts.bars(party, NOTE_ROOM)]
        parts += [f"{one.number}: {one.step.label}" for one in party.steps]
        return ". ".join(part.rstrip(".") for part in parts if part) + "."

    def legend(self) -> list[LegendEntry]:
        """The signs used."""
        say = self.say
        kinds = {party.kind for party in self.parties}
        entries = [LegendEntry(sizes, say("circles.legend-weight"), 34.0)]
        if any(party.loud for party in self.parties):
            ring = circle("surface", "negative", 1.8, (4, 2.8))
            entries.append(LegendEntry(ring, say("network.legend-no-name"), 17.0))
        if any(party.known is None for party in self.parties):
            ring = circle("surface", "line-strong", 1.3, (3, 2.4))
            entries.append(LegendEntry(ring, say("network.legend-name-unknown"), 17.0))
        if self.counts:
            entries.append(self.counts.legend())
        if "team" in kinds:
            entries.append(LegendEntry(circle("sunken-2", "ink", 1.4, ()), say("circles.legend-team"), 17.0))
        if "partner" in kinds:
            entries.append(
                LegendEntry(lambda x, y: signs.swatch(x, y, "dots"), say("network.legend-partner"), 22.0)
            )
        return entries

    def description(self) -> Message:
        """The drawing in a few sentences."""
        roles = [party for party in self.parties if party.kind == "role"]
        return Message(
            "circles.desc",
            {
                "journey": self.facts.journey.label,
                "count": len(roles),
                "teams": sum(party.kind == "team" for party in self.parties),
                "partners": sum(party.kind == "partner" for party in self.parties),
                "unnamed": sum(party.known is False for party in roles),
                "unsaid": sum(party.ring == UNSAID for party in roles),
            },
        )

    def table(self) -> Table:
        """The same content as a table: a row for each party."""
        say = self.say
        rows = []
        for party in self.parties:
            document = self.facts.workspace.roles.get(party.id) if party.kind == "role" else None
            zone, near = self.zones[min(party.ring, self.count - 1)]
            known = "" if document is None else "–" if document.in_crm is None else say.value(document.in_crm)
            insight = say(f"circles.insight-{document.insight or 'unsaid'}").rstrip(".") if document else ""
            rows.append(
                (
                    party.name or say("diagrams.role-nobody"),
                    say(f"circles.kind-{party.kind}"),
                    f"{zone}, {near}",
                    party.caption,
                    insight,
                    known,
                    say.number(len(party.steps)),
                    f"{party.heading}. {party.body}".strip(),
                    *(self.counts.cells(party) if self.counts else ()),
                )
            )
        said = ("who", "kind", "closeness", "weight", "insight", "in-crm", "steps", "note")
        columns = (*said, *COLUMNS) if self.counts else said
        return Table(
            tuple(say(f"circles.column-{name}") for name in columns), tuple(rows), self.facts.journey.label
        )


def _strikes(line: tuple[float, float, float, float], x: float, y: float, half: float) -> bool:
    """Whether a nearly level line runs through words around (x, y)."""
    ax, ay, bx, by = line
    left, right = min(ax, bx), max(ax, bx)
    if x + half < left or x - half > right or left == right:
        return False
    at = ay + (by - ay) * (min(max(x, left), right) - ax) / (bx - ax)
    return abs(at - y) < 10
