"""Dragging with a finger: feelings, cards, questions, the board and activities; a finger that goes on at once scrolls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

EDITOR = "/w/hoppebold/journeys/new-machine/"


class Finger:
    """One finger on the screen, as the browser's own protocol moves it."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.wire = page.context.new_cdp_session(page)

    def _touch(self, kind: str, *at: tuple[float, float]) -> None:
        points = [{"x": x, "y": y} for x, y in at]
        self.wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def drag(self, start: tuple[float, float], end: tuple[float, float], *, rest: int = 0) -> None:
        """From one place to another; rest: ms that it lies still before it goes."""
        self._touch("touchStart", start)
        self.page.wait_for_timeout(rest)
        for part in range(1, 7):
            self._touch(
                "touchMove",
                (start[0] + (end[0] - start[0]) * part / 6, start[1] + (end[1] - start[1]) * part / 6),
            )
            self.page.wait_for_timeout(20)
        self._touch("touchEnd")


def middle(locator: Any) -> tuple[float, float]:
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def until(page: Any, expression: str) -> None:
    """Wait until something is so on the page."""
    for _ in range(60):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(100)
    raise AssertionError(expression)


@pytest.fixture
def tablet(browse: Callable[..., Any]) -> Callable[[str], Any]:
    """Opens a page on a screen that is touched."""
    return lambda path: browse("owner", path, has_touch=True)


def test_a_feeling_is_dragged_with_a_finger(tablet: Callable[[str], Any]) -> None:
    page = tablet(f"{EDITOR}?step=call-support")
    reach = page.locator("#c-reach-call-support rect").bounding_box()
    x, y = middle(page.locator("#c-feel-call-support > circle"))
    Finger(page).drag((x, y), (x, reach["y"] + 2))
    page.wait_for_selector(".feels [data-value='2'][aria-pressed=true]")
    page.wait_for_selector("#c-step-call-support[aria-label*='+2']")
    page.keyboard.press("Control+z")
    page.wait_for_selector(".feels [data-value='-2'][aria-pressed=true]")
    assert page.complaints == []


def test_a_card_is_taken_up_by_a_finger_that_rests(tablet: Callable[[str], Any]) -> None:
    page = tablet(f"{EDITOR}?step=call-support")
    before = page.locator("#canvas").get_attribute("data-order")
    after = before.split(",")[before.split(",").index("call-support") + 1]
    start = middle(page.locator("#c-step-call-support .chosen rect").first)
    to = middle(page.locator(f"#c-step-{after} .chosen rect").first)
    end = (to[0] + 30, to[1])
    Finger(page).drag(start, end)
    page.wait_for_timeout(300)
    assert page.locator("#canvas").get_attribute("data-order") == before
    Finger(page).drag(middle(page.locator("#c-step-call-support .chosen rect").first), end, rest=450)
    until(page, f"document.getElementById('canvas').dataset.order !== {before!r}")
    order = page.locator("#canvas").get_attribute("data-order").split(",")
    assert order.index(after) < order.index("call-support")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Control+z")
    until(page, f"document.getElementById('canvas').dataset.order === {before!r}")
    assert page.complaints == []


def test_questions_change_places_by_finger_and_by_keys(tablet: Callable[[str], Any]) -> None:
    page = tablet(f"{EDITOR}?about=stage-awareness")
    asked = page.locator(".questions textarea[id$=-ask]")
    first, second = asked.nth(0).input_value(), asked.nth(1).input_value()
    below = page.locator(".questions > [data-row]").nth(1).bounding_box()
    grip = middle(page.locator(".questions [data-grip]").first)
    Finger(page).drag(grip, (grip[0], below["y"] + below["height"] - 2))
    until(page, f"document.querySelector('.questions textarea').value === {second!r}")
    page.wait_for_load_state("networkidle")
    asked.nth(1).focus()
    page.keyboard.press("Alt+ArrowUp")
    until(page, f"document.querySelector('.questions textarea').value === {first!r}")
    until(page, "document.activeElement.id.endsWith('questions-1-ask')")
    assert page.complaints == []


def test_a_card_of_the_board_is_moved_with_a_finger(tablet: Callable[[str], Any]) -> None:
    page = tablet("/w/hoppebold/improve/")
    page.wait_for_selector("[data-board][data-ready]")
    card = page.locator("[data-board] article").first
    card.scroll_into_view_if_needed()
    id, cell = card.get_attribute("id"), card.locator("xpath=ancestor::td")
    status = cell.get_attribute("data-status")
    aside = cell.locator("xpath=following-sibling::td[@data-status][1]")
    start = middle(card.locator(".against").first)
    with page.expect_response(lambda answer: answer.url.endswith("/move/")) as moved:
        Finger(page).drag(start, (middle(aside)[0], start[1]), rest=400)
    assert moved.value.status == 204
    page = tablet("/w/hoppebold/improve/")
    assert page.locator(f"#{id}").locator("xpath=ancestor::td").get_attribute("data-status") != status
    assert page.complaints == []
