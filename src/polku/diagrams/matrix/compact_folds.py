"""What the strip of a journey shows of steps that have one place together: how many, how they feel, whose they are."""

from __future__ import annotations

from polku.diagrams.matrix.compact_columns import Columns, Fold
from polku.diagrams.parts.bands import Layers
from polku.diagrams.parts.drawing import Drawing, Words, head_of, rule
from polku.diagrams.parts.journey import StepFacts
from polku.diagrams.parts.signs import evidence_square
from polku.scene import Circle, Mark, Rect, Text

DOT = 2.4


def fold_card(drawing: Drawing, fold: Fold, y: float, bottom: float) -> list[Mark]:
    """How many steps, and on how many of them a customer was heard."""
    say = drawing.reader
    known = sum(bool(one.evidence) for one in fold.steps)
    x, width = fold.x + 1.5, fold.width - 3
    frame = (
        Rect(x, y, width, bottom - y, "surface", "ink-2", 1.4, radius=4)
        if known
        else Rect(x, y, width, bottom - y, "paper", "line-strong", 1.2, (4, 3), 4)
    )
    words = Words(x + 8, y + 20, width - 12, say.language)
    words.add(say("deck.fold-steps", count=len(fold.steps)), 12, 600)
    if known:
        drawing.use("evidence")
        words.skip(3)
        words.marks += evidence_square(words.x + 5, words.y - 4)
        words.marks.append(Text(words.x + 16, words.y, str(known), 12, fill="ink-2"))
    return [frame, *words.marks]


def fold_dot(facts: StepFacts, x: float, zero: float, unit: float) -> list[Mark]:
    """A dot at the height of a feeling, filled where a customer said it; nothing where nobody asked."""
    if facts.step.feels is None:
        return []
    at = zero - unit * facts.step.feels
    return [Circle(x, at, DOT, "ink" if facts.evidence else "paper", "ink-2", 1)]


def fold_owners(drawing: Drawing, laid: Columns, y: float, layers: Layers) -> float:
    """A bar for each place: whose it is or how many teams share it, and handoffs that nobody described."""
    rule(layers, laid.band, y)
    say, label = drawing.reader, drawing.facts.workspace.label
    head_of(drawing, layers, say("diagrams.lane-owner"), y=y)
    missing = {change.step for change in drawing.facts.changes if change.handoff is None}
    places = [(fold.x, fold.width, fold.steps) for fold in laid.folds]
    folded = {one.step.id for _, _, steps in places for one in steps}
    places += [
        (column.x, column.width, (facts,)) for column, facts in laid.band.steps if facts.step.id not in folded
    ]
    top, height = y + 9, 22.0
    bars: list[tuple[float, float, bool, Words]] = []
    for x, width, steps in places:
        teams = list(dict.fromkeys(one.owner for one in steps if one.owner))
        words = Words(x + 9, top + 15.5, width - 16, drawing.language)
        if len(teams) == 1:
            words.add(label("teams", teams[0]), 12, 600)
        elif teams:
            words.add(say("deck.fold-teams", count=len(teams)), 12, 600, language=say.language)
        else:
            drawing.use("owner-nobody")
            words.add(say("diagrams.owner-nobody"), 12, fill="ink-3", language=say.language)
        holes = sum(one.step.id in missing for one in steps)
        if holes:
            said = say("deck.fold-handoffs", count=holes)
            words.add(said, 12, fill="negative", language=say.language)
        height = max(height, words.y - top - 8.5)
        bars.append((x, width, bool(teams), words))
    for x, width, owned, words in bars:
        layers.over.append(
            Rect(x + 3, top, width - 6, height, "sunken-2", radius=2)
            if owned
            else Rect(x + 3, top, width - 6, height, "paper", "line-strong", 1.2, (4, 3), 2)
        )
        layers.over += words.marks
    return top + height + 6
