"""A role of the buying centre: the part somebody plays at the customer, and what that person wants."""

from __future__ import annotations

from typing import Literal

from polku.documents.base import Document, Texts
from polku.documents.journey import Pains
from polku.documents.parts import Part

Decides = Literal["signs", "vetoes", "recommends", "advises", "none"]


class Role(Document):
    """A part a person plays at the customer."""

    part: Part | None = None
    """What the role does in a purchase."""
    decides: Decides | None = None
    """How much it weighs when it comes to the decision."""
    insight: Literal["low", "medium", "high"] | None = None
    """Whether the role knows what the product must do."""
    in_crm: bool | None = None
    """What people believe; what the data shows is measured, not written here."""
    titles: Texts = ()
    """Job titles that mean this role; `*` and `?` are wildcards, case does not matter."""
    closeness: Literal["daily", "project", "budget"] | None = None
    """How near the role is to everyday use of the product."""
    job: str | None = None
    """What the person answers for at work."""
    goals: Texts = ()
    """What the person wants to reach."""
    needs: Texts = ()
    """What the person needs from a supplier."""
    pains: Pains = ()
    """What hurts, in the person's words."""
    drivers: Texts = ()
    """What moves the person at heart."""
    informs_by: Texts = ()
    """Channels through which the person learns."""
