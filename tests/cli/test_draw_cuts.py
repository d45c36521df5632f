"""`polku draw` with cuts and comparisons: what is drawn, and what is said where that is not possible."""

from __future__ import annotations

from pathlib import Path

import pytest

from polku.cli.app import run

JOURNEY = """\
id: {id}
name: {id}
state: {state}
stages: [{{id: one}}, {{id: two}}]
steps:
  - {{id: call, stage: one, role: ole, does: Calls, feels: {feels}}}
  - {{id: sign, stage: two, role: ole, does: Signs, feels: 1}}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("POLKU_LANGUAGE", "en")
    (tmp_path / "journeys").mkdir()
    (tmp_path / "roles").mkdir()
    (tmp_path / "polku.yaml").write_text("polku: 1\nid: small\nname: Small\nlanguage: en\n")
    (tmp_path / "roles" / "ole.yaml").write_text("id: ole\nname: Ole\n")
    for id, state, feels in (("now", "as-is", -2), ("then", "to-be", 1)):
        text = JOURNEY.format(id=id, state=state, feels=feels)
        (tmp_path / "journeys" / f"{id}.yaml").write_text(text)
    return tmp_path


def draw(folder: Path, *words: str) -> str:
    assert run(["draw", str(folder), *words, "-o", str(folder / "out.svg")]) == 0
    return (folder / "out.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize("view", ["matrix", "wheel", "path"])
def test_two_journeys_are_compared(folder, view):
    assert "1 of 2 steps would feel better" in draw(folder, "then", "--against", "now", "--view", view)


def test_stages_and_lanes_are_cut(folder):
    drawn = draw(folder, "now", "--stages", "two", "--lanes", "action, emotion")

    assert "1 of 2 stages, 1 of 2 steps" in drawn
    assert "Touchpoint" not in drawn and "Calls" not in drawn


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["now", "--stages", "three"], "no stage “three”; known: one and two"),
        (["now", "--lanes", "emotions"], "no lane “emotions”; nearest: emotion; possible: action"),
        (["now", "--lanes", "action", "--view", "wheel"], "the view wheel cannot be cut by --lanes"),
        (["now", "--against", "now"], "now cannot be compared with itself; other journeys: then"),
        (["now", "--against", "later"], "no journey “later” to compare with; known: then"),
        (["then", "--against", "now", "--view", "relief"], "cannot compare two journeys; possible: matrix"),
        (["then", "--against", "now", "--stages", "one"], "a comparison cannot be cut"),
        (["now", "--role", "olle"], "no role “olle”; known: ole"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_what_can(folder, words, expected, capsys):
    assert run(["draw", str(folder), *words, "-o", str(folder / "out.svg")]) != 0

    assert expected in capsys.readouterr().err
    assert not (folder / "out.svg").exists()
