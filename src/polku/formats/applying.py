"""A journey that came back in another form, written into the files of its workspace: all of it or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from polku.documents import SETTINGS_FILE, Journey, Role, Settings, Touchpoint, Workspace, document_file
from polku.errors import DocumentError, Where
from polku.formats.document_changes import DocumentChange, write_changes
from polku.formats.yaml_write import add_item, read_text, write_document, write_text
from polku.words import Message


def apply_journey(
    folder: Path,
    workspace: Workspace,
    journey: Journey,
    changes: Sequence[DocumentChange],
    *,
    roles: Sequence[Role] = (),
    touchpoints: Sequence[Touchpoint] = (),
    dry_run: bool = False,
) -> tuple[str, ...]:
    """Write a journey and what is new around it.

    Args:
        journey: as it is to be.
        changes: what that changes in the journey the workspace has.
        roles: roles to write beside it.
        touchpoints: touchpoints to add to polku.yaml.
        dry_run: prepare and check all texts, and write none.

    Returns:
        The files that are new or other, relative to the folder.

    Raises:
        DocumentError: a file cannot be edited safely or written; none is changed then, unless the disk fails
            between two of them.
    """
    texts: dict[str, str] = {}
    name = f"journeys/{journey.id}"
    file = workspace.place(name).file
    if journey.id not in workspace.journeys:
        # A file that is there but could not be read is not one to write over.
        if (folder / document_file(name)).exists():
            raise DocumentError(Message("apply.in-the-way"), Where(file=str(folder / document_file(name))))
        texts[document_file(name)] = write_document(journey)
    elif changes:
        texts[file] = write_changes(read_text(folder / file), changes, journey)
    for role in roles:
        texts[document_file(f"roles/{role.id}")] = write_document(role)
    if touchpoints:
        settings = read_text(folder / SETTINGS_FILE)
        for touchpoint in touchpoints:
            settings = add_item(settings, "touchpoints", touchpoint, model=Settings)
        texts[SETTINGS_FILE] = settings
    if not dry_run:
        for path, text in texts.items():
            write_text(folder / path, text)
    return tuple(texts)
