"""Which account each word of a source means, asked of the engine page by page; very many words part by part."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from polku.documents import Account
from polku.identity.accounts import AccountBook, Link, Lists, Said, book_of
from polku.identity.arrays import texts
from polku.identity.decisions import Decisions, Word
from polku.identity.names import domain_of
from polku.identity.parting import Parting, keys_of, keys_of_documents, keys_of_domain
from polku.identity.people import ORDER
from polku.records.engine import Engine, Relation
from polku.records.watching import stop_point

PAGE = 50_000
"""Words that are looked up at a time."""
AT_ONCE = 400_000
"""So many words are known at once; each takes some 500 bytes."""
_ASKED = ("source", "kind", "ref", "said")


@dataclass(frozen=True)
class Knowing:
    """What is known of accounts besides the rows of sources.

    Args:
        documents: account documents by id.
        decisions: which companies are one, and which are not.
        own: domains of the company whose customers these are.
    """

    documents: Mapping[str, Account]
    decisions: Decisions
    own: tuple[str, ...] = ()


def find_accounts(engine: Engine, tables: Mapping[str, Relation], knowing: Knowing) -> None:
    """Make the tables of what words mean; `known_people` and `asked` of `people.find_people` must be there.

    They are `resolved_accounts` (words for accounts), `resolved_mailboxes` (words for boxes that several people share)
    and `domain_accounts` (domains of people's addresses).
    """
    for table in ("resolved_accounts", "resolved_mailboxes"):
        engine.execute(
            f"CREATE OR REPLACE TEMP TABLE {table} "
            "(source VARCHAR, ref VARCHAR, account_id VARCHAR, reason VARCHAR, confidence DOUBLE)"
        )
    engine.execute('CREATE OR REPLACE TEMP TABLE domain_accounts ("domain" VARCHAR, account_id VARCHAR)')
    _list(engine, tables)
    count = 1 + sum(engine.rows(f"SELECT count(*) FROM {table}")[0][0] for table in _LISTS) // AT_ONCE
    listed = bool(engine.rows("SELECT 1 FROM listed_accounts LIMIT 1"))
    parted = count > 1
    if parted:
        _part(engine, knowing, count)
    kinds = engine.rows("SELECT kind FROM listed_accounts GROUP BY kind HAVING count(DISTINCT source) > 1")
    several = frozenset(kind for (kind,) in kinds)
    for part in range(count):
        book = book_of(
            knowing.documents,
            (
                Said(*row)
                for page in _pages(engine, "listed_accounts", "source, kind, ref, name, domain", part, parted)
                for row in page
            ),
            knowing.decisions,
            knowing.own,
            Lists(several, _crowded(engine, several, part, parted) if several else frozenset()),
        )
        book.listed = listed

        def pages(table: str, columns: str, part: int = part) -> Iterator[list[tuple[Any, ...]]]:
            return _pages(engine, table, columns, part, parted)

        _find_words(engine, book, pages)
        _find_domains(engine, book, pages)
        _find_mailboxes(engine, book, pages)
    for table in _LISTS:
        engine.execute(f"DROP TABLE {table}")


_LISTS = ("listed_accounts", "asked_accounts", "asked_domains", "asked_mailboxes")


def _list(engine: Engine, tables: Mapping[str, Relation]) -> None:
    """Make the tables of `_LISTS`, each numbered from 1 in the order in which it is gone through."""
    engine.execute(
        f"CREATE OR REPLACE TEMP TABLE listed_accounts AS SELECT row_number() OVER (ORDER BY {ORDER}, source, account_id, "
        "source_file, source_row) AS n, source, coalesce(source_kind, '') AS kind, account_id AS ref, name, domain "
        "FROM {accounts} ORDER BY n",
        tables=tables,
    )
    engine.execute(
        f"CREATE OR REPLACE TEMP TABLE asked_accounts AS SELECT row_number() OVER (ORDER BY {ORDER}, source, ref) AS n, "
        "source, coalesce(source_kind, '') AS kind, ref FROM {account_refs} ORDER BY n",
        tables=tables,
    )
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE asked_domains AS SELECT row_number() OVER () AS n, ref FROM "
        "(SELECT DISTINCT split_part(mail, '@', 2) AS ref FROM known_people WHERE mail IS NOT NULL)"
    )
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE asked_mailboxes AS SELECT row_number() OVER (ORDER BY source, ref) AS n, "
        "source, kind, ref, mail FROM asked WHERE listed IS NULL AND shared ORDER BY n"
    )


def _part(engine: Engine, knowing: Knowing, count: int) -> None:
    """Put the words into parts that have nothing to do with each other, each in its order."""
    first = keys_of_documents(knowing.documents, knowing.decisions)
    parting = Parting(first)
    shapes: tuple[tuple[str, str, Callable[..., Sequence[int]]], ...] = (
        ("listed_accounts", "ref, name, domain", keys_of),
        ("asked_accounts", "ref", keys_of),
        ("asked_domains", "ref", keys_of_domain),
        ("asked_mailboxes", "ref, NULL, mail", keys_of),
    )
    for table, columns, keys in shapes:
        for page in _pages(engine, table, columns, 0, False):
            parting.add([keys(*row) for row in page])
    parts, done = parting.parts(count), 0
    for table, _, _ in shapes:
        rows = engine.rows(f"SELECT count(*) FROM {table}")[0][0]
        values = {"n": np.arange(1, rows + 1, dtype=np.int64), "part": parts[done : done + rows]}
        done += rows
        with engine.holding("incoming", values):
            engine.execute(
                f"CREATE OR REPLACE TEMP TABLE parted AS SELECT row_number() OVER (ORDER BY i.part, i.n) AS n, i.part, "
                f"l.* EXCLUDE (n) FROM {table} l JOIN incoming i USING (n) ORDER BY 1"
            )
        engine.execute(f"DROP TABLE {table}")
        engine.execute(f"ALTER TABLE parted RENAME TO {table}")


def _pages(
    engine: Engine, table: str, columns: str, part: int, parted: bool
) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a list, so many at a time; of a list in parts, those of one."""
    bounds = f"SELECT coalesce(min(n), 1) - 1, coalesce(max(n), 0) FROM {table}"
    last, end = engine.rows(f"{bounds} WHERE part = $part" if parted else bounds, {"part": part})[0]
    while last < end:
        stop_point()
        until = min(last + PAGE, end)
        yield engine.rows(
            f"SELECT {columns} FROM {table} WHERE n > $last AND n <= $until ORDER BY n",
            {"last": last, "until": until},
        )
        last = until


def _crowded(engine: Engine, kinds: Collection[str], part: int, parted: bool) -> set[tuple[str, str]]:
    """(source, domain) of which several entries of one list have it; of lists of these kinds of systems."""
    met: set[tuple[str, str]] = set()
    found: set[tuple[str, str]] = set()
    before: tuple[str, str] | None = None
    for page in _pages(engine, "listed_accounts", "source, kind, ref, domain", part, parted):
        for source, kind, ref, said in page:
            domain = domain_of(said) if kind in kinds and (source, ref) != before else None
            if domain is not None:
                key = (source, domain)
                (found if key in met else met).add(key)
            before = (source, ref)
    return found


Pages = Callable[[str, str], Iterator[list[tuple[Any, ...]]]]


def _find_words(engine: Engine, book: AccountBook, pages: Pages) -> None:
    asked = ("asked_accounts", "source, kind, ref")
    decided: Iterator[Link] | None = None
    if book.decisions.standing:
        # What a word means by decision may hang on any other word.
        every = [
            (Word(kind, ref), book.find(source, kind, ref))
            for page in pages(*asked)
            for source, kind, ref in page
        ]
        decided = book.decided(every)
    for page in pages(*asked):
        links = [book.find(*word) for word in page] if decided is None else list(islice(decided, len(page)))
        _keep(engine, "resolved_accounts", [(source, ref) for source, _, ref in page], links)


def _find_domains(engine: Engine, book: AccountBook, pages: Pages) -> None:
    for page in pages("asked_domains", "ref"):
        found = []
        for (said,) in page:
            domain = domain_of(said)
            link = book.by_domain(domain) if domain else None
            if link is not None and link.id is not None:
                found.append((said, link.id))
        if found:
            arrays = {"a": texts([said for said, _ in found]), "b": texts([id for _, id in found])}
            with engine.holding("incoming", arrays):
                engine.execute("INSERT INTO domain_accounts SELECT a, b FROM incoming")


def _find_mailboxes(engine: Engine, book: AccountBook, pages: Pages) -> None:
    for page in pages("asked_mailboxes", "source, kind, ref, mail"):
        links = [book.of_mailbox(*word) for word in page]
        told = [at for at, link in enumerate(links) if link.id is not None]
        if told:
            _keep(
                engine,
                "resolved_mailboxes",
                [(page[at][0], page[at][2]) for at in told],
                [links[at] for at in told],
            )


def _keep(engine: Engine, table: str, words: Sequence[tuple[str, str]], links: Sequence[Link]) -> None:
    values = {
        "source": texts([source for source, _ in words]),
        "ref": texts([ref for _, ref in words]),
        "account_id": texts([link.id for link in links]),
        "reason": texts([link.reason for link in links]),
        "confidence": np.array([link.confidence for link in links], dtype=np.float64),
    }
    with engine.holding("incoming", values):
        engine.execute(f"INSERT INTO {table} SELECT * FROM incoming")
