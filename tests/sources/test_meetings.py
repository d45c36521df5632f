"""Who was at a meeting: reports of Teams in sections, and calendars that name several people in a row."""

from __future__ import annotations

import datetime as dt

import pytest

from polku.errors import ImportRefused
from tests.sources.staged import Read, rows, warned

REPORT = (
    "{0}\r\nMeeting title\tPump demo\r\nAttended participants\t3\r\nStart time\t{first}\r\nMeeting duration\t1h 0m 51s\r\n\r\n"
    "{1}\r\n{header}\r\n"
    "Mette Holm\t{first}\t{last}\t1h 0m 51s\tmette@legetojnord.example\tmette@legetojnord.example\tAttendee\r\n"
    "Ole Ø (Guest)\t{first}\t{last}\t55m 0s\t\tole@legetojnord.example\tAttendee\r\n"
    "Unknown user\t{first}\t{last}\t3m 0s\t\t\tAttendee\r\n\r\n"
    "{2}\r\nName\tJoin Time\tLeave Time\tDuration\tEmail\tRole\r\n"
    "Mette Holm\t{first}\t{last}\t29m 51s\tmette@legetojnord.example\tAttendee\r\n"
)
ENGLISH = REPORT.format(
    "1. Summary", "2. Participants", "3. In-Meeting Activities",
    header="Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole",
    first="5/13/26, 10:00:11 AM", last="5/13/26, 11:01:02 AM",
)  # fmt: skip
FINNISH = REPORT.format(
    "1. Yhteenveto", "2. Osallistujat", "3. Kokouksen tapahtumat",
    header="Nimi\tLiittyi\tPoistui\tKesto\tSähköposti\tTunnus\tRooli",
    first="13.5.2026 klo 10.00.11", last="13.5.2026 klo 11.01.02",
)  # fmt: skip


@pytest.mark.parametrize("text", [ENGLISH, FINNISH])
@pytest.mark.parametrize("letters", ["utf-16", "utf-8-sig"])
def test_a_report_of_teams_gives_one_event_for_each_who_was_there(
    read: Read, text: str, letters: str
) -> None:
    found = read(text.encode(letters), name="Meeting attendance.csv", zone="Europe/Helsinki")
    assert found.mapping.source.as_ == "teams"
    assert (found.rows, found.rejected) == (3, 0)
    assert [
        (row["time"], row["person_id"], row["activity"], row["source_row"]) for row in rows(found, "events")
    ] == [
        (dt.datetime(2026, 5, 13, 7, 0, 11), "mette@legetojnord.example", "Meeting: attended", 9),
        (dt.datetime(2026, 5, 13, 7, 0, 11), "ole@legetojnord.example", "Meeting: attended", 10),
        (dt.datetime(2026, 5, 13, 7, 0, 11), None, "Meeting: attended", 11),
    ]
    assert [(row["person_id"], row["name"]) for row in rows(found, "people")] == [
        ("mette@legetojnord.example", "Mette Holm"),
        ("ole@legetojnord.example", "Ole Ø (Guest)"),
    ]


def test_a_report_that_a_spreadsheet_saved_again_is_read_as_well(read: Read) -> None:
    text = ENGLISH.replace("\t", ";").replace("1. Summary", "1. Summary;;;;;;")
    found = read(text.encode("cp1252"), name="attendance.csv")
    assert [row["person_id"] for row in rows(found, "people")] == [
        "mette@legetojnord.example",
        "ole@legetojnord.example",
    ]


def test_a_report_whose_days_fit_two_ways_of_writing_is_refused(read: Read) -> None:
    with pytest.raises(ImportRefused, match="day first and month first"):
        read(ENGLISH.replace("5/13/26", "5/12/26").encode("utf-16"), name="attendance.csv")


def test_a_report_of_nobody_is_a_header_alone(read: Read) -> None:
    empty = "".join(
        line for line in FINNISH.splitlines(keepends=True) if "/" not in line and "Guest" not in line
    )
    empty = empty.replace("Mette Holm", "").split("3. ")[0]
    kept = "\r\n".join(line for line in empty.split("\r\n") if "@" not in line and "Unknown" not in line)
    found = read(kept.encode("utf-16"), name="attendance.csv")
    assert (found.rows, "header-only" in warned(found)) == (0, True)


