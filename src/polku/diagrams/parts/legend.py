"""The legend: each sign that was drawn and what it means, in a fixed order."""

from __future__ import annotations

from polku.diagrams.parts import signs
from polku.diagrams.parts.drawing import Drawing
from polku.diagrams.parts.frame import LegendEntry, Sign
from polku.scene import Circle, Line, Mark, Path, Rect


def legend_entries(drawing: Drawing) -> list[LegendEntry]:
    """Entries for the signs used, and for no others."""
    return [
        LegendEntry(sign, drawing.reader(f"diagrams.legend-{name}"), width)
        for name, (sign, width) in SIGNS.items()
        if name in drawing.used
    ]


def channel_note(drawing: Drawing) -> str:
    """How to read the signs of channels and of pains and gains, as far as they occur."""
    reader = drawing.reader
    parts = []
    valences = [name for name in ("pain", "gain") if name in drawing.used]
    if valences:
        parts.append(" ".join(reader(f"diagrams.note-{name}") for name in valences))
    if "not-present" in drawing.used:
        parts.append(reader("diagrams.note-not-present"))
    return " · ".join(parts)


def _stale(x: float, y: float) -> tuple[Mark, ...]:
    outline = (
        ("M", x - 9, y - 6.5),
        ("L", x + 3, y - 6.5),
        ("L", x + 9, y - 0.5),
        ("L", x + 9, y + 6.5),
        ("L", x - 9, y + 6.5),
        ("Z",),
    )
    fold = (("M", x + 3, y - 6.5), ("L", x + 3, y - 0.5), ("L", x + 9, y - 0.5), ("Z",))
    return (
        Path(outline, "surface", "ink-2", 1.3, texture="stale"),
        Path(fold, "sunken-2", "ink-2", 1),
    )


def _stroke(stroke: str, width: float, dash: tuple[float, ...] = ()) -> Sign:
    return lambda x, y: (Line(x - 11, y, x + 11, y, stroke, width, dash),)


def _channel(kind: str | None) -> Sign:
    return lambda x, y: signs.channel(kind, x, y)


def _not_asked(x: float, y: float) -> tuple[Mark, ...]:
    return (Circle(x, y, 6, "paper", "line-strong", 1.3, (2.5, 2.5)),)


def _track(x: float, y: float) -> tuple[Mark, ...]:
    return (Rect(x - 12, y - 3.5, 24, 7, "paper", "line-strong", 1),)


def _unintended(x: float, y: float) -> tuple[Mark, ...]:
    return (Line(x - 18, y, x + 18, y, "negative", 2), *signs.warning(x, y, 12))


def _bar(x: float, y: float) -> tuple[Mark, ...]:
    return (Rect(x - 5, y - 6, 10, 12, "ink-2"),)


def _few(x: float, y: float) -> tuple[Mark, ...]:
    return (Rect(x - 5, y - 6, 10, 12, "paper", "ink-2", 1.2),)


def _interval(x: float, y: float) -> tuple[Mark, ...]:
    return (
        Line(x, y - 6, x, y + 6, "line-strong", 1.2),
        Line(x - 4, y - 6, x + 4, y - 6, "line-strong", 1.2),
        Line(x - 4, y + 6, x + 4, y + 6, "line-strong", 1.2),
    )


def _ring(x: float, y: float) -> tuple[Mark, ...]:
    return (Circle(x, y, 5, "paper", "ink-2", 1.6),)


def _unseen(x: float, y: float) -> tuple[Mark, ...]:
    return (Rect(x - 5, y - 6, 10, 12, None, "line-strong", 1.2, (2.5, 2)),)


SIGNS: dict[str, tuple[Sign, float]] = {
    "track": (_track, 24.0),
    "actual": (_stroke("ink", 4), 22.0),
    "loop": (_stroke("ink", 1.6, (5, 4)), 22.0),
    "unintended": (_unintended, 36.0),
    "moment-of-truth": (signs.moment_of_truth, 14.0),
    "stale": (_stale, 18.0),
    "evidence": (signs.evidence_square, 9.0),
    "assumed": (signs.assumed_square, 9.0),
    "measured": (signs.measured_bars, 10.0),
    "counted": (_bar, 10.0),
    "few": (_few, 10.0),
    "unseen": (_unseen, 10.0),
    "interval": (_interval, 9.0),
    "few-answers": (_ring, 12.0),
    "clock": (signs.clock, 11.0),
    "handoff": (signs.handoff, 28.0),
    "missing-handoff": (signs.missing_handoff, 28.0),
    "partner": (lambda x, y: signs.swatch(x, y, "dots"), 22.0),
    "below-neutral": (lambda x, y: signs.swatch(x, y, "hatch-negative", stroke="negative"), 22.0),
    "curve-gap": (_stroke("ink-3", 1.3, (1.3, 4)), 22.0),
    "not-asked": (_not_asked, 12.0),
    "wait": (lambda x, y: signs.swatch(x, y, "hatch", stroke="line-strong"), 22.0),
    "pending": (lambda x, y: signs.swatch(x, y, "hatch", stroke="line-strong"), 22.0),
    "hole": (lambda x, y: signs.hole(x - 7, y), 14.0),
    "channel-human": (_channel("human"), 11.0),
    "channel-owned": (_channel("owned"), 11.0),
    "channel-paid": (_channel("paid"), 11.0),
    "channel-earned": (_channel("earned"), 11.0),
    "finding-error": (signs.warning, 13.0),
    "finding-warning": (signs.caution, 12.0),
}
"""Signs in the order legends show them, each with its width."""
