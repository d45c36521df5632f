"""Who knows whom at an account: our teams on one side, its people on the other, and those whom nobody of us knows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from math import sqrt

from polku.diagrams.account.people import workspace_signs
from polku.diagrams.account.relations_layout import tracks
from polku.diagrams.account.relations_legend import relations_legend
from polku.diagrams.account.relations_people import Person, missing_roles, people_of, relations_title
from polku.diagrams.parts.bands import MARGIN
from polku.diagrams.parts.frame import RoleEntry, foot, head, role_badge
from polku.diagrams.parts.journey import role_label
from polku.diagrams.parts.signs import arrow_head
from polku.documents import Account, Workspace
from polku.scene import (
    LIGHT,
    Circle,
    Group,
    Line,
    Mark,
    Path,
    Rect,
    Scene,
    Table,
    Text,
    Theme,
    fit,
    text_lines,
    widest,
    wrap,
)
from polku.words import Reader, reader
from polku.words import Text as Words

PAGE, LEAST_PAGE = 1200.0, 860.0
TEAM = 170.0
INDENT = 46.0
MOST_DEPTH = 5
"""Those who report further down stand no further in."""
LABEL = 280.0
TRACK = 24.0
ROW = 74.0


def draw_relations(
    workspace: Workspace,
    account: Account,
    *,
    language: str = "en",
    theme: Theme = LIGHT,
    today: dt.date | None = None,
    names: bool = True,
    width: float | None = None,
    title: Words | None = None,
    tag: str = "",
) -> Scene:
    """Draw the people of an account and who of us knows them; without names they are a part and a number."""
    say = reader(language)
    today = today or dt.date.today()
    page = max(width or PAGE, LEAST_PAGE)
    own = workspace.settings.language
    people = people_of(workspace, account, today, names, say)
    teams = list(dict.fromkeys([*workspace.teams, *(team for one in people for team in one.knows)]))
    heading = say.text(title if title is not None else relations_title(people, account))
    missing = missing_roles(workspace, account)
    played = {id for one in account.people for id in one.roles} | set(missing)
    roles = [id for id in workspace.role_order() if id in played]
    signs = workspace_signs(workspace)
    frame_head, y = head(
        page,
        title=heading,
        subject=account.label if heading != account.label else "",
        question=say("relations.question"),
        meta=_meta(workspace, account, people, say),
        roles=[
            RoleEntry(signs[id], fit(role_label(workspace, id, say), 230, 13, 500))
            for id in roles
            if id in signs
        ],
        language=own,
        tag=tag or (say("diagrams.sample-numbers") if workspace.settings.example else ""),
    )
    used: set[str] = set()
    top = y + 10
    depth = max((min(one.depth, MOST_DEPTH) for one in people), default=0)
    influences = [
        (place, other)
        for place, one in enumerate(people)
        for target in (one.place.person.influences if one.place else ())
        for other, it in enumerate(people)
        if it.place and it.id == target and other != place
    ]
    ways = tracks([(min(a, b), max(a, b)) for a, b in influences])
    gutter = (max(ways) + 1) * TRACK + 18 if ways else 18.0
    inside = 44 + depth * INDENT + 40 + gutter + 24
    least = MARGIN + TEAM + 110.0
    room = max(120.0, min(LABEL, page - MARGIN - least - inside))
    # The field is as wide as its people need, the way to it as long as is left.
    left = min(max(least, page - MARGIN - inside - room), MARGIN + TEAM + 330.0)
    field_right = page - MARGIN
    y = top + 44
    for one in people:
        one.lines = wrap(one.name, room, 14, 600, own)
        notes = sum(len(wrap(note, room, 12, 400, say.language)) for note, _ in one.notes)
        tall = len(one.lines) * 18 + notes * 15.5
        height = max(ROW if len(people) <= 14 else 58.0, tall + 18, 2 * one.r + 14)
        one.y = y + height / 2
        one.x = left + 44 + min(one.depth, MOST_DEPTH) * INDENT
        y += height
    bottom = max(y + 14, top + 44 + len(teams) * 48 + 10)
    ground: list[Mark] = [Rect(left, top, field_right - left, bottom - top, "sunken", radius=6)]
    whose = wrap(account.label, field_right - left - 32, 13, 600, own)
    ground += text_lines(whose, left + 16, top + 24, size=13, weight=600, fill="ink-2")
    ground.append(Text(MARGIN, top + 24, say("relations.us"), 13, 600, fill="ink-2"))
    boxes = _team_boxes(workspace, teams, people, top + 44, bottom, say, used)
    ground += _superiors(people, used)
    ground += _known(people, boxes, left, used)
    arcs = _influences(people, influences, ways, room, field_right, say, used)
    body = [_person_group(one, room, say, used) for one in people]
    if not people:
        words = say("relations.nobody")
        lines = wrap(words, field_right - left - 60, 14, 500, say.language)
        ground += text_lines(lines, left + 30, top + 74, size=14, weight=500, fill="negative")
    frame_foot, height = foot(page, bottom + 22, relations_legend(used, say), say("relations.note"), language)
    return Scene(
        width=page,
        height=height,
        title=heading,
        desc=say(
            "relations.desc",
            account=account.label,
            people=len(account.people),
            unknown=sum(one.unknown for one in people if one.place),
            missing=len(missing),
        ),
        language=language,
        marks=(
            Rect(0, 0, page, height, "paper"),
            frame_head,
            Group(tuple(ground), id="ground", role="ground", hidden=True),
            *(group for group, _ in boxes.values()),
            *body,
            Group(tuple(arcs), id="influences", role="ways", hidden=True),
            frame_foot,
        ),
        theme=theme.name,
        table=_table(workspace, people, influences, say),
    )


def _team_boxes(
    workspace: Workspace,
    teams: Sequence[str],
    people: Sequence[Person],
    top: float,
    bottom: float,
    say: Reader,
    used: set[str],
) -> dict[str, tuple[Group, float]]:
    """Our teams from top to bottom near those they know; a team and the y of its middle."""
    own = workspace.settings.language
    wished = {}
    for team in teams:
        ys = [one.y for one in people if team in one.knows]
        wished[team] = sum(ys) / len(ys) if ys else None
    # Between those they know and even steps, so that the ways of many do not run in one bundle.
    ordered = sorted((team for team in teams if wished[team] is not None), key=lambda team: wished[team] or 0)
    if len(people) > 6:
        high, low = people[0].y, people[-1].y
        for place, team in enumerate(ordered):
            even = high + (low - high) * (place + 0.5) / len(ordered)
            wished[team] = ((wished[team] or even) + even) / 2
    acquainted = sorted(
        (team for team in teams if wished[team] is not None), key=lambda team: wished[team] or 0
    )
    order = [*acquainted, *(team for team in teams if wished[team] is None)]
    heights = {}
    for team in order:
        lines = wrap(workspace.label("teams", team), TEAM - 24, 13, 600, own)
        heights[team] = len(lines) * 17 + (13.0 if wished[team] is not None else 30.0)
    boxes: dict[str, tuple[Group, float]] = {}
    y = top
    left_over = sum(heights.values()) + 12 * (len(order) - 1)
    for team in order:
        high = heights[team]
        at = max(y, (wished[team] or y + high / 2) - high / 2)
        # Room for those that are still to come.
        at = max(y, min(at, bottom - 14 - left_over))
        known = wished[team] is not None
        lines = wrap(workspace.label("teams", team), TEAM - 24, 13, 600, own)
        marks: list[Mark] = []
        if known:
            marks.append(Rect(MARGIN, at, TEAM, high, "sunken-2", "ink-2", 1.2, radius=4))
        else:
            used.add("team-nobody")
            marks.append(Rect(MARGIN, at, TEAM, high, "paper", "line-strong", 1.2, (4, 3), 4))
        marks += text_lines(
            lines, MARGIN + 12, at + 18.5, size=13, weight=600, fill="ink" if known else "ink-2", line=17 / 13
        )
        note = ""
        if not known:
            note = say("relations.knows-nobody")
            marks.append(Text(MARGIN + 12, at + 17.5 + len(lines) * 17, note, 12, fill="ink-3"))
        label = f"{workspace.label('teams', team)}: " + (
            note or say("relations.knows", names=[one.name for one in people if team in one.knows])
        )
        group = Group(tuple(marks), id=f"team-{team}", role="team", label=label, focusable=True)
        boxes[team] = group, at + high / 2
        y = at + high + 12
        left_over -= high + 12
    return boxes


def _superiors(people: Sequence[Person], used: set[str]) -> list[Mark]:
    """From each superior down and in to those who report to them."""
    marks: list[Mark] = []
    for one in people:
        if one.superior is None:
            continue
        used.add("reports")
        above = people[one.superior]
        same = above.x >= one.x
        x = above.x - (above.r * 0.5 if same else 0.0)
        down = above.y + (sqrt(above.r**2 - (above.r * 0.5) ** 2) if same else above.r)
        y = one.y - (one.r * 0.35 if not same else 0.0)
        if same:
            # No further in: straight down beside the circles.
            marks.append(Line(x, down, x, one.y - one.r * 0.8, "line-strong", 1.5))
            continue
        end = one.x - sqrt(one.r**2 - (one.r * 0.35) ** 2)
        corner = min(7.0, max(end - x, 0) / 2)
        marks.append(
            Path(
                (
                    ("M", x, down),
                    ("L", x, y - corner),
                    ("C", x, y - corner / 2, x + corner / 2, y, x + corner, y),
                    ("L", end, y),
                ),
                stroke="line-strong",
                stroke_width=1.5,
            )
        )
    return marks


def _known(
    people: Sequence[Person], boxes: Mapping[str, tuple[Group, float]], left: float, used: set[str]
) -> list[Mark]:
    """From each team to those it knows: to the person's own row, and along it, so that no line crosses a person."""
    marks: list[Mark] = []
    for one in people:
        for place, team in enumerate(one.knows):
            used.add("knows")
            start = boxes[team][1]
            spread = one.r * 0.35 + (place - (len(one.knows) - 1) / 2) * 5
            spread = max(-one.r * 0.2, min(spread, one.r * 0.9))
            y = one.y + spread
            end = one.x - sqrt(max(one.r**2 - spread**2, 0.0))
            begin, port = MARGIN + TEAM, left + 12
            half = (port - begin) * 0.55
            marks.append(
                Path(
                    (
                        ("M", begin, start),
                        ("C", begin + half, start, port - half, y, port, y),
                        ("L", end, y),
                    ),
                    stroke="ink",
                    stroke_width=2,
                )
            )
    return marks


