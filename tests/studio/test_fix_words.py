"""What mends a finding is said in the words of the forms, in every language, and leads to the field."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from polku.documents import Workspace
from polku.formats import read_workspace
from polku.studio.fix_words import fix_in_words, keys_of, without_lines
from polku.words import LANGUAGES, Message, reader

EXAMPLE = Path(__file__).parents[2] / "examples" / "hoppebold"
HERE = {"id": "awareness", "today": "2026-11-18", "to": "Use", "from": "Sign", "stage": "Use", "near": "x", "code": "PK1"}  # fmt: skip


def fixes() -> list[str]:
    """Every message that mends a finding and names a key."""
    import re

    text = Path("src/polku/words/catalogues/en/checks.po")
    text = text if text.exists() else Path(__file__).parents[2] / text
    found = re.findall(
        r'msgid "(checks\.pk\d+\.(?:mend|fix[^"]*))"\nmsgstr "([^\n]*)"', text.read_text("utf-8")
    )
    return [id for id, words in found if "`" in words]


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    """The example."""
    return read_workspace(EXAMPLE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_of_a_file_and_no_command_is_left(language: str, workspace: Workspace) -> None:
    assert len(fixes()) > 30
    for id in fixes():
        for document in ("journeys/new-machine", "roles/ole", "partners/nordlift", "polku", "improvements/x"):
            text = fix_in_words(Message(id, HERE), document, workspace, reader(language))
            assert "`" not in text and "polku schema" not in text, (id, text)
            assert not any(f"{key}:" in text for key in keys_of(Message(id, HERE))), (id, text)
            assert "_" not in text and ".yaml" not in text, (id, text)


def test_a_field_is_called_as_its_form_calls_it(workspace: Workspace) -> None:
    say = reader("en")
    front = fix_in_words(Message("checks.pk301.mend"), "journeys/new-machine", workspace, say)
    assert "“Frontstage”" in front and "“Backstage”" in front
    loop = Message("checks.pk204.fix-not-said", {"id": "awareness"})
    assert "“Awareness”" in fix_in_words(loop, "journeys/new-machine", workspace, say)
    way = Message("checks.pk503.fix", {"from": "call-support", "to": "talk-renewal"})
    said = fix_in_words(way, "journeys/new-machine", workspace, say)
    assert "“Calls at four in the morning”" in said and "call-support" not in said
    assert fix_in_words(None, "polku", workspace, say) == ""


def test_a_finding_of_the_drawer_leads_to_the_field_that_mends_it(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    browser = client(owner)
    pages = [
        browser.get(f"/w/{space.slug}/journeys/new-machine/{part}").content.decode()
        for part in ("drawer/machine-arrives/", "drawer/call-support/", "drawer/", "stage/use/")
    ]
    found = "".join(pages)
    assert 'data-find="' in found and "Go to “" in found
    for page in pages:
        notes = page.split('<div class="found ')[1:]
        assert all("`" not in note.partition("</div></div>")[0] for note in notes)


def test_lines_of_files_are_left_out() -> None:
    says = Message("checks.pk301.says", {"step": "x"})
    items = [Message("checks.at-line", {"line": 15, "says": says}), "plain"]
    found = without_lines(Message("checks.pk301.many", {"count": 2, "items": items}))
    assert isinstance(found, Message) and found.params["items"] == [says, "plain"]
