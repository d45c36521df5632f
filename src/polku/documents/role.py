"""A role of the buying centre: the part somebody plays at the customer, and what that person wants."""

from __future__ import annotations

from typing import Literal

from polku.documents.base import Document, Texts
from polku.documents.journey import Pains

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
PARTS: tuple[Part, ...] = (
    "decision-maker",
    "buyer",
    "manager",
    "expert",
    "influencer",
    "gatekeeper",
    "preparer",
    "champion",
    "operator",
)
Decides = Literal["signs", "vetoes", "recommends", "advises", "none"]
DECISION_WEIGHT: dict[str, float] = {"signs": 4, "vetoes": 3, "recommends": 2, "advises": 1, "none": 0.5}


class Role(Document):
    """A part a person plays at the customer."""

    part: Part | None = None
    decides: Decides | None = None
    insight: Literal["low", "medium", "high"] | None = None
    """Whether the role knows what the product must do."""
    in_crm: bool | None = None
    """What people believe; what the data shows is measured, not written here."""
    titles: Texts = ()
    """Job titles that mean this role; `*` and `?` are wildcards, case does not matter."""
    closeness: Literal["daily", "project", "budget"] | None = None
    job: str | None = None
    goals: Texts = ()
    needs: Texts = ()
    pains: Pains = ()
    drivers: Texts = ()
    informs_by: Texts = ()
