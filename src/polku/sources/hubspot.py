"""HubSpot: exports of contacts, companies, deals, tickets and activities, and its tables in a warehouse."""

from __future__ import annotations

from polku.sources.hubspot_people import COMPANIES, CONTACTS
from polku.sources.hubspot_records import (
    ACTIVITIES,
    ACTIVITY_LINKS,
    CONTACT_COMPANIES,
    DEAL_COMPANIES,
    DEAL_PEOPLE,
    DEAL_STAGES,
    DEALS,
    EMAILS,
    FORMS,
    OWNERS,
    TICKET_LINKS,
    TICKETS,
)
from polku.sources.makes import Make

SOURCE = Make(
    "hubspot",
    "HubSpot",
    "crm",
    (
        CONTACTS,
        COMPANIES,
        CONTACT_COMPANIES,
        DEALS,
        DEAL_STAGES,
        DEAL_PEOPLE,
        DEAL_COMPANIES,
        TICKETS,
        TICKET_LINKS,
        ACTIVITIES,
        ACTIVITY_LINKS,
        FORMS,
        EMAILS,
        OWNERS,
    ),
)
