"""What is kept between two pages: made again where it must be, left where it may, and never somebody else's."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

JOURNEY = "new-machine"


def there(space: Any, rest: str = "") -> str:
    return f"/w/{space.slug}/{rest}"


def changed(space: Any, path: str, value: Any, document: str = f"journeys/{JOURNEY}") -> Any:
    from polku.studio.store import Author, Operation, edit

    return edit(space, Operation("set", document, path, value), seen=None, author=Author(guest="test"))


def copied(space: Any, id: str) -> None:
    """A second journey with the same steps."""
    from polku.studio.models import Document
    from polku.studio.store import Author, create

    text = Document.objects.get(space=space, name=f"journeys/{JOURNEY}").text
    create(space, f"journeys/{id}", text.replace(f"id: {JOURNEY}\n", f"id: {id}\n", 1), Author(guest="test"))


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Journeys that were drawn, each time they were."""
    from polku.studio import shown

    real, seen = shown._draw, []

    def draw(visit: Any, workspace: Any, journey: Any, *rest: Any) -> Any:
        seen.append(journey.id)
        return real(visit, workspace, journey, *rest)

    monkeypatch.setattr(shown, "_draw", draw)
    return seen


def test_an_edit_draws_its_own_map_anew_and_no_other(
    space: Any, owner: Any, client: Callable[..., Any], drawn: list[str]
) -> None:
    copied(space, "other")
    browser = client(owner)
    for journey in (JOURNEY, "other"):
        browser.get(there(space, f"journeys/{journey}/"))
    assert drawn == [JOURNEY, "other"]
    changed(space, "steps/read-guide/does", "Reads it twice over")
    assert "Reads it twice over" in browser.get(there(space, f"journeys/{JOURNEY}/")).content.decode()
    assert "Reads it twice over" not in browser.get(there(space, "journeys/other/")).content.decode()
    assert drawn == [JOURNEY, "other", JOURNEY]


