"""The deck: what a report says as slides of native shapes, a finding on each, then the journey and its numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from polku.diagrams.graph.path_graph import path_graph
from polku.diagrams.graph.paths import draw_paths
from polku.diagrams.parts.drawing import Words
from polku.diagrams.parts.measured import measured_journey
from polku.diagrams.view_pages import SLIDE_SLACK, Draw, fits, pages_of_view, view_pages
from polku.exports.deck_findings import finding_slide, journey_slide
from polku.exports.deck_frame import FOOT, LEAST, MARGIN, WIDTH, Deck, balanced
from polku.exports.deck_tables import (
    counted_slides,
    coverage_slides,
    plan_slides,
    step_slides,
    table_slides,
)
from polku.exports.highlights import highlights
from polku.exports.question_drawings import draw_question
from polku.exports.report_data import ReportData
from polku.exports.report_figures import figures
from polku.exports.three_columns import columns_of_journey
from polku.scene import PRINT, Group, Mark, Rect, Scene, Text
from polku.scene.brand import PLAIN
from polku.scene.brand import TOKEN as BRAND
from polku.scene.pptx import LAYOUT, Slide, slides_to_pptx, write_whole
from polku.words import reader

MOST_SLIDES = 30
MOST_DRAWN = 12
"""More slides than this for one drawing nobody leafs through: the journey is then given as a table."""

WAYS = ((5, 8), (4, 8), (3, 8), (2, 4), (1, 4), (2, 2), (1, 2), (1, 1), (1, 0))
"""Tried as the most ways beside the track of paths, and places off it, until a slide holds them."""

SHOWN = (
    "funnel",
    "friction",
    "now",
    "effect",
    "change",
    "time",
    "deals",
    "voice",
    "retention",
    "attribution",
    "campaigns",
    "deviations",
    "threads",
    "loyalty",
    "score",
    "touches",
    "fit",
    "variants",
    "centre",
    "backtest",
)
"""Questions whose pictures stand on slides, what matters most first."""
ROWS = (7, 6, 5, 4, 3)
"""Tried as the most rows of a picture, until one slide holds it and what explains it."""

SLACK = 1.06
"""How much larger than a slide a picture may be: with the brand's band, words of 12 px are then 9 points."""


def write_deck(data: ReportData, file: Path, *, language: str = "en") -> int:
    """Write the deck whole or not at all; returns its size in bytes."""
    content = deck_bytes(data, language=language)
    write_whole(file, content)
    return len(content)


def deck_bytes(data: ReportData, *, language: str = "en") -> bytes:
    """The deck as the bytes of a presentation."""
    slides = deck_slides(data, language=language)
    return slides_to_pptx(slides, theme=PRINT, title=slides[0].scene.title, made=data.made, brand=data.brand)


def deck_slides(data: ReportData, *, language: str = "en") -> list[Slide]:
    """The slides in the order of telling; at most MOST_SLIDES."""
    deck = Deck(data, reader(language))
    found = highlights(data.workspace, data.journey, data.measures) if data.journey else ()
    slides = [title_slide(deck)]
    drawn = data.journey is not None and bool(data.journey.steps)
    if drawn:
        slides += [finding_slide(deck, one, len(slides) + 1 + place) for place, one in enumerate(found)]
        columns = columns_of_journey(data, found, deck.say)
        slides.append(journey_slide(deck, deck.say("deck.journey-title"), columns, len(slides) + 1))
    after = [coverage_slides, plan_slides]
    away: list[str] = []
    reserved = sum(len(make(deck, 1)) for make in after) + len(counted_slides(deck, 1, SHOWN))
    if drawn and data.measures is not None and data.mapped:
        slides += _measured(deck, len(slides) + 1, MOST_SLIDES - len(slides) - reserved)
        pictures, away = _pictures(deck, MOST_SLIDES - len(slides) - reserved)
        slides += pictures
    elif drawn:
        slides += _drawn(deck, len(slides) + 1, MOST_SLIDES - len(slides) - reserved)
    for make in after:
        slides += make(deck, len(slides) + 1)
    slides += counted_slides(deck, len(slides) + 1, away)
    return slides[:MOST_SLIDES]


