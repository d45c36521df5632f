"""The tables of the lake: what a row is, its columns and types, its key. The contract between all who read and write."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from polku.frozen import dataclass


@dataclass(frozen=True)
class Column:
    """A column with its DuckDB type; times are UTC microseconds (TIMESTAMP), parts are lists of VARCHAR."""

    name: str
    type: str = "VARCHAR"
    required: bool = False
    """A row without it is a reject."""


@dataclass(frozen=True)
class Table:
    """A table of records.

    Args:
        key: columns that identify a row; a later row of the same source with the same key replaces the earlier.
            Empty: rows that agree in every mapped column are one row.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    def column(self, name: str) -> Column | None:
        """The column of this name."""
        return next((column for column in self.columns if column.name == name), None)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all columns, in order."""
        return tuple(column.name for column in self.columns)


LINEAGE = (
    Column("source"),
    Column("source_kind"),
    Column("source_file"),
    Column("source_row", "BIGINT"),
)
"""Carried by every table: id and kind of the mapping, the file's name, the row in it (header = 1)."""


def _table(name: str, *columns: Column, key: tuple[str, ...] = ()) -> Table:
    return Table(name, columns + LINEAGE, key)


_C = Column
RECORDS: Mapping[str, Table] = MappingProxyType(
    {
        table.name: table
        for table in (
            _table(
                "accounts",
                _C("account_id", required=True),
                _C("name"),
                _C("domain"),
                _C("parent"),
                _C("segment"),
                _C("status"),
                _C("since", "DATE"),
                _C("industry"),
                _C("employees", "BIGINT"),
                _C("country"),
                _C("referred_by"),
                _C("town"),
                key=("account_id",),
            ),
            _table(
                "people",
                _C("person_id", required=True),
                _C("name"),
                _C("email"),
                _C("title"),
                _C("language"),
                _C("country"),
                key=("person_id",),
            ),
            _table(
                "memberships",
                _C("person_id", required=True),
                _C("account_id", required=True),
                _C("from", "DATE"),
                _C("to", "DATE"),
                _C("parts", "VARCHAR[]"),
                _C("primary", "BOOLEAN"),
                _C("reason"),
                _C("confidence", "DOUBLE"),
                key=("person_id", "account_id", "from"),
            ),
            _table(
                "deals",
                _C("deal_id", required=True),
                _C("account_id"),
                _C("kind"),
                _C("stage"),
                _C("outcome"),
                _C("created", "TIMESTAMP"),
                _C("closed", "TIMESTAMP"),
                _C("amount", "DOUBLE"),
                _C("currency"),
                _C("product"),
                _C("owner"),
                _C("lost_to"),
                _C("lost_reason"),
                _C("probability", "DOUBLE"),
                key=("deal_id",),
            ),
            _table(
                "deal_people",
                _C("deal_id", required=True),
                _C("person_id", required=True),
                _C("part"),
                _C("primary", "BOOLEAN"),
                _C("from", "DATE"),
                _C("to", "DATE"),
                key=("deal_id", "person_id", "part"),
            ),
            _table(
                "contracts",
                _C("contract_id", required=True),
                _C("account_id"),
                _C("product"),
                _C("from", "DATE"),
                _C("to", "DATE"),
                _C("amount", "DOUBLE"),
                _C("currency"),
                _C("recurring", "BOOLEAN"),
                _C("ended_because"),
                key=("contract_id",),
            ),
            _table(
                "events",
                _C("event_id"),
                _C("time", "TIMESTAMP", required=True),
                _C("precision"),
                _C("zone"),
                _C("account_id"),
                _C("person_id"),
                _C("deal_id"),
                _C("case_id"),
                _C("activity", required=True),
                _C("channel"),
                _C("campaign"),
                _C("device"),
                _C("direction"),
                _C("value", "DOUBLE"),
                _C("score", "DOUBLE"),
                _C("score_kind"),
                _C("score_max", "DOUBLE"),
                _C("priority", "INTEGER"),
                key=("event_id",),
            ),
            _table(
                "belongings",
                _C("kind", required=True),
                _C("record_id", required=True),
                _C("account_id"),
                _C("person_id"),
                _C("primary", "BOOLEAN"),
                _C("deal_id"),
                _C("case_id"),
                _C("from", "DATE"),
                _C("to", "DATE"),
                key=("kind", "record_id", "account_id", "person_id", "deal_id", "case_id", "from"),
            ),
            _table("event_people", _C("event_id", required=True), _C("person_id", required=True), _C("as")),
            _table(
                "objects",
                _C("event_id", required=True),
                _C("kind"),
                _C("object_id", required=True),
                _C("as"),
            ),
            _table("texts", _C("event_id", required=True), _C("text", required=True), _C("language")),
            _table(
                "spend",
                _C("campaign"),
                _C("channel"),
                _C("date", "DATE", required=True),
                _C("impressions", "BIGINT"),
                _C("clicks", "BIGINT"),
                _C("cost", "DOUBLE"),
                _C("currency"),
                key=("campaign", "channel", "date"),
            ),
            _table(
                "consents",
                _C("person_id", required=True),
                _C("purpose"),
                _C("channel"),
                _C("basis"),
                _C("act"),
                _C("time", "TIMESTAMP"),
                _C("wording"),
                _C("evidence"),
            ),
            Table(
                "rejects",
                (
                    _C("source"),
                    _C("file"),
                    _C("line", "BIGINT"),
                    _C("reason"),
                    _C("column"),
                    _C("found"),
                    _C("row"),
                ),
            ),
        )
    }
)
"""Tables by name, as an import stages them. In a *staged* table account_id and person_id hold what the source
called them (its id, a name, a domain, an e-mail address); publishing resolves them (identity) and keeps both:
the published table's `account_id`, `person_id` are the resolved ones, `account_ref`, `person_ref` the source's words."""

