"""The report on paper: a page of journey and three columns, then drawings, findings, tables and how all was counted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from polku.analytics.asking.words import about_sentence, remainder_sentences
from polku.analytics.result import Result
from polku.diagrams.matrix.compact import compact_strip
from polku.diagrams.matrix.pages import PRINTED, SHEET_MARGIN, sheet
from polku.diagrams.parts.bands import MARGIN
from polku.diagrams.parts.frame import foot
from polku.diagrams.parts.legend import legend_entries
from polku.diagrams.parts.titles import lowest_step
from polku.exports.deck_frame import Deck
from polku.exports.deck_tables import TERMS
from polku.exports.highlights import Highlight, highlights
from polku.exports.question_drawings import RESULTS, SECTIONS, draw_question
from polku.exports.report_data import ReportData
from polku.exports.report_drawings import drawings, printed_question
from polku.exports.report_figures import figures
from polku.exports.report_page import TABLES
from polku.exports.result_table import result_table
from polku.exports.three_columns import ThreeColumns, columns_of_journey, improvement_words, open_improvements
from polku.scene import PRINT, Rect, Scene, Table, text_width
from polku.scene.pdf import Block, Columns, Heading, NewPage, Picture, Prose, Rows, Rule, Sheet, blocks_to_pdf
from polku.scene.pptx import write_whole
from polku.words import reader

STRIP_MM = 271.0
"""Width of the strip on the first page; its words are then 7 points."""

STRIP_HEIGHT = 470.0
MOST_ROWS = 30

RESULT_MM = 150.0
"""Height that the picture of a result may have beside its words."""

TALLEST = 1280.0 * RESULT_MM / 271.0
"""In px of a picture of 1280: a higher one would be made narrower, and its words smaller than 7 points."""

PAGE_MM = 172.0
"""Height of a picture that has a page to itself, under the heading of its section."""

PAGE = sheet(STRIP_MM + 2 * SHEET_MARGIN, PAGE_MM + 2 * SHEET_MARGIN)
"""The same in px, in which words are 12 px and more."""


def write_report_pdf(data: ReportData, file: Path, *, language: str = "en") -> int:
    """Write the report as PDF whole or not at all; returns its size in bytes."""
    content = report_pdf(data, language=language)
    write_whole(file, content)
    return len(content)


def report_pdf(data: ReportData, *, language: str = "en") -> bytes:
    """The report as the bytes of a PDF, A4 across."""
    deck = Deck(data, reader(language))
    say = deck.say
    found = highlights(data.workspace, data.journey, data.measures) if data.journey else ()
    title = say("report.title", name=data.workspace.name or "")
    blocks = [*_first(deck, found), *_drawings(deck), *_results(deck), *_findings(deck), *_counted(deck)]
    return blocks_to_pdf(
        blocks, title=title, language=language, foot=deck.source(), made=data.made, brand=data.brand
    )


def _first(deck: Deck, found: tuple[Highlight, ...]) -> Iterator[Block]:
    """The page that is often the only one read: finding, figures, journey, three columns."""
    data, say = deck.data, deck.say
    name = data.workspace.name or ""
    yield Heading(
        say.text(found[0].says)
        if found
        else (data.journey.label if data.journey else say("report.title", name=name)),
        logo=True,
    )
    purpose = data.workspace.settings.purpose
    why = say("report.why", why=purpose.why) if purpose and purpose.why else say("report.no-purpose")
    yield Prose(f"{name} · {deck.journey_line()}" if data.journey else name, 9, 400, "ink-2")
    yield Prose(why, 9, 400, "ink-2")
    if data.journey is None or not data.journey.steps:
        return
    yield Picture(strip_picture(deck), 112, MARGIN)
    yield Rule()
    yield _three(columns_of_journey(data, found, say))
    shown = figures(data, say)
    if shown:
        yield NewPage()
        yield Heading(say("report.in-short"), 2)
        yield Columns(
            tuple(
                (
                    Prose(one.value, 16, 700, "negative" if one.bad else "ink"),
                    Prose(one.words, 8, 400, "ink-2"),
                )
                for one in shown
            )
        )
    if found:
        yield Heading(say("report.worth"), 2)
        for highlight in found:
            yield Heading(say.text(highlight.says), 3)
            yield Prose(f"{say.text(highlight.more)} ({say.text(highlight.basis)})", 8.5, 400, "ink-2")
    planned = open_improvements(data)
    yield Heading(say("deck.does"), 2)
    if not planned:
        yield Prose(say("deck.nothing-planned"), 8.5, 400, "ink-2")
    for improvement in planned:
        yield Heading(improvement.label, 3)
        yield Prose(improvement_words(data, improvement, say), 8.5, 400, "ink-2")


def strip_picture(deck: Deck) -> Scene:
    """The journey of the report as a strip across a page, its lowest step framed, the signs used beneath."""
    drawing = deck.drawing()
    width = STRIP_MM * 96 / 25.4 / PRINTED + 2 * MARGIN
    lowest = lowest_step(drawing.facts)
    strip = compact_strip(drawing, width, 2.0, STRIP_HEIGHT, framed=(lowest.step.id,) if lowest else ())
    legend, bottom = foot(width, strip.bottom + 6, legend_entries(drawing), "", deck.say.language)
    desc = deck.say("deck.desc-strip", count=len(drawing.facts.steps))
    title = drawing.facts.journey.label
    marks = (Rect(0, 0, width, bottom, "paper"), *strip.marks, legend)
    return Scene(width, bottom, title, desc, deck.say.language, marks, PRINT.name)


def _three(columns: ThreeColumns) -> Columns:
    sides: list[tuple[Block, ...]] = []
    for heading, points in columns.columns:
        blocks: list[Block] = [Heading(heading, 2)]
        for point in points:
            if point.says:
                blocks.append(Prose(point.says, 8.5, 600))
            if point.more:
                blocks.append(Prose(point.more, 8, 400, "ink-2"))
        sides.append(tuple(blocks))
    return Columns(tuple(sides))


def _drawings(deck: Deck) -> Iterator[Block]:
    """Each drawing of the report: on pages of its own where it is too large for one."""
    for drawing in drawings(deck.data, deck.say.language):
        if drawing.pages:
            for page in drawing.pages:
                yield Sheet(page)
        else:
            yield NewPage()
            yield Heading(deck.say(f"report.section-{drawing.id}"), 2)
            yield Picture(drawing.scene, 160)


def _results(deck: Deck) -> Iterator[Block]:
    """Pictures of single results and the tables of all."""
    data, say = deck.data, deck.say
    measures = data.measures
    if measures is None:
        return
    yield NewPage()
    yield Heading(say("report.section-coverage"), 2)
    yield Prose(say("report.coverage-how"), 8.5, 400, "ink-2")
    told = {"coverage"}
    for name in RESULTS:
        scene = draw_question(name, data, language=say.language, theme=PRINT, width=1280)
        if scene is None:
            continue
        tall = scene.height > TALLEST
        if tall:
            yield NewPage()
        if (section := SECTIONS.get(name, name)) not in told:
            told.add(section)
            yield Heading(say(f"report.section-{section}"), 2)
        for number, page in enumerate(printed_question(name, data, say.language, PAGE) if tall else ()):
            if number:
                yield NewPage()
            yield Picture(page, PAGE_MM)
        if not tall:
            yield Picture(scene, RESULT_MM)
    yield NewPage()
    yield Heading(say("report.section-tables"), 2)
    results: dict[str, Result | None] = {
        "steps": measures.steps,
        "coverage": measures.coverage,
        "funnel": data.answers.get("funnel"),
        "time": data.answers.get("time"),
        "paths": measures.touchpoint_paths,
        "variants": measures.variants,
        "fit": measures.fit,
        "deals": measures.deals,
    }
    for question, result in results.items():
        if result is not None and len(result):
            yield from _table(deck, question, result)


def _table(deck: Deck, question: str, result: Result) -> Iterator[Block]:
    data, say = deck.data, deck.say
    names = {id: one.label for id, one in data.workspace.touchpoints.items()}
    names |= {id: one.name or id for id, one in data.workspace.segments.items()}
    if data.journey is not None:
        names |= {stage.id: stage.label for stage in data.journey.stages}
        names |= {step.id: step.label for step in data.journey.steps}
    words = result_table(result, TABLES[question], say, data.workspace, names=names, most=MOST_ROWS)
    yield Heading(say(f"report.caption-{question}"), 3)
    # A column takes what its words need; long ones share what is left.
    needs = [
        min(max(text_width(row[place], 10) for row in (words.head, *words.rows)), 460.0) + 16
        for place in range(len(words.head))
    ]
    shares = tuple(need / sum(needs) for need in needs)
    yield Rows(Table(words.head, words.rows, ""), words.numeric, shares)
    if words.more:
        more = say("report.more-rows", count=words.more, command=f"polku measure … {question}")
        yield Prose(more, 7.5, 400, "ink-3")
    sentences = [about_sentence(result.about, say), *remainder_sentences(result.about, say)]
    yield Prose(" ".join(sentences), 7.5, 400, "ink-3")


def _findings(deck: Deck) -> Iterator[Block]:
    say = deck.say
    shown = [one for one in deck.data.findings if one.silenced is None and one.level != "not-measured"]
    if deck.data.journey is not None:
        yield NewPage()
    yield Heading(say("report.section-findings", count=len(shown)), 2)
    if not shown:
        yield Prose(say("report.no-findings"))
    for level in ("error", "warning", "hint"):
        ones = [one for one in shown if one.level == level]
        if not ones:
            continue
        yield Heading(say(f"report.count-{level}", count=len(ones)), 3)
        for one in ones:
            yield Prose(say.text(one.message), 8.5, 500)
            fix = f" {say('report.fix')} {say.text(one.fix)}" if one.fix else ""
            yield Prose(f"{say.text(one.why)}{fix}", 8, 400, "ink-2", 8)
            yield Prose(f"{one.code} {one.place.file}:{one.place.line}", 7.5, 400, "ink-3", 8)


def _counted(deck: Deck) -> Iterator[Block]:
    say = deck.say
    if deck.data.measures is not None:
        yield NewPage()
    yield Heading(say("report.section-counted"), 2)
    if deck.data.measures is None:
        yield Prose(say("report.no-data"))
        return
    sides: list[list[Block]] = [[], []]
    half = (len(TERMS) + 1) // 2
    for place, term in enumerate(TERMS):
        sides[place // half] += [
            Heading(say(f"report.term-{term}"), 3),
            Prose(say(f"report.how-{term}"), 8.5, 400, "ink-2"),
        ]
    yield Columns(tuple(tuple(side) for side in sides))
