"""Events as they are published: coded, each with its account, its person and its place in the total order."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from polku.records.belonging import NONE, Belongs, find_deals
from polku.records.engine import Engine, Relation, literal, name
from polku.records.files import LeftOut
from polku.records.merging import row_keys
from polku.records.people import has_mailboxes, has_visitors, hashed
from polku.records.schema import CODES, DEAL_BY, PUBLISHED, RECORDS
from polku.records.sorting import AT, PLAIN, write_sorted

NO_TIES = ("event_no", "code", "person", "part", "account_by", DEAL_BY)
"""Columns of published events that do not decide between events of one moment."""
TOLD_BY = ("named", "deal", "case", "member", "mailbox")
"""What may tell the account of an event."""
WORDS_AT_ONCE = 1_500_000
"""Up to so many words for people, or for accounts, are joined with events at once; each takes some 120 bytes."""
WORDS_IN_PART = 500_000
"""So many words are in a part where they are more: what is written beside needs memory as well."""
_CODED = tuple(column.name for column in CODES.columns if column.name != "code")


def make_codes(engine: Engine, events: Relation, before: Relation) -> bool:
    """Make the temporary table `codes`: those there were, then those that events bring, in their own order.

    Returns:
        Whether there are new ones.
    """
    columns = ", ".join(_CODED)
    engine.execute(
        f"CREATE TEMP TABLE codes AS SELECT code, {columns} FROM {{before}} "
        f"UNION ALL SELECT ((SELECT count(*) FROM {{before}}) + row_number() OVER (ORDER BY {columns}) - 1)::INTEGER, "
        f"{columns} FROM (SELECT {columns} FROM {{events}} EXCEPT SELECT {columns} FROM {{before}})",
        tables={"events": events, "before": before},
    )
    new, old = engine.rows(
        "SELECT (SELECT count(*) FROM codes), (SELECT count(*) FROM {before})", tables={"before": before}
    )[0]
    return bool(new > old)


def _of_records(
    engine: Engine, events: Relation, telling: Relation, deals: Relation, belongs: Belongs
) -> tuple[str, str, str]:
    """Which account the deal or the case of an event is of, where one account alone is known for it.

    Histories of deals and comments on tickets name neither company nor person, only the deal or ticket; ids are
    those of one kind of system. Asked only where some event names no known account. What link tables say counts where
    nothing else says it; the deals they name are put on events by `_linked_deals`.

    Args:
        telling: events that say of which account deals and cases are.

    Returns:
        Expressions for the account and for what told it, and the joins they need.
    """
    accounts, cases = "", ""
    for what in _silent_about(engine, events) if belongs.said is None else ("deal", "case"):
        told = ["{events}", *(["{deals}"] if what == "deal" else [])]
        said = " UNION ALL ".join(
            f"SELECT r.source_kind, r.{what}_id, a.account_id FROM {relation} r JOIN account_links a "
            f"ON a.source = r.source AND a.ref = r.account_id WHERE r.{what}_id IS NOT NULL AND a.account_id IS NOT NULL"
            for relation in told
        )
        engine.execute(
            f"CREATE OR REPLACE TEMP TABLE of_{what} AS SELECT source_kind, {what}_id, min(account_id) AS account_id "
            f"FROM ({said}) GROUP BY 1, 2 HAVING min(account_id) = max(account_id)",
            tables={"events": telling, "deals": deals},
        )
        if what in belongs.accounts:
            engine.execute(
                f"INSERT INTO of_{what} SELECT b.source_kind, b.record_id, b.account_id FROM account_of_{what} b "
                f"ANTI JOIN ({said}) s ON s.source_kind IS NOT DISTINCT FROM b.source_kind AND s.{what}_id = b.record_id",
                tables={"events": telling, "deals": deals},
            )
        if engine.rows(f"SELECT 1 FROM of_{what} LIMIT 1"):
            accounts += f", of_{what}.account_id"
            cases += f" WHEN of_{what}.account_id IS NOT NULL THEN '{what}'"
    joins = "".join(
        f"LEFT JOIN of_{what} ON of_{what}.source_kind IS NOT DISTINCT FROM e.source_kind "
        f"AND of_{what}.{what}_id = e.{'said_' if what == 'deal' and belongs.said else ''}{what}_id "
        for what in ("deal", "case")
        if f"of_{what}." in accounts
    )
    if belongs.said is not None:
        accounts += ", e.linked_account"
        cases += " WHEN e.linked_account IS NOT NULL THEN e.linked_by"
    if "event" in belongs.accounts:
        accounts = f", account_of_event.account_id{accounts}"
        cases = f" WHEN account_of_event.account_id IS NOT NULL THEN 'named'{cases}"
        joins += _join("account_of_event", "event_id")
    return accounts, cases, joins


def _linked_deals(engine: Engine, said: Relation) -> tuple[str, str]:
    """The deal of an event that names none, by the links of the event or of its case: columns, and the joins they need."""
    find_deals(engine, said)
    joins = "".join(
        f"ASOF LEFT JOIN (FROM dealt WHERE kind = '{kind}') {at} ON {at}.source_kind IS NOT DISTINCT FROM e.source_kind "
        f"AND {at}.record_id = e.{kind}_id AND e.time >= {at}.start "
        for kind, at in (("event", "de"), ("case", "dc"))
    )
    linked = "CASE WHEN e.deal_id IS NULL THEN coalesce(de.deal_id, dc.deal_id) END"
    return (
        f", e.deal_id AS said_deal_id, coalesce(e.deal_id, de.deal_id, dc.deal_id) AS deal_id, "
        f"CASE WHEN {linked} IS NOT NULL THEN 'linked' END::ENUM('linked') AS {DEAL_BY}, "
        f"coalesce(de.account_id, dc.account_id) AS linked_account, "
        f"CASE WHEN de.account_id IS NULL THEN dc.how ELSE de.how END AS linked_by",
        joins,
    )


def _join(table: str, column: str) -> str:
    return (
        f"LEFT JOIN {table} ON {table}.source_kind IS NOT DISTINCT FROM e.source_kind "
        f"AND {table}.record_id = e.{column} "
    )


def _silent_about(engine: Engine, events: Relation) -> tuple[str, ...]:
    """Of deal and case those by which some event may learn its account, since it names no known one itself."""
    nobody, unknown = "", "FROM account_links WHERE account_id IS NULL"
    if engine.rows(f"SELECT 1 {unknown} LIMIT 1"):
        nobody = f" OR (source, account_id) IN (SELECT (source, ref) {unknown})"
    return tuple(
        what
        for what in ("deal", "case")
        if engine.rows(
            f"SELECT 1 FROM {{events}} WHERE {what}_id IS NOT NULL AND (account_id IS NULL{nobody}) LIMIT 1",
            tables={"events": events},
        )
    )


def write_events(
    engine: Engine,
    events: Relation,
    deals: Relation,
    folder: Path,
    *,
    apart: bool = False,
    belongs: Belongs = NONE,
    ids: Collection[str] = (),
    most: int | None = None,
    telling: Relation | None = None,
    carried: Sequence[str] = (),
) -> tuple[list[tuple[Path, int]], LeftOut]:
    """Write the published events, in their total order, and say to which files, how many to each, and without what.

    An event is of the account that it names, else of its deal's or its case's, else of that of a deal or case to which
    link tables link it, else of its person's at that time, else of the box that several people share; a deal that a
    link tells is its own from then on. Who acted is whom it
    names (in a browser that several used, whoever signed in there at that time), else the one person whom link tables
    name for it or its case.

    Beside the published columns the file has `key`, a hash of what a row is known by (`merging.row_keys`).

    The order is: day, timed before dated, time, priority of the source, position in it. A dated event stands at
    the end of its day, whichever zone's midnight its time is. The temporary tables of `people.link` and
    `make_codes` must be there.

    Args:
        folder: where the files come; more than one where there are many events, of one time after the other.
        apart: no two events have file, row and position in common.
        ids: account or person, where each word that an event says of one is the id it means.
        most: events that are sorted at a time; default `sorting.SORTED_AT_ONCE`.
        telling: events that say of which account deals and cases are; default these.
        carried: further columns of the events, which are written, too.
    """
    settled, moving = (bool(engine.rows(f"SELECT 1 FROM {one} LIMIT 1")) for one in ("settled", "part_at"))
    members = settled or moving
    of_records, told_by, joins = _of_records(engine, events, telling or events, deals, belongs)
    part = "-1"
    if settled:
        of_records += ", e.home"
        told_by += " WHEN e.home IS NOT NULL THEN 'member'"
        part = "coalesce(CASE WHEN e.home = e.account_id THEN e.home_part END, -1)"
    if moving:
        of_records += ", m.account_id"
        told_by += " WHEN m.account_id IS NOT NULL THEN 'member'"
        part = part.replace("-1)", "q.part, -1)") if settled else "coalesce(q.part, -1)"
        joins += "ASOF LEFT JOIN {primary_in_part} m ON m.person_id = e.person_id AND e.time >= m.start "
    if has_mailboxes(engine):
        of_records += ", x.account_id"
        told_by += " WHEN x.account_id IS NOT NULL THEN 'mailbox'"
        joins += (
            "LEFT JOIN mailbox_links x ON x.source IS NOT DISTINCT FROM e.source AND x.ref = e.person_ref "
        )
    account = f"coalesce(e.named{of_records})"
    by = f"CASE WHEN e.named IS NOT NULL THEN 'named'{told_by} END"
    parts = (
        "ASOF LEFT JOIN {parts_in_part} q ON q.person_id = e.person_id AND q.account_id = e.account_id "
        "AND e.time >= q.start "
        if moving
        else ""
    )
    person, whose = "p.person_id", ""
    if has_visitors(engine):
        # In one browser several people signed in one after another.
        person = "CASE WHEN v.ref IS NULL THEN p.person_id ELSE v.person_id END"
        whose = (
            "ASOF LEFT JOIN visitor_links v ON v.source IS NOT DISTINCT FROM e.source AND v.ref = e.person_id "
            'AND e.time >= v."from" '
        )
    for what in ("event", "case"):
        if what in belongs.people:
            person += f", CASE WHEN e.person_id IS NULL THEN person_of_{what}.person_id END"
            whose += _join(f"person_of_{what}", f"{what}_id")
    dealt, linking = "", ""
    if belongs.said is not None:
        dealt, linking = _linked_deals(engine, belongs.said)
    named_by, people_by, known = "account_links", "person_links", "person_keys"
    if most:
        # Of all words only those of few events are asked for.
        _keep_own(engine, events)
        named_by, people_by = "own_accounts", "own_people"
        known = known if whose else "(FROM person_keys SEMI JOIN own_people USING (person_id))"
    _number_people(engine, people_by, known, by_id=bool(whose))
    numbered, acted = ", p.number, p.home, p.home_part", "linked"
    if whose:
        # Who acted is not only told by the word for them.
        numbered, acted = (
            "",
            "(SELECT l.*, k.* EXCLUDE (person_id) FROM linked l LEFT JOIN known_by_id k ON k.person_id = l.person_id)",
        )
    _, key, _ = row_keys(RECORDS["events"])
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE files AS SELECT source AS of, source_file AS file, "
        "row_number() OVER (ORDER BY source, source_file) AS rank FROM (SELECT DISTINCT source, source_file FROM {events})",
        tables={"events": events},
    )
    published = [one for one in PUBLISHED["events"].names if one != "event_no"]
    shared = _shared(engine, events)
    told = f"ENUM({', '.join(map(literal, TOLD_BY))})"
    if dealt:
        published.append(DEAL_BY)
        shared.pop("deal_id", None)
    ties = ", ".join(f"e.{name(one)}" for one in published if one not in NO_TIES)
    published += carried
    beside = []
    word = shared.get("account_ref", f"s.{name('account_ref')}")
    if not told_by:
        shared["account_by"] = f"CASE WHEN s.account_id IS NOT NULL THEN 'named' END::{told}"
        if "account" in ids:
            shared |= {
                "account_id": word,
                "account_by": f"CASE WHEN {word} IS NOT NULL THEN 'named' END::{told}",
            }
        elif not engine.rows(f"SELECT 1 FROM {named_by} WHERE account_id <> ref LIMIT 1"):
            # Words that are the ids themselves need not be carried twice.
            beside = ["known"]
            shared |= {
                "account_id": f"CASE WHEN s.known THEN {word} END",
                "account_by": f"CASE WHEN s.known THEN 'named' END::{told}",
            }
    elif "account" in ids:
        beside = ["elsewhere"]
        shared["account_id"] = f"coalesce({word}, s.elsewhere)"
    if "person" in ids and not whose:
        shared["person_id"] = shared.get("person_ref", f"s.{name('person_ref')}")
    if shared.get("person_ref", "").startswith("NULL") and not {"event", "case"} & belongs.people:
        shared |= {"person_id": "NULL::VARCHAR", "person": "-1::INTEGER", "part": "-1::TINYINT"}
    if not members:
        shared["part"] = "-1::TINYINT"
    several = engine.rows("SELECT count(*) FROM files")[0][0] > 1
    of_files = (
        "JOIN files f ON f.of IS NOT DISTINCT FROM e.source AND f.file IS NOT DISTINCT FROM e.source_file"
        if several
        else ""
    )
    named, links = (
        "a.account_id",
        "LEFT JOIN {accounts_in_part} a ON a.source = e.source AND a.ref = e.account_id ",
    )
    if "account" in ids:
        named, links = "e.account_id", ""
    rows = (
        f"WITH linked AS (SELECT e.* EXCLUDE (account_id, person_id{', deal_id' if dealt else ''}), e.account_id AS account_ref, "
        f"  e.person_id AS person_ref, {named} AS named, coalesce({person}) AS person_id{numbered}{dealt} "
        f"  FROM (SELECT *, {key} AS key FROM {{said_in_part}}) e {links}"
        f"  LEFT JOIN {{people_in_part}} p ON p.source = e.source AND p.ref = e.person_id {whose}{linking}), "
        f"placed AS (SELECT e.*, {account} AS account_id, ({by})::{told} AS account_by "
        f"  FROM {acted} e {joins}) "
        f"SELECT e.*, c.code, coalesce(e.number, -1) AS person, ({part})::TINYINT AS part, {'f.rank' if several else '1'} AS rank, "
        f"  e.named IS NOT NULL AS known, CASE WHEN e.named IS NULL THEN e.account_id END AS elsewhere, {AT} AS at, {'0' if apart else f'hash({ties})'} AS tie "
        f"  FROM placed e JOIN codes c ON {_same_code(engine)} {parts} {of_files}"
    )
    looked_up = None if "account" in ids else named_by
    cut = _in_parts(engine, events, most, looked_up, by_word=not whose)
    return write_sorted(engine, rows, events, shared, published, folder, most, apart, beside, cut)


def _keep_own(engine: Engine, events: Relation) -> None:
    """Make the tables `own_accounts` and `own_people`: what the words mean that events say."""
    for what, table in (("account", "own_accounts"), ("person", "own_people")):
        engine.execute(
            f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT source, ref, {what}_id FROM {what}_links "
            f"SEMI JOIN (SELECT DISTINCT {what}_id AS ref FROM {{events}}) USING (ref)",
            tables={"events": events},
        )


def _number_people(engine: Engine, people_by: str, known: str, *, by_id: bool) -> None:
    """Make the table `numbered_people`: whom words mean, their number, and where they always are.

    Args:
        people_by: the table of words and the people they mean.
        known: the people with their numbers.
        by_id: make the table `known_by_id`, too, which says the same of people without their words.
    """
    for part, which in hashed(engine, f"FROM {known if by_id else people_by}", "person_id", WORDS_IN_PART):
        theirs = (
            "SELECT k.person_id, k.person AS number, s.account_id AS home, s.part AS home_part "
            f"FROM (FROM {known} WHERE {which}) k LEFT JOIN (FROM settled WHERE {which}) s USING (person_id)"
        )
        tables = {
            "numbered_people": f"SELECT l.source, l.ref, k.* FROM (FROM {people_by} WHERE {which}) l "
            f"LEFT JOIN ({theirs}) k USING (person_id)"
        }
        if by_id:
            tables["known_by_id"] = theirs
        for table, sql in tables.items():
            into = f"INSERT INTO {table}" if part else f"CREATE OR REPLACE TEMP TABLE {table} AS"
            engine.execute(f"{into} {sql}")


def _in_parts(
    engine: Engine, events: Relation, most: int | None, accounts: str | None, *, by_word: bool
) -> list[dict[str, Relation]]:
    """Events with the words that they name people and accounts by, cut by these words where they are very many.

    Args:
        most: so many events are sorted at a time, and not cut.
        accounts: the table in which accounts are looked up, if they are.
        by_word: who acted is told by the word for them alone.

    Returns:
        Of each part its events, its people, where they are from when on, and its accounts.
    """
    few = engine.rows("SELECT count(*) FROM {events}", tables={"events": events})[0][0] <= (
        most or WORDS_AT_ONCE
    )

    def parts(table: str, column: str) -> list[tuple[str, str]]:
        words = engine.rows(f"SELECT count(*) FROM {table}")[0][0]
        if words <= WORDS_AT_ONCE:
            return [("true", table)]
        if few:
            # Of all words only theirs are joined.
            theirs = f"SELECT DISTINCT {column} AS ref FROM {events.sql}"
            return [("true", f"(SELECT * FROM {table} SEMI JOIN ({theirs}) USING (ref))")]
        count = 1 + words // WORDS_IN_PART
        which = [f"hash({{}}) % {count} = {part}" for part in range(count)]
        return [(one.format(column), f"(SELECT * FROM {table} WHERE {one.format('ref')})") for one in which]

    people = parts("numbered_people", "person_id")
    named = parts(accounts, "account_id") if accounts else [("true", "account_links")]
    whole = len(people) == len(named) == 1

    def of(table: str, its_people: str) -> Relation:
        # Whoever acted is one of the people in the part, where words alone tell who that is.
        theirs = f"(FROM {table} SEMI JOIN {its_people} USING (person_id))"
        return Relation(theirs if by_word and its_people != "numbered_people" else table)

    return [
        {
            "primary_in_part": of("primary_at", its_people),
            "parts_in_part": of("part_at", its_people),
            "said_in_part": events if whole else Relation(f"(SELECT * FROM {events.sql} WHERE {one} AND {other})", events.files),
            "people_in_part": Relation(its_people, events.files),
            "accounts_in_part": Relation(its_accounts, events.files),
        }
        for one, its_people in people
        for other, its_accounts in named
    ]  # fmt: skip


def _same_code(engine: Engine) -> str:
    """What tells the code of an event: columns that say the same in all codes do not."""
    asked = ", ".join(
        f"count(DISTINCT {one}) + (count({one}) BETWEEN 1 AND count(*) - 1)::INTEGER" for one in _CODED
    )
    counts = engine.rows(f"SELECT {asked} FROM codes")[0]
    telling = [one for one, count in zip(_CODED, counts, strict=True) if count > 1]
    return " AND ".join(f"c.{one} IS NOT DISTINCT FROM e.{one}" for one in telling) or "true"


_MAY_BE_SHARED = {
    **{
        one: one
        for one in (
            "event_id",
            "precision",
            "zone",
            "deal_id",
            "case_id",
            "device",
            "value",
            "score",
            "score_kind",
            "score_max",
            "priority",
        )
    },
    "account_ref": "account_id",
    "person_ref": "person_id",
}
"""Published column → the staged one that it repeats."""
_IDS = frozenset({"event_id", "account_id", "person_id", "deal_id", "case_id"})
"""Columns that are not looked at for one word in all rows."""


def _shared(engine: Engine, events: Relation) -> dict[str, str]:
    """Columns in which all events say the same, or nothing, or what follows from their position, as expressions."""
    asked = ", ".join(
        f"count({name(one)}), NULL, NULL"
        if one in _IDS
        else f"count({name(one)}), min({name(one)})::VARCHAR, max({name(one)})::VARCHAR"
        for one in _MAY_BE_SHARED.values()
    )
    line = "source_row - position"
    rows, lines, first, last, *found = engine.rows(
        f"SELECT count(*), count({line}), min({line}), max({line}), {asked} FROM {{events}}",
        tables={"events": events},
    )[0]
    shared: dict[str, str] = {}
    if lines and lines == rows and first == last:
        shared["source_row"] = f"s.position + {first}"
    for place, (one, staged) in enumerate(_MAY_BE_SHARED.items()):
        count, low, high = found[3 * place : 3 * place + 3]
        column = RECORDS["events"].column(staged)
        assert column is not None
        if not count:
            shared[one] = f"NULL::{column.type}"
        elif low is None or count != rows or low != high:
            continue
        elif column.type == "INTEGER":
            shared[one] = f"{low}::INTEGER"
        elif column.type == "VARCHAR" and PLAIN.fullmatch(low):
            shared[one] = f"{literal(low)}::ENUM({literal(low)})"
    return shared
