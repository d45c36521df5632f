"""The resolver that publishing asks."""

from __future__ import annotations

from polku.documents import Workspace
from polku.records.resolving import Resolver, as_named


def resolver(workspace: Workspace) -> Resolver:
    """A resolver for the accounts and people of a workspace."""
    return as_named
