"""The timeline's head: stages above, time beneath, joined by lines where a name needs more room than its time."""

from __future__ import annotations

from collections.abc import Sequence

from polku.diagrams.parts.bands import MARGIN, Layers
from polku.diagrams.parts.drawing import Drawing
from polku.diagrams.parts.frame import lane_head
from polku.diagrams.parts.journey import StepFacts
from polku.diagrams.timeline.axis import Axis, Pause
from polku.diagrams.timeline.lanes import BandPlan
from polku.diagrams.timeline.times import Times
from polku.documents import Stage
from polku.scene import Line, Path, Rect, Text, text_lines, text_width, widest, wrap

JOIN = 16.0
"""Height of the lines between a stage's head and its time."""
PAD = 10.0
LEAST_HEAD = 52.0


def stage_row(drawing: Drawing, plan: BandPlan, layers: Layers, number: int, y: float, edge: float) -> float:
    """Heads of the stages that the band shows; sets the borders of their times on the plan."""
    facts, say = drawing.facts, drawing.reader
    here = set(plan.cut.steps)
    shown = [
        (place, stage, [plan.xs[one.step.id] for one in steps if one.step.id in here], steps)
        for place, (stage, steps) in enumerate(facts.stages)
    ]
    last = not number and len(here) == len(facts.steps)
    shown = [one for one in shown if one[2] or (not one[3] and _belongs(facts.stages, one[0], here, last))]
    left, right = plan.left - 14, max(edge, plan.right)
    begins: list[float] = []
    for place, (_, _, xs, _) in enumerate(shown):
        low = begins[-1] if begins else left
        begins.append(left if not place else max(low, min(xs) - 14 if xs else low))
    # A stage without steps has no time; the next one begins where it stands.
    names: list[tuple[tuple[str, ...], bool]] = []
    most = (right - left) / max(len(shown), 1)
    for _, stage, xs, steps in shown:
        name = stage.label if stage else say("diagrams.no-stage")
        language = drawing.language if stage else say.language
        names.append((_lines(name, most - 2 * PAD, language), bool(xs or steps)))
    widths = [max(LEAST_HEAD, widest(lines, 13, 600) + 2 * PAD) for lines, _ in names]
    heads = _spread(begins, [min(wide, most) for wide in widths], right)
    deepest = max((len(lines) for lines, _ in names), default=1)
    holes = any(not full for _, full in names)
    height = 12 + 17.0 * deepest + (16 if holes else 0)
    for place, ((stage_place, _, _, _), (lines, full)) in enumerate(zip(shown, names, strict=True)):
        x, end = heads[place], heads[place + 1]
        if full:
            layers.under.append(Rect(x, y, end - x - 1.5, height, "sunken"))
        else:
            layers.under.append(
                Rect(x + 1, y + 1, end - x - 3.5, height - 2, None, "line-strong", 1.2, (4, 3), 2)
            )
        marks = [*text_lines(lines, x + PAD, y + 19, size=13, weight=600, line=17 / 13)]
        if not full:
            words = wrap(say("diagrams.no-step"), end - x - PAD - 4, 12, 400, say.language)
            marks += text_lines(words[:1], x + PAD, y + 19 + 17 * len(lines), size=12, fill="ink-3")
        layers.stages[f"{number}-{stage_place}"] = list(marks)
    straight = all(abs(begin - at) < 0.5 for begin, at in zip(begins[1:], heads[1:-1], strict=True))
    plan.borders.extend(begins[1:])
    if straight:
        return y + height
    for begin, at in zip(begins[1:], heads[1:-1], strict=True):
        at -= 0.75
        bend = (
            ("M", at, y + height),
            ("C", at, y + height + JOIN / 2, begin, y + height + JOIN / 2, begin, y + height + JOIN),
        )
        layers.under.append(Path(bend, stroke="line"))
    return y + height + JOIN


def _belongs(
    stages: Sequence[tuple[Stage | None, tuple[StepFacts, ...]]], place: int, here: set[str], whole: bool
) -> bool:
    """Whether a stage without steps stands in this band: after the steps before it."""
    if whole:
        return True
    for _, steps in reversed(stages[:place]):
        if steps:
            return steps[-1].step.id in here
    following = next((steps for _, steps in stages[place:] if steps), None)
    return following is not None and following[0].step.id in here


