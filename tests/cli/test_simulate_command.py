"""`polku simulate`: the commands of its guide run, one after the other, and a workspace with real data is left alone."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest

from polku.cli.app import run

ROOT = Path(__file__).parents[2]


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the example under the name the guide uses, unmarked and without data, in the folder we stand in."""
    folder = tmp_path / "acme"
    shutil.copytree(ROOT / "examples" / "hoppebold", folder, ignore=shutil.ignore_patterns("lake"))
    settings = folder / "polku.yaml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(re.sub(r"(?m)^example: true.*\n", "", text), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return folder


def test_the_commands_of_the_guide_run(acme: Path, capsys: pytest.CaptureFixture[str]) -> None:
    guide = (ROOT / "docs" / "guides" / "simulate.md").read_text(encoding="utf-8")
    lines = [line for block in re.findall(r"```\n(.*?)```", guide, re.DOTALL) for line in block.splitlines()]
    assert len(lines) >= 4
    assert "example: true" not in (acme / "polku.yaml").read_text(encoding="utf-8")

    for line in lines:
        program, *arguments = shlex.split(line)
        assert program == "polku"
        assert run(arguments) == 0, line

    assert "example: true" in (acme / "polku.yaml").read_text(encoding="utf-8")
    assert "sample numbers" in (acme.parent / "measured.svg").read_text(encoding="utf-8")
    capsys.readouterr()
    assert run(["measure", "acme", "funnel", "--journey", "new-machine", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["cases"] > 100


def test_a_workspace_with_imported_data_is_left_alone(acme: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = acme.parent / "log.csv"
    log.write_text("case,activity,time\na,Call,2026-01-01\na,Sign,2026-01-02\n", encoding="utf-8")
    assert run(["import", "acme", str(log)]) == 0
    current = (acme / "lake" / "CURRENT").read_bytes()

    assert run(["simulate", "acme", "--journey", "new-machine", "--events", "100"]) != 0

    assert "holds data that was imported" in capsys.readouterr().err
    assert (acme / "lake" / "CURRENT").read_bytes() == current
    assert "example: true" not in (acme / "polku.yaml").read_text(encoding="utf-8")


def test_a_second_log_is_told_apart_from_what_is_there(
    acme: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def said(seed: int) -> list[list[int]]:
        """The numbers of each line, sample numbers being said last."""
        assert (
            run(["simulate", "acme", "--journey", "new-machine", "--events", "300", "--seed", str(seed)]) == 0
        )
        lines = capsys.readouterr().out.replace(",", "").splitlines()
        return [[int(number) for number in re.findall(r"\d+", line)] for line in lines[:-1]]

    ((events, accounts),) = said(1)
    (again,) = said(1)
    added, there = said(2)

    assert again == [events, accounts]
    assert there == [events + added[0], max(accounts, added[1])]
    assert min(*added, events, accounts) > 0
