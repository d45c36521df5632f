"""Salesforce's campaigns, tasks, events, cases and orders."""

from __future__ import annotations

from typing import Any

from polku.sources.makes import Shape, Words, said
from polku.sources.salesforce_objects import (
    ACCOUNT_ID,
    ACCOUNT_NAME,
    CREATED,
    DELETED,
    OWNER,
    SYSTEM,
    record_id,
    tidy,
)
from polku.sources.systems import Table

CAMPAIGN = Shape(
    "campaign",
    columns={
        "id": said("Campaign ID", api="Id|CampaignId"), "name": said("Campaign Name", api="Name"), "type": said("Type|Campaign Type", api="Type"),
        "start": said("Start Date", api="StartDate"), "end": said("End Date", api="EndDate"), "cost": said("Actual Cost", api="ActualCost"),
        "budget": said("Budgeted Cost", api="BudgetedCost"), "currency": said(api="CurrencyIsoCode"), "deleted": DELETED, "parent": said(api="ParentId"),
        "member": said("Member Status", api="ContactId|LeadId|LeadOrContactId"),
    },
    needs=("id|name", "start", "cost"),
    signs=("budget", "cost"),
    values={"id": record_id("701")},
    never=("member",),
    mend=tidy,
    fills=(
        {"table": "spend", "columns": {
            "campaign": "id|name", "channel": "type", "date": "start", "cost": "cost", "currency": "currency"}},
    ),
)  # fmt: skip

CAMPAIGN_MEMBER = Shape(
    "campaign-member",
    columns={
        "id": said("Campaign Member ID|Member ID", api="Id"), "campaign_id": said("Campaign ID", api="CampaignId"),
        "campaign": said("Campaign Name"), "lead_id": said("Lead ID", api="LeadId"), "contact_id": said("Contact ID", api="ContactId"),
        "email": said("Email"), "account_id": ACCOUNT_ID, "company": said("Company / Account|Company", api="CompanyOrAccount"),
        "status": said("Member Status|Status", api="Status"), "has_responded": said("Responded", api="HasResponded"),
        "responded": said("Member First Responded Date|First Responded Date", api="FirstRespondedDate"),
        "created": said("Member First Associated Date|Created Date", api="CreatedDate"), "deleted": DELETED,
    },
    needs=("campaign_id|campaign", "lead_id|contact_id|email", "status", "created|responded"),
    signs=("has_responded", "responded", "status", "campaign_id"),
    least=2,
    mend=tidy,
    fills=(
        {"table": "events", "when": "created", "columns": {
            "time": "created", "event_id": "campaign-member/{id}/added", "person_id": "contact_id|lead_id|email",
            "account_id": "account_id|company", "campaign": "campaign_id|campaign", "direction": "=out"},
         "activity": "Campaign: added"},
        {"table": "events", "when": "responded", "columns": {
            "time": "responded", "event_id": "campaign-member/{id}/responded", "person_id": "contact_id|lead_id|email",
            "account_id": "account_id|company", "campaign": "campaign_id|campaign", "direction": "=in"},
         "activity": "Campaign: responded"},
    ),
)  # fmt: skip


def _activities(table: Table, found: dict[str, str]) -> None:
    """An activity is about (`WhatId`) an account or an opportunity, as the id's first letters tell."""
    tidy(table, found)
    if "what" in found:
        what = table.cell(found["what"])
        account = table.cell(found["account_id"]) if "account_id" in found else "NULL"
        found["account"] = table.add(
            "account", f"coalesce({account}, CASE WHEN starts_with({what}, '001') THEN {what} END)"
        )
        found["deal"] = table.add("deal", f"CASE WHEN starts_with({what}, '006') THEN {what} END")
    elif "account_id" in found:
        found["account"] = found["account_id"]
    elif "account_name" in found:
        found["account"] = found["account_name"]


_ACTIVITY: dict[str, Words] = {
    "id": said("Activity ID|Task ID|Event ID", api="Id"), "who": said("Name ID", api="WhoId"), "what": said("Related To ID", api="WhatId"),
    "account_id": ACCOUNT_ID, "account_name": ACCOUNT_NAME, "subject": said("Subject"), "type": said("Type|Activity Type", api="Type"),
    "subtype": said("Task Subtype|Event Subtype", api="TaskSubtype|EventSubtype"), "created": CREATED, "owner": OWNER,
    "text": said("Full Comments|Comments|Description", api="Description"), "deleted": DELETED, "system": SYSTEM,
}  # fmt: skip
_DIRECTIONS: dict[str, Any] = {"inbound": "in", "outbound": "out", "internal": "internal", "else": None}

TASK = Shape(
    "task",
    columns={
        **_ACTIVITY, "date": said("Date|Due Date", api="ActivityDate"), "completed": said("Completed Date|Completed Date/Time", api="CompletedDateTime"),
        "status": said("Status"), "call": said("Call Type", api="CallType"), "seconds": said("Call Duration", api="CallDurationInSeconds"),
        "result": said("Call Result", api="CallDisposition"), "is_closed": said(api="IsClosed"), "task": said("Task", api="TaskSubtype"),
        "start": said("Start|End", api="StartDateTime|EndDateTime"), "case": said("Case Number", api="CaseNumber"),
    },
    needs=("subject|type", "date|completed|created", "who|what|account_id|account_name"),
    signs=("who", "what", "call", "seconds", "result", "task", "is_closed"),
    least=2,
    values={"id": record_id("00T")},
    never=("start", "case"),
    mend=_activities,
    fills=(
        {"table": "events", "columns": {
            "time": "completed|date|created", "event_id": "task/{id}", "person_id": "who", "account_id": "account", "deal_id": "deal",
            "direction": "call"}, "values": {"direction": _DIRECTIONS}, "activity": "{type}||{subtype}||Task"},
        {"table": "texts", "when": "text", "columns": {"event_id": "task/{id}", "text": "text"}},
    ),
)  # fmt: skip

