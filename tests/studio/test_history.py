"""The history tells each change in words; one is taken back, a version restored, a comment kept."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

JOURNEY = "journeys/new-machine"


def changed(space: Any, person: Any, path: str, value: Any) -> Any:
    from polku.studio.store import Author, Operation, edit

    return edit(space, Operation("set", JOURNEY, path, value), seen=None, author=Author(person))


def feels(space: Any, step: str) -> Any:
    from polku.studio.store import workspace_of

    return next(one.feels for one in workspace_of(space).journeys["new-machine"].steps if one.id == step)


def test_a_change_is_told_with_who_what_and_both_values(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    changed(space, owner, "steps/sign/feels", -1)
    page = client(owner).get(f"/w/{space.slug}/history/of/{JOURNEY}/").content.decode()
    assert "Owner" in page and "− 1" in page and "+ −1" in page and "Signs" in page


def test_what_was_made_is_told_with_its_kind(space: Any, owner: Any, client: Callable[..., Any]) -> None:
    page = client(owner).get(f"/w/{space.slug}/history/").content.decode()
    assert "Source webshop-orders" in page and "Sprint 2026-w47" in page


def test_one_change_is_taken_back_and_what_came_later_stays(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    first = changed(space, owner, "steps/sign/feels", -1)
    changed(space, owner, "steps/call-support/feels", 0)
    answer = client(owner).post(f"/w/{space.slug}/history/back/{first.number}/")
    assert answer.status_code == 302
    assert feels(space, "sign") == 1 and feels(space, "call-support") == 0


def test_taking_back_what_was_changed_again_is_refused_with_both_values(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    first = changed(space, owner, "steps/sign/feels", -1)
    changed(space, owner, "steps/sign/feels", 2)
    answer = client(owner).post(f"/w/{space.slug}/history/back/{first.number}/")
    assert answer.status_code == 409 and feels(space, "sign") == 2


def test_a_named_version_is_drawn_beside_what_is_now_and_restored(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    from polku.studio.models import NamedVersion
    from polku.studio.store import texts_of

    browser, before = client(owner), texts_of(space)[JOURNEY]
    browser.post(f"/w/{space.slug}/history/name/{JOURNEY}/", {"name": "Before the workshop"})
    changed(space, owner, "steps/sign/feels", -2)
    version = NamedVersion.objects.get()
    page = browser.get(f"/w/{space.slug}/history/version/{version.pk}/").content.decode()
    assert "<svg" in page and "steps/sign/feels" in page
    assert browser.post(f"/w/{space.slug}/history/version/{version.pk}/restore/").status_code == 302
    assert texts_of(space)[JOURNEY] == before


def test_comments_stay_with_their_step_when_it_moves_and_are_escaped(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    from polku.studio.store import Author, Operation, edit

    browser, address = client(owner), f"/w/{space.slug}/comments/of/{JOURNEY}/"
    browser.post(address, {"path": "steps/sign", "text": "Who signs <b>here</b>?"})
    edit(space, Operation("move", JOURNEY, "steps/sign", place=1), seen=None, author=Author(owner))
    page = browser.get(address, {"path": "steps/sign"}).content.decode()
    assert "&lt;b&gt;here" in page
    assert browser.post(address, {"path": "steps/sign", "text": " "}).status_code == 422
    assert "Who signs" not in browser.get(address, {"path": "steps/run"}).content.decode()


def test_the_live_stream_tells_changes_after_the_one_seen(space: Any, owner: Any) -> None:
    from polku.studio.pages.live import _after

    seen = space.revision
    changed(space, owner, "steps/sign/feels", -1)
    changed(space, owner, "steps/sign/feels", 2)
    told = _after(space.pk, owner.pk, seen)
    assert [number for number, _ in told] == [seen + 1, seen + 2]
    assert told[0][1]["path"] == "steps/sign/feels" and told[0][1]["who"] == "Owner"
    # Who made them is not told of another person editing, in whatever window; guests are nobody.
    mine = [_after(space.pk, reader, seen)[0][1]["mine"] for reader in (owner.pk, owner.pk + 1, 0)]
    assert mine == [True, False, False]


def test_a_stream_hands_on_what_somebody_writes_while_it_is_open(studio: Any) -> None:
    """With connections of their own, as in the server; cleared up by hand, for no transaction holds it."""
    from asgiref.sync import sync_to_async

    from polku.studio.models import Person, Space
    from polku.studio.pages.live import _stream
    from polku.studio.store import Author, Operation, edit

    def begin() -> Any:
        from polku.studio.spaces import new_space

        person = Person.objects.create_user("live@example.com", "a long pass phrase", name="Live")
        texts = {"polku": "name: Live\n", "journeys/a": "id: a\nsteps:\n  - id: one\n    does: waits\n"}
        return person, new_space("live", person, texts=texts)

    def write(space: Any, person: Any) -> None:
        edit(space, Operation("set", "journeys/a", "steps/one/feels", 1), seen=None, author=Author(person))

    def end(person: Any) -> None:
        Space.objects.filter(slug="live").delete()
        person.delete()

    async def run() -> dict[str, Any]:
        person, space = await sync_to_async(begin)()
        try:
            stream = _stream(space.pk, person.pk, space.revision)
            assert (await anext(stream)).startswith(b"retry")
            waiting = asyncio.ensure_future(anext(stream))
            await asyncio.sleep(0.1)
            await sync_to_async(write)(space, person)
            block = (await asyncio.wait_for(waiting, 5)).decode()
            await stream.aclose()
            return dict(json.loads(block.split("data: ")[1]))
        finally:
            await sync_to_async(end)(person)

    told = asyncio.run(run())
    assert told["path"] == "steps/one/feels" and told["who"] == "Live"
