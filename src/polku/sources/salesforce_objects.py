"""Salesforce's accounts, contacts, leads and opportunities, with their histories and roles."""

from __future__ import annotations

from typing import Any

from polku.sources.makes import Shape, Words, said
from polku.sources.outcomes import add_outcome
from polku.sources.systems import Table

DELETED = said("Deleted", api="IsDeleted")
OWNER = said(
    "Account Owner|Contact Owner|Lead Owner|Opportunity Owner|Case Owner|Assigned|Owner",
    api="OwnerId|Owner.Name",
)
CREATED = said("Created Date|Date/Time Opened|Create Date", api="CreatedDate")
ACCOUNT_ID = said("Account ID", api="AccountId")
ACCOUNT_NAME = said("Account Name|Company / Account", api="Account.Name")
SYSTEM = said(api="SystemModstamp|LastModifiedById|LastReferencedDate|LastViewedDate")
IDS = (
    "id",
    "account_id",
    "contact_id",
    "lead_id",
    "deal_id",
    "campaign_id",
    "parent",
    "who",
    "what",
    "converted_account",
)
"""Words whose cells are ids of Salesforce."""


def record_id(prefix: str) -> str:
    """A pattern for ids of one object: they begin with its prefix."""
    return f"{prefix}[A-Za-z0-9]{{12}}([A-Za-z0-9]{{3}})?"


def whole_id(cell: str) -> str:
    """An id of 15 letters, whose case matters, as its 18 letters, whose last three tell the case.

    Each of the three stands for five letters: the bits of those in upper case count up to a letter or digit.
    """
    tail = ""
    for block in range(3):
        bits = " + ".join(
            f"CASE WHEN substr({cell}, {5 * block + at + 1}, 1) BETWEEN 'A' AND 'Z' THEN {1 << at} ELSE 0 END"
            for at in range(5)
        )
        tail += f" || substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + ({bits}), 1)"
    return f"CASE WHEN regexp_full_match({cell}, '[A-Za-z0-9]{{15}}') THEN {cell}{tail} ELSE {cell} END"


def tidy(table: Table, found: dict[str, str]) -> None:
    """One form of ids; what Salesforce holds in its bin is listed among the rejects."""
    if "deleted" in found:
        table.reject(
            f"lower({table.cell(found['deleted'])}) IN ('true', '1', 'yes')", "sources.reject-deleted"
        )
    for word in IDS:
        if word in found and table.share(found[word], "[A-Za-z0-9]{15}") > 0:
            table.set(found[word], whole_id(table.cell(found[word])))


def _accounts(table: Table, found: dict[str, str]) -> None:
    tidy(table, found)
    if "type" in found:
        cell = f"lower({table.cell(found['type'])})"
        found["status"] = table.add(
            "status",
            f"CASE WHEN contains({cell}, 'former') OR contains({cell}, 'churned') THEN 'former' "
            f"WHEN contains({cell}, 'customer') THEN 'customer' WHEN contains({cell}, 'prospect') THEN 'prospect' END",
        )


ACCOUNT = Shape(
    "account",
    columns={
        "id": said("Account ID", api="Id|AccountId"), "name": said("Account Name", api="Name"),
        "parent": said("Parent Account ID|Parent Account", api="ParentId"), "type": said("Type|Account Type", api="Type"),
        "industry": said("Industry"), "website": said("Website"), "employees": said("Employees", api="NumberOfEmployees"),
        "country": said("Billing Country", api="BillingCountry"), "revenue": said("Annual Revenue", api="AnnualRevenue"),
        "source": said("Account Source", api="AccountSource"), "owner": OWNER, "rating": said("Rating"),
        "city": said("Billing City", api="BillingCity"), "merged": said(api="MasterRecordId"), "deleted": DELETED,
        "created": CREATED, "system": SYSTEM, "number": said("Account Number", api="AccountNumber"),
        "deal": said("Opportunity Name|Opportunity ID|Stage", api="StageName|OpportunityId|CloseDate"), "email": said("Email"),
        "person": said("First Name|Last Name|Case Number|Subject", api="FirstName|LastName|WhoId|ContactId|TotalAmount"),
    },
    needs=("id|name", "industry|website|country|parent|type|employees|source"),
    signs=("country", "source", "employees", "merged", "system", "parent", "deleted", "city", "revenue", "number"),
    least=3,
    values={"id": record_id("001")},
    never=("deal", "email", "person"),
    mend=_accounts,
    fills=(
        {"table": "accounts", "columns": {
            "account_id": "id|name", "name": "name", "domain": "website", "parent": "parent", "industry": "industry",
            "employees": "employees", "country": "country", "town": "city", "status": "status"}},
    ),
)  # fmt: skip