def _influences(
    people: Sequence[Person],
    influences: Sequence[tuple[int, int]],
    ways: Sequence[int],
    room: float,
    edge: float,
    say: Reader,
    used: set[str],
) -> list[Mark]:
    """Arrows beyond the words: from who speaks to who listens."""
    marks: list[Mark] = []
    ends = [_end_of_words(one, room, say) for one in people]
    inner = max(ends, default=0.0) + 6
    for (a, b), way in zip(influences, ways, strict=True):
        used.add("influences")
        x = min(inner + 16 + way * TRACK, edge - 12)
        y1, y2 = people[a].y + 6, people[b].y - 6
        if y2 < y1:
            y1, y2 = people[a].y - 6, people[b].y + 6
        turn = 8.0 if y2 > y1 else -8.0
        marks.append(
            Path(
                (
                    ("M", ends[a] + 8, y1),
                    ("L", x - 8, y1),
                    ("C", x - 3, y1, x, y1 + turn * 0.4, x, y1 + turn),
                    ("L", x, y2 - turn),
                    ("C", x, y2 - turn * 0.4, x - 3, y2, x - 8, y2),
                    ("L", ends[b] + 12, y2),
                ),
                stroke="ink-2",
                stroke_width=1.4,
            )
        )
        marks.append(arrow_head(ends[b] + 8, y2, angle="left", size=7, fill="ink-2"))
    return marks


