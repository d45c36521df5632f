"""HubSpot's exports: recognised in four languages and in the warehouse's form, with their quirks."""

from __future__ import annotations

import pytest

from polku.errors import ImportRefused
from tests.sources.staged import Read, rows, warned

CONTACTS = {
    "en": "Record ID,First Name,Last Name,Email,Job Title,Lifecycle Stage,Lead Status,Create Date,Associated Company IDs (Primary),Associated Company (Primary)",
    "fi": "Tietueen tunnus,Etunimi,Sukunimi,Sähköposti,Tehtävänimike,Elinkaaren vaihe,Liidin tila,Luontipäivä,Associated Company IDs (Primary),Associated Company (Primary)",
    "sv": "Post-ID,Förnamn,Efternamn,E-post,Jobbtitel,Livscykelfas,Leadstatus,Skapad datum,Associated Company IDs (Primary),Associated Company (Primary)",
    "da": "Post-id,Fornavn,Efternavn,E-mail,Jobtitel,Livscyklusfase,Leadstatus,Oprettelsesdato,Associated Company IDs (Primary),Associated Company (Primary)",
}
ROW = "701,Aino,Salo,Aino.Salo@pallo.example,Hankintapäällikkö,customer,,2026-01-13 10:00,55,Pallo Oy"


@pytest.mark.parametrize("language", CONTACTS)
def test_contacts_are_recognised_in_the_accounts_language(read: Read, language: str) -> None:
    found = read(f"{CONTACTS[language]}\n{ROW}\n")
    assert (found.mapping.source.id, found.mapping.kind) == ("hubspot-contacts", "contacts")
    assert found.mapping.system is not None
    assert found.mapping.system[1].language in ({"en", None} if language == "en" else {language})
    assert rows(found, "people")[0] | {"source_row": 0} == {
        "person_id": "701",
        "name": "Aino Salo",
        "email": "aino.salo@pallo.example",
        "title": "Hankintapäällikkö",
        "source_row": 0,
    }
    assert rows(found, "memberships")[0]["account_id"] == "55"
    assert rows(found, "accounts")[0]["name"] == "Pallo Oy"


def test_dates_of_lifecycle_stages_become_events_and_their_clearing_is_told(read: Read) -> None:
    found = read(
        "Record ID,Email,Last Name,Became a Lead Date,Became a Customer Date,Last NPS survey rating,Last NPS survey date\n"
        "1,a@x.example,A,2026-01-13 10:00,,9,2026-02-01 09:30\n"
    )
    assert {(row["activity"], row["event_id"]) for row in rows(found, "events")} == {
        ("Lifecycle: lead", "contact/1/lead"),
        ("Response: NPS", "contact/1/nps"),
    }
    assert "hubspot-cleared" in warned(found)


def test_the_primary_company_counts_and_else_the_first_of_several(read: Read) -> None:
    head = "Record ID,Email,Last Name,Lifecycle Stage,Associated Company IDs"
    found = read(f"{head}\n1,a@x.example,A,lead,55;66\n2,b@x.example,B,lead,66\n")
    assert [row["account_id"] for row in rows(found, "memberships")] == ["55", "66"]
    assert "several-companies" in warned(found)
    primary = read(f"{head},Associated Company IDs (Primary)\n1,a@x.example,A,lead,55;66,66\n")
    assert [row["account_id"] for row in rows(primary, "memberships")] == ["66"]
    assert "several-companies" not in warned(primary)


def test_a_company_without_an_id_is_known_by_its_name(read: Read) -> None:
    found = read(
        "Record ID,Email,Last Name,Lifecycle Stage,Associated Company IDs,Company Name\n"
        "1,a@x.example,A,lead,,Pallo Oy\n2,b@x.example,B,lead,55,Pallo Oy\n"
    )
    assert [row["account_id"] for row in rows(found, "memberships")] == ["Pallo Oy", "55"]


def test_deals_end_as_their_stage_says_and_keep_their_people(read: Read) -> None:
    found = read(
        "Record ID,Deal Name,Pipeline,Deal Stage,Amount,Close Date,Create Date,Deal owner,Associated Company IDs (Primary),Associated Contact IDs\n"
        "9,Line 4,Sales,Closed Won,12000,2026-03-01 12:00,2026-01-13 10:00,Bo,55,701;702\n"
        "8,Line 5,Sales,closedlost,0,2026-02-01 12:00,2026-01-13 10:00,Bo,55,\n"
        "7,Line 6,Sales,Quote,500,,2026-01-13 10:00,Bo,,\n"
    )
    assert [(row["deal_id"], row["outcome"]) for row in rows(found, "deals")] == [
        ("9", "won"),
        ("8", "lost"),
        ("7", "open"),
    ]
    assert [(row["deal_id"], row["person_id"]) for row in rows(found, "deal_people")] == [
        ("9", "701"),
        ("9", "702"),
    ]
    assert sorted(row["event_id"] for row in rows(found, "events")) == [
        "deal/7/created",
        "deal/8/created",
        "deal/8/lost",
        "deal/9/created",
        "deal/9/won",
    ]


