"""The heads above the columns: before, during and after the purchase, and each stage with its questions."""

from __future__ import annotations

from polku.diagrams.parts.bands import STAGE_GAP, Band, Layers, StageSpan
from polku.diagrams.parts.drawing import Drawing, Words
from polku.diagrams.parts.signs import loop
from polku.scene import Line, Mark, Rect, Text, text_width, wrap


def when_lane(drawing: Drawing, band: Band, y: float, layers: Layers) -> float:
    """Before, during and after the purchase as a line over the stages; nothing where no stage says so."""
    if not any(stage and stage.when for stage, _ in drawing.facts.stages):
        return y
    runs: list[list[StageSpan]] = []
    for span in band.spans:
        when = span.stage.when if span.stage else None
        before = runs[-1][-1].stage if runs else None
        if runs and (before.when if before else None) == when:
            runs[-1].append(span)
        else:
            runs.append([span])
    for run in runs:
        when = run[0].stage.when if run[0].stage else None
        if when is None:
            continue
        left, right = run[0].x, run[-1].right
        words = drawing.reader(f"diagrams.when-{when}")
        if text_width(words, 12, 600) > right - left:
            words = drawing.reader(f"diagrams.when-{when}-short")
        layers.heads.append(Text(left, y + 14, words, 12, 600, fill="ink-2"))
        start = left + text_width(words, 12, 600) + 12
        if start < right:
            layers.under.append(Line(start, y + 18, right, y + 18, "ink-2", 1.6))
    return y + 30


def stage_lane(
    drawing: Drawing, band: Band, y: float, layers: Layers, *, with_questions: bool = True
) -> float:
    """Stage heads, all as tall as the tallest."""
    spans = [
        (span, _head(drawing, span, y, with_questions))
        for span in band.spans
        if span.stage or drawing.facts.steps
    ]
    bottom = max([words.y for _, words in spans], default=y + 24)
    for place, (span, words) in enumerate(spans):
        key = f"{band.number}-{place}"
        ground: list[Mark] = [Rect(span.x, y, span.width, bottom - y, "sunken", radius=2)]
        layers.stages[key] = [*ground, *words.marks]
    return bottom


def stage_rules(layers: Layers, band: Band, top: float, bottom: float) -> None:
    """Upright lines between the stages."""
    for span in band.spans[1:]:
        x = span.x - STAGE_GAP / 2
        layers.under.append(Line(x, top, x, bottom))


def _head(drawing: Drawing, span: StageSpan, y: float, with_questions: bool) -> Words:
    reader = drawing.reader
    stage = span.stage
    words = Words(span.x + 12, y + 24, span.width - 24, drawing.language)
    if stage is None:
        words.add(reader("diagrams.no-stage"), 15, 600, fill="ink-3", language=reader.language)
        return words.skip(-4)
    name = reader("diagrams.stage-again", stage=stage.label) if span.again else stage.label
    tactic = reader(f"diagrams.tactic-{stage.tactic}") if stage.tactic and with_questions else ""
    beside = text_width(name, 15, 600) + 16 + text_width(tactic, 12, italic=True) <= words.width
    if tactic and beside:
        words.marks.append(
            Text(span.right - 12, words.y - 0.5, tactic, 12, italic=True, anchor="end", fill="ink-3")
        )
    words.add(name, 15, 600)
    if tactic and not beside:
        words.skip(-1).add(tactic, 12, italic=True, fill="ink-3", language=reader.language).skip(2)
    if not with_questions:
        return words.skip(-6)
    if not span.again:
        _questions(drawing, span, words)
    if stage.loops_to and not span.again:
        _loop(drawing, span, words)
    return words.skip(-2)


def _questions(drawing: Drawing, span: StageSpan, words: Words) -> None:
    reader, stage = drawing.reader, span.stage
    assert stage is not None
    words.skip(5)
    for question in stage.questions:
        words.add(question.ask, 12, fill="ink-3")
        if question.answer:
            words.add(question.answer, 12, 500)
        else:
            drawing.use("hole")
            words.add(reader("diagrams.no-answer"), 12, italic=True, fill="ink-3", language=reader.language)
        words.skip(5)
    if not stage.questions:
        lines = wrap(reader("diagrams.no-question"), words.width - 16, 12, 400, reader.language)
        height = 15 * len(lines) + 9
        words.marks.append(
            Rect(words.x - 1, words.y - 12, words.width + 2, height, None, "line-strong", 1.2, (4, 3), 3)
        )
        words.skip(3)
        words.add(reader("diagrams.no-question"), fill="ink-3", indent=8, language=reader.language).skip(8)


def _loop(drawing: Drawing, span: StageSpan, words: Words) -> None:
    assert span.stage is not None
    target = drawing.facts.journey.stage(span.stage.loops_to)
    name = target.label if target else span.stage.loops_to
    words.skip(6)
    words.marks += loop(words.x + 7, words.y - 4)
    words.add(drawing.reader("diagrams.loops-to", stage=name), 12, 500, indent=22)
    words.skip(4)


def plain_stage_lane(drawing: Drawing, band: Band, y: float, layers: Layers) -> float:
    """Stage heads by their names alone."""
    return stage_lane(drawing, band, y, layers, with_questions=False)
