"""A file that polku cannot place by itself: what of it is understood, what is missing, a mapping to start from."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from polku.errors import ImportRefused, Where
from polku.records.engine import Engine
from polku.sources.headers import language_of
from polku.sources.raw import Raw
from polku.words import Message

WHO = ("email", "person_id", "account_id", "account_name")
WHEN = ("time", "created", "answered", "closed")

NEEDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "event-log": (("case_id",), ("activity",), ("time",)),
    "survey": (("score",), ("answered", "time", "created"), WHO),
    "tickets": (("ticket_id",), ("created", "time")),
    "deals": (("deal_id", "deal_name"), ("stage",)),
    "orders": (("order_id",), ("ordered", "created"), ("account_id", "account_name")),
    "contracts": (("contract_id",), ("begins", "from", "time", "created"), ("account_id", "account_name")),
    "invoices": (("invoice_id",), ("invoiced", "time", "created"), ("account_id", "account_name")),
    "attendance": (("attended", "registered"), ("time", "joined", "registered"), ("email", "person_id")),
    "activities": (("activity",), ("time",), WHO),
    "forms": (("text",), ("answered", "time"), ("email", "person_id")),
    "calls": (("duration",), ("time",), ("direction", "caller"), WHO),
    "contacts": (("email", "person_id"), ("name", "last_name"), ("title",)),
    "companies": (("account_name",), ("domain", "industry", "country", "employees")),
    "links": (("person_id",), ("account_id",)),
}
"""Kind of file → the meanings it needs, the one that is its own sign first.

