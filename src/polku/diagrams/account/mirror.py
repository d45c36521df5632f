"""The mirror's picture: whom you know by their part in a purchase, and the companies where nobody uses it."""

from __future__ import annotations

from dataclasses import dataclass

from polku.identity.mirror import SIGN_OR_MANAGE, SMALL, USE, Mirror
from polku.scene import (
    LIGHT,
    Group,
    Line,
    Mark,
    Rect,
    Scene,
    Table,
    Text,
    Theme,
    text_lines,
    text_width,
    wrap,
)
from polku.words import Reader, reader

MARGIN = 48.0
MOST_COMPANIES = 130
"""More companies than these are drawn as a share, not one by one."""
MOST_TITLES = 14
ROW = 30.0
BAR = 190.0


@dataclass(frozen=True)
class _Row:
    """A part in the picture: how many people, and in which companies (a bool per company, largest first)."""

    words: str
    people: int
    known: tuple[bool, ...]
    hole: bool = False


def draw_mirror(
    mirror: Mirror, *, language: str = "en", theme: Theme = LIGHT, width: float = 1200.0
) -> Scene:
    """Draw a contacts export: a bar of people and a cell per company for each part; no person is named."""
    say = reader(language)
    sentences = [say.text(sentence) for sentence in mirror.sentences]
    title, rest = sentences[0], sentences[1:]
    if mirror.companies and mirror.placed:
        # The third sentence without its second half, which stands at the foot.
        title = say("mirror.nobody", count=len(mirror.nobody_uses), companies=len(mirror.companies))
        rest = sentences[:2]
    marks: list[Mark] = []
    lines = wrap(title, width - 2 * MARGIN, 28, 600, language)
    marks += text_lines(lines, MARGIN, 66, size=28, weight=600)
    y: float = 66 + (len(lines) - 1) * 35 + 30
    lines = wrap(" ".join(rest), width - 2 * MARGIN, 15, 400, language)
    marks += text_lines(lines, MARGIN, y, size=15, fill="ink-2", line=1.43)
    y += (len(lines) - 1) * 15 * 1.43 + 44
    head = Group(tuple(marks), id="head", role="head")
    groups = _groups(mirror, say)
    label_room = max(text_width(row.words, 13, 500) for _, rows in groups for row in rows) + 20
    bar_x = MARGIN + label_room
    cells_x = bar_x + BAR + 118
    one_by_one = len(mirror.companies) <= MOST_COMPANIES
    heading_id = "mirror.column-companies" if one_by_one else "mirror.column-share"
    body: list[Mark] = [
        Text(bar_x, y, say("mirror.column-people", count=mirror.people), 12, fill="ink-3"),
        Text(cells_x, y, say(heading_id, count=len(mirror.companies)), 12, fill="ink-3"),
    ]
    y += 14
    for heading, rows in groups:
        body.append(Line(MARGIN, y, width - MARGIN, y))
        body.append(Text(MARGIN, y + 24, heading, 15, 600))
        y += 36
        nobody = [row.words for row in rows if not row.people and not row.hole]
        for row in rows:
            if row.words in nobody:
                continue
            body.append(_row(row, mirror, say, y, bar_x, cells_x, width - MARGIN - cells_x))
            y += ROW
        if nobody:
            words = say("mirror.nobody-known", parts=[words[:1].lower() + words[1:] for words in nobody])
            lines = wrap(words, width - 2 * MARGIN, 13, 400, language)
            body += text_lines(lines, MARGIN, y + 13, size=13, fill="ink-3")
            y += 13 + len(lines) * 16
        y += 12
    foot, y = _titles(mirror, say, y, width)
    return Scene(
        width=width,
        height=y,
        title=title,
        desc=" ".join(sentences),
        language=language,
        marks=(Rect(0, 0, width, y, "paper"), head, *body, foot),
        theme=theme.name,
        table=_table(groups, mirror, say),
    )


def _groups(mirror: Mirror, say: Reader) -> list[tuple[str, list[_Row]]]:
    def row(part: str) -> _Row:
        known = tuple(bool(company.parts.get(part)) for company in mirror.companies)
        return _Row(_upper(say(f"mirror.part-{part}")), mirror.parts[part], known, part in USE)

    advise = [part for part in mirror.parts if part not in SIGN_OR_MANAGE and part not in USE]
    untold = _Row(
        say("mirror.row-untold"),
        mirror.not_placed + mirror.without_title,
        tuple(company.unplaced > 0 for company in mirror.companies),
    )
    return [
        (say("mirror.group-sign"), [row(part) for part in SIGN_OR_MANAGE]),
        (say("mirror.group-advise"), [row(part) for part in advise]),
        (say("mirror.group-use"), [row(part) for part in USE]),
        *([(say("mirror.group-untold"), [untold])] if untold.people else []),
    ]


