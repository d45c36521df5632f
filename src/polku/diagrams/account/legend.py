"""The legend of an account's timeline: the signs that were drawn, and no others."""

from __future__ import annotations

from polku.diagrams.parts import signs
from polku.diagrams.parts.frame import LegendEntry, Sign
from polku.scene import Circle, Line, Mark, Rect, Text
from polku.words import Reader


def account_legend(used: set[str], say: Reader) -> list[LegendEntry]:
    """Entries for the signs used."""
    return [LegendEntry(sign, say(id), width) for name, (sign, id, width) in SIGNS.items() if name in used]


def _cluster(x: float, y: float) -> tuple[Mark, ...]:
    return (Text(x, y + 4.3, "×3", 12, 600, anchor="middle", fill="ink-2"),)


def _unnamed(x: float, y: float) -> tuple[Mark, ...]:
    return (Circle(x, y, 7, "paper", "line-strong", 1.4, (2.2, 2.2)),)


def _ring(x: float, y: float) -> tuple[Mark, ...]:
    return Circle(x, y, 8, "paper", "ink", 1.5), Circle(x, y, 5, "surface", "ink-2", 1.3)


def _bad(x: float, y: float) -> tuple[Mark, ...]:
    return (Circle(x, y, 7, "surface", "negative", 2.6),)


def _outside(x: float, y: float) -> tuple[Mark, ...]:
    return (Circle(x, y, 7, None, "negative", 1.3, (3, 2.5)),)


def _nobody(x: float, y: float) -> tuple[Mark, ...]:
    return (
        Rect(x - 8, y - 8, 16, 16, "paper", "negative", 1.4, (3, 2.5), 3),
        Text(x, y + 4.3, "?", 12, 700, anchor="middle", fill="negative"),
    )


def _leaves(x: float, y: float) -> tuple[Mark, ...]:
    return Line(x - 11, y, x + 9, y, "ink-2", 1.4, (1.5, 3)), Line(x + 10, y - 7, x + 10, y + 7, "ink", 2)


def _deal(look: str) -> Sign:
    def sign(x: float, y: float) -> tuple[Mark, ...]:
        if look == "won":
            return (Rect(x - 11, y - 5.5, 22, 11, "ink-2", radius=2),)
        if look == "lost":
            return (Rect(x - 11, y - 5.5, 22, 11, "paper", "negative", 1.4, (4, 3), 2),)
        return (Rect(x - 11, y - 5.5, 22, 11, "paper", "ink-2", 1.2, radius=2, texture="hatch"),)

    return sign


def _channel(kind: str | None) -> Sign:
    return lambda x, y: signs.channel(kind, x, y)


def _hole(x: float, y: float) -> tuple[Mark, ...]:
    return (Rect(x - 11, y - 6, 22, 12, "paper", "negative", 1.3, (4, 3), 3),)


SIGNS: dict[str, tuple[Sign, str, float]] = {
    "channel-human": (_channel("human"), "diagrams.legend-channel-human", 11.0),
    "channel-owned": (_channel("owned"), "diagrams.legend-channel-owned", 11.0),
    "channel-paid": (_channel("paid"), "diagrams.legend-channel-paid", 11.0),
    "channel-earned": (_channel("earned"), "diagrams.legend-channel-earned", 11.0),
    "channel-none": (_channel(None), "account.legend-channel-none", 11.0),
    "cluster": (_cluster, "account.legend-cluster", 16.0),
    "moment-of-truth": (_ring, "diagrams.legend-moment-of-truth", 16.0),
    "bad": (_bad, "account.legend-bad", 14.0),
    "quiet": (lambda x, y: signs.swatch(x, y, "hatch", stroke="line-strong"), "account.legend-quiet", 22.0),
    "unnamed": (_unnamed, "account.legend-unnamed", 14.0),
    "nobody": (_nobody, "account.legend-nobody", 16.0),
    "outside-crm": (_outside, "account.legend-outside-crm", 14.0),
    "leaves": (_leaves, "account.legend-leaves", 22.0),
    "signal": (signs.caution, "account.legend-signal", 12.0),
    "deal-won": (_deal("won"), "account.legend-deal-won", 22.0),
    "deal-lost": (_deal("lost"), "account.legend-deal-lost", 22.0),
    "deal-open": (_deal("open"), "account.legend-deal-open", 22.0),
    "evidence": (signs.evidence_square, "diagrams.legend-evidence", 9.0),
    "assumed": (signs.assumed_square, "diagrams.legend-assumed", 9.0),
    "clock": (signs.clock, "account.legend-clock", 11.0),
    "hole": (_hole, "account.legend-hole", 22.0),
}
