"""Zendesk: tickets, their comments and history, users, organisations and ratings, from its API, exports and warehouses."""

from __future__ import annotations

from polku.identity.accounts import OWN
from polku.sources.makes import Make, Shape, said
from polku.sources.systems import Table


def _tickets(table: Table, found: dict[str, str]) -> None:
    if "status" in found:
        table.reject(f"lower({table.cell(found['status'])}) = 'deleted'", "sources.reject-deleted")


TICKETS = Shape(
    "tickets",
    columns={
        "id": said("Id|ID|Ticket ID", api="id"), "created": said("Created at|Created", api="created_at"), "subject": said("Subject", api="subject|raw_subject"),
        "text": said("Description", api="description"), "status": said("Status", api="status"), "priority": said("Priority", api="priority"),
        "type": said("Ticket type|Type", api="type"), "organization": said("Organization ID", api="organization_id"), "company": said("Organization", api="organization.name"),
        "requester": said("Requester ID", api="requester_id"), "email": said("Requester email", api="requester.email|via_source_from_address|via.source.from.address"),
        "channel": said("Via|Channel", api="via.channel|via_channel"), "form": said("Ticket form", api="ticket_form_id"), "brand": said("Brand", api="brand_id"),
        "group": said("Group", api="group_id"), "incidents": said(api="has_incidents"), "assignee": said("Assignee ID", api="assignee_id"),
        "solved": said("Solved at", api="metric_set.solved_at|solved_at"), "rating": said("Satisfaction Score", api="satisfaction_rating.score"),
        "rated": said(api="satisfaction_rating.comment"), "url": said(api="url"),
    },
    needs=("id", "created", "requester|email", "status"),
    signs=("form", "brand", "incidents", "assignee", "group", "url", "channel"),
    least=3,
    mend=_tickets,
    fills=(
        {"table": "events", "columns": {
            "time": "created", "event_id": "ticket/{id}/created", "case_id": "id", "account_id": "organization|company",
            "person_id": "requester|email", "channel": "channel", "direction": "=in"}, "activity": "Ticket: {type}||Ticket"},
        {"table": "events", "when": "solved", "columns": {
            "time": "solved", "event_id": "ticket/{id}/solved", "case_id": "id", "account_id": "organization|company",
            "person_id": "requester|email"}, "activity": "Ticket: solved"},
        {"table": "texts", "when": "text", "columns": {"event_id": "ticket/{id}/created", "text": "text"}},
    ),
)  # fmt: skip

METRICS = Shape(
    "ticket-metrics",
    columns={
        "ticket": said(api="ticket_id"), "solved": said(api="solved_at"), "reopens": said(api="reopens"), "replies": said(api="replies"),
        "first": said(api="reply_time_in_minutes.calendar|reply_time_in_minutes_calendar|first_resolution_time_in_minutes.calendar"),
        "assigned": said(api="assigned_at|initially_assigned_at"),
    },
    needs=("ticket", "solved", "reopens|replies"),
    signs=("reopens", "replies", "first", "assigned"),
    least=2,
    fills=(
        {"table": "events", "when": "solved", "columns": {
            "time": "solved", "event_id": "ticket/{ticket}/solved", "case_id": "ticket"}, "activity": "Ticket: solved"},
    ),
)  # fmt: skip

HISTORY = Shape(
    "ticket-history",
    columns={
        "field": said(api="field_name"), "ticket": said(api="ticket_id"), "time": said(api="updated"), "value": said(api="value"), "user": said(api="user_id"),
    },
    needs=("field", "ticket", "time", "value"),
    signs=("field", "user"),
    least=2,
    fills=(
        {"table": "events", "where": {"field": ["status"]}, "columns": {
            "time": "time", "event_id": "ticket/{ticket}/{value}/{time}", "case_id": "ticket"}, "activity": "Ticket: {value}"},
    ),
)  # fmt: skip

COMMENTS = Shape(
    "comments",
    columns={
        "id": said(api="id"), "text": said(api="body|plain_body"), "time": said(api="created|created_at"), "public": said(api="public"),
        "ticket": said(api="ticket_id"), "user": said(api="user_id|author_id"), "voice": said(api="voice_comment|facebook_comment|tweet|audit_id"),
    },
    needs=("id", "text", "time", "ticket|user", "public"),
    signs=("public", "voice"),
    least=2,
    fills=(
        {"table": "events", "where": {"public": ["true", "1"]}, "columns": {
            "time": "time", "event_id": "comment/{id}", "case_id": "ticket", "person_id": "user"}, "activity": "Ticket: comment"},
        {"table": "texts", "where": {"public": ["true", "1"]}, "when": "text", "columns": {"event_id": "comment/{id}", "text": "text"}},
    ),
)  # fmt: skip


