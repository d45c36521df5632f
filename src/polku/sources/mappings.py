"""Which mapping reads a file, and how it was come by."""

from __future__ import annotations

import fnmatch
import re
from dataclasses import dataclass
from pathlib import Path

from polku.documents import Source, Workspace
from polku.errors import ImportRefused, WrongUse
from polku.identity.names import fold
from polku.sources import registry
from polku.sources.kinds import KINDS
from polku.sources.systems import Guess
from polku.words import Message

OWN, KIND = "source:", "kind:"
"""Before a word of `--as`: it means a source of the workspace alone, or what polku knows alone."""


@dataclass(frozen=True)
class Sign:
    """What told which column of a table a column of the file becomes.

    Args:
        column: of the file.
        target: `events.time`; None: not read.
        by: mapping, header or nothing.
    """

    column: str
    target: str | None
    by: str


@dataclass(frozen=True)
class Chosen:
    """A mapping for a file.

    Args:
        told_by: option, reads (its pattern fits the name) or proposal.
        document: `sources/<id>`, for places; None where it is no document of the workspace.
        signs: of a proposal, column by column.
        kind: of a proposal, what the file was taken for.
    """

    source: Source
    told_by: str
    document: str | None = None
    signs: tuple[Sign, ...] = ()
    kind: str | None = None
    system: tuple[str, Guess] | None = None
    """Proper name of the source that knew the file, and what told it."""


def by_name(workspace: Workspace, file: str) -> Source | None:
    """The first mapping of the workspace whose `reads` fits a file's name; letter case and marks do not matter."""
    base = fold(file.rpartition("/")[2].lower())
    for source in workspace.sources.values():
        if (source.fills or source.as_) and any(
            fnmatch.fnmatchcase(base, fold(pattern.lower())) for pattern in source.reads
        ):
            return source
    return None


def also_a_kind(workspace: Workspace, system: str | None) -> tuple[Message, ...]:
    """What to say of a bare word that means a source of the workspace, and a kind of file, too."""
    if system is None or system not in workspace.sources:
        return ()
    if system not in KINDS and registry.named(system) is None:
        return ()
    return (Message("sources.as-both", {"source": f"{OWN}{system}", "kind": f"{KIND}{system}"}),)


def choose(workspace: Workspace, file: str, said: Source | None, system: str | None) -> Chosen | None:
    """The mapping that was said, else the one that fits the name; None where one has to be proposed.

    Args:
        system: as `--as` takes it: the id of a source of the workspace goes before a kind of that name.

    Raises:
        WrongUse: the workspace has no such source.
    """
    if said is not None:
        known = workspace.sources.get(said.id) is said
        return Chosen(said, "option", f"sources/{said.id}" if known else None)
    if system is not None and not system.startswith(KIND):
        found = workspace.sources.get(system.removeprefix(OWN))
        if system.startswith(OWN) and found is None:
            there = [f"{OWN}{id}" for id in workspace.sources]
            raise WrongUse(Message("sources.unknown-system", {"system": system, "known": there}))
        system = system.removeprefix(OWN)
        return Chosen(found, "option", f"sources/{system}") if found and (found.fills or found.as_) else None
    if system is not None:
        return None
    fitting = by_name(workspace, file)
    return Chosen(fitting, "reads", f"sources/{fitting.id}") if fitting else None


def blamed(found: Chosen | None, file: str, why: ImportRefused) -> ImportRefused:
    """Why a file is refused; where a mapping that its name fits asks for a column it lacks, with both their names."""
    if found is None or found.told_by != "reads" or not why.message.id.startswith("sources.unknown-column"):
        return why
    told = {"file": file, "source": found.source.id, "reason": why.message}
    return ImportRefused(Message("sources.column-of-mapping", told), why.where)


def id_of(file: str) -> str:
    """An id for a source from a file's name, the same for the exports of all months."""
    stem = fold(Path(file.rpartition("/")[2]).name.lower())
    stem = re.sub(
        r"\.(csv|tsv|txt|xes|parquet|gz|zip|xlsx|xlsm|xls|jsonl|ndjson|jsonocel|xmlocel|json|xml|sqlite3|sqlite|db)",
        "",
        stem,
    )
    stem = re.sub(r"(?:^|(?<=[^a-z0-9]))(?:19|20)\d{2}[-_.]?\d{0,2}[-_.]?\d{0,2}(?![a-z0-9])", "", stem)
    plain = re.sub(r"[^a-z0-9]+", "-", stem).strip("-")
    return plain[:60] or "import"


def reads_of(file: str) -> str:
    """A pattern that fits the file's name and those of its later exports."""
    return f"{id_of(file)}*" if id_of(file) in fold(file.lower()) else file.rpartition("/")[2]
