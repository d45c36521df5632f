"""Object-centric event logs (OCEL 1.0 and 2.0): events that touch several objects of several types each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from polku.documents import Source
from polku.errors import ImportRefused
from polku.records.engine import Engine
from polku.sources.delimited import make_table
from polku.sources.files import Opened
from polku.sources.makes import plain
from polku.sources.mappings import id_of
from polku.sources.ocel_files import ObjectLog, is_object_log, read_object_log
from polku.sources.raw import CHUNK, Raw, insert
from polku.sources.sniffing import Sniffed, name_columns
from polku.sources.systems import Guess, Part, Reader, Table
from polku.words import Message

EVENT, ACTIVITY, TIME = "event id", "activity", "time"
OBJECT, KIND, AS, OTHER, OTHER_KIND = "object id", "object type", "qualifier", "other object", "other type"
OF_TYPE = "object: "
"""Before a type of objects: the column with the ids of such objects that an event touches, parted by ;."""
CASE = "case"
_NOTHING = frozenset(("", "nan", "None"))

_ACCOUNTS = """account|accounts|customer|customers|client|clients|company|companies|organisation|organization|organizations
    |asiakas|asiakkaat|asiakasyritys|kund|kunder|kundforetag|kunde|kunder|virksomhed|virksomheder|buying organization"""
_PEOPLE = """person|persons|people|contact|contacts|contact person|stakeholder|henkilo|yhteyshenkilo|kontakt|kontaktperson|personer"""
_DEALS = "deal|deals|opportunity|opportunities|sales opportunity|myyntimahdollisuus|kauppa|affar|affarsmojlighet|handel|salgsmulighed"


_FOLLOWED = (
    "order",
    "application",
    "ticket",
    "request",
    "claim",
    "contract",
    "case",
    "project",
    "requisition",
    "tilaus",
    "ordre",
    "sag",
)
"""Types of objects that make a case worth following."""
_RESOURCES = (
    "employee",
    "resource",
    "machine",
    "vehicle",
    "truck",
    "forklift",
    "system",
    "recruiter",
    "manager",
    "worker",
    "warehouse",
)
"""Types of objects that do the work; they are in nearly every event."""


def _is(kind: str, words: str) -> bool:
    return plain(kind) in {plain(word) for word in words.split("|")}


class _Reader:
    """Reads logs in JSON, XML and SQLite."""

    def opens(self, path: Path, head: bytes) -> bool:
        return is_object_log(path, head)

    def parts(self, opened: Opened, scratch: Path) -> Iterator[Part]:
        log = read_object_log(opened)
        if not log.events:
            raise ImportRefused(Message("sources.no-records"), opened.where)
        yield Part(opened.name, lambda engine, table, said: (_events(engine, table, log), None))
        if log.relations:
            yield Part(
                f"{opened.name}/objects", lambda engine, table, said: (_relations(engine, table, log), None)
            )
        for kind in sorted(
            {kind for kind in log.objects.values() if _is(kind, _ACCOUNTS) or _is(kind, _PEOPLE)}
        ):
            yield Part(f"{opened.name}/{plain(kind)}", _objects_of(log, kind))
        members = [
            (one, other, qualifier)
            for a, b, qualifier in log.links
            for one, other in ((a, b), (b, a))
            if _is(log.objects.get(one, ""), _PEOPLE) and _is(log.objects.get(other, ""), _ACCOUNTS)
        ]
        if members:
            yield Part(
                f"{opened.name}/members", lambda engine, table, said: (_members(engine, table, members), None)
            )


def _objects_of(log: ObjectLog, kind: str) -> Any:
    def load(engine: Engine, table: str, said: Source | None) -> tuple[Raw, Sniffed | None]:
        wanted = [id for id, of in log.objects.items() if of == kind]
        names = dict.fromkeys(name for id in wanted for name in log.attributes.get(id, ()))
        rows = [[id, kind, *(log.attributes.get(id, {}).get(name) for name in names)] for id in wanted]
        return _table(engine, table, [OBJECT, KIND, *names], rows), None

    return load


def _table(engine: Engine, table: str, columns: Sequence[str], rows: Sequence[Sequence[str | None]]) -> Raw:
    names, _ = name_columns(list(columns))
    make_table(engine, table, len(names))
    for start in range(0, len(rows), CHUNK):
        some = rows[start : start + CHUNK]
        lines = list(range(start + 1, start + len(some) + 1))
        insert(
            engine,
            table,
            {"line": lines, **{f"c{at}": [row[at] or None for row in some] for at in range(len(names))}},
        )
    return Raw(table, names, kind="ocel")


def _events(engine: Engine, table: str, log: ObjectLog) -> Raw:
    kinds = sorted(set(log.objects.values()))
    touched: dict[str, dict[str, list[str]]] = {}
    dangling = 0
    for event, one, _ in log.relations:
        kind = log.objects.get(one)
        if kind is None:
            dangling += 1
        elif one not in (already := touched.setdefault(event, {}).setdefault(kind, [])):
            already.append(one)
    names = list(dict.fromkeys(name for *_, told in log.events for name in told))
    rows = [
        [
            id, kind, time, *(told.get(name) for name in names),
            *(";".join(touched.get(id, {}).get(of, ())) for of in kinds),
        ]
        for id, kind, time, told in log.events
    ]  # fmt: skip
    raw = _table(
        engine, table, [EVENT, ACTIVITY, TIME, *names, *(f"{OF_TYPE}{kind}" for kind in kinds)], rows
    )
    if dangling:
        raw.warnings.append(Message("sources.ocel-dangling", {"count": dangling}))
    known = {event[0] for event in log.events}
    strays = sum(event not in known for event, *_ in log.relations)
    if strays:
        raw.warnings.append(Message("sources.ocel-strays", {"count": strays}))
    return raw


def _relations(engine: Engine, table: str, log: ObjectLog) -> Raw:
    rows = [
        [event, one, log.objects.get(one), None if (qualifier or "") in _NOTHING else qualifier]
        for event, one, qualifier in log.relations
    ]
    return _table(engine, table, [EVENT, OBJECT, KIND, AS], rows)


def _members(engine: Engine, table: str, members: Sequence[tuple[str, str, str | None]]) -> Raw:
    return _table(engine, table, [OBJECT, OTHER, AS], [list(one) for one in members])


class ObjectCentric:
    """Object-centric logs as a source.

    An event belongs to a case only where it touches one object of the case's type: none counts for two. The
    shape `flat` repeats such events for each object, as flattening does elsewhere.
    """

    name = "ocel"
    title = "OCEL"
    shapes = ("events", "flat", "objects", "things", "members")

    def __init__(self) -> None:
        self.reader: Reader | None = _Reader()

    def look(self, table: Table, asked: str | None) -> Guess | None:
        """A log's events, told by the reader; or a table of OCEL 1.0 in CSV, told by its headers."""
        signs = (Message("sources.sign-inside"),)
        if table.kind != "ocel":
            columns = {column.lower(): column for column in table.columns}
            if not {"ocel:eid", "ocel:activity", "ocel:timestamp"} <= columns.keys():
                return None
            found = {
                EVENT: columns["ocel:eid"],
                ACTIVITY: columns["ocel:activity"],
                TIME: columns["ocel:timestamp"],
            }
            found |= {
                OF_TYPE + column.split(":", 2)[2]: column
                for column in table.columns
                if column.lower().startswith("ocel:type:")
            }
            told = (
                Message(
                    "sources.sign-headers", {"columns": [columns["ocel:eid"], *list(found.values())[3:6]]}
                ),
            )
            return Guess("flat" if asked == "flat" else "events", 1.0, told, found)
        found = {column: column for column in table.columns}
        if EVENT in found and ACTIVITY in found:
            return Guess("flat" if asked == "flat" else "events", 1.0, signs, found)
        shape = "members" if OTHER in found else "objects" if EVENT in found else "things"
        return Guess(shape, 1.0, signs, found)

    def mend(self, table: Table, guess: Guess) -> None:
        """Lists written as Python does become lists; the case of each event is found."""
        if guess.shape not in ("events", "flat"):
            return
        kinds = {word: column for word, column in guess.found.items() if word.startswith(OF_TYPE)}
        if table.kind != "ocel":
            for column in kinds.values():
                bare = f"regexp_replace({table.cell(column)}, '[\\[\\]''\" ]', '', 'g')"
                table.set(column, f"nullif(replace({bare}, ',', ';'), '')")
            table.finish()
        found = guess.found
        assert isinstance(found, dict)
        for word, column in kinds.items():
            for target, words in (("account", _ACCOUNTS), ("person", _PEOPLE), ("deal", _DEALS)):
                if _is(word.removeprefix(OF_TYPE), words) and table.share(column, ".+"):
                    found.setdefault(
                        target, table.add(f"{target}: first", f"split_part({table.cell(column)}, ';', 1)")
                    )
                    found.setdefault(f"{target}s", column)
        case = self._case(table, kinds, found)
        if case is None:
            return
        found["cases"] = kinds[case]
        cell = table.cell(kinds[case])
        several = table.engine.rows(f"SELECT count(*) FROM {table.raw.table} WHERE contains({cell}, ';')")[0][
            0
        ]
        kind = case.removeprefix(OF_TYPE)
        if guess.shape == "flat":
            found[CASE] = kinds[case]
            if several:
                table.warn(Message("sources.ocel-repeated", {"count": several, "kind": kind}))
        else:
            found[CASE] = table.add(CASE, f"CASE WHEN NOT contains({cell}, ';') THEN {cell} END")
            table.warn(
                Message("sources.ocel-case", {"kind": kind, "count": len(kinds), "column": kinds[case]})
            )
            if several:
                table.warn(Message("sources.ocel-several", {"count": several, "kind": kind}))

    def _case(self, table: Table, kinds: Mapping[str, str], found: Mapping[str, str]) -> str | None:
        """The type whose cases are followed: rather orders and the like than others, rather these than resources;
        among them the one of which most events touch exactly one object.
        """
        total = table.engine.rows(f"SELECT count(*) FROM {table.raw.table}")[0][0]
        best: tuple[tuple[bool, bool, int], str] | None = None
        for word, column in kinds.items():
            cell = table.cell(column)
            single = table.engine.rows(
                f"SELECT count(*) FROM {table.raw.table} WHERE ({cell}) IS NOT NULL AND NOT contains({cell}, ';')"
            )[0][0]
            kind = plain(word.removeprefix(OF_TYPE))
            other = column not in (found.get("accounts"), found.get("persons")) and not any(
                one in kind for one in _RESOURCES
            )
            followed = any(one in kind for one in _FOLLOWED) and single * 10 >= total
            rank = (other, followed, single)
            if single and (best is None or rank > best[0]):
                best = rank, word
        return best[1] if best else None

    def propose(self, table: Table, guess: Guess) -> Mapping[str, Any]:
        """Events with their case, account, person and deal; objects with what they were in each event.

        Each log is a source of its own: the ids of one say nothing of those of another.
        """
        log = table.file.rpartition("/")[0] if guess.shape in ("objects", "members", "things") else table.file
        return {"id": id_of(log), **self._fields(table, guess)}

    def _fields(self, table: Table, guess: Guess) -> Mapping[str, Any]:
        found = guess.found
        if guess.shape == "objects":
            columns = {"event_id": EVENT, "object_id": OBJECT, "kind": KIND, "as": AS}
            return {"fills": [{"table": "objects", "columns": columns}]}
        if guess.shape == "members":
            return {
                "fills": [{"table": "memberships", "columns": {"person_id": OBJECT, "account_id": OTHER}}]
            }
        if guess.shape == "things":
            return {"fills": self._things(table)}
        columns = {"event_id": found[EVENT], "time": found[TIME], "activity": found[ACTIVITY]}
        columns |= {
            target: found[word]
            for target, word in (
                ("case_id", CASE),
                ("account_id", "account"),
                ("person_id", "person"),
                ("deal_id", "deal"),
            )
            if word in found
        }
        fill: dict[str, Any] = {"table": "events", "columns": columns}
        if guess.shape == "flat" and "cases" in found:
            columns["event_id"] = f"{{{found[EVENT]}}}/{{{found['cases']}}}"
            fill |= {"when": found["cases"], "split": ";", "split_column": found["cases"]}
        fills = [fill]
        if table.kind != "ocel":
            fills += [
                {"table": "objects", "when": column, "split": ";", "split_column": column,
                 "columns": {"event_id": found[EVENT], "object_id": column, "kind": f"={word.removeprefix(OF_TYPE)}"}}
                for word, column in found.items()
                if word.startswith(OF_TYPE) and table.share(column, ".+")
            ]  # fmt: skip
        return {"fills": fills}

    def _things(self, table: Table) -> list[dict[str, Any]]:
        """Accounts or people, with what their attributes say."""
        from polku.sources.headers import meanings

        told = meanings([column for column in table.columns if column not in (OBJECT, KIND)])
        if any(_is(kind, _PEOPLE) for kind in table.values(KIND, 1)):
            wanted = {
                "name": "name",
                "email": "email",
                "title": "title",
                "language": "language",
                "country": "country",
            }
            columns = {"person_id": OBJECT} | {to: told[of] for to, of in wanted.items() if of in told}
            company = told.get("account_id") or told.get("account_name")
            fills: list[dict[str, Any]] = [{"table": "people", "columns": columns}]
            if company:
                fills.append(
                    {
                        "table": "memberships",
                        "when": company,
                        "columns": {"person_id": OBJECT, "account_id": company},
                    }
                )
            return fills
        name = told.get("account_name") or told.get("name") or OBJECT
        wanted = {
            "domain": "domain",
            "industry": "industry",
            "employees": "employees",
            "country": "country",
            "parent": "parent",
        }
        columns = {"account_id": OBJECT, "name": name} | {
            to: told[of] for to, of in wanted.items() if of in told
        }
        return [{"table": "accounts", "columns": columns}]


SOURCE = ObjectCentric()
