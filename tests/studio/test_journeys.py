"""The list of journeys: new ones, copies, pasted ones; what was deleted comes back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

CELLS = "Stage\tRole\tAction\tTouchpoint\tFeeling\nUse\tOle\tCleans the nozzle\tSupport call\t-1\nFarewell\tKaisa\tSells the machine on\tSecond-hand fair\t1\n"


def journeys_of(space: Any) -> Any:
    from polku.studio.store import workspace_of

    return workspace_of(space).journeys


def test_a_journey_begins_with_stages_or_with_nothing(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    browser = client(owner)
    answer = browser.post(f"/w/{space.slug}/new-journey/", {"name": "Huoltosopimus", "way": "buying"})
    assert answer.status_code == 302 and answer["Location"].endswith("/journeys/huoltosopimus/")
    assert len(journeys_of(space)["huoltosopimus"].stages) == 5
    assert browser.get(answer["Location"]).status_code == 200
    answer = browser.post(f"/w/{space.slug}/new-journey/", {"name": "Huoltosopimus", "way": "blank"})
    assert answer["Location"].endswith("/journeys/huoltosopimus-2/")
    page = browser.get(answer["Location"])
    assert page.status_code == 200 and 'class="empty"' in page.content.decode()


def test_pasted_cells_are_shown_before_they_are_taken_in(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    from polku.studio.store import workspace_of

    browser, path = client(owner), f"/w/{space.slug}/journeys/new-machine/paste/"
    revision, before = space.revision, len(journeys_of(space)["new-machine"].steps)
    text = browser.post(path, {"cells": CELLS}).content.decode()
    assert "Cleans the nozzle" in text and "Kaisa" in text
    space.refresh_from_db()
    assert space.revision == revision, "looking writes nothing"
    assert browser.post(path, {"cells": CELLS, "sure": "1"}).status_code == 302
    workspace = workspace_of(space)
    journey = workspace.journeys["new-machine"]
    assert len(journey.steps) == before + 2
    first, second = journey.steps[-2:]
    assert (first.stage, first.role, first.touchpoint) == ("use", "ole", "support"), (
        "what is known is not added again"
    )
    assert workspace.roles[second.role].name == "Kaisa" and journey.stage(second.stage).label == "Farewell"
    assert workspace.touchpoints[second.touchpoint].name == "Second-hand fair"


def test_pasted_cells_become_a_new_journey(space: Any, owner: Any, client: Callable[..., Any]) -> None:
    said = {"name": "From the sheet", "way": "cells", "cells": CELLS, "sure": "1"}
    answer = client(owner).post(f"/w/{space.slug}/new-journey/", said)
    assert answer.status_code == 302
    journey = journeys_of(space)["from-the-sheet"]
    assert [step.does for step in journey.steps] == ["Cleans the nozzle", "Sells the machine on"]


def test_cells_that_say_nothing_are_refused_in_words(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    browser = client(owner)
    for cells in ("hello", "", "\x00\x01", "a,b\n1,2", "=cmd|x" * 10):
        for path in ("new-journey/", "journeys/new-machine/paste/"):
            answer = browser.post(f"/w/{space.slug}/{path}", {"way": "cells", "cells": cells, "sure": "1"})
            assert answer.status_code == 422 and "refused" in answer.content.decode(), (path, cells)
            assert "/tmp" not in answer.content.decode()


def test_a_copy_becomes_the_journey_that_is_to_be(space: Any, owner: Any, client: Callable[..., Any]) -> None:
    browser = client(owner)
    browser.post(f"/w/{space.slug}/journeys/new-machine/copy/", {"state": "to-be"})
    made = [one for one in journeys_of(space).values() if one.improves == "new-machine"]
    assert len(made) == 1 and made[0].state == "to-be" and made[0].validated is None
    text = browser.get(f"/w/{space.slug}/journeys/?state=to-be").content.decode()
    assert made[0].label in text and text.count('<li class="card') == 1


def test_a_deleted_journey_comes_back_letter_by_letter(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    from polku.studio.store import texts_of

    browser, before = client(owner), texts_of(space)["journeys/new-machine"]
    answer = browser.post(f"/w/{space.slug}/journeys/new-machine/delete/")
    assert "new-machine" not in journeys_of(space)
    text = browser.get(answer["Location"]).content.decode()
    number = answer["Location"].rpartition("=")[2]
    assert f"/journey-back/{number}/" in text
    browser.post(f"/w/{space.slug}/journey-back/{number}/")
    assert texts_of(space)["journeys/new-machine"] == before
    assert browser.post(f"/w/{space.slug}/journey-back/1/").status_code == 404


def test_the_list_is_empty_in_words(owner: Any, client: Callable[..., Any]) -> None:
    from polku.studio.spaces import new_space

    empty = new_space("empty", owner, texts={"polku": "name: Empty Ltd\n"})
    text = client(owner).get(f"/w/{empty.slug}/journeys/").content.decode()
    assert f"/w/{empty.slug}/new-journey/" in text