Of each group one is enough, and the first gives the group its name.
"""

HEADER: dict[str, dict[str, str]] = {
    "case_id": {"en": "Case ID", "fi": "Tapauksen tunnus", "sv": "Ärende-ID", "da": "Sags-nr."},
    "activity": {"en": "Activity", "fi": "Tapahtuma", "sv": "Händelse", "da": "Hændelse"},
    "time": {"en": "Date", "fi": "Ajankohta", "sv": "Tidpunkt", "da": "Tidspunkt"},
    "score": {"en": "Score", "fi": "Arvosana", "sv": "Betyg", "da": "Vurdering"},
    "answered": {"en": "Submitted at", "fi": "Vastattu", "sv": "Svarsdatum", "da": "Svardato"},
    "ticket_id": {"en": "Ticket ID", "fi": "Tikettinumero", "sv": "Ärendenr", "da": "Sagsnummer"},
    "created": {"en": "Created", "fi": "Luotu", "sv": "Skapad", "da": "Oprettet"},
    "deal_id": {"en": "Deal ID", "fi": "Kaupan tunnus", "sv": "Affärs-ID", "da": "Handels-id"},
    "order_id": {"en": "Order number", "fi": "Tilausnumero", "sv": "Ordernummer", "da": "Ordrenummer"},
    "ordered": {"en": "Order date", "fi": "Tilauspäivä", "sv": "Orderdatum", "da": "Ordredato"},
    "account_id": {"en": "Customer number", "fi": "Asiakasnumero", "sv": "Kundnummer", "da": "Kundenummer"},
    "stage": {"en": "Stage", "fi": "Vaihe", "sv": "Fas", "da": "Fase"},
    "email": {"en": "Email", "fi": "Sähköposti", "sv": "E-post", "da": "E-mail"},
    "person_id": {"en": "Contact ID", "fi": "Yhteyshenkilö-ID", "sv": "Kontakt-ID", "da": "Kontakt-id"},
    "name": {"en": "Name", "fi": "Nimi", "sv": "Namn", "da": "Navn"},
    "title": {"en": "Job title", "fi": "Tehtävänimike", "sv": "Befattning", "da": "Stilling"},
    "account_name": {"en": "Company name", "fi": "Yritys", "sv": "Företag", "da": "Virksomhed"},
    "domain": {"en": "Website", "fi": "Verkkosivusto", "sv": "Webbplats", "da": "Hjemmeside"},
    "first_name": {"en": "First name", "fi": "Etunimi", "sv": "Förnamn", "da": "Fornavn"},
    "last_name": {"en": "Last name", "fi": "Sukunimi", "sv": "Efternamn", "da": "Efternavn"},
    "deal_name": {"en": "Deal name", "fi": "Kaupan nimi", "sv": "Affärsnamn", "da": "Handelsnavn"},
    "closed": {"en": "Close date", "fi": "Päättymispäivä", "sv": "Avslutsdatum", "da": "Lukkedato"},
    "status": {"en": "Status", "fi": "Tila", "sv": "Status", "da": "Status"},
    "amount": {"en": "Amount", "fi": "Summa", "sv": "Belopp", "da": "Beløb"},
    "currency": {"en": "Currency", "fi": "Valuutta", "sv": "Valuta", "da": "Valuta"},
    "product": {"en": "Product", "fi": "Tuote", "sv": "Produkt", "da": "Produkt"},
    "owner": {"en": "Owner", "fi": "Omistaja", "sv": "Ägare", "da": "Ejer"},
    "probability": {"en": "Probability", "fi": "Todennäköisyys", "sv": "Sannolikhet", "da": "Sandsynlighed"},
    "lost_reason": {"en": "Lost reason", "fi": "Häviön syy", "sv": "Förlustorsak", "da": "Tabsårsag"},
    "industry": {"en": "Industry", "fi": "Toimiala", "sv": "Bransch", "da": "Branche"},
    "employees": {"en": "Employees", "fi": "Henkilöstö", "sv": "Antal anställda", "da": "Antal ansatte"},
    "country": {"en": "Country", "fi": "Maa", "sv": "Land", "da": "Land"},
    "town": {"en": "City", "fi": "Paikkakunta", "sv": "Ort", "da": "By"},
    "segment": {"en": "Segment", "fi": "Segmentti", "sv": "Segment", "da": "Segment"},
    "since": {"en": "Customer since", "fi": "Asiakkuus alkoi", "sv": "Kund sedan", "da": "Kunde siden"},
    "parent": {"en": "Parent company", "fi": "Emoyhtiö", "sv": "Moderbolag", "da": "Moderselskab"},
    "language": {"en": "Language", "fi": "Kieli", "sv": "Språk", "da": "Sprog"},
    "event_id": {"en": "Event ID", "fi": "Tapahtuma-ID", "sv": "Händelse-ID", "da": "Hændelse-id"},
    "type": {"en": "Type", "fi": "Tyyppi", "sv": "Typ", "da": "Type"},
    "channel": {"en": "Channel", "fi": "Kanava", "sv": "Kanal", "da": "Kanal"},
    "campaign": {"en": "Campaign", "fi": "Kampanja", "sv": "Kampanj", "da": "Kampagne"},
    "device": {"en": "Device", "fi": "Laite", "sv": "Enhet", "da": "Enhed"},
    "direction": {"en": "Direction", "fi": "Suunta", "sv": "Riktning", "da": "Retning"},
    "subject": {"en": "Subject", "fi": "Aihe", "sv": "Ämne", "da": "Emne"},
    "text": {"en": "Comment", "fi": "Kommentti", "sv": "Kommentar", "da": "Kommentar"},
    "response_id": {"en": "Response ID", "fi": "Vastaus-ID", "sv": "Svars-ID", "da": "Svar-id"},
    "survey": {"en": "Survey", "fi": "Kysely", "sv": "Enkät", "da": "Undersøgelse"},
    "shipped": {"en": "Delivery date", "fi": "Toimituspäivä", "sv": "Leveransdatum", "da": "Leveringsdato"},
    "from": {"en": "From", "fi": "Alkaen", "sv": "Från", "da": "Fra"},
    "to": {"en": "To", "fi": "Asti", "sv": "Till", "da": "Til"},
    "primary": {"en": "Primary", "fi": "Ensisijainen", "sv": "Primär", "da": "Primær"},
    "contract_id": {
        "en": "Contract number",
        "fi": "Sopimusnumero",
        "sv": "Avtalsnummer",
        "da": "Aftalenummer",
    },
    "begins": {"en": "Contract start", "fi": "Alkupäivä", "sv": "Startdatum", "da": "Startdato"},
    "ends": {"en": "Contract end", "fi": "Loppupäivä", "sv": "Slutdatum", "da": "Slutdato"},
    "invoice_id": {"en": "Invoice number", "fi": "Laskunumero", "sv": "Fakturanummer", "da": "Fakturanummer"},
    "invoiced": {"en": "Invoice date", "fi": "Laskun päivämäärä", "sv": "Fakturadatum", "da": "Fakturadato"},
    "attended": {"en": "Attended", "fi": "Osallistui", "sv": "Deltog", "da": "Deltog"},
    "registered": {"en": "Registered at", "fi": "Ilmoittautunut", "sv": "Anmäld", "da": "Tilmeldt"},
    "joined": {
        "en": "Join time",
        "fi": "Liittymisaika",
        "sv": "Anslutningstid",
        "da": "Tilslutningstidspunkt",
    },
    "duration": {"en": "Duration", "fi": "Kesto", "sv": "Varaktighet", "da": "Varighed"},
    "caller": {"en": "Caller", "fi": "Soittaja", "sv": "Uppringare", "da": "Opkalder"},
    "org_no": {"en": "Business ID", "fi": "Y-tunnus", "sv": "Organisationsnummer", "da": "CVR-nr."},
    "occasion": {"en": "Webinar", "fi": "Tilaisuus", "sv": "Evenemang", "da": "Arrangement"},
    "clock": {"en": "Time of day", "fi": "Kellonaika", "sv": "Klockslag", "da": "Klokkeslæt"},
    "issue": {"en": "Issue key", "fi": "Issue key", "sv": "Issue key", "da": "Issue key"},
    "id": {"en": "ID", "fi": "Tunnus", "sv": "Nr", "da": "Nr."},
}
"""Meaning → a header that says it, by language."""


def missing(kind: str, found: Mapping[str, str]) -> tuple[str, ...]:
    """What a table lacks to be of a kind: the first meaning of each group that none is there of."""
    return tuple(group[0] for group in NEEDS[kind] if not any(one in found for one in group))


def lacking(meanings: Sequence[str], headers: Sequence[str]) -> list[Message]:
    """Meanings in words, each with a header as the other headers of the file would call it.

    Where these tell no language, it is English.
    """
    language = language_of(headers) or "en"
    return [
        Message(
            "sources.lacks",
            {"what": Message(f"sources.lacks-{one.replace('_', '-')}"), "header": HEADER[one][language]},
        )
        for one in meanings
    ]


_DRAFTS: dict[str, tuple[str, dict[str, tuple[str, ...]]]] = {
    "deals": (
        "deals",
        {
            "deal_id": ("deal_id", "deal_name", "id"),
            "account_id": ("account_id", "account_name"),
            "stage": ("stage",),
            "created": ("created", "time"),
            "closed": ("closed",),
        },
    ),
    "contacts": (
        "people",
        {
            "person_id": ("person_id", "email", "id"),
            "name": ("name",),
            "email": ("email",),
            "title": ("title",),
        },
    ),
    "companies": (
        "accounts",
        {
            "account_id": ("account_id", "id"),
            "name": ("account_name", "name"),
            "domain": ("domain",),
        },
    ),
}
_EVENTS = (
    "events",
    {
        "time": WHEN,
        "account_id": ("account_id", "account_name"),
        "person_id": ("email", "person_id"),
        "activity": ("activity", "subject"),
    },
)
_OPTIONAL = ("person_id", "created", "closed", "email", "title", "domain")
_A_DAY = re.compile(r"\d{4}-\d\d?-\d\d?\b|\d\d?[./-]\d\d?[./-]\d{2,4}\b")


@dataclass(frozen=True)
class Column:
    """A column of the file.

    Args:
        meaning: what its header says, where it says something.
        example: what stands in it first; None where it is empty throughout.
    """

    name: str
    meaning: str | None
    example: str | None


class Unclear(ImportRefused):
    """No mapping fits a file, and its columns do not say what one row is.

    Args:
        columns: all of them.
        draft: a mapping to start from, with … where somebody has to say what is meant.
    """

    def __init__(
        self, message: Message, where: Where, columns: tuple[Column, ...], draft: dict[str, str], table: str
    ) -> None:
        super().__init__(message, where)
        self.columns = columns
        self.draft = draft
        self.table = table


def unclear(engine: Engine, raw: Raw, file: str, where: Where, found: Mapping[str, str]) -> Unclear:
    """The refusal of a file that nothing is proposed for.

    Args:
        found: meaning → column.
    """
    meaning_of = {column: meaning for meaning, column in found.items()}
    firsts = first_cells(engine, raw)
    columns = tuple(Column(name, meaning_of.get(name), firsts[name]) for name in raw.columns)
    kind, wanting = _nearest(found)
    table, wanted = _DRAFTS.get(kind or "", _EVENTS)
    said = {target: _said(found, meanings) for target, meanings in wanted.items()}
    draft = {target: column or "…" for target, column in said.items() if column or target not in _OPTIONAL}
    if draft.get("time") == "…":
        days = [one.name for one in columns if one.example and _A_DAY.match(one.example)]
        draft["time"] = days[0] if days else "…"
    message = Message("sources.not-proposed", {"file": file})
    if kind is not None:
        message = Message(
            "sources.nearly-proposed",
            {
                "file": file,
                "what": Message(f"sources.what-{kind}"),
                "missing": lacking(wanting, raw.columns),
            },
        )
    return Unclear(message, where, columns, draft, table)


def filled_columns(engine: Engine, raw: Raw) -> tuple[str, ...]:
    """Columns of the file with something in them; all of them where it has no rows."""
    counts = engine.rows(
        f"SELECT {', '.join(f'count(c{at})' for at in range(len(raw.columns)))} FROM {raw.table}"
    )
    filled = tuple(column for column, count in zip(raw.columns, counts[0], strict=True) if count)
    return filled or raw.columns


def first_cells(engine: Engine, raw: Raw) -> dict[str, str | None]:
    """Column of the file → the first of its cells that holds something, None where none does."""
    cells = ", ".join(f"arg_min(CAST(c{at} AS VARCHAR), line)" for at in range(len(raw.columns)))
    row = engine.rows(f"SELECT {cells} FROM {raw.table}")[0]
    return {
        column: None if cell is None else str(cell) for column, cell in zip(raw.columns, row, strict=True)
    }


def _said(found: Mapping[str, str], meanings: tuple[str, ...]) -> str | None:
    return next((found[one] for one in meanings if one in found), None)


def _nearest(found: Mapping[str, str]) -> tuple[str | None, tuple[str, ...]]:
    """The kind of file whose own sign is there and that lacks least besides; None where nothing speaks for any."""
    lacks = {
        kind: missing(kind, found)
        for kind, groups in NEEDS.items()
        # Two ids say nothing of what else a table of one of them is.
        if kind != "links" and any(one in found for one in groups[0])
    }
    kind = min(lacks, key=lambda one: len(lacks[one]) / len(NEEDS[one]), default=None)
    return (kind, lacks[kind]) if kind is not None and lacks[kind] else (None, ())
