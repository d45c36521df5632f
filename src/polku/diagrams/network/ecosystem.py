"""The ecosystem of a workspace: who stands around the buying centre, and how the work of all hangs together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from polku.diagrams.network.ecosystem_boxes import Box, Boxes, Column, ecosystem_title
from polku.diagrams.network.ecosystem_ties import channels_of, customers_customers, ties
from polku.diagrams.parts import signs
from polku.diagrams.parts.bands import MARGIN
from polku.diagrams.parts.frame import LegendEntry, foot, head, role_badge
from polku.diagrams.parts.journey import NOBODY
from polku.diagrams.parts.page import page_scene
from polku.documents import Workspace
from polku.scene import (
    LIGHT,
    Group,
    Line,
    Mark,
    Path,
    Rect,
    RoleSign,
    Scene,
    Table,
    Theme,
    role_signs,
    text_lines,
    wrap,
)
from polku.words import Message, Reader, reader
from polku.words import Text as Words

PAGE = 1600.0
LEAST_PAGE = 1180.0
COLUMNS = 5
GAP, GROUP_GAP = 14.0, 30.0
NAME, NOTE = 13.0, 12.0
THICKEST = 7.0


@dataclass
class _Placed:
    """A box with its place."""

    box: Box
    x: float
    y: float
    width: float
    height: float
    name: tuple[str, ...] = ()
    note: tuple[str, ...] = ()

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


@dataclass(frozen=True)
class _Tie:
    """A line between two boxes."""

    start: _Placed
    end: _Placed
    stroke: str
    wide: float
    dash: tuple[float, ...]


def draw_ecosystem(
    workspace: Workspace,
    *,
    language: str = "en",
    theme: Theme = LIGHT,
    width: float | None = None,
    title: Words | None = None,
    tag: str = "",
) -> Scene:
    """The buying centre between its market (left) and all that serves it (right), over all journeys as they are.

    Args:
        language: of polku's own words; the user's words stay as they are.
        width: of the page in px, at least 1180.
        title: words instead of the finding that is chosen by rule.
        tag: words in a dashed frame at the top right, beside that of an example.
    """
    say = reader(language)
    page = max(width or PAGE, LEAST_PAGE)
    drawing = Ecosystem(workspace, say, page)
    heading = say.text(title if title is not None else ecosystem_title(workspace, drawing.ties))
    frame_head, top = head(
        page,
        title=heading,
        question=say("ecosystem.question"),
        subject=workspace.settings.name
        if workspace.settings.name and heading != workspace.settings.name
        else "",
        meta=say("ecosystem.meta", count=len(workspace.journeys)),
        language=workspace.settings.language,
        tag=tag or (say("diagrams.sample-numbers") if workspace.settings.example else ""),
    )
    body, y = drawing.draw(top + 16)
    frame_foot, height = foot(page, y + 26, drawing.legend(), say("ecosystem.how-to-read"), say.language)
    return page_scene(
        page,
        height,
        title=heading,
        desc=say.text(drawing.description()),
        say=say,
        theme=theme,
        marks=(frame_head, *body, frame_foot),
        table=drawing.table(),
    )


class Ecosystem:
    """One ecosystem in the making."""

    def __init__(self, workspace: Workspace, say: Reader, page: float) -> None:
        self.workspace, self.say, self.page = workspace, say, page
        self.language = workspace.settings.language
        self.ties = ties(workspace)
        order = dict.fromkeys((*workspace.role_order(), *(role for role, _ in self.ties.reach)))
        self.signs: Mapping[str, RoleSign] = role_signs({id: workspace.label("roles", id) for id in order})
        self.roles = tuple(order)
        gap = max(52.0, (page - 2 * MARGIN) * 0.064)
        self.wide = (page - 2 * MARGIN - (COLUMNS - 1) * gap) / COLUMNS
        self.left = [MARGIN + column * (self.wide + gap) for column in range(COLUMNS)]
        self.placed: dict[tuple[str, str], _Placed] = {}

    def draw(self, top: float) -> tuple[list[Mark], float]:
        """All columns, each in the middle of the tallest; lines under the boxes."""
        columns = Boxes(self.workspace, self.ties, self.roles, self.say).columns()
        heights = [self.place(column, self.left[number], 0.0) for number, column in enumerate(columns)]
        tallest = max(heights)
        self.placed.clear()
        marks: list[Mark] = []
        heads: list[Mark] = []
        for number, column in enumerate(columns):
            self.place(column, self.left[number], top + (tallest - heights[number]) / 2, heads)
        field = self.field()
        marks.append(Group((field, *self.lines(field)), id="ties", role="ground", hidden=True))
        marks.append(Group(tuple(heads), id="headings", role="headings"))
        marks += [self.box(placed) for placed in self.placed.values()]
        return marks, top + tallest

    def place(self, column: Column, x: float, y: float, heads: list[Mark] | None = None) -> float:
        """Set a column from y on; returns how high it is."""
        start = y
        for heading, boxes in column.groups:
            lines = wrap(heading, self.wide, 15, 600, self.say.language)
            if heads is not None:
                heads += text_lines(lines, x, y + 15, size=15, weight=600)
            y += len(lines) * 19 + 12
            for box in boxes:
                placed = self.measured(box, x, y)
                self.placed[box.kind, box.id] = placed
                y += placed.height + GAP
            y += GROUP_GAP - GAP
        return y - GROUP_GAP - start

    def measured(self, box: Box, x: float, y: float) -> _Placed:
        """A box with its words in lines and as high as they need."""
        indent = 40.0 if box.kind in ("role", "channel") else 0.0
        room = self.wide - 24 - indent
        hole = box.kind == "hole"
        name = wrap(box.name, room, NAME, 400 if hole else 600, self.say.language if hole else self.language)
        note = wrap(box.note, room, NOTE, 400, self.language) if box.note else ()
        height = (
            len(name) * 16.5 + len(note) * 15 + (20 if box.kind != "partner" and box.kind != "system" else 24)
        )
        return _Placed(box, x, y, self.wide, height, name, note)

    def field(self) -> Rect:
        """The ground of the buying centre."""
        mine = [placed for (kind, _), placed in self.placed.items() if placed.x == self.left[1]]
        top = min(placed.y for placed in mine) - 44
        bottom = max(placed.y + placed.height for placed in mine) + 14
        return Rect(self.left[1] - 14, top, self.wide + 28, bottom - top, "sunken", radius=14)

    def lines(self, field: Rect) -> list[Mark]:
        """All ties, as wide as they are frequent."""
        most = max([*self.ties.reach.values(), *self.ties.keep.values(), 1])
        found: list[_Tie] = []

        def add(one: tuple[str, str], other: tuple[str, str], stroke: str, count: int) -> None:
            wide = 1.4 + (THICKEST - 1.4) * (min(count, most) - 1) / max(most - 1, 1)
            dash = () if count else (5.0, 4.0)
            if one in self.placed and other in self.placed:
                found.append(_Tie(self.placed[one], self.placed[other], stroke, wide if count else 1.2, dash))

        for (role, channel), count in self.ties.reach.items():
            add(("role", role), ("channel", channel), self.token(role), count)
        for role, channel in sorted(self.ties.learns):
            add(("role", role), ("channel", channel), self.token(role), 0)
        for (channel, team), count in self.ties.keep.items():
            add(("channel", channel), ("team", team), "line-strong", count)
        for (team, system), count in self.ties.use.items():
            add(("team", team), ("system", system), "line-strong", count)
        for (team, partner), count in self.ties.work.items():
            add(("team", team), ("partner", partner), "line-strong", count)
        marks: list[Mark] = _drawn(found)
        for placed in list(self.placed.values()):
            if placed.x == self.left[0]:
                dash = (4.0, 3.0) if placed.box.kind == "hole" else ()
                end = min(max(placed.middle, field.y + 20), field.y + field.height - 20)
                marks.append(
                    _curve(placed.x + placed.width, placed.middle, field.x, end, "line-strong", 1.2, dash)
                )
        return marks

    def token(self, role: str) -> str:
        return self.signs.get(role, NOBODY).token

    def box(self, placed: _Placed) -> Group:
        """A box with its sign and words."""
        box, x, y = placed.box, placed.x, placed.y
        marks: list[Mark] = list(_frame(placed))
        indent = 0.0
        unnamed = box.kind == "role" and self.crm(box.id) is False
        if box.kind == "role":
            indent = 40.0
            marks.append(
                role_badge(self.signs.get(box.id, NOBODY), x + 25, placed.middle, 22, ground="surface")
            )
        elif box.kind == "channel":
            indent = 40.0
            marks += signs.channel(box.sign or None, x + 25, placed.middle, box.tied)
        inset = (placed.height - len(placed.name) * 16.5 - len(placed.note) * 15) / 2
        # Under the lid of a system there is less room.
        inset += 2.0 if box.kind == "system" and box.tied else 0.0
        hole = box.kind == "hole"
        weight, fill = (400, "ink-3") if hole else (600, "ink")
        base = y + inset + 12.5
        marks += text_lines(
            placed.name, x + 12 + indent, base, size=NAME, weight=weight, fill=fill, line=16.5 / NAME
        )
        base = y + inset + len(placed.name) * 16.5 + 11.5
        note_fill = "negative" if unnamed else "ink-2"
        marks += text_lines(placed.note, x + 12 + indent, base, size=NOTE, fill=note_fill, line=15 / NOTE)
        return Group(
            tuple(marks),
            id=f"{box.kind}-{box.id}",
            role=box.kind,
            label=". ".join(part for part in (box.name, box.note, *self.tied_to(box)) if part) + ".",
            focusable=True,
        )

    def crm(self, role: str) -> bool | None:
        document = self.workspace.roles.get(role)
        return document.in_crm if document else None

    def tied_to(self, box: Box) -> list[str]:
        """Names of all that lines lead to from a box."""
        label = self.workspace.label
        kinds = (
            ("role", "roles", "channel", "channels", [*self.ties.reach, *sorted(self.ties.learns)]),
            ("channel", "channels", "team", "teams", list(self.ties.keep)),
            ("team", "teams", "system", "systems", list(self.ties.use)),
            ("team", "teams", "partner", "partners", list(self.ties.work)),
        )
        found: dict[str, None] = {}
        for kind, folder, other, other_folder, pairs in kinds:
            for one, two in pairs:
                if (kind, one) == (box.kind, box.id):
                    found[label(other_folder, two)] = None
                elif (other, two) == (box.kind, box.id):
                    found[label(folder, one)] = None
        return list(found)

    def legend(self) -> list[LegendEntry]:
        """The signs used."""
        say = self.say
        hue = self.token(self.roles[0]) if self.roles else "ink"
        boxes = [placed.box for placed in self.placed.values()]
        entries = []
        if self.ties.reach:
            entries.append(LegendEntry(_stroke(hue, 3, ()), say("ecosystem.legend-meets"), 22))
        if self.ties.learns:
            entries.append(LegendEntry(_stroke(hue, 1.2, (5, 4)), say("ecosystem.legend-learns"), 22))
        if self.ties.keep or self.ties.use or self.ties.work:
            entries.append(LegendEntry(_stroke("line-strong", 2, ()), say("ecosystem.legend-keeps"), 22))
        if any(box.kind == "partner" for box in boxes):
            entries.append(
                LegendEntry(lambda x, y: signs.swatch(x, y, "dots"), say("network.legend-partner"), 22)
            )
        if any(not box.tied or box.kind == "hole" for box in boxes):
            entries.append(
                LegendEntry(
                    lambda x, y: (Rect(x - 11, y - 6, 22, 12, None, "line-strong", 1.2, (4, 3), 3),),
                    say("ecosystem.legend-hole"),
                    22,
                )
            )
        return entries

    def description(self) -> Message:
        """The drawing in a few sentences."""
        known, unknown = customers_customers(self.workspace)
        return Message(
            "ecosystem.desc",
            {
                "count": len(self.roles),
                "channels": len(channels_of(self.workspace, self.ties)),
                "teams": len(self.workspace.settings.teams),
                "apart": sum(team.id not in self.ties.busy_teams for team in self.workspace.settings.teams),
                "systems": len(self.workspace.systems),
                "partners": len(self.workspace.partners),
                "rivals": len(self.workspace.settings.rivals),
                "known": len(known),
                "accounts": len(known) + len(unknown),
            },
        )

    def table(self) -> Table:
        """The same content as a table: a row for each box and what it is tied to."""
        say = self.say
        rows = [
            (
                say(f"ecosystem.kind-{placed.box.kind}"),
                placed.box.name,
                placed.box.note,
                ", ".join(self.tied_to(placed.box)),
            )
            for placed in self.placed.values()
        ]
        columns = ("kind", "name", "note", "tied")
        return Table(
            tuple(say(f"ecosystem.column-{name}") for name in columns),
            tuple(rows),
            self.workspace.settings.name or "",
        )


def _frame(placed: _Placed) -> tuple[Mark, ...]:
    """The frame by kind: raised, a bar, with a lid, dotted, or dashed where nothing is tied to it."""
    box, x, y, wide, high = placed.box, placed.x, placed.y, placed.width, placed.height
    if box.kind == "hole" or not box.tied:
        return (Rect(x, y, wide, high, "paper", "line-strong", 1.2, (4, 3), 4),)
    if box.kind == "team":
        return (Rect(x, y, wide, high, "sunken-2", radius=4),)
    if box.kind == "partner":
        return (
            Rect(x, y, wide, high, "paper", "ink-2", 1.4, radius=4, texture="dots"),
            Rect(x + 7, y + 7, wide - 14, high - 14, "paper", radius=2),
        )
    if box.kind == "system":
        return (
            Rect(x, y, wide, high, "surface", "ink-2", 1.2, radius=2),
            Line(x, y + 5, x + wide, y + 5, "ink-2", 1.2),
        )
    return (Rect(x, y, wide, high, "surface", "ink-2", 1.2, radius=4),)


def _drawn(found: Sequence[_Tie]) -> list[Mark]:
    """Ties as curves; those at one side of a box end beside one another, in the order of their other ends."""
    leaving: dict[int, list[_Tie]] = {}
    arriving: dict[int, list[_Tie]] = {}
    for tie in found:
        leaving.setdefault(id(tie.start), []).append(tie)
        arriving.setdefault(id(tie.end), []).append(tie)
    starts: dict[int, float] = {}
    ends: dict[int, float] = {}
    for group in leaving.values():
        group.sort(key=lambda tie: tie.end.middle)
        starts |= {id(tie): y for tie, y in zip(group, _ports(group, group[0].start), strict=True)}
    for group in arriving.values():
        group.sort(key=lambda tie: tie.start.middle)
        ends |= {id(tie): y for tie, y in zip(group, _ports(group, group[0].end), strict=True)}
    return [
        _curve(
            tie.start.x + tie.start.width,
            starts[id(tie)],
            tie.end.x,
            ends[id(tie)],
            tie.stroke,
            tie.wide,
            tie.dash,
        )
        for tie in found
    ]


def _ports(group: Sequence[_Tie], placed: _Placed) -> list[float]:
    """Heights at which lines meet a box: as far apart as they are thick, as far as the box reaches."""
    whole = sum(tie.wide for tie in group) + 3.0 * (len(group) - 1)
    squeeze = min(1.0, (placed.height - 14) / whole)
    at, found = -whole / 2, []
    for tie in group:
        found.append(placed.middle + (at + tie.wide / 2) * squeeze)
        at += tie.wide + 3.0
    return found


def _curve(
    x: float, y: float, end_x: float, end_y: float, stroke: str, wide: float, dash: tuple[float, ...]
) -> Path:
    half = (end_x - x) / 2
    return Path(
        (("M", x, y), ("C", x + half, y, end_x - half, end_y, end_x, end_y)), None, stroke, wide, dash
    )


def _stroke(stroke: str, wide: float, dash: tuple[float, ...]) -> Callable[[float, float], tuple[Mark, ...]]:
    return lambda x, y: (Line(x - 11, y, x + 11, y, stroke, wide, dash),)
