"""Pains, gains, acts and lines put in another order: taken back by undo, and never the wrong one moved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

JOURNEY = "journeys/new-machine"
EDIT = f"/w/hoppebold/{JOURNEY}/edit/"
HTMX = {"HX-Request": "true"}


def filled(space: Any, name: str) -> list[str]:
    """A list of a step with three members; their words."""
    from polku.studio.store import Author, Operation, edit

    for words in ("first", "second", "third"):
        edit(
            space,
            Operation("add", JOURNEY, f"steps/sign/{name}", words),
            seen=None,
            author=Author(guest="before"),
        )
    return listed(space, name)


def listed(space: Any, name: str) -> list[str]:
    from polku.studio.store import workspace_of

    step = workspace_of(space).journeys["new-machine"].step("sign")
    return [one.says if name in ("pains", "gains") else one.does for one in getattr(step, name)]


@pytest.mark.parametrize("name", ["pains", "gains", "front", "back"])
def test_members_of_a_step_change_places_and_undo_brings_them_back(
    space: Any, owner: Any, client: Callable[..., Any], name: str
) -> None:
    before, browser = filled(space, name), client(owner)
    main = "says" if name in ("pains", "gains") else "does"
    said = {"act": "move", "path": f"steps/sign/{name}/1/{main}", "was": before[0], "place": len(before)}
    assert browser.post(EDIT, {**said, "seen": space.revision, "key": "one"}).status_code == 200
    assert listed(space, name) == [*before[1:], before[0]]
    # Sent by somebody who saw another one there, it moves nothing.
    assert browser.post(EDIT, {**said, "seen": space.revision, "key": "two"}).status_code == 409
    assert listed(space, name) == [*before[1:], before[0]]
    browser.post(f"/w/hoppebold/{JOURNEY}/undo/", {"key": "back"})
    assert listed(space, name) == before


def test_a_drawer_offers_another_order_where_there_is_more_than_one(
    space: Any, owner: Any, person: Any, client: Callable[..., Any]
) -> None:
    address = f"/w/hoppebold/{JOURNEY}/drawer/sign/"
    assert 'data-act="move"' not in client(owner).get(address, headers=HTMX).content.decode()
    filled(space, "pains")
    page = client(owner).get(address, headers=HTMX).content.decode()
    assert 'aria-label="Move up: second"' in page and 'aria-label="Move down: second"' in page
    viewer = person("looks", right="viewer", space=space)
    assert 'data-act="move"' not in client(viewer).get(address, headers=HTMX).content.decode()


def test_an_undo_of_a_move_takes_the_moved_one_back_after_edits_elsewhere(space: Any) -> None:
    from polku.studio.store import Author, Operation, edit
    from polku.studio.together import undo

    before, author = filled(space, "pains"), Author(guest="mine")
    move = edit(space, Operation("move", JOURNEY, "steps/sign/pains/1", place=3), seen=None, author=author)
    edit(space, Operation("set", JOURNEY, "steps/sign/feels", -2), seen=None, author=Author(guest="theirs"))
    undone = undo(space, move, author)
    assert listed(space, "pains") == before
    undo(space, undone, author)
    assert listed(space, "pains") == [*before[1:3], before[0], *before[3:]]


def test_an_undo_of_a_move_is_refused_where_another_one_stands_there_now(space: Any) -> None:
    from polku.studio.store import Author, Conflict, Operation, edit
    from polku.studio.together import undo

    before, author = filled(space, "pains"), Author(guest="mine")
    move = edit(space, Operation("move", JOURNEY, "steps/sign/pains/1", place=3), seen=None, author=author)
    edit(
        space, Operation("move", JOURNEY, "steps/sign/pains/3", place=2), seen=None, author=Author(guest="t")
    )
    now = listed(space, "pains")
    with pytest.raises(Conflict):
        undo(space, move, author)
    assert listed(space, "pains") == now != before


def test_pains_of_a_role_change_places_with_what_was_written_meanwhile(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    from polku.studio.store import workspace_of

    def pains() -> list[str]:
        return [pain.says for pain in workspace_of(space).roles["ole"].pains]

    address, browser = f"/w/{space.slug}/lists/roles/ole/pain/", client(owner)
    first, second = pains()
    answer = browser.post(address, {"place": "blamed", "says": "Blamed again", "to": "2"})
    assert answer.status_code == 302 and answer["Location"].endswith("#p2")
    assert pains() == [second, "Blamed again"]
    # A pain without an id is known by its place and its words.
    said = {"place": "1", "says": "Something else", "was": first, "seen": space.revision}
    assert browser.post(address, said).status_code == 409
    assert browser.post(address, {**said, "says": second, "was": second, "to": "2"}).status_code == 302
    assert pains() == ["Blamed again", second]


def test_lines_of_a_field_stand_by_themselves_and_change_places(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    from polku.studio.store import workspace_of

    browser, address = client(owner), f"/w/{space.slug}/lists/roles/ole/field/"
    first, second = workspace_of(space).roles["ole"].needs
    page = browser.get(f"/w/{space.slug}/lists/roles/ole/").content.decode()
    assert f'aria-label="Move down: {first}"' in page
    said = {"field": "needs", "value": [first, second, "A third\nA fourth"], "seen": space.revision}
    page = browser.post(address, {**said, "move": "1 2"}, headers=HTMX).content.decode()
    assert workspace_of(space).roles["ole"].needs == (second, first, "A third", "A fourth")
    assert page.index(second) < page.index(first) and page.count("<textarea") == 5
    for nonsense in ("9 1", "1", "x y", "0 1", "²  1"):
        browser.post(address, {**said, "seen": space.revision + 9, "move": nonsense}, headers=HTMX)
        assert workspace_of(space).roles["ole"].needs == (first, second, "A third", "A fourth")
