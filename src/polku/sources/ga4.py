"""Google Analytics 4: rows of the BigQuery export, as JSON, Parquet or flattened into columns."""

from __future__ import annotations

from polku.sources.channels import add_channel, path_of
from polku.sources.makes import Make, Shape, said
from polku.sources.systems import Table
from polku.sources.ties import TIES, tie
from polku.words import Message


def _param(name: str) -> str:
    return f"event_params.{name}|param_{name}|event_params_{name}"


def _mend(table: Table, found: dict[str, str]) -> None:
    """A page view is of a page; who is signed in is known by that id, and by the browser's besides."""
    name = table.cell(found["name"])
    if "page" in found:
        page = path_of(table.cell(found["page"]))
        found["activity"] = table.add(
            "activity: found",
            f"CASE WHEN {name} = 'page_view' AND ({page}) IS NOT NULL THEN 'Page: ' || {page} ELSE {name} END",
        )
    else:
        found["activity"] = found["name"]
    add_channel(
        table,
        found,
        {
            "source": ("manual_source", "session_source", "source"),
            "medium": ("manual_medium", "session_medium", "medium"),
            "click": ("gclid",),
            "referrer": ("referrer",),
            "own": ("host",),
        },
    )
    if "user" in found:
        visitor = table.cell(found["visitor"])
        user = table.cell(found["user"])
        found["person"] = table.add("person", f"coalesce({user}, {visitor})")
        found["tie"] = table.add("tie", tie(visitor, user, table.cell(found["time"])))
    else:
        found["person"] = found["visitor"]
    # Several events of one bundle may share a moment; without the place in it they are told apart by all else.
    place = " || '/' || ".join(
        f"coalesce({table.cell(found[word])}, '')"
        for word in ("bundle", "batch", "page_id", "order")
        if word in found
    )
    key = (
        f"coalesce({table.cell(found['visitor'])}, '') || '/' || {table.cell(found['time'])} || '/' || {name}"
    )
    found["key"] = table.add("event key", f"{key} || '/' || {place}" if place else key)
    if "session" in found:
        session = table.cell(found["session"])
        found["visit"] = table.add("visit", f"{table.cell(found['visitor'])} || '/' || {session}")
    if "intraday" in table.file.lower():
        table.warn(Message("sources.ga4-intraday"))


VISITS = Shape(
    "visits",
    columns={
        "name": said(api="event_name|name"), "time": said(api="event_timestamp|timestamp"), "date": said(api="event_date|date"),
        "visitor": said(api="user_pseudo_id"), "user": said(api="user_id"), "value": said(api="event_value_in_usd|value_in_usd"),
        "bundle": said(api="event_bundle_sequence_id|bundle_sequence_id"), "batch": said(api="batch_event_index"),
        "page_id": said(api="batch_page_id"), "order": said(api="batch_ordering_id"),
        "session": said(api=_param("ga_session_id")), "page": said(api=_param("page_location") + "|param_page_location"),
        "referrer": said(api=_param("page_referrer")), "device": said(api="device.category|device_category"),
        "country": said(api="geo.country|geo_country"), "host": said(api="device.web_info.hostname|event_dimensions_hostname"),
        "source": said(api=_param("source") + "|traffic_source.source|traffic_source_source"),
        "medium": said(api=_param("medium") + "|traffic_source.medium|traffic_source_medium"),
        "manual_source": said(api="collected_traffic_source.manual_source|collected_traffic_source_manual_source"),
        "manual_medium": said(api="collected_traffic_source.manual_medium|collected_traffic_source_manual_medium"),
        "manual_campaign": said(api="collected_traffic_source.manual_campaign_name|collected_traffic_source_manual_campaign_name"),
        "session_source": said(api="session_traffic_source_last_click.manual_campaign.source"),
        "session_medium": said(api="session_traffic_source_last_click.manual_campaign.medium"),
        "session_campaign": said(api="session_traffic_source_last_click.manual_campaign.campaign_name"),
        "campaign": said(api=_param("campaign") + "|traffic_source.name|traffic_source_name"),
        "gclid": said(api=f"collected_traffic_source.gclid|collected_traffic_source_gclid|{_param('gclid')}"),
        "stream": said(api="stream_id"), "first_touch": said(api="user_first_touch_timestamp"),
        "privacy": said(api="privacy_info.analytics_storage|privacy_info_analytics_storage"),
    },
    needs=("name", "time", "visitor"),
    signs=("bundle", "stream", "first_touch", "session", "privacy", "date", "batch"),
    least=2,
    mend=_mend,
    fills=(
        {"table": "events", "columns": {
            "time": "time", "event_id": "key", "person_id": "person", "case_id": "visit", "activity": "activity", "channel": "channel",
            "campaign": "manual_campaign|session_campaign|campaign", "device": "device", "value": "value", "direction": "=in"}},
        *TIES,
    ),
)  # fmt: skip

SOURCE = Make("ga4", "Google Analytics 4", "web", (VISITS,))
