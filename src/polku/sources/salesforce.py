"""Salesforce: its objects as reports (labels), Data Loader (API names) and warehouses (snake_case) export them."""

from __future__ import annotations

from polku.sources.makes import Make
from polku.sources.salesforce_activities import CAMPAIGN, CAMPAIGN_MEMBER, CASE, EVENT, ORDER, TASK, USER
from polku.sources.salesforce_objects import (
    ACCOUNT,
    ACCOUNT_CONTACT_RELATION,
    ACCOUNT_CONTACT_ROLE,
    CONTACT,
    FIELD_HISTORY,
    HISTORY,
    LEAD,
    OPPORTUNITY,
    OPPORTUNITY_CONTACT_ROLE,
    OPPORTUNITY_VERSION,
)

SOURCE = Make(
    "salesforce",
    "Salesforce",
    "crm",
    (
        *(LEAD, CONTACT, ACCOUNT, OPPORTUNITY, OPPORTUNITY_VERSION, HISTORY, FIELD_HISTORY),
        *(
            OPPORTUNITY_CONTACT_ROLE,
            ACCOUNT_CONTACT_RELATION,
            ACCOUNT_CONTACT_ROLE,
            CAMPAIGN,
            CAMPAIGN_MEMBER,
            TASK,
            EVENT,
            CASE,
            ORDER,
            USER,
        ),
    ),
)
