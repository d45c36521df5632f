"""Google Analytics, Segment and RudderStack: visits with their channel, page, session and people."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from polku.records.engine import Engine
from polku.sources.channels import channel
from tests.sources.staged import Read, rows, warned

VIEW: dict[str, Any] = {
    "event_date": "20260113", "event_timestamp": "1768298400123456", "event_name": "page_view", "user_pseudo_id": "77.88",
    "event_bundle_sequence_id": "5", "batch_event_index": "1", "stream_id": "9", "user_first_touch_timestamp": "1768298300000000",
    "event_params": [
        {"key": "ga_session_id", "value": {"string_value": None, "int_value": "1768298400", "float_value": None, "double_value": None}},
        {"key": "page_location", "value": {"string_value": "https://hoppebold.example/prices/?utm_source=x", "int_value": None}},
    ],
    "device": {"category": "desktop", "web_info": {"hostname": "hoppebold.example"}}, "geo": {"country": "Finland"},
    "collected_traffic_source": {"manual_source": "google", "manual_medium": "cpc", "manual_campaign_name": "spring"},
    "traffic_source": {"source": "(direct)", "medium": "(none)", "name": "(direct)"},
}  # fmt: skip
FORM = VIEW | {
    "event_name": "generate_lead",
    "event_timestamp": "1768298500123456",
    "user_id": "a@pallo.example",
    "batch_event_index": "2",
}


def test_rows_of_the_bigquery_export_become_visits(read: Read) -> None:
    found = read("\n".join(json.dumps(one) for one in (VIEW, FORM)), name="events_20260113.json")
    assert found.mapping.source.id == "ga4"
    view, form = rows(found, "events")
    assert (
        view["activity"],
        view["person_id"],
        view["case_id"],
        view["channel"],
        view["campaign"],
        view["device"],
    ) == (
        "Page: /prices",
        "77.88",
        "77.88/1768298400",
        "paid search",
        "spring",
        "desktop",
    )
    assert view["time"].isoformat() == "2026-01-13T10:00:00.123456"
    assert (form["activity"], form["person_id"]) == ("generate_lead", "a@pallo.example")
    visitor, user = rows(found, "event_people")
    assert (visitor["person_id"], visitor["as"]) == ("77.88", "visitor")
    assert (user["person_id"], user["as"]) == ("a@pallo.example", "self")
    assert visitor["event_id"] == user["event_id"]


def test_nested_parquet_is_read_like_json(read: Read, tmp_path: Path) -> None:
    lines = tmp_path / "rows.json"
    lines.write_text("\n".join(json.dumps(one) for one in (VIEW, FORM)), encoding="utf-8")
    file = tmp_path / "rows.parquet"
    with Engine() as engine:
        engine.write(f"SELECT * FROM read_json('{lines}')", file)
    plain = read(lines.read_bytes(), name="events_20260113.json")
    packed = read(file.read_bytes(), name="events_20260113.parquet")
    assert rows(packed, "events") == rows(plain, "events")


def test_a_late_daily_table_adds_nothing_twice_and_an_intraday_one_is_told(read: Read) -> None:
    text = "\n".join(json.dumps(one) for one in (VIEW, VIEW, FORM))
    found = read(text, name="events_intraday_20260113.json")
    assert (found.rows, found.repeated) == (3, 1)
    assert "ga4-intraday" in warned(found)


def test_flattened_columns_of_a_warehouse_are_the_same_source(
    shared_data: Callable[[str], Path], read: Read
) -> None:
    found = read(
        (shared_data("web-analytics-samples") / "ga4_export" / "event_data.csv").read_bytes(),
        name="event_data.csv",
    )
    assert (found.mapping.source.id, found.rows, found.rejected, found.tables["events"]) == ("ga4", 6, 0, 6)


CALLS: list[dict[str, Any]] = [
    {"type": "page", "messageId": "m1", "anonymousId": "anon", "timestamp": "2026-01-13T10:00:00.000Z", "receivedAt": "2026-01-13T12:00:00.000Z",
     "properties": {"path": "/prices", "url": "https://h.example/prices"}, "context": {"campaign": {"source": "linkedin", "medium": "cpc", "name": "spring"}, "library": {"name": "analytics.js"}}},
    {"type": "identify", "messageId": "m2", "anonymousId": "anon", "userId": "u1", "timestamp": "2026-01-13T10:01:00.000Z",
     "traits": {"email": "a@pallo.example", "firstName": "Aino", "lastName": "Salo", "title": "CEO"}},
    {"type": "group", "messageId": "m3", "anonymousId": "anon", "userId": "u1", "groupId": "g1", "timestamp": "2026-01-13T10:02:00.000Z",
     "traits": {"name": "Pallo Oy", "industry": "Toys", "website": "pallo.example"}},
    {"type": "track", "event": "Quote asked", "messageId": "m4", "anonymousId": "anon", "userId": "u1", "timestamp": "2026-01-13T10:03:00.000Z",
     "context": {"groupId": "g1"}, "properties": {"revenue": 1200}},
    {"type": "track", "event": "Quote asked", "messageId": "m4", "anonymousId": "anon", "userId": "u1", "timestamp": "2026-01-13T10:03:00.000Z",
     "context": {"groupId": "g1"}, "properties": {"revenue": 1200}},
]  # fmt: skip


def test_calls_become_events_people_and_companies(read: Read) -> None:
    found = read("\n".join(json.dumps(one) for one in CALLS), name="calls.jsonl")
    assert found.mapping.source.id == "segment"
    events = rows(found, "events")
    assert [(row["activity"], row["person_id"], row.get("account_id")) for row in events[:2]] == [
        ("Page: /prices", "anon", None),
        ("Quote asked", "u1", "g1"),
    ]
    assert (events[0]["channel"], events[0]["time"].isoformat()) == ("paid social", "2026-01-13T10:00:00")
    assert rows(found, "people")[0]["name"] == "Aino Salo"
    account = rows(found, "accounts")[0]
    assert (account["account_id"], account["name"], account["domain"]) == ("g1", "Pallo Oy", "pallo.example")
    assert [(row["person_id"], row["account_id"]) for row in rows(found, "memberships")] == [("u1", "g1")]
    # The one person, known by the browser before and by name after.
    assert {row["person_id"] for row in rows(found, "event_people")} == {"anon", "u1"}


def test_a_message_sent_twice_counts_once(read: Read) -> None:
    found = read("\n".join(json.dumps(one) for one in CALLS[3:]), name="calls.jsonl")
    assert (found.rows, found.repeated) == (2, 1)


def test_the_page_table_of_a_warehouse_is_read(shared_data: Callable[[str], Path], read: Read) -> None:
    file = shared_data("web-analytics-samples") / "segment" / "example_segment_pages.csv"
    (event,) = rows(read(file.read_bytes(), name="example_segment_pages.csv"), "events")
    assert (event["activity"], event["channel"], event["campaign"]) == (
        "Page: /product",
        "social",
        "autumn_collection_2015",
    )


@pytest.mark.parametrize(
    ("source", "medium", "referrer", "expected"),
    [
        ("google", "cpc", None, "paid search"),
        ("google", "organic", None, "organic search"),
        ("linkedin", "paid_social", None, "paid social"),
        ("linkedin.com", "referral", None, "social"),
        ("newsletter", "email", None, "email"),
        (None, None, "https://www.bing.com/search", "organic search"),
        (None, None, "https://chatgpt.com/", "ai assistant"),
        (None, None, "https://partner.example/x", "referral"),
        ("(direct)", "(none)", None, "direct"),
        ("partner", "fair", None, "referral"),
        (None, None, None, None),
        ("programme", "display", None, "display"),
    ],
)
def test_channels_have_one_set_of_words(
    source: str | None, medium: str | None, referrer: str | None, expected: str | None
) -> None:
    def literal(value: str | None) -> str:
        return "CAST(NULL AS VARCHAR)" if value is None else f"'{value}'"

    with Engine() as engine:
        assert engine.rows(f"SELECT {channel(literal(source), literal(medium), literal(referrer))}") == [
            (expected,)
        ]


def test_visits_in_matomo_are_whose_who_is_signed_in(read: Read) -> None:
    found = read(
        "idSite,idVisit,visitIp,visitorId,fingerprint,userId,serverDate,firstActionTimestamp,referrerType,deviceType,goalConversions\n"
        "1,11,10.0.0.0,aa,f1,mari@pallo.example,2026-04-02,1775124000,campaign,Desktop,1\n1,12,10.0.0.0,bb,f2,,2026-04-02,1775127600,direct,Smartphone,0\n"
    )
    assert found.mapping.source.id == "matomo"
    said = [
        (row["activity"], row["person_id"], row["channel"], row["time"].hour) for row in rows(found, "events")
    ]
    assert said == [("Visit", "mari@pallo.example", "campaign", 10), ("Visit", "bb", "direct", 11)]
    assert {(row["as"], row["person_id"]) for row in rows(found, "event_people")} == {
        ("visitor", "aa"),
        ("self", "mari@pallo.example"),
    }
    assert {row["event_id"].rpartition("/")[2] for row in rows(found, "event_people")} == {
        str(1775124000 // 3600)
    }
