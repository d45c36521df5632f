"""Accounts and deals behind the numbers of questions that count these, not cases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from polku.analytics.asking.answers import campaign_model
from polku.analytics.asking.asked import Asked, unknown
from polku.analytics.behind.holding import Holding
from polku.analytics.campaigns import accounts_met, campaign_parts
from polku.analytics.coverage import buying_centres, events_by_account, people_by_account
from polku.analytics.deals import kept_deals
from polku.analytics.friction import friction_accounts
from polku.analytics.threads import deals_of
from polku.documents import PARTS

if TYPE_CHECKING:
    from polku.analytics.study import Study

Row = Mapping[str, Any]
ANY = "*"
"""In a row that says which deals are meant: whatever stands there."""
_NUMBERED = (
    "SELECT deal_id, id FROM (SELECT deal_id, row_number() OVER (ORDER BY source, deal_id) AS id, "
    "row_number() OVER (PARTITION BY deal_id ORDER BY source) AS place FROM {deals}) WHERE place = 1"
)


def of_coverage(study: Study, row: Row, column: str, _: Asked) -> Holding:
    """Accounts in which a part of the buying centre is known, needed, or needed and not known; and their people.

    Raises:
        QuestionError: there is no such part.
    """
    part = row.get("part")
    if part is not None and part not in PARTS:
        raise unknown("part", str(part), PARTS)
    if column in ("people", "events"):
        found = (people_by_account if column == "people" else events_by_account)(study, part)
        return Holding(accounts=found, unit="account", counts=True)
    centres = buying_centres(study)
    if column == "accounts":
        ids = [one.account_id for one in centres if (part or "?") in one.known]
    else:
        needing = [one for one in centres if part in one.required]
        ids = [one.account_id for one in needing if column == "required" or part not in one.known]
    return Holding(accounts=dict.fromkeys(ids, 1), unit="account")


def of_deals(study: Study, row: Row, _: str, __: Asked) -> Holding:
    """The deals of a row of `deals`, or of all rows that agree where the row does not say ANY."""
    start, params = kept_deals(study)
    fields = [name for name in ("kind", "segment", "outcome", "lost_to", "currency") if row.get(name) != ANY]
    which = " AND ".join(f"{name} IS NOT DISTINCT FROM $row_{name}::VARCHAR" for name in fields) or "true"
    asked = {f"row_{name}": row.get(name) for name in fields}
    rows = study.log.rows(f"{start} SELECT id FROM kept WHERE {which}", **params, **asked)
    return Holding(deals={int(id): 1 for (id,) in rows}, unit="deal")


def of_campaigns(study: Study, row: Row, column: str, asked: Asked) -> Holding:
    """Accounts that a campaign, or a channel without one, met or led in; deals that its touches have a part in."""
    campaign, channel = row.get("campaign"), row.get("channel")
    if column == "accounts":
        return Holding(accounts=dict.fromkeys(accounts_met(study, campaign, channel), 1), unit="account")
    found = campaign_parts(study, column, campaign, channel, campaign_model(asked), lookback=asked.lookback)
    if column in ("touches", "leads"):
        return Holding(accounts=dict(found.items()), unit="account", counts=column == "touches")
    parts = {deal: part for deal, part in found.items() if part}
    return _of_deals(study, parts, counts=column != "won_deals")


def of_friction_accounts(study: Study, row: Row, _: str, __: Asked) -> Holding:
    """Accounts that meet a kind of friction at a step."""
    ids = friction_accounts(study, str(row.get("kind")), str(row.get("step")))
    return Holding(accounts=dict.fromkeys(ids, 1), unit="account")


def of_threads(study: Study, row: Row, column: str, _: Asked) -> Holding:
    """The deals in which so many parts were met."""
    parts = str(row.get("parts"))
    if not parts.isdecimal() or len(parts) > 2:
        raise unknown("part", parts, ("0", "1", "2", "3"))
    return _of_deals(study, dict.fromkeys(deals_of(study, int(parts), won=column == "won"), 1), counts=False)


def _of_deals(study: Study, found: Mapping[str, float], *, counts: bool) -> Holding:
    number = dict(study.log.rows(_NUMBERED))
    return Holding(deals={int(number[id]): n for id, n in found.items()}, unit="deal", counts=counts)
