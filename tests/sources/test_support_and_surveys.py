"""Zendesk's tables, Qualtrics' three lines of headers, and plain surveys of three kinds."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from polku.errors import ImportRefused
from tests.sources.staged import Read, reasons, rows

TICKET = {
    "id": 35, "url": "https://x.zendesk.example/api/v2/tickets/35.json", "subject": "Stop", "description": "The line stands", "status": "solved",
    "type": "incident", "requester_id": 701, "organization_id": 55, "brand_id": 1, "ticket_form_id": 2, "has_incidents": False, "assignee_id": 9,
    "via": {"channel": "email"}, "created_at": "2026-01-13T10:00:00Z", "updated_at": "2026-01-15T10:00:00Z", "tags": ["vip", "line"],
}  # fmt: skip


def test_tickets_of_the_api_are_read(read: Read) -> None:
    found = read(
        json.dumps({"tickets": [TICKET, TICKET | {"id": 36, "status": "deleted"}], "count": 2}),
        name="tickets.json",
    )
    assert found.mapping.source.id == "zendesk-tickets"
    (event,) = rows(found, "events")
    assert (
        event["activity"],
        event["case_id"],
        event["account_id"],
        event["person_id"],
        event["channel"],
    ) == (
        "Ticket: incident",
        "35",
        "55",
        "701",
        "email",
    )
    assert rows(found, "texts")[0]["text"] == "The line stands"
    assert reasons(found) == {"deleted": 1}


def test_agents_are_own_people(read: Read) -> None:
    found = read(
        "id,name,email,organization_id,role,locale,suspended,moderator,shared_agent,verified\n"
        "701,Aino,a@pallo.example,55,end-user,fi,false,false,false,true\n9,Bo,b@own.example,,agent,fi,false,true,false,true\n"
    )
    assert found.mapping.source.id == "zendesk-users"
    assert [(row["person_id"], row["name"]) for row in rows(found, "people")] == [
        ("701", "Aino"),
        ("9", None),
    ]
    assert [(row["person_id"], row["account_id"]) for row in rows(found, "memberships")] == [
        ("701", "55"),
        ("9", "polku:own"),
        ("b@own.example", "polku:own"),
    ]
    assert reasons(found) == {}


def test_good_and_bad_are_a_score_of_one_and_none(read: Read) -> None:
    found = read(
        "id,ticket_id,requester_id,assignee_id,group_id,score,comment,created_at\n"
        "1,35,701,9,2,good,Thanks,2026-01-16 10:00\n2,36,701,9,2,bad,,2026-01-17 10:00\n3,37,701,9,2,offered,,2026-01-18 10:00\n"
    )
    assert found.mapping.source.id == "zendesk-ratings"
    assert [(row["score"], row["score_kind"], row["score_max"]) for row in rows(found, "events")] == [
        (1, "csat", 1),
        (0, "csat", 1),
    ]


ZENDESK = {
    "ticket_data.csv": ("zendesk-tickets", 10),
    "user_data.csv": ("zendesk-users", 10),
    "organization_data.csv": ("zendesk-organizations", 10),
    "domain_name_data.csv": ("zendesk-domains", 10),
    "ticket_comment_data.csv": ("zendesk-comments", 20),
    "ticket_field_history_data.csv": ("zendesk-ticket-history", 38),
}


@pytest.mark.parametrize("name", ZENDESK)
def test_tables_of_a_warehouse_are_told_apart(
    shared_data: Callable[[str], Path], read: Read, name: str
) -> None:
    source, count = ZENDESK[name]
    found = read((shared_data("zendesk-export-seeds") / name).read_bytes(), name=name)
    assert (found.mapping.source.id, found.rows) == (source, count)


QUALTRICS = (
    "StartDate,EndDate,Status,IPAddress,Progress,Duration (in seconds),Finished,RecordedDate,ResponseId,RecipientLastName,RecipientFirstName,RecipientEmail,ExternalReference,LocationLatitude,LocationLongitude,DistributionChannel,UserLanguage,Q1_NPS_GROUP,Q1,Q2,Q3,Q3_TEXT,Company\n"
    'Start Date,End Date,Response Type,IP Address,Progress,Duration (in seconds),Finished,Recorded Date,Response ID,Recipient Last Name,Recipient First Name,Recipient Email,External Data Reference,Location Latitude,Location Longitude,Distribution Channel,User Language,Would you recommend us? - Group,"Would you recommend us\nto a friend?",How satisfied are you with the delivery?,How easy was it?,Why?,Company\n'
    + ",".join(f'"{{""ImportId"":""{name}""}}"' for name in "abcdefghijklmnopqrstuvw")
    + "\n2026-01-13 10:00:00,2026-01-13 10:05:00,IP Address,192.0.2.1,100,300,True,2026-01-13 10:05:01,R_1,Salo,Aino,a@pallo.example,,60.1,24.9,email,FI,3,9,4,6,Quick and friendly help,Pallo Oy\n"
    "2026-01-13 11:00:00,2026-01-13 11:05:00,Survey Preview,192.0.2.1,100,300,True,2026-01-13 11:05:01,R_2,,,,,60.1,24.9,preview,FI,1,2,1,1,,\n"
    "2026-01-14 10:00:00,2026-01-14 10:05:00,IP Address,192.0.2.2,100,300,True,2026-01-14 10:05:01,R_3,Ek,Bo,b@kuutio.example,,60.1,24.9,email,SV,1,3,2,,,Kuutio Oy\n"
)


def test_answers_below_three_lines_of_headers_become_scores_with_their_kind(read: Read) -> None:
    found = read(QUALTRICS, name="survey.csv")
    assert found.mapping.source.id == "qualtrics-responses"
    scores = [
        (row["activity"], row["score"], row["score_kind"], row["score_max"], row["account_id"])
        for row in rows(found, "events")
    ]
    assert scores == [
        ("Response: NPS", 9, "nps", 10, "Pallo Oy"),
        ("Response: CSAT", 4, "csat", 5, "Pallo Oy"),
        ("Response: CES", 6, "ces", 7, "Pallo Oy"),
        ("Response: NPS", 3, "nps", 10, "Kuutio Oy"),
        ("Response: CSAT", 2, "csat", 5, "Kuutio Oy"),
    ]
    assert rows(found, "texts")[0]["text"] == "Quick and friendly help"
    assert reasons(found) == {"header": 2, "try": 1}
    assert not any("192.0.2" in str(row) or "60.1" in str(row) for row in rows(found, "people"))


def test_a_saved_mapping_of_answers_reads_the_same(read: Read) -> None:
    first = read(QUALTRICS, name="survey.csv")
    mapping = {
        "as": "qualtrics-responses",
        "kind": "survey",
        "fills": [fill.model_dump(exclude_defaults=True) for fill in first.mapping.source.fills],
    }
    assert rows(read(QUALTRICS, mapping, name="survey.csv"), "events") == rows(first, "events")


QUALTRICS_TABLES = {
    "distribution_contact.csv": "qualtrics-distribution",
    "survey_response.csv": "qualtrics-survey-response",
    "directory_contact.csv": "qualtrics-contacts",
    "core_contact.csv": "qualtrics-contacts",
}


@pytest.mark.parametrize("name", QUALTRICS_TABLES)
def test_tables_of_surveys_are_told_apart(shared_data: Callable[[str], Path], read: Read, name: str) -> None:
    found = read((shared_data("qualtrics-export-seeds") / name).read_bytes(), name=name)
    assert found.mapping.source.id == QUALTRICS_TABLES[name]
    assert found.rejected == 0


def test_users_of_qualtrics_are_own_people(shared_data: Callable[[str], Path], read: Read) -> None:
    with pytest.raises(ImportRefused) as refused:
        read((shared_data("qualtrics-export-seeds") / "user.csv").read_bytes(), name="user.csv")
    assert refused.value.message.id == "sources.own-people"


@pytest.mark.parametrize(
    ("header", "scores", "kind", "most"),
    [
        ("NPS", (9, 3), "nps", 10),
        ("Suosittelu", (10, 0), "nps", 10),
        ("CSAT", (5, 2), "csat", 5),
        ("Tyytyväisyys", (4, 5), "csat", 5),
        ("Kundnöjdhet", (7, 1), "csat", 7),
        ("Tilfredshed", (90, 40), "csat", 100),
        ("CES", (6, 2), "ces", 7),
        ("Customer effort score", (7, 5), "ces", 7),
        ("Rating", (4, 2), "other", 5),
    ],
)
def test_a_plain_survey_has_its_kind_by_header_and_its_scale_by_values(
    read: Read, header: str, scores: tuple[int, int], kind: str, most: int
) -> None:
    body = "".join(f"{n},2026-01-1{n},a@pallo.example,{score},Fine\n" for n, score in enumerate(scores, 3))
    found = read(f"Response ID,Submitted at,Email,{header},Comment\n{body}")
    assert found.mapping.kind == "survey"
    assert [(row["score"], row["score_kind"], row["score_max"]) for row in rows(found, "events")] == [
        (float(score), kind, float(most)) for score in scores
    ]
