"""HubSpot: exports of contacts, companies, deals, tickets and activities, and its tables in a warehouse."""

from __future__ import annotations

from polku.sources.hubspot_people import COMPANIES, CONTACTS
from polku.sources.hubspot_records import (
    ACTIVITIES,
    DEAL_PEOPLE,
    DEAL_STAGES,
    DEALS,
    EMAILS,
    FORMS,
    OWNERS,
    TICKETS,
)
from polku.sources.makes import Make

SOURCE = Make(
    "hubspot",
    "HubSpot",
    "crm",
    (CONTACTS, COMPANIES, DEALS, DEAL_STAGES, DEAL_PEOPLE, TICKETS, ACTIVITIES, FORMS, EMAILS, OWNERS),
)
