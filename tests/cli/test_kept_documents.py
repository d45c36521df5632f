"""Documents kept for questions: the same answers as those that were read, and read anew where anything changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from polku.analytics.asking.answers import QUESTIONS
from polku.analytics.asking.questions import ask
from polku.cli.kept import kept_workspace
from polku.documents import Workspace
from polku.documents.held import Held, held_text, read_held
from polku.errors import PolkuError
from polku.records.cache import drop_answers
from tests.analytics.markets import a_market
from tests.analytics.small import a_log
from tests.analytics.test_invariants import ASKED, improving
from tests.analytics.worlds import TODAY
from tests.cli.test_start import SETTINGS, loaded


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace with a lake of two accounts."""
    (tmp_path / "polku.yaml").write_text(SETTINGS, encoding="utf-8")
    a_log(tmp_path, "a: guide call visit", "b: guide").close()
    return tmp_path


@pytest.mark.parametrize("journey", ["walk", None])
def test_held_documents_give_the_answers_of_those_that_were_read(journey: str | None, tmp_path: Path) -> None:
    market = a_market(11)
    read = improving(market.workspace)

    with market.log(tmp_path) as log:

        def told(workspace: Workspace, question: str) -> Any:
            chosen: dict[str, Any] = {"journey": journey, "today": TODAY}
            if journey is None:
                chosen["cases"] = "touched(call)"
            try:
                answer = ask(log, workspace, question, ASKED.get(question), **chosen)
            except PolkuError as error:
                return error.message.id
            return json.loads(json.dumps(answer.to_json(), default=str))

        held = read_held(held_text(read))
        for question in QUESTIONS:
            assert told(held, question) == told(read, question), question


def test_a_new_question_loads_no_yaml_no_classes_of_documents_and_no_babel(folder: Path) -> None:
    _, first = loaded("measure", str(folder), "paths", "--language", "en")
    printed, modules = loaded("measure", str(folder), "variants", "--of", "touchpoint", "--language", "en")

    assert {"pydantic", "yaml"} <= first
    assert "First call" in printed
    assert not modules & {"pydantic", "yaml", "babel"}


def test_changed_new_and_gone_documents_are_read_anew(folder: Path) -> None:
    def labels() -> list[str]:
        return [one.label for one in kept_workspace(folder).settings.touchpoints]

    assert labels() == labels() == ["Downtime guide", "First call"]
    (folder / "polku.yaml").write_text(SETTINGS.replace("First call", "Second call"), encoding="utf-8")
    assert labels() == ["Downtime guide", "Second call"]
    (folder / "journeys").mkdir()
    (folder / "journeys" / "buy.yaml").write_text("id: buy\nname: Buying\n", encoding="utf-8")
    assert kept_workspace(folder).journeys["buy"].label == "Buying"
    (folder / "journeys" / "buy.yaml").rename(folder / "journeys" / "sell.yaml")
    assert [*kept_workspace(folder).journeys] == ["buy"]
    assert isinstance(kept_workspace(folder).journeys["buy"], Held)
    (folder / "journeys" / "sell.yaml").unlink()
    assert not kept_workspace(folder).journeys


def test_documents_written_on_while_they_are_read_are_not_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from polku.formats import workspace

    read = workspace.read_workspace

    def slowly(place: Path) -> Workspace:
        found = read(place)
        (folder / "polku.yaml").write_text(SETTINGS.replace("First call", "Second call"), encoding="utf-8")
        return found

    monkeypatch.setattr(workspace, "read_workspace", slowly)
    assert kept_workspace(folder).settings.touchpoints[1].label == "First call"
    assert not [*(folder / "lake").glob("v*/results/documents")]
    monkeypatch.undo()
    assert kept_workspace(folder).settings.touchpoints[1].label == "Second call"


def test_a_damaged_text_is_made_anew(folder: Path) -> None:
    kept_workspace(folder)
    (file,) = (folder / "lake").glob("v*/results/documents")
    whole = file.read_text("utf-8")
    for wrong in (whole[:-20], whole.replace("First call", "Other call"), "", "\x00"):
        file.write_text(wrong, "utf-8")
        assert kept_workspace(folder).settings.touchpoints[1].label == "First call"
        assert file.read_text("utf-8") == whole


def test_documents_go_with_the_answers_and_are_not_kept_where_that_is_wished(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept_workspace(folder)
    assert [*(folder / "lake").glob("v*/results/documents")]
    drop_answers(folder / "lake")
    monkeypatch.setenv("POLKU_KEEP", "0")
    kept_workspace(folder)

    assert not [*(folder / "lake").glob("v*/results/*")]