LATER: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"accounts": ("town",), "belongings": ("deal_id", "case_id", "from", "to")}
)
"""Table → columns that lakes of earlier releases lack."""
BELONGING_KINDS = ("deal", "case", "event")
"""Of what a row of `belongings` says which company or person it is of, where no other table says it: a deal, what a
source calls a case (a ticket), an event. Of a case and an event it may say the deal, too, and of an event the case."""
DEAL_BY = "deal_by"
"""Column beside the published ones of events, where link tables say which deal an event is of: `linked` where its
`deal_id` is theirs and not the event's own word."""
PRECISIONS = ("second", "day")
SCORE_KINDS = ("nps", "csat", "ces", "other")
OUTCOMES = ("won", "lost", "open")
DEAL_KINDS = ("new", "renewal", "expansion")

CASE_KINDS = ("account", "person", "deal", "case")
"""What can be followed by itself; `round` is cut from accounts by a journey when a question is asked."""

CODES = Table(
    "codes",
    (
        _C("code", "INTEGER", True),
        _C("source"),
        _C("source_kind"),
        _C("activity"),
        _C("channel"),
        _C("campaign"),
        _C("direction"),
    ),
    ("code",),
)
"""Append-only: a code never changes its meaning. The map (code → touchpoint) is joined when a question is asked."""

MOVES = Table(
    "moves",
    (
        _C("cid", "INTEGER", True),
        _C("ord", "INTEGER", True),
        _C("code", "INTEGER", True),
        _C("nxt", "INTEGER", True),
        _C("ts", "BIGINT", True),
        _C("gap", "BIGINT", True),
        _C("part", "TINYINT", True),
        _C("person", "INTEGER", True),
        _C("first", "TINYINT", True),
        _C("event_no", "BIGINT", True),
    ),
    ("cid", "ord"),
)
"""One row per event of a case, sorted by (cid, ord), ord from 1: code of this and of the next event (−1 at the end),
time and time to the next in microseconds (gap −1 at the end), place of the actor's part in `polku.documents.PARTS`
(−1 unknown or nobody), number of the actor (row of `person_keys`, −1 nobody), 1 where this (code, nxt) is seen first in
the case, number of the event (row of published `events.event_no`)."""

CASES = Table(
    "cases",
    (
        _C("cid", "INTEGER", True),
        _C("key", "VARCHAR", True),
        _C("account_id", "VARCHAR"),
        _C("n", "INTEGER", True),
        _C("t0", "BIGINT", True),
        _C("t1", "BIGINT", True),
        _C("k1", "BIGINT", True),
        _C("k2", "BIGINT", True),
        _C("parts", "INTEGER", True),
        _C("segment", "VARCHAR"),
        _C("status", "VARCHAR"),
        _C("outcome", "VARCHAR"),
        _C("value", "DOUBLE"),
    ),
    ("cid",),
)
"""One row per case: its name, its account, number of events, first and last time, a 128-bit order-sensitive key of its
code sequence in two halves, a bit per part met, the account's segment and status, the outcome and value of its
last closed deal (deal cases: its own)."""


