"""What no document shows is written down here: who signed in, invited, changed a right, imported, erased."""

from __future__ import annotations

from typing import Any

from polku.studio.models import Audit, Person, Space


def write(act: str, *, space: Space | None = None, person: Person | None = None, **about: Any) -> None:
    """Add a line.

    Args:
        act: of ACTS, so that it can be said in every language.
        about: what it was about; never the name of a customer's person.
    """
    Audit.objects.create(space=space, person=person, act=act, about=about)


ACTS = (
    "signed-in",
    "invited",
    "joined",
    "right-changed",
    "removed",
    "link-made",
    "link-revoked",
    "token-made",
    "token-revoked",
    "workspace-made",
    "workspace-removed",
    "imported",
    "import-undone",
    "companies-decided",
    "exported",
    "erased",
)
"""Acts by name; `studio-people.act-<name>` says each."""
