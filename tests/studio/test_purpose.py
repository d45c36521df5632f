"""The workspace's purpose: all that polku.yaml says of it, edited in the browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

HTMX = {"HX-Request": "true"}


def field(space: Any, kind: str, id: str) -> str:
    return f"/w/{space.slug}/lists/{kind}/{id}/field/"


def test_the_page_shows_all_that_the_purpose_holds(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    page = client(owner).get(f"/w/{space.slug}/purpose/").content.decode()
    for words in ("lost to a cheaper competitor", "Win machine renewals back", "Sales director", "Board"):
        assert words in page
    assert "61% → 75% by 30 June 2027" in page and "Large toy makers" in page
    assert "at least 250 employees · 24 companies" in page


def test_each_field_of_the_purpose_is_saved_in_its_place(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    from polku.studio.store import workspace_of

    browser = client(owner)
    for name, value in (
        ("why", "New words"),
        ("sponsor", "The board"),
        ("readers", ["it", "sales"]),
        ("other_readers", "Nordlift\nThe board"),
        ("use", "sales"),
    ):
        said = {"field": name, "value": value, "seen": space.revision}
        assert browser.post(field(space, "purpose", "polku"), said, headers=HTMX).status_code == 200
    purpose = workspace_of(space).settings.purpose
    assert purpose is not None and purpose.why == "New words" and purpose.sponsor == "The board"
    assert purpose.readers == ("it", "sales") and purpose.other_readers == ("Nordlift", "The board")
    assert purpose.use == ("sales",) and purpose.goals[0].target == 0.75


def test_a_purpose_grows_in_a_workspace_that_has_none(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    from polku.studio.spaces import new_space
    from polku.studio.store import workspace_of

    empty = new_space("empty", owner, texts={"polku": "name: Empty\n"})
    browser = client(owner)
    page = browser.get(f"/w/{empty.slug}/purpose/").content.decode()
    assert "No goal has a number yet" in page and "No kind of customer is named yet" in page
    said = {"field": "use", "value": "sales", "seen": empty.revision}
    assert browser.post(field(empty, "purpose", "polku"), said, headers=HTMX).status_code == 200
    assert browser.post(f"/w/{empty.slug}/purpose/goals/add/", {"name": "Win more"}).status_code == 302
    purpose = workspace_of(empty).settings.purpose
    assert purpose is not None and purpose.use == ("sales",)
    assert [(one.id, one.name) for one in purpose.goals] == [("win-more", "Win more")]


def test_a_goal_takes_percent_and_a_measure_asks_for_what_it_needs(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    from polku.studio.store import workspace_of

    browser, address = client(owner), field(space, "goals", "renewals")
    said = {"field": "now", "value": "61,5 %", "seen": space.revision}
    told = browser.post(address, said, headers=HTMX)
    assert told.status_code == 200 and "62% → 75%" in told.content.decode()
    said = {"field": "measure/kind", "value": "time", "seen": space.revision}
    page = browser.post(address, said, headers=HTMX).content.decode()
    assert 'hx-swap-oob="outerMorph"' in page and 'name="field" value="measure/from"' in page
    goal = workspace_of(space).settings.purpose.goals[0]  # type: ignore[union-attr]
    assert goal.now == 0.615 and goal.measure is not None and goal.measure.kind == "time"
    browser.post(address, {"field": "measure/kind", "value": ""}, headers=HTMX)
    assert workspace_of(space).settings.purpose.goals[0].measure is None  # type: ignore[union-attr]


def test_a_goal_that_was_taken_away_comes_back(space: Any, owner: Any, client: Callable[..., Any]) -> None:
    from polku.studio.store import workspace_of

    browser = client(owner)
    answer = browser.post(f"/w/{space.slug}/purpose/goals/renewals/remove/", {"seen": space.revision})
    assert workspace_of(space).settings.purpose.goals == ()  # type: ignore[union-attr]
    number = answer["Location"].partition("done=")[2]
    assert "take-back" in browser.get(answer["Location"]).content.decode()
    browser.post(f"/w/{space.slug}/take-back/", {"change": number, "back": f"/w/{space.slug}/purpose/"})
    assert [one.id for one in workspace_of(space).settings.purpose.goals] == ["renewals"]  # type: ignore[union-attr]
    assert browser.post(f"/w/{space.slug}/purpose/goals/nobody/remove/").status_code == 404
    assert browser.post(f"/w/{space.slug}/lists/goals/renewals/rename/", {"new": "x"}).status_code == 404


def test_home_the_first_run_and_the_finding_lead_to_the_purpose(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    from polku.studio.places import of_document

    browser, address = client(owner), f"/w/{space.slug}/purpose/"
    for place in ("", "start/purpose/", "workspace/"):
        assert f'href="{address}"' in browser.get(f"/w/{space.slug}/{place}").content.decode()
    assert of_document(space, "polku", "purpose") == address