def _end_of_words(one: Person, room: float, say: Reader) -> float:
    """Where the words of a row end."""
    notes = [line for note, _ in one.notes for line in wrap(note, room, 12, 400, say.language)]
    wide = max(widest(one.lines, 14, 600), widest(notes, 12))
    return one.x + max(one.r, 18.0 if one.place is None else 0.0) + 14 + wide


def _person_group(one: Person, room: float, say: Reader, used: set[str]) -> Group:
    marks: list[Mark] = []
    if one.place is None:
        used.add("missing")
        marks.append(Circle(one.x, one.y, 18, "paper", "negative", 1.5, (4, 3)))
        marks.append(Text(one.x, one.y + 6, "?", 17, 700, anchor="middle", fill="negative"))
    elif one.unknown:
        used.add("unknown")
        marks.append(Circle(one.x, one.y, one.r, "paper", "negative", 1.6, (4, 3)))
    else:
        marks.append(Circle(one.x, one.y, one.r, "surface", "ink", 1.6))
    if one.place is not None:
        size = 17.0 if one.r >= 18 else 14.0
        marks.append(role_badge(one.sign, one.x, one.y, size, True, "surface"))
        if one.leaves:
            used.add("leaves")
            reach = one.r + 5
            marks.append(Line(one.x - reach, one.y - one.r - 3, one.x + reach, one.y - one.r - 3, "ink", 2))
    notes = [(line, fill) for note, fill in one.notes for line in wrap(note, room, 12, 400, say.language)]
    x = one.x + max(one.r, 18.0 if one.place is None else 0.0) + 14
    base = one.y - (len(one.lines) * 18 + len(notes) * 15.5) / 2 + 13.5
    for line in one.lines:
        marks.append(Text(x, base, line, 14, 600, fill="negative" if one.place is None else "ink"))
        base += 18
    base -= 1
    for line, fill in notes:
        marks.append(Text(x, base, line, 12, fill=fill))
        base += 15.5
    label = ". ".join([one.name, *(note for note, _ in one.notes)])
    return Group(tuple(marks), id=f"person-{one.id}", role="person", label=label, focusable=True)


