"""HubSpot's deals, tickets and activities, as exports and warehouses hold them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from polku.sources.hubspot_people import (
    ASSOCIATED,
    COMPANY,
    COMPANY_IDS,
    CONTACT_IDS,
    CREATED,
    ID,
    LAST_ACTIVITY,
    NUMBER,
    OWNER,
    first_of_lists,
)
from polku.sources.makes import Shape, said
from polku.sources.outcomes import add_outcome
from polku.sources.systems import Table


def _deals(table: Table, found: dict[str, str]) -> None:
    """Stages say in words how a deal ended; `closedwon` is one word."""
    first_of_lists(table, found)
    if "won" in found:
        won = f"lower({table.cell(found['won'])}) IN ('true', '1', 'yes')"
        lost = f"lower({table.cell(found['lost'])}) IN ('true', '1', 'yes')" if "lost" in found else "false"
        found["outcome"] = table.add(
            "outcome", f"CASE WHEN {won} THEN 'won' WHEN {lost} THEN 'lost' ELSE 'open' END"
        )
        return
    if "stage" not in found:
        return
    add_outcome(table, found)


_DEAL_IDS = said("Associated Deal IDs|Associated Deal ID", api="associations.dealIds|deal_id")

DEALS = Shape(
    "deals",
    columns={
        "id": said("Record ID|Deal ID", fi=ID["fi"], sv=ID["sv"], da=ID["da"], api="deal_id|hs_object_id"),
        "deal_name": said("Deal Name", fi="Kaupan nimi", sv="Affärsnamn|Affärens namn", da="Handelsnavn|Aftalens navn|Navn på handel",
                          api="dealname|property_dealname"),
        "stage": said("Deal Stage", fi="Kaupan vaihe", sv="Affärsfas|Affärsstadium|Affärssteg", da="Handelsfase|Aftalefase|Handelsstadie",
                      api="dealstage|deal_pipeline_stage_id|property_dealstage"),
        "pipeline": said("Pipeline", fi="Putki|Myyntiputki", sv="Pipeline|Säljpipeline", da="Pipeline", api="deal_pipeline_id"),
        "amount": said("Amount", fi="Summa|Määrä", sv="Belopp", da="Beløb", api="property_amount"),
        "home_amount": said("Amount in company currency", fi="Summa yrityksen valuutassa", sv="Belopp i företagets valuta",
                            da="Beløb i virksomhedens valuta", api="amount_in_home_currency"),
        "currency": said("Currency", fi="Valuutta", sv="Valuta", da="Valuta", api="deal_currency_code"),
        "closed": said("Close Date", fi="Päättymispäivä|Sulkemispäivä|Sulkeutumispäivä", sv="Avslutsdatum|Slutdatum|Stängningsdatum",
                       da="Lukningsdato|Lukkedato|Afslutningsdato", api="closedate|property_closedate"),
        "created": CREATED, "owner": OWNER, "last_activity": LAST_ACTIVITY,
        "kind": said("Deal Type", fi="Kaupan tyyppi", sv="Affärstyp", da="Handelstype|Aftaletype", api="dealtype"),
        "probability": said("Deal probability", fi="Kaupan todennäköisyys", sv="Affärssannolikhet", da="Handelssandsynlighed",
                            api="hs_deal_stage_probability"),
        "lost_reason": said("Closed Lost Reason", fi="Häviön syy|Menetyksen syy", sv="Förlustorsak|Orsak till förlust", da="Tabsårsag|Årsag til tab",
                            api="closed_lost_reason"),
        "won": said("Is Closed Won|Is closed won", api="hs_is_closed_won"), "lost": said("Is closed lost", api="hs_is_closed_lost"),
        "company": COMPANY, "company_ids": COMPANY_IDS, "contact_ids": CONTACT_IDS,
        "portal": said(api="portal_id"),
    },
    needs=("id", "deal_name", "stage|pipeline|closed|amount"),
    shown={"id": NUMBER},
    alone=ASSOCIATED,
    signs=("deal_name", "pipeline", "home_amount", "contact_ids", "company_ids", "portal", "won"),
    least=2,
    files=("hubspot-crm-exports-*deal*", "hubspot*deal*", "*all-deals*"),
    mend=_deals,
    fills=(
        {"table": "deals", "columns": {
            "deal_id": "id", "account_id": "account", "kind": "kind", "stage": "stage", "outcome": "outcome",
            "created": "created", "closed": "closed", "amount": "amount|home_amount", "currency": "currency", "owner": "owner",
            "lost_reason": "lost_reason", "probability": "probability"},
         "values": {"kind": {"newbusiness": "new", "new business": "new", "existingbusiness": "expansion",
                             "existing business": "expansion", "renewal": "renewal", "uusi liiketoiminta": "new",
                             "ny affär": "new", "ny forretning": "new", "else": None}}},
        {"table": "deal_people", "when": "contact_ids", "split": ";", "split_column": "contact_ids",
         "columns": {"deal_id": "id", "person_id": "contact_ids"}},
        {"table": "events", "when": "created", "columns": {
            "time": "created", "deal_id": "id", "account_id": "account", "event_id": "deal/{id}/created"},
         "activity": "Deal: created"},
        {"table": "events", "when": "closed", "where": {"outcome": ["won"]}, "columns": {
            "time": "closed", "deal_id": "id", "account_id": "account", "value": "amount|home_amount",
            "event_id": "deal/{id}/won"}, "activity": "Deal: won"},
        {"table": "events", "when": "closed", "where": {"outcome": ["lost"]}, "columns": {
            "time": "closed", "deal_id": "id", "account_id": "account", "event_id": "deal/{id}/lost"},
         "activity": "Deal: lost"},
    ),
)  # fmt: skip

DEAL_STAGES = Shape(
    "deal-stages",
    columns={
        "deal": said(api="deal_id"), "entered": said(api="date_entered"), "stage": said(api="value"), "source": said(api="source"),
        "source_id": said(api="source_id"), "started": said(api="_fivetran_start"),
    },
    needs=("deal", "entered", "stage", "source"),
    signs=("entered", "source_id", "started"),
    least=2,
    fills=(
        {"table": "events", "columns": {"time": "entered", "deal_id": "deal", "event_id": "deal/{deal}/{stage}/{entered}"},
         "activity": "Stage: {stage}"},
    ),
)  # fmt: skip


def _tickets(table: Table, found: dict[str, str]) -> None:
    first_of_lists(table, found)
    _first_contact(table, found)


def _one_deal(table: Table, found: dict[str, str]) -> None:
    """Of several deals none is the one that an activity is of; all are kept as links."""
    if "deal_ids" not in found:
        return
    cell = f"trim({table.cell(found['deal_ids'])}, '; ')"
    found["deal_id"] = table.add("deal id: alone", f"CASE WHEN NOT contains({cell}, ';') THEN {cell} END")
    several = f"CASE WHEN contains({cell}, ';') THEN {cell} END"
    if table.engine.rows(f"SELECT 1 FROM {table.raw.table} WHERE ({several}) IS NOT NULL LIMIT 1"):
        found["several_deals"] = table.add("deal ids: several", several)


TICKETS = Shape(
    "tickets",
    columns={
        "id": said("Record ID|Ticket ID", fi=ID["fi"], sv=ID["sv"], da=ID["da"], api="hs_ticket_id|hs_object_id|id"),
        "subject": said("Ticket name|Ticket Name", fi="Tiketin nimi", sv="Ärendenamn|Ärendets namn", da="Ticketnavn|Ticketens navn",
                        api="property_subject|subject"),
        "text": said("Ticket description", fi="Tiketin kuvaus", sv="Ärendebeskrivning", da="Ticketbeskrivelse", api="property_content|content"),
        "status": said("Ticket status", fi="Tiketin tila", sv="Ärendestatus", da="Ticketstatus", api="hs_pipeline_stage|property_hs_pipeline_stage"),
        "pipeline": said("Pipeline", fi="Putki", da="Pipeline", api="hs_pipeline|property_hs_pipeline"),
        "category": said("Category|Ticket category", fi="Kategoria", sv="Kategori", da="Kategori", api="hs_ticket_category"),
        "priority": said("Priority", fi="Prioriteetti", sv="Prioritet", da="Prioritet", api="hs_ticket_priority"),
        "created": CREATED,
        "closed": said("Close date", fi="Sulkemispäivä|Päättymispäivä", sv="Stängningsdatum|Avslutsdatum", da="Lukkedato|Lukningsdato",
                       api="closed_date|property_closed_date"),
        "replied": said("First agent email response date|First agent reply date", api="first_agent_reply_date|property_first_agent_reply_date"),
        "channel": said("Source|Ticket source", fi="Lähde", sv="Källa", da="Kilde", api="source_type"),
        "owner": OWNER, "company": COMPANY, "company_ids": COMPANY_IDS, "contact_ids": CONTACT_IDS, "deal_ids": _DEAL_IDS,
    },
    needs=("id", "subject", "created", "status|pipeline|category"),
    shown={"id": NUMBER},
    alone=ASSOCIATED,
    signs=("status", "pipeline", "category", "contact_ids", "company_ids"),
    least=2,
    files=("hubspot-crm-exports-*ticket*", "hubspot*ticket*", "*all-tickets*"),
    mend=_tickets,
    more={"kind": "support"},
    fills=(
        {"table": "events", "columns": {
            "time": "created", "event_id": "ticket/{id}/created", "case_id": "id", "account_id": "account",
            "person_id": "contact_id", "channel": "channel", "direction": "=in"},
         "activity": "Ticket: {category}||Ticket"},
        {"table": "events", "when": "replied", "columns": {
            "time": "replied", "event_id": "ticket/{id}/replied", "case_id": "id", "account_id": "account",
            "person_id": "contact_id", "direction": "=out"}, "activity": "Ticket: answered"},
        {"table": "events", "when": "closed", "columns": {
            "time": "closed", "event_id": "ticket/{id}/closed", "case_id": "id", "account_id": "account",
            "person_id": "contact_id"}, "activity": "Ticket: closed"},
        {"table": "texts", "when": "text", "columns": {"event_id": "ticket/{id}/created", "text": "text"}},
        {"table": "belongings", "when": "deal_ids", "split": ";", "split_column": "deal_ids",
         "columns": {"kind": "=case", "record_id": "id", "deal_id": "deal_ids"}},
    ),
)  # fmt: skip


def _first_contact(table: Table, found: dict[str, str]) -> None:
    """An event has one actor: of several people that an activity names, the first."""
    if "contact_ids" in found:
        cell = table.cell(found["contact_ids"])
        found["contact_id"] = table.add("contact id: first", f"nullif(trim(split_part({cell}, ';', 1)), '')")


def _activities(table: Table, found: dict[str, str]) -> None:
    first_of_lists(table, found)
    _first_contact(table, found)
    _one_deal(table, found)
    if "type" not in found:
        return
    cell = f"lower({table.cell(found['type'])})"
    table.set(found["type"], f"upper(left({cell}, 1)) || replace(substr({cell}, 2), '_', ' ')")


ACTIVITIES = Shape(
    "activities",
    columns={
        "id": said("Record ID|Engagement ID|Activity ID", api="engagement_id|engagement.id|hs_object_id"),
        "type": said("Activity type|Engagement type|Type", fi="Toiminnon tyyppi|Aktiviteetin tyyppi", sv="Aktivitetstyp", da="Aktivitetstype",
                     api="engagement.type|type|hs_engagement_type"),
        "time": said("Activity date|Engagement date", fi="Toiminnon päivämäärä|Aktiviteetin päivämäärä", sv="Aktivitetsdatum", da="Aktivitetsdato",
                     api="hs_timestamp|property_hs_timestamp|engagement.timestamp|start_time|created"),
        "created": said("Create date", api="hs_createdate|property_hs_createdate|engagement.createdAt"),
        "subject": said("Call title|Meeting name|Email subject|Task title|Title|Subject", api="metadata.subject|metadata.title|title|property_hs_email_subject|hs_email_subject"),
        "text": said("Call notes|Note body|Meeting description|Email body|Body", api="metadata.body|body|property_hs_note_body|property_hs_email_text"),
        "direction": said("Call direction|Email direction|Direction", api="hs_call_direction|hs_email_direction"),
        "contact_ids": said("Associated Contact IDs|Associated Contact ID", api="associations.contactIds|contact_id"),
        "company_ids": said("Associated Company IDs|Associated Company ID", api="associations.companyIds|company_id"),
        "deal_ids": _DEAL_IDS,
        "owner": OWNER,
        "portal": said(api="engagement.portalId|portal_id"),
        "outcome": said("Call outcome|Meeting outcome", api="metadata.disposition|meeting_outcome|hs_call_disposition"),
    },
    needs=("id", "type|outcome", "time"),
    signs=("contact_ids", "company_ids", "deal_ids", "outcome", "portal", "created"),
    files=("hubspot*activit*", "hubspot*engagement*", "engagement_*_data*", "*all-activities*"),
    never=("email", "deal_name"),
    mend=_activities,
    fills=(
        {"table": "events", "columns": {
            "time": "time", "event_id": "engagement/{id}", "person_id": "contact_id", "account_id": "account",
            "deal_id": "deal_id", "direction": "direction"},
         "values": {"direction": {"inbound": "in", "outbound": "out", "incoming_email": "in", "email": "out", "else": None}},
         "activity": "{type}||Meeting"},
        {"table": "event_people", "when": "contact_ids", "split": ";", "split_column": "contact_ids",
         "columns": {"event_id": "engagement/{id}", "person_id": "contact_ids", "as": "=participant"}},
        {"table": "texts", "when": "text", "columns": {"event_id": "engagement/{id}", "text": "text"}},
        {"table": "belongings", "when": "several_deals", "split": ";", "split_column": "several_deals",
         "columns": {"kind": "=event", "record_id": "engagement/{id}", "deal_id": "several_deals"}},
    ),
)  # fmt: skip

FORMS = Shape(
    "forms",
    columns={
        "contact": said(api="contact_id"), "form": said(api="form_id"), "time": said(api="timestamp"), "title": said(api="title"),
        "conversion": said(api="conversion_id"), "page": said(api="page_url"), "portal": said(api="portal_id"),
    },
    needs=("contact", "form", "time"),
    signs=("conversion", "page", "portal"),
    least=2,
    fills=(
        {"table": "events", "columns": {
            "time": "time", "person_id": "contact", "channel": "=web", "direction": "=in",
            "event_id": "form/{conversion}||form/{form}/{contact}/{time}"},
         "activity": "Form: {title}||Form submitted"},
    ),
)  # fmt: skip

EMAILS = Shape(
    "email-events",
    columns={
        "id": said(api="id"), "type": said(api="type"), "time": said(api="created"), "person": said(api="recipient"),
        "campaign": said(api="email_campaign_id"), "portal": said(api="portal_id"), "sent_by": said(api="sent_by_id"),
        "cause": said(api="caused_by_id"), "hidden": said(api="filtered_event"),
    },
    needs=("id", "type", "time", "person", "campaign"),
    signs=("portal", "sent_by", "cause", "hidden"),
    least=2,
    mend=lambda table, found: table.set(
        found["type"], f"upper(left({table.cell(found['type'])}, 1)) || lower(substr({table.cell(found['type'])}, 2))"
    ),
    more={"kind": "marketing"},
    fills=(
        {"table": "events", "columns": {
            "time": "time", "person_id": "person", "campaign": "campaign", "channel": "=email", "event_id": "id"},
         "values": {"direction": {"of": "type", "sent": "out", "delivered": "out", "open": "in", "click": "in", "else": None}},
         "activity": "Email: {type}"},
    ),
)  # fmt: skip


DEAL_PEOPLE = Shape(
    "deal-people",
    columns={
        "deal": said(api="deal_id"), "person": said(api="contact_id"), "type": said(api="type_id"), "category": said(api="category"),
    },
    needs=("deal", "person"),
    signs=("type", "category"),
    values={"category": "HUBSPOT_DEFINED|USER_DEFINED"},
    fills=({"table": "deal_people", "columns": {"deal_id": "deal", "person_id": "person"}},),
)  # fmt: skip

_LINK = {
    "type": said(api="type_id"), "category": said(api="category"), "company": said(api="company_id"), "contact": said(api="contact_id"),
    "deal": said(api="deal_id"), "ticket": said(api="ticket_id"), "activity": said(api="engagement_id"),
}  # fmt: skip
_PRIMARY = {"primary": {"of": "type", "5": "true", "26": "true", "else": None}}
"""HubSpot's own numbers of "deal to primary company" and "ticket to primary company"."""