CONTACT = Shape(
    "contact",
    columns={
        "id": said("Contact ID", api="Id|ContactId"), "account_id": ACCOUNT_ID, "account": ACCOUNT_NAME, "name": said("Full Name|Name"),
        "first": said("First Name", api="FirstName"), "last": said("Last Name", api="LastName"), "email": said("Email"),
        "title": said("Title"), "country": said("Mailing Country", api="MailingCountry"), "department": said("Department"),
        "reports_to": said("Reports To", api="ReportsToId"), "source": said("Lead Source", api="LeadSource"),
        "optout": said("Email Opt Out", api="HasOptedOutOfEmail"), "bounced": said(api="EmailBouncedDate"),
        "individual": said(api="IndividualId"), "merged": said(api="MasterRecordId"), "deleted": DELETED, "owner": OWNER,
        "created": CREATED, "system": SYSTEM, "city": said("Mailing City", api="MailingCity"),
        "lead": said("Lead Status|Converted|Company", api="IsConverted|ConvertedDate|Company"), "user": said(api="ProfileId|UserRoleId|CommunityNickname"),
    },
    needs=("last|name", "email|title|account_id"),
    signs=("account_id", "reports_to", "optout", "bounced", "individual", "merged", "system", "country", "source", "department"),
    least=3,
    values={"id": record_id("003")},
    never=("lead", "user"),
    mend=tidy,
    fills=(
        {"table": "people", "columns": {
            "person_id": "id|email", "name": "{first} {last}|name", "email": "email", "title": "title", "country": "country"}},
        {"table": "memberships", "columns": {"person_id": "id|email", "account_id": "account_id|account"}},
        {"table": "accounts", "needs": ("account_id", "account"), "when": "account_id", "columns": {
            "account_id": "account_id", "name": "account"}},
        {"table": "consents", "when": "optout", "where": {"optout": ["true", "1", "yes"]}, "columns": {
            "person_id": "id|email", "purpose": "=marketing", "channel": "=email", "act": "=withdrawn"}},
    ),
)  # fmt: skip


def _leads(table: Table, found: dict[str, str]) -> None:
    tidy(table, found)
    if "converted_account" in found and "company" in found:
        account, company = table.cell(found["converted_account"]), table.cell(found["company"])
        found["belongs"] = table.add("account or company", f"coalesce({account}, {company})")
    else:
        found["belongs"] = found.get("converted_account") or found["company"]


LEAD = Shape(
    "lead",
    columns={
        "id": said("Lead ID", api="Id|LeadId"), "name": said("Full Name|Name"), "first": said("First Name", api="FirstName"),
        "last": said("Last Name", api="LastName"), "email": said("Email"), "title": said("Title"),
        "company": said("Company / Account|Company", api="Company"), "status": said("Lead Status", api="Status"),
        "source": said("Lead Source", api="LeadSource"), "converted": said("Converted Date", api="ConvertedDate"),
        "is_converted": said("Converted", api="IsConverted"), "converted_account": said(api="ConvertedAccountId"),
        "converted_contact": said(api="ConvertedContactId"), "converted_deal": said(api="ConvertedOpportunityId"),
        "country": said("Country"), "optout": said("Email Opt Out", api="HasOptedOutOfEmail"), "deleted": DELETED,
        "created": CREATED, "owner": OWNER, "system": SYSTEM,
    },
    needs=("last|name", "company|converted_account", "status|is_converted|converted"),
    signs=("is_converted", "converted", "converted_account", "converted_contact", "converted_deal", "status", "source"),
    least=2,
    values={"id": record_id("00Q")},
    mend=_leads,
    fills=(
        {"table": "people", "columns": {
            "person_id": "id|email", "name": "{first} {last}|name", "email": "email", "title": "title", "country": "country"}},
        {"table": "memberships", "when": "belongs", "columns": {"person_id": "id|email", "account_id": "belongs"}},
        {"table": "events", "columns": {
            "time": "created", "event_id": "lead/{id}/created", "person_id": "id|email", "account_id": "belongs",
            "channel": "source", "direction": "=in"}, "activity": "Lead: created"},
        {"table": "events", "when": "converted", "columns": {
            "time": "converted", "event_id": "lead/{id}/converted", "person_id": "id|email", "account_id": "belongs",
            "deal_id": "converted_deal"}, "activity": "Lead: converted"},
    ),
)  # fmt: skip


def outcomes(table: Table, found: dict[str, str]) -> None:
    """How an opportunity ended: by its flags, else by the words of its stage."""
    tidy(table, found)
    if "won" in found and "is_closed" in found:
        yes = "IN ('true', '1', 'yes')"
        won, closed = (f"lower({table.cell(found[word])}) {yes}" for word in ("won", "is_closed"))
        found["outcome"] = table.add(
            "outcome", f"CASE WHEN {won} THEN 'won' WHEN {closed} THEN 'lost' ELSE 'open' END"
        )
    else:
        add_outcome(table, found)


