"""`polku draw`: what is asked for is drawn, and what cannot be is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from polku.cli.app import run


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("POLKU_LANGUAGE", "en")
    folder = tmp_path / "pumps"
    assert run(["new", str(folder), "--language", "en"]) == 0
    return folder


@pytest.mark.parametrize("ending", ["svg", "png", "json", "html"])
def test_a_journey_is_drawn_in_the_form_of_the_file(workspace: Path, ending: str) -> None:
    picture = workspace / "out" / f"buying.{ending}"
    assert run(["draw", str(workspace), "buying", "-o", str(picture)]) == 0
    begins = {"svg": b"<?xml", "png": b"\x89PNG", "json": b"{", "html": b"<!doctype html>"}[ending]
    assert picture.read_bytes().startswith(begins)
    assert ending != "json" or json.loads(picture.read_text())


def test_an_unknown_role_is_told_with_the_nearest_first(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run(["draw", str(workspace), "buying", "--role", "managr", "-o", str(workspace / "x.svg")]) == 2
    assert "no role “managr”; known: manager, " in capsys.readouterr().err
    assert not (workspace / "x.svg").exists()


def test_a_view_is_of_a_journey_not_of_a_question(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["draw", str(workspace), "funnel", "--view", "wheel", "-o", str(workspace / "x.svg")]) == 2
    assert "funnel is a question" in capsys.readouterr().err


def test_a_journey_may_be_called_as_a_question_is(workspace: Path) -> None:
    kept = workspace / "journeys" / "buying.yaml"
    (workspace / "journeys" / "steps.yaml").write_text(kept.read_text().replace("id: buying", "id: steps"))
    assert run(["draw", str(workspace), "steps", "-o", str(workspace / "x.svg")]) == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("atlas", "--measured"), "--measured says nothing about atlas"),
        (("atlas", "--role", "manager"), "--role says nothing about atlas"),
        (("atlas", "--page", "2"), "there is no page 2; the atlas has 1 page"),
        (("ecosystem", "--since", "2026-01-01"), "possible there: none"),
        (("pumps-ltd", "--view", "account", "--measured"), "possible there: --view and --since"),
        (("manager", "--view", "radar", "--measured"), "possible there: --view and --journey"),
        (("buying", "--by", "role"), "--by says nothing about buying, which is a journey"),
        (("buying", "--height", "effort"), "add --view relief"),
        (("buying", "--cases", "segment = large"), "--cases chooses what is measured, and nothing is"),
        (("funnel", "--role", "manager"), "--role says nothing about funnel, which is a question"),
        (("paths", "--by", "role"), "--by says nothing about paths"),
        (("retention", "--model", "first"), "--model means nothing for retention; it takes --by"),
        (("voice",), "No data is loaded"),
    ],
)
def test_an_option_that_says_nothing_about_what_is_drawn_is_refused(
    workspace: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    capsys.readouterr()
    assert run(["draw", str(workspace), *words, "-o", str(workspace / "x.svg")]) == 2
    assert said in capsys.readouterr().err
    assert not (workspace / "x.svg").exists()


def test_what_was_written_is_said_on_stderr(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    for name in ("x.svg", "x.pdf"):
        assert run(["draw", str(workspace), "buying", "-o", str(workspace / name)]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    picture, document = err.splitlines()
    assert picture.startswith(f"✓ {workspace / 'x.svg'}: ") and " px, " in picture
    assert document.startswith(f"✓ {workspace / 'x.pdf'}: 1 page, ")


def test_the_relief_rises_with_effort_where_that_is_asked(workspace: Path) -> None:
    for height in ("feeling", "effort"):
        file = workspace / f"{height}.svg"
        words = ["draw", str(workspace), "buying", "--view", "relief", "--height", height, "-o", str(file)]
        assert run(words) == 0
    assert (workspace / "feeling.svg").read_text() != (workspace / "effort.svg").read_text()


def test_a_large_atlas_is_drawn_on_pages_or_one_of_them(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (workspace / "journeys" / "buying.yaml").read_text()
    for number in range(60):
        copy = text.replace("id: buying", f"id: more-{number}", 1)
        (workspace / "journeys" / f"more-{number}.yaml").write_text(copy)
    capsys.readouterr()
    assert run(["draw", str(workspace), "atlas", "-o", str(workspace / "x.pptx")]) == 0
    pages = int(capsys.readouterr().err.splitlines()[-1].split(": ")[1].split(" pages")[0])
    assert pages > 1
    last = workspace / "last.svg"
    assert run(["draw", str(workspace), "atlas", "--page", str(pages), "-o", str(last)]) == 0
    assert f"{pages} of {pages}" in last.read_text() or f"{pages}/{pages}" in last.read_text()


def test_an_account_is_drawn_from_the_day_asked_for(workspace: Path) -> None:
    (workspace / "accounts").mkdir(exist_ok=True)
    (workspace / "accounts" / "toys.yaml").write_text("id: toys\nname: Toys\n")
    for name, more in (("all", []), ("late", ["--since", "2025-01-01"])):
        file = workspace / f"{name}.svg"
        words = ["draw", str(workspace), "toys", *more, "--today", "2026-11-18", "-o", str(file)]
        assert run(words) == 0
    assert (workspace / "all.svg").read_text() != (workspace / "late.svg").read_text()
