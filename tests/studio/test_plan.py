"""Plan: who hears what, where is silence, and when."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def test_a_role_with_a_step_and_no_content_is_a_hole_and_one_without_is_plain(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    page = client(owner).get(f"/w/{space.slug}/plan/").content.decode()
    assert page.count("Nothing to say") == page.count('class="card silent"') > 3
    assert "Downtime guide" in page and "no step, no content" in page


def test_a_content_for_a_hole_fills_it(space: Any, owner: Any, client: Callable[..., Any]) -> None:
    from polku.studio.store import workspace_of

    browser, address = client(owner), f"/w/{space.slug}/plan/"
    before = browser.get(address).content.decode().count("card silent")
    said = {
        "name": "Whom to ring at night",
        "role": "ole",
        "stage": "use",
        "owner": "service",
        "from": "2026-11-23",
    }
    assert browser.post(f"{address}new/", said).status_code == 302
    made = workspace_of(space).contents["whom-to-ring-at-night"]
    assert made.for_ == ("ole",) and made.state == "planned" and str(made.from_) == "2026-11-23"
    page = browser.get(address).content.decode()
    assert page.count("card silent") == before - 1 and 'id="content-whom-to-ring-at-night"' in page


def test_a_content_moves_by_weeks_with_both_its_days(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    from polku.studio.store import Author, undoable, workspace_of
    from polku.studio.together import undo

    browser, address = client(owner), f"/w/{space.slug}"
    for field, value in (("from", "2026-11-23"), ("to", "2026-12-04")):
        browser.post(f"{address}/lists/contents/downtime-guide/field/", {"field": field, "value": value})
    answer = browser.post(f"{address}/plan/downtime-guide/shift/", {"by": "-1"}, headers={"X-Moved": "1"})
    assert answer.status_code == 204
    content = workspace_of(space).contents["downtime-guide"]
    assert (str(content.from_), str(content.to)) == ("2026-11-16", "2026-11-27")
    last, _ = undoable(space, Author(owner))
    assert last is not None
    undo(space, last, Author(owner))
    content = workspace_of(space).contents["downtime-guide"]
    assert (str(content.from_), str(content.to)) == ("2026-11-23", "2026-12-04")
    for by in ("x", "9999", ""):
        assert browser.post(f"{address}/plan/downtime-guide/shift/", {"by": by}).status_code == 404


def test_without_a_journey_the_plan_leads_to_drawing_one(owner: Any, client: Callable[..., Any]) -> None:
    from polku.studio.spaces import new_space

    new_space("bare", owner, texts={"polku": "name: Bare\n"})
    page = client(owner).get("/w/bare/plan/").content.decode()
    assert 'href="/w/bare/new-journey/"' in page[page.index("hole-box") :]
    assert "0 improvements" not in client(owner).get("/w/bare/improve/").content.decode()