DEAL_KINDS: dict[str, Any] = {
    **dict.fromkeys(("new business", "new customer", "new"), "new"),
    **dict.fromkeys(("existing business", "existing customer - upgrade", "existing customer - downgrade", "upsell", "add-on"), "expansion"),
    **dict.fromkeys(("renewal", "existing customer - replacement"), "renewal"),
    "else": None,
}  # fmt: skip

_OPPORTUNITY: dict[str, Words] = {
    "id": said("Opportunity ID", api="Id|OpportunityId"), "deal_name": said("Opportunity Name", api="Name"),
    "account_id": ACCOUNT_ID, "account": ACCOUNT_NAME, "stage": said("Stage", api="StageName"), "amount": said("Amount"),
    "expected": said("Expected Revenue", api="ExpectedRevenue"), "probability": said("Probability (%)|Probability"),
    "closed": said("Close Date", api="CloseDate"), "created": CREATED, "kind": said("Type", api="Type"),
    "source": said("Lead Source", api="LeadSource"), "campaign": said("Primary Campaign Source", api="CampaignId"),
    "is_closed": said("Closed", api="IsClosed"), "won": said("Won", api="IsWon"), "currency": said("Amount Currency", api="CurrencyIsoCode"),
    "forecast": said("Forecast Category", api="ForecastCategory|ForecastCategoryName"), "next_step": said("Next Step", api="NextStep"),
    "owner": OWNER, "fiscal": said("Fiscal Period", api="FiscalYear|Fiscal"), "lost_reason": said("Loss Reason|Closed Lost Reason", api="Loss_Reason__c|Loss_Reason_c"),
    "deleted": DELETED, "system": SYSTEM, "version": said(api="_fivetran_start"), "history_of": said(api="OpportunityId"),
}  # fmt: skip

OPPORTUNITY = Shape(
    "opportunity",
    columns=_OPPORTUNITY,
    needs=("id|deal_name", "stage", "closed|amount"),
    signs=("forecast", "next_step", "won", "is_closed", "fiscal", "expected", "campaign", "system", "deleted"),
    least=2,
    values={"id": record_id("006")},
    files=("*opportunit*",),
    never=("version",),
    mend=outcomes,
    fills=(
        {"table": "deals", "columns": {
            "deal_id": "id|deal_name", "account_id": "account_id|account", "kind": "kind", "stage": "stage", "outcome": "outcome",
            "created": "created", "closed": "closed", "amount": "amount", "currency": "currency", "owner": "owner",
            "lost_reason": "lost_reason"},
         "values": {"kind": DEAL_KINDS}},
        {"table": "accounts", "needs": ("account_id", "account"), "when": "account_id", "columns": {
            "account_id": "account_id", "name": "account"}},
        {"table": "events", "when": "created", "columns": {
            "time": "created", "event_id": "deal/{id}/created|deal/{deal_name}/created", "deal_id": "id|deal_name",
            "account_id": "account_id|account", "channel": "source"}, "activity": "Deal: created"},
        {"table": "events", "where": {"outcome": ["won"]}, "columns": {
            "time": "closed", "event_id": "deal/{id}/won|deal/{deal_name}/won", "deal_id": "id|deal_name",
            "account_id": "account_id|account", "value": "amount"}, "activity": "Deal: won"},
        {"table": "events", "where": {"outcome": ["lost"]}, "columns": {
            "time": "closed", "event_id": "deal/{id}/lost|deal/{deal_name}/lost", "deal_id": "id|deal_name",
            "account_id": "account_id|account"}, "activity": "Deal: lost"},
    ),
)  # fmt: skip

OPPORTUNITY_VERSION = Shape(
    "opportunity-version",
    columns=_OPPORTUNITY,
    needs=("id", "stage", "version"),
    signs=("version",),
    values={"id": record_id("006")},
    mend=tidy,
    fills=(
        {"table": "events", "columns": {
            "time": "version", "event_id": "deal/{id}/{stage}/{version}", "deal_id": "id", "account_id": "account_id"},
         "activity": "Stage: {stage}"},
    ),
)  # fmt: skip

