"""The lanes of an account: what one person did, gathered where it is dense, labelled where there is room."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from polku.analytics.account import AccountEvent
from polku.diagrams.account.axis import DateAxis
from polku.diagrams.parts.moving import moved_all
from polku.diagrams.parts.placing import Box, Field, Label, around
from polku.diagrams.parts.signs import channel as channel_sign
from polku.documents import Workspace
from polku.scene import Circle, Group, Line, Mark, Rect, Text, text_lines, text_width, wrap
from polku.scene.marks import Anchor
from polku.words import Reader

RADIUS, RING, EMPTY = 9.5, 13.0, 8.0
LEVELS = ((26.0, 32.0), (34.0, 46.0), (46.0, 58.0), (58.0, 70.0))
LOW_SHARE = 0.6
"""A score of at most this share of the best is low: 6 of 10, where a recommendation is not given either."""
REPEATED = 4
"""What happens more often than this in one lane is labelled where it stands first."""


@dataclass
class Look:
    """What the lanes of one account share.

    Args:
        hurts: (role, touchpoint) where the map says it feels −2, evidenced; truths: where it says moment of truth.
        used: names of signs that were drawn.
    """

    workspace: Workspace
    axis: DateAxis
    say: Reader
    quiet: dt.timedelta
    hurts: frozenset[tuple[str | None, str]] = frozenset()
    truths: frozenset[tuple[str | None, str]] = frozenset()
    used: set[str] = field(default_factory=set)

    def kind(self, event: AccountEvent) -> str | None:
        """The kind of channel an event came by."""
        found = self.workspace.channels.get(event.channel or "")
        return found.kind if found else None

    def name(self, event: AccountEvent) -> str:
        """What happened: the touchpoint, off the map the source's word; a score with it."""
        name = self.workspace.label("touchpoints", event.touchpoint) or event.activity
        return f"{name}: {score_words(event, self.say)}" if event.score is not None else name

    def bad(self, event: AccountEvent, role: str | None) -> bool:
        """Whether a score is low, or the map says that this hurts."""
        if event.share is not None:
            return event.share <= LOW_SHARE
        return event.touchpoint is not None and (role, event.touchpoint) in self.hurts


def score_words(event: AccountEvent, say: Reader) -> str:
    """A score and the best possible."""
    assert event.score is not None
    most = event.score_max or (10.0 if event.score_kind == "nps" else None)
    if most is None:
        return say.number(event.score)
    return say("account.score", score=event.score, most=most)


@dataclass
class Spot:
    """One sign: an event, or several that stand too close to be told apart."""

    x: float
    events: tuple[AccountEvent, ...]

    @property
    def count(self) -> int:
        """How many."""
        return len(self.events)


def gather(axis: DateAxis, events: Sequence[AccountEvent], gap: float) -> list[Spot]:
    """Events as signs at least `gap` px apart: the nearest are joined first, at their mean."""
    spots: list[Spot] = []
    for one in events:
        x = axis.x(one.time)
        # Joined by the pixel first, so that many thousands are no work.
        if spots and x - spots[-1].x < 1.0:
            last = spots[-1]
            last.events = (*last.events, one)
        else:
            spots.append(Spot(x, (one,)))
    while len(spots) > 1:
        near, place = min((b.x - a.x, place) for place, (a, b) in enumerate(pairwise(spots)))
        if near >= gap:
            break
        a, b = spots[place], spots[place + 1]
        x = (a.x * a.count + b.x * b.count) / (a.count + b.count)
        spots[place : place + 2] = [Spot(x, (*a.events, *b.events))]
    return spots


def spot_words(look: Look, spot: Spot, role: str | None = None) -> str:
    """What a sign stands for: the most frequent with its number, and how many others."""
    names = Counter(map(look.name, spot.events))
    # Of equally frequent things what hurts goes first, then what the map knows.
    places = {
        look.name(one): (not look.bad(one, role), one.touchpoint is None) for one in reversed(spot.events)
    }
    name, count = min(names.items(), key=lambda item: (-item[1], places[item[0]], item[0]))
    words = look.say("account.times", name=name, count=count) if count > 1 else name
    others = spot.count - count
    return look.say("account.and-others", words=words, count=others) if others else words