def _meta(workspace: Workspace, account: Account, people: Sequence[Person], say: Reader) -> str:
    known = sum(not one.unknown for one in people)
    total = sum(one.place is not None for one in people)
    parts = [workspace.label("segments", account.segment)] if account.segment else []
    if account.owner:
        parts.append(say("relations.owner", team=workspace.label("teams", account.owner)))
    if total:
        parts.append(say("relations.known", known=known, count=total))
    return " · ".join(parts)


def _table(
    workspace: Workspace, people: Sequence[Person], influences: Sequence[tuple[int, int]], say: Reader
) -> Table:
    rows = []
    for place, one in enumerate(people):
        above = people[one.superior].name if one.superior is not None else ""
        listeners = [people[b].name for a, b in influences if a == place]
        known = [workspace.label("teams", team) for team in one.knows]
        rows.append(
            (
                one.name,
                ", ".join(note for note, fill in one.notes if fill == "ink-2"),
                above,
                say.join(listeners),
                say.join(known) or say("relations.unknown"),
                ", ".join(note for note, fill in one.notes if fill == "negative"),
            )
        )
    columns = tuple(
        say(f"relations.column-{name}") for name in ("who", "part", "reports", "influences", "known", "holes")
    )
    return Table(columns, tuple(rows), say("relations.question"))
