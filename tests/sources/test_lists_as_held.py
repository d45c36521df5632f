"""Lists as companies hold them: who came to an event, calls, contracts, invoices, tickets of help desks."""

from __future__ import annotations

import datetime as dt

import pytest

from polku.errors import ImportRefused
from polku.sources.headers import meaning_of
from tests.sources.staged import Read, reasons, rows, warned

PARTICIPANTS = {
    "fi": (
        "Tapahtuma;Tapahtuman päivämäärä;Etunimi;Sukunimi;Sähköposti;Yritys;Ilmoittautunut;Osallistui\n"
        "Pumput;14.4.2026;Mari;Mäki;mari@pallo.example;Pallo Oy;1.4.2026 10:15;Kyllä\n"
        "Pumput;14.4.2026;Ville;Koski;ville@koski.example;Koski Oyj;2.4.2026 8:05;Ei\n"
    ),
    "sv": (
        "Aktivitet;Datum;Förnamn;Efternamn;E-post;Företag;Anmäld;Deltog\n"
        "Pumput;2026-04-14;Mari;Mäki;mari@pallo.example;Pallo Oy;2026-04-01 10:15;Ja\n"
        "Pumput;2026-04-14;Ville;Koski;ville@koski.example;Koski Oyj;2026-04-02 08:05;Nej\n"
    ),
    "da": (
        "Aktivitet;Dato;Fornavn;Efternavn;E-mail;Virksomhed;Tilmeldt;Deltog\n"
        "Pumput;14-04-2026;Mari;Mäki;mari@pallo.example;Pallo Oy;01-04-2026 10:15;Ja\n"
        "Pumput;14-04-2026;Ville;Koski;ville@koski.example;Koski Oyj;02-04-2026 08:05;Nej\n"
    ),
}


@pytest.mark.parametrize("language", PARTICIPANTS)
def test_who_registered_and_who_came_are_events_of_their_own(read: Read, language: str) -> None:
    found = read(PARTICIPANTS[language])
    assert found.mapping.kind == "attendance"
    said = [
        (row["activity"], row["person_id"], row["campaign"], row["time"].day) for row in rows(found, "events")
    ]
    assert sorted(said) == [
        ("Event: attended", "mari@pallo.example", "Pumput", 14),
        ("Event: registered", "mari@pallo.example", "Pumput", 1),
        ("Event: registered", "ville@koski.example", "Pumput", 2),
    ]
    assert [row["name"] for row in rows(found, "people")] == ["Mari Mäki", "Ville Koski"]


def test_a_contact_list_with_a_day_of_registration_is_no_list_of_an_event(read: Read) -> None:
    found = read("Name,Email,Job title,Company,Registered at\nAnn,a@x.example,CEO,X,2026-05-01\n")
    assert found.mapping.kind == "contacts"


CALLS = (
    "Puhelut 1.3.2026 - 31.3.2026;;;;;\nPäivämäärä;Kellonaika;Suunta;Soittaja;Yritys;Kesto\n"
    "02.03.2026;09:15:22;Saapuva;+358401234567;Pallo Oy;00:04:12\n03.03.2026;13.45;Lähtevä;Liisa;Koski Oyj;00:01:05\n"
    "Yhteensä 2 puhelua;;;;;00:05:17\n"
).encode("cp1252")


def test_a_list_of_calls_has_day_and_clock_apart_and_says_who_called_whom(read: Read) -> None:
    found = read(CALLS)
    assert [(row["activity"], row["time"], row["direction"]) for row in rows(found, "events")] == [
        ("Call", dt.datetime(2026, 3, 2, 9, 15, 22), "in"),
        ("Call", dt.datetime(2026, 3, 3, 13, 45), "out"),
    ]
    assert (found.mapping.kind, found.rejected) == ("calls", 1)


