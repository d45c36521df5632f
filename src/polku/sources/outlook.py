"""Outlook: calendars exported as CSV, where one row names all who were asked to a meeting.

Its English headers are confirmed by public pages on importing calendars; those of other languages are as its screens
call the fields, and by no export.
"""

from __future__ import annotations

from typing import Any

from polku.sources.makes import Make, Shape, said


def _asked(word: str) -> list[dict[str, Any]]:
    """Each who is named in a list, and their meeting."""
    return [
        {"table": "people", "when": word, "split": ";", "split_column": word, "columns": {"person_id": word}},
        {"table": "events", "when": word, "split": ";", "split_column": word, "columns": {
            "time": "{day} {clock}", "event_id": f"meeting/{{day}}/{{clock}}/{{subject}}/{{{word}}}", "person_id": word, "channel": "=Meeting"},
            "activity": "Meeting: invited"},
    ]  # fmt: skip


CALENDAR = Shape(
    "calendar",
    columns={
        "subject": said("Subject", fi="Aihe", sv="Ämne", da="Emne"),
        "day": said("Start Date", fi="Alkamispäivä|Aloituspäivä", sv="Startdatum", da="Startdato"),
        "clock": said("Start Time", fi="Alkamisaika|Aloitusaika", sv="Starttid", da="Starttidspunkt"),
        "organizer": said("Meeting Organizer", fi="Kokouksen järjestäjä", sv="Mötesarrangör|Mötesorganisatör", da="Mødearrangør"),
        "required": said("Required Attendees", fi="Pakolliset osallistujat", sv="Obligatoriska deltagare|Nödvändiga deltagare", da="Påkrævede deltagere|Nødvendige deltagere"),
        "optional": said("Optional Attendees", fi="Valinnaiset osallistujat", sv="Valfria deltagare", da="Valgfri deltagere|Valgfrie deltagere"),
    },
    needs=("subject", "day", "clock", "required"),
    signs=("required", "optional", "organizer"),
    least=2,
    fills=(*_asked("required"), *_asked("optional")),
)  # fmt: skip

SOURCE = Make("outlook", "Microsoft Outlook", "web", (CALENDAR,))