PARTS = (
    "decision-maker",
    "buyer",
    "manager",
    "expert",
    "influencer",
    "gatekeeper",
    "preparer",
    "champion",
    "operator",
)
"""The parts of a buying centre in the order that `moves.part` and `cases.parts` count; the same as the documents'."""

KIND_ORDER = ("crm", "erp", "service", "support", "marketing", "survey", "web", "ads", "other")
"""Whose word about an account or a person goes first where several sources describe it."""

ACCOUNT_LINKS = Table(
    "account_links",
    (_C("source"), _C("ref"), _C("account_id"), _C("reason"), _C("confidence", "DOUBLE")),
    ("source", "ref"),
)
"""Which account a source means by a word; a word without a row, or with a NULL account, is of no known account."""

PERSON_LINKS = Table(
    "person_links",
    (_C("source"), _C("ref"), _C("person_id"), _C("reason"), _C("confidence", "DOUBLE")),
    ("source", "ref"),
)
"""Which person a source means by a word."""

VISITOR_LINKS = Table(
    "visitor_links",
    (
        _C("source"),
        _C("ref"),
        _C("from", "TIMESTAMP"),
        _C("person_id"),
        _C("reason"),
        _C("confidence", "DOUBLE"),
    ),
    ("source", "ref", "from"),
)
"""Which person a source means by the word for a browser in which several signed in: from when on, until the next
row. Where the person is NULL nobody can say who it was. Such a word's row in `person_links` names the last of them."""

MAILBOX_LINKS = Table(
    "mailbox_links",
    (_C("source"), _C("ref"), _C("account_id"), _C("reason"), _C("confidence", "DOUBLE")),
    ("source", "ref"),
)
"""Which account a source means by the address of a box that several people share, of which no person can be told."""

PERSON_KEYS = Table(
    "person_keys", (_C("person", "INTEGER", True), _C("person_id", required=True)), ("person",)
)
"""The number by which moves name a person, from 0, in the order of person_id."""

REFS = Table("refs", (_C("source"), _C("source_kind"), _C("ref"), _C("rows", "BIGINT")), ("source", "ref"))
"""What a resolver is asked: every word by which some row of a source names an account (or a person), and how often."""


def _with_refs(table: Table) -> Table:
    """The published form of a table: beside each resolved id stands the source's word for it."""
    columns: list[Column] = []
    for column in table.columns:
        columns.append(column)
        if column.name in REF_COLUMNS:
            columns.append(Column(REF_COLUMNS[column.name]))
    if table.name == "events":
        columns += [
            _C("event_no", "BIGINT", True),
            _C("code", "INTEGER", True),
            _C("person", "INTEGER", True),
            _C("part", "TINYINT", True),
            _C("account_by"),
            _C("position", "BIGINT"),
        ]
    return Table(table.name, tuple(columns), table.key)


REF_COLUMNS: Mapping[str, str] = MappingProxyType({"account_id": "account_ref", "person_id": "person_ref"})
"""Column of a resolved id → column of the source's word for it."""

ENTITIES = ("accounts", "people", "memberships")
"""Tables that identity makes anew at each publish; what the sources said stands in `source_<name>`."""

MERGED = tuple(table for table in RECORDS if table != "rejects")
LINKED = tuple(table for table in MERGED if table not in ENTITIES)
"""Tables whose published rows follow from their own staged rows and the links."""

PUBLISHED: Mapping[str, Table] = MappingProxyType(
    {
        **{
            name: table if name in (*ENTITIES, "rejects") else _with_refs(table)
            for name, table in RECORDS.items()
        },
        **{
            f"source_{name}": Table(f"source_{name}", RECORDS[name].columns, RECORDS[name].key)
            for name in ENTITIES
        },
        "account_links": ACCOUNT_LINKS,
        "person_links": PERSON_LINKS,
        "visitor_links": VISITOR_LINKS,
        "mailbox_links": MAILBOX_LINKS,
        "person_keys": PERSON_KEYS,
        "codes": CODES,
    }
)
"""Tables of a version by name. `events` also carries event_no (its place in the total order, from 0), code, person
(number in `person_keys`, −1 nobody), part (place in PARTS, −1 unknown), account_by (`named` by the event, `deal` or
`case` where these are of one known account, `member` through its person, `mailbox` through a box that several people
share, NULL unknown) and position (its row in the
staged file, which orders the events of one input row)."""
