"""The frame of every drawing: finding and question above, roles and state beside, the signs used below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from polku.diagrams.parts.bands import MARGIN
from polku.scene import Badge, Group, Line, Mark, Rect, RoleSign, Text, text_lines, text_width, wrap

TITLE, QUESTION, LABEL, NOTE = 28.0, 14.0, 13.0, 12.0

Sign = Callable[[float, float], tuple[Mark, ...]]
Entry = TypeVar("Entry")


@dataclass(frozen=True)
class RoleEntry:
    """A role in the legend of roles; without a sign, how many others there are."""

    sign: RoleSign | None
    label: str

    def badge(self, size: float) -> float:
        """Width of its badge."""
        return badge_width(self.sign, size) if self.sign else 0.0


@dataclass(frozen=True)
class LegendEntry:
    """A sign used and what it means; `width` is the sign's own."""

    sign: Sign
    label: str
    width: float = 14.0


def head(
    width: float,
    *,
    title: str,
    question: str,
    meta: str,
    roles: Sequence[RoleEntry] = (),
    subject: str = "",
    language: str = "en",
    tag: str = "",
) -> tuple[Group, float]:
    """The head of a page.

    Args:
        subject: what is drawn (the journey's name), before the question.
        tag: words in a dashed frame beside the meta line (sample numbers).

    Returns:
        Its marks and the y below them.
    """
    content = width - 2 * MARGIN
    role_rows = _flow(
        [(_role_width(entry), entry) for entry in roles], min(content, max(content * 0.48, 420)), 22
    )
    right = max([_row_width(row, 22) for row in role_rows] + [text_width(meta, LABEL)], default=0.0)
    left = content - right - 36
    beside = left >= 360
    marks: list[Mark] = []
    y = 56.0
    for number, line in enumerate(_balanced(title, left if beside else content, language)):
        marks.append(Text(MARGIN, y + number * 34, line, TITLE, 600, spacing=-0.4))
        bottom = y + number * 34
    y = bottom + 26
    whole = f"{subject} · {question}" if subject else question
    for line in wrap(whole, left if beside else content, QUESTION, 500, language):
        marks += _subject_line(line, y, subject if y == bottom + 26 else "")
        y += 20
    left_bottom = y - 20
    # Roles and state at the top right, or beneath where the page is narrow.
    y = 50.0 if beside else left_bottom + 34
    edge = width - MARGIN
    for row in role_rows:
        x = edge - _row_width(row, 22) if beside else MARGIN
        for entry_width, entry in row:
            marks += _role_entry(entry, x, y)
            x += entry_width + 22
        y += 26
    if not role_rows:
        y += 6
    y += 6
    meta_room = right if beside else content
    for line in wrap(meta, max(meta_room, 200), LABEL, 400, language):
        marks.append(
            Text(
                edge if beside else MARGIN, y, line, LABEL, anchor="end" if beside else "start", fill="ink-3"
            )
        )
        y += 18
    if tag:
        tag_width = text_width(tag, NOTE, 500) + 16
        x = edge - tag_width if beside else MARGIN
        y += 3
        marks.append(Rect(x, y - 11, tag_width, 20, None, "line-strong", 1.2, (4, 3), 4))
        marks.append(Text(x + 8, y + 3.5, tag, NOTE, 500, fill="ink-2"))
        y += 24
    return Group(tuple(marks), id="head", role="head"), max(left_bottom, y - 18) + 18


def foot(
    width: float,
    y: float,
    entries: Sequence[LegendEntry],
    note: str = "",
    language: str = "en",
    rest: str = "",
) -> tuple[Group, float]:
    """The legend of the signs used, how to read the drawing, and what it leaves out; returns the y of the page's end.

    Args:
        rest: a group of its own (`remainder`), so that a page that tells it in its own words can leave it away.
    """
    content = width - 2 * MARGIN
    marks: list[Mark] = [Line(MARGIN, y, width - MARGIN, y)]
    rows = _flow([(entry.width + 8 + text_width(entry.label, NOTE), entry) for entry in entries], content, 26)
    note_width = text_width(note, NOTE) if note else 0.0
    baseline = y + 26
    free = content
    for number, row in enumerate(rows):
        x = MARGIN
        for entry_width, entry in row:
            marks += entry.sign(x + entry.width / 2, baseline - 4)
            marks.append(Text(x + entry.width + 8, baseline, entry.label, NOTE, fill="ink-2"))
            x += entry_width + 26
        free = content - (x - 26 - MARGIN)
        if number < len(rows) - 1:
            baseline += 24
    if note and rows and note_width <= free - 36:
        marks.append(Text(width - MARGIN, baseline, note, NOTE, anchor="end", fill="ink-3"))
    elif note:
        baseline += 24 if rows else 0
        lines = wrap(note, content, NOTE, 400, language)
        marks += text_lines(lines, MARGIN, baseline, size=NOTE, fill="ink-3", line=1.43)
        baseline += (len(lines) - 1) * NOTE * 1.43
    if rest:
        lines = wrap(rest, content, NOTE, 400, language)
        baseline += 24 if note or rows else 0
        said = text_lines(lines, MARGIN, baseline, size=NOTE, fill="ink-3", line=1.43)
        marks.append(Group(tuple(said), id="remainder", role="words"))
        baseline += (len(lines) - 1) * NOTE * 1.43
    return Group(tuple(marks), id="legend", role="legend"), baseline + 26


