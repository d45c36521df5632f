"""Who is erased is nowhere any more in a lake of an earlier version that was added to, nor where a backup of it came back."""

from __future__ import annotations

from pathlib import Path

import pytest

from polku.formats import read_workspace
from polku.privacy.forget import forget
from polku.records import adding
from polku.records.lake import Lake
from polku.sources.importing import import_files
from polku.upkeep.backup import back_up
from polku.upkeep.restore import restore
from tests.privacy.planted import EMAIL, NAME, make
from tests.privacy.test_forget import figures, hits
from tests.records.earlier import write_all_columns

LATER = f"When;Who;What\n2026-05-05 10:00;{EMAIL};Mail opened\n2026-05-06 10:00;C-3;Mail opened\n"


@pytest.mark.parametrize("earlier", [True, False])
def test_erasing_reaches_files_of_each_format_and_a_backup_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, earlier: bool
) -> None:
    space, exports = make(tmp_path)
    for limit in ("adding.ADD_MOST", "adding_cases.ADD_MOST_MOVES"):
        monkeypatch.setattr(f"polku.records.{limit}", 1000.0)
    with monkeypatch.context() as patched:
        if earlier:
            write_all_columns(patched)
        import_files(read_workspace(space), space, exports)
    first = Lake(space / "lake").open()
    assert first.manifest["polku"] == (2 if earlier else 3)
    assert any(entry.left_out for entry in first.entries("events")) is not earlier
    monkeypatch.setattr(adding, "ADD_FROM", 1)
    later = tmp_path / "later" / "mails.csv"
    later.parent.mkdir()
    later.write_text(LATER, "utf-8")
    import_files(read_workspace(space), space, [later])
    layers = {entry.layer for entry in Lake(space / "lake").open().entries("events")}
    assert len(layers) == 2
    back_up(space, tmp_path / "kept.tar")
    restored = tmp_path / "restored"
    restore(tmp_path / "kept.tar", restored)
    before = figures(space)
    assert figures(restored) == before and len(hits(restored)) > 20

    for folder in (space, restored):
        done = forget(folder, read_workspace(folder), NAME)

        assert hits(folder) == [] and done.left.naming == ()
        assert figures(folder) == before
        assert not Lake(folder / "lake").open().damaged()
        import_files(read_workspace(folder), folder, [later])
        assert hits(folder) == []
        assert figures(folder) == before
