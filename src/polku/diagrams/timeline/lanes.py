"""The lanes of the timeline: whose step it is, the way to it, and words where there is room for them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from polku.diagrams.parts.drawing import Drawing
from polku.diagrams.parts.frame import badge_width
from polku.diagrams.parts.placing import Box, Field, Label, around
from polku.diagrams.timeline.axis import Axis, Cut
from polku.diagrams.timeline.times import Gap, Place, Times
from polku.scene import text_width

MANY_LANES = 12
"""More roles than this do not stand in every band, only where they act."""
BADGE = 18.0
RING = 15.0
CLOSE = 16.0
"""Steps of one lane that stand closer than this share one badge with a count."""
DRIFT = 10.0
"""How far steps of one lane may be pushed apart so that their badges stay whole."""
NUMBER = 11.5
HATCH = 8.0
"""Height of the hatch of a wait."""
LEVELS = ((38.0, 40.0), (46.0, 62.0), (60.0, 84.0), (78.0, 112.0))
"""Room above and below the badges of a lane; the least with which all words find a place."""

TRIES = 4
"""How often a lane's words are set anew, those first that found no room."""

LinkKind = Literal["wait", "short", "unknown"]
Upright: TypeAlias = tuple[float, str | None, str | None]
Wall: TypeAlias = tuple[float, Literal["above", "below", "through"]]


@dataclass(frozen=True)
class Link:
    """The way to a step, on the lane of who makes it: from when the step before it happened.

    Args:
        left, right: x on the page; begins, ends: whether that end is in this band.
        pause: where the axis breaks within.
    """

    kind: LinkKind
    left: float
    right: float
    step: Place
    begins: bool
    ends: bool
    pause: tuple[float, float] | None = None


@dataclass(eq=False)
class Spot:
    """A badge: one step, or several that stand too close together."""

    x: float
    members: list[Place]

    @property
    def radius(self) -> float:
        """As far as its signs reach."""
        return max(map(_radius, self.members))


@dataclass
class LanePlan:
    """One lane of one band, laid out around its badges' level.

    Args:
        labels: words by step; numbered: steps that found no room for words.
        waits: words on ways by step.
    """

    role: str | None
    spots: list[Spot]
    links: list[Link]
    up: float = 0.0
    down: float = 0.0
    labels: dict[str, Label] = field(default_factory=dict)
    waits: dict[str, Label] = field(default_factory=dict)
    numbered: list[Place] = field(default_factory=list)


@dataclass
class BandPlan:
    """One band of the timeline.

    Args:
        xs: x on the page by step, as time says.
        drawn: x by step as drawn, pushed apart or gathered.
        uprights: x and the two roles between which a way changes lanes.
        longest: seconds of the longest wait.
        borders, ticks: x of the stages' and the axis's, once their heads are drawn.
    """

    cut: Cut
    left: float
    right: float
    xs: Mapping[str, float]
    drawn: Mapping[str, float]
    lanes: tuple[LanePlan, ...]
    uprights: tuple[Upright, ...]
    longest: float
    borders: list[float] = field(default_factory=list)
    ticks: list[tuple[float, int]] = field(default_factory=list)

    def x(self, at: float) -> float:
        """From the line of time to the page."""
        return self.left + at - self.cut.left


def plan_band(
    drawing: Drawing,
    times: Times,
    axis: Axis,
    cut: Cut,
    roles: Sequence[str | None],
    left: float,
    edge: float,
) -> BandPlan:
    """Lay out one band: badges, ways and words of every lane.

    Args:
        left: x at which the band's time begins; edge: where words must end.
    """

    def page_x(at: float) -> float:
        return left + at - cut.left

    links, uprights = _links(drawing, times, axis, cut, page_x)
    if len(roles) > MANY_LANES:
        roles = _of_band(times, cut, roles, links, uprights)
    xs = {id: page_x(axis.at[id]) for id in cut.steps}
    close = CLOSE if len(times.places) < 100 else 24.0
    spots_of: dict[str | None, list[Spot]] = {role: [] for role in roles}
    for id in cut.steps:
        place = times.by_id[id]
        gather_spot(spots_of[place.step.role], place, xs[id], close)
    drawn = {
        one.step.step.id: spot.x for spots in spots_of.values() for spot in spots for one in spot.members
    }
    lanes = []
    for role in roles:
        here = [link for link in links if link.step.step.role == role]
        lanes.append(_lane(drawing, role, spots_of[role], here, _walls(roles, role, uprights), left, edge))
    longest = max((gap.seconds for gap in times.gaps), default=0.0)
    return BandPlan(cut, left, page_x(cut.right), xs, drawn, tuple(lanes), tuple(uprights), longest)


