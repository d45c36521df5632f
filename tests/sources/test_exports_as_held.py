"""Exports as people hold them: reports with footers, forms that ask in sentences, tables of many CRMs."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from polku.documents import Settings, Source, Workspace
from polku.errors import ImportRefused
from polku.formats.workspace import read_workspace
from polku.sources.headers import language_of, meaning_of
from polku.sources.importing import import_files
from polku.sources.mappings import by_name, id_of, reads_of
from polku.sources.staging import read_files
from polku.sources.unclear import HEADER, NEEDS
from tests.sources.staged import Read, reasons, rows, warned


def book(*table: list[Any], at: tuple[int, int] = (1, 1)) -> bytes:
    """A workbook whose first sheet holds a table from a cell on."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for down, row in enumerate(table):
        for right, value in enumerate(row):
            if value is not None:
                sheet.cell(at[0] + down, at[1] + right, value)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Företag;Betyg\nBoll AB;9\n", "when it was answered (“Svarsdatum”)"),
        ("Sagsnummer;Emne;Virksomhed\n1;Pumpe;Boll\n", "when it was created (“Oprettet”)"),
        ("Kaupan nimi;Yritys;Summa\nPallot;Pallo;3\n", "the stage (“Vaihe”)"),
        ("Ticket ID,Subject,Company\n1,Pump,Boll\n", "when it was created (“Created”)"),
    ],
)
def test_a_missing_header_is_named_as_the_file_would_call_it(read: Read, text: str, said: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        read(text)
    assert said in refused.value.text("en")


def test_what_is_missing_is_told_in_the_language_of_the_reader(read: Read) -> None:
    with pytest.raises(ImportRefused) as refused:
        read("Företag;Betyg\nBoll AB;9\n")
    assert "milloin vastattiin (”Svarsdatum”)" in refused.value.text("fi")


def test_a_kind_that_was_asked_for_names_only_what_is_missing(read: Read) -> None:
    with pytest.raises(ImportRefused) as refused:
        read("Yritys;Arvosana;Kommentti\nPallo;9;Hyvä\n", system="survey")
    assert "arvosana" not in refused.value.text("fi") and "”Vastattu”" in refused.value.text("fi")


@pytest.mark.parametrize("language", ["en", "fi", "sv", "da"])
def test_a_header_that_is_named_would_be_understood(language: str) -> None:
    assert {group[0] for groups in NEEDS.values() for group in groups} <= set(HEADER)
    for meaning, said in HEADER.items():
        assert meaning_of(said[language]) == meaning


def test_a_language_is_told_by_the_headers_that_only_it_has() -> None:
    assert language_of(["Företag", "Kommentar"]) == "sv"
    assert language_of(["E-post", "Kontakt"]) is None
    assert language_of(["Yritys", "Företag"]) is None


def test_days_of_a_spreadsheet_among_dates_are_read(read: Read) -> None:
    moment = dt.datetime(2026, 5, 1, 10, 0)
    found = read(
        book(["Activity", "Date", "Company"], ["Call", moment, "X"], ["Call", 46144, "X"], ["Call", 46145.5, "X"]),
        name="calls.xlsx",
    )  # fmt: skip
    assert [(row["time"], row["precision"]) for row in rows(found, "events")] == [
        (moment, "second"),
        (dt.datetime(2026, 5, 2), "day"),
        (dt.datetime(2026, 5, 3, 12), "second"),
    ]
    assert (found.rejected, "dates-serial-some" in warned(found)) == (0, True)


def test_a_workbook_that_counts_from_1904_has_its_bare_numbers_counted_so(read: Read) -> None:
    made = openpyxl.Workbook()
    made.epoch = CALENDAR_MAC_1904
    sheet = made.active
    assert sheet is not None
    for row in (["Activity", "Date", "Company"], ["Call", dt.date(2026, 5, 1), "X"], ["Call", 44682, "X"]):
        sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    found = read(out.getvalue(), name="calls.xlsx")
    assert [row["time"] for row in rows(found, "events")] == [
        dt.datetime(2026, 5, 1),
        dt.datetime(2026, 5, 2),
    ]
    sheet["B2"] = 44681.5
    out = io.BytesIO()
    made.save(out)
    found = read(out.getvalue(), name="calls.xlsx")
    assert [row["time"] for row in rows(found, "events")] == [
        dt.datetime(2026, 5, 1, 12),
        dt.datetime(2026, 5, 2),
    ]


def test_a_number_that_is_no_day_stays_unreadable(read: Read) -> None:
    found = read("Activity,Date,Company\nCall,2026-05-01,X\nCall,2026-05-02,X\nCall,99999,X\n")
    assert (found.rows, reasons(found)) == (3, {"unreadable": 1})


def test_danes_write_the_day_before_the_slash(read: Read) -> None:
    found = read("Aktivitet;Dato;Virksomhed\nOpkald;3/4-2026;X\nOpkald;5/6 2026;X\nOpkald;1. marts 2026;X\n")
    assert [row["time"] for row in rows(found, "events")] == [
        dt.datetime(2026, 4, 3),
        dt.datetime(2026, 6, 5),
        dt.datetime(2026, 3, 1),
    ]


FORMS = {
    "sv": "Tidsstämpel,E-postadress,Vilket företag arbetar du på?,Hur troligt är det att du skulle rekommendera oss till en kollega? (0-10),"
    "Vad är den viktigaste orsaken till ditt betyg?,Något annat du vill säga?",
    "fi": "Lähetetty,Sähköposti,Missä yrityksessä työskentelet?,Kuinka todennäköisesti suosittelisit meitä kollegalle?,Miksi annoit tämän arvosanan?,Muuta palautetta meille",
    "da": "Tidsstempel,E-mail,Hvilken virksomhed arbejder du i?,Hvor sandsynligt er det at du vil anbefale os til en kollega?,Hvad er årsagen til din vurdering?,Er der noget andet du vil sige?",
    "en": "Timestamp,Email,Which company do you work for?,How likely are you to recommend us to a colleague?,What is the main reason for your score?,Anything else you want to say?",
}  # fmt: skip


@pytest.mark.parametrize("language", FORMS)
def test_a_form_that_asks_in_sentences_is_a_survey(read: Read, language: str) -> None:
    found = read(f'{FORMS[language]}\n2026-05-01 10:02:11,a@x.example,X Oy,9,"Quick, and kind",No\n')
    assert found.mapping.kind == "survey"
    (event,) = rows(found, "events")
    assert (event["score"], event["score_kind"], event["account_id"]) == (9, "nps", "X Oy")
    assert [row["text"] for row in rows(found, "texts")] == ["Quick, and kind", "No"]


def test_a_short_header_is_no_question() -> None:
    assert [meaning_of(one) for one in ("Reason", "Why not", "Which company")] == [None, None, None]


ID = "0065g0000000001"
REPORT = (
    '"Account Name","Opportunity Name","Stage","Amount","Close Date","Created Date","Opportunity ID"\n'
    f'"Boll AB","Boll","Closed Won","120 000,00","2026-03-31","2026-01-12","{ID}"\n\n\n"My report"\n'
    '"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."\n"Confidential Information - Do Not Distribute"\n'
)


def test_lines_under_a_report_are_told_from_rows_that_are_cut_wrongly(read: Read) -> None:
    found = read(REPORT)
    assert found.mapping.source.id == "salesforce-opportunity"
    assert (found.rows, reasons(found)) == (4, {"below": 3})
    wrong = read("Activity,Date,Company\nonly\nCall,2026-05-01,X\nlast\n")
    assert reasons(wrong) == {"width": 1, "below": 1}


def test_a_report_in_groups_names_the_account_of_each_row(read: Read) -> None:
    found = read(
        book(
            ["My report"],
            ["As of 2026-05-01"],
            ["Account Name  ↑", "Opportunity Name", "Stage", "Amount", "Close Date", "Created Date", "Opportunity ID"],
            ["Boll AB", "One", "Closed Won", 5, dt.date(2026, 3, 1), dt.date(2026, 1, 1), ID],
            [None, "Total rebuild", "Closed Lost", 6, dt.date(2026, 3, 2), dt.date(2026, 1, 2), ID[:-1] + "2"],
            ["Subtotal", None, None, 11],
            [None, None, "Count: 2"],
            ["Pallo Oy", "Three", "Offer", 7, dt.date(2026, 3, 3), dt.date(2026, 1, 3), ID[:-1] + "3"],
            ["Total", None, None, 18],
            ["Copyright © 2000-2026 salesforce.com, inc. All rights reserved."],
            at=(1, 2),
        ),
        name="report.xlsx",
    )  # fmt: skip
    assert [row["account_id"] for row in rows(found, "deals")] == ["Boll AB", "Boll AB", "Pallo Oy"]
    assert (found.rows, reasons(found)) == (7, {"total": 3, "below": 1})


# Headers as the tools write them, so far as known. Those of Pipedrive stand in public files of headers; of the others none was found.
CRMS = {
    "Pipedrive, deals": (
        "Deal - Title,Deal - Value,Deal - Currency of Value,Deal - Organization,Deal - Stage,Deal - Status,Deal - Deal created,Deal - Won time,Deal - Lost time,Deal - ID\n"
        "Balls,12,EUR,Boll AB,Offer made,Won,2026-01-01 10:00:00,2026-03-01 10:00:00,,1\n"
        "More,9,EUR,Boll AB,Offer made,Lost,2026-01-02 10:00:00,,2026-03-02 10:00:00,2\n",
        "deals", [("1", "Boll AB", "won", 3, 1), ("2", "Boll AB", "lost", 3, 2)],
    ),
    "Dynamics 365": (
        "(Do Not Modify) Opportunity,(Do Not Modify) Row Checksum,Topic,Potential Customer,Est. Revenue,Status Reason,Created On,Actual Close Date\n"
        "a1,x=,Balls,Boll AB,12,Won,2026-01-01 09:00,2026-03-01\na2,y=,More,Boll AB,9,In Progress,2026-01-02 09:00,\n",
        "deals", [("a1", "Boll AB", "won", 3, 1), ("a2", "Boll AB", "open", None, None)],
    ),
    "Lime": (
        "Affär;Företag;Kontaktperson;Status;Värde;Skapad;Avslutad\nBollar;Boll AB;Åsa;Vunnen;12;2026-01-01;2026-03-01\nFler;Boll AB;Åsa;Offert;9;2026-01-02;\n",
        "deals", [("Bollar", "Boll AB", "won", 3, 1), ("Fler", "Boll AB", "open", None, None)],
    ),
    "SuperOffice": (
        "Salgsnr;Salg;Firma;Salgstrinn;Beløp;Status;Salgsdato;Registrert\n7;Baller;Ball AS;Forhandling;12;Solgt;01.03.2026;01.01.2026\n8;Flere;Ball AS;Forhandling;9;Åpen;01.09.2026;02.01.2026\n",
        "deals", [("7", "Ball AS", "won", 3, 1), ("8", "Ball AS", "open", 9, 1)],
    ),
    "Upsales": (
        "Order ID,Description,Account,Account ID,Stage,Value,Close date,Registration date\n1,Balls,Boll AB,55,Order won,12,2026-03-01,2026-01-01\n2,More,Boll AB,55,Offer,9,2026-04-01,2026-01-02\n",
        "deals", [("1", "55", "won", 3, 1), ("2", "55", "open", 4, 1)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("crm", CRMS)
def test_deals_of_other_crms_tell_how_they_ended(read: Read, crm: str) -> None:
    text, table, expected = CRMS[crm]
    found = read(text)
    assert (found.mapping.kind, found.rejected) == ("deals", 0)
    said = [
        (row["deal_id"], row["account_id"], row["outcome"], *((day.month, day.day) if day else (None, None)))
        for row in rows(found, table)
        for day in [row["closed"]]
    ]
    assert said == expected


def test_deals_whose_stages_say_no_end_are_told_of(read: Read) -> None:
    deals = "Deal ID,Company,Stage,Amount\n" + "".join(
        f"{n},X,{'Order' if n % 2 else 'Offer'},5\n" for n in range(12)
    )
    assert "no-outcomes" in warned(read(deals))
    assert "no-outcomes" not in warned(read(deals.replace("Order", "Won")))


def test_what_is_only_planned_has_not_happened(read: Read) -> None:
    found = read(
        "Activity - Done,Activity - Type,Activity - Due date,Activity - Organization,Activity - ID\n"
        "Done,call,2026-01-05,Boll AB,1\nTo do,meeting,2026-02-05,Boll AB,2\n"
    )
    assert [row["event_id"] for row in rows(found, "events")] == ["1"]
    assert (found.rows, reasons(found)) == (2, {"left-out": 1})


def test_day_and_clock_of_an_activity_stand_apart_in_pipedrive(read: Read) -> None:
    found = read(
        "Activity - Subject,Activity - Type,Activity - Due date,Activity - Due time,Activity - Done,Person - Email,Organization - Name\n"
        "First call,Call,2025-03-04,10:30,Done,n@x.example,Boll AB\n"
    )
    assert [(row["activity"], row["time"], row["person_id"]) for row in rows(found, "events")] == [
        ("Call", dt.datetime(2025, 3, 4, 10, 30), "n@x.example")
    ]


def test_a_history_by_type_is_one_of_activities_and_a_list_of_invoices_is_not(read: Read) -> None:
    found = read("Typ;Datum;Företag;Person;Notering\nKundbesök;2026-01-15 13:00;Boll AB;Åsa;Var där\n")
    assert [row["activity"] for row in rows(found, "events")] == ["Kundbesök"]
    with pytest.raises(ImportRefused):
        read("Typ;Datum;Företag;Belopp\nFaktura;2026-01-15;Boll AB;12\n")


def zipped(tmp_path: Path, **members: str) -> Path:
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return tmp_path / "export.zip"


def test_files_of_one_name_in_an_archive_keep_their_rejects_apart(tmp_path: Path) -> None:
    file = zipped(
        tmp_path,
        **{
            "all/2025/calls.csv": "Activity ID,Activity,Date,Company\n1,Call,2025-05-01,X\n2,Call,soon,X\n3,Call,2025-05-02,X\n",
            "all/2026/calls.csv": "Activity ID,Activity,Date,Company\n4,Call,2026-05-01,X\n",
            "__MACOSX/all/2025/._calls.csv": "\0\5\26\7",
        },
    )
    (tmp_path / "polku.yaml").write_text("polku: 1\nname: Test\nzone: UTC\n")
    done = import_files(read_workspace(tmp_path), tmp_path, [file])
    assert [one.name for one in done.read] == [
        "export.zip/all/2025/calls.csv",
        "export.zip/all/2026/calls.csv",
    ]
    ((name, rejects),) = done.rejects.items()
    assert name == "export.zip/all/2025/calls.csv" and "soon" in rejects.read_text("utf-8-sig")


def test_a_quotation_mark_that_never_closes_costs_its_own_row(tmp_path: Path) -> None:
    lines = [
        f'{number},Call,2026-01-{1 + number % 28:02d} 10:00:00,X,"note {number}"'
        for number in range(1, 40_101)
    ]
    lines[39_999] = '40000,Call,2026-01-05 10:00:00,X,"open and never closed'
    (tmp_path / "calls.csv").write_text("Activity ID,Activity,Date,Company,Note\n" + "\n".join(lines) + "\n")
    out = tmp_path / "out"
    out.mkdir()
    (found,) = read_files(Workspace(Settings(zone="UTC")), [tmp_path / "calls.csv"], out)
    assert (found.rows, found.rejected, found.reasons[0].lines) == (40_100, 1, (40_001,))


def test_contacts_with_the_id_of_a_company_may_be_of_any_crm(read: Read) -> None:
    found = read("contact id,first name,last name,email,job title,company id\n1,A,B,a@x.example,CEO,9\n")
    assert (found.mapping.kind, found.mapping.source.id) == ("contacts", "file")
    assert [row["account_id"] for row in rows(found, "memberships")] == ["9"]


def test_a_file_with_marks_in_its_name_has_a_readable_id_and_finds_its_mapping_again() -> None:
    assert (id_of("Affärer 2026-03.csv"), reads_of("Affärer-2026-03.csv")) == ("affarer", "affarer*")
    known = Source.model_validate({"id": "affarer", "reads": "affärer*", "fills": [{"table": "events"}]})
    assert by_name(Workspace(Settings(), sources={"affarer": known}), "AFFÄRER-2026-04.csv") is known
    assert by_name(Workspace(Settings(), sources={"affarer": known}), "offerter.csv") is None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600), "password"),
        (
            b"\xd0\xcf\x11\xe0" + bytes(600) + "Workbook".encode("utf-16-le") + bytes(600),
            "old office program",
        ),
        (b"<html><body><table><tr><td>Activity</td></tr></table></body></html>", "a web page with a table"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "a web page with a table"),
        (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"></Workbook>',
            "old office program",
        ),
    ],
)
def test_what_only_looks_like_a_workbook_is_told_by_what_it_is(read: Read, content: bytes, said: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        read(content, name="export.xls")
    assert said in refused.value.text()


def test_rows_in_tabs_that_are_called_a_workbook_are_read(read: Read) -> None:
    found = read("Activity\tDate\tCompany\nCall\t2026-05-13\tX\n", name="export.xls")
    assert (found.rows, found.rejected, found.mapping.source.id) == (1, 0, "export")


def test_a_mapping_that_only_the_name_fits_is_named_with_the_file(tmp_path: Path) -> None:
    (tmp_path / "polku.yaml").write_text("polku: 1\nname: Test\nzone: UTC\n")
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "people.yaml").write_text(
        "id: people\nkind: crm\nreads: contacts*\nfills:\n  - table: people\n    columns: {person_id: nr}\n"
    )
    file = zipped(tmp_path, **{"new/contacts.csv": "Contact ID,Name,Email\n1,Ann,a@x.example\n"})
    with pytest.raises(ImportRefused) as refused:
        import_files(read_workspace(tmp_path), tmp_path, [file])
    said = refused.value.text()
    assert "export.zip/contacts.csv" in said and "“people”" in said and "“nr”" in said
    assert not (tmp_path / "lake").exists()
