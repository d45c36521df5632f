"""Coverage: whom we know and meet in each buying centre, and how far the CRM is from those who act."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from polku.analytics.result import Result


@dataclass(frozen=True)
class Coverage(Result):
    """One row per part of the buying centre, and a last one (part None) for people whose part nobody knows.

    Args:
        accounts: accounts where a person of the part is known; people: persons, by their first part; events: events
            whose actor has the part.
        required: accounts whose buying centre needs the part (their segment's roles; all roles where it says none).
        completeness: of the required, the share where somebody of the part is known, unknown parts counted as not.
        in_crm_share: of the people in the CRM, the share of the part; seen_share: of the people seen in events.
        bias: in_crm_share − seen_share.
        high: completeness if every person of unknown part were of this part.
        engaged: of the required, the share where somebody of the part was seen in the last `limits.ageing`.
        completeness_all, high_all, engaged_all: over all required places of all accounts.
    """

    EXTRA: ClassVar[tuple[str, ...]] = (
        "completeness_all",
        "high_all",
        "engaged_all",
        "crm_people",
        "seen_people",
    )

    part: tuple[str | None, ...]
    accounts: tuple[int, ...]
    people: tuple[int, ...]
    events: tuple[int, ...]
    required: tuple[int | None, ...]
    completeness: tuple[float | None, ...]
    in_crm_share: tuple[float | None, ...]
    seen_share: tuple[float | None, ...]
    bias: tuple[float | None, ...]
    high: tuple[float | None, ...]
    engaged: tuple[float | None, ...]
    completeness_all: float | None
    high_all: float | None
    engaged_all: float | None
    crm_people: int
    seen_people: int