def title_slide(deck: Deck) -> Slide:
    """The worst finding, why all this was made and for whom, and the figures."""
    data, say = deck.data, deck.say
    found = highlights(data.workspace, data.journey, data.measures) if data.journey else ()
    name = data.brand.name or data.workspace.name or say("report.title", name="")
    title = say.text(found[0].says) if found else (data.journey.label if data.journey else name)
    purpose = data.workspace.settings.purpose
    why = say("report.why", why=purpose.why) if purpose and purpose.why else say("report.no-purpose")
    if purpose and (purpose.readers or purpose.other_readers):
        readers = [data.workspace.label("teams", id) for id in purpose.readers] + list(purpose.other_readers)
        why += " " + say("report.for", readers=readers)
    top = Words(MARGIN, 150, WIDTH - 2 * MARGIN - 120, deck.language)
    over = Text(MARGIN, 96, say("report.title", name=name), 14, 600, fill="ink-2")
    for line in balanced(title, top.width, 38, say.language):
        top.add(line, 38, 700, line=1.2, language=say.language)
    head = Group((*top.marks, over), id="head", role="head")
    bar: tuple[Mark, ...] = ()
    if data.brand.is_there:
        bar = (Group((Rect(0, 0, WIDTH, 8, BRAND),), role="brand", hidden=True),)
    words = Words(MARGIN, top.y + 2, WIDTH - 2 * MARGIN - 180, say.language)
    words.add(why, 17, fill="ink-2", line=1.4)
    marks: list[Mark] = [Group(tuple(words.marks), id="why", role="words")]
    shown = figures(data, say)
    each = (WIDTH - 2 * MARGIN) / max(len(shown), 1)
    y = max(words.y + 40, 400.0)
    for place, one in enumerate(shown):
        inside = Words(MARGIN + each * place, y, each - 24, say.language)
        inside.add(one.value, 30, 700, fill="negative" if one.bad else "ink", line=1.0)
        inside.add(one.words, 12.5, fill="ink-2", line=1.35)
        marks.append(Group(tuple(inside.marks), role="figure", label=f"{one.value} {one.words}"))
    if data.workspace.settings.example:
        tag = say("report.sample")
        marks += [
            Rect(WIDTH - MARGIN - 130, 80, 130, 24, None, "line-strong", 1.2, (4, 3), 4),
            Text(WIDTH - MARGIN - 65, 96, tag, 13, 500, anchor="middle", fill="ink-2"),
        ]
    if data.brand.foot and data.brand.logo is not None:
        marks.append(Text(MARGIN, FOOT + 18, data.brand.foot, LEAST, fill="ink-2"))
    scene = deck.scene(title, why, (*bar, head, *marks, deck.foot((), 1)))
    lines = [f"{one.value} {one.words}" for one in shown]
    logo = None
    if data.brand.logo is not None:
        wide, high = data.brand.logo_size(360.0, 38.0)
        logo = (MARGIN, 36.0, wide, high)
    return Slide(scene, notes="\n".join((why, *lines)), logo=logo)


def _measured(deck: Deck, number: int, room: int) -> list[Slide]:
    """The measured journey drawn where that takes few slides, else as a table of its steps."""
    data = deck.data
    assert data.journey is not None and data.measures is not None
    measures = data.measures
    overlay = measured_journey(data.journey, measures.steps, measures.step_paths, measures.fit)
    pages = _matrix(deck, measured=overlay)
    if len(pages) <= min(MOST_DRAWN, room):
        return [Slide(page) for page in pages]
    return step_slides(deck, number)[: max(room, 1)]


