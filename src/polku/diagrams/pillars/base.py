"""What pillars stand on, top down: owners, backstage work, systems and partners; and the roof that they carry."""

from __future__ import annotations

from collections.abc import Sequence

from polku.diagrams.parts.bands import Layers
from polku.diagrams.parts.drawing import Drawing
from polku.diagrams.parts.journey import StepFacts
from polku.diagrams.pillars.layout import Pillar, Temple
from polku.scene import Mark, Path, Rect, Text, text_lines, text_width, wrap

ROOF_SIZE = 22.0
LEAST_ROOF, MOST_ROOF = 96.0, 460.0
BLOCK_PAD = 14.0
MOST_ACTS = 6
"""Acts and systems of one block; the rest is counted, and stands in the table."""


def roof(drawing: Drawing, temple: Temple, y: float) -> tuple[list[Mark], float]:
    """The purpose in its pediment, as steep as its words need; returns the y below the beam."""
    say, purpose = drawing.reader, drawing.facts.workspace.settings.purpose
    goal = (purpose.goal or purpose.why) if purpose else None
    whole = temple.right - temple.left
    words = goal or say("pillars.no-goal")
    language = drawing.language if goal else say.language
    size = ROOF_SIZE if whole > 560 else 17.0
    lines = wrap(words, whole * 0.5, size, 600, language)
    notes = wrap(_readers(drawing), whole * 0.66, 12.5, 400, drawing.language) if _readers(drawing) else ()
    if temple.when:
        notes = (say(f"pillars.part-{temple.when}"), *notes)
    step = size * 1.25
    block = len(lines) * step + len(notes) * 18 + (4 if notes else 0)
    height = LEAST_ROOF if whole < 700 else 120.0
    while height < MOST_ROOF and not _holds(lines, notes, size, height, whole, block):
        height += 12
    part = drawing.facts.whole is not None
    if part:
        # Over some of the stages only the roof has no ridge: its words take little room.
        notes, block = (), len(lines) * step
        height = block + 26
    bottom = y + height
    ground, stroke, dash = ("sunken", "ink", ()) if goal else ("paper", "line-strong", (4.0, 3.0))
    middle = (temple.left + temple.right) / 2
    ridge = whole / 2 - 44 if part else 0.0
    pediment = Path(
        (
            ("M", temple.left, bottom),
            ("L", middle - ridge, y),
            *((("L", middle + ridge, y),) if part else ()),
            ("L", temple.right, bottom),
            ("Z",),
        ),
        ground,
        stroke,
        1.8 if goal else 1.2,
        dash,
    )
    first = bottom - (13 if part else 18) - block + size * 0.9
    marks: list[Mark] = [
        pediment,
        *text_lines(
            lines, middle, first, size=size, weight=600, anchor="middle", fill="ink" if goal else "ink-3"
        ),
        *text_lines(
            notes,
            middle,
            first + len(lines) * step - size * 0.9 + 16,
            size=12.5,
            anchor="middle",
            fill="ink-2",
            line=18 / 12.5,
        ),
        Rect(temple.left, bottom + 3, whole, 14, "sunken-2"),
    ]
    return marks, bottom + 25


def _holds(
    lines: Sequence[str], notes: Sequence[str], size: float, height: float, whole: float, block: float
) -> bool:
    """Whether every line keeps clear of the slopes."""
    top = height - 18 - block
    if top < 8:
        return False
    wanted = [(top + place * size * 1.25, text_width(line, size, 600)) for place, line in enumerate(lines)]
    below = top + len(lines) * size * 1.25 + 4
    wanted += [(below + place * 18, text_width(line, 12.5)) for place, line in enumerate(notes)]
    return all(whole * at / height >= wide + 36 for at, wide in wanted)


def _readers(drawing: Drawing) -> str:
    """Who reads what is known, and what it is used for."""
    purpose, say = drawing.facts.workspace.settings.purpose, drawing.reader
    if purpose is None:
        return ""
    label = drawing.facts.workspace.label
    readers = [*(label("teams", team) for team in purpose.readers), *purpose.other_readers]
    parts = []
    if readers:
        parts.append(say("pillars.read-by", readers=readers))
    if purpose.use:
        parts.append(say("pillars.used-in", use=purpose.use))
    return " · ".join(parts)