def test_a_role_that_is_renamed_is_renamed_on_every_map_and_list(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    copied(space, "other")
    browser = client(owner)
    pages = [
        there(space, rest) for rest in ("journeys/other/", f"journeys/{JOURNEY}/", "", "accounts/hopla/")
    ]
    for page in pages:
        assert browser.get(page).status_code == 200
    changed(space, "name", "Olivia", document="roles/ole")
    for page in pages[:3]:
        assert "Olivia" in browser.get(page).content.decode(), page


def test_after_an_edit_the_list_of_journeys_tells_of_it(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    copied(space, "other")
    browser = client(owner)
    for page in ("journeys/", ""):
        assert "Another name" not in browser.get(there(space, page)).content.decode()
    changed(space, "name", "Another name", document="journeys/other")
    for page in ("journeys/", ""):
        assert "Another name" in browser.get(there(space, page)).content.decode()


def test_two_workspaces_of_the_same_ids_never_mix(space: Any, owner: Any, client: Callable[..., Any]) -> None:
    from polku.studio.reading import texts_of
    from polku.studio.spaces import new_space

    twin = new_space("twin", owner, texts=texts_of(space), today=dt.date(2026, 11, 18))
    browser = client(owner)
    pages = (f"journeys/{JOURNEY}/", "journeys/", "", "accounts/", "roles/", "evidence/")
    for page in pages:
        browser.get(there(space, page))
        browser.get(there(twin, page))
    changed(space, "steps/read-guide/does", "Only in the first of the two")
    assert "Only in the first" in browser.get(there(space, f"journeys/{JOURNEY}/")).content.decode()
    for page in pages:
        html = browser.get(there(twin, page)).content.decode()
        assert "Only in the first" not in html and there(space) not in html, page


def test_the_count_follows_an_edit_that_shapes_it_and_stays_for_one_of_words(
    measured_space: Any, owner: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from polku.analytics.journey_measures import measure_journey
    from polku.studio import measured
    from polku.studio.folders import folder_of
    from polku.studio.kept import records_in
    from polku.studio.reading import workspace_of

    counted: list[str] = []

    def counting(log: Any, workspace: Any, journey: str, **rest: Any) -> Any:
        counted.append(journey)
        return measure_journey(log, workspace, journey, **rest)

    monkeypatch.setattr(measured, "measure_journey", counting)

    def rows() -> list[Any]:
        found = measured.measures_of(measured_space, JOURNEY)
        assert found is not None
        return list(found.steps.rows())

    before = rows()
    changed(measured_space, "steps/read-guide/does", "Reads on")
    changed(measured_space, "steps/read-guide/feels", -1)
    assert rows() == before and len(counted) == 1
    changed(measured_space, "steps/read-guide/touchpoint", None)
    after = rows()
    assert len(counted) == 2 and after != before
    with records_in(folder_of(measured_space)) as log:
        fresh = measure_journey(log, workspace_of(measured_space), JOURNEY, today=dt.date(2026, 11, 18))
    assert after == list(fresh.steps.rows())


def test_the_page_of_a_question_follows_an_edit_that_shapes_its_answer(
    measured_space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    browser = client(owner)
    page = there(measured_space, "explore/steps/")

    def rows() -> str:
        html: str = browser.get(page, headers={"hx-request": "true"}).content.decode()
        return html[html.index("<table") : html.index("</table>")]

    before = rows()
    changed(measured_space, "steps/read-guide/thinks", "Is this for us?")
    assert rows() == before
    changed(measured_space, "steps/read-guide/touchpoint", None)
    assert rows() != before


def test_names_of_people_stay_with_who_may_read_them(
    measured_space: Any, owner: Any, person: Callable[..., Any], client: Callable[..., Any]
) -> None:
    from polku.studio.reading import workspace_of

    account = workspace_of(measured_space).accounts["legetoj-nord"]
    names = [one.name for one in account.people if one.name]
    assert names, "the example names people of this account"
    sees = client(person("sees", right="viewer", space=measured_space, names=True))
    not_sees = client(person("notsees", right="viewer", space=measured_space, names=False))
    page = there(measured_space, f"accounts/{account.id}/")
    for _ in range(2):
        with_names = sees.get(page).content.decode()
        without = not_sees.get(page).content.decode()
        assert any(name in with_names for name in names)
        assert not any(name in without for name in names)


def test_each_reads_in_their_language_what_somebody_else_opened_first(
    measured_space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    english, finnish = client(owner), client(owner, language="fi")
    for page in ("accounts/", "accounts/legetoj-nord/", f"journeys/{JOURNEY}/", "journeys/"):
        first = english.get(there(measured_space, page)).content.decode()
        second = finnish.get(there(measured_space, page)).content.decode()
        assert 'lang="en"' in first and 'lang="fi"' in second
        for word in ("Next act", "feels", "falling"):
            assert f">{word}<" not in second, page


def test_a_map_is_drawn_of_its_part_as_of_the_whole(space: Any) -> None:
    """What the kept drawing hangs on is all that it is made of: no view looks at another journey."""
    from polku.diagrams.views import VIEWS, view
    from polku.scene import scene_to_svg
    from polku.studio.kept import around
    from polku.studio.reading import workspace_of

    copied(space, "other")
    workspace = workspace_of(space)
    part = around(workspace, JOURNEY).workspace
    assert set(part.journeys) == {JOURNEY}
    for name in VIEWS:
        pictures = [
            scene_to_svg(view(name)(one, one.journeys[JOURNEY], language="en", today=dt.date(2026, 11, 18)))
            for one in (workspace, part)
        ]
        assert pictures[0] == pictures[1], name


def test_findings_of_a_map_are_those_of_the_whole_workspace(space: Any) -> None:
    from polku.checks.run import check_workspace
    from polku.studio.reading import workspace_of
    from polku.studio.shown import findings_in

    copied(space, "other")
    changed(space, "steps/read-guide/touchpoint", "nowhere", document="journeys/other")
    workspace = workspace_of(space)
    whole = check_workspace(workspace, today=dt.date(2026, 11, 18))
    for id, journey in workspace.journeys.items():
        here = {(one.code, one.item, one.count) for one in findings_in(space, journey)}
        assert here == {
            (one.code, one.item, one.count)
            for one in whole
            if one.document == f"journeys/{id}" and one.level != "not-measured"
        }


def test_an_edit_reads_one_document_again(space: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from polku.formats import texts
    from polku.studio.reading import workspace_of

    before = workspace_of(space)
    read: list[str] = []
    real = texts.read_document

    def reading(text: str, model: Any, *, document: str) -> Any:
        read.append(document)
        return real(text, model, document=document)

    monkeypatch.setattr(texts, "read_document", reading)
    changed(space, "steps/read-guide/does", "Reads on and on")
    after = workspace_of(space)
    assert set(read) == {f"journeys/{JOURNEY}"}
    assert after.journeys[JOURNEY] != before.journeys[JOURNEY]
    assert all(after.roles[id] is before.roles[id] for id in before.roles)


def test_what_was_taken_back_before_it_was_done_is_shown_nowhere(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    from polku.errors import DocumentError
    from polku.studio.reading import workspace_seen
    from polku.studio.store import Author, Operation
    from polku.studio.together import edit_together

    document = f"journeys/{JOURNEY}"
    steps = [
        Operation("set", document, "steps/read-guide/does", "Never written"),
        Operation("remove", document, "steps/is-not-there"),
    ]
    number = space.revision
    with pytest.raises(DocumentError):
        edit_together(space, steps, seen=None, author=Author(owner))
    assert space.revision == number
    assert workspace_seen(space).journeys[JOURNEY].step("read-guide").does != "Never written"  # type: ignore[union-attr]
    changed(space, "steps/read-guide/does", "Written")
    html = client(owner).get(there(space, f"journeys/{JOURNEY}/")).content.decode()
    assert "Written" in html and "Never written" not in html


def test_long_work_is_told_to_be_behind_until_it_is_done_anew(
    space: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from polku.studio import kept
    from polku.studio.reading import workspace_seen

    monkeypatch.setattr(kept, "LONG", 0.0)
    monkeypatch.setattr(kept, "RESTS", 0.0)

    def feels() -> Any:
        time.sleep(0.05)
        return workspace_seen(space).journeys[JOURNEY].step("read-guide").feels  # type: ignore[union-attr]

    first = kept.lately(space, "feels", feels)
    assert first == kept.Lately(first.answer, False)
    changed(space, "steps/read-guide/feels", -2 if first.answer != -2 else 2)
    second = kept.lately(space, "feels", feels)
    assert second == kept.Lately(first.answer, True), "the answer of before says that it is of before"
    for _ in range(100):
        third = kept.lately(space, "feels", feels)
        if not third.behind:
            break
        time.sleep(0.05)
    assert third == replace(second, answer=-2 if first.answer != -2 else 2, behind=False)


def test_a_page_that_must_count_says_so_at_once_and_looks_again(
    measured_space: Any, owner: Any, client: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from polku.studio import account_list, kept

    real, counted = account_list.accounts, []

    def slow(*given: Any, **more: Any) -> Any:
        counted.append(given)
        time.sleep(0.3)
        return real(*given, **more)

    monkeypatch.setattr(account_list, "accounts", slow)
    monkeypatch.setattr(kept, "PATIENCE", 0.05)
    browser = client(owner)
    answer = browser.get(there(measured_space, "accounts/"))
    assert answer.status_code == 200 and answer["Refresh"] == "1" and "<progress" in answer.content.decode()
    monkeypatch.setattr(kept, "PATIENCE", 30.0)
    answer = browser.get(there(measured_space, "accounts/"))
    assert "Refresh" not in answer and "account-list" in answer.content.decode()
    assert len(counted) == 1, "it was counted once for both"
