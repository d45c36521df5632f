"""Coverage of the buying centre: whom the CRM holds, who acts, and in how many accounts each part is known."""

from __future__ import annotations

from dataclasses import dataclass

from polku.analytics.coverage import Coverage
from polku.diagrams.answers.panel_words import rest_of
from polku.diagrams.parts.bands import MARGIN
from polku.diagrams.parts.frame import LegendEntry, foot, head, role_badge
from polku.diagrams.parts.journey import short_names
from polku.documents import PARTS, Role, Workspace
from polku.scene import LIGHT, Group, Line, Mark, Rect, RoleSign, Scene, Table, Text, Theme, role_signs, wrap
from polku.scene import text_lines as lines_of
from polku.words import Message, Reader, reader
from polku.words import Text as Words

NAME_ROOM = 220.0
BAR = 16.0
ROW = 38.0


@dataclass(frozen=True)
class _Part:
    """One row: a part with the role that plays it, where the workspace has one."""

    part: str | None
    name: str
    role: Role | None
    sign: RoleSign | None
    row: dict[str, float | int | None]

    def number(self, name: str) -> float | None:
        """A figure of the row."""
        return self.row[name]


def draw_coverage(
    coverage: Coverage,
    workspace: Workspace,
    *,
    title: Words | None = None,
    language: str = "en",
    theme: Theme = LIGHT,
    width: float = 1200.0,
) -> Scene:
    """Draw one row per part of the buying centre: three bars, each with its figure and the whole it is of."""
    say = reader(language)
    parts = _parts(coverage, workspace, say)
    heading = say.text(title if title is not None else coverage_title(coverage, workspace))
    heading = heading[:1].upper() + heading[1:]
    frame_head, y = head(
        width,
        title=heading,
        question=say("coverage.question"),
        meta=say("coverage.meta", accounts=coverage.about.accounts, version=coverage.about.data_version),
        language=language,
        tag=say("diagrams.sample-numbers") if workspace.settings.example else "",
    )
    marks: list[Mark] = [frame_head]
    room = (width - 2 * MARGIN - NAME_ROOM) / 3
    columns = [MARGIN + NAME_ROOM + room * number for number in range(3)]
    heads = (
        ("coverage.in-crm", "coverage.of-people", coverage.crm_people),
        ("coverage.seen", "coverage.of-people", coverage.seen_people),
        ("coverage.known", "coverage.of-needed", None),
    )
    bottom = y
    for x, (id, of, count) in zip(columns, heads, strict=True):
        lines = wrap(say(id), room - 24, 13, 600, language)
        marks += lines_of(lines, x, y + 14, size=13, weight=600)
        under = y + 14 + len(lines) * 16.25
        note = say(of, count=count) if count is not None else say(of)
        note_lines = wrap(note, room - 24, 12, 400, language)
        marks += lines_of(note_lines, x, under, size=12, fill="ink-3")
        bottom = max(bottom, under + (len(note_lines) - 1) * 15)
    y = bottom + 12
    for part in parts:
        row, y = _row(part, columns, room, y, width, say)
        marks.append(row)
    note = say("coverage.bias-note")
    frame_foot, height = foot(
        width, y + 12, _legend(parts, say), note, language, rest_of(coverage.about, say)
    )
    return Scene(
        width=width,
        height=height,
        title=heading,
        desc=say("coverage.desc", parts=len(parts), accounts=coverage.about.accounts),
        language=language,
        marks=(Rect(0, 0, width, height, "paper"), *marks, frame_foot),
        theme=theme.name,
        table=_table(parts, say),
    )


def coverage_title(coverage: Coverage, workspace: Workspace) -> Message:
    """The part with much insight that the CRM knows least of, against those who act; else how much is known."""
    insight = {role.part for role in workspace.roles.values() if role.insight == "high"}
    rows = [
        (bias, str(part), crm, seen)
        for part, bias, crm, seen in zip(
            coverage.part, coverage.bias, coverage.in_crm_share, coverage.seen_share, strict=True
        )
        if part in insight and bias is not None and crm is not None and seen is not None
    ]
    if rows and min(rows)[0] <= -0.05:
        _, part, crm, seen = min(rows)
        return Message(
            "coverage.title-bias", {"part": Message(f"coverage.part-{part}", {}), "crm": crm, "seen": seen}
        )
    if coverage.completeness_all is None:
        return Message("coverage.title-empty", {})
    return Message("coverage.title", {"share": coverage.completeness_all})


