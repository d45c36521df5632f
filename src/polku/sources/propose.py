"""A mapping for a file that nobody described, where its columns speak for themselves."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from polku.documents import Source
from polku.errors import ImportRefused
from polku.identity.names import fold
from polku.records.engine import Engine
from polku.sources import registry
from polku.sources.files import Opened
from polku.sources.headers import meaning_of, meanings
from polku.sources.kinds import KINDS, SOURCE_KINDS
from polku.sources.mappings import KIND, Chosen, Sign, id_of, reads_of
from polku.sources.occasions import clock_apart
from polku.sources.raw import Raw
from polku.sources.systems import Guess, System, Table
from polku.sources.unclear import NEEDS, filled_columns, lacking, missing, unclear
from polku.words import Message
from polku.words.catalogue import has


def propose(engine: Engine, raw: Raw, file: str, where: Any, system: str | None = None) -> Chosen:
    """Propose how a file is read, and put right what its source does otherwise than others.

    Args:
        file: its name, from which the id of the source is made.
        system: what it is, where somebody said so; else what its columns fit best.

    Raises:
        ImportRefused: the columns do not tell enough.
        WrongUse: `system` is nothing that is known.
    """
    table = Table(engine, raw, file)
    system = system.removeprefix(KIND) if system else None
    if system is None:
        if (sure := registry.recognise(table)) is not None:
            return _of_system(*sure, table)
    elif system not in KINDS:
        return as_system(table, system, where)
    called = fold(file.rpartition("/")[2].lower())
    if system is None and _NOT_CUSTOMERS.search(called) and not _CUSTOMERS.search(called):
        raise ImportRefused(Message("sources.not-customers", {"file": file}), where)
    # A column that is empty throughout says nothing, whatever its header promises.
    there = raw.columns if raw.kind == "xes" else filled_columns(engine, raw)
    found = _without_words_for_times(engine, raw, meanings(there))
    timed = tuple(column for column in there if meaning_of(column) in ("time", "clock"))
    if len(timed) > 1 and (apart := clock_apart(engine, raw, timed)) is not None:
        found = {**found, "time": apart[0], "clock": apart[1]}
    else:
        found.pop("clock", None)
    wanted = [system] if system else list(KINDS)
    for kind in wanted:
        fills = KINDS[kind](found, engine, raw)
        if fills is not None:
            return _chosen(kind, fills, raw, file)
    if system:
        wanting = missing(system, found) or tuple(group[0] for group in NEEDS[system])
        raise ImportRefused(
            Message("sources.not-as", {"system": system, "missing": lacking(wanting, raw.columns)}), where
        )
    raise unclear(engine, raw, file, where, found)


_TIMES = ("created", "closed", "time", "answered", "ordered", "shipped", "registered", "joined")
"""Meanings of columns that hold a day or a time."""


def _without_words_for_times(engine: Engine, raw: Raw, found: dict[str, str]) -> dict[str, str]:
    """What columns mean, without those of times none of whose cells has a figure: `Answered` may say yes and no.

    Where no other column holds a time they stay, and the import says what it could not read.
    """

    def has_figures(column: str) -> bool:
        cell = f"CAST(c{raw.columns.index(column)} AS VARCHAR)"
        return bool(engine.rows(f"SELECT 1 FROM {raw.table} WHERE regexp_matches({cell}, '[0-9]') LIMIT 1"))

    times = [one for one in _TIMES if one in found]
    words = {one for one in times if len(times) > 1 and not has_figures(found[one])}
    if len(words) == len(times):
        return found
    return {meaning: column for meaning, column in found.items() if meaning not in words}


_NOT_CUSTOMERS = re.compile(
    r"(^|[^a-z])(suppliers?|vendors?|toimittaja\w*|leverantor\w*|leverandor\w*|employees?|staff|tyontekija\w*|anstallda|medarbejdere)([^a-z]|$)"
)
"""Names of files about companies one buys from, or about one's own people."""
_CUSTOMERS = re.compile(r"customer|client|contact|asiakas|asiakka|kund")


def as_system(table: Table, system: str, where: Any) -> Chosen:
    """A table read as a source that somebody named."""
    asked = registry.named(system)
    if asked is None:
        raise registry.unknown(system, list(KINDS))
    guess = asked[0].look(table, asked[1])
    if guess is None:
        raise ImportRefused(
            Message("sources.not-system", {"system": asked[0].title, "columns": list(table.columns[:20])}),
            where,
        )
    return _of_system(asked[0], guess, table)


def by_document(engine: Engine, raw: Raw, found: Chosen, opened: Opened) -> Chosen:
    """A table read by a mapping document that names a source: its quirks put right, and its columns where the
    document says none.
    """
    table = Table(engine, raw, opened.name)
    made = as_system(table, found.source.as_ or "", opened.where)
    if found.source.fills:
        return found
    own = {key: getattr(found.source, key) for key in found.source.model_fields_set}
    return replace(found, source=made.source.model_copy(update=own), signs=made.signs)


def told(found: Chosen) -> Message:
    """What a file without a mapping was taken for, and why."""
    what = f"sources.what-{found.kind}"
    named: Message | str = Message(what) if has(what, "en") else f"{found.kind}"
    if found.system is None:
        return Message("sources.proposed", {"what": named})
    title, guess = found.system
    headers = Message(f"sources.headers-{guess.language}") if guess.language in ("fi", "sv", "da") else None
    signs = [*guess.signs, *([headers] if headers else [])]
    if not signs:
        return Message("sources.recognised-asked", {"system": title, "what": named})
    return Message("sources.recognised", {"system": title, "what": named, "signs": signs})


def _of_system(system: System, guess: Guess, table: Table) -> Chosen:
    system.mend(table, guess)
    table.finish()
    fields = system.propose(table, guess)
    source = Source.model_validate(
        {
            "id": f"{system.name}-{guess.shape}" if len(system.shapes) > 1 else system.name,
            "reads": reads_of(table.file),
            "as": f"{system.name}-{guess.shape}" if len(system.shapes) > 1 else system.name,
            **fields,
        }
    )
    return Chosen(source, "proposal", None, _signs(source, table.raw), guess.shape, (system.title, guess))


def _chosen(kind: str, fills: dict[str, Any], raw: Raw, file: str) -> Chosen:
    source = Source.model_validate(
        {"id": id_of(file), "kind": SOURCE_KINDS[kind], "reads": reads_of(file), **fills}
    )
    return Chosen(source, "proposal", None, _signs(source, raw), kind)


def _signs(source: Source, raw: Raw) -> tuple[Sign, ...]:
    """What each column of the file becomes."""
    targets: dict[str, str] = {}
    for fill in source.fills:
        for target, said in fill.columns.items():
            for column in raw.columns:
                if said == column or f"{{{column}}}" in said:
                    targets.setdefault(column, f"{fill.table}.{target}")
        for column in raw.columns:
            if fill.activity and f"{{{column}}}" in fill.activity:
                targets.setdefault(column, f"{fill.table}.activity")
        for target, values in fill.values.items():
            if "of" in values:
                targets.setdefault(str(values["of"]), f"{fill.table}.{target}")
    return tuple(
        Sign(column, targets.get(column), "header" if column in targets else "nothing")
        for column in raw.columns
    )
