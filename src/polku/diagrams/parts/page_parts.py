"""What a drawing is made of, for those who lay it onto pages; and the short head that it has there."""

from __future__ import annotations

from dataclasses import dataclass, replace

from polku.diagrams.parts.bands import MARGIN
from polku.diagrams.parts.frame import NOTE, QUESTION
from polku.scene import Badge, Group, Mark, Rect, Scene, Text, text_width, wrap
from polku.scene.pptx_places import bounds

TITLE, LEAST_TITLE = 22.0, 17.0

TAIL = ("readings", "key", "legend")
"""Parts that explain the drawing: they take a page of their own where the drawing fills one."""


@dataclass(frozen=True)
class Parts:
    """What a drawing is made of.

    Args:
        body: what is drawn, without head and foot; tail: readings, key and legend, in this order.
    """

    head: Group | None
    body: tuple[Mark, ...]
    tail: tuple[Group, ...]

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of the body."""
        return bounds(self.body) or (MARGIN, 0.0, MARGIN, 0.0)


def parts_of(scene: Scene) -> Parts:
    """Head, body and tail of a drawing."""
    head = next((mark for mark in scene.marks if isinstance(mark, Group) and mark.role == "head"), None)
    tail = tuple(mark for mark in scene.marks if isinstance(mark, Group) and mark.id in TAIL)
    ground = scene.marks[0] if scene.marks and isinstance(scene.marks[0], Rect) else None
    body = tuple(mark for mark in scene.marks if mark is not ground and mark is not head and mark not in tail)
    # Sentences under the drawing explain it, too.
    end = len(body)
    while end and not isinstance(body[end - 1], Group):
        end -= 1
    if any(isinstance(mark, Text) for mark in body[end:]):
        tail = (*tail, Group(body[end:], id="key", role="key"))
        body = body[:end]
    return Parts(head, body, tuple(sorted(tail, key=lambda mark: TAIL.index(mark.id or ""))))


def retitled(page: Scene, title: str) -> Scene:
    """The page under another title that needs no more lines."""
    head = parts_of(page).head
    assert head is not None
    lines = [mark for mark in head.children if isinstance(mark, Text) and mark.weight == 600]
    size = lines[0].size
    broken = wrap(title, _title_room(page.width), size, 600, page.language)
    while len(broken) > len(lines) and size > LEAST_TITLE:
        size -= 1
        broken = wrap(title, _title_room(page.width), size, 600, page.language)
    new = [replace(lines[min(n, len(lines) - 1)], text=text, size=size) for n, text in enumerate(broken)]
    new = [replace(line, y=lines[0].y + n * size * 1.2) for n, line in enumerate(new)]
    children = (*new, *(mark for mark in head.children if mark not in lines))
    return replace(
        page,
        title=title,
        marks=tuple(replace(head, children=children) if mark is head else mark for mark in page.marks),
    )


def _title_room(width: float) -> float:
    return width - 2 * MARGIN


def short_head(head: Group | None, title: str, width: float, language: str) -> tuple[Group, float]:
    """Title, and in one line beneath it the subject, the state and the roles; returns the y below."""
    size = TITLE
    lines = wrap(title, _title_room(width), size, 600, language)
    while len(lines) > 1 and size > LEAST_TITLE:
        size -= 1
        lines = wrap(title, _title_room(width), size, 600, language)
    marks: list[Mark] = [
        Text(MARGIN, 36 + number * size * 1.2, line, size, 600, spacing=-0.2)
        for number, line in enumerate(lines)
    ]
    y = 36 + (len(lines) - 1) * size * 1.2 + 24
    whole, said, roles = _said(head)
    wide = sum(badge_width_of(badge) + 6 + text_width(name, NOTE, 500) + 18 for badge, name in roles)
    room = width - 2 * MARGIN
    beside = text_width(said, NOTE) + 24 + wide <= room
    if text_width(whole, NOTE) <= room - (wide + 24 if beside else 0):
        said = whole
    for line in wrap(said, room - (wide + 24 if beside else 0), NOTE, 400, language) if said else ():
        marks.append(Text(MARGIN, y, line, NOTE, fill="ink-2"))
        y += 17
    y -= 17 if said else 0
    x, row = (
        (width - MARGIN - wide + 18, 36 + (len(lines) - 1) * size * 1.2 + 24) if beside else (MARGIN, y + 22)
    )
    for badge, name in roles:
        across = badge_width_of(badge)
        needed = across + 6 + text_width(name, NOTE, 500)
        if x + needed > width - MARGIN + 1:
            x, row = MARGIN, row + 20
        marks.append(replace(badge, cx=x + across / 2, cy=row - 4.5, size=16))
        marks.append(Text(x + across + 6, row, name, NOTE, 500))
        x += needed + 18
    return Group(tuple(marks), id="head", role="head"), max(y, row) + 16


def badge_width_of(badge: Badge) -> float:
    """How wide a badge of 16 px is."""
    return 16 * 1.6 if badge.shape == "pill" else 16.0


def _said(head: Group | None) -> tuple[str, str, list[tuple[Badge, str]]]:
    """What a whole head says beside its title as one line, the same without the question, and its roles."""
    if head is None:
        return "", "", []
    roles: list[tuple[Badge, str]] = []
    said: list[tuple[str, bool]] = []
    title, before = True, (0.0, "")
    waiting: Badge | None = None
    for mark in head.children:
        if isinstance(mark, Group):
            inside = [one for one in mark.children if isinstance(one, Badge | Text)]
        else:
            inside = [mark] if isinstance(mark, Badge | Text) else []
        for one in inside:
            if isinstance(one, Badge):
                waiting = one
            elif waiting is not None:
                roles.append((waiting, one.text))
                waiting = None
            elif title and one.weight == 600 and one.size > 20:
                continue
            else:
                title = False
                kind = (one.size, one.fill)
                asks = one.size == QUESTION and one.weight == 400
                said.append((one.text if kind == before or not said else f"· {one.text}", asks))
                before = kind
    whole = " ".join(" ".join(words for words, _ in said).split())
    short = " ".join(" ".join(words for words, asks in said if not asks).split())
    return whole, short.removeprefix("· "), roles
