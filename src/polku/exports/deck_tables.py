"""Slides of tables and words: whom we know, what is planned, each step counted, how it was counted."""

from __future__ import annotations

from collections.abc import Sequence

from polku.diagrams.parts.drawing import Words
from polku.exports.deck_frame import FOOT, LEAST, MARGIN, WIDTH, Deck
from polku.exports.question_drawings import SECTIONS
from polku.exports.result_table import result_table
from polku.exports.three_columns import improvement_words, open_improvements
from polku.scene import Group, Mark, Table, text_width, wrap
from polku.scene.pptx import Grid, Slide

ROOM = WIDTH - 2 * MARGIN
PAD = 14.0
"""Of a cell, left and right together."""

LINE_HEIGHT = 15.5

TERMS = ("round", "step", "goes-on", "wait", "nps", "unintended", "fitness", "completeness", "bias", "deal")
"""Words of the measures, each with how it is counted, in the order of the report."""


def table_slides(
    deck: Deck,
    title: str,
    line: str,
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    numeric: Sequence[bool],
    number: int,
) -> list[Slide]:
    """A native table on as many slides as its rows need, each with the head again."""
    shares = _shares(head, rows)
    slides: list[Slide] = []
    left = [tuple(row) for row in rows]
    while left or not slides:
        frame, y = deck.title(title, line)
        y += 10
        room = FOOT - 16 - y - _height(head, shares)
        taken: list[tuple[str, ...]] = []
        while left and (not taken or room >= _height(left[0], shares)):
            room -= _height(left[0], shares)
            taken.append(left.pop(0))
        table = Table(tuple(head), tuple(taken), title)
        heights = tuple(_height(row, shares) for row in (head, *taken))
        grid = Grid(table, MARGIN, y, ROOM, shares, tuple(numeric), LEAST, heights)
        desc = deck.say("deck.desc-table", title=title, count=len(taken))
        foot = deck.foot((), number + len(slides))
        slides.append(Slide(deck.scene(title, desc, (frame, foot), table), (grid,)))
    return slides


def coverage_slides(deck: Deck, number: int) -> list[Slide]:
    """Whom we know and meet in each part of the buying centre, as a table."""
    measures = deck.data.measures
    if measures is None or not len(measures.coverage):
        return []
    columns = ("part", "accounts", "required", "completeness", "people", "in_crm_share", "seen_share", "bias")
    words = result_table(measures.coverage, columns, deck.say, deck.data.workspace, names={})
    title = deck.say("report.section-coverage")
    worst = [row for row in measures.coverage.rows() if row["part"] and row["completeness"] is not None]
    if worst:
        least = min(worst, key=lambda row: (row["completeness"], row["part"]))
        title = deck.say(
            "deck.coverage-title",
            part=deck.say(f"report.part-{least['part']}"),
            share=least["completeness"],
        )
    return table_slides(
        deck, title, deck.say("report.coverage-how"), words.head, words.rows, words.numeric, number
    )


def step_slides(deck: Deck, number: int) -> list[Slide]:
    """Each step with what was counted there, for journeys too long to be drawn on a few slides."""
    data = deck.data
    if data.measures is None or data.journey is None:
        return []
    columns = ("step", "cases", "share", "goes_on", "median_wait_seconds", "answers", "nps")
    names = {step.id: step.label for step in data.journey.steps}
    words = result_table(data.measures.steps, columns, deck.say, data.workspace, names=names, most=len(names))
    return table_slides(
        deck,
        deck.say("report.section-measured"),
        deck.say("report.caption-steps"),
        words.head,
        words.rows,
        words.numeric,
        number,
    )


