"""Rules for events in the drawer and on a touchpoint's page: what each fits, and who has it first."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

HTMX = {"HX-Request": "true"}
CALL = {"was-activity": "Call*", "was-source": "crm", "was-channel": ""}


def plain(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.fixture
def rules(measured_space: Any, owner: Any, client: Callable[..., Any]) -> tuple[Any, str, Any]:
    """A browser, the address before an owner's rules, and the workspace."""
    return client(owner), f"/w/{measured_space.slug}/", measured_space


def test_each_rule_says_how_many_events_it_fits(rules: tuple[Any, str, Any]) -> None:
    browser, base, _ = rules
    page = plain(browser.get(f"{base}rules/support/", headers=HTMX))
    assert re.search(r"\d+ events of \d+ accounts fit", page)
    beside = plain(browser.get(f"{base}journeys/new-machine/rules/call-support/", headers=HTMX))
    assert "Events of the touchpoint “Support call”" in beside and "Events of this step alone" in beside


def test_a_rule_is_looked_at_before_it_is_written(rules: tuple[Any, str, Any]) -> None:
    browser, base, space = rules
    from polku.studio.store import workspace_of

    before = workspace_of(space).touchpoints["renewal"].events
    page = plain(browser.get(f"{base}rules/renewal/", {"activity": "Call*", "source": "crm"}, headers=HTMX))
    assert "go to “First call” first, by its rule “Call*”" in page
    also = plain(
        browser.get(f"{base}journeys/new-machine/rules/call-support/", {"activity": "Call*"}, headers=HTMX)
    )
    assert "are “First call” as well" in also
    none = plain(browser.get(f"{base}rules/renewal/", {"activity": "Nobody does this"}, headers=HTMX))
    assert "no event of the data fits" in none
    assert workspace_of(space).touchpoints["renewal"].events == before


def test_rules_of_touchpoints_come_change_and_go(rules: tuple[Any, str, Any]) -> None:
    from polku.studio.store import workspace_of

    browser, base, space = rules
    there = f"{base}rules/call/"

    def events() -> list[tuple[str | None, str | None]]:
        return [(one.source, one.activity) for one in workspace_of(space).touchpoints["call"].events]

    browser.post(there, {"activity": "Phone: *", "source": "support"}, headers=HTMX)
    assert events() == [("crm", "Call*"), ("support", "Phone: *")]
    browser.post(there, {**CALL, "place": "1", "activity": "Call: *", "source": ""}, headers=HTMX)
    assert events() == [(None, "Call: *"), ("support", "Phone: *")]
    late = browser.post(there, {**CALL, "place": "1", "activity": "x"}, headers=HTMX)
    assert late.status_code == 422 and "meanwhile" in plain(late)
    said = {"was-activity": "Phone: *", "was-source": "support", "was-channel": "", "place": "2"}
    browser.post(there, {**said, "do": "remove"}, headers=HTMX)
    assert events() == [(None, "Call: *")]


def test_a_rule_that_would_take_every_event_is_refused(rules: tuple[Any, str, Any]) -> None:
    browser, base, _ = rules
    answer = browser.post(f"{base}rules/call/", {"activity": "**", "source": ""}, headers=HTMX)
    assert answer.status_code == 422 and 'role="alert"' in answer.content.decode()
    assert browser.post(f"{base}rules/call/", {**CALL, "place": "9", "do": "remove"}).status_code == 422
    assert browser.get(f"{base}rules/nobody/").status_code == 404
    assert browser.get(f"{base}journeys/new-machine/rules/nobody/").status_code == 404


def test_a_step_has_rules_of_its_own(space: Any, owner: Any, client: Callable[..., Any]) -> None:
    from polku.studio.store import workspace_of

    there = f"/w/{space.slug}/journeys/new-machine/rules/call-support/"
    answer = client(owner).post(there, {"activity": "Ticket: night*"}, headers=HTMX)
    assert "No data is loaded yet" in plain(answer)
    step = workspace_of(space).journeys["new-machine"].step("call-support")
    assert [one.activity for one in step.events] == ["Ticket: night*"]  # type: ignore[union-attr]


def test_readers_see_rules_and_change_none(
    space: Any, person: Callable[..., Any], client: Callable[..., Any]
) -> None:
    reader = client(person("reader", right="viewer", space=space))
    there = f"/w/{space.slug}/rules/call/"
    assert "<form" not in reader.get(there, headers=HTMX).content.decode()
    assert reader.post(there, {"activity": "x"}, headers=HTMX).status_code == 404
