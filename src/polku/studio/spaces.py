"""Workspaces come in from folders and go out as folders: every letter of every document is kept."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

from django.db import transaction
from django.utils.text import slugify

from polku.documents import KINDS, SETTINGS_FILE, document_file
from polku.errors import DocumentError
from polku.formats.workspace import read_workspace
from polku.formats.yaml_write import read_text
from polku.identity.decisions import FILE as DECISIONS
from polku.studio.folders import folder_of
from polku.studio.models import Change, Document, Membership, Person, Space
from polku.studio.store import Author, texts_of

BESIDE = ("brand", "files")
"""Folders of files that documents speak of: the logo, recordings of evidence."""


def new_space(name: str, owner: Person, *, texts: dict[str, str], today: dt.date | None = None) -> Space:
    """A workspace with its first documents; who makes it is its admin and sees names.

    Args:
        name: of the company; its address is made from it.
        texts: YAML by name of document; `polku` must be there.
    """
    author = Author(owner)
    with transaction.atomic():
        space = Space.objects.create(slug=_free_slug(name), today=today)
        Membership.objects.create(space=space, person=owner, right=Membership.ADMIN, names=True)
        for number, (document, text) in enumerate(sorted(texts.items()), start=1):
            Document.objects.create(space=space, name=document, text=text, changed=number)
            Change.objects.create(
                space=space, number=number, person=author.person, document=document, kind="create", after=text
            )
            space.revision = number
        space.save(update_fields=["revision"])
    return space


def texts_of_folder(folder: Path) -> dict[str, str]:
    """The documents of a workspace folder as texts by name.

    Raises:
        DocumentError: it is no workspace, or a file is not UTF-8.
    """
    workspace = read_workspace(folder)
    texts = {"polku": read_text(folder / SETTINGS_FILE)}
    for kind in KINDS:
        for id in getattr(workspace, kind):
            file = folder / workspace.place(f"{kind}/{id}").file
            texts[f"{kind}/{id}"] = read_text(file)
        for file in sorted((folder / kind).glob("*.y*ml")) if (folder / kind).is_dir() else ():
            # Broken documents come too, so that they can be mended here.
            try:
                texts.setdefault(f"{kind}/{file.stem}", read_text(file))
            except DocumentError:
                continue
    return texts


def write_folder(space: Space, folder: Path) -> None:
    """Write the documents of a workspace as files, each as it is."""
    for name, text in texts_of(space).items():
        file = folder / document_file(name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode("utf-8"))


def take_lake(space: Space, folder: Path) -> None:
    """Copy the records of a workspace folder to a workspace here, what was decided of companies, and the files that
    lie beside its documents.
    """
    for kind in BESIDE:
        if (folder / kind).is_dir():
            shutil.copytree(folder / kind, folder_of(space) / kind, dirs_exist_ok=True)
    if (folder / "lake" / "CURRENT").exists():
        shutil.copytree(folder / "lake", folder_of(space) / "lake", dirs_exist_ok=True)
    if (folder / DECISIONS).exists():
        folder_of(space).mkdir(parents=True, exist_ok=True)
        shutil.copy2(folder / DECISIONS, folder_of(space) / DECISIONS)


def keep_files(space: Space, files: dict[str, bytes]) -> None:
    """Put files beside the documents of a workspace: `brand/logo.svg` → its content."""
    for name, content in files.items():
        file = folder_of(space) / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def _free_slug(name: str) -> str:
    base = slugify(name)[:50] or "workspace"
    slug, number = base, 1
    while Space.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return slug
