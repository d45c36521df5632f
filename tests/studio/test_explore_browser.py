"""Explore and accounts in a browser: table by key, a variant lights its way, a filter is a link, J K Enter."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def with_data(live: Any, example_data: Path) -> Iterator[None]:
    """The example of the live studio with its data, for as long as a test runs."""
    lake = live.folder / "spaces" / "1" / "lake"
    shutil.copytree(example_data / "lake", lake, dirs_exist_ok=True)
    yield
    shutil.rmtree(lake)


def test_a_marketer_explores(with_data: None, live: Any, browse: Callable[..., Any]) -> None:
    page = browse("owner", "/w/hoppebold/explore/")
    page.wait_for_selector(".drawing.as-picture svg")
    assert page.locator("nav.tabs [aria-current=page]").inner_text() == "Paths"

    page.locator(".variant").first.click()
    assert page.locator(".drawing.lit g.dim").count() > 0
    page.locator(".variant").first.click()
    assert page.locator(".drawing.lit").count() == 0

    page.get_by_role("link", name="Funnel", exact=True).click()
    page.wait_for_url("**/explore/funnel/**")
    page.wait_for_selector(".drawing.as-picture svg")
    heading = page.locator("h1").inner_text()
    page.keyboard.press("t")
    assert (
        page.locator(".as-table table").is_visible() and not page.locator(".drawing.as-picture").is_visible()
    )
    assert "view=table" in page.url

    page.locator("summary", has_text="Any segment").click()
    page.locator("select[name=segment]").select_option("large-toy-makers")
    page.locator("details[open] button.primary").click()
    page.wait_for_url("**segment=large-toy-makers**")
    page.wait_for_selector("#sheet:not([aria-busy])")
    assert page.locator("summary", has_text="Large toy makers").is_visible()
    assert "since=" not in page.url, "what is as usual does not stand in the address"
    assert (
        page.locator("h1").inner_text() != heading or page.locator(".bar-count").inner_text() != "43 rounds"
    )

    page.get_by_role("link", name="Compare with another filter").click()
    page.wait_for_selector(".letter.B")
    page.wait_for_selector("#sheet:not([aria-busy])")
    assert page.get_by_role("heading", name="A less B").is_visible()
    assert page.complaints == []


def test_a_list_is_walked_with_keys(with_data: None, live: Any, browse: Callable[..., Any]) -> None:
    page = browse("owner", "/w/hoppebold/accounts/")
    first = page.locator("tr[data-link] a").first.inner_text()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.locator("tr.here a").first.inner_text() == first
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/*/")
    assert first in page.locator("h1").inner_text()
    page.locator("#understanding summary").first.click()
    page.locator("#understanding textarea").first.fill("Runs day and night")
    page.locator("#understanding details[open] button.primary").click()
    page.wait_for_selector("#understanding >> text=Runs day and night")
    assert page.complaints == []