def test_date_and_time_beside_each_other_are_one_moment(read: Read) -> None:
    found = read("Activity,Date,Time,Company\nCall,2026-05-01,09:15,X\nCall,2026-05-02,13:45,X\n")
    assert [row["time"].hour for row in rows(found, "events")] == [9, 13]
    log = read("Case ID,Activity,Date,Time\n1,a,2026-05-01,09:15\n1,b,2026-05-01,10:15\n")
    assert [row["time"].hour for row in rows(log, "events")] == [9, 10]


def test_contracts_come_in_with_their_beginning(read: Read) -> None:
    found = read(
        "Aftalenr.;Kundenr.;Kundenavn;Produkt;Startdato;Slutdato;Årlig værdi;Valuta\n"
        "A-1;501;Kuglen ApS;Service;01-02-2025;31-01-2027;48.000,00;DKK\n".encode("cp1252")
    )
    (contract,) = rows(found, "contracts")
    assert (contract["from"], contract["to"], contract["amount"]) == (
        dt.date(2025, 2, 1),
        dt.date(2027, 1, 31),
        48_000,
    )
    assert [row["activity"] for row in rows(found, "events")] == ["Contract: began"]
    assert [row["name"] for row in rows(found, "accounts")] == ["Kuglen ApS"]


@pytest.mark.parametrize(
    "text",
    [
        "Laskunumero;Laskun päivämäärä;Asiakasnumero;Asiakas;Summa;Tila\n1;02.01.2026;7;Pallo Oy;1 240,50;Avoin\nYhteensä;;;;1 240,50;\n",
        "Fakturanr;Fakturadatum;Kundnr;Kundnamn;Belopp\n1;2026-01-02;7;Pallo Oy;1 240,50\nSumma;;;;1 240,50\n",
        "Faktura nr.;Fakturadato;Kundenr;Kundenavn;Beløb\n1;02.01.2026;7;Pallo Oy;1.240,50\nI alt;;;;1.240,50\n",
    ],
)
def test_invoices_are_events_of_their_customer(read: Read, text: str) -> None:
    found = read(text)
    (event,) = rows(found, "events")
    assert (event["activity"], event["account_id"], event["value"], event["time"].day) == (
        "Invoice",
        "7",
        1240.5,
        2,
    )
    assert (found.mapping.source.kind, reasons(found)) == ("erp", {"total": 1})


def test_an_invoice_with_a_status_and_a_subject_is_no_deal(read: Read) -> None:
    found = read(
        "ID;Laskunumero;Laskupäivä;Asiakas;Aihe;Summa;Tila\n9;1;02.01.2026;Pallo Oy;Pumput;1 240,50;Avoin\n"
    )
    assert found.mapping.kind == "invoices"


def test_a_day_with_dashes_is_read_as_the_language_of_the_headers_has_it(read: Read) -> None:
    found = read("Dato;Virksomhed;E-mail;Vurdering\n03-04-2026;Kuglen ApS;mette@kuglen.example;9\n")
    assert [row["time"] for row in rows(found, "events")] == [dt.datetime(2026, 4, 3)]
    assert "dates-by-language-day-first" in warned(found)
    for text in (
        "Date;Company;Email;Score\n03-04-2026;Kuglen ApS;mette@kuglen.example;9\n",
        "Dato;Virksomhed;E-mail;Vurdering\n03/04/2026;Kuglen ApS;mette@kuglen.example;9\n",
    ):
        with pytest.raises(ImportRefused) as refused:
            read(text)
        assert refused.value.message.id == "sources.dates-open"


def test_issues_of_a_help_desk_are_tickets_also_where_they_say_how_content_somebody_was(read: Read) -> None:
    found = read(
        "Summary,Issue key,Issue Type,Status,Reporter,Created,Resolved,Custom field (Organizations),Custom field (Satisfaction)\n"
        "Pump is off,SUP-1,Incident,Done,mari@pallo.example,05/Jan/26 9:12 AM,06/Jan/26 2:00 PM,Pallo Oy,5\n"
        "New user,SUP-2,Request,Open,ville@koski.example,01/Feb/26 12:00 PM,,Koski Oyj,\n"
    )
    said = [(row["activity"], row["case_id"], row["account_id"]) for row in rows(found, "events")]
    assert sorted(said) == [
        ("Ticket: Incident", "SUP-1", "Pallo Oy"),
        ("Ticket: Request", "SUP-2", "Koski Oyj"),
        ("Ticket: closed", "SUP-1", "Pallo Oy"),
    ]


