"""Companies as the published records and their sources name them, each with the words that mean it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from polku.documents import Account, Workspace
from polku.identity.arrays import lists, texts
from polku.identity.decisions import DOCUMENT, Word
from polku.identity.likeness import COLUMNS
from polku.identity.names import company_key, domain_of, email_of, is_free_mail, legal_form, sound_key
from polku.identity.towns import town_key
from polku.records.engine import Engine, name
from polku.records.groups import said_parents, tops
from polku.records.log import Log
from polku.records.schema import ENTITIES, KIND_ORDER, PUBLISHED

MOST_PEOPLE = 200
"""Of one company that are compared with another's."""


@dataclass
class Company:
    """An account, or a word of a source for a company that nobody knows.

    Args:
        word: names it in decisions.
        account_id: None of a word that nobody knows.
        names: as sources write it, the first the account's own.
        words: all words that mean it, with the reason of each link.
        events: that name it, or whose account it is.
        people: how many belong to it.
    """

    word: Word
    account_id: str | None
    names: list[str] = field(default_factory=list)
    domains: set[str] = field(default_factory=set)
    country: str | None = None
    town: str | None = None
    parent: str | None = None
    words: dict[Word, str] = field(default_factory=dict)
    events: int = 0
    people: int = 0

    @property
    def name(self) -> str:
        """What people call it."""
        return self.names[0] if self.names else self.word.ref


@dataclass(frozen=True)
class Companies:
    """All companies of a version, accounts first.

    Args:
        of: word → its company's place in `all`.
        said: word → the name that its source gives it.
    """

    all: tuple[Company, ...]
    of: Mapping[Word, int]
    said: Mapping[Word, str]


def companies_of(log: Log, workspace: Workspace) -> Companies:
    """The accounts of a version and the words for companies that none of them bears."""
    kinds = _kinds(log)
    found: dict[str, Company] = {}
    unknown: dict[Word, Company] = {}
    written: dict[Word, str] = {}
    order = f"coalesce(list_position({list(KIND_ORDER)!r}, s.source_kind), 99)"
    rows = log.rows(
        "SELECT l.source, l.ref, l.account_id, l.reason, s.name, s.domain, s.country, s.town, s.account_id IS NOT NULL "
        "FROM (FROM {account_links} UNION ALL FROM {mailbox_links}) l LEFT JOIN (FROM {source_accounts} UNION ALL BY NAME SELECT NULL::VARCHAR AS town WHERE false) s ON s.source = l.source AND s.account_id = l.ref "
        f"ORDER BY s.account_id IS NULL, {order}, l.source, l.ref, s.source_file, s.source_row"
    )
    for source, ref, account, reason, said, domain, country, town, _ in rows:
        word = Word(kinds.get(source, ""), ref)
        written.setdefault(word, said or ref)
        if account is None:
            if _names_a_company(ref):
                unknown.setdefault(word, Company(word, None)).words[word] = reason
                _described(unknown[word], None if _is_domain(ref) else ref, ref, None)
            continue
        company = found.setdefault(account, Company(_anchor(workspace.accounts, account, word), account))
        company.words.setdefault(word, reason)
        named = said or (None if _is_domain(ref) or reason not in ("name", "named", "decided") else ref)
        _described(company, named, domain or ref, country)
        company.town = company.town or town
    _documents(workspace.accounts, found, written)
    parents = said_parents(log)
    for account, said, country in log.rows("SELECT account_id, name, country FROM {accounts}"):
        if account in found:
            company = found[account]
            company.country, company.parent = country, parents.get(account)
            if said:
                company.names = [said, *(one for one in company.names if one != said)]
    _counted(log, kinds, found, unknown)
    everything = tuple(found.values()) + tuple(unknown.values())
    of = {word: at for at, company in enumerate(everything) for word in _words(company)}
    return Companies(everything, of, written)


def _words(company: Company) -> Iterable[Word]:
    yield company.word
    yield from company.words
    if company.account_id is not None:
        yield Word(DOCUMENT, company.account_id)


def _kinds(log: Log) -> dict[str, str]:
    """Source → its kind."""
    selects = " UNION ALL ".join(
        f"SELECT DISTINCT source, source_kind FROM {{{table}}}"
        for table, shape in PUBLISHED.items()
        if shape.column("source_kind") and table not in ENTITIES and log.version.count(table)
    )
    if not selects:
        return {}
    return {
        source: kind or ""
        for source, kind in log.rows(f"SELECT source, max(source_kind) FROM ({selects}) GROUP BY source")
    }


def _anchor(documents: Mapping[str, Account], account: str, word: Word) -> Word:
    return Word(DOCUMENT, account) if account in documents else word


def _documents(documents: Mapping[str, Account], found: dict[str, Company], written: dict[Word, str]) -> None:
    for id, account in documents.items():
        company = found.setdefault(id, Company(Word(DOCUMENT, id), id))
        written[Word(DOCUMENT, id)] = account.name or id
        _described(company, account.name, account.domain, None)


def _described(company: Company, said: str | None, domain: str | None, country: str | None) -> None:
    if said and said not in company.names:
        company.names.append(said)
    if (known := domain_of(domain)) and "." in (domain or "") and not is_free_mail(known):
        company.domains.add(known)
    company.country = company.country or country


def _is_domain(ref: str) -> bool:
    return "." in ref and domain_of(ref) is not None


