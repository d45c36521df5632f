"""Small workspaces and files for tests of reading."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from polku.documents import Settings, Source, Workspace
from polku.sources.staging import ReadFile, read_files
from tests.sources.staged import Read


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads one file written from text or bytes: `read("a;b", name=…, mapping={…}, zone=…)`."""
    made = 0

    def run(
        content: str | bytes,
        mapping: dict[str, Any] | None = None,
        *,
        name: str = "file.csv",
        zone: str = "UTC",
        system: str | None = None,
    ) -> ReadFile:
        nonlocal made
        made += 1
        folder = tmp_path / f"exports-{made}"
        folder.mkdir()
        file = folder / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        out = tmp_path / f"staged-{made}"
        out.mkdir()
        source = Source.model_validate({"id": "it", **mapping}) if mapping else None
        workspace = Workspace(Settings(zone=zone))
        (found,) = read_files(workspace, [file], out, mapping=source, system=system, sample=1000)
        return found

    return run