def test_companies_deals_and_tickets_are_told_apart(read: Read) -> None:
    heads = {
        "hubspot-companies": "Record ID,Company name,Company Domain Name,Additional Domains,Industry,Lifecycle Stage,Create Date\n1,X,x.example,,Toys,customer,2026-01-13\n",
        "hubspot-tickets": "Ticket ID,Ticket name,Ticket status,Pipeline,Category,Create date,Associated Company IDs,Associated Contact IDs\n5,Stop,New,Support,,2026-01-13 10:00,55,701;702\n",
        "hubspot-activities": "Record ID,Activity type,Activity date,Associated Contact IDs,Associated Company IDs,Call notes\n4,CALL,2026-01-13 10:00,701;702,55,Spoke of prices\n",
    }
    for source, text in heads.items():
        assert read(text).mapping.source.id == source


def test_a_ticket_without_a_category_is_a_ticket_still(read: Read) -> None:
    head = "Ticket ID,Ticket name,Ticket status,Pipeline,Category,Create date,Associated Company IDs"
    found = read(
        f"{head}\n5,Stop,New,Support,,2026-01-13 10:00,55\n6,Stop,New,Support,Spare parts,2026-01-13 10:00,55\n"
    )
    assert [row["activity"] for row in rows(found, "events")] == ["Ticket", "Ticket: Spare parts"]


def test_the_people_of_a_call_are_its_actor_and_its_participants(read: Read) -> None:
    found = read(
        "Record ID,Activity type,Activity date,Associated Contact IDs,Associated Company IDs,Call notes,Call direction\n"
        "4,CALL,2026-01-13 10:00,701;702,55,Spoke of prices,INBOUND\n"
    )
    (event,) = rows(found, "events")
    assert (event["activity"], event["person_id"], event["direction"]) == ("Call", "701", "in")
    assert [row["person_id"] for row in rows(found, "event_people")] == ["701", "702"]
    assert rows(found, "texts")[0]["text"] == "Spoke of prices"


@pytest.mark.parametrize(
    "head",
    [
        "owner_id,created_at,portal_id,type,updated_at,email,first_name,last_name,active_user_id\n1,2026-01-13,2,PERSON,2026-01-13,a@x.example,A,B,3\n",
        "id,primary_team_id,role_id,email,first_name,last_name\n1,2,3,a@x.example,A,B\n",
    ],
)
def test_owners_and_users_are_not_customers_contacts(read: Read, head: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        read(head)
    assert refused.value.message.id == "sources.own-people"


def test_the_engagements_of_the_api_are_read_from_json(read: Read) -> None:
    found = read(
        '{"results": [{"engagement": {"id": 4, "portalId": 1, "type": "MEETING", "timestamp": 1768298400000, "createdAt": 1768298400000},'
        ' "associations": {"contactIds": [701, 702], "companyIds": [55], "dealIds": [9]}, "metadata": {"title": "Line 4", "body": "Drawings"}},'
        ' {"engagement": {"id": 5, "portalId": 1, "type": "NOTE", "timestamp": 1768298400000, "createdAt": 1768298400000},'
        ' "associations": {"contactIds": [], "companyIds": [55], "dealIds": []}, "metadata": {"body": "x"}}]}',
        name="engagements.json",
    )
    assert found.mapping.source.id == "hubspot-activities"
    assert [(row["activity"], row["account_id"], row.get("person_id")) for row in rows(found, "events")] == [
        ("Meeting", "55", "701"),
        ("Note", "55", None),
    ]


def test_stages_that_say_of_no_deal_how_it_ended_are_told(read: Read) -> None:
    head = "Record ID,Deal Name,Pipeline,Deal Stage,Amount,Associated Company IDs (Primary)\n"
    found = read(head + "".join(f"{n},D,Sales,Vaihe {n % 3},5,55\n" for n in range(12)))
    assert "no-outcomes" in warned(found)
    told = next(one for one in found.warnings if one.id == "sources.no-outcomes")
    assert told.params["example"] == "{outcome: {of: Deal Stage, Vaihe 0: won, else: open}}"
    assert "no-outcomes" not in warned(
        read(head + "".join(f"{n},D,Sales,{'Closed Won' if n else 'x'},5,55\n" for n in range(12)))
    )


def test_a_header_that_nobody_foresaw_is_told_by_what_stands_below_it(read: Read) -> None:
    head = "Oppføringsnummer,Fornavn hos oss,Postadresse,Associated Company IDs (Primary),Associated Company (Primary)"
    for name in ("hubspot-crm-exports-alle-contacts-2026-11-01.csv", "eksport.csv"):
        found = read(
            f"{head}\n701,Aino,aino@pallo.example,55,Pallo Oy\n702,Bo,bo@boll.example,56,Boll AB\n", name=name
        )
        assert found.mapping.source.id == "hubspot-contacts"
        assert [(row["person_id"], row["email"]) for row in rows(found, "people")] == [
            ("701", "aino@pallo.example"), ("702", "bo@boll.example"),
        ]  # fmt: skip
        assert [row["account_id"] for row in rows(found, "memberships")] == ["55", "56"]


def test_numbers_that_repeat_are_no_ids(read: Read) -> None:
    head = "Oppføringsnummer,Postadresse,Associated Company IDs (Primary)"
    with pytest.raises(ImportRefused):
        read(f"{head}\n701,aino@pallo.example,55\n701,bo@boll.example,56\n", name="hubspot-contacts.csv")
