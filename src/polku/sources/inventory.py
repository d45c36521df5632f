"""What is loaded: tables and their periods, the files they came from, and how sound it all is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from polku.analytics.map.places import Code, place_codes
from polku.documents import Workspace
from polku.identity.accounts import OWN
from polku.records.log import Log
from polku.records.merging import with_later
from polku.records.schema import RECORDS


@dataclass(frozen=True)
class TableFacts:
    """A table of the lake: its rows, and the period of what happened in it (None where it has no times)."""

    rows: int
    first: dt.date | None
    last: dt.date | None


@dataclass(frozen=True)
class FileFacts:
    """The newest import of one file; rows = used + rejected + repeated.

    Args:
        how: `beside` what was there it was added, or all was published `anew`; None where nothing was there, or an earlier
            polku did it.
    """

    source: str
    file: str
    when: str
    version: int
    rows: int
    used: int
    rejected: int
    repeated: int
    how: str | None = None


@dataclass(frozen=True)
class ImportFacts:
    """One import: files that came in together.

    Args:
        version: that it made.
        when: ISO 8601.
        undone: when it was taken back; None where it stands.
    """

    version: int
    when: str
    files: tuple[FileFacts, ...]
    undone: str | None = None

    @property
    def how(self) -> str | None:
        """How it came to what was there, the same for all its files."""
        return self.files[0].how


@dataclass(frozen=True)
class Quality:
    """Shares (0 … 1) of what is loaded; None where there is nothing to share.

    Args:
        events: counted events.
        account_named: of the events, those that name an account that is known.
        account_by_member: those whose account is that of their deal, case, person or shared mailbox.
        account_unknown: the rest.
        person_named: events with a person.
        part_unknown: of the events with a person, those whose person's part is unknown.
        people_placed: of the people, those with an account.
        parts_known: of the people with an account, those with a part.
        links: (accounts or people, reason) → words of sources that were linked so; `unknown` and `ambiguous` were not.
    """

    events: int
    account_named: float | None
    account_by_member: float | None
    account_unknown: float | None
    person_named: float | None
    part_unknown: float | None
    people_placed: float | None
    parts_known: float | None
    links: Mapping[tuple[str, str], int]


@dataclass(frozen=True)
class SourceQuality:
    """How sound the events of one source are.

    Args:
        events: of the source.
        account: of these, with a known account; the rest has none, or one nobody knows.
        person: of these, with a person.
        part: of those with a person, with that person's part known.
        ambiguous: words of the source for accounts and people that could mean several.
        last: day of the newest event.
    """

    source: str
    events: int
    account: int
    person: int
    part: int
    ambiguous: int
    last: dt.date | None


@dataclass(frozen=True)
class SourceWords:
    """How many of a source's words for companies or people mean somebody.

    Args:
        what: account or person.
        matched: words that mean one.
        unmatched: that mean none that is known.
        ambiguous: that could mean several.
        own: that mean the own company or its people.
    """

    source: str
    what: str
    matched: int
    unmatched: int
    ambiguous: int
    own: int


@dataclass(frozen=True)
class Astray:
    """Links of one kind that lead to a deal, a case (a ticket) or an event that no file brought.

    Args:
        kind: deal, case or event.
        links: of that kind.
        astray: of these, those that lead nowhere.
    """

    kind: str
    links: int
    astray: int


@dataclass(frozen=True)
class Unmapped:
    """An activity of a source that no touchpoint claims."""

    source: str
    activity: str
    events: int


@dataclass(frozen=True)
class Inventory:
    """All that `polku data` tells."""

    version: int
    made: str
    tables: Mapping[str, TableFacts]
    files: tuple[FileFacts, ...]
    quality: Quality
    unmapped: tuple[Unmapped, ...]
    rejects: tuple[tuple[str, str, str | None, int], ...]
    """(file, reason as an id of the catalogue, column, rows), most first."""
    history: tuple[ImportFacts, ...] = ()
    """Every import, the newest first, those that were taken back among them."""
    by_source: tuple[SourceQuality, ...] = ()
    """Sources of events, the largest first."""
    words: tuple[SourceWords, ...] = ()
    """Of every source that names companies or people."""
    astray: tuple[Astray, ...] = ()
    """Of tables of links, those that lead to what is not loaded."""


_TIMES = {
    "accounts": "since",
    "memberships": '"from"',
    "deals": "created",
    "deal_people": '"from"',
    "contracts": '"from"',
    "events": "time",
    "spend": "date",
    "consents": "time",
}


def stock_of(log: Log, workspace: Workspace) -> Inventory:
    """Take stock of a version of the lake, its activities laid on the touchpoints of a workspace."""
    codes = [
        Code(one.code, one.source, one.source_kind, one.activity, one.channel, one.campaign, one.direction)
        for one in log.codes
    ]
    return inventory(log, place_codes(codes, workspace).touchpoint)


def inventory(log: Log, touchpoints: Mapping[int, str | None]) -> Inventory:
    """Take stock of a version of the lake.

    Args:
        touchpoints: code → touchpoint, None off the map.
    """
    manifest: Mapping[str, Any] = log.version.manifest
    tables = {}
    for table in RECORDS:
        rows = log.version.count(table)
        first = last = None
        if rows and table in _TIMES:
            first, last = log.rows(
                f"SELECT CAST(min({_TIMES[table]}) AS DATE), CAST(max({_TIMES[table]}) AS DATE) FROM {{{table}}}"
            )[0]
        tables[table] = TableFacts(rows, first, last)
    newest: dict[tuple[str, str], FileFacts] = {}
    for one in manifest["imports"]:
        facts = _file_facts(one)
        newest[(facts.source, facts.file)] = facts
    counted = log.rows("SELECT code, count(*) FROM {events} GROUP BY code")
    named = {code.code: code for code in log.codes}
    off: dict[tuple[str, str], int] = {}
    for code, count in counted:
        if touchpoints.get(code) is None:
            key = (named[code].source or "", named[code].activity)
            off[key] = off.get(key, 0) + count
    return Inventory(
        version=log.version.number,
        made=str(manifest["made"]),
        tables=tables,
        files=tuple(newest[key] for key in sorted(newest)),
        quality=_quality(log),
        unmapped=tuple(
            Unmapped(source, activity, events)
            for (source, activity), events in sorted(off.items(), key=lambda item: (-item[1], item[0]))
        ),
        rejects=tuple(
            log.rows(
                'SELECT "file", reason, "column", count(*) FROM {rejects} GROUP BY ALL ORDER BY 4 DESC, 1, 2, 3'
            )
        ),
        history=history(manifest),
        by_source=_by_source(log),
        astray=_astray(log),
        words=tuple(
            SourceWords(*row)
            for row in log.rows(
                " UNION ALL ".join(
                    f"SELECT coalesce(source, '') AS source, '{what}' AS what, count({what}_id) AS matched, "
                    f"count(*) FILTER (WHERE {what}_id IS NULL AND coalesce(reason, '') NOT IN ('ambiguous', 'own')), "
                    f"count(*) FILTER (WHERE reason = 'ambiguous'), count(*) FILTER (WHERE reason = 'own') "
                    f"FROM {{{what}_links}} WHERE ref <> '{OWN}' GROUP BY 1"
                    for what in ("account", "person")
                )
                + " ORDER BY source, what"
            )
        ),
    )


_OTHERS = {"deal": "crm", "case": "support"}
"""What a link may lead to → whose ids they are, where they are not those of the system that keeps the link."""


def _astray(log: Log) -> tuple[Astray, ...]:
    """Ids are those of one kind of system, as where links are put in force."""
    if not (log.version.count("belongings") or log.version.count("deal_people")):
        return ()
    known = {
        "deal": "SELECT source_kind, deal_id FROM {deals} UNION SELECT c.source_kind, e.deal_id FROM {events} e "
        "JOIN {codes} c ON c.code = e.code WHERE e.deal_id IS NOT NULL",
        "case": "SELECT DISTINCT c.source_kind, e.case_id FROM {events} e JOIN {codes} c ON c.code = e.code",
        "event": "SELECT DISTINCT c.source_kind, e.event_id FROM {events} e JOIN {codes} c ON c.code = e.code",
    }
    found = []
    for kind, there in known.items():
        links = f"SELECT source_kind, record_id AS id, NULL AS other FROM tied WHERE kind = '{kind}'"
        if kind in _OTHERS:
            # The other end of a link may be another kind of system's.
            links += f" UNION ALL SELECT source_kind, {kind}_id, '{_OTHERS[kind]}' FROM tied WHERE {kind}_id IS NOT NULL"
        if kind == "deal":
            links += " UNION ALL SELECT source_kind, deal_id, NULL FROM {deal_people}"
        ((count, met),) = log.rows(
            f"WITH tied AS ({with_later('belongings', '{belongings}')}), "
            f"links AS ({links}), there(source_kind, id) AS ({there}) SELECT count(*), count(*) FILTER (EXISTS ("
            "SELECT 1 FROM there t WHERE t.id = l.id AND (t.source_kind IS NOT DISTINCT FROM l.source_kind OR t.source_kind = l.other))) "
            "FROM links l"
        )
        if count > met:
            found.append(Astray(kind, count, count - met))
    return tuple(found)


def history(manifest: Mapping[str, Any]) -> tuple[ImportFacts, ...]:
    """Every import that a version's manifest tells of, the newest first."""
    found: dict[tuple[int, str | None], list[FileFacts]] = {}
    for one in manifest["imports"]:
        found.setdefault((int(one["version"]), None), []).append(_file_facts(one))
    for act in manifest.get("undone", ()):
        for one in act["imports"]:
            found.setdefault((int(one["version"]), str(act["when"])), []).append(_file_facts(one))
    return tuple(
        ImportFacts(version, files[0].when, tuple(files), undone)
        for (version, undone), files in sorted(found.items(), key=lambda item: -item[0][0])
    )