def _lines(name: str, room: float, language: str) -> tuple[str, ...]:
    """A name on one line where that is not much wider than its longest word, else wrapped."""
    whole = text_width(name, 13, 600)
    if whole <= min(room, 200.0):
        return wrap(name, whole + 1, 13, 600, language)
    words = max(text_width(word, 13, 600) for word in name.split() or [name])
    return wrap(name, max(min(room, max(words, 110.0)), 20.0), 13, 600, language)


def _spread(begins: Sequence[float], widths: Sequence[float], right: float) -> list[float]:
    """Borders of the heads: as near to the times as the names' widths allow."""
    heads: list[float] = []
    for place, begin in enumerate(begins):
        heads.append(max(begin, heads[-1] + widths[place - 1]) if heads else begin)
    heads.append(right)
    for place in range(len(begins) - 1, 0, -1):
        heads[place] = min(heads[place], heads[place + 1] - widths[place])
    return heads


def axis_row(
    drawing: Drawing, times: Times, axis: Axis, plan: BandPlan, layers: Layers, y: float, edge: float
) -> float:
    """The axis: its unit at the left, numbers at its ticks; in words where it is order only."""
    say = drawing.reader
    base = y + 34.0
    title = say(f"timeline.unit-{axis.unit}") if axis.unit else say("timeline.order-only-head")
    note = say("timeline.from-start") if axis.unit else ""
    marks, bottom = lane_head(title, [note] if note else [], y + 17, say.language, 136.0)
    layers.heads += marks
    base = max(base, bottom + 4)
    ends = plan.left - 14
    for at, number in axis.ticks:
        if plan.cut.left - 0.01 <= at <= plan.cut.right + 0.01:
            x = plan.x(at)
            words = say.number(number)
            wide = text_width(words, 12)
            if x - wide / 2 < ends:
                continue
            layers.heads.append(Text(x, y + 22, words, 12, anchor="middle", fill="ink-3"))
            plan.ticks.append((x, number))
            ends = x + wide / 2 + 6
    layers.under.append(Line(MARGIN, base, plan.left - 14, base))
    layers.under.append(
        Line(
            plan.left - 14,
            base,
            edge,
            base,
            "line" if axis.unit else "line-strong",
            1.2,
            () if axis.unit else (4, 3),
        )
    )
    for pause in axis.unknown:
        part = plan.cut.clip(pause.left, pause.right)
        if axis.unit and part:
            drawing.use("untimed")
            left, right = plan.x(part[0]), plan.x(part[1])
            layers.under.append(Line(left, base, right, base, "paper", 2.4))
            layers.under.append(Line(left, base, right, base, "line-strong", 1.2, (4, 3)))
    if axis.unit:
        _say_unknown(drawing, axis, plan, layers, y + 22)
    for pause in axis.breaks:
        part = plan.cut.clip(pause.left, pause.right)
        if part and part[1] - part[0] > 24:
            drawing.use("break")
            middle = (plan.x(part[0]) + plan.x(part[1])) / 2
            layers.under.append(Rect(middle - 8, base - 3, 16, 6, "paper"))
            layers.under += [
                Line(middle - 8 + 7 * place, base + 7, middle - 2 + 7 * place, base - 7, "ink-2", 1.5)
                for place in (0, 1)
            ]
    return base


def _say_unknown(drawing: Drawing, axis: Axis, plan: BandPlan, layers: Layers, y: float) -> None:
    """Words over each stretch of which nobody knows how long it is, where they find room."""
    joined: list[Pause] = []
    for pause in axis.unknown:
        if joined and abs(joined[-1].right - pause.left) < 0.01:
            joined[-1] = Pause(joined[-1].left, pause.right)
        else:
            joined.append(pause)
    words = drawing.reader("timeline.order-only-head").casefold()
    for pause in joined:
        part = plan.cut.clip(pause.left, pause.right)
        if part is None or part[1] - part[0] < text_width(words, 12) + 24:
            continue
        x, half = (plan.x(part[0]) + plan.x(part[1])) / 2, text_width(words, 12) / 2
        if all(abs(x - tick) > half + 20 for tick, _ in plan.ticks):
            layers.heads += [
                Rect(x - half - 2, y - 10, 2 * half + 4, 13, "paper"),
                Text(x, y, words, 12, anchor="middle", fill="ink-3"),
            ]