@dataclass
class LaneDrawing:
    """A lane's marks around its middle line at 0, and how far it reaches above and below."""

    ground: list[Mark]
    spots: list[Group]
    up: float
    down: float

    def at(self, y: float) -> tuple[list[Mark], list[Mark]]:
        """Ground and signs with the middle line at y."""
        return moved_all(self.ground, 0.0, y), moved_all(self.spots, 0.0, y)


def person_lane(
    look: Look,
    id: str,
    who: str,
    role: str | None,
    events: Sequence[AccountEvent],
    *,
    gone: dt.date | None = None,
    leaves: dt.date | None = None,
    leaving_words: str = "",
    longest_quiet: int = 0,
) -> LaneDrawing:
    """The lane of one person.

    Args:
        id: of its groups; who: what the person is called, for those who hear the drawing.
        longest_quiet: days of the longest silence of all lanes, which stands out.
    """
    axis = look.axis
    shown = [one for one in events if axis.shows(one.time.date())]
    spots = gather(axis, shown, 2 * RADIUS + 1)
    ground: list[Mark] = []
    silences = quiet_times(look, events, gone)
    most = Counter(spot_words(look, spot, role) for spot in spots)
    best: tuple[int, list[Label | None], list[Label], float, float] | None = None
    order = sorted(range(len(spots)), key=lambda place: _weight(look, spots[place], role, most))
    for up, down in LEVELS:
        labels, waits, missed = _words(look, spots, order, most, role, silences, leaves, up, down)
        if best is None or missed < best[0]:
            best = (missed, labels, waits, up, down)
        if not missed:
            break
    assert best is not None
    _, labels, waits, up, down = best
    for begin, end, days in silences:
        look.used.add("quiet")
        left, right = axis.x(begin) + 2, axis.x(end) - 2
        ground.append(Rect(left, -4, max(right - left, 0), 8, None, texture="hatch"))
        if days == longest_quiet:
            look.used.add("longest-quiet")
    for place, wait in enumerate(waits):
        days = silences[place][2] if place < len(silences) else 0
        ground += wait.marks(fill="negative" if days == longest_quiet else "ink-2") if wait.lines[0] else []
    groups = [
        _spot_group(look, id, number, who, role, spot, label)
        for number, (spot, label) in enumerate(zip(spots, labels, strict=True))
    ]
    if leaves is not None and axis.shows(leaves):
        x = axis.x(leaves)
        look.used.add("leaves")
        ground += [
            Line(axis.now, 0, x, 0, "ink-2", 1.4, (1.5, 3)),
            Line(x, -16, x, 16, "ink", 2),
        ]
        extra = _leaving(axis, x, leaving_words, look.say.date(leaves, short=True), look.say.language)
    else:
        extra = []
    for label, fill in extra:
        ground += label.marks(fill=fill, plate=None)
    boxes = [
        label.box
        for label in (*labels, *waits, *(one for one, _ in extra))
        if label is not None and label.lines[0]
    ]
    reach = RING if any(look_ring(look, spot, role) for spot in spots) else RADIUS
    above = max([20.0, reach + 14, *(-box.top for box in boxes)]) + 8
    below = max([22.0, reach + 4, *(box.bottom for box in boxes)]) + 8
    return LaneDrawing(ground, groups, above, below)


def _leaving(axis: DateAxis, x: float, words: str, day: str, language: str) -> list[tuple[Label, str]]:
    """Who leaves and when, beside the bar on the future's ground, or stacked where that is narrow."""
    wide = max(text_width(words, 12, 600), text_width(day, 12))
    anchor: Anchor
    if wide + 12 <= x - axis.now:
        anchor, at = "end", x - 6
    elif wide + 12 <= axis.right - x:
        anchor, at = "start", x + 6
    else:
        lines = wrap(words, axis.right - axis.now - 10, 12, 600, language)
        top = -22.0 - (len(lines) - 1) * 15
        return [
            (Label(lines, axis.right - 4, top, 12, 600, "end"), "ink"),
            (Label((day,), axis.right - 4, 31, 12, 400, "end"), "ink-2"),
        ]
    return [
        (Label((words,), at, -7, 12, 600, anchor), "ink"),
        (Label((day,), at, 17, 12, 400, anchor), "ink-2"),
    ]


