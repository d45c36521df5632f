"""What can be drawn by its name, and what each takes: questions in the order of telling, and what chooses and shapes them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

QUESTIONS = (
    "paths",
    "steps",
    "variants",
    "fit",
    "funnel",
    "time",
    "deals",
    "coverage",
    "attribution",
    "retention",
    "voice",
    "touches",
    "campaigns",
    "friction",
    "deviations",
    "change",
    "effect",
    "score",
    "backtest",
    "loyalty",
    "threads",
    "centre",
    "now",
)
"""Questions, all with a picture of their answers, in the order of telling."""
MEASURED = ("paths", "steps")
"""Of these, those that are drawn from the whole journey measured; nothing but its cases is chosen."""
CHOSEN = ("cases", "since", "until")
"""What chooses the cases that are measured of a journey."""

SHAPED = (
    "of",
    "start",
    "end",
    "definition",
    "transform",
    "window",
    "mode",
    "people",
    "exclude",
    "entered_since",
    "entered_until",
    "by",
    "models",
    "conversion",
    "scope",
    "lookback",
    "grain",
    "value",
    "weight",
    "improvement",
)
"""What shapes questions that have a picture, as in `polku measure`."""

TAKEN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "journey": (
            "view",
            "measured",
            "roles",
            "stages",
            "lanes",
            "against",
            "height",
            "cases",
            "since",
            "until",
            "roll_up",
        ),
        "account": ("view", "since"),
        "relations": ("view",),
        "radar": ("view", "journey"),
        "atlas": ("page",),
        "ecosystem": (),
        "paths": ("journey", "cases", "since", "until", "roll_up"),
        "question": ("journey", "case", "cases", "since", "until", "stages", "roll_up", *SHAPED),
    }
)
"""By what is drawn; a question then looks itself which of those that shape it are its own."""