HISTORY = Shape(
    "opportunity-history",
    columns={
        "id": said("Opportunity History ID", api="Id"), "deal_id": said("Opportunity ID", api="OpportunityId"), "deal_name": said("Opportunity Name"),
        "stage": said("To Stage|Stage", api="StageName"), "from_stage": said("From Stage"), "time": said("Last Stage Change Date|Last Modified|Created Date", api="CreatedDate"),
        "by": said("Last Modified By", api="CreatedById"), "previous": said(api="PrevAmount|PrevCloseDate|PrevForecastUpdate"),
        "forecast": said("Forecast Category", api="ForecastCategory"), "contact": said(api="ContactId"), "account": ACCOUNT_NAME,
    },
    needs=("deal_id|deal_name", "stage", "time", "by|previous|from_stage|forecast"),
    signs=("by", "previous", "from_stage"),
    values={"deal_id": record_id("006"), "id": record_id("008")},
    files=("*opportunityhistory*", "*opportunity_history*"),
    never=("contact",),
    mend=tidy,
    fills=(
        {"table": "events", "columns": {
            "time": "time", "event_id": "{id}|deal/{deal_id}/{stage}/{time}", "deal_id": "deal_id|deal_name", "account_id": "account"},
         "activity": "Stage: {stage}"},
    ),
)  # fmt: skip

FIELD_HISTORY = Shape(
    "opportunity-field-history",
    columns={
        "id": said(api="Id"), "deal_id": said("Opportunity ID", api="OpportunityId"), "field": said("Field / Event|Field", api="Field"),
        "old": said("Old Value", api="OldValue"), "new": said("New Value", api="NewValue"), "time": said("Edit Date", api="CreatedDate"),
    },
    needs=("deal_id", "field", "new", "time"),
    signs=("old", "new", "field"),
    least=3,
    mend=tidy,
    fills=(
        {"table": "events", "where": {"field": ["StageName", "Stage"]}, "columns": {
            "time": "time", "event_id": "{id}|deal/{deal_id}/{new}/{time}", "deal_id": "deal_id"}, "activity": "Stage: {new}"},
    ),
)  # fmt: skip

_ROLES: dict[str, Any] = {
    **dict.fromkeys(("decision maker", "economic buyer", "economic decision maker", "executive sponsor"), "decision-maker"),
    **dict.fromkeys(("technical buyer", "evaluator", "technical decision maker"), "expert"),
    **dict.fromkeys(("business user", "user", "end user"), "operator"),
    "influencer": "influencer", "champion": "champion", "gatekeeper": "gatekeeper", "buyer": "buyer", "purchaser": "buyer",
    "else": None,
}  # fmt: skip
_ROLE_COLUMNS: dict[str, Words] = {
    "id": said(api="Id"), "deal_id": said("Opportunity ID", api="OpportunityId"), "account_id": ACCOUNT_ID,
    "contact_id": said("Contact ID", api="ContactId"), "email": said("Email"), "role": said("Contact Role|Role", api="Role"),
    "primary": said("Primary|Is Primary", api="IsPrimary"), "created": said(api="CreatedDate"), "deleted": DELETED,
    "stage": said("Stage", api="StageName"),
}  # fmt: skip

OPPORTUNITY_CONTACT_ROLE = Shape(
    "opportunity-contact-role",
    columns=_ROLE_COLUMNS,
    needs=("deal_id", "contact_id|email", "role"),
    signs=("role", "primary"),
    never=("stage",),
    mend=tidy,
    fills=(
        {"table": "deal_people", "columns": {
            "deal_id": "deal_id", "person_id": "contact_id|email", "part": "role", "primary": "primary"}, "values": {"part": _ROLES}},
    ),
)  # fmt: skip

ACCOUNT_CONTACT_RELATION = Shape(
    "account-contact-relation",
    columns={
        "account_id": ACCOUNT_ID, "contact_id": said("Contact ID", api="ContactId"), "direct": said("Direct", api="IsDirect"),
        "active": said("Active", api="IsActive"), "start": said("Start Date", api="StartDate"), "end": said("End Date", api="EndDate"),
        "role": said("Roles", api="Roles"), "deleted": DELETED,
    },
    needs=("account_id", "contact_id", "direct|active"),
    signs=("direct", "active", "start", "end"),
    mend=tidy,
    fills=(
        {"table": "memberships", "columns": {
            "person_id": "contact_id", "account_id": "account_id", "from": "start", "to": "end", "parts": "role", "primary": "direct"},
         "values": {"parts": _ROLES}},
    ),
)  # fmt: skip

ACCOUNT_CONTACT_ROLE = Shape(
    "account-contact-role",
    columns=_ROLE_COLUMNS,
    needs=("account_id", "contact_id", "role"),
    signs=("role", "primary"),
    never=("deal_id",),
    mend=tidy,
    fills=(
        {"table": "memberships", "columns": {
            "person_id": "contact_id", "account_id": "account_id", "parts": "role", "primary": "primary"}, "values": {"parts": _ROLES}},
    ),
)  # fmt: skip
