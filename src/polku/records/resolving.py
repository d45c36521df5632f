"""Who is who, seen from publishing: what a resolver is asked and answers, and the trivial one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from polku.records.engine import Engine, Relation


@dataclass(frozen=True)
class Resolved:
    """A resolver's answer: three templates over the tables it was given and what it made in the engine.

    Args:
        account_links: gives the columns of `schema.ACCOUNT_LINKS`, one row per (source, ref). A word left out, or
            with a NULL account, is of no known account.
        person_links: gives the columns of `schema.PERSON_LINKS`.
        memberships: gives the columns of the table `memberships` but its lineage (source and source_kind may be
            given), with resolved ids; one row per person, account and interval.
        visitor_links: gives the columns of `schema.VISITOR_LINKS`: words that mean one person after another.
        mailbox_links: gives the columns of `schema.MAILBOX_LINKS`: words that mean nobody, but somebody at an account.
    """

    account_links: str
    person_links: str
    memberships: str
    visitor_links: str | None = None
    mailbox_links: str | None = None


class Resolver(Protocol):
    """Decides which words of which sources mean one account or one person."""

    def __call__(self, engine: Engine, tables: Mapping[str, Relation]) -> Resolved:
        """Resolve.

        Args:
            engine: may be used for temporary tables; it lives until the version is published.
            tables: every table of `schema.RECORDS` as the sources said it, of all imports so far, and
                `account_refs` and `person_refs` (columns of `schema.REFS`): all words to resolve.
        """
        ...


def as_named(engine: Engine, tables: Mapping[str, Relation]) -> Resolved:
    """Take every word as the id it says, the same in all sources."""
    return Resolved(
        account_links=(
            "SELECT source, ref, ref AS account_id, 'named' AS reason, 1.0 AS confidence FROM {account_refs}"
        ),
        person_links=(
            "SELECT source, ref, ref AS person_id, 'named' AS reason, 1.0 AS confidence FROM {person_refs}"
        ),
        memberships=(
            'SELECT DISTINCT ON (person_id, account_id, "from") person_id, account_id, "from", "to", parts, '
            '"primary", reason, confidence, source, source_kind FROM {memberships} '
            'ORDER BY person_id, account_id, "from", source'
        ),
    )