def _names_a_company(ref: str) -> bool:
    """Whether a word that nobody knows could be a company's name: no number, no address of a person."""
    if email_of(ref) or len(re.findall(r"[^\W\d_]", ref)) < 3:
        return False
    domain = domain_of(ref) if "." in ref else None
    return domain is None or not is_free_mail(domain)


def _counted(
    log: Log, kinds: Mapping[str, str], found: Mapping[str, Company], unknown: Mapping[Word, Company]
) -> None:
    for account, events in log.rows(
        "SELECT account_id, count(*) FROM {events} WHERE account_id IS NOT NULL GROUP BY account_id"
    ):
        if account in found:
            found[account].events = events
    for account, people in log.rows(
        "SELECT account_id, count(DISTINCT person_id) FROM {memberships} GROUP BY account_id"
    ):
        if account in found:
            found[account].people = people
    for source, ref, events, people in log.rows(
        "SELECT e.source, e.account_ref, count(*), count(DISTINCT e.person_id) FROM {events} e JOIN {account_links} l "
        "ON l.source = e.source AND l.ref = e.account_ref WHERE l.account_id IS NULL GROUP BY ALL"
    ):
        company = unknown.get(Word(kinds.get(source, ""), ref))
        if company is not None:
            company.events += events
            company.people += people


def compare_table(log: Log, engine: Engine, companies: Companies) -> tuple[str, ...]:
    """Make the table `companies` of `likeness`.

    Returns:
        The name that each row of the table writes.
    """
    people, family = _people(log, companies), _families(companies)
    columns: dict[str, list[Any]] = {column: [] for column in COLUMNS}
    written: list[str] = []
    for number, company in enumerate(companies.all):
        domains = sorted(company.domains)
        for said in dict.fromkeys(company.names or [""]):
            key = company_key(said) if said else ""
            row = {
                "place": len(written),
                "entity": number,
                "family": family.get(number, -1 - number),
                "linked": company.account_id is not None,
                "key": key,
                "sound": sound_key(key).replace(" ", "").replace("&", ""),
                "tokens": [word for word in key.split() if word != "&"],
                "rare": [],
                "digits": " ".join(sorted(re.findall(r"\d+", key))) or None,
                "form": legal_form(said) if said else None,
                "domains": domains,
                "labels": sorted({_label(one) for one in domains}),
                "country": company.country.casefold().strip() if company.country else None,
                "town": town_key(company.town),
                "people": people.get(number, []),
            }
            written.append(said or company.word.ref)
            for column, cell in row.items():
                columns[column].append(cell)
    shape = ", ".join(f"{name(column)} {kind}" for column, kind in COLUMNS.items())
    engine.execute(f"CREATE OR REPLACE TEMP TABLE companies ({shape})")
    if written:
        picked, arrays = [], {}
        for column, kind in COLUMNS.items():
            if kind.endswith("[]"):
                picked.append(f"from_json({column}, '[\"{kind.removesuffix('[]')}\"]')")
                arrays[column] = lists(columns[column])
            elif kind == "VARCHAR":
                picked.append(column)
                arrays[column] = texts(columns[column])
            else:
                picked.append(f"{column}::{kind}")
                arrays[column] = np.array(columns[column])
        with engine.holding("incoming", arrays):
            engine.execute(f"INSERT INTO companies SELECT {', '.join(picked)} FROM incoming")
    return tuple(written)


def _families(companies: Companies) -> dict[int, int]:
    """Place of a company that has a parent or children → place of the one at the top."""
    at = {company.account_id: number for number, company in enumerate(companies.all) if company.account_id}
    parents = {one.account_id: one.parent for one in companies.all if one.account_id and one.parent}
    top = tops(parents)
    found = {at[id]: at[above] for id, above in top.items() if above in at}
    return found | {at[above]: at[above] for above in top.values() if above in at}


def _label(domain: str) -> str:
    """The word of a domain that names its owner: `pallo` of `www.pallo.co.uk`."""
    words = domain.split(".")[:-1]
    if len(words) > 1 and words[-1] in ("co", "com", "org", "net", "ac"):
        words.pop()
    return sound_key(company_key(words[-1])).replace(" ", "") if words else ""


def _people(log: Log, companies: Companies) -> dict[int, list[int]]:
    """Place of a company → numbers of its people: its members, and who is met under a word that nobody knows."""
    by_account = {company.account_id: at for at, company in enumerate(companies.all) if company.account_id}
    found: dict[int, list[int]] = defaultdict(list)
    for account, person in log.rows(
        "SELECT DISTINCT m.account_id, k.person FROM {memberships} m JOIN {person_keys} k USING (person_id) "
        "QUALIFY row_number() OVER (PARTITION BY m.account_id ORDER BY k.person) <= $most",
        most=MOST_PEOPLE,
    ):
        if account in by_account:
            found[by_account[account]].append(person)
    kinds = _kinds(log)
    for source, ref, person in log.rows(
        "SELECT DISTINCT e.source, e.account_ref, e.person FROM {events} e JOIN {account_links} l "
        "ON l.source = e.source AND l.ref = e.account_ref WHERE l.account_id IS NULL AND e.person >= 0"
    ):
        at = companies.of.get(Word(kinds.get(source, ""), ref))
        if at is not None and len(found[at]) < MOST_PEOPLE:
            found[at].append(person)
    return found
