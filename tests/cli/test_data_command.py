"""`polku data`: what is loaded, and taking the newest import back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from polku.cli.app import run

VISITS = "event id,date,activity,company\ne1,2026-01-01,Visit,Pallo Oy\ne2,someday,Visit,Pallo Oy\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "polku.yaml").write_text("name: Test\n")
    (tmp_path / "visits.csv").write_text(VISITS)
    assert run(["import", str(tmp_path), str(tmp_path / "visits.csv")]) == 0
    return tmp_path


def test_an_import_is_taken_back_with_its_rejects(workspace: Path, capsys: Any) -> None:
    assert (workspace / "rejects" / "visits.csv").exists()
    capsys.readouterr()
    assert run(["data", str(workspace), "--undo", "--format", "json"]) == 0
    out = capsys.readouterr()
    assert json.loads(out.out)["tables"]["events"]["rows"] == 0
    assert "visits.csv" in out.err
    assert not (workspace / "rejects" / "visits.csv").exists()


def test_where_nothing_is_left_nothing_is_taken_back(workspace: Path, capsys: Any) -> None:
    assert run(["data", str(workspace), "--undo"]) == 0
    assert run(["data", str(workspace), "--undo"]) == 1
    assert run(["data", str(workspace)]) == 0


def test_links_that_lead_nowhere_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLKU_LANGUAGE", "en")
    (tmp_path / "polku.yaml").write_text("polku: 1\n", encoding="utf-8")
    (tmp_path / "deals.csv").write_text("Deal ID,Deal name,Stage,Amount,Create date\n1,A,Won,5,2026-01-01\n")
    (tmp_path / "links.csv").write_text("Deal ID,Company ID\n1,A1\n2,A1\n3,A1\n")
    assert run(["import", str(tmp_path), str(tmp_path / "deals.csv"), str(tmp_path / "links.csv")]) == 0
    capsys.readouterr()
    assert run(["data", str(tmp_path)]) == 0
    assert "2 of 3 links of deals lead to deals that are not loaded" in " ".join(
        capsys.readouterr().out.split()
    )
    assert run(["data", str(tmp_path), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["quality"]["astray"] == {"deal": {"links": 3, "astray": 2}}


def test_when_all_is_taken_back_nothing_is_loaded(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["data", str(workspace), "--undo"]) == 0
    capsys.readouterr()
    assert run(["data", str(workspace)]) == 0
    assert capsys.readouterr().out.splitlines()[2].startswith("nothing is loaded")
