"""The lanes of the matrix: where it happens, what is thought, what hurts, what it is known from, what carries it."""

from __future__ import annotations

from polku.diagrams.matrix.cards import card_lane, evidence_marks
from polku.diagrams.parts.bands import Band, Layers
from polku.diagrams.parts.drawing import Drawing, Words, head_of, rule
from polku.diagrams.parts.journey import StepFacts
from polku.diagrams.parts.signs import assumed_square, channel, clock, hole
from polku.documents import Act
from polku.scene import Line, Mark, Rect, Text, text_width

PAD = 12.0
HALF_LANE = 44.0


def action_lane(drawing: Drawing, band: Band, y: float, layers: Layers) -> float:
    """Role and action: the cards."""
    rule(layers, band, y)
    reader, facts = drawing.reader, drawing.facts
    steps = reader("diagrams.steps", count=len(facts.steps))
    roles = reader("diagrams.roles", count=len(facts.roles))
    low = head_of(drawing, layers, reader("diagrams.lane-action"), f"{steps}, {roles}", y=y)
    return max(card_lane(drawing, band, y + 10, layers), low) + 10


def touchpoint_lane(drawing: Drawing, band: Band, y: float, layers: Layers) -> float:
    """Touchpoint and its channel."""
    rule(layers, band, y)
    reader = drawing.reader
    bottom = head_of(
        drawing, layers, reader("diagrams.lane-touchpoint"), reader("diagrams.lane-touchpoint-note"), y=y
    )
    for column, facts in band.steps:
        words = Words(column.text_x, y + 20, column.text_width, drawing.language)
        if facts.touchpoint_name is None:
            words.add(reader("diagrams.none"), fill="ink-3")
        else:
            words.add(facts.touchpoint_name, 12, 600)
            _channel(drawing, words, facts)
        layers.step(facts, *words.marks)
        bottom = max(bottom, words.y - 10)
    return bottom + PAD


def _channel(drawing: Drawing, words: Words, facts: StepFacts) -> None:
    """The channel's sign and name beneath a touchpoint."""
    medium = facts.channel
    if medium is None:
        return
    direct = facts.touchpoint is None or facts.touchpoint.direct
    drawing.use(f"channel-{medium.kind}" if medium.kind else "channel", *(() if direct else ("not-present",)))
    words.skip(3)
    words.marks += channel(medium.kind, words.x + 5.5, words.y - 4, direct)
    words.add(medium.name or medium.id, 12, fill="ink-2", indent=16)


def thinking_lane(drawing: Drawing, band: Band, y: float, layers: Layers) -> float:
    """What goes through somebody's head there: thoughts written down, and words a customer said."""
    rule(layers, band, y)
    reader = drawing.reader
    total = len(drawing.facts.steps)
    known = sum(_thought(facts) for facts in drawing.facts.steps)
    low = head_of(
        drawing,
        layers,
        reader("diagrams.lane-thinking"),
        reader("diagrams.known-for", known=known, total=total),
        y=y,
    )
    bottom = y + 30
    aside = set()
    for span in band.spans:
        for column, beside in zip(span.columns, (*span.columns[1:], None), strict=True):
            facts = column.facts
            if facts is None:
                continue
            if not _thought(facts):
                drawing.use("hole")
                # Where the words before it reach over, the hole stands at the column's end.
                x = column.x + column.width - 20 if column in aside else column.text_x
                layers.step(facts, *hole(x, y + 16))
                continue
            words = _thoughts(
                drawing, facts, Words(column.text_x, y + 20, column.text_width, drawing.language)
            )
            free = beside is not None and beside.facts is not None and not _thought(beside.facts)
            if free and beside is not None and words.y > y + 20 + 3 * 15 + 1:
                width = column.text_width + 0.62 * column.width
                words = _thoughts(drawing, facts, Words(column.text_x, y + 20, width, drawing.language))
                aside.add(beside)
            layers.step(facts, *words.marks)
            bottom = max(bottom, words.y - 9)
    return max(bottom, low) + PAD


def _thought(facts: StepFacts) -> bool:
    return bool(facts.step.thinks or facts.quotes)


def _thoughts(drawing: Drawing, facts: StepFacts, words: Words) -> Words:
    reader = drawing.reader
    if facts.step.thinks:
        words.add(reader.quote(facts.step.thinks), 12, italic=True)
    for one in facts.quotes:
        if facts.step.thinks:
            words.skip(5)
        # The square before the words says that somebody really said them.
        drawing.use("evidence")
        words.marks.append(Rect(words.x, words.y - 8.5, 8, 8, fill="ink"))
        words.add(reader.quote(one.quote or ""), 12, 500, italic=True, first=13)
    return words


def pain_lane(drawing: Drawing, band: Band, y: float, layers: Layers) -> float:
    """Pains with a minus, gains with a plus; a mark of evidence where somebody said so."""
    rule(layers, band, y)
    reader = drawing.reader
    steps = drawing.facts.steps
    any_at_all = any(facts.step.pains or facts.step.gains for facts in steps)
    notes = () if any_at_all else (reader("diagrams.nothing-said"),)
    bottom = head_of(drawing, layers, reader("diagrams.lane-pains"), *notes, y=y)
    for column, facts in band.steps:
        words = Words(column.text_x, y + 20, column.text_width + 4, drawing.language)
        said = [("−", "negative", pain.says) for pain in facts.step.pains]
        said += [("+", "positive", gain.says) for gain in facts.step.gains]
        for sign, fill, text in said:
            drawing.use("pain" if sign == "−" else "gain")
            words.marks.append(Text(words.x, words.y, sign, 13, 700, fill=fill))
            words.add(text, 12, 500, indent=12).skip(3)
        layers.step(facts, *words.marks)
        bottom = max(bottom, words.y - 12)
    return bottom + PAD