EVENT = Shape(
    "event",
    columns={
        **_ACTIVITY, "start": said("Start", api="StartDateTime"), "end": said("End", api="EndDateTime"), "date": said("Date", api="ActivityDateTime|ActivityDate"),
        "minutes": said("Duration", api="DurationInMinutes"), "location": said("Location"), "group": said(api="IsGroupEvent|GroupEventType"),
        "all_day": said("All Day Event", api="IsAllDayEvent"),
    },
    needs=("subject|type", "start|date", "who|what|account_id|account_name"),
    signs=("who", "what", "minutes", "group", "all_day", "end"),
    least=3,
    values={"id": record_id("00U")},
    mend=_activities,
    fills=(
        {"table": "events", "columns": {
            "time": "start|date", "event_id": "event/{id}", "person_id": "who", "account_id": "account", "deal_id": "deal",
            "channel": "=meeting"}, "activity": "{type}||Meeting"},
        {"table": "texts", "when": "text", "columns": {"event_id": "event/{id}", "text": "text"}},
    ),
)  # fmt: skip

CASE = Shape(
    "case",
    columns={
        "id": said("Case ID", api="Id|CaseId"), "number": said("Case Number", api="CaseNumber"), "account_id": ACCOUNT_ID, "account": ACCOUNT_NAME,
        "contact_id": said("Contact ID", api="ContactId"), "email": said("Contact Email|Web Email", api="ContactEmail|SuppliedEmail"),
        "status": said("Status"), "origin": said("Case Origin", api="Origin"), "subject": said("Subject"), "type": said("Type|Case Type", api="Type"),
        "priority": said("Priority"), "reason": said("Case Reason", api="Reason"), "text": said("Description"), "created": CREATED,
        "closed": said("Date/Time Closed|Closed Date", api="ClosedDate"), "is_escalated": said("Escalated", api="IsEscalated"), "deleted": DELETED,
    },
    needs=("id|number", "created", "status|subject|origin"),
    signs=("number", "origin", "is_escalated", "reason"),
    least=2,
    values={"id": record_id("500")},
    mend=tidy,
    more={"kind": "support"},
    fills=(
        {"table": "events", "columns": {
            "time": "created", "event_id": "case/{id}/created|case/{number}/created", "case_id": "number|id", "person_id": "contact_id|email",
            "account_id": "account_id|account", "channel": "origin", "direction": "=in"}, "activity": "Case: {type}||Case: {reason}||Case"},
        {"table": "events", "when": "closed", "columns": {
            "time": "closed", "event_id": "case/{id}/closed|case/{number}/closed", "case_id": "number|id", "person_id": "contact_id|email",
            "account_id": "account_id|account"}, "activity": "Case: closed"},
        {"table": "texts", "when": "text", "columns": {"event_id": "case/{id}/created|case/{number}/created", "text": "text"}},
    ),
)  # fmt: skip

ORDER = Shape(
    "order",
    columns={
        "id": said("Order ID", api="Id"), "number": said("Order Number", api="OrderNumber"), "account_id": ACCOUNT_ID, "account": ACCOUNT_NAME,
        "from": said("Order Start Date", api="EffectiveDate"), "to": said("Order End Date", api="EndDate"), "amount": said("Order Amount", api="TotalAmount"),
        "currency": said(api="CurrencyIsoCode"), "activated": said("Activated Date", api="ActivatedDate"), "created": CREATED, "deleted": DELETED,
        "reduction": said(api="IsReductionOrder"),
    },
    needs=("id|number", "account_id|account", "amount", "from|activated|created"),
    signs=("number", "from", "reduction", "activated"),
    least=2,
    values={"id": record_id("801")},
    mend=tidy,
    fills=(
        {"table": "contracts", "columns": {
            "contract_id": "id|number", "account_id": "account_id|account", "from": "from|created", "to": "to", "amount": "amount", "currency": "currency"}},
        {"table": "events", "columns": {
            "time": "activated|from|created", "event_id": "order/{id}|order/{number}", "account_id": "account_id|account", "value": "amount"},
         "activity": "Order"},
    ),
)  # fmt: skip

USER = Shape(
    "user",
    columns={
        "id": said("User ID", api="Id"), "profile": said("Profile", api="ProfileId"), "role": said("Role", api="UserRoleId"),
        "nickname": said(api="CommunityNickname"), "alias": said("Alias"), "username": said("Username"), "zone": said(api="TimeZoneSidKey"),
        "active": said("Active", api="IsActive"), "access": said(api="PortalType|CaseAccessForAccountOwner|ForecastUserId"),
    },
    needs=("profile|access|nickname",),
    signs=("profile", "role", "nickname", "zone", "access", "alias"),
    least=1,
    values={"id": record_id("005")},
    fills=(),
    refused="sources.own-people",
)  # fmt: skip
