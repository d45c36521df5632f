"""The register in which each check writes itself: its code, its level, its function."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from polku.checks.context import Context
from polku.checks.finding import FindingLevel, Hit
from polku.words import Message

CheckFunction: TypeAlias = Callable[[Context], Iterator[Hit]]
Summary: TypeAlias = Callable[[Sequence[Hit]], Message]

FAMILIES = {
    "PK0": "documents",
    "PK1": "purpose",
    "PK2": "journey",
    "PK3": "blueprint",
    "PK4": "evidence",
    "PK5": "data-against-map",
    "PK6": "improvement",
}
"""First three letters of a code → name of the family."""


@dataclass(frozen=True)
class Check:
    """One rule of the method.

    Args:
        code: stable for ever; a code that is given up is not used again.
        level: unless the workspace says otherwise.
        function: finds the hits; None where the check only exists with data and that part is not installed.
        needs_data: says "not measured" where no data is loaded.
        summary: the sentence about several hits, where it is more than their number and their labels.
    """

    code: str
    level: FindingLevel
    function: CheckFunction | None = None
    needs_data: bool = False
    summary: Summary | None = None

    @property
    def family(self) -> str:
        """The part of the method that it belongs to."""
        return FAMILIES[self.code[:3]]

    @property
    def finds(self) -> Message:
        """What it looks for, as half a sentence."""
        return Message(f"checks.{self.code.lower()}.finds")

    @property
    def why(self) -> Message:
        """Why it matters to the customer."""
        return Message(f"checks.{self.code.lower()}.why")

    @property
    def mend(self) -> Message:
        """What mends it."""
        return Message(f"checks.{self.code.lower()}.mend")

    @property
    def many(self) -> str:
        """Id of the sentence about several hits in one document."""
        return f"checks.{self.code.lower()}.many"


CHECKS: dict[str, Check] = {}
"""Filled by importing the families; read it from `polku.checks.catalogue`."""


def check(
    code: str, level: FindingLevel, *, needs_data: bool = False, summary: Summary | None = None
) -> Callable[[CheckFunction], CheckFunction]:
    """Register the function below as the check of a code."""

    def register(function: CheckFunction) -> CheckFunction:
        CHECKS[code] = Check(code, level, function, needs_data, summary)
        return function

    return register


def declare(code: str, level: FindingLevel) -> None:
    """Make a code known that needs data, until the function that measures it registers itself."""
    CHECKS.setdefault(code, Check(code, level, None, needs_data=True))