def test_issues_of_a_project_are_nobodys(read: Read) -> None:
    with pytest.raises(ImportRefused):
        read("Summary,Issue key,Status,Created\nFix it,DEV-1,Done,2026-01-05\n")


def test_subjects_that_are_all_different_name_no_kinds_of_tickets(read: Read) -> None:
    lines = "".join(f"{n},Pump {n} is loud,Question,2026-01-{n:02d} 10:00,X\n" for n in range(1, 9))
    found = read(f"Ticket ID,Subject,Type,Created time,Company Name\n{lines}")
    assert {row["activity"] for row in rows(found, "events")} == {"Ticket: Question"}


def test_conversations_are_tickets(read: Read) -> None:
    found = read(
        "Conversation ID,Started at,User email,User name,Company,Channel,Closed at\n215,2026-03-01 10:00,m@x.example,Mari,X,Messenger,2026-03-01 10:40\n"
    )
    assert [(row["activity"], row["person_id"]) for row in rows(found, "events")] == [
        ("Ticket", "m@x.example"),
        ("Ticket: closed", "m@x.example"),
    ]


def test_whom_a_history_names_beside_the_company_is_somebody_there(read: Read) -> None:
    found = read("Typ;Datum;Företag;Kontaktperson\nSamtal;2026-01-15 13:00;Boll AB;Åsa Öberg\nSamtal;2026-01-16 13:00;Boll AB;\n")  # fmt: skip
    assert [row["person_id"] for row in rows(found, "events")] == ["Boll AB/Åsa Öberg", None]
    assert [row["name"] for row in rows(found, "people")] == ["Åsa Öberg"]
    # A bare name may be the activity's.
    assert "people" not in read("Type,Date,Company,Name\nCall,2026-01-15,X,Spring\n").sample


def test_the_company_of_a_lead_is_its_own_and_not_the_account_of_the_advertiser(read: Read) -> None:
    found = read("Lead ID,Account Name,First Name,Last Name,Email Address,Job Title,Company Name\n1,Our ads,Mari,Mäki,m@x.example,CEO,Pallo Oy\n")  # fmt: skip
    assert [row["account_id"] for row in rows(found, "memberships")] == ["Pallo Oy"]


def test_new_headers_are_known_in_four_languages() -> None:
    said = {
        "contract_id": ("Contract number", "Sopimusnumero", "Avtalsnummer", "Aftalenummer"),
        "invoiced": ("Invoice date", "Laskupäivä", "Fakturadatum", "Fakturadato"),
        "duration": ("Duration", "Kesto", "Varaktighet", "Varighed"),
        "clock": ("Time of day", "Kellonaika", "Klockslag", "Klokkeslæt"),
    }
    for meaning, headers in said.items():
        assert [meaning_of(one) for one in headers] == [meaning] * 4


def test_a_register_of_companies_with_their_numbers_is_none_of_people(read: Read) -> None:
    found = read(
        "Kundnr;Namn;Organisationsnummer;Postnr;Ort;Land;E-post;Telefon\n77;Bollar i Lund AB;556000-0001;22100;LUND;Sverige;info@bollar.example;046\n"
    )
    assert found.mapping.kind == "companies" and "people" not in found.sample
    assert [(row["account_id"], row["name"], row["town"]) for row in rows(found, "accounts")] == [
        ("77", "Bollar i Lund AB", "LUND")
    ]