def quiet_times(
    look: Look, events: Sequence[AccountEvent], gone: dt.date | None = None
) -> list[tuple[dt.datetime, dt.datetime, int]]:
    """Silences on the axis: between two events of a person, and from the last one until today."""
    axis = look.axis
    times = [one.time for one in events]
    if not times:
        return []
    if gone is None:
        times.append(dt.datetime.combine(axis.today, dt.time()))
    found = []
    for before, after in pairwise(times):
        days = (after.date() - before.date()).days
        if days >= look.quiet.days and after.date() > axis.start:
            found.append((before, after, days))
    return found


def look_ring(look: Look, spot: Spot, role: str | None) -> bool:
    """Whether a moment of truth of the map is among the events."""
    return any(one.touchpoint and (role, one.touchpoint) in look.truths for one in spot.events)


def _weight(look: Look, spot: Spot, role: str | None, most: Mapping[str, int]) -> tuple[object, ...]:
    """Which signs take their words first: scores and moments of truth, people, rare things."""
    scored = any(one.score is not None for one in spot.events)
    human = any(look.kind(one) == "human" for one in spot.events)
    return (
        not (scored or look_ring(look, spot, role)),
        not human,
        most[spot_words(look, spot, role)],
        spot.x,
    )


def _words(
    look: Look,
    spots: Sequence[Spot],
    order: Sequence[int],
    most: Mapping[str, int],
    role: str | None,
    silences: Sequence[tuple[dt.datetime, dt.datetime, int]],
    leaves: dt.date | None,
    up: float,
    down: float,
) -> tuple[list[Label | None], list[Label], int]:
    axis, say = look.axis, look.say
    field_ = Field(Box(axis.left - 6, -up + 3, axis.now - 3, down - 3))
    for spot in spots:
        reach = RING if look_ring(look, spot, role) else RADIUS
        field_.take(Box(spot.x - reach, -reach, spot.x + reach, reach))
    waits: list[Label] = []
    for begin, end, days in silences:
        left, right = axis.x(begin), axis.x(end)
        field_.take(Box(left, -6, right, 6))
        placed = None
        for text in (say("account.quiet", count=days), say("account.quiet-short", days=days)):
            wide = text_width(text, 12, 500)
            middle = min(max((left + right) / 2, axis.left + wide / 2), axis.now - 4 - wide / 2)
            if wide > right - left + 20:
                continue
            placed = field_.place(
                Label((text,), middle + dx, y, 12, 500, "middle")
                for y in (-10.0, 19.0)
                for dx in (0.0, -14.0, 14.0)
            )
            if placed is not None:
                break
        waits.append(placed or Label(("",), 0, 0))
    # A number above each that may stay without words.
    numbers = {}
    for place, spot in enumerate(spots):
        if spot.count > 1:
            box = _count_box(spot, look_ring(look, spot, role))
            field_.take(box)
            numbers[place] = box
    labels: list[Label | None] = [None] * len(spots)
    said: Counter[str] = Counter()
    missed = 0
    for place in order:
        spot = spots[place]
        text = spot_words(look, spot, role)
        said[text] += 1
        if most[text] > REPEATED and said[text] > 1 and spot.count == 1:
            continue
        reach = RING if look_ring(look, spot, role) else RADIUS
        found = field_.place(
            around(text, spot.x, 0.0, reach, look.workspace.settings.language, size=12, right=170.0),
            numbers.get(place),
        )
        if found is not None:
            # Words of two signs keep further apart than words and signs.
            box = found.box
            field_.take(Box(box.left - 5, box.top, box.right + 5, box.bottom))
        labels[place] = found
        missed += found is None
    return labels, waits, missed


