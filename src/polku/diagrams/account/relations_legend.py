"""The legend of an account's relations: the signs that were drawn, and no others."""

from __future__ import annotations

from polku.diagrams.parts.frame import LegendEntry
from polku.diagrams.parts.signs import arrow_head
from polku.scene import Circle, Line, Rect, Text
from polku.words import Reader


def relations_legend(used: set[str], say: Reader) -> list[LegendEntry]:
    """Entries for the signs used."""

    def line(stroke: str, width: float) -> LegendEntry:
        return LegendEntry(lambda x, y: (Line(x - 11, y, x + 11, y, stroke, width),), "", 22)

    def ring(stroke: str, dash: tuple[float, ...]) -> LegendEntry:
        return LegendEntry(lambda x, y: (Circle(x, y, 7, "paper", stroke, 1.5, dash),), "", 14)

    signs = {
        "knows": line("ink", 2),
        "reports": line("line-strong", 1.5),
        "influences": LegendEntry(
            lambda x, y: (
                Line(x - 11, y, x + 8, y, "ink-2", 1.4),
                arrow_head(x + 11, y, size=7, fill="ink-2"),
            ),
            "",
            22,
        ),
        "unknown": ring("negative", (4, 3)),
        "missing": LegendEntry(
            lambda x, y: (
                Circle(x, y, 8, "paper", "negative", 1.5, (4, 3)),
                Text(x, y + 4.2, "?", 12, 700, anchor="middle", fill="negative"),
            ),
            "",
            16,
        ),
        "leaves": LegendEntry(
            lambda x, y: (
                Line(x - 9, y - 6, x + 9, y - 6, "ink", 2),
                Circle(x, y + 2, 5, "surface", "ink", 1.4),
            ),
            "",
            18,
        ),
        "team-nobody": LegendEntry(
            lambda x, y: (Rect(x - 11, y - 6, 22, 12, "paper", "line-strong", 1.2, (4, 3), 3),), "", 22
        ),
    }
    return [
        LegendEntry(entry.sign, say(f"relations.legend-{name}"), entry.width)
        for name, entry in signs.items()
        if name in used
    ]
