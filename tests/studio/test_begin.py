"""A workspace begins, from nothing or from a zip; the first run writes what is said, each part on its own."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def steward(person: Callable[..., Any]) -> Any:
    return person("maija", steward=True)


@pytest.fixture
def blank(steward: Any, client: Callable[..., Any]) -> tuple[Any, Any]:
    """A browser and an empty workspace that it made."""
    from polku.studio.models import Space

    browser = client(steward)
    answer = browser.post(
        "/new/", {"kind": "template", "name": "Acme Oy", "language": "en", "template": "blank"}
    )
    assert answer["Location"] == "/w/acme-oy/start/purpose/"
    return browser, Space.objects.get(slug="acme-oy")


def zipped(files: dict[str, str | bytes]) -> io.BytesIO:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    data.seek(0)
    data.name = "workspace.zip"
    return data


def test_the_first_run_leads_from_purpose_to_steps(blank: tuple[Any, Any]) -> None:
    from polku.studio.store import workspace_of

    browser, space = blank
    start = f"/w/{space.slug}/start"
    browser.post(
        f"{start}/purpose/", {"why": "Renewals are lost", "other_readers": "Board, Sales", "use": ""}
    )
    browser.post(f"{start}/roles/", {"name": "Ole Operator", "part": "operator"})
    browser.post(f"{start}/roles/", {"name": "Ivan", "part": "decision-maker"})
    browser.post(f"{start}/journey/", {"name": "Buying", "stages": "buying"})
    browser.post(f"{start}/journey/", {"stage": "use", "line": "Ole runs the line", "feels": "1"})
    answer = browser.post(
        f"{start}/journey/",
        {"stage": "awareness", "line": "ole restarts it", "feels": "-2", "place": "Control panel"},
    )
    assert answer.status_code == 302 and answer["Location"].endswith("/start/journey/?after=restarts-it")
    # The next line of the same stage can be typed at once: no fragment takes the keyboard away.
    stages = browser.get(answer["Location"]).content.decode().split('<section class="stage">')
    assert [number for number, one in enumerate(stages) if "autofocus" in one] == [1]
    answer = browser.post(f"{start}/journey/", {"stage": "decision", "line": "Ivan signs"})
    stages = browser.get(answer["Location"]).content.decode().split('<section class="stage">')
    assert [number for number, one in enumerate(stages) if "autofocus" in one] == [3]
    workspace = workspace_of(space)
    assert workspace.settings.purpose is not None
    assert workspace.settings.purpose.why == "Renewals are lost"
    assert workspace.settings.purpose.other_readers == ("Board", "Sales")
    assert workspace.role_order() == ("ole-operator", "ivan")
    steps = workspace.journeys["buying"].steps
    assert [(one.does, one.role, one.feels, one.stage) for one in steps] == [
        ("Restarts it", "ole-operator", -2, "awareness"),
        ("Signs", "ivan", None, "decision"),
        ("Runs the line", "ole-operator", 1, "use"),
    ]
    assert workspace.touchpoints["control-panel"].label == "Control panel"
    assert not workspace.problems


def test_a_line_names_its_role_by_the_first_or_the_last_word_of_its_name() -> None:
    from polku.documents import Role, Settings, Workspace
    from polku.studio.beginning import Line, read_line

    names = {"tiina": "Tuotantopäällikkö Tiina", "olli": "Ostaja Olli, tehdas", "outi": "Ostaja Outi"}
    workspace = Workspace(
        settings=Settings(name="Oy"), roles={id: Role(id=id, name=name) for id, name in names.items()}
    )
    assert read_line("Tiina etsii palloja", workspace) == Line("tiina", "Etsii palloja")
    assert read_line("olli pyytää tarjouksen", workspace) == Line("olli", "Pyytää tarjouksen")
    assert read_line("Tehdas seisoo", workspace) == Line(None, "Tehdas seisoo")
    assert read_line("Joku soittaa", workspace) == Line(None, "Joku soittaa")
    assert read_line("Tiina", workspace) == Line(None, "Tiina")


@pytest.mark.parametrize("part", ["purpose", "roles", "journey", "file"])
@pytest.mark.parametrize("language", ["en", "fi", "sv", "da"])
def test_each_part_shows_itself_in_each_language(
    blank: tuple[Any, Any], steward: Any, client: Callable[..., Any], part: str, language: str
) -> None:
    _, space = blank
    if part == "file":
        pytest.importorskip("polku.studio.pages.data")
    page = client(steward, language=language).get(f"/w/{space.slug}/start/{part}/")
    assert page.status_code == 200 and f'lang="{language}"' in page.content.decode()


def test_a_part_that_is_not_there_is_not_found(blank: tuple[Any, Any]) -> None:
    browser, space = blank
    assert browser.get(f"/w/{space.slug}/start/nothing/").status_code == 404


def test_a_line_without_words_or_stage_is_refused(blank: tuple[Any, Any]) -> None:
    browser, space = blank
    browser.post(f"/w/{space.slug}/start/journey/", {"name": "Buying", "stages": "aida"})
    for form in ({"stage": "action", "line": " "}, {"stage": "nowhere", "line": "Ole waits"}):
        assert browser.post(f"/w/{space.slug}/start/journey/", form).status_code == 422


def test_a_zip_comes_in_letter_by_letter_from_whatever_folder_it_stands_in(
    steward: Any, client: Callable[..., Any]
) -> None:
    from polku.studio.models import Space
    from polku.studio.store import texts_of

    settings = "# ours\npolku: 1\nname: Åbo Verkstad   # as it was\n"
    journey = "id: a\n# a comment\nname: A\n"
    inside: dict[str, str | bytes] = {"folder/polku.yaml": settings, "folder/journeys/a.yaml": journey}
    file = zipped(
        {**inside, "folder/notes.txt": "x", "folder/brand/logo.svg": "<svg/>", "folder/brand/.x": "x"}
    )
    answer = client(steward).post("/new/", {"kind": "zip", "file": file})
    assert answer.status_code == 302
    space = Space.objects.get()
    assert texts_of(space) == {"polku": settings, "journeys/a": journey}
    from polku.studio.folders import folder_of

    kept = [str(file.relative_to(folder_of(space))) for file in folder_of(space).rglob("*") if file.is_file()]
    assert kept == ["brand/logo.svg"]


@pytest.mark.parametrize(
    "files",
    [
        {"readme.txt": "no workspace"},
        {"polku.yaml": b"name: \xe4\n"},
        {"polku.yaml": "name: a\n", "journeys/big.yaml": "#" + " " * 3_000_000},
    ],
)
def test_a_zip_that_cannot_be_taken_says_why_and_makes_nothing(
    steward: Any, client: Callable[..., Any], files: dict[str, str | bytes]
) -> None:
    from polku.studio.models import Space

    answer = client(steward).post("/new/", {"kind": "zip", "file": zipped(files)})
    assert answer.status_code == 422 and 'class="refused"' in answer.content.decode()
    assert not Space.objects.exists()


def test_what_is_no_zip_is_refused(steward: Any, client: Callable[..., Any]) -> None:
    file = io.BytesIO(b"PK\x03\x04 not really")
    file.name = "a.zip"
    assert client(steward).post("/new/", {"kind": "zip", "file": file}).status_code == 422


def test_paths_out_of_the_folder_are_left_outside(steward: Any, client: Callable[..., Any]) -> None:
    from polku.studio.models import Space
    from polku.studio.store import texts_of

    files: dict[str, str | bytes] = {
        "polku.yaml": "name: A\n",
        "../roles/evil.yaml": "id: evil\n",
        "roles/../../x.yaml": "id: x\n",
        "/roles/abs.yaml": "id: abs\n",
    }
    client(steward).post("/new/", {"kind": "zip", "file": zipped(files)})
    assert set(texts_of(Space.objects.get())) == {"polku"}


def test_only_a_steward_makes_workspaces(person: Callable[..., Any], client: Callable[..., Any]) -> None:
    assert client(person("other")).get("/new/").status_code == 404


def test_a_part_that_was_skipped_is_not_ticked_off(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    from polku.studio.store import Author, delete, workspace_of

    for id in workspace_of(space).journeys:
        delete(space, f"journeys/{id}", Author(owner))
    page = client(owner).get(f"/w/{space.slug}/start/file/").content.decode()
    steps = page[page.index("<ol>") : page.index("</ol>")]
    assert [part.count("✓") for part in steps.split("<li")[1:]] == [1, 1, 0, 0]


def test_who_has_no_workspace_yet_reads_what_one_is(person: Any, client: Callable[..., Any]) -> None:
    steward = person("steward")
    steward.steward = True
    steward.save()
    page = client(steward).get("/").content.decode()
    assert "A workspace holds what one company knows" in page and "button primary" in page


def test_the_beginning_reads_a_part_from_a_title_and_skips_what_is_not_said(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    from polku.studio.spaces import new_space
    from polku.studio.store import workspace_of

    fresh = new_space("Fresh", owner, texts={"polku": "polku: 1\nname: Fresh\n"})
    browser, start = client(owner), f"/w/{fresh.slug}/start"
    assert "Skip this step" in browser.get(f"{start}/roles/").content.decode()
    for name in ("Ole, machine operator", "Maija, tuotantopäällikkö", "Zoe"):
        browser.post(f"{start}/roles/", {"name": name})
    browser.post(f"{start}/roles/", {"name": "Eva, operator", "part": "expert"})
    assert [one.part for one in workspace_of(fresh).roles.values()] == ["operator", "manager", None, "expert"]
    assert "Skip this step" not in browser.get(f"{start}/roles/").content.decode()
    page = browser.post(f"{start}/purpose/", {"other_readers": "Marketing, the board"}, follow=True)
    assert "Marketing, the board" in page.content.decode()