def _matrix(deck: Deck, **more: Any) -> tuple[Scene, ...]:
    """The matrix on slides, as many as `polku draw` takes for it."""
    data = deck.data
    assert data.journey is not None
    return pages_of_view(
        "matrix",
        data.workspace,
        data.journey,
        page_width=LAYOUT[0],
        page_height=LAYOUT[1],
        slack=SLIDE_SLACK if data.brand == PLAIN else SLACK,
        language=deck.say.language,
        today=data.made,
        names=False,
        **more,
    )


def _drawn(deck: Deck, number: int, room: int) -> list[Slide]:
    """The journey as drawn, where no data is loaded."""
    data = deck.data
    assert data.journey is not None
    pages = _matrix(deck, findings=data.findings)
    if len(pages) <= min(MOST_DRAWN, room):
        return [Slide(page) for page in pages]
    from polku.diagrams.matrix.matrix import matrix_table

    table = matrix_table(deck.drawing().facts, deck.say)
    keep = [0, 1, 2, 3, 5, 6]
    rows = [tuple(row[place] for place in keep) for row in table.rows]
    head = [table.columns[place] for place in keep]
    title = deck.say("report.section-journey")
    slides = table_slides(deck, title, deck.journey_line(), head, rows, (False,) * len(keep), number)
    return slides[: max(room, 1)]


def _pictures(deck: Deck, at_most: int) -> tuple[list[Slide], list[str]]:
    """The graph of paths and pictures of answers, each on one slide, or with what explains it on a second.

    Args:
        at_most: slides; questions whose pictures would go beyond stay away, and are told as the second.
    """
    room = (LAYOUT[0] * SLACK, LAYOUT[1] * SLACK)

    def pages(draw: Draw) -> tuple[Scene, ...]:
        return view_pages(draw, (), page_width=LAYOUT[0], page_height=LAYOUT[1], cuttable=False, slack=SLACK)

    data, language = deck.data, deck.say.language
    found: list[Scene] = []
    away: list[str] = []
    if data.journey is not None and data.measures is not None:
        graph = path_graph(data.workspace, data.journey, data.measures, language=language)
        tried: tuple[Scene, ...] = ()
        # Fewer ways beside the track make the picture lower; the others are counted in words.
        for most, off in WAYS:

            def paths(width: float, _: Sequence[str] | None, most: int = most, off: int = off) -> Scene:
                return draw_paths(graph, language=language, theme=PRINT, width=width, most=most, most_off=off)

            graphs = pages(paths)
            if not tried or (
                fits(graphs[0], room) and (len(graphs) < len(tried) or not fits(tried[0], room))
            ):
                tried = graphs
            # A legend alone on a slide of its own says less than a way less.
            if len(tried) == 1 and fits(tried[0], room):
                break
        if tried and fits(tried[0], room):
            found += tried
        else:
            away.append("paths")
    for name in SHOWN:
        made = _answer(deck, name, pages, room)
        if made and len(found) + len(made) <= max(at_most, 1):
            found += made
        elif made is None or made:
            away.append(name)
    return [Slide(page) for page in found], away


def _answer(
    deck: Deck, name: str, pages: Callable[[Draw], tuple[Scene, ...]], room: tuple[float, float]
) -> tuple[Scene, ...] | None:
    """The picture of an answer with as many rows as a slide holds; nothing without one, None where no slide holds it."""
    best: tuple[Scene, ...] | None = None
    for most in ROWS:

        def answer(width: float, _: Sequence[str] | None, most: int = most) -> Scene:
            scene = draw_question(
                name, deck.data, language=deck.say.language, theme=PRINT, width=width, most=most
            )
            assert scene is not None
            return scene

        if draw_question(name, deck.data, language=deck.say.language, theme=PRINT, most=most) is None:
            return ()
        made = pages(answer)
        if fits(made[0], room):
            if len(made) == 1:
                return made
            best = best or made
    return best
