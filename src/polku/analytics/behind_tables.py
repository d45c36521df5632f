"""Accounts and deals behind the numbers of questions that count these, not cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from polku.analytics.asked import unknown
from polku.analytics.campaigns import accounts_met
from polku.analytics.coverage import buying_centres
from polku.analytics.deals import kept_deals
from polku.analytics.friction import friction_accounts
from polku.documents import PARTS

if TYPE_CHECKING:
    from polku.analytics.study import Study


def accounts_of_part(study: Study, row: Mapping[str, Any], column: str) -> list[str]:
    """Accounts in which a part of the buying centre is known, needed, or needed and not known.

    Raises:
        QuestionError: there is no such part.
    """
    part = row.get("part") or "?"
    if part != "?" and part not in PARTS:
        raise unknown("part", str(part), PARTS)
    centres = buying_centres(study)
    if column == "accounts":
        return [one.account_id for one in centres if part in one.known]
    needing = [one for one in centres if part in one.required]
    return [one.account_id for one in needing if column == "required" or part not in one.known]


def deals_of_row(study: Study, row: Mapping[str, Any], _: str) -> list[int]:
    """Places, among all deals by source and id, of those of a row of `deals`."""
    start, params = kept_deals(study)
    fields = ("kind", "segment", "outcome", "lost_to", "currency")
    which = " AND ".join(f"{name} IS NOT DISTINCT FROM $row_{name}::VARCHAR" for name in fields)
    asked = {f"row_{name}": row.get(name) for name in fields}
    return [
        int(id) for (id,) in study.log.rows(f"{start} SELECT id FROM kept WHERE {which}", **params, **asked)
    ]


def accounts_of_campaign(study: Study, row: Mapping[str, Any], _: str) -> list[str]:
    """Accounts that a campaign, or a channel without one, met in the period of the study."""
    return accounts_met(study, row.get("campaign"), row.get("channel"))


def accounts_of_friction(study: Study, row: Mapping[str, Any], _: str) -> Sequence[str]:
    """Accounts that meet a kind of friction at a step."""
    return friction_accounts(study, str(row.get("kind")), str(row.get("step")))
