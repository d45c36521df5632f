"""The legend of the atlas: the signs that were drawn, and no others."""

from __future__ import annotations

from polku.diagrams.parts.frame import LegendEntry
from polku.diagrams.parts.signs import caution, clock, swatch
from polku.scene import Circle, Line, Rect
from polku.words import Reader


def atlas_legend(used: set[str], say: Reader) -> list[LegendEntry]:
    """Entries for the signs used."""
    entries = {
        "curve": LegendEntry(lambda x, y: (Line(x - 11, y, x + 11, y, "ink", 2),), "atlas.legend-curve", 22),
        "gap": LegendEntry(
            lambda x, y: (Line(x - 11, y, x + 11, y, "ink-3", 1.3, (1.3, 3)),),
            "diagrams.legend-curve-gap",
            22,
        ),
        "evidenced": LegendEntry(
            lambda x, y: (Circle(x, y, 4, "ink", "ink", 1.2),), "atlas.legend-evidenced", 9
        ),
        "assumed": LegendEntry(
            lambda x, y: (Circle(x, y, 4, "surface", "ink", 1.2),), "diagrams.legend-assumed", 9
        ),
        "unasked": LegendEntry(
            lambda x, y: (Circle(x, y, 4, "paper", "line-strong", 1.2, (2, 1.6)),),
            "diagrams.legend-not-asked",
            9,
        ),
        "below": LegendEntry(
            lambda x, y: swatch(x, y, "hatch-negative", stroke="negative"),
            "diagrams.legend-below-neutral",
            22,
        ),
        "clock": LegendEntry(clock, "atlas.legend-clock", 11),
        "never": LegendEntry(caution, "diagrams.never-validated", 12),
        "to-be": LegendEntry(
            lambda x, y: (Rect(x - 11, y - 6, 22, 12, "paper", "line-strong", 1.2, (4, 3), 3),),
            "atlas.legend-to-be",
            22,
        ),
    }
    return [
        LegendEntry(entry.sign, say(entry.label), entry.width)
        for name, entry in entries.items()
        if name in used
    ]