def base(drawing: Drawing, temple: Temple, layers: Layers, y: float) -> float:
    """The layers under the pillars; returns the y below the ground."""
    y = _owners(drawing, temple, layers, y) + 5
    y = _blocks(drawing, temple, layers, y, [_backstage(drawing, pillar) for pillar in temple.pillars])
    y = _systems(drawing, temple, layers, y)
    layers.under.append(Rect(temple.left - 12, y + 1, temple.right - temple.left + 24, 8, "ink"))
    return y + 9


def _owners(drawing: Drawing, temple: Temple, layers: Layers, y: float) -> float:
    """A bar for each run of steps of one owner; where these are too short, the owners of each stage in words."""
    say, label = drawing.reader, drawing.facts.workspace.label
    runs: list[tuple[str | None, float, float]] = []
    for pillar in temple.pillars:
        owners = [one.owner for one in pillar.steps] or [None]
        each = (pillar.right - pillar.left) / len(owners)
        for place, owner in enumerate(owners):
            left = pillar.left + each * place
            if runs and runs[-1][0] == owner:
                runs[-1] = (owner, runs[-1][1], left + each)
            else:
                runs.append((owner, left, left + each))

    def name(owner: str | None) -> str:
        return label("teams", owner) if owner else say("diagrams.owner-nobody")

    if all(text_width(name(owner), 13, 600) + BLOCK_PAD + 8 <= right - left for owner, left, right in runs):
        for owner, left, right in runs:
            layers.heads += _bar(left, y, right - left - 4, 30.0, owner is None)
            fill, weight = ("ink", 600) if owner else ("ink-2", 400)
            layers.heads.append(Text(left + BLOCK_PAD, y + 19.5, name(owner), 13, weight, fill=fill))
        return y + 30
    cells = []
    for pillar in temple.pillars:
        owners = list(dict.fromkeys(one.owner for one in pillar.steps)) or [None]
        lines: list[str] = []
        for owner in owners:
            language = drawing.language if owner else say.language
            lines += wrap(name(owner), pillar.right - pillar.left - BLOCK_PAD - 10, 13, 600, language)
        cells.append((pillar, owners, lines))
    height = max(len(lines) for *_, lines in cells) * 17.0 + 13
    for pillar, owners, lines in cells:
        layers.heads += _bar(pillar.left, y, pillar.right - pillar.left - 4, height, owners == [None])
        layers.heads += text_lines(
            lines,
            pillar.left + BLOCK_PAD,
            y + 19.5,
            size=13,
            weight=600,
            fill="ink-2" if owners == [None] else "ink",
            line=17 / 13,
        )
    return y + height


def _bar(x: float, y: float, width: float, height: float, hole: bool) -> list[Mark]:
    if hole:
        return [Rect(x + 1, y, width - 1, height, "paper", "line-strong", 1.2, (4, 3), 2)]
    return [Rect(x, y, width, height, "sunken-2", radius=2)]


def _backstage(drawing: Drawing, pillar: Pillar) -> list[str]:
    return list(dict.fromkeys(act.does for one in pillar.steps for act in one.step.back))


def _limited(drawing: Drawing, words: list[str]) -> list[str]:
    if len(words) <= MOST_ACTS:
        return words
    return [*words[: MOST_ACTS - 1], drawing.reader("pillars.more", count=len(words) - MOST_ACTS + 1)]


def _blocks(drawing: Drawing, temple: Temple, layers: Layers, y: float, said: Sequence[list[str]]) -> float:
    """A block for each stage, all as tall as the tallest; dashed where nothing is described."""
    say = drawing.reader
    cells: list[tuple[Pillar, list[str], bool]] = []
    for pillar, acts in zip(temple.pillars, said, strict=True):
        room = pillar.right - pillar.left - 2 * BLOCK_PAD
        if acts:
            lines = [
                line
                for act in _limited(drawing, acts)
                for line in wrap(act, room, 12.5, 400, drawing.language)
            ]
        else:
            drawing.use("hole-block")
            lines = list(wrap(say("pillars.no-backstage"), room, 12.5, 400, say.language))
        cells.append((pillar, lines, bool(acts)))
    height = max(len(lines) for _, lines, _ in cells) * 17.0 + 17
    for pillar, lines, full in cells:
        layers.heads.append(_block(pillar, y, height, full))
        at = y + height / 2 - (len(lines) - 1) * 8.5 + 4.3
        layers.heads += text_lines(
            lines,
            pillar.left + BLOCK_PAD + 2,
            at,
            size=12.5,
            fill="ink" if full else "ink-3",
            line=17 / 12.5,
        )
    return y + height + 6