def _links(name: str, record: str, others: str, fills: tuple[Mapping[str, Any], ...], **more: Any) -> Shape:
    """A link table of a warehouse: two ids, and what kind of link it is."""
    return Shape(
        name,
        columns=_LINK,
        needs=(record, others, "category"),
        signs=("type", "category"),
        values={"category": "HUBSPOT_DEFINED|USER_DEFINED|INTEGRATOR_DEFINED"},
        fills=fills,
        **more,
    )


CONTACT_COMPANIES = Shape(
    "contact-companies",
    columns=_LINK,
    needs=("contact", "company", "category"),
    signs=("type", "category"),
    values={"category": "HUBSPOT_DEFINED|USER_DEFINED|INTEGRATOR_DEFINED"},
    never=("deal", "ticket", "activity"),
    fills=(
        {"table": "memberships", "columns": {"person_id": "contact", "account_id": "company"},
         "values": {"primary": {"of": "type", "1": "true", "else": None}}},
    ),
)  # fmt: skip
"""1 is HubSpot's own number of "contact to primary company"."""

DEAL_COMPANIES = _links(
    "deal-companies",
    "deal",
    "company",
    ({"table": "belongings", "columns": {"kind": "=deal", "record_id": "deal", "account_id": "company"}, "values": _PRIMARY},),
    never=("contact", "ticket", "activity"),
)  # fmt: skip

