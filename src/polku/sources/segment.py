"""Segment and RudderStack: calls as JSON, and their tables in a warehouse."""

from __future__ import annotations

from polku.sources.channels import add_channel, path_of
from polku.sources.makes import Make, Shape, Words, said
from polku.sources.systems import Table
from polku.sources.ties import TIES, tie


def _traits(name: str, *more: str) -> Words:
    names = (name, *more)
    return said(
        api="|".join(f"traits.{one}|context.traits.{one}|context_traits_{one}|{one}" for one in names)
    )


_COMMON: dict[str, Words] = {
    "id": said(api="messageId|message_id|id"), "type": said(api="type"), "anonymous": said(api="anonymousId|anonymous_id"),
    "user": said(api="userId|user_id"), "time": said(api="timestamp|originalTimestamp|original_timestamp"), "sent": said(api="sentAt|sent_at"),
    "received": said(api="receivedAt|received_at"), "group": said(api="groupId|group_id"),
    "context_group": said(api="context.groupId|context_group_id"), "message": said(api="messageId|message_id"),
    "source": said(api="context.campaign.source|context_campaign_source"), "medium": said(api="context.campaign.medium|context_campaign_medium"),
    "campaign": said(api="context.campaign.name|context_campaign_name"), "referrer": said(api="context.page.referrer|properties.referrer|context_page_referrer|referrer"),
    "url": said(api="context.page.url|properties.url|context_page_url|url"), "path": said(api="properties.path|context.page.path|context_page_path|path"),
    "event": said(api="event_text|event"), "name": said(api="name"), "title": said(api="properties.title|context.page.title|title"),
    "value": said(api="properties.revenue|properties.value|revenue"), "library": said(api="context.library.name|context_library_name"),
    "agent": said(api="context.userAgent|context_user_agent|context.ip|context_ip"), "version": said(api="version|writeKey|integrations.All|channel"),
    "email": _traits("email"), "first": _traits("firstName", "first_name"), "last": _traits("lastName", "last_name"),
    "full": said(api="traits.name|context.traits.name"), "job": _traits("title", "jobTitle", "job_title"), "company": _traits("company", "company.name"),
    "industry": said(api="traits.industry"), "employees": said(api="traits.employees"), "website": said(api="traits.website|traits.domain"),
    "previous": said(api="previousId|previous_id"),
}  # fmt: skip


def _mend(table: Table, found: dict[str, str]) -> None:
    """What each call says: tracks their event, pages their path; who is signed in is known by that id."""
    cell = {word: table.cell(column) for word, column in found.items()}
    kind = f"lower({cell['type']})" if "type" in cell else ("'track'" if "event" in cell else "'page'")
    page = f"coalesce({', '.join([cell[w] for w in ('path',) if w in cell] + [path_of(cell[w]) for w in ('url',) if w in cell] + ['NULL'])})"
    name = cell.get("name", "NULL")
    event = cell.get("event", "NULL")
    found["activity"] = table.add(
        "activity: found",
        f"CASE WHEN {kind} = 'track' THEN {event} WHEN {kind} = 'page' THEN 'Page: ' || coalesce({page}, {name}, '/') "
        f"WHEN {kind} = 'screen' THEN 'Screen: ' || coalesce({name}, '?') END",
    )
    people = [cell[word] for word in ("user", "anonymous") if word in cell]
    found["person"] = table.add("person", f"coalesce({', '.join(people)})")
    if len(people) == 2:
        found["visitor"] = found["anonymous"]
        found["tie"] = table.add("tie", tie(people[1], people[0], cell["time"]))
    found["identified"] = table.add(
        "identified", f"CASE WHEN {kind} = 'identify' THEN coalesce({', '.join(people)}) END"
    )
    if "group" in cell:
        found["grouped"] = table.add("grouped", f"CASE WHEN {kind} = 'group' THEN {cell['group']} END")
        found["member"] = table.add(
            "member",
            f"CASE WHEN {kind} = 'group' AND ({cell['group']}) IS NOT NULL THEN coalesce({', '.join(people)}) END",
        )
    about = [cell[word] for word in ("group", "context_group", "company") if word in cell]
    if about:
        found["account"] = table.add("company", f"coalesce({', '.join(about)})")
    add_channel(table, found, {"source": ("source",), "medium": ("medium",), "referrer": ("referrer",)})
    if "full" in found:
        # A group's name is the company's, an identified user's the person's.
        found["person_name"] = table.add(
            "name: person", f"CASE WHEN {kind} = 'identify' THEN {cell['full']} END"
        )
        found["group_name"] = table.add(
            "name: company", f"CASE WHEN {kind} = 'group' THEN {cell['full']} END"
        )


CALLS = Shape(
    "calls",
    columns=_COMMON,
    needs=("time", "anonymous|user", "type|event|url|path"),
    signs=("message", "sent", "received", "library", "agent", "version", "anonymous"),
    least=2,
    never=(),
    mend=_mend,
    fills=(
        {"table": "people", "when": "identified", "columns": {
            "person_id": "identified", "name": "{person_name}||{first} {last}", "email": "email", "title": "job"}},
        {"table": "accounts", "when": "grouped", "columns": {
            "account_id": "grouped", "name": "group_name", "domain": "website", "industry": "industry", "employees": "employees"}},
        {"table": "memberships", "when": "member", "columns": {"person_id": "member", "account_id": "grouped"}},
        {"table": "memberships", "when": "identified", "needs": ("company",), "columns": {"person_id": "identified", "account_id": "company"}},
        {"table": "events", "when": "activity", "columns": {
            "time": "time", "event_id": "id", "person_id": "person", "account_id": "account", "activity": "activity", "channel": "channel",
            "campaign": "campaign", "value": "value", "direction": "=in"}},
        *TIES,
    ),
)  # fmt: skip

SOURCE = Make("segment", "Segment / RudderStack", "web", (CALLS,))
