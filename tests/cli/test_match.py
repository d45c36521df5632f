"""`polku match`: the list on a terminal and as JSON, and verdicts by it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from polku.cli.match import command
from polku.errors import WrongUse

SETTINGS = "polku: 1\nname: Hoppebold A/S\n"
MAPPINGS = {
    "firms": "kind: crm\nreads: firms.csv\ntable: accounts\ncolumns: {account_id: id, name: name}\n",
    "visits": "kind: web\nreads: visits.csv\ntable: events\ncolumns: {time: at, account_id: firm, activity: =Visit}\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    from polku.formats import read_workspace
    from polku.sources.importing import import_files

    (tmp_path / "polku.yaml").write_text(SETTINGS)
    (tmp_path / "sources").mkdir()
    for id, mapping in MAPPINGS.items():
        (tmp_path / "sources" / f"{id}.yaml").write_text(f"id: {id}\n{mapping}")
    (tmp_path / "firms.csv").write_text("id,name\nA1,Pallo Oy\nA2,Legetoj Nord\n")
    (tmp_path / "visits.csv").write_text("at,firm\n2026-01-01,Palloo Oy\n")
    import_files(read_workspace(tmp_path), tmp_path, [tmp_path / "firms.csv", tmp_path / "visits.csv"])
    return tmp_path


def run(*words: str) -> str:
    done = CliRunner().invoke(command, words, catch_exceptions=False)
    return done.stdout


def listed(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(str(folder), "--format", "json"))
    return found


def test_pairs_are_listed_with_their_reasons(folder: Path) -> None:
    (pair,) = listed(folder)["open"]
    text = run(str(folder))
    assert "1 to decide" in text
    assert pair["pair"] in text
    assert "+ names alike but for a letter or two: Pallo Oy / Palloo Oy" in text
    assert "Palloo Oy  [no account]  web · events 1 · people 0" in text


def test_a_pair_is_accepted_and_taken_back(folder: Path) -> None:
    before = listed(folder)
    (pair,) = before["open"]
    run(str(folder), "--accept", pair["pair"])
    after = listed(folder)
    assert after["open"] == []
    assert [(one["pair"], one["verdict"]) for one in after["decided"]] == [(pair["pair"], "same")]
    assert "one company, decided" in run(str(folder), "--decided")
    run(str(folder), "--undo", pair["pair"])
    assert listed(folder)["open"] == [pair]


def test_a_pair_cannot_be_accepted_and_rejected_at_once(folder: Path) -> None:
    with pytest.raises(WrongUse, match="not two of these"):
        run(str(folder), "--accept", "a", "--reject", "a")


def test_measures_count_subsidiaries_with_their_parent(folder: Path) -> None:
    from polku.cli.measure import command as measure

    (folder / "accounts").mkdir()
    (folder / "accounts" / "pallo.yaml").write_text("id: pallo\nname: Pallo Oy\n")
    (folder / "accounts" / "legetoj.yaml").write_text("id: legetoj\nname: Legetoj Nord\nparent: pallo\n")
    (folder / "visits.csv").write_text("at,firm\n2026-01-01,Pallo Oy\n2026-01-02,Legetoj Nord\n")
    from polku.formats import read_workspace
    from polku.sources.importing import import_files

    import_files(read_workspace(folder), folder, [folder / "visits.csv"])

    def asked(*words: str) -> Any:
        done = CliRunner().invoke(measure, [str(folder), "variants", *words], catch_exceptions=False)
        return done.stdout

    assert json.loads(asked("--format", "json"))["accounts"] == 2
    rolled = json.loads(asked("--format", "json", "--roll-up"))
    assert (rolled["accounts"], rolled["parameters"]["rolled_up"]) == (1, 1)
    assert "one account is counted as the company above it" in asked("--roll-up")
