"""The parts that people play at a customer, and what it weighs how they decide."""

from __future__ import annotations

from typing import Literal, get_args

Part = Literal[
    "decision-maker",
    "buyer",
    "manager",
    "expert",
    "influencer",
    "gatekeeper",
    "preparer",
    "champion",
    "operator",
]
PARTS: tuple[Part, ...] = get_args(Part)
DECISION_WEIGHT: dict[str, float] = {"signs": 4, "vetoes": 3, "recommends": 2, "advises": 1, "none": 0.5}
