"""Kinds of tables that speak for themselves, whatever system wrote them: which columns they need, which tables they fill."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from polku.records.engine import Engine
from polku.sources.headers import plain_header, questions
from polku.sources.kind_parts import Found, beside, done_words, few, first_of, people_of, person_name, some
from polku.sources.ledgers import contracts, invoices
from polku.sources.occasions import attendance, calls, directed, forms, moment
from polku.sources.outcomes import MANY, outcomes_of, tell_no_outcomes
from polku.sources.raw import Raw
from polku.sources.systems import Table
from polku.sources.xes import EVENT_ID


def _event_log(found: Found, engine: Engine, raw: Raw) -> dict[str, Any] | None:
    """A plain event log: case, activity, time."""
    if raw.kind == "xes":
        columns = {
            "event_id": EVENT_ID,
            "time": "time:timestamp",
            "case_id": "case:concept:name",
            "activity": "concept:name",
        }
        columns |= some(channel=found.get("channel"))
        return {"fills": [{"table": "events", "columns": columns}]}
    case = found.get("case_id")
    if not case or "activity" not in found or "time" not in found:
        return None
    event_id = found.get("event_id")
    if event_id is None and "lifecycle" in found:
        # Start and end of one activity may fall into one second, and are two events.
        event_id = "/".join(
            f"{{{column}}}" for column in (case, found["activity"], found["time"], found["lifecycle"])
        )
    columns = some(
        event_id=event_id,
        time=moment(found),
        case_id=case,
        activity=found["activity"],
        channel=found.get("channel"),
        campaign=found.get("campaign"),
    )
    return {"fills": [{"table": "events", "columns": columns}]}


def _of(found: Found, *meanings: str) -> list[str]:
    return [found[one] for one in meanings if one in found]


def _survey(found: Found, engine: Engine, raw: Raw) -> dict[str, Any] | None:
    time = first_of(found, "answered", "time", "created")
    who = first_of(found, "email", "person_id")
    company = first_of(found, "account_id", "account_name")
    if "score" not in found or not time or not (who or company):
        return None
    if _ticket_of(found) and not {"status", "closed"}.isdisjoint(found):
        # A ticket may say how content somebody was, besides what became of it.
        return None
    kind, most = _scale(engine, raw, found["score"])
    event_id = first_of(found, "response_id", "event_id", "id") or f"{{{who or company}}}/{{{time}}}"
    columns = some(
        event_id=event_id, time=time, person_id=who, account_id=company, score=found["score"],
        channel=found.get("channel"),
    ) | {"score_kind": f"={kind}", **({"score_max": f"={most}"} if most else {}), "direction": "=in"}  # fmt: skip
    named = found.get("survey")
    activity = f"Response: {{{named}}}" if named else "Response"
    fills: list[dict[str, Any]] = [*people_of(found, who, company)]
    fills.append({"table": "events", "columns": columns, "activity": activity})
    fills += [
        {"table": "texts", "when": one, "columns": {"event_id": event_id, "text": one}}
        for one in questions(raw.columns, "text")
    ]
    return {"fills": fills}


def _ticket_of(found: Found) -> str | None:
    """The column of the number of a ticket; a case with a subject is one, too."""
    return first_of(found, "ticket_id", "issue") or (found.get("case_id") if "subject" in found else None)


def _tickets(found: Found, engine: Engine, raw: Raw) -> dict[str, Any] | None:
    time = first_of(found, "created", "time")
    who = first_of(found, "email", "person_id")
    company = first_of(found, "account_id", "account_name")
    # Issues of a project have keys as well, and are nobody's.
    ticket = _ticket_of(found) if who or company else found.get("ticket_id")
    if not ticket or not time:
        return None
    columns = some(
        event_id=ticket,
        time=time,
        case_id=ticket,
        account_id=company,
        person_id=who,
        channel=found.get("channel"),
    )
    # Each in its own words: a thousand subjects are no kinds of tickets.
    subject = next((one for one in _of(found, "subject", "type") if few(engine, raw, one)), None)
    fills: list[dict[str, Any]] = [*people_of(found, who, company)]
    fills.append(
        {
            "table": "events",
            "columns": columns | {"direction": "=in"},
            "activity": f"Ticket: {{{subject}}}" if subject else "Ticket",
        }
    )
    if "closed" in found:
        closed = {**columns, "time": found["closed"], "event_id": f"{{{ticket}}}/closed"}
        fills.append(
            {"table": "events", "when": found["closed"], "columns": closed, "activity": "Ticket: closed"}
        )
    if "text" in found:
        fills.append(
            {"table": "texts", "when": found["text"], "columns": {"event_id": ticket, "text": found["text"]}}
        )
    return {"fills": fills}


def _deals(found: Found, engine: Engine, raw: Raw) -> dict[str, Any] | None:
    if {"deal_id", "deal_name"}.isdisjoint(found) and not {"invoice_id", "contract_id"}.isdisjoint(found):
        # An invoice and a contract have an amount and a status as well.
        return None
    if "stage" not in found and "status" in found and "amount" in found:
        # Where there is one word for both, a deal that is offered or won has a status.
        found = {**found, "stage": found["status"]}
    numbered = found.get("order_id") if "ordered" not in found else None
    deal = (
        found.get("deal_id")
        or (found.get("id") or numbered if "stage" in found else None)
        or found.get("deal_name")
    )
    if not deal and "stage" in found and "amount" in found and "account_name" in found:
        # Some systems call what a deal is about its topic, and give it no other name.
        deal = found.get("subject")
        found = {**found, **({"deal_name": deal} if deal else {})}
    if not deal or "stage" not in found:
        return None
    if "deal_id" not in found and "deal_name" not in found and "amount" not in found:
        # Tickets and leads have stages too.
        return None
    company = first_of(found, "account_id", "account_name")
    stage, created = found["stage"], found.get("created")
    ends = [found[one] for one in ("won", "lost") if one in found]
    closed = found.get("closed") or "||".join(f"{{{one}}}" for one in ends) or None
    # A stage may say how far a deal came, and its status how it ended.
    tells = found.get("status", stage)
    outcome = outcomes_of(engine, raw, tells)
    if not outcome:
        tells, outcome = stage, outcomes_of(engine, raw, stage)
    if not outcome and engine.rows(f"SELECT count(*) FROM {raw.table}")[0][0] >= MANY:
        tell_no_outcomes(Table(engine, raw, ""), stage)
    deals: dict[str, Any] = {
        "table": "deals",
        "columns": some(
            deal_id=deal, account_id=company, stage=stage, created=created, closed=closed, amount=found.get("amount"),
            currency=found.get("currency"), product=found.get("product"), owner=found.get("owner"),
            lost_reason=found.get("lost_reason"), probability=found.get("probability"),
        ),
    }  # fmt: skip
    if outcome:
        deals["values"] = {"outcome": {"of": tells, **outcome, "else": "open"}}
    fills = [deals]
    about = some(deal_id=deal, account_id=company)
    if created:
        fills.append(
            {
                "table": "events",
                "when": created,
                "columns": {"time": created, **about},
                "activity": "Deal: created",
            }
        )
    if closed and outcome:
        fills.append(
            {
                "table": "events",
                **({"when": closed} if "||" not in closed else {}),
                "where": {tells: list(outcome)},
                "columns": {"time": closed, **about, **some(value=found.get("amount"))},
                "activity": f"Deal: {{{tells}}}",
            }
        )
    return {"fills": fills, "event_id": f"{{{deal}}}/{{activity}}"}


_SAYS_MORE_THAN_TYPE = frozenset(
    (
        "amount",
        "order_id",
        "ticket_id",
        "title",
        "industry",
        "employees",
        "domain",
        "score",
        "created",
        "stage",
    )
)
"""What lists of other things have, whose type is no activity: invoices, tickets, contacts, companies."""


def _activities(found: Found, engine: Engine, raw: Raw) -> dict[str, Any] | None:
    activity = found.get("activity")
    if activity is None and _SAYS_MORE_THAN_TYPE.isdisjoint(found):
        activity = found.get("type")
    if activity is None or "time" not in found:
        return None
    who = first_of(found, "person_id", "email")
    company = first_of(found, "account_id", "account_name")
    if not (who or company or "deal_id" in found):
        return None
    named = _contact_named(found)
    people: list[dict[str, Any]] = []
    if who is not None and (told := some(name=named, email=found.get("email"), title=found.get("title"))):
        people = [{"table": "people", "when": who, "columns": {"person_id": who, **told}}]
    elif company and named and named == found.get("name"):
        # Who is named beside the company is known by that alone.
        who = f"{{{company}}}/{{{named}}}"
        people = beside(company, named, found.get("title"))
    values = directed(engine, raw, found)
    columns = some(
        event_id=found.get("event_id"), time=moment(found), account_id=company, person_id=who, deal_id=found.get("deal_id"),
        activity=activity, channel=found.get("channel"), campaign=found.get("campaign"), device=found.get("device"),
        direction=None if values else found.get("direction"),
    )  # fmt: skip
    fill: dict[str, Any] = {"table": "events", "columns": columns, **({"values": values} if values else {})}
    if "done" in found and (done := done_words(engine, raw, found["done"])):
        fill["where"] = {found["done"]: done}
    return {"fills": [*people, fill]}


def _contact_named(found: Found) -> str | None:
    """The name of whom an activity is with; of one that is only called a name it may be another's, or the activity's."""
    if "first_name" in found and "last_name" in found:
        return person_name(found)
    name = found.get("name")
    return name if name and plain_header(name) not in _BARE_NAMES else None


_BARE_NAMES = frozenset(("name", "nimi", "namn", "navn"))


def _is_register(found: Found) -> bool:
    """Whether a table with a number of a company in each row is one of companies, whose names and addresses it tells."""
    return (
        "org_no" in found
        and "account_name" not in found
        and "title" not in found
        and "first_name" not in found
        and plain_header(found.get("name", "")) in _BARE_NAMES
    )


def _contacts(found: Found, engine: Engine, raw: Raw) -> dict[str, Any] | None:
    name = person_name(found)
    person = (
        found.get("person_id")
        or (found.get("id") if name or "email" in found else None)
        or found.get("email")
    )
    known = sum((name is not None, "email" in found, "title" in found))
    if not person or known < 2 or _is_register(found):
        return None
    company = first_of(found, "account_id", "account_name")
    people = some(
        person_id=person, name=name, email=found.get("email"), title=found.get("title"), language=found.get("language"),
        country=found.get("country"),
    )  # fmt: skip
    fills: list[dict[str, Any]] = [{"table": "people", "columns": people}]
    if company:
        belongs = {"person_id": person, "account_id": company} | some(
            from_=found.get("from"), to=found.get("to")
        )
        fills.append({"table": "memberships", "when": company, "columns": belongs})
        if company == found.get("account_id") and "account_name" in found:
            named = {"account_id": company, "name": found["account_name"]}
            fills.append({"table": "accounts", "when": company, "columns": named})
    return {"fills": fills}


_SAYS_MORE = frozenset(
    ("time", "created", "closed", "activity", "deal_id", "deal_name", "ticket_id", "order_id", "event_id", "case", "score", "amount", "stage", "text")
)  # fmt: skip
"""What a table has that is about more than who belongs where."""


_LINKED = {"deal_id": "deal", "ticket_id": "case", "event_id": "event"}
"""Ids of what tables of links lead to a company, a person or one another → what `belongings` call it."""


def _links(found: Found, engine: Engine, raw: Raw) -> dict[str, Any] | None:
    """Who or what belongs to which company, person or deal, by two ids alone: each may have several of the other."""
    ids = [one for one in ("person_id", "account_id", *_LINKED) if one in found]
    if len(ids) != 2 or not (_SAYS_MORE - set(ids)).isdisjoint(found):
        return None
    columns = {one: found[one] for one in ids} | some(
        from_=found.get("from"), to=found.get("to"), primary=found.get("primary")
    )
    records = [one for one in _LINKED if one in ids]
    if not records:
        return {"fills": [{"table": "memberships", "columns": columns}]}
    if records == ["deal_id"] and "person_id" in ids:
        return {"fills": [{"table": "deal_people", "columns": columns}]}
    # Of a ticket and its deal the ticket is what belongs, of an activity and its ticket the activity.
    record = records[-1]
    belongs = {"kind": f"={_LINKED[record]}", "record_id": columns.pop(record), **columns}
    if "ticket_id" in belongs:
        belongs["case_id"] = belongs.pop("ticket_id")
    # A ticket's number is the help desk's, whoever keeps the table.
    kind = {"kind": "support"} if record == "ticket_id" else {}
    return {**kind, "fills": [{"table": "belongings", "columns": belongs}]}


def _companies(found: Found, engine: Engine, raw: Raw) -> dict[str, Any] | None:
    name = found.get("account_name") or found.get("name")
    told = some(
        domain=found.get("domain"), parent=found.get("parent"), segment=found.get("segment"), since=found.get("since"),
        industry=found.get("industry"), employees=found.get("employees"), country=found.get("country"),
    )  # fmt: skip
    person = found.get("name") if "account_name" in found else None
    register = _is_register(found)
    if not name or not (told or "org_no" in found):
        return None
    if ("email" in found and not register) or ("title" in found and not person):
        return None
    told |= some(town=found.get("town"))
    account = first_of(found, "account_id", "id") or name
    fills: list[dict[str, Any]] = [
        {"table": "accounts", "columns": {"account_id": account, "name": name, **told}}
    ]
    if person:
        fills += beside(account, person, found.get("title"))
    return {"fills": fills}


def _orders(found: Found, engine: Engine, raw: Raw) -> dict[str, Any] | None:
    order, ordered = found.get("order_id"), first_of(found, "ordered", "created", "time")
    who, company = first_of(found, "person_id", "email"), first_of(found, "account_id", "account_name")
    if not order or not ordered or not company:
        return None
    about = some(account_id=company, person_id=who)
    amount = found.get("amount")
    contract = some(contract_id=order, account_id=company, from_=ordered, amount=amount, currency=found.get("currency"), product=found.get("product"))  # fmt: skip
    fills: list[dict[str, Any]] = [
        {"table": "contracts", "columns": contract},
        {
            "table": "events",
            "columns": {"time": ordered, "event_id": f"{{{order}}}/placed", **about, **some(value=amount)},
            "activity": "Order placed",
        },
    ]
    if "shipped" in found:
        shipped = {"time": found["shipped"], "event_id": f"{{{order}}}/shipped", **about}
        fills.append(
            {"table": "events", "when": found["shipped"], "columns": shipped, "activity": "Order shipped"}
        )
    return {"fills": [*people_of(found, who, company), *fills]}


_SATISFIED = re.compile(r"csat|satisf|tyytyv|nöjdhet|tilfredshed", re.IGNORECASE)
_RECOMMEND = re.compile(r"\bnps\b|recommend|suosittel|rekommend|anbefal", re.IGNORECASE)
_EFFORT = re.compile(r"\bces\b|effort|vaivattom|ansträngning|indsats", re.IGNORECASE)


def _scale(engine: Engine, raw: Raw, column: str) -> tuple[str, int | None]:
    """Which kind of score a column holds, by its header and its values, and the top of its scale."""
    number = f"try_cast({raw.column(column)} AS DOUBLE)"
    count, odd, least, top = engine.rows(
        f"SELECT count({number}), count(*) FILTER (WHERE {number} <> floor({number})), min({number}), max({number}) FROM {raw.table}"
    )[0]
    if not count:
        return "other", None
    named = "csat" if _SATISFIED.search(column) else "ces" if _EFFORT.search(column) else None
    asked = _RECOMMEND.search(column) is not None
    if named is None and not odd and least >= 0 and (5 < top <= 10 or (asked and top <= 10)):
        return "nps", 10
    return named or "other", next((scale for scale in (5, 7, 10, 100) if top <= scale), None)


Proposal = Callable[[Found, Engine, Raw], "dict[str, Any] | None"]
KINDS: dict[str, Proposal] = {
    "event-log": _event_log,
    "survey": _survey,
    "tickets": _tickets,
    "deals": _deals,
    "attendance": attendance,
    "orders": _orders,
    "contracts": contracts,
    "invoices": invoices,
    "activities": _activities,
    "calls": calls,
    "forms": forms,
    "contacts": _contacts,
    "companies": _companies,
    "links": _links,
}
"""What polku knows without a mapping, in the order in which it is tried."""

SOURCE_KINDS = {
    "event-log": "other",
    "survey": "survey",
    "tickets": "support",
    "deals": "crm",
    "orders": "erp",
    "contracts": "erp",
    "invoices": "erp",
    "attendance": "marketing",
    "activities": "crm",
    "calls": "crm",
    "forms": "marketing",
    "contacts": "crm",
    "companies": "crm",
    "links": "crm",
}
