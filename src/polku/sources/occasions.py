"""Lists of what people came to or were called about: who registered for an event and attended, who was on the phone."""

from __future__ import annotations

from typing import Any

from polku.records.engine import Engine
from polku.sources.headers import plain_header
from polku.sources.kind_parts import Found, done_words, first_of, person_name, some
from polku.sources.raw import Raw, text

INWARD = ("in", "inbound", "incoming", "received", "saapuva", "saapunut", "tuleva", "sisään", "inkommande", "ingående", "indgående", "innkommende", "inngående")  # fmt: skip
OUTWARD = ("out", "outbound", "outgoing", "sent", "lähtevä", "lähtenyt", "ulos", "utgående", "udgående")  # fmt: skip


def moment(found: Found) -> str | None:
    """The column of a time, with that of its clock where day and clock stand apart."""
    time, clock = found.get("time"), found.get("clock")
    return f"{{{time}}} {{{clock}}}" if time and clock else time


def directed(engine: Engine, raw: Raw, found: Found) -> dict[str, Any]:
    """What a mapping says of who approached whom, where a column says it in a word that is known: values for an event."""
    column = found.get("direction")
    if column is None:
        return {}
    cell = raw.column(column)
    said = [
        str(row[0])
        for row in engine.rows(
            f"SELECT DISTINCT trim({cell}) FROM {raw.table} WHERE trim({cell}) <> '' ORDER BY 1 LIMIT 20"
        )
    ]
    known = {one: "in" for one in said if one.lower() in INWARD}
    known |= {one: "out" for one in said if one.lower() in OUTWARD}
    return {"direction": {"of": column, **known, "else": None}} if known else {}


def attendance(found: Found, engine: Engine, raw: Raw) -> dict[str, Any] | None:
    """Who registered for an event, and who came: a registration and an attendance of each."""
    who = first_of(found, "email", "person_id")
    came = done_words(engine, raw, found["attended"]) if "attended" in found else []
    joined = found.get("joined") or moment(found)
    registered = found.get("registered") or (found.get("ordered") if came else None)
    event = first_of(found, "activity", "occasion", "campaign")
    if not who or not (registered or (came and joined)):
        return None
    if not event and "attended" not in found and "joined" not in found:
        # A day on which somebody registered says no event.
        return None
    company = first_of(found, "account_name", "account_id")
    about = some(person_id=who, account_id=company, campaign=event) | {
        "channel": "=Event",
        "direction": "=in",
    }
    fills: list[dict[str, Any]] = []
    told = some(name=person_name(found), email=found.get("email"), title=found.get("title"))
    if told:
        fills.append({"table": "people", "when": who, "columns": {"person_id": who, **told}})
    if company:
        fills.append({"table": "memberships", "when": company, "columns": {"person_id": who, "account_id": company}})  # fmt: skip
    named = f"{{{event}}}/" if event else ""
    if registered:
        fills.append(
            {
                "table": "events",
                "when": registered,
                "columns": {"time": registered, "event_id": f"registered/{named}{{{registered}}}/{{{who}}}", **about},
                "activity": "Event: registered",
            }
        )  # fmt: skip
    if came and joined:
        plain = joined if "{" in joined else f"{{{joined}}}"
        fills.append(
            {
                "table": "events",
                "where": {found["attended"]: came},
                "columns": {"time": joined, "event_id": f"attended/{named}{plain}/{{{who}}}", **about},
                "activity": "Event: attended",
            }
        )
    return {"fills": fills}


def calls(found: Found, engine: Engine, raw: Raw) -> dict[str, Any] | None:
    """A list of calls, as a phone system writes it: it names no activity, but how long each was."""
    time = moment(found)
    who = first_of(found, "email", "person_id")
    company = first_of(found, "account_id", "account_name")
    if "activity" in found or "duration" not in found or not time or not (who or company):
        return None
    if "direction" not in found and "caller" not in found:
        return None
    columns = some(event_id=found.get("event_id"), time=time, account_id=company, person_id=who)
    fill: dict[str, Any] = {
        "table": "events",
        "columns": columns | {"channel": "=Phone"},
        "activity": "Call",
    }
    if values := directed(engine, raw, found):
        fill["values"] = values
    return {"fills": [fill]}


def clock_apart(engine: Engine, raw: Raw, columns: tuple[str, ...]) -> tuple[str, str] | None:
    """The columns of a day and of a clock, of those that may hold a time; None where they do not stand apart."""
    days, clocks = [], []
    for column in columns:
        cell = f"trim({raw.column(column)})"
        count, day, clock = engine.rows(
            f"SELECT count(*), count(*) FILTER (WHERE regexp_full_match(c, {text(_DAY)})), "
            f"count(*) FILTER (WHERE regexp_full_match(c, {text(_CLOCK)})) FROM (SELECT {cell} AS c FROM {raw.table}) WHERE c <> ''"
        )[0]
        # A total under the table may stand in any of them.
        if day and (day >= count - 1 or day >= 0.95 * count):
            days.append(column)
        elif clock and (clock >= count - 1 or clock >= 0.95 * count):
            clocks.append(column)
    return (days[0], clocks[0]) if days and clocks else None


_DAY = r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}"
_CLOCK = r"\d{1,2}[.:]\d{2}([.:]\d{2})?"


def forms(found: Found, engine: Engine, raw: Raw) -> dict[str, Any] | None:
    """Forms that were sent in on a web site: who, when and what they wrote."""
    who = first_of(found, "email", "person_id")
    time = found.get("answered") or found.get("time")
    if not who or not time or "text" not in found or plain_header(time) not in _SENT_IN:
        return None
    company = first_of(found, "account_name", "account_id")
    event_id = f"form/{{{time}}}/{{{who}}}"
    told = some(name=person_name(found), email=found.get("email"), title=found.get("title"))
    fills: list[dict[str, Any]] = [{"table": "people", "when": who, "columns": {"person_id": who, **told}}]
    if company:
        fills.append({"table": "memberships", "when": company, "columns": {"person_id": who, "account_id": company}})  # fmt: skip
    columns = some(
        time=time, event_id=event_id, person_id=who, account_id=company, campaign=found.get("campaign")
    )
    fills.append(
        {
            "table": "events",
            "columns": columns | {"channel": "=web", "direction": "=in"},
            "activity": "Form submitted",
        }
    )
    text_columns = {"event_id": event_id, "text": found["text"]}
    return {"fills": [*fills, {"table": "texts", "when": found["text"], "columns": text_columns}]}


_SENT_IN = frozenset(
    plain_header(one)
    for one in ("Timestamp", "Submitted", "Submitted at", "Submit date", "Aikaleima", "Lähetetty", "Tidsstämpel", "Inskickat", "Tidsstempel", "Indsendt")
)  # fmt: skip
"""Headers of when a form was sent in; a plain date may be that of anything."""