def _parts(coverage: Coverage, workspace: Workspace, say: Reader) -> list[_Part]:
    """Parts that a role has or the data knows, in the order of the roles; the unknown last."""
    rows = {row["part"]: row for row in coverage.rows()}
    names = short_names(workspace)
    signs = role_signs({id: names.get(id, id) for id in workspace.role_order()})
    roles: dict[str, Role] = {}
    for id in workspace.role_order():
        roles.setdefault(workspace.roles[id].part or "", workspace.roles[id])
    order = [workspace.roles[id].part for id in workspace.role_order()]
    known = [part for part in dict.fromkeys([*order, *PARTS]) if part in rows and part is not None]
    found = []
    for part in known:
        row, player = rows[part], roles.get(part)
        if player is None and not (row["people"] or row["events"]):
            continue
        words = say(f"coverage.part-{part}")
        name = f"{names.get(player.id, player.label)}, {words}" if player else words[:1].upper() + words[1:]
        found.append(_Part(part, name, player, signs.get(player.id) if player else None, row))
    if None in rows and (rows[None]["people"] or rows[None]["events"]):
        found.append(_Part(None, say("coverage.unknown"), None, None, rows[None]))
    return found


def _row(
    part: _Part, columns: list[float], room: float, y: float, width: float, say: Reader
) -> tuple[Group, float]:
    lines = wrap(part.name, NAME_ROOM - 44, 13, 600, say.language)
    height = max(ROW, 22 + len(lines) * 16.25)
    middle = y + height / 2
    children: list[Mark] = [Line(MARGIN, y, width - MARGIN, y)]
    if part.sign is not None:
        children.append(role_badge(part.sign, MARGIN + 11, middle))
    left = MARGIN + 30
    first = middle + 4.5 - (len(lines) - 1) * 8
    children += lines_of(lines, left, first, size=13, weight=600)
    insight = part.role is not None and part.role.insight == "high"
    bar = room - 110
    bias = part.number("bias")
    bad = bias is not None and bias <= -0.05 and insight
    for column, name in ((0, "in_crm_share"), (1, "seen_share")):
        share = part.number(name)
        children += _bar(columns[column], middle, bar, share, dashed=share is None)
        words = say.percent(share) if share is not None else "–"
        if column == 1 and bias is not None:
            words += f"  ({say.signed(round(bias * 100))})"
        ink = "negative" if bad and column == 0 else "ink"
        children.append(Text(columns[column] + bar + 10, middle + 4.5, words, 13, 600, fill=ink))
    required, complete = part.number("required"), part.number("completeness")
    if part.part is not None and required:
        accounts = round((complete or 0) * required)
        hole = _is_hole(part)
        children += _bar(columns[2], middle, bar, complete, dashed=False, hole=hole)
        words = say("coverage.of", part=accounts, all=int(required))
        children.append(
            Text(columns[2] + bar + 10, middle + 4.5, words, 13, 600, fill="negative" if hole else "ink")
        )
    else:
        words = say("coverage.not-needed") if part.part is not None else say("coverage.cannot-tell")
        children.append(Text(columns[2], middle + 4.5, words, 12, fill="ink-3"))
    label = say(
        "coverage.label",
        name=part.name,
        people=int(part.number("people") or 0),
        events=int(part.number("events") or 0),
    )
    return Group(
        tuple(children), id=f"part-{part.part or 'unknown'}", role="row", label=label, focusable=True
    ), y + height


def _is_hole(part: _Part) -> bool:
    """Whether a part with much insight is known in less than half of the accounts that need it."""
    insight = part.role is not None and part.role.insight == "high"
    return insight and bool(part.number("required")) and (part.number("completeness") or 0) < 0.5


def _bar(
    x: float, middle: float, room: float, share: float | None, *, dashed: bool, hole: bool = False
) -> list[Mark]:
    """A bar before an outline of the whole; dashed where nothing is known."""
    top = middle - BAR / 2
    if dashed:
        return [Rect(x, top, room, BAR, None, "line-strong", 1.2, (4, 3))]
    marks: list[Mark] = [
        Rect(
            x,
            top,
            room,
            BAR,
            None,
            "negative" if hole else "line",
            1.2 if hole else 1,
            (4, 3) if hole else (),
        )
    ]
    if share:
        marks.append(Rect(x, top, max(1.5, room * min(share, 1.0)), BAR, "ink-2"))
    return marks


def _legend(parts: list[_Part], say: Reader) -> list[LegendEntry]:
    entries = [
        LegendEntry(
            lambda x, y: (Rect(x - 11, y - 5, 22, 10, None, "line"), Rect(x - 11, y - 5, 9, 10, "ink-2")),
            say("coverage.bar"),
            22,
        )
    ]
    if any(map(_is_hole, parts)):
        entries.append(
            LegendEntry(
                lambda x, y: (Rect(x - 11, y - 5, 22, 10, None, "negative", 1.2, (3, 2)),),
                say("coverage.hole"),
                22,
            )
        )
    return entries


def _table(parts: list[_Part], say: Reader) -> Table:
    def share(value: float | None) -> str:
        return say.percent(value) if value is not None else "–"

    rows = tuple(
        (
            part.name,
            say.number(part.number("people") or 0),
            say.number(part.number("events") or 0),
            share(part.number("in_crm_share")),
            share(part.number("seen_share")),
            share(part.number("completeness")),
        )
        for part in parts
    )
    columns = tuple(
        say(f"coverage.column-{name}") for name in ("part", "people", "events", "crm", "seen", "known")
    )
    return Table(columns, rows, say("coverage.question"))
