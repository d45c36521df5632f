"""The mirror: a contacts export in, one picture and three sentences out; needs no workspace, and nothing is kept."""

from __future__ import annotations

import tempfile
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.urls import URLPattern

from polku.diagrams.account.mirror import draw_mirror
from polku.errors import PolkuError, WrongUse
from polku.identity.mirror import mirror
from polku.sources.child import contacts_in_child
from polku.studio.drawings import drawing
from polku.studio.frame import show
from polku.studio.guard import page
from polku.studio.rights import Right
from polku.studio.uploads import harmless_name
from polku.studio.visit import Visit
from polku.words import Message

MOST_MEGABYTES = 50
MOST_TITLES = 20


def look(visit: Visit) -> HttpResponse:
    """The page to drop a file on, or what the file shows; the file is gone when the answer is made."""
    told: dict[str, Any] = {}
    refused, status = "", HTTPStatus.OK
    if visit.request.method == "POST":
        try:
            told = _seen(visit)
        except PolkuError as error:
            refused, status = error.text(visit.language), HTTPStatus.UNPROCESSABLE_ENTITY
    return show(
        visit,
        "studio/mirror.html",
        title=Message("studio-mirror.title"),
        status=status,
        refused=refused,
        most_megabytes=MOST_MEGABYTES,
        **told,
    )


def _seen(visit: Visit) -> dict[str, Any]:
    file = visit.request.FILES.get("files")
    if file is None:
        raise WrongUse(Message("studio-data.no-file"))
    if file.size > MOST_MEGABYTES * 1_000_000:
        size = {"size": round(file.size / 1e6), "most": MOST_MEGABYTES}
        raise WrongUse(Message("studio-mirror.too-large", size))
    with tempfile.TemporaryDirectory(prefix="polku-read-") as folder:
        path = Path(folder) / harmless_name(str(file.name or ""))
        with path.open("wb") as out:
            for block in file.chunks(1 << 20):
                out.write(block)
        read = contacts_in_child(path)
    seen = mirror(read.contacts)
    scene = draw_mirror(seen, language=visit.language)
    notes = {"repeated": seen.repeated, "without-company": seen.without_company, "rejected": read.rejected}
    return {
        "sentences": seen.sentences,
        "svg": drawing(scene),
        "table": scene.table,
        "unplaced": seen.unplaced[:MOST_TITLES],
        "unplaced_more": max(0, len(seen.unplaced) - MOST_TITLES),
        "notes": [Message(f"mirror.{what}", {"count": count}) for what, count in notes.items() if count],
        "warnings": read.warnings,
        "name": path.name,
    }


addresses: list[URLPattern] = [
    page("mirror/", look, name="studio-mirror", right=Right.PERSON, methods=("GET", "POST")),
]