def _of_band(
    times: Times,
    cut: Cut,
    roles: Sequence[str | None],
    links: Sequence[Link],
    uprights: Sequence[Upright],
) -> list[str | None]:
    """Of many roles those of the band; who has no step anywhere stands in the first band, as a hole."""
    here = {times.by_id[id].step.role for id in cut.steps}
    here |= {link.step.step.role for link in links}
    here |= {role for _, *both in uprights for role in both}
    if times.places[0].step.step.id in cut.steps:
        here |= {*roles} - {place.step.role for place in times.places}
    return [role for role in roles if role in here]


def gather_spot(spots: list[Spot], place: Place, x: float, close: float) -> None:
    """Add a step to the badges of its lane: apart, pushed a little, or to the badge before.

    What has no time of its own gives way to what has.
    """
    if not spots:
        spots.append(Spot(x, [place]))
        return
    last = spots[-1]
    radius = _radius(place)
    apart = max(last.radius + radius - 1, close)
    least = last.x + apart
    if x < least and not last.members[0].known and len(last.members) == 1:
        floor = spots[-2].x + spots[-2].radius + last.radius - 1 if len(spots) > 1 else last.x
        last.x = max(min(last.x, x - apart), min(floor, last.x))
        least = last.x + apart
    near = x - last.x < close - 0.01 and place.known
    if near or least - x > (DRIFT if place.known else 2 * apart):
        last.members.append(place)
    else:
        spots.append(Spot(max(x, least), [place]))


def _radius(place: Place) -> float:
    if place.step.step.moment_of_truth:
        return RING
    return badge_width(place.step.sign, BADGE) / 2 + (
        1 if place.step.sign.shape in ("circle", "square") else 0
    )


def _walls(roles: Sequence[str | None], role: str | None, uprights: Sequence[Upright]) -> list[Wall]:
    """Where ways that change lanes run through a lane."""
    me = roles.index(role)
    walls: list[Wall] = []
    for x, a, b in uprights:
        low, high = sorted((roles.index(a), roles.index(b)))
        if low < me < high:
            walls.append((x, "through"))
        elif me == low:
            walls.append((x, "below"))
        elif me == high:
            walls.append((x, "above"))
    return walls


def _links(
    drawing: Drawing, times: Times, axis: Axis, cut: Cut, page_x: Callable[[float], float]
) -> tuple[list[Link], list[Upright]]:
    """The ways of one band, level on the lane of who makes them, upright where they change lanes."""
    long = drawing.facts.workspace.settings.limits.long_wait.total_seconds()
    links: list[Link] = []
    uprights: dict[tuple[float, str | None], Upright] = {}
    for place in times.places:
        before = place.gap.before if place.gap else place.after
        if before is None:
            continue
        begin, end = axis.at[before], axis.at[place.step.step.id]
        if begin > end + 0.01:
            continue
        kind: LinkKind = "unknown"
        if place.gap:
            kind = "wait" if place.gap.seconds >= long else "short"
        source = times.by_id[before].step.role
        if source != place.step.role and before in cut.steps:
            uprights[begin, place.step.role] = (page_x(begin), source, place.step.role)
        part = cut.clip(begin, end)
        if part is None:
            continue
        pause = next(
            (
                (page_x(one.left), page_x(one.right))
                for one in axis.breaks
                if begin <= one.left < one.right <= end
            ),
            None,
        )
        links.append(
            Link(
                kind,
                page_x(part[0]),
                page_x(part[1]),
                place,
                abs(part[0] - begin) < 0.01,
                abs(part[1] - end) < 0.01,
                pause,
            )
        )
    return links, list(uprights.values())


def wait_label(drawing: Drawing, gap: Gap, short: bool = False) -> str:
    """How long somebody waits, with the number of cases where they are few."""
    said = drawing.reader.days(gap.seconds) if short else drawing.reader.duration(gap.seconds)
    if gap.cases is not None and gap.cases < drawing.facts.workspace.settings.limits.small and not short:
        return f"{said}, {drawing.reader('diagrams.cases', count=gap.cases)}"
    return said


def _lane(
    drawing: Drawing,
    role: str | None,
    spots: list[Spot],
    links: list[Link],
    walls: Sequence[Wall],
    left: float,
    edge: float,
) -> LanePlan:
    """The lane at the least height at which all words find room; else at that with the most words."""
    if not spots:
        return LanePlan(role, spots, links, 22.0, 22.0)
    best: LanePlan | None = None
    for up, down in LEVELS:
        # Where it hurts most the words come first.
        first = [spot for spot in spots if any(one.step.step.feels == -2 for one in spot.members)]
        tried: list[Spot] = []
        for _ in range(TRIES):
            order = [*first, *(spot for spot in tried if spot not in first)]
            plan = _set_words(drawing, LanePlan(role, spots, links, up, down), order, walls, left, edge)
            if best is None or len(plan.numbered) < len(best.numbered):
                best = plan
            alone = [spot for spot in spots if len(spot.members) == 1 and spot.members[0] in plan.numbered]
            # Those that found no room choose first the next time.
            if all(spot in tried for spot in alone):
                break
            tried = [*(spot for spot in alone if spot not in tried), *tried]
        if best is not None and not _wanting(best):
            break
    assert best is not None
    _trim(best)
    return best


