"""The whole journey in one strip: every step's feeling, and the cards of the steps it is about, framed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from polku.diagrams.matrix.cards import card_lane
from polku.diagrams.matrix.compact_columns import Columns, columns, most_open
from polku.diagrams.matrix.compact_folds import fold_card, fold_dot, fold_owners
from polku.diagrams.matrix.emotion import curve_between
from polku.diagrams.matrix.lanes import pain_lane
from polku.diagrams.parts.bands import Band, Column, Layers
from polku.diagrams.parts.drawing import Drawing, head_of, rule
from polku.diagrams.parts.frame import badge_width, lane_head, role_badge
from polku.diagrams.parts.journey import StepFacts, step_label
from polku.diagrams.parts.signs import evidence_square, handoff, missing_handoff, moment_of_truth
from polku.scene import Circle, Group, Line, Mark, Path, Rect, Text, text_lines, text_width, wrap

UNITS = (24.0, 20.0, 16.0)
"""Height of one point of feeling, smaller where the strip is high otherwise."""


@dataclass(frozen=True)
class Strip:
    """A journey drawn small.

    Args:
        bottom: the y below it; opened: steps whose words it shows.
    """

    marks: tuple[Mark, ...]
    bottom: float
    opened: frozenset[str]


def compact_strip(
    drawing: Drawing, width: float, top: float, room: float, *, framed: Sequence[str] = ()
) -> Strip:
    """Draw the strip in the width of a page, from `top` on, in at most `room` px of height where that can be.

    Args:
        framed: ids of the steps it is about; those nearest to them show their words, as many as fit.
    """
    order = _nearest_first(drawing.facts.steps, framed)
    most = most_open(drawing, width, len(framed))
    fallback: Strip | None = None
    # A flatter curve makes room for words; then fewer steps, which are wider and so lower; then fewer lanes.
    for lanes in (("pains", "owner"), ("pains",), ()):
        for count in dict.fromkeys((most, most * 3 // 4, most // 2, most // 4, 1)):
            for unit in UNITS:
                strip = _strip(drawing, width, top, frozenset(order[: max(1, count)]), framed, unit, lanes)
                if strip.bottom <= top + room:
                    return strip
                if fallback is None or strip.bottom < fallback.bottom:
                    fallback = strip
    assert fallback is not None
    return fallback


def _nearest_first(steps: Sequence[StepFacts], framed: Sequence[str]) -> list[str]:
    """Ids of the steps by their distance from those framed; without any, by how strongly they are felt."""
    places = [one.number for one in steps if one.step.id in framed]

    def weight(one: StepFacts) -> tuple[float, int]:
        if places:
            return min(abs(one.number - place) for place in places), one.number
        felt = abs(one.step.feels or 0) + len(one.evidence) + 2 * one.step.moment_of_truth
        return -felt, one.number

    return [one.step.id for one in sorted(steps, key=weight)]


def _strip(
    drawing: Drawing,
    width: float,
    top: float,
    opened: frozenset[str],
    framed: Sequence[str],
    unit: float,
    lanes: Sequence[str],
) -> Strip:
    used = set(drawing.used)
    trial = replace(drawing, used=used)
    laid = columns(trial, width, opened)
    band, shown, places = laid.band, laid.shown, laid.places
    folded = frozenset(one.step.id for fold in laid.folds for one in fold.steps)
    layers = Layers()
    y = _stages(trial, laid, top, layers)
    first = y + 8
    reader = trial.reader
    heads, _ = lane_head(reader("deck.lane-action"), (), y + 26, reader.language)
    layers.heads += heads
    bottom = card_lane(trial, shown, first, layers)
    for facts in trial.facts.steps:
        if facts.step.id in opened:
            layers.step(facts, *_evidence(trial, places[facts.step.id], facts, first))
        elif facts.step.id not in folded:
            layers.step(facts, *_closed(trial, places[facts.step.id], facts, first, bottom))
    for fold in laid.folds:
        bottom = max(bottom, first + 56)
        layers.stages[f"0-{fold.span}"] += fold_card(trial, fold, first, bottom)
    y = _emotion(trial, band, bottom + 8, unit, layers, folded)
    if "pains" in lanes and any(one.step.pains or one.step.gains for one in trial.facts.steps):
        y = pain_lane(trial, shown, y, layers) - 4
    if "owner" in lanes:
        y = fold_owners(trial, laid, y, layers) if laid.folds else _owners(trial, band, y, layers)
    frame = [
        Rect(places[id].x, first - 5, places[id].width, y - first + 7, None, "negative", 2, radius=5)
        for id in framed
        if id in places
    ]
    marks = _assembled(trial, laid, layers)
    if frame:
        marks.append(Group(tuple(frame), id="frames", role="frame", hidden=True))
    drawing.used.clear()
    drawing.used.update(used)
    return Strip(tuple(marks), y + 4, opened)


def _evidence(drawing: Drawing, column: Column, facts: StepFacts, y: float) -> list[Mark]:
    """A square per piece of evidence at the top of a card, as many as there is room for beside the name."""
    name = facts.role_name or drawing.reader("diagrams.role-nobody")
    free = column.width - 40 - badge_width(facts.sign, 16) - text_width(name, 12, 600)
    count = min(len(facts.evidence), int(free // 12))
    if count < 1:
        return []
    drawing.use("evidence")
    right = column.x + column.width - 15
    return [mark for place in range(count) for mark in evidence_square(right - 12 * place, y + 17)]


def _stages(drawing: Drawing, laid: Columns, y: float, layers: Layers) -> float:
    heads = []
    for span, name in zip(laid.band.spans, laid.names, strict=True):
        inset = 9 if span.width > 80 else 4
        heads.append((span, inset, wrap(name, span.width - 2 * inset, 12.5, 600, drawing.language)))
    bottom = y + 13 + 15.5 * max([len(lines) for *_, lines in heads], default=1)
    for number, (span, inset, lines) in enumerate(heads):
        layers.stages[f"0-{number}"] = [
            Rect(span.x, y, span.width, bottom - y, "sunken", radius=2),
            *text_lines(lines, span.x + inset, y + 19, size=12.5, weight=600),
        ]
    return bottom


def _closed(drawing: Drawing, column: Column, facts: StepFacts, y: float, bottom: float) -> list[Mark]:
    """A step without its words: frame, badge, evidence, moment of truth."""
    x, width = column.x + 1.5, column.width - 3
    known = facts.state != "assumed"
    frame = (
        Rect(x, y, width, bottom - y, "surface", "ink-2", 1.4, radius=4)
        if known
        else Rect(x, y, width, bottom - y, "paper", "line-strong", 1.2, (4, 3), 4)
    )
    size = min(16.0, width / 1.7)
    marks: list[Mark] = [frame, role_badge(facts.sign, column.middle, y + 17, size)]
    if facts.evidence:
        drawing.use("evidence")
        marks += evidence_square(column.middle, y + 38)
    if facts.step.moment_of_truth:
        drawing.use("moment-of-truth")
        marks += moment_of_truth(column.middle, bottom - 13)
    return marks


def _emotion(
    drawing: Drawing, band: Band, y: float, unit: float, layers: Layers, folded: frozenset[str]
) -> float:
    """The curve through all steps, lower than in the matrix; dots alone where many have one place."""
    rule(layers, band, y)
    reader = drawing.reader
    head_of(drawing, layers, reader("diagrams.lane-emotion"), y=y, room=80)
    zero = y + 16 + 2 * unit
    if any(facts.step.feels is not None for facts in drawing.facts.steps):
        drawing.use("below-neutral")
    ground = Rect(band.left, zero, band.right - band.left, 2 * unit + 14, None, texture="hatch-negative")
    layers.under.append(ground)
    for value in (2, 1, 0, -1, -2):
        at = zero - value * unit
        strong = value == 0
        layers.under.append(
            Line(
                band.left,
                at,
                band.right,
                at,
                "line-strong" if strong else "line",
                1.4 if strong else 1,
                () if strong else (1, 4),
            )
        )
        if value % 2 == 0:
            layers.heads.append(
                Text(band.left - 10, at + 4.3, reader.signed(value), 12, anchor="end", fill="ink-2")
            )
    steps = band.steps
    for (column, facts), (following, after) in pairwise(steps):
        if facts.step.feels is None or after.step.feels is None:
            continue
        if facts.step.id in folded or after.step.id in folded:
            continue
        segments = curve_between(
            column.middle, zero - unit * facts.step.feels, following.middle, zero - unit * after.step.feels
        )
        same = facts.role == after.role
        drawing.use("curve" if same else "curve-gap")
        layers.under.append(
            Path(segments, stroke="ink", stroke_width=2)
            if same
            else Path(segments, stroke="ink-3", stroke_width=1.3, dash=(1.3, 4))
        )
    for column, facts in steps:
        if facts.step.id in folded:
            layers.step(facts, *fold_dot(facts, column.middle, zero, unit))
            continue
        if facts.step.feels is None:
            drawing.use("not-asked")
            layers.step(facts, Circle(column.middle, zero, 6, "paper", "line-strong", 1.3, (2.5, 2.5)))
            continue
        at = zero - unit * facts.step.feels
        size = min(16.0, column.width / 1.6)
        layers.step(
            facts,
            Circle(column.middle, at, size * 0.72, "paper"),
            role_badge(facts.sign, column.middle, at, size, bool(facts.evidence)),
        )
    return zero + 2 * unit + 20


def _owners(drawing: Drawing, band: Band, y: float, layers: Layers) -> float:
    """Owners as bars, with a capsule where work changes hands."""
    rule(layers, band, y)
    head_of(drawing, layers, drawing.reader("diagrams.lane-owner"), y=y)
    handed = {change.step: change for change in drawing.facts.changes}
    runs: list[tuple[str | None, list[Column]]] = []
    for column, facts in band.steps:
        if runs and runs[-1][0] == facts.owner:
            runs[-1][1].append(column)
        else:
            runs.append((facts.owner, [column]))
    top, height = y + 9, 22.0
    named = []
    for place, (owner, run) in enumerate(runs):
        left, right = run[0].x + 3, run[-1].x + run[-1].width - 3
        first = run[0].facts
        capsule = first is not None and first.step.id in handed
        start = 34.0 if capsule else 9.0
        following = runs[place + 1][1][0].facts if place + 1 < len(runs) else None
        end = 20.0 if following is not None and following.step.id in handed else 4.0
        name = (
            drawing.facts.workspace.label("teams", owner)
            if owner
            else drawing.reader("diagrams.owner-nobody")
        )
        lines = wrap(name, max(right - left - start - end, 1), 12, 600, drawing.language)
        fits = text_width(max(lines, key=len), 12, 600) <= right - left - start - end + 1 and len(lines) < 3
        named.append((owner, left, right, start, lines if fits else (), first if capsule else None, run[0]))
        height = max(height, 7 + 15 * len(lines) if fits else 0)
    for owner, left, right, start, lines, receives, column in named:
        layers.over.append(
            Rect(left, top, right - left, height, "sunken-2", radius=2)
            if owner
            else Rect(left, top, right - left, height, "paper", "line-strong", 1.2, (4, 3), 2)
        )
        if not owner:
            drawing.use("owner-nobody")
        weight, fill = (600, "ink") if owner else (400, "ink-3")
        layers.over += text_lines(lines, left + start, top + 15.5, size=12, weight=weight, fill=fill)
        if receives is not None:
            described = receives.step.receives is not None
            drawing.use("handoff" if described else "missing-handoff")
            at = max(band.border(column), band.left + 14)
            layers.over += (handoff if described else missing_handoff)(at, top + height / 2)
    return top + height + 6


def _assembled(drawing: Drawing, laid: Columns, layers: Layers) -> list[Mark]:
    total = len(drawing.facts.steps)
    marks: list[Mark] = [
        Group(tuple(layers.under), id="ground", role="ground", hidden=True),
        Group(tuple(layers.heads), id="lanes", role="lanes"),
    ]
    for place, (span, name) in enumerate(zip(laid.band.spans, laid.names, strict=True)):
        inside: list[Mark] = list(layers.stages.get(f"0-{place}", ()))
        for column in span.columns:
            if column.facts is None:
                continue
            inside.append(
                Group(
                    tuple(layers.steps.get(column.facts.step.id, ())),
                    id=f"step-{column.facts.step.id}",
                    role="step",
                    label=step_label(column.facts, total, drawing.reader),
                    focusable=True,
                )
            )
        id = span.stage.id if span.stage else "none"
        marks.append(Group(tuple(inside), id=f"stage-{id}", role="stage", label=name))
    if layers.over:
        marks.append(
            Group(tuple(layers.over), id="owners", role="lane", label=drawing.reader("diagrams.lane-owner"))
        )
    return marks