def test_tickets_to_an_event_are_registrations_and_no_contracts(read: Read) -> None:
    found = read(
        "Order ID,Order Date,First Name,Last Name,Email,Attendee Status,Event Name,Company\n"
        "1,2026-01-05 10:00:00,Mari,Mäki,m@x.example,Checked In,Pump day,Pallo Oy\n2,2026-01-06 10:00:00,Ville,Koski,v@y.example,Attending,Pump day,Koski Oyj\n"
    )
    assert "contracts" not in found.sample
    assert [row["activity"] for row in rows(found, "events")] == ["Event: registered"] * 2


def test_a_course_is_attended_by_whom_a_cross_stands_for(read: Read) -> None:
    found = read("Koulutus;Pvm;Osallistuja;Sähköposti;Yritys;Läsnä\nPerusteet;5.2.2026;Mari Mäki;m@x.example;X;x\nPerusteet;5.2.2026;Ville Koski;v@y.example;Y;\n")  # fmt: skip
    (event,) = rows(found, "events")
    assert (event["activity"], event["person_id"], event["campaign"]) == (
        "Event: attended",
        "m@x.example",
        "Perusteet",
    )


@pytest.mark.parametrize(
    "text",
    [
        "Tarjousnumero;Tarjouspäivä;Asiakas;Summa;Tila\nT-1;05.01.2026;X;12 000,00;Hyväksytty\nT-2;06.01.2026;Y;900,00;Hylätty\n",
        "Offertnr;Offertdatum;Kund;Belopp;Status\nT-1;2026-01-05;X;12 000,00;Accepterad\nT-2;2026-01-06;Y;900,00;Avböjd\n",
        "Tilbudsnr;Tilbudsdato;Kunde;Beløb;Status\nT-1;05.01.2026;X;12.000,00;Accepteret\nT-2;06.01.2026;Y;900,00;Afvist\n",
        "Quote number,Quote date,Customer,Amount,Status\nT-1,2026-01-05,X,12000,Accepted\nT-2,2026-01-06,Y,900,Declined\n",
    ],
)
def test_offers_are_deals_that_were_accepted_or_not(read: Read, text: str) -> None:
    said = [
        (row["deal_id"], row["outcome"], row["amount"], row["created"].day)
        for row in rows(read(text), "deals")
    ]
    assert said == [("T-1", "won", 12_000, 5), ("T-2", "lost", 900, 6)]


def test_an_opportunity_without_a_number_is_called_by_its_topic(read: Read) -> None:
    found = read("Aihe;Mahdollinen asiakas;Arvioitu tuotto;Tila;Tilan syy;Luotu\nPumput;Pallo Oy;12 000,00 €;Voitettu;Voitettu;2.1.2026 9.15\n")  # fmt: skip
    (deal,) = rows(found, "deals")
    assert (deal["deal_id"], deal["account_id"], deal["outcome"], deal["amount"]) == (
        "Pumput",
        "Pallo Oy",
        "won",
        12_000,
    )


def test_a_form_of_a_web_site_is_an_event_with_what_was_written(read: Read) -> None:
    found = read("Tidsstämpel;Namn;E-post;Företag;Meddelande\n2026-01-05 10:11:12;Åsa;asa@boll.example;Boll AB;Vill veta mer\n")  # fmt: skip
    assert [row["activity"] for row in rows(found, "events")] == ["Form submitted"]
    assert [row["text"] for row in rows(found, "texts")] == ["Vill veta mer"]
    # A list of contacts with a note and some date says of no form.
    assert (
        read("Name,Email,Company,Date,Comment\nAnn,a@x.example,X,2026-01-05,Nice\n").mapping.kind
        == "contacts"
    )


def test_cases_with_a_subject_and_a_customer_are_tickets(read: Read) -> None:
    found = read("Sagsnr.;Oprettet;Lukket;Kunde;Emne\n77;02-01-2026 08:15;13-01-2026 10:00;Kuglen ApS;Støj\n")
    assert [row["activity"] for row in rows(found, "events")] == ["Ticket: Støj", "Ticket: closed"]
