"""Erasing a person from the studio: its database, its records, and the files it made or was given."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from polku.documents import Workspace
from polku.errors import WrongUse
from polku.privacy.documents import masked_text
from polku.privacy.forget import Forgot, SeveralPeople, erase_forgotten, recognise
from polku.records.forgotten import Forgotten, Known, name_words
from polku.studio import audit, measured, reading, store
from polku.studio.folders import folder_of
from polku.studio.jobs import Running, enqueue, work
from polku.studio.models import (
    Audit,
    Change,
    Comment,
    Document,
    Job,
    NamedVersion,
    Person,
    SavedView,
    Space,
    Token,
)
from polku.words import Message

Progress = Callable[[Message, float], None]
GIVEN = ("uploads", "exports")
"""Folders of files that were brought or made here, and can be brought or made again."""
_OF_A_TEXT = ("text", "name", "label", "guest", "path", "query", "document")
_OF_DATA = ("about", "asked", "result", "says", "error", "grants", "before", "after")


@dataclass
class Cleaned:
    """What was rewritten in the database: rows by model."""

    rows: dict[str, int] = field(default_factory=dict)


def erase_person(
    folder: Path, workspace: Workspace, word: str, *, space: Space, person: Person | None
) -> Job:
    """Remember a person as erased, by keyed hashes, and have them erased by a job that can be taken up again.

    Args:
        word: their id, e-mail address or whole name; it is not kept.
        person: who asked for it.

    Raises:
        SeveralPeople: more than one is meant; nothing was done.
        WrongUse: nobody is.
    """
    try:
        forgotten, known = recognise(folder, workspace, word)
    except SeveralPeople:
        raise
    except WrongUse:
        if not rows_naming(space, word):
            raise
        forgotten, known = Forgotten.read(folder), _words(word)
    pseudonym = forgotten.remember(known, timezone.now().date().isoformat())
    forgotten.save(folder)
    audit.write("erased", space=space, person=person, pseudonym=pseudonym)
    return enqueue("erase", space=space, person=person, asked={"pseudonym": pseudonym})


@work("erase")
def erase_all(running: Running) -> dict[str, Any]:
    """Erase all who are remembered as erased; done twice, it is done once."""
    space = running.space
    done, cleaned = erase_everywhere(space, running.progress)
    return {
        "pseudonym": running.job.asked["pseudonym"],
        "version": done.version,
        "rows": dict(done.rows),
        "database": cleaned.rows,
    }


def erase_everywhere(space: Space, progress: Progress | None = None) -> tuple[Forgot, Cleaned]:
    """Erase from database, files and records of a workspace."""
    folder = folder_of(space)
    forgotten = Forgotten.read(folder)
    cleaned = clean_database(space, forgotten)
    for given in GIVEN:
        shutil.rmtree(folder / given, ignore_errors=True)
    done = erase_forgotten(folder, store.workspace_of(space), forgotten, progress=progress)
    for file in done.left.naming:
        # All that lies here was brought or made here.
        (folder / file).unlink(missing_ok=True)
    sweep_database()
    measured.forget()
    return done, cleaned


def clean_database(space: Space, forgotten: Forgotten) -> Cleaned:
    """Rewrite every row of a workspace that names somebody; all or none."""
    cleaned = Cleaned()
    with transaction.atomic():
        held = store.locked(space)
        touched = {
            change.document
            for change in Change.objects.filter(space=space).iterator()
            if _clean(change, forgotten, cleaned)
        }
        for model in (NamedVersion, Comment, Job, Token, Audit, SavedView):
            for row in model.objects.filter(space=space).iterator():
                _clean(row, forgotten, cleaned)
        for row in Document.objects.filter(space=space):
            masked = masked_text(row.name, row.text, forgotten)
            name = forgotten.text(row.name)
            if masked == row.text and name == row.name and row.name not in touched:
                continue
            touched |= {row.name, name}
            cleaned.rows["Document"] = cleaned.rows.get("Document", 0) + (masked != row.text)
            row.text, row.name = masked, name
            change = Change(document=name, kind="replace", before=masked, after=masked)
            # A change of its own, so that no edit before it is taken back letter by letter.
            store._record(space, held, row, change, store.Author(guest="polku"))
        # What an edit took and put may be a piece of a name.
        Change.objects.filter(space=space, document__in=touched).update(splice=[0, "", ""])
    reading.forget()
    return cleaned


def _clean(row: Any, forgotten: Forgotten, cleaned: Cleaned) -> bool:
    changed = []
    for name in (*_OF_A_TEXT, *_OF_DATA):
        value = getattr(row, name, None)
        if value in (None, "", {}, []):
            continue
        new = forgotten.anywhere(value, prose=True)
        if new != value:
            setattr(row, name, new)
            changed.append(name)
    splice = getattr(row, "splice", None)
    if splice and forgotten.anywhere(splice, prose=True) != splice:
        changed.append("splice")
        row.splice = [0, "", ""]
    if changed:
        row.save(update_fields=changed)
        kind = type(row).__name__
        cleaned.rows[kind] = cleaned.rows.get(kind, 0) + 1
    return bool(changed)


def sweep_database() -> None:
    """Leave nothing of old rows in free pages and logs of the database."""
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        elif connection.vendor == "postgresql":
            for model in (Document, Change, NamedVersion, Comment, Job, Token, Audit, SavedView):
                cursor.execute(f'VACUUM FULL "{model._meta.db_table}"')


def rows_naming(space: Space, word: str) -> int:
    """In how many comments, edits and named versions somebody is named, whom records and documents do not know."""
    if "@" not in word and len(name_words(word)) < 2:
        return 0
    probe = Forgotten(bytes(32))
    probe.remember(_words(word), "")
    found = 0
    for model in (Comment, Change, NamedVersion):
        for row in model.objects.filter(space=space).iterator():
            said = [getattr(row, name, None) for name in (*_OF_A_TEXT, "before", "after")]
            found += probe.anywhere(said, prose=True) != said
    return found


def _words(word: str) -> Known:
    return Known(emails=(word,)) if "@" in word else Known(names=(word,))