TICKET_LINKS = _links(
    "ticket-links",
    "ticket",
    "company|contact|deal",
    (
        {"table": "belongings", "when": "company", "columns": {"kind": "=case", "record_id": "ticket", "account_id": "company"},
         "values": _PRIMARY},
        {"table": "belongings", "when": "contact", "columns": {"kind": "=case", "record_id": "ticket", "person_id": "contact"}},
        {"table": "belongings", "when": "deal", "columns": {"kind": "=case", "record_id": "ticket", "deal_id": "deal"}},
    ),
    never=("activity",),
    more={"kind": "support"},
)  # fmt: skip

ACTIVITY_LINKS = _links(
    "activity-links",
    "activity",
    "company|contact|deal|ticket",
    tuple(
        {"table": "belongings", "when": what, "columns": {"kind": "=event", "record_id": "engagement/{activity}", target: what}}
        for what, target in (("company", "account_id"), ("contact", "person_id"), ("deal", "deal_id"), ("ticket", "case_id"))
    ),
)  # fmt: skip

OWNERS = Shape(
    "owners",
    columns={
        "id": said("Owner ID|User ID", api="owner_id"), "email": said("Email", api="email"), "first": said("First Name", api="first_name"),
        "portal": said(api="portal_id"), "active": said(api="active_user_id"), "team": said("Main team|Primary team", api="primary_team_id"),
        "role": said("Seat|Permission set", api="role_id"), "last_active": said("Last active", api="last_active"),
    },
    needs=("email", "id|team|role"),
    signs=("id", "portal", "active", "team", "role"),
    least=2,
    files=("*owner*", "hubspot*user*"),
    fills=(),
    refused="sources.own-people",
)  # fmt: skip
