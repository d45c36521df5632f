"""Files whose columns speak for themselves, in four languages; and those that do not."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from polku.documents import Settings, Source, Workspace
from polku.errors import ImportRefused, WrongUse
from polku.sources.mapping_text import as_yaml
from polku.sources.mappings import id_of
from polku.sources.staging import read_files
from polku.sources.unclear import Unclear
from tests.sources.staged import Read, rows, warned

FILES = {
    "contacts": [
        ("Record ID,First Name,Last Name,Email,Job Title,Company Name\n1,A,B,a@x.example,CEO,X\n", ("people", "memberships")),
        ("Id,AccountId,FirstName,LastName,Email,Title\n1,9,A,B,a@x.example,CEO\n", ("people", "memberships")),
        ("Etunimi;Sukunimi;Sähköposti;Tehtävänimike;Yritys\nA;B;a@x.example;Ostaja;X\n", ("people", "memberships")),
        ("Namn;E-post;Befattning;Företag\nA;a@x.example;VD;X\n", ("people", "memberships")),
        ("Navn;E-mail;Stilling;Virksomhed\nA;a@x.example;Direktør;X\n", ("people", "memberships")),
    ],
    "companies": [
        ("Record ID,Company name,Company Domain Name,Industry,Number of Employees\n1,X,x.example,Toys,5\n", ("accounts",)),
        ("Id,Name,ParentId,Industry,Website\n1,X,,Toys,x.example\n", ("accounts",)),
        ("Asiakasnumero;Yritys;Toimiala;Maa\n1;X;Lelut;FI\n", ("accounts",)),
        ("Kundnr;Företag;Bransch;Anställda\n1;X;Leksaker;5\n", ("accounts",)),
        ("Kundenr;Firmanavn;Branche;Land\n1;X;Legetøj;DK\n", ("accounts",)),
    ],
    "deals": [
        ("Record ID,Deal Name,Deal Stage,Amount,Close Date,Create Date\n1,D,Closed Won,5,2026-02-13,2026-01-13\n", ("deals", "events")),
        ("Id,AccountId,Name,StageName,Amount,CloseDate,CreatedDate\n1,9,D,Closed Lost,5,2026-02-13,2026-01-13\n", ("deals", "events")),
        ("Kauppa ID;Vaihe;Summa;Luotu;Asiakas\n1;Voitettu;5,0;13.1.2026;X\n", ("deals", "events")),
    ],
    "tickets": [
        ("Ticket ID,Subject,Created time,Email,Company Name\n1,Stop,2026-01-13 10:00,a@x.example,X\n", ("people", "memberships", "events")),
        ("Sagsnummer;Emne;Oprettet;E-mail;Kunde\n1;Stop;13-01-2026 10:00;a@x.example;X\n", ("people", "memberships", "events")),
        ("Sagsnr;Emne;Oprettet;Status;E-mail;Kunde;Tilfredshed\n1;Stop;13-01-2026 10:00;Lukket;a@x.example;X;4\n", ("people", "memberships", "events")),
    ],
    "survey": [
        ("Response ID,Submitted at,Email,Score,Comment\n1,2026-01-13,a@x.example,9,Good\n", ("people", "events", "texts")),
        ("Vastausaika;Sähköposti;Suosittelu\n13.1.2026;a@x.example;9\n", ("people", "events")),
    ],
    "activities": [
        ("Activity Type,Activity Date,Company,Contact ID\nCall,2026-01-13,X,7\n", ("events",)),
        ("Tapahtuma;Päivämäärä;Asiakas\nPuhelu;13.1.2026;X\n", ("events",)),
        ("Company,Activity,When\nX,Call,2026-01-13\n", ("events",)),
        ("Företag;Händelse;När\nX;Samtal;2026-01-13\n", ("events",)),
        ("Virksomhed;Hændelse;Hvornår\nX;Opkald;13-01-2026\n", ("events",)),
    ],
    "event-log": [
        ("case:concept:name,concept:name,time:timestamp\n1,a,2026-01-13T10:00:00+02:00\n", ("events",)),
        ("CaseID,Activity,Timestamp\n1,a,2026-01-13 10:00\n", ("events",)),
    ],
}  # fmt: skip
CASES = [(kind, text, tables) for kind, files in FILES.items() for text, tables in files]


@pytest.mark.parametrize(("kind", "text", "tables"), CASES)
def test_a_file_is_taken_for_what_its_columns_say(
    read: Read, kind: str, text: str, tables: tuple[str, ...]
) -> None:
    found = read(text)
    assert (found.mapping.kind, found.mapping.told_by) == (kind, "proposal")
    assert (found.rows, found.rejected, tuple(found.tables)) == (1, 0, tables)
    assert "proposed" in warned(found)


@pytest.mark.parametrize(("kind", "text", "tables"), CASES)
def test_a_proposal_saved_as_a_document_reads_the_same(
    read: Read, kind: str, text: str, tables: tuple[str, ...]
) -> None:
    first = read(text)
    saved = YAML(typ="safe", pure=True).load(as_yaml(first.mapping.source))
    assert Source.model_validate(saved) == first.mapping.source
    again = read(text, {key: value for key, value in saved.items() if key != "id"})
    assert {table: rows(again, table) for table in tables} == {table: rows(first, table) for table in tables}


@pytest.mark.parametrize(
    "text",
    ["p,q\n1,2\n", "id,name\n1,x\n", "recipient,id,created\na@x.example,1,2026-01-13\n", "id,pipeline_stage,created_at\n1,new,2026-01-13\n"],
)  # fmt: skip
def test_what_does_not_speak_for_itself_is_not_guessed(read: Read, text: str) -> None:
    with pytest.raises(Unclear):
        read(text)


def test_a_file_that_lacks_one_column_is_told_what_it_is_nearest_to_and_lacks(read: Read) -> None:
    with pytest.raises(Unclear) as refused:
        read("Deal ID,Amount,Close date,Owner\n7,,2026-01-13,Bo\n")
    said = refused.value.text()
    assert "nearest to deals" in said and "stage" in said
    assert [(one.name, one.meaning, one.example) for one in refused.value.columns] == [
        ("Deal ID", "deal_id", "7"),
        ("Amount", None, None),
        ("Close date", "closed", "2026-01-13"),
        ("Owner", "owner", "Bo"),
    ]
    assert refused.value.draft == {
        "deal_id": "Deal ID",
        "account_id": "…",
        "stage": "…",
        "closed": "Close date",
    }


def test_a_day_that_no_header_tells_is_seen_in_the_cells(read: Read) -> None:
    with pytest.raises(Unclear) as refused:
        read("lead;first seen;kind\nx;13.1.2026;web\n")
    assert refused.value.draft == {"time": "first seen", "account_id": "…", "activity": "…"}


def test_an_empty_column_is_not_taken_for_the_id_it_promises(read: Read) -> None:
    found = read("id,account number,name,website\n1,,Pallo,pallo.example\n")
    assert [row["account_id"] for row in rows(found, "accounts")] == ["1"]


def test_a_column_of_words_is_not_taken_for_the_time_it_promises(read: Read) -> None:
    tickets = "Sagsnr;Oprettet;Kunde;Emne;Besvaret;Anbefaling\n1;19-11-2024 09:59;Acme ApS;Rengøring;ja;9\n2;20-11-2024 10:10;Beta ApS;Manual;nej;\n"

    assert [row["time"].day for row in rows(read(tickets), "events")] == [19, 20]


def test_a_proposal_that_could_use_no_row_is_refused(read: Read) -> None:
    with pytest.raises(ImportRefused) as refused:
        read("CaseID,Activity,Timestamp\n1,a,soon\n2,b,later\n")
    assert refused.value.message.id == "sources.none-used"
    assert "Timestamp" in refused.value.text()


def test_start_and_end_in_one_second_are_two_events(read: Read) -> None:
    text = "case:concept:name,concept:name,time:timestamp,lifecycle:transition\n"
    text += "1,a,2026-01-13T10:00:00Z,start\n1,a,2026-01-13T10:00:00Z,complete\n"
    assert (read(text).rows, read(text).repeated) == (2, 0)


def test_exports_of_all_months_have_one_id() -> None:
    assert {id_of(f"web-visits{month}.csv") for month in ("-2026-11", "_2026_12", "-2027-01-03", "")} == {
        "web-visits"
    }
    assert id_of("hubspot-crm-exports-all-companies-2025-11-14.csv") == "hubspot-crm-exports-all-companies"
    assert id_of("2026.csv") == "import"
    assert id_of("bpic2012.xes.gz") == "bpic2012"


def test_parquet_is_read_as_its_columns_say(read: Read, tmp_path: Path) -> None:
    from polku.records.engine import Engine

    file = tmp_path / "log.parquet"
    with Engine() as engine:
        engine.write(
            'SELECT 1 AS "CaseID", \'a\' AS "Activity", TIMESTAMP \'2026-01-13 10:00:00.5\' AS "Timestamp"',
            file,
        )
    (row,) = rows(read(file.read_bytes(), name="log.parquet"), "events")
    assert (row["case_id"], row["activity"], row["time"].isoformat()) == (
        "1",
        "a",
        "2026-01-13T10:00:00.500000",
    )


def test_an_answer_without_an_id_keeps_its_comment(read: Read) -> None:
    found = read(
        "respondent_email;respondent_firstname;respondent_lastname;company_name;rating;comment;answered\n"
        "a@x.example;A;B;X A/S;10;Fint;2026-01-13 10:00\n"
    )
    assert rows(found, "texts")[0]["text"] == "Fint"
    assert rows(found, "texts")[0]["event_id"] == rows(found, "events")[0]["event_id"]
    assert rows(found, "people")[0]["name"] == "A B"


def test_subjects_in_each_writers_own_words_are_no_kinds_of_tickets(read: Read) -> None:
    head = "Ticket ID,Subject,Created time,Closed time,Email,Company Name\n"
    body = "".join(
        f"{n},In own words {n},2026-01-13 10:00,2026-01-14 10:00,a@x.example,X\n" for n in range(50)
    )
    assert {row["activity"] for row in rows(read(head + body), "events")} == {"Ticket", "Ticket: closed"}
    few = "".join(f"{n},Topic {n % 3},2026-01-13 10:00,,a@x.example,X\n" for n in range(50))
    assert {row["activity"] for row in rows(read(head + few), "events")} == {
        f"Ticket: Topic {n}" for n in range(3)
    }


def test_a_survey_tool_that_answers_in_json_is_understood(read: Read) -> None:
    found = read(
        '[{"id": "5", "person": {"id": "7", "email": "a@x.example", "name": "A"}, "survey_type": "nps", "score": 9, "comment": "Good",'
        ' "created_at": 1768298400, "person_properties": {"company": "X"}}]',
        name="delighted.json",
    )
    (event,) = rows(found, "events")
    assert (event["activity"], event["score_kind"], event["account_id"], event["person_id"]) == (
        "Response: nps",
        "nps",
        "X",
        "a@x.example",
    )
    assert rows(found, "texts")[0]["text"] == "Good"


def test_tables_of_two_ids_are_links_whatever_crm_wrote_them(read: Read) -> None:
    found = read("Ticket ID,Company ID\nT1,A1\nT1,A2\n", name="links.csv")
    assert rows(found, "belongings")[0] == {
        "kind": "case",
        "record_id": "T1",
        "account_id": "A1",
        "source_row": 2,
    }
    assert found.mapping.source.kind == "support"
    found = read("Deal ID,Contact ID\nD1,P1\n", name="links.csv")
    assert rows(found, "deal_people") == [{"deal_id": "D1", "person_id": "P1", "source_row": 2}]
    found = read("Opportunity ID,Account ID,Is primary\nD1,A1,yes\n", name="links.csv")
    assert rows(found, "belongings") == [
        {"kind": "deal", "record_id": "D1", "account_id": "A1", "primary": True, "source_row": 2}
    ]


@pytest.mark.parametrize(
    "header",
    [
        "Suositteluhalukkuus (0-10)",
        "NPS [0–10]",
        "Rekommendationsvilja (0-10)",
        "Anbefalingsvillighed (0-10)",
    ],
)
def test_what_stands_in_brackets_behind_a_name_changes_nothing_about_it(read: Read, header: str) -> None:
    found = read(
        f"{header};Email;Date\n9;a@x.example;2026-01-13\n3;b@x.example;2026-01-14\n", name="answers.csv"
    )

    assert [(one["score"], one["score_kind"]) for one in rows(found, "events")] == [
        (9.0, "nps"),
        (3.0, "nps"),
    ]


def test_other_words_in_brackets_are_words(read: Read) -> None:
    with pytest.raises(ImportRefused):
        read("Activity,Time (min),Company\nCall,12,X\n", name="calls.csv")


def test_a_ticket_that_names_its_contact_by_id_is_that_contacts(read: Read) -> None:
    found = read("Ticket ID,Subject,Created,Contact ID\nT1,Jam,2026-01-13 10:00:00,11\n", name="tickets.csv")

    assert list(found.tables) == ["events"]
    (event,) = rows(found, "events")
    assert (event["case_id"], event["person_id"]) == ("T1", "11")


def test_a_header_without_rows_is_told(read: Read) -> None:
    assert "header-only" in warned(read("Date,Activity,Company\n", name="log.csv"))


def test_a_source_named_as_a_kind_goes_first_and_either_can_be_said(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("id,First name,Last name,Email,Company\n1,Mette,Holm,m@x.example,Legetøj Nord\n", "utf-8")
    own = Source.model_validate(
        {"id": "contacts", "reads": "never", "table": "accounts", "columns": {"name": "Company"}}
    )
    workspace = Workspace(Settings(), sources={"contacts": own})

    def read_as(system: str) -> tuple[set[str], bool]:
        out = tmp_path / system.replace(":", "-")
        out.mkdir()
        (found,) = read_files(workspace, [file], out, system=system)
        return set(found.tables), "sources.as-both" in {one.id for one in found.warnings}

    assert read_as("contacts") == ({"accounts"}, True)
    assert read_as("source:contacts") == ({"accounts"}, False)
    tables, warned_of_both = read_as("kind:contacts")
    assert ("people" in tables, warned_of_both) == (True, False)
    for word in ("source:people", "kind:people"):
        with pytest.raises(WrongUse, match="nothing is known as"):
            read_as(word)
