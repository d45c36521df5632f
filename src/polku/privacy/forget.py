"""Forgetting: a person erased from records, documents and rejected rows, and kept out from then on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from polku.documents import Workspace
from polku.errors import WrongUse
from polku.formats import read_workspace
from polku.identity import resolver
from polku.identity.decisions import Decisions, mask_decisions
from polku.identity.titles import TitleReader
from polku.privacy.documents import mask_folder, mentions, names_in
from polku.privacy.files import LeftFiles, left_files, mask_rejects
from polku.records.cache import drop_answers
from polku.records.engine import name
from polku.records.erasing import erase
from polku.records.forgotten import Forgotten, Known, name_words
from polku.records.lake import Lake
from polku.records.log import Log, open_log
from polku.records.whose import Found, alone_in, find_people, known_of
from polku.words import Message

Progress = Callable[[Message, float], None]


class SeveralPeople(WrongUse):
    """A name or address means more than one person, so nothing was done.

    Args:
        people: they.
    """

    code = "several-people"

    def __init__(self, word: str, people: tuple[Found, ...]) -> None:
        super().__init__(
            Message("privacy.several", {"count": len(people), "ids": [one.person_id for one in people]})
        )
        self.people = people


@dataclass(frozen=True)
class Forgot:
    """What was forgotten.

    Args:
        pseudonym: stands for the person from now on; None where all who were erased before were erased again.
        version: of the lake; None where there are no records.
        rows: table → rows that are other than they were.
        documents: files of documents that were rewritten.
        broken: files of documents that name them and cannot be edited safely.
        rejects: files of rejected rows that were rewritten.
        left: other files.
    """

    pseudonym: str | None
    version: int | None
    rows: Mapping[str, int]
    documents: tuple[str, ...]
    broken: tuple[str, ...]
    rejects: tuple[str, ...]
    left: LeftFiles


def forget(
    folder: Path,
    workspace: Workspace,
    word: str,
    *,
    now: dt.datetime | None = None,
    progress: Progress | None = None,
) -> Forgot:
    """Erase a person from a workspace's folder.

    Args:
        word: their id, e-mail address or whole name.
        now: default the clock.

    Raises:
        SeveralPeople: more than one is meant; nothing was changed.
        WrongUse: nobody is.
        LakeError: the records are damaged or in use, or the disk is full.
    """
    moment = now or dt.datetime.now(dt.UTC)
    tell = progress or (lambda message, share: None)
    tell(Message("privacy.finding"), 0.0)
    try:
        forgotten, known = recognise(folder, workspace, word)
    except SeveralPeople:
        raise
    except WrongUse:
        # Known as erased: an erasure that was cut short is finished.
        forgotten = Forgotten.read(folder)
        if forgotten.text(word) == word and not forgotten.holds_ref(word):
            raise
        return erase_forgotten(folder, workspace, forgotten, now=moment, progress=tell)
    pseudonym = forgotten.remember(known, moment.date().isoformat())
    # First of all, so that whatever happens they do not come in again.
    forgotten.save(folder)
    return erase_forgotten(
        folder, workspace, forgotten, known=known, pseudonym=pseudonym, now=moment, progress=tell
    )


def recognise(folder: Path, workspace: Workspace, word: str) -> tuple[Forgotten, Known]:
    """Who was erased so far, and all words that mean the person who is to be.

    Raises:
        SeveralPeople: more than one is meant.
        WrongUse: nobody is.
    """
    forgotten = Forgotten.read(folder)
    lake = Lake(folder / "lake")
    if lake.exists():
        with open_log(folder) as log:
            return forgotten, _recognised(log, workspace, word)
    return forgotten, _recognised(None, workspace, word)


def _recognised(log: Log | None, workspace: Workspace, word: str) -> Known:
    found = find_people(log, word) if log is not None else ()
    if len(found) > 1:
        raise SeveralPeople(word, found)
    if found and log is not None:
        own = tuple(one for one in (found[0].name,) if one)
        return known_of(log, found[0].person_id, names_in(workspace, own))
    # Nobody the records know: somebody who is only spoken of.
    email = word if "@" in word else ""
    if not email and len(name_words(word)) < 2:
        raise WrongUse(Message("privacy.nobody", {"found": word}))
    known = Known(
        names=() if email else (word,),
        emails=(email,) if email else (),
        alone=frozenset() if email else alone_in(log, [word], names_in(workspace, (word,))),
    )
    probe = Forgotten(bytes(32))
    probe.remember(known, "")
    if not mentions(workspace, probe) and not (log is not None and spoken_of(log, probe)):
        raise WrongUse(Message("privacy.nobody", {"found": word}))
    return known


def spoken_of(log: Log, forgotten: Forgotten) -> dict[str, list[dict[str, object]]]:
    """Texts and rejected rows in which somebody is named, by table."""
    held: dict[str, list[dict[str, object]]] = {}
    for table, columns in (
        ("texts", ("source", "event_id", "text", "source_file", "source_row")),
        ("rejects", ("source", "file", "line", "found", "row")),
    ):
        if not log.version.count(table):
            continue
        wanted = ", ".join(map(name, columns))
        for row in log.rows(f"SELECT {wanted} FROM {{{table}}} ORDER BY ALL"):
            if any(isinstance(cell, str) and forgotten.text(cell, prose=True) != cell for cell in row):
                held.setdefault(table, []).append(dict(zip(columns, row, strict=True)))
    return held


def erase_forgotten(
    folder: Path,
    workspace: Workspace,
    forgotten: Forgotten,
    *,
    known: Known | None = None,
    pseudonym: str | None = None,
    now: dt.datetime | None = None,
    progress: Progress | None = None,
) -> Forgot:
    """Erase all who are remembered as erased: after `forget`, after a restored backup, after a killed erasure.

    Args:
        known: plain words of the person in question; the search of other files is faster with them.
    """
    tell = progress or (lambda message, share: None)
    documents, broken = mask_folder(folder, forgotten)
    rejects = mask_rejects(folder, forgotten)
    mask_decisions(folder, forgotten)
    lake = Lake(folder / "lake")
    erased = None
    if lake.exists():
        drop_answers(lake.folder)
        erased = erase(
            lake,
            forgotten,
            resolve=resolver(_as_masked(folder, workspace, documents), Decisions.read(folder)),
            title_of=TitleReader.of(workspace).kept,
            progress=lambda message, share: tell(message, 0.1 + 0.7 * share),
            now=now,
        )
    tell(Message("privacy.searching"), 0.85)
    words = [word for one in known.names for word in name_words(one)] if known else []
    # Their beginnings, since Finnish bends the ends of names.
    needles = [word[: max(3, len(word) - 3)] for word in words]
    needles += [email.partition("@")[0] for email in known.emails] if known else []
    left = left_files(folder, forgotten, needles)
    tell(Message("privacy.done"), 1.0)
    return Forgot(
        pseudonym,
        erased.version if erased else None,
        erased.rows if erased else {},
        documents,
        broken,
        rejects,
        left,
    )


def _as_masked(folder: Path, workspace: Workspace, documents: tuple[str, ...]) -> Workspace:
    """The workspace as its documents stand now."""
    if not documents or not (folder / "polku.yaml").exists():
        return workspace
    return read_workspace(folder)