def _row(
    row: _Row, mirror: Mirror, say: Reader, y: float, bar_x: float, cells_x: float, room: float
) -> Group:
    middle = y + 9
    children: list[Mark] = [
        Text(MARGIN, middle + 4.5, row.words, 13, 500),
        Rect(bar_x, y, BAR, 18, None, "line", 1),
    ]
    if row.people:
        children.append(Rect(bar_x, y, max(1.5, BAR * row.people / mirror.people), 18, "ink-2"))
    number = say.number(row.people)
    if mirror.people >= SMALL:
        number += f"  ·  {say.percent(row.people / mirror.people)}"
    children.append(Text(bar_x + BAR + 10, middle + 4.5, number, 13, 600 if row.people else 400))
    companies = len(row.known)
    in_companies = sum(row.known)
    if companies:
        words = say("mirror.in-companies", count=in_companies, all=companies)
        wide = text_width(words, 12)
        cells = room - max(wide, 96.0) - 14
        children += _cells(row, cells_x, y, cells)
        children.append(
            Text(
                cells_x + room,
                middle + 4.5,
                words,
                12,
                600 if row.hole else 400,
                anchor="end",
                fill="negative" if row.hole and in_companies < companies else "ink-2",
            )
        )
    label = say("mirror.row-label", words=row.words, people=row.people, count=in_companies, all=companies)
    return Group(tuple(children), role="row", label=label, focusable=True)


def _cells(row: _Row, x: float, y: float, room: float) -> list[Mark]:
    """A cell per company, filled where somebody of the part is known; a share where there are too many."""
    companies = len(row.known)
    if companies > MOST_COMPANIES:
        marks: list[Mark] = [
            Rect(x, y, room, 18, None, "line", 1, texture="hatch-negative" if row.hole else None)
        ]
        if any(row.known):
            marks.append(Rect(x, y, max(1.5, room * sum(row.known) / companies), 18, "ink-2"))
        return marks
    pitch = min(room / companies, 16.0)
    wide = max(pitch - 1.5, 1.0)
    marks = []
    for number, known in enumerate(row.known):
        left = x + number * pitch
        if known:
            marks.append(Rect(left, y, wide, 18, "ink-2"))
        elif row.hole:
            marks.append(
                Rect(left, y, wide, 18, "negative-bg", "negative", 0.8, (2.0, 1.5) if wide > 6 else ())
            )
        else:
            marks.append(Rect(left, y, wide, 18, "sunken-2"))
    return marks


def _titles(mirror: Mirror, say: Reader, y: float, width: float) -> tuple[Group, float]:
    """The titles that tell nothing, as many as fit in a few lines, and where all this comes from."""
    marks: list[Mark] = [Line(MARGIN, y, width - MARGIN, y)]
    y += 24
    if mirror.unplaced:
        marks.append(Text(MARGIN, y, _upper(say("mirror.unplaced", count=len(mirror.unplaced))), 13, 600))
        y += 12
        x = MARGIN
        for title, count in mirror.unplaced[:MOST_TITLES]:
            words = wrap(title, 320, 12, 400, say.language)[0]
            words = f"{words}  {say.number(count)}"
            wide = text_width(words, 12) + 20
            if x + wide > width - MARGIN:
                x, y = MARGIN, y + 32
            marks.append(Rect(x, y, wide, 24, "surface", "line-strong", 1.2, (4, 3), radius=12))
            marks.append(Text(x + 10, y + 16, words, 12, fill="ink-2"))
            x += wide + 8
        y += 46
        left = len(mirror.unplaced) - MOST_TITLES
        if left > 0:
            marks.append(Text(MARGIN, y, say("mirror.more", count=left), 12, fill="ink-3"))
            y += 22
    unsure = sum(1 for company in mirror.nobody_uses if company.unplaced)
    how = say("mirror.how") + (" " + say("mirror.unsure", count=unsure) if unsure else "")
    lines = wrap(how, width - 2 * MARGIN, 12, 400, say.language)
    marks += text_lines(lines, MARGIN, y, size=12, fill="ink-3", line=1.43)
    return Group(tuple(marks), id="foot", role="legend"), y + len(lines) * 17 + 24


def _table(groups: list[tuple[str, list[_Row]]], mirror: Mirror, say: Reader) -> Table:
    rows = tuple(
        (heading, row.words, say.number(row.people), say.number(sum(row.known)))
        for heading, group in groups
        for row in group
    )
    columns = tuple(say(f"mirror.table-{name}") for name in ("group", "part", "people", "companies"))
    return Table(columns, rows, say("mirror.title"))


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]
