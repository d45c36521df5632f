"""How much of the picture of paths is drawn: two sliders, and what they leave out in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from polku.diagrams.graph.strokes import MOST_UNINTENDED
from polku.documents import Journey
from polku.studio.explore.picture import details_of
from polku.studio.explore.told import Told
from polku.studio.visit import Visit

NAMES = ("ways", "off")
MOST = 40
"""More than this no picture can hold so that it is read."""


@dataclass(frozen=True)
class Slider:
    """One slider.

    Args:
        name: of its field; value: how many are drawn; most: how many there are to draw.
        total: how many there are; left: how many are not drawn.
    """

    name: str
    value: int
    most: int
    total: int

    @property
    def left(self) -> int:
        """How many are not drawn."""
        return self.total - min(self.value, self.total)


def asked_detail(visit: Visit) -> dict[str, Any]:
    """What the address asks for, as `picture` takes it; what is no number is left out."""
    found = {}
    for name in NAMES:
        text = visit.asked(name)
        if text.isascii() and text.isdecimal() and len(text) < 4:
            found[name] = min(int(text), MOST)
    return found


def sliders(visit: Visit, told: Told, journey: Journey | None) -> dict[str, Any] | None:
    """The sliders beside a picture of paths; None of other pictures, and where there is nothing to leave out."""
    totals = dict(zip(NAMES, details_of(told, visit.workspace, journey), strict=True))
    asked = asked_detail(visit)
    usual = {"ways": MOST_UNINTENDED, "off": totals["off"]}
    rows = [
        Slider(name, min(asked.get(name, usual[name]), total, MOST), min(total, MOST), total)
        for name, total in totals.items()
        if total
    ]
    if not rows:
        return None
    kept = [
        (name, value)
        for name, values in visit.request.GET.lists()
        for value in values
        if name not in (*NAMES, "done")
    ]
    return {"rows": rows, "kept": kept}