def _block(pillar: Pillar, y: float, height: float, full: bool) -> Rect:
    x, width = pillar.left + 2, pillar.right - pillar.left - 6
    if full:
        return Rect(x, y, width, height, "surface", "ink-2", 1.4, radius=3)
    return Rect(x, y, width, height, "paper", "line-strong", 1.2, (4, 3), 3)


def _systems(drawing: Drawing, temple: Temple, layers: Layers, y: float) -> float:
    """Systems as a block, partners on dotted ground beneath or in its place."""
    say, label = drawing.reader, drawing.facts.workspace.label
    cells: list[tuple[Pillar, list[str], list[str]]] = []
    for pillar in temple.pillars:
        room = pillar.right - pillar.left - 2 * BLOCK_PAD - 12
        acts = [act for one in pillar.steps for act in (*one.step.front, *one.step.back)]
        systems = list(dict.fromkeys(label("systems", act.system) for act in acts if act.system))
        partners = list(dict.fromkeys(_partner(drawing, one) for one in pillar.steps if one.step.partner))
        lines = (
            list(wrap(", ".join(_limited(drawing, systems)), room, 12.5, 400, drawing.language))
            if systems
            else []
        )
        parts = [
            line
            for partner in _limited(drawing, partners)
            for line in wrap(partner, room - 8, 12.5, 600, drawing.language)
        ]
        if not lines and not parts:
            lines = []
        cells.append((pillar, lines, parts))
    height = (
        max(
            17.0 * max(len(lines) + len(parts), 1) + (14 if lines and parts else 0)
            for _, lines, parts in cells
        )
        + 15
    )
    for pillar, lines, parts in cells:
        if not lines and not parts:
            drawing.use("hole-block")
            layers.heads.append(_block(pillar, y, height, False))
            nothing = wrap(
                say("pillars.no-system"), pillar.right - pillar.left - 2 * BLOCK_PAD, 12.5, 400, say.language
            )
            at = y + height / 2 - (len(nothing) - 1) * 8.5 + 4.3
            layers.heads += text_lines(
                nothing, pillar.left + BLOCK_PAD + 2, at, size=12.5, fill="ink-3", line=17 / 12.5
            )
            continue
        x, at = pillar.left + BLOCK_PAD + 2, y
        upper = height
        if lines:
            upper = 17.0 * len(lines) + 15 if parts else height
            layers.heads.append(_block(pillar, y, upper, True))
            begin = y + upper / 2 - (len(lines) - 1) * 8.5 + 4.3
            layers.heads += text_lines(lines, x, begin, size=12.5, line=17 / 12.5)
            at = y + upper
        if parts:
            drawing.use("partner")
            rest = y + height - at
            ground = _block(pillar, at, rest, True)
            layers.heads.append(
                Rect(ground.x, at, ground.width, rest, "paper", "ink-2", 1.4, radius=3, texture="dots")
            )
            begin = at + rest / 2 - (len(parts) - 1) * 8.5 + 4.3
            wide = max(text_width(line, 12.5, 600) for line in parts)
            layers.heads.append(Rect(x - 6, begin - 14, wide + 12, 17.0 * len(parts) + 4, "paper", radius=2))
            layers.heads += text_lines(parts, x, begin, size=12.5, weight=600, line=17 / 12.5)
    return y + height + 4


def _partner(drawing: Drawing, one: StepFacts) -> str:
    part = one.step.partner
    assert part is not None
    name = drawing.facts.workspace.label("partners", part.id)
    return f"{name}: {part.does}" if part.does else name