def _file_facts(one: Mapping[str, Any]) -> FileFacts:
    return FileFacts(
        one["source"], one["file"], one["when"], one["version"],
        one["rows"], one["used"], one["rejected"], one["repeated"], one.get("how"),
    )  # fmt: skip


def _by_source(log: Log) -> tuple[SourceQuality, ...]:
    unclear: dict[str, int] = {}
    for what in ("account", "person"):
        for source, count in log.rows(
            f"SELECT coalesce(source, ''), count(*) FROM {{{what}_links}} WHERE reason = 'ambiguous' GROUP BY 1"
        ):
            unclear[source] = unclear.get(source, 0) + count
    rows = log.rows(
        "SELECT coalesce(c.source, ''), count(*), count(*) FILTER (WHERE e.account_by IS NOT NULL), "
        "count(*) FILTER (WHERE e.person >= 0), count(*) FILTER (WHERE e.person >= 0 AND e.part >= 0), "
        "CAST(max(e.time) AS DATE) FROM {events} e JOIN {codes} c ON c.code = e.code GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    return tuple(
        SourceQuality(source, events, account, person, part, unclear.get(source, 0), last)
        for source, events, account, person, part, last in rows
    )


def _quality(log: Log) -> Quality:
    events, known, member, persons, placed = log.rows(
        "SELECT count(*), count(*) FILTER (WHERE account_by = 'named'), count(*) FILTER (WHERE account_by <> 'named'), "
        "count(*) FILTER (WHERE person >= 0), count(*) FILTER (WHERE person >= 0 AND part >= 0) FROM {events}"
    )[0]
    people = log.version.count("people")
    members, parts = log.rows(
        "SELECT count(DISTINCT person_id), count(DISTINCT person_id) FILTER (WHERE len(parts) > 0) FROM {memberships}"
    )[0]
    links = {
        (what, reason or "unknown"): count
        for what, kind in (("account", "account"), ("account", "mailbox"), ("person", "person"))
        for reason, count in log.rows(
            f"SELECT reason, count(*) FROM {{{kind}_links}} GROUP BY 1 ORDER BY 2 DESC, 1"
        )
    }

    def share(part: int, whole: int) -> float | None:
        return part / whole if whole else None

    return Quality(
        events=events,
        account_named=share(known, events),
        account_by_member=share(member, events),
        account_unknown=share(events - known - member, events),
        person_named=share(persons, events),
        part_unknown=share(persons - placed, persons),
        people_placed=share(members, people),
        parts_known=share(parts, members),
        links=links,
    )
