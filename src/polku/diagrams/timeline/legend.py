"""The signs of the timeline and what they mean; only those that were drawn."""

from __future__ import annotations

from polku.diagrams.parts.drawing import Drawing
from polku.diagrams.parts.frame import LegendEntry, Sign
from polku.diagrams.parts.legend import SIGNS
from polku.diagrams.parts.signs import arrow_head
from polku.diagrams.timeline.lanes import HATCH
from polku.scene import Circle, Line, Mark, Rect


def timeline_legend(drawing: Drawing) -> list[LegendEntry]:
    """The signs used."""
    say = drawing.reader
    limit = drawing.facts.workspace.settings.limits.long_wait.days

    def ring(x: float, y: float) -> tuple[Mark, ...]:
        return Circle(x, y, 7.5, "paper", "ink", 1.6), Circle(x, y, 4, "ink")

    def hatch(x: float, y: float) -> tuple[Mark, ...]:
        return (
            Rect(x - 12, y - HATCH / 2, 24, HATCH, None, texture="hatch"),
            Line(x - 12, y - 6, x - 12, y + 6, "ink-2", 1.3),
        )

    def pause(x: float, y: float) -> tuple[Mark, ...]:
        return tuple(Line(x - 6 + 7 * n, y + 6, x - 1 + 7 * n, y - 6, "ink-2", 1.5) for n in (0, 1))

    def stroke(colour: str, wide: float, dash: tuple[float, ...] = ()) -> Sign:
        return lambda x, y: (Line(x - 11, y, x + 11, y, colour, wide, dash),)

    def handing(colour: str, dash: tuple[float, ...] = ()) -> Sign:
        return lambda x, y: (
            Line(x, y - 7, x, y + 6, colour, 1.6, dash),
            arrow_head(x, y + 7, angle="down", size=6, fill=colour),
        )

    used = set(drawing.used)
    for arrow, capsule in (("handing-over", "handoff"), ("handing-over-missing", "missing-handoff")):
        # One sign for one meaning is enough; where both are drawn, it is the capsule.
        if capsule in used:
            used.discard(arrow)
    own: dict[str, tuple[Sign, float, str]] = {
        "waiting": (hatch, 24.0, say("timeline.legend-waiting", days=limit)),
        "short": (stroke("ink", 1.8), 22.0, say("timeline.legend-short", days=limit)),
        "untimed": (stroke("line-strong", 1.2, (4, 3)), 22.0, say("timeline.legend-untimed")),
        "passes": (stroke("ink-2", 1.3, (1.5, 3)), 22.0, say("timeline.legend-passes")),
        "break": (pause, 16.0, say("timeline.legend-break")),
        "ring": (ring, 16.0, say("timeline.legend-ring")),
        "handing-over": (handing("ink"), 10.0, say("diagrams.legend-handoff")),
        "handing-over-missing": (
            handing("negative", (3.0, 2.5)),
            10.0,
            say("diagrams.legend-missing-handoff"),
        ),
    }
    entries = [LegendEntry(sign, label, wide) for name, (sign, wide, label) in own.items() if name in used]
    if "not-seen" in drawing.used:
        entries.append(
            LegendEntry(
                lambda x, y: (Circle(x, y, 7, None, "line-strong", 1.2, (2.5, 2.5)),),
                say("diagrams.unseen"),
                15.0,
            )
        )
    if "few-cases" in drawing.used:
        small = drawing.facts.workspace.settings.limits.small
        entries.append(
            LegendEntry(
                lambda x, y: (Circle(x, y, 6, "paper", "ink-2", 1.6),),
                say("timeline.legend-few", small=small),
                13.0,
            )
        )
    for name in ("handoff", "missing-handoff", "partner", "finding-error", "finding-warning"):
        if name in drawing.used:
            sign, wide = SIGNS[name]
            entries.append(LegendEntry(sign, say(f"diagrams.legend-{name}"), wide))
    return entries
