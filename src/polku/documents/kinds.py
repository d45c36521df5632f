"""The kinds of documents that folders of a workspace hold."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from polku.documents.account import Account
from polku.documents.base import Document
from polku.documents.evidence import Evidence
from polku.documents.improvement import Improvement, Sprint
from polku.documents.journey import Journey
from polku.documents.partner import Partner
from polku.documents.role import Role
from polku.documents.source import Source

KINDS: Mapping[str, type[Document]] = MappingProxyType(
    {
        "roles": Role,
        "journeys": Journey,
        "partners": Partner,
        "evidence": Evidence,
        "accounts": Account,
        "improvements": Improvement,
        "sprints": Sprint,
        "sources": Source,
    }
)
"""Folder → kind of document; polku.yaml is beside the folders."""