def _users(table: Table, found: dict[str, str]) -> None:
    """Agents and administrators are one's own people: of them no more is kept than that they are."""
    if "role" in found:
        own = f"lower({table.cell(found['role'])}) IN ('agent', 'admin', 'administrator')"
        found["whose"] = table.add("whose", f"CASE WHEN {own} THEN 'own' ELSE 'customer' END")


USERS = Shape(
    "users",
    columns={
        "id": said(api="id"), "name": said(api="name"), "email": said(api="email"), "organization": said(api="organization_id"), "role": said(api="role"),
        "language": said(api="locale"), "suspended": said(api="suspended"), "moderator": said(api="moderator"), "restriction": said(api="ticket_restriction"),
        "shared": said(api="shared_agent|shared"), "verified": said(api="verified"),
    },
    needs=("id", "name|email", "role"),
    signs=("suspended", "moderator", "restriction", "shared", "verified"),
    least=3,
    mend=_users,
    fills=(
        {"table": "people", "where": {"whose": ["customer"]}, "columns": {
            "person_id": "id", "name": "name", "email": "email", "language": "language"}},
        {"table": "people", "where": {"whose": ["own"]}, "columns": {"person_id": "id"}},
        {"table": "memberships", "when": "organization", "where": {"whose": ["customer"]}, "columns": {
            "person_id": "id", "account_id": "organization"}},
        {"table": "memberships", "where": {"whose": ["own"]}, "columns": {"person_id": "id", "account_id": f"={OWN}"}},
        {"table": "memberships", "when": "email", "where": {"whose": ["own"]}, "columns": {
            "person_id": "email", "account_id": f"={OWN}"}},
    ),
)  # fmt: skip


def _organizations(table: Table, found: dict[str, str]) -> None:
    if "domains" in found:
        cell = f"regexp_replace({table.cell(found['domains'])}, '[\\[\\]\" ]', '', 'g')"
        table.set(found["domains"], f"split_part(replace({cell}, ',', ';'), ';', 1)")


ORGANIZATIONS = Shape(
    "organizations",
    columns={
        "id": said(api="id"), "name": said(api="name"), "domains": said(api="domain_names"), "external": said(api="external_id"), "group": said(api="group_id"),
        "shared": said(api="shared_tickets"), "comments": said(api="shared_comments"), "details": said(api="details"), "notes": said(api="notes"),
        "email": said(api="email"),
    },
    needs=("id", "name", "shared|comments|domains"),
    signs=("shared", "comments", "domains"),
    never=("email",),
    mend=_organizations,
    fills=({"table": "accounts", "columns": {"account_id": "id", "name": "name", "domain": "domains"}},),
)  # fmt: skip

DOMAINS = Shape(
    "domains",
    columns={
        "organization": said(api="organization_id"),
        "domain": said(api="domain_name"),
        "index": said(api="index"),
    },
    needs=("organization", "domain"),
    signs=("domain",),
    fills=({"table": "accounts", "columns": {"account_id": "organization", "domain": "domain"}},),
)

RATINGS = Shape(
    "ratings",
    columns={
        "id": said(api="id"), "ticket": said(api="ticket_id"), "requester": said(api="requester_id"), "score": said(api="score"), "comment": said(api="comment"),
        "time": said(api="created_at"), "assignee": said(api="assignee_id"), "group": said(api="group_id"), "url": said(api="url"), "reason": said(api="reason|reason_id"),
    },
    needs=("id", "ticket", "score", "time"),
    signs=("assignee", "group", "url", "reason", "requester"),
    least=2,
    more={"kind": "survey"},
    mend=lambda table, found: table.set(
        found["score"],
        f"CASE WHEN starts_with(lower({table.cell(found['score'])}), 'good') THEN '1' WHEN starts_with(lower({table.cell(found['score'])}), 'bad') THEN '0' END",
    ),
    fills=(
        {"table": "events", "when": "score", "columns": {
            "time": "time", "event_id": "rating/{id}", "case_id": "ticket", "person_id": "requester", "score": "score", "score_kind": "=csat",
            "score_max": "=1", "direction": "=in"}, "activity": "Response: CSAT"},
        {"table": "texts", "when": "comment", "where": {"score": ["0", "1"]}, "columns": {"event_id": "rating/{id}", "text": "comment"}},
    ),
)  # fmt: skip

OTHERS = Shape(
    "others",
    columns={
        "schedule": said(api="schedule_id|sla_policy_id"), "ticket": said(api="ticket_id"), "applied": said(api="policy_applied_at|created_at"),
        "holiday": said(api="start_time_utc|end_time_utc|metric"), "sla": said(api="sla_policy_updated_at"),
    },
    needs=("schedule", "ticket|holiday|sla"),
    signs=("schedule",),
    fills=(),
    refused="sources.nothing-of-use",
)  # fmt: skip

SOURCE = Make(
    "zendesk",
    "Zendesk",
    "support",
    (TICKETS, METRICS, HISTORY, COMMENTS, USERS, ORGANIZATIONS, DOMAINS, RATINGS, OTHERS),
)