def lane_head(
    title: str, notes: Sequence[str], y: float, language: str, room: float = 118.0
) -> tuple[list[Mark], float]:
    """A lane's name and how much of it is known; returns the y below."""
    marks: list[Mark] = []
    for line in wrap(title, room, LABEL, 600, language):
        marks.append(Text(MARGIN, y, line, LABEL, 600))
        y += 17
    y -= 0.5
    for note in notes:
        for line in wrap(note, room, NOTE, 400, language):
            marks.append(Text(MARGIN, y, line, NOTE, fill="ink-3"))
            y += 15.5
    return marks, y - 12


def role_badge(
    sign: RoleSign, x: float, y: float, size: float = 17.0, filled: bool = True, ground: str = "paper"
) -> Badge:
    """A role's badge at a centre."""
    return Badge(x, y, size, sign.shape, sign.letters, sign.token, filled, ground)


def badge_width(sign: RoleSign, size: float = 17.0) -> float:
    """How wide a role's badge is; triangles, diamonds and hexagons reach a little out."""
    return size * {"pill": 1.6, "circle": 1.0, "square": 1.0}.get(sign.shape, 1.14)


def _balanced(title: str, room: float, language: str) -> tuple[str, ...]:
    """A title in lines of much the same length, so that no single word hangs below."""
    lines = wrap(title, room, TITLE, 600, language)
    if len(lines) == 1:
        return lines
    low, high = room / 3, room
    for _ in range(8):
        middle = (low + high) / 2
        tried = wrap(title, middle, TITLE, 600, language)
        # More lines, or a word broken that needed no break: too narrow.
        if len(tried) > len(lines) or len("".join(tried)) != len("".join(lines)):
            low = middle
        else:
            lines, high = tried, middle
    return lines


def _subject_line(line: str, y: float, subject: str) -> list[Mark]:
    """The question's first line, the subject in it set stronger."""
    if subject and line.startswith(subject) and len(line) > len(subject):
        rest = line[len(subject) :]
        return [
            Text(MARGIN, y, subject, QUESTION, 600, fill="ink-2"),
            Text(
                MARGIN + text_width(subject, QUESTION, 600) + text_width(" ", QUESTION),
                y,
                rest.strip(),
                QUESTION,
                fill="ink-2",
            ),
        ]
    return [Text(MARGIN, y, line, QUESTION, 400, fill="ink-2")]


def _role_width(entry: RoleEntry) -> float:
    return entry.badge(18) + 8 + text_width(entry.label, LABEL, 500)


def _role_entry(entry: RoleEntry, x: float, y: float) -> list[Mark]:
    if entry.sign is None:
        return [Text(x, y, entry.label, LABEL, fill="ink-3")]
    wide = entry.badge(18)
    return [
        role_badge(entry.sign, x + wide / 2, y - 4.5, 18),
        Text(x + wide + 8, y, entry.label, LABEL, 500),
    ]


def _flow(items: Sequence[tuple[float, Entry]], room: float, gap: float) -> list[list[tuple[float, Entry]]]:
    """Items with their widths in rows no wider than `room`."""
    rows: list[list[tuple[float, Entry]]] = []
    used = 0.0
    for item_width, item in items:
        if not rows or used + gap + item_width > room:
            rows.append([])
            used = -gap
        rows[-1].append((item_width, item))
        used += gap + item_width
    return rows


def _row_width(row: Sequence[tuple[float, Entry]], gap: float) -> float:
    return sum(item_width for item_width, _ in row) + gap * (len(row) - 1)
