"""A person in the records: found by id, address or name, with all that is known and held of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from polku.records.engine import name
from polku.records.forgotten import Known, name_words, plain_email
from polku.records.letters import fold
from polku.records.log import Log
from polku.records.schema import ENTITIES, PUBLISHED


@dataclass(frozen=True)
class Found:
    """A person of the records.

    Args:
        accounts: names of the companies they belong or belonged to.
    """

    person_id: str
    name: str | None
    email: str | None
    title: str | None
    accounts: tuple[str, ...]


def find_people(log: Log, word: str) -> tuple[Found, ...]:
    """The people that an id (ours or a source's), an e-mail address or a whole name means; an id goes before a name."""
    plain = fold(" ".join(word.split()).casefold())
    named = (
        "SELECT person_id FROM {people} WHERE person_id = $word UNION SELECT person_id FROM {person_links} WHERE ref = $word",
        "SELECT person_id FROM {people} WHERE lower(email) = $email UNION "
        "SELECT l.person_id FROM {person_links} l LEFT JOIN {source_people} s ON s.source = l.source AND s.person_id = l.ref "
        "WHERE lower(l.ref) = $email OR lower(s.email) = $email",
    )
    for query in named:
        ids = [row[0] for row in log.rows(query, word=word, email=plain_email(word)) if row[0] is not None]
        if ids:
            return _told(log, ids)
    names = log.rows(
        "SELECT person_id, name FROM {people} WHERE name IS NOT NULL UNION SELECT l.person_id, s.name "
        "FROM {source_people} s JOIN {person_links} l ON l.source = s.source AND l.ref = s.person_id "
        "WHERE s.name IS NOT NULL AND l.person_id IS NOT NULL"
    )
    words = sorted(name_words(word))
    ids = [
        id
        for id, said in names
        if fold(" ".join(said.split()).casefold()) == plain
        or (len(words) > 1 and sorted(name_words(said)) == words)
    ]
    return _told(log, ids)


def _told(log: Log, ids: Iterable[str]) -> tuple[Found, ...]:
    rows = log.rows(
        "SELECT k.person_id, p.name, p.email, p.title, list(DISTINCT coalesce(a.name, m.account_id)) "
        "FILTER (WHERE m.account_id IS NOT NULL) FROM {person_keys} k LEFT JOIN {people} p USING (person_id) "
        "LEFT JOIN {memberships} m USING (person_id) LEFT JOIN {accounts} a ON a.account_id = m.account_id "
        "WHERE list_contains($ids, k.person_id) GROUP BY ALL ORDER BY k.person_id",
        ids=sorted(set(ids)),
    )
    return tuple(Found(row[0], row[1], row[2], row[3], tuple(sorted(row[4] or ()))) for row in rows)


def known_of(log: Log, person_id: str, others: Iterable[str] = ()) -> Known:
    """All words by which the sources mean a person.

    An address or a name that somebody else has, too, is left out: it stays theirs.

    Args:
        others: names of other people and things outside the records.
    """
    sources = " UNION ALL ".join(
        f"SELECT source, source_kind FROM {{{table}}}"
        for table, shape in PUBLISHED.items()
        if shape.column("source_kind") and table not in ENTITIES and log.version.count(table)
    )
    kinds = (
        dict(log.rows(f"SELECT source, max(source_kind) FROM ({sources}) GROUP BY source")) if sources else {}
    )
    refs = log.rows(
        # The word for a browser that others used, too, stays theirs.
        "SELECT DISTINCT source, ref FROM {person_links} WHERE person_id = $id "
        "AND (source, ref) NOT IN (SELECT (source, ref) FROM {visitor_links}) ORDER BY source, ref",
        id=person_id,
    )
    said = log.rows(
        "SELECT l.person_id, s.name, s.email FROM {source_people} s "
        "JOIN {person_links} l ON l.source = s.source AND l.ref = s.person_id"
    )
    mine = [row for row in said if row[0] == person_id]
    rest = [row for row in said if row[0] != person_id]
    emails = {plain_email(email) for _, _, email in mine if email and "@" in email}
    emails |= {plain_email(ref) for _, ref in refs if "@" in ref}
    emails -= {plain_email(email) for _, _, email in rest if email}
    names = {" ".join(name.split()) for _, name, _ in mine if name}
    names |= {
        ref
        for _, ref in refs
        if len(name_words(ref)) > 1 and "@" not in ref and not any(map(str.isdigit, ref))
    }
    rest_names = [name for _, name, _ in rest if name]
    names = {name for name in names if not any(_could_mean(name, other) for other in rest_names)}
    return Known(
        names=tuple(sorted(names)),
        emails=tuple(sorted(emails)),
        refs=tuple(dict.fromkeys((kinds.get(source) or "", ref) for source, ref in refs)),
        alone=alone_in(log, names, [*rest_names, *others]),
    )


def _could_mean(name: str, other: str) -> bool:
    """Whether what is searched for one name finds another person's, too."""
    words, others = name_words(name), name_words(other)
    return bool(words) and words[-1] in others and len(set(words) & set(others)) > 1


def alone_in(log: Log | None, names: Iterable[str], others: Iterable[str]) -> frozenset[str]:
    """Words of names that no other person, company or activity has, nor anybody's plain prose.

    Args:
        others: names of all others.
    """
    names = list(names)
    words = {word for name in names for word in name_words(name) if len(word) > 2}
    words -= {word for name in others for word in name_words(name)}
    if log is None or not words:
        return frozenset(words)
    for query in (
        "SELECT DISTINCT name FROM {accounts} WHERE name IS NOT NULL",
        "SELECT DISTINCT concat_ws(' ', activity, channel, campaign) FROM {codes}",
    ):
        for (text,) in log.rows(query):
            # Where the whole name stands, a word of it means the person.
            if not any(_could_mean(name, text) for name in names):
                words -= set(name_words(text))
    if not words:
        return frozenset()
    # A word that people mostly write small is a word of the language, whoever is called so.
    counts = log.rows(
        "SELECT word, count(*) FILTER (word = lower(word)), count(*) FROM ("
        "SELECT unnest(regexp_extract_all(text, '\\p{L}+')) AS word FROM {texts}) "
        "WHERE list_contains($words, strip_accents(lower(word))) GROUP BY word",
        words=sorted(words),
    )
    small: dict[str, list[int]] = {}
    for word, low, count in counts:
        total = small.setdefault(fold(word.casefold()), [0, 0])
        total[0] += low
        total[1] += count
    return frozenset(word for word in words if not small.get(word) or 2 * small[word][0] <= small[word][1])


def held_of(log: Log, person_id: str) -> Mapping[str, list[dict[str, Any]]]:
    """Every row about a person: table → rows, with the file and line each came from; texts beside their events."""
    theirs = (
        "theirs AS (SELECT source, ref FROM {person_links} WHERE person_id = $id), "
        "done AS (SELECT source, event_id FROM {events} WHERE person_id = $id AND event_id IS NOT NULL)"
    )
    held: dict[str, list[dict[str, Any]]] = {}
    for table, shape in PUBLISHED.items():
        if not log.version.count(table):
            continue
        if table in ("source_people", "source_memberships"):
            where = "SEMI JOIN theirs t ON t.source = s.source AND t.ref = s.person_id"
        elif table == "texts":
            where = "SEMI JOIN done d ON d.source = s.source AND d.event_id = s.event_id"
        elif shape.column("person_id"):
            where = "WHERE s.person_id = $id"
        else:
            continue
        columns = ", ".join(f"s.{name(column)}" for column in shape.names)
        rows = log.rows(
            f"WITH {theirs} SELECT {columns} FROM {{{table}}} s {where} ORDER BY ALL", id=person_id
        )
        if rows:
            held[table] = [dict(zip(shape.names, row, strict=True)) for row in rows]
    return held