def evidence_lane(drawing: Drawing, band: Band, y: float, layers: Layers) -> float:
    """What each step is known from, and how old that is."""
    rule(layers, band, y)
    reader = drawing.reader
    total = len(drawing.facts.steps)
    bottom = head_of(
        drawing,
        layers,
        reader("diagrams.lane-evidence"),
        reader("diagrams.known-of-steps", known=drawing.facts.evidenced, total=total),
        y=y,
    )
    for column, facts in band.steps:
        words = Words(column.text_x, y + 20, column.text_width, reader.language)
        if not facts.evidence:
            drawing.use("assumed")
            words.marks += assumed_square(column.text_x + 5, y + 16)
            words.add(reader("diagrams.assumed"), fill="ink-3", indent=16)
        else:
            marks, _ = evidence_marks(drawing, facts, column.text_x, y + 16)
            words.marks += marks
            words.skip(16)
            kinds = dict.fromkeys(one.kind for one in facts.evidence if one.kind)
            names = [reader(f"diagrams.evidence-{kind}") for kind in kinds]
            if names:
                words.add(", ".join(names), fill="ink-2")
            if facts.ageing:
                drawing.use("clock")
                stale = facts.state == "stale"
                words.marks += clock(words.x + 5, words.y - 3)
                days = reader("diagrams.days", count=facts.age_days)
                if text_width(days, 12, 700) > words.width - 15:
                    days = reader("words.days-short", days=facts.age_days)
                words.add(
                    days,
                    12,
                    700 if stale else 400,
                    fill="ink" if stale else "ink-2",
                    indent=15,
                )
        layers.step(facts, *words.marks)
        bottom = max(bottom, words.y - 10)
    return bottom + PAD


def wait_lane(drawing: Drawing, band: Band, y: float, layers: Layers) -> float:
    """How long somebody waits for the next step, and how long the work takes, where the map says so."""
    steps = drawing.facts.steps
    if not any(facts.step.waits or facts.step.takes for _, facts in band.steps):
        return y
    rule(layers, band, y)
    reader = drawing.reader
    bottom = head_of(drawing, layers, reader("diagrams.lane-wait"), reader("diagrams.lane-wait-note"), y=y)
    longest = max((facts.step.waits.total_seconds() for facts in steps if facts.step.waits), default=1.0)
    for column, facts in band.steps:
        low = y + 20
        marks: list[Mark] = []
        if facts.step.waits:
            drawing.use("wait")
            seconds = facts.step.waits.total_seconds()
            long = facts.step.waits >= drawing.facts.workspace.settings.limits.long_wait
            words = drawing.span(facts.step.waits)
            if text_width(words, 12, 700) > column.text_width:
                words = reader.days(facts.step.waits)
            marks.append(Text(column.text_x, low, words, 12, 700 if long else 400))
            length = max(6.0, (column.width - 14) * seconds / longest)
            marks.append(Rect(column.text_x, low + 7, length, 9, None, "line-strong", 1, texture="hatch"))
            low += 32
        if facts.step.takes:
            takes = Words(column.text_x, low, column.text_width, reader.language)
            takes.add(reader("diagrams.takes", time=drawing.span(facts.step.takes)), fill="ink-2")
            marks += takes.marks
            low = takes.y
        layers.step(facts, *marks)
        bottom = max(bottom, low - 12)
    return bottom + PAD


def front_lane(drawing: Drawing, band: Band, y: float, layers: Layers) -> float:
    """What customers see of us, down to the line of visibility."""
    rule(layers, band, y)
    reader = drawing.reader
    low = head_of(drawing, layers, reader("diagrams.lane-front"), reader("diagrams.lane-front-note"), y=y)
    bottom = max(low, _acts(drawing, band, y, layers, front=True))
    y = bottom + 26
    line = reader("diagrams.line-of-visibility")
    layers.under.append(Line(48, y, band.right, y, "ink-2", 1.4, (9, 5)))
    layers.heads.append(Text(band.right, y - 6, line, 12, italic=True, anchor="end", fill="ink-2"))
    return y


def back_lane(drawing: Drawing, band: Band, y: float, layers: Layers) -> float:
    """What we do unseen, so that the step can happen."""
    reader = drawing.reader
    low = head_of(drawing, layers, reader("diagrams.lane-back"), reader("diagrams.lane-back-note"), y=y)
    return max(low, _acts(drawing, band, y, layers, front=False)) + PAD


def _acts(drawing: Drawing, band: Band, y: float, layers: Layers, *, front: bool) -> float:
    bottom = y + 20
    for column, facts in band.steps:
        words = Words(column.text_x, y + 20, column.text_width, drawing.language)
        acts = facts.step.front if front else facts.step.back
        for act in acts:
            words.add(
                _act(drawing, act, facts), fill="ink-2" if not drawing.shown(facts.role) else "ink"
            ).skip(3)
        direct = facts.touchpoint is not None and facts.touchpoint.direct
        if not acts and direct:
            # We are there, and nobody described how.
            drawing.use("hole")
            words.marks += hole(column.text_x, y + 16)
            words.skip(12)
        layers.step(facts, *words.marks)
        bottom = max(bottom, words.y - 12)
    return bottom


def _act(drawing: Drawing, act: Act, facts: StepFacts) -> str:
    """An act; another team's name before it where it is not the owner's."""
    if act.team and act.team != facts.owner:
        return f"{drawing.facts.workspace.label('teams', act.team)}: {act.does}"
    return act.does