def plan_slides(deck: Deck, number: int) -> list[Slide]:
    """What is planned, those in hand first: what it is against, who does it, when it will be told."""
    data, say = deck.data, deck.say
    found = open_improvements(data)
    if not found:
        frame, y = deck.title(say("deck.plan-none"), deck.journey_line() if data.journey else "")
        words = Words(MARGIN, y + 30, ROOM * 0.7, say.language)
        words.add(say("deck.plan-none-more"), 14, fill="ink-2", line=1.43)
        body = Group(tuple(words.marks), id="words", role="words")
        title = say("deck.plan-none")
        return [Slide(deck.scene(title, say("deck.plan-none-more"), (frame, body, deck.foot((), number))))]
    rows = []
    for one in found:
        against = []
        for solves in one.solves:
            journey = data.workspace.journeys.get(solves.journey or "")
            step = journey.step(solves.step) if journey and solves.step else None
            if step is not None:
                against.append(step.label)
            elif solves.role:
                against.append(data.workspace.label("roles", solves.role))
        rows.append((one.label, "; ".join(against) or "–", improvement_words(data, one, say)))
    head = tuple(say(f"deck.column-{name}") for name in ("improvement", "against", "how"))
    title = say("deck.plan", count=len(found))
    return table_slides(deck, title, say("deck.plan-line"), head, rows, (False,) * 3, number)


def counted_slides(deck: Deck, number: int, away: Sequence[str] = ()) -> list[Slide]:
    """How the numbers were counted, a paragraph for each word, in two columns.

    Args:
        away: questions whose pictures are in the report, but on no slide.
    """
    say = deck.say
    title = say("report.section-counted")
    measures = deck.data.measures
    if measures is None:
        frame, y = deck.title(title)
        words = Words(MARGIN, y + 30, ROOM * 0.7, say.language)
        words.add(say("report.no-data"), 14, fill="ink-2", line=1.43)
        body = Group(tuple(words.marks), id="words", role="words")
        return [Slide(deck.scene(title, say("report.no-data"), (frame, body, deck.foot((), number))))]
    from polku.analytics.asking.words import about_sentence, remainder_sentences

    about = " ".join([about_sentence(measures.about, say), *remainder_sentences(measures.about, say)])
    if away:
        sections = dict.fromkeys(say(f"report.section-{SECTIONS.get(one, one)}") for one in away)
        about += " " + say("deck.also-in-report", names=[say.quote(one) for one in sections])
    slides: list[Slide] = []
    left = list(TERMS)
    while left:
        frame, y = deck.title(title, about if not slides else "")
        each = ROOM / 2
        marks: list[Mark] = []
        notes = []
        for column in range(2):
            words = Words(MARGIN + each * column, y + 20, each - 30, say.language)
            while left:
                trial = Words(words.x, words.y, words.width, say.language)
                trial.add(say(f"report.term-{left[0]}"), LEAST, 700).add(
                    say(f"report.how-{left[0]}"), LEAST, fill="ink-2", line=1.3
                )
                if trial.y > FOOT - 6 and words.marks:
                    break
                words.marks += trial.marks
                words.y = trial.y + 6
                notes.append(left.pop(0))
            marks += words.marks
        body = Group(tuple(marks), id="words", role="words")
        desc = deck.say("deck.desc-words", title=title, count=len(notes))
        slides.append(Slide(deck.scene(title, desc, (frame, body, deck.foot((), number + len(slides))))))
    return slides


def _shares(head: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[float, ...]:
    """Columns by what their words need: whole where there is room, long ones wrapped."""
    needs = []
    for place, word in enumerate(head):
        cells = [text_width(row[place], LEAST) for row in rows] or [0.0]
        longest = max(text_width(part, LEAST, 700) for part in word.split() or [""])
        needs.append((max(longest, min(max(cells), 90.0)) + PAD, max(max(cells), longest) + PAD))
    least = sum(low for low, _ in needs)
    free = max(0.0, ROOM - least)
    wishes = sum(min(high - low, 420.0) for low, high in needs) or 1.0
    widths = [low + free * min(high - low, 420.0) / wishes for low, high in needs]
    whole = sum(widths)
    return tuple(width / whole for width in widths)


def _height(row: Sequence[str], shares: Sequence[float]) -> float:
    lines = max(
        len(wrap(words, max(share * ROOM - PAD, 20.0), LEAST, 700))
        for words, share in zip(row, shares, strict=True)
    )
    return lines * LINE_HEIGHT + 8
