"""As it is beside as it is to be; what was hoped becomes what is only with a measure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def hoped(browser: Any, space: Any) -> str:
    """A copy to be, in which the support call feels better; its id."""
    from polku.studio.store import Author, Operation, edit, workspace_of

    browser.post(f"/w/{space.slug}/journeys/new-machine/copy/", {"state": "to-be"})
    (id,) = [one.id for one in workspace_of(space).journeys.values() if one.state == "to-be"]
    edit(
        space,
        Operation("set", f"journeys/{id}", "steps/call-support/feels", 0),
        seen=None,
        author=Author(guest="t"),
    )
    return id


def test_without_a_to_be_the_page_offers_a_copy(space: Any, owner: Any, client: Callable[..., Any]) -> None:
    page = client(owner).get(f"/w/{space.slug}/compare/new-machine/")
    assert page.status_code == 200 and "Copy the as-is" in page.content.decode()
    assert client(owner).get(f"/w/{space.slug}/compare/nothing/").status_code == 404


def test_both_are_drawn_with_what_changes(space: Any, owner: Any, client: Callable[..., Any]) -> None:
    browser = client(owner)
    id = hoped(browser, space)
    for journey in ("new-machine", id):
        for view in ("matrix", "path", "wheel"):
            page = browser.get(f"/w/{space.slug}/compare/{journey}/", {"view": view}).content.decode()
            assert "<svg" in page and "1 step better" in page, (journey, view)


def test_taking_over_needs_a_measure_and_keeps_the_old_by_name(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    from polku.studio.models import Comment, NamedVersion
    from polku.studio.store import texts_of, workspace_of

    browser = client(owner)
    id, before = hoped(browser, space), texts_of(space)["journeys/new-machine"]
    address = f"/w/{space.slug}/compare/{id}/take-over/"
    assert browser.post(address, {"measured": ""}).status_code == 422
    assert texts_of(space)["journeys/new-machine"] == before
    assert browser.post(address, {"measured": "78 % answered in August"}).status_code == 302
    journey = workspace_of(space).journeys["new-machine"]
    assert journey.state == "as-is" and journey.improves is None
    assert next(one.feels for one in journey.steps if one.id == "call-support") == 0
    assert NamedVersion.objects.get().text == before
    assert Comment.objects.get().text == "78 % answered in August"


def test_the_workspace_keeps_its_letters_but_for_what_changes(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    from polku.studio.store import texts_of

    browser, before = client(owner), texts_of(space)["polku"]
    form = {"name": "Hoppebold A/S", "language": "da", "zone": "Europe/Copenhagen", "currency": "sek"}
    assert browser.post(f"/w/{space.slug}/workspace/", form).status_code == 302
    after = texts_of(space)["polku"]
    assert "currency: SEK" in after and before.count("\n") == after.count("\n")
    assert browser.post(f"/w/{space.slug}/workspace/", {**form, "zone": "Mars"}).status_code == 422


def test_a_workspace_is_removed_by_its_name_only(space: Any, owner: Any, client: Callable[..., Any]) -> None:
    browser = client(owner)
    assert browser.post(f"/w/{space.slug}/workspace/remove/", {"name": "no"}).status_code == 422
    assert browser.get(f"/w/{space.slug}/").status_code == 200
    browser.post(f"/w/{space.slug}/workspace/remove/", {"name": "Hoppebold A/S"})
    assert browser.get(f"/w/{space.slug}/").status_code == 404