@pytest.mark.parametrize(
    "header",
    [
        "Subject,Start Date,Start Time,End Date,End Time,Meeting Organizer,Required Attendees,Optional Attendees",
        "Aihe,Alkamispäivä,Alkamisaika,Päättymispäivä,Päättymisaika,Kokouksen järjestäjä,Pakolliset osallistujat,Valinnaiset osallistujat",
        "Ämne,Startdatum,Starttid,Slutdatum,Sluttid,Mötesarrangör,Obligatoriska deltagare,Valfria deltagare",
        "Emne,Startdato,Starttidspunkt,Slutdato,Sluttidspunkt,Mødearrangør,Nødvendige deltagere,Valgfrie deltagere",
    ],
)
def test_each_who_is_named_in_a_row_of_a_calendar_has_an_event(read: Read, header: str) -> None:
    text = f"{header}\nDemo,13.5.2026,10:00:00,13.5.2026,11:00:00,rep@own.example,a@x.example; b@x.example,c@y.example\n"
    found = read(text + "Lunch,14.5.2026,11:00:00,14.5.2026,12:00:00,rep@own.example,d@y.example,\n")
    assert found.mapping.source.as_ == "outlook"
    assert {(row["person_id"], row["activity"], row["time"].day) for row in rows(found, "events")} == {
        ("a@x.example", "Meeting: invited", 13),
        ("b@x.example", "Meeting: invited", 13),
        ("c@y.example", "Meeting: invited", 13),
        ("d@y.example", "Meeting: invited", 14),
    }


@pytest.mark.parametrize(
    "content",
    [*(ENGLISH.encode("utf-16")[:end] for end in (-1, -3, -301)), ENGLISH.encode() + b"\xff\xfe\x81 \x00"],
)
def test_a_report_that_is_damaged_is_read_as_far_as_it_goes_or_refused(read: Read, content: bytes) -> None:
    try:
        found = read(content, name="attendance.csv")
    except ImportRefused:
        return
    assert found.rows <= 3


ZOOM = """Attendee Report{pad}
Report Generated:,"Mar 23, 2025 9:13 PM"{pad}
Topic,Webinar ID,Actual Start Time,# Registered{pad}
"Pumps, and more",847 5984 1045,"Mar 22, 2025 7:13 PM",2{pad}
Host Details{pad}
Attended,User Name (Original Name),Email,Join Time,Leave Time,Time in Session (minutes)
Yes,Anna Host,anna@our.example,"Mar 22, 2025 19:13:27","Mar 22, 2025 23:55:19",282
Attendee Details{pad}
Attended,User Name (Original Name),First Name,Last Name,Email,Organization,Registration Time,Approval Status,Join Time,Leave Time
Yes,Mari,Mari,Mäki,mari@pallo.example,Pallo Oy,"Mar 10, 2025 19:13:27",approved,"Mar 22, 2025 19:20:27","Mar 22, 2025 23:55:19"
No,Ville,Ville,Koski,ville@koski.example,Koski Oyj,"Mar 11, 2025 19:13:27",approved,--,--
"""


@pytest.mark.parametrize("pad", ["", ",,,,,,,,,"])
def test_a_report_of_a_webinar_in_zoom_tells_who_registered_and_who_came(read: Read, pad: str) -> None:
    found = read(ZOOM.replace("{pad}", pad), name="attendee_847.csv")
    assert (found.mapping.source.id, found.rows, found.rejected) == ("zoom", 2, 0)
    said = [
        (row["activity"], row["person_id"], row["campaign"], row["time"].day, row["source_row"])
        for row in rows(found, "events")
    ]
    assert sorted(said) == [
        ("Event: attended", "mari@pallo.example", "Pumps, and more", 22, 10),
        ("Event: registered", "mari@pallo.example", "Pumps, and more", 10, 10),
        ("Event: registered", "ville@koski.example", "Pumps, and more", 11, 11),
    ]
