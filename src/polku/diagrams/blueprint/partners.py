"""The blueprint's lowest lane: what partners do, what they expect of us, and what was agreed."""

from __future__ import annotations

from collections.abc import Sequence

from polku.diagrams.blueprint.parts import INSET, LINE, PAD_X, PAD_Y, Box, Cell, Plan
from polku.diagrams.parts.bands import Band, Layers
from polku.diagrams.parts.drawing import Drawing, Words, head_of
from polku.documents import Partner
from polku.scene import Mark, Rect, Text, text_width, wrap
from polku.words import Message

FREE_NOTE = 280.0
MOST_PARTNER = 230.0


def partner_lane(drawing: Drawing, band: Band, plan: Plan, y: float, layers: Layers) -> float:
    reader = drawing.reader
    low = head_of(
        drawing,
        layers,
        reader("blueprint.lane-partner"),
        reader("blueprint.lane-partner-note"),
        y=y - 6,
    )
    cells = [cell for cell in plan.cells if cell.partner is not None]
    if not cells:
        return max(low, empty_lane(drawing, band, layers, y, "blueprint.no-partner"))
    drawing.use("partner")
    top, bottom = y + 9, y
    busy = {cell.column.x for cell in cells}
    taken: list[tuple[float, float]] = []
    for cell in cells:
        box = cell.partner
        assert box is not None
        box.set_words(cell.column.x + INSET + 6, _partner_width(band, cell, busy) - 12, drawing)
        box.x, box.width, box.height = box.x - 6, box.width + 12, box.height + 12
        box.y = top
        taken.append((box.x, box.right))
        bottom = max(bottom, box.bottom)
    notes, bottom = _partner_notes(drawing, band, cells, taken, top, bottom)
    bottom = max(low, bottom) + 9
    # A ground of its own, so that the lines between stages end here.
    frame = Rect(band.left, y, band.right - band.left, bottom - y, "paper", "line-strong", 1.2, (1.5, 3), 3)
    layers.heads += [frame, *notes]
    for cell in cells:
        assert cell.partner is not None
        layers.step(cell.facts, *_partner(cell.partner))
    return bottom


def _partner_width(band: Band, cell: Cell, busy: set[float]) -> float:
    """Over one more column of its stage where that has no partner."""
    for span in band.spans:
        if cell.column in span.columns:
            place = span.columns.index(cell.column) + 1
            if place < len(span.columns) and span.columns[place].x not in busy:
                after = span.columns[place]
                return min(after.x + after.width - INSET - cell.column.x - INSET, MOST_PARTNER)
    return cell.column.width - 2 * INSET


def _partner(box: Box) -> list[Mark]:
    plate = Rect(box.x + 6, box.y + 6, box.width - 12, box.height - 12, "paper", radius=2)
    ground = Rect(box.x, box.y, box.width, box.height, "paper", "ink-2", 1.3, radius=3, texture="dots")
    return [ground, plate, *box_lines(box, box.x + 6 + PAD_X, box.y + 6)]


def _partner_notes(
    drawing: Drawing,
    band: Band,
    cells: Sequence[Cell],
    taken: Sequence[tuple[float, float]],
    top: float,
    bottom: float,
) -> tuple[list[Mark], float]:
    """What each partner expects and what was agreed, once: beside the boxes where there is room, else beneath."""
    first: dict[str, bool] = {}
    for one in drawing.facts.steps:
        if one.step.partner:
            first.setdefault(one.step.partner.id, any(cell.facts is one for cell in cells))
    partners = [
        drawing.facts.workspace.partners[id]
        for id, here in first.items()
        if here and id in drawing.facts.workspace.partners
    ]
    said = [(partner, _agreed(drawing, partner)) for partner in partners]
    edges = [band.left, *(edge for pair in taken for edge in pair), band.right]
    gaps = [(right - left, left) for left, right in zip(edges[::2], edges[1::2], strict=True)]
    room, left = max(gaps, key=lambda gap: (gap[0], -gap[1]))
    beside = room - 28 >= FREE_NOTE
    words = Words(
        (left if beside else band.left) + 14,
        top + 15 if beside else bottom + 22,
        min((room if beside else band.right - band.left) - 28, 760),
        drawing.language,
    )
    start = len(words.marks)
    for partner, (expects, agreed) in said:
        if expects is None and not agreed:
            continue
        if expects is not None:
            text = drawing.reader.text(
                Message("blueprint.partner-expects", {"partner": partner.label, **expects})
            )
            words.add(text, 12, 600)
        if agreed:
            words.skip(2).add(agreed, 12, fill="ink-2")
        words.skip(5)
    if len(words.marks) == start:
        return [], bottom
    return words.marks, max(bottom, words.y - 14)


def _agreed(drawing: Drawing, partner: Partner) -> tuple[dict[str, str] | None, str]:
    reader = drawing.reader
    expects = {"expects": "; ".join(partner.expects)} if partner.expects else None
    parts = []
    if partner.agreement:
        parts.append(reader("blueprint.partner-agreement", words=partner.agreement))
    given = partner.satisfaction
    if given and given.score is not None and given.scale is not None:
        asked = reader("blueprint.partner-asked", day=given.asked) if given.asked else ""
        parts.append(
            reader("blueprint.partner-satisfaction", score=given.score, scale=given.scale, asked=asked)
        )
    return expects, " ".join(part if part.endswith(".") else part + "." for part in parts)


def empty_lane(drawing: Drawing, band: Band, layers: Layers, y: float, id: str) -> float:
    """A lane nobody described: half as high, dashed, in words."""
    drawing.use("not-described")
    words = drawing.reader(id)
    width = min(band.right - band.left, text_width(words, 12) + 24)
    layers.under.append(Rect(band.left, y, width, 28, "paper", "line-strong", 1.2, (4, 3), 3))
    layers.heads += [
        Text(band.left + 12, y + 18 + 15 * place, line, 12, fill="ink-3")
        for place, line in enumerate(wrap(words, width - 16, 12, 400, drawing.reader.language))
    ]
    return y + 28


def box_lines(box: Box, x: float, y: float) -> list[Mark]:
    """The words of a box."""
    return [
        Text(x, y + PAD_Y + 10 + LINE * number, line, 12, weight, fill=fill)
        for number, (line, weight, fill) in enumerate(box.lines)
        if line
    ]