def _count_box(spot: Spot, ring: bool) -> Box:
    half = text_width(f"×{spot.count}", 12, 600) / 2
    top = (RING if ring else RADIUS) + 3
    return Box(spot.x - half, -top - 10, spot.x + half, -top)


def _spot_group(
    look: Look, id: str, number: int, who: str, role: str | None, spot: Spot, label: Label | None
) -> Group:
    bad = any(look.bad(one, role) for one in spot.events)
    ring = look_ring(look, spot, role)
    kinds = Counter(look.kind(one) for one in spot.events)
    kind = min(kinds, key=lambda one: (-kinds[one], one != "human", str(one)))
    stroke = "negative" if bad else "ink-2"
    marks: list[Mark] = [Circle(spot.x, 0, (RING if ring else RADIUS) + 1.5, "paper")]
    if ring:
        look.used.add("moment-of-truth")
        marks.append(Circle(spot.x, 0, RING, "surface", "ink", 1.5))
    marks.append(Circle(spot.x, 0, RADIUS, "surface", stroke, 2.6 if bad else 1.4))
    marks += channel_sign(kind, spot.x, 0)
    look.used.add(f"channel-{kind}" if kind else "channel-none")
    if bad:
        look.used.add("bad")
    if label is not None:
        marks += label.marks(fill="negative" if bad else "ink")
    elif spot.count > 1:
        look.used.add("cluster")
        top = -(RING if ring else RADIUS) - 3
        marks.append(Text(spot.x, top, f"×{spot.count}", 12, 600, anchor="middle", fill=stroke))
    words = event_sentences(look, spot.events)
    return Group(
        tuple(marks),
        id=f"{id}-{number}",
        role="event",
        label=f"{who}: {words}",
        title=words,
        focusable=True,
    )


def event_sentences(look: Look, events: Sequence[AccountEvent], most: int = 6) -> str:
    """What happened and when, in words; of many the first few."""
    say = look.say
    parts = [f"{look.name(one)}, {say.date(one.time, short=True)}" for one in events[:most]]
    if len(events) > most:
        parts.append(say("account.more", count=len(events) - most))
    return "; ".join(parts)


def unnamed_lane(
    look: Look, id: str, events: Sequence[AccountEvent], sentence: str, *, hole: bool
) -> LaneDrawing:
    """The lane of events that name nobody: dashed rings with their number, and what they may mean in words."""
    axis = look.axis
    shown = [one for one in events if axis.shows(one.time.date())]
    spots = gather(axis, shown, 26.0 if len(shown) > 12 else 2 * EMPTY + 2)
    groups = []
    for number, spot in enumerate(spots):
        reach = EMPTY if spot.count == 1 else max(EMPTY + 1.5, text_width(str(spot.count), 12, 600) / 2 + 5)
        marks: list[Mark] = [Circle(spot.x, 0, reach, "paper", "line-strong", 1.4, (2.2, 2.2))]
        if spot.count > 1:
            marks.append(Text(spot.x, 4.2, str(spot.count), 12, 600, anchor="middle", fill="ink-2"))
        look.used.add("unnamed")
        words = event_sentences(look, spot.events)
        label = f"{look.say('account.nobody-named')}: {words}"
        groups.append(
            Group(tuple(marks), id=f"{id}-{number}", role="event", label=label, title=words, focusable=True)
        )
    ground: list[Mark] = []
    down = 24.0
    if sentence:
        lines = wrap(sentence, axis.now - axis.left - 12, 12, 500, look.say.language)
        first = 29.0 if spots else 4.5 - (len(lines) - 1) * 7.5
        fill = "negative" if hole and not shown else "ink-2"
        ground += text_lines(lines, axis.left + 4, first, size=12, weight=500, fill=fill)
        down = max(24.0, first + (len(lines) - 1) * 15 + 11)
    return LaneDrawing(
        ground, groups, 22.0 if spots or not sentence else max(22.0, len(lines) * 7.5 + 10), down
    )
