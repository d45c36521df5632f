"""Improvements on a field of effort against impact × reach: what is worth doing first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from polku.documents import Improvement, Workspace
from polku.scene import Circle, Group, Line, Mark, Rect, Scene, Table, Text, text_lines, widest, wrap
from polku.words import Reader, reader

LEFT, RIGHT, TOP, BOTTOM = 56.0, 16.0, 28.0, 54.0
HIGHEST = 3.0
LABEL = 132.0


@dataclass(frozen=True)
class Estimate:
    """What an improvement is thought to be worth.

    Args:
        number: its rank, from 1; by worth where it can be told, those without behind.
        gain: impact × reach; None where either is not said.
        worth: gain × confidence ÷ effort; None where any is not said.
        evidence: pieces heard that it stands on.
    """

    improvement: Improvement
    number: int
    gain: float | None
    worth: float | None
    evidence: int

    @property
    def placed(self) -> bool:
        """Whether it has a place on the field."""
        return self.gain is not None and self.improvement.effort is not None


def estimates(workspace: Workspace, improvements: Sequence[Improvement]) -> tuple[Estimate, ...]:
    """Improvements ranked: worth most first, then those whose worth nobody can tell, in their order."""
    found = []
    for one in improvements:
        gain = one.impact * one.reach if one.impact is not None and one.reach is not None else None
        worth = None
        if gain is not None and one.confidence is not None and one.effort:
            worth = gain * one.confidence / one.effort
        heard = sum(
            (piece := workspace.evidence.get(id)) is not None and piece.status == "done" for id in one.because
        )
        found.append((one, gain, worth, heard))
    found.sort(key=lambda row: (row[2] is None, -(row[2] or 0.0)))
    return tuple(
        Estimate(one, number, gain, worth, heard) for number, (one, gain, worth, heard) in enumerate(found, 1)
    )


def draw_improvements(
    workspace: Workspace,
    shown: Sequence[Estimate],
    *,
    language: str = "en",
    width: float = 560.0,
    height: float = 520.0,
    chosen: str | None = None,
    link: Callable[[Improvement], str] | None = None,
) -> Scene:
    """Draw those that have a place; larger = surer, dashed = no evidence.

    Args:
        shown: from `estimates`.
        chosen: id of the one that is looked at.
        link: address of an improvement.
    """
    say = reader(language)
    # The one that is looked at comes last, so that no other lies on it.
    placed = sorted((one for one in shown if one.placed), key=lambda one: one.improvement.id == chosen)
    efforts = [one.improvement.effort or 0.0 for one in placed]
    most = max(6.0, *(effort * 1.15 for effort in efforts)) if efforts else 9.0
    top = max(HIGHEST, *(one.gain or 0.0 for one in placed)) if placed else HIGHEST
    wide, high = width - LEFT - RIGHT, height - TOP - BOTTOM

    def x(effort: float) -> float:
        return LEFT + wide * effort / most

    def y(gain: float) -> float:
        return TOP + high * (1 - gain / top)

    marks: list[Mark] = [
        Rect(LEFT, TOP, wide / 2, high / 2, "sunken"),
        Line(LEFT + wide / 2, TOP, LEFT + wide / 2, TOP + high, "line", 1),
        Line(LEFT, TOP + high / 2, LEFT + wide, TOP + high / 2, "line", 1),
        Line(LEFT, TOP, LEFT, TOP + high, "ink-2", 1.2),
        Line(LEFT, TOP + high, LEFT + wide, TOP + high, "ink-2", 1.2),
        Text(4, 16, say("improvements.gain"), 12, 500, fill="ink-2"),
        Text(LEFT + wide, height - 6, say("improvements.effort"), 12, 500, anchor="end", fill="ink-2"),
        Text(LEFT + 10, TOP + 20, say("improvements.first"), 13, 600),
        Text(LEFT + wide - 8, TOP + 20, say("improvements.project"), 13, anchor="end", fill="ink-2"),
        Text(LEFT + 10, TOP + high - 10, say("improvements.gap"), 13, fill="ink-2"),
        Text(LEFT + wide - 8, TOP + high - 10, say("improvements.leave"), 13, anchor="end", fill="ink-2"),
    ]
    for number in range(int(top) + 1):
        marks.append(Line(LEFT - 5, y(number), LEFT, y(number), "ink-2", 1))
        marks.append(Text(LEFT - 10, y(number) + 4, say.number(number), 12, anchor="end", fill="ink-3"))
    step = 1 if most <= 12 else 5 if most <= 60 else 10 * max(1, round(most / 100))
    for number in range(0, int(most) + 1, step):
        marks.append(Line(x(number), TOP + high, x(number), TOP + high + 5, "ink-2", 1))
        marks.append(Text(x(number), TOP + high + 20, say.number(number), 12, anchor="middle", fill="ink-3"))
    taken: list[tuple[float, float, float, float]] = []
    spots = [_spot(one, x(one.improvement.effort or 0.0), y(one.gain or 0.0)) for one in placed]
    taken += [(cx - r, cy - r, cx + r, cy + r) for cx, cy, r in spots]
    area = (LEFT + 2, TOP + 26, LEFT + wide, TOP + high - 24)
    for one, spot in zip(placed, spots, strict=True):
        marks += _circle(one, spot, taken, area, say, one.improvement.id == chosen, link)
    return Scene(
        width,
        height,
        say("improvements.title"),
        say("improvements.desc", count=len(placed), missing=len(shown) - len(placed)),
        language,
        tuple(marks),
        table=improvements_table(shown, say),
    )


def _spot(one: Estimate, x: float, y: float) -> tuple[float, float, float]:
    return x, y, 11.0 + 10.0 * (one.improvement.confidence or 0.0)


def _circle(
    one: Estimate,
    spot: tuple[float, float, float],
    taken: list[tuple[float, float, float, float]],
    area: tuple[float, float, float, float],
    say: Reader,
    chosen: bool,
    link: Callable[[Improvement], str] | None,
) -> list[Mark]:
    x, y, r = spot
    improvement = one.improvement
    ink = "accent" if chosen else "ink"
    dash = () if one.evidence else (4.0, 3.0)
    marks: list[Mark] = [
        Circle(x, y, r, "surface", ink, 2.4 if chosen else 1.4, dash),
        Text(x, y + 4.5, str(one.number), 13, 600, anchor="middle", fill=ink),
    ]
    words: list[Mark] = []
    lines = wrap(improvement.label, LABEL, 12.5, 600 if chosen else 500, say.language)[:3]
    wide, high = widest(lines, 12.5, 600 if chosen else 500), 16.0 * len(lines)
    for at, top, anchor in (
        (x + r + 6, y - high / 2, "start"),
        (x - r - 6, y - high / 2, "end"),
        (x, y + r + 4, "middle"),
        (x, y - r - 4 - high, "middle"),
    ):
        start = at if anchor == "start" else at - wide if anchor == "end" else at - wide / 2
        box = (start - 2, top, start + wide + 2, top + high)
        inside = box[0] >= area[0] and box[2] <= area[2] and box[1] >= area[1] and box[3] <= area[3]
        if inside and not any(_meet(box, other) for other in taken):
            taken.append(box)
            words += text_lines(
                lines,
                at,
                top + 12.5,
                size=12.5,
                weight=600 if chosen else 500,
                line=16 / 12.5,
                anchor=anchor,  # type: ignore[arg-type]
            )
            break
    label = say(
        "improvements.label",
        number=one.number,
        name=improvement.label,
        gain=round(one.gain or 0, 2),
        effort=improvement.effort,
        confidence=improvement.confidence if improvement.confidence is not None else "–",
    )
    circle = Group(
        tuple(marks),
        id=f"improvement-{improvement.id}",
        role="improvement",
        label=label,
        title=improvement.label,
        link=link(improvement) if link else None,
        focusable=True,
    )
    # The name beside it is broken into lines, which a reader by ear gets whole from the label.
    return [circle, Group(tuple(words), hidden=True)] if words else [circle]


def _meet(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def improvements_table(shown: Sequence[Estimate], say: Reader) -> Table:
    """Improvements with what their rank is made of."""

    def number(value: float | None, digits: int | None = None) -> str:
        return "–" if value is None else say.number(value, digits)

    def share(value: float | None) -> str:
        return "–" if value is None else say.percent(value)

    rows = tuple(
        (
            str(one.number),
            one.improvement.label,
            share(one.improvement.reach),
            number(one.improvement.impact),
            share(one.improvement.confidence),
            number(one.improvement.effort),
            number(one.worth, 2),
        )
        for one in shown
    )
    head = ("rank", "name", "reach", "impact", "confidence", "weeks", "worth")
    return Table(tuple(say(f"improvements.head-{name}") for name in head), rows, say("improvements.title"))