def _wanting(plan: LanePlan) -> bool:
    """Whether a badge of one step has no words."""
    return any(len(spot.members) == 1 and spot.members[0] in plan.numbered for spot in plan.spots)


def _trim(plan: LanePlan) -> None:
    """Take from a lane the height that its words do not use."""
    boxes = [label.box for label in (*plan.labels.values(), *plan.waits.values())]
    reach = max(spot.radius for spot in plan.spots)
    above = [reach + (14 if plan.numbered else 0), *(-box.top for box in boxes)]
    below = [reach, *(box.bottom for box in boxes)]
    plan.up, plan.down = max(max(above) + 9, 26.0), max(max(below) + 11, 30.0)


def _set_words(
    drawing: Drawing,
    plan: LanePlan,
    first: Sequence[Spot],
    walls: Sequence[Wall],
    left: float,
    edge: float,
) -> LanePlan:
    field = Field(Box(left - 14, -plan.up + 3, edge, plan.down - 3))
    numbers = [number_box(spot, max(one.step.number for one in spot.members)) for spot in plan.spots]
    # Room for a number each, should its words find none.
    field.take(*numbers)
    for spot in plan.spots:
        field.take(Box(spot.x - spot.radius, -spot.radius, spot.x + spot.radius, spot.radius))
    for link in plan.links:
        field.take(Box(link.left, -6, link.right, 6))
    for x, where in walls:
        top = -plan.up if where != "below" else 0.0
        bottom = plan.down if where != "above" else 0.0
        field.take(Box(x - 2.5, top, x + 2.5, bottom))
    waits = [link for link in plan.links if link.kind == "wait" and link.ends]
    left_over = [link for link in waits if not _set_wait(drawing, plan, field, link, (-11.0,))]
    own = dict(zip(map(id, plan.spots), numbers, strict=True))
    for spot in [*first, *(spot for spot in plan.spots if spot not in first)]:
        _set_label(drawing, plan, field, spot, own[id(spot)])
    for link in left_over:
        _set_wait(drawing, plan, field, link, (20.0, -26.0))
    return plan


def _set_wait(drawing: Drawing, plan: LanePlan, field: Field, link: Link, levels: tuple[float, ...]) -> bool:
    """Say how long somebody waits, beside the hatch; whether there was room."""
    gap = link.step.gap
    assert gap is not None
    stops = [spot.x for spot in plan.spots if link.left + 4 < spot.x < link.right - 4]
    # Above the widest free part: steps without a time may stand on the way.
    ends = [link.left, *stops, link.right - 8]
    begin, end = max(itertools.pairwise(ends), key=lambda pair: pair[1] - pair[0])
    middle = (begin + end) / 2
    long, short = wait_label(drawing, gap), wait_label(drawing, gap, short=True)
    whole = drawing.reader("timeline.waiting", time=long)
    texts = [whole, long, short] if end - begin >= text_width(whole, 12.5, 600) + 16 else [long, short]
    candidates = [
        Label((text,), x, y, 12.5, 600 if text == whole else 500, "middle")
        for text in texts
        for y in levels
        for x in (middle, middle - 10, middle + 10, middle - 20)
        if text_width(text, 12.5, 600) <= end - begin + 26
    ]
    found = field.place(candidates)
    if found is None:
        return False
    plan.waits[link.step.step.step.id] = found
    return True


def _set_label(drawing: Drawing, plan: LanePlan, field: Field, spot: Spot, own: Box) -> None:
    first = spot.members[0]
    if len(spot.members) > 1:
        numbers = [one.step.number for one in spot.members]
        joined = ", ".join(map(str, numbers))
        texts = (drawing.reader("timeline.cluster", count=len(numbers), numbers=joined), joined)
        for text in texts:
            found = field.place(around(text, spot.x, 0.0, spot.radius, drawing.reader.language), own)
            if found is not None:
                plan.labels[first.step.step.id] = found
                break
        plan.numbered += spot.members
        return
    text, language = step_words(drawing, first)
    found = field.place(around(text, spot.x, 0.0, spot.radius, language), own)
    if found is None:
        plan.numbered.append(first)
    else:
        plan.labels[first.step.step.id] = found


def step_words(drawing: Drawing, place: Place) -> tuple[str, str]:
    """What happens in a step, and the language of these words; a very low feeling is said beside it."""
    step = place.step.step
    if step.does is None:
        return drawing.reader("diagrams.no-action"), drawing.reader.language
    if step.feels == -2:
        return f"{step.does} {drawing.reader.signed(step.feels)}", drawing.language
    return step.does, drawing.language


def number_box(spot: Spot, number: int) -> Box:
    """Where a number stands above a badge."""
    half = text_width(str(number), NUMBER, 600) / 2 + 0.5
    return Box(spot.x - half, -spot.radius - 13.5, spot.x + half, -spot.radius - 2)
