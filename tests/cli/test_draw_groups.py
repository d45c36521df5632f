"""`polku draw … --roll-up`: groups of companies drawn as one."""

from __future__ import annotations

from pathlib import Path

import pytest

import polku
from polku.cli.app import run
from polku.documents import Settings, Workspace
from polku.errors import DrawingError
from polku.sources.importing import import_files

COMPANIES = "Company ID,Company name,Parent company,Industry\n1,Pallo Oy,,Toys\n2,Pallo Verkko Oy,1,Toys\n3,Boll AB,,Toys\n"
DEALS = (
    "Deal ID,Company ID,Deal stage,Create date,Close date,Amount\n"
    "11,1,Won,2026-01-01,2026-02-01,100\n12,2,Won,2026-01-02,2026-02-02,100\n13,3,Lost,2026-01-03,2026-02-03,100\n"
)
JOURNEY = (
    "id: buying\nname: Buying\nstages: [{id: one}]\nsteps: [{id: call, stage: one, role: ole, does: Calls}]\n"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("POLKU_LANGUAGE", "en")
    (tmp_path / "polku.yaml").write_text("polku: 1\nid: small\nname: Small\nlanguage: en\n")
    for place, text in (("roles/ole", "id: ole\nname: Ole\n"), ("journeys/buying", JOURNEY)):
        (tmp_path / place).parent.mkdir()
        (tmp_path / f"{place}.yaml").write_text(text)
    for name, text in (("companies.csv", COMPANIES), ("deals.csv", DEALS)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    import_files(Workspace(Settings()), tmp_path, [tmp_path / "companies.csv", tmp_path / "deals.csv"])
    return tmp_path


def test_groups_are_drawn_as_one(folder: Path) -> None:
    drawn = []
    for words in ((), ("--roll-up",)):
        assert run(["draw", str(folder), "deals", *words, "-o", str(folder / "out.svg")]) == 0
        drawn.append((folder / "out.svg").read_text(encoding="utf-8"))
    assert "3 accounts" in drawn[0] and "2 accounts" in drawn[1]
    assert "2 accounts" in polku.open(folder).draw("deals", roll_up=True).svg
    assert polku.open(folder).measure("deals", roll_up=True).result.about.accounts == 2


def test_what_is_not_measured_has_no_groups(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["draw", str(folder), "buying", "--roll-up", "-o", str(folder / "out.svg")]) == 2
    assert "--roll-up" in capsys.readouterr().err
    with pytest.raises(DrawingError):
        polku.open(folder).draw("buying", roll_up=True)
