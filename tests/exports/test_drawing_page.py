"""A drawing as a page: it loads nothing, and the keyboard reaches every part in order."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from polku.diagrams.matrix.matrix import draw_matrix
from polku.exports.drawing_page import drawing_page
from polku.formats import read_workspace
from polku.scene import Scene

EXAMPLE = Path(__file__).parents[2] / "examples" / "hoppebold"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def scene() -> Scene:
    workspace = read_workspace(EXAMPLE)
    return draw_matrix(workspace, workspace.journeys["new-machine"], today=dt.date(2026, 11, 18))


def test_the_page_loads_nothing(scene: Scene) -> None:
    page = drawing_page(scene)

    assert re.findall(r"(?:src|href)=\"(?!#|data:)[^\"]*\"|url\((?!data:|#)[^)]*\)|@import", page) == []
    assert "default-src 'none'" in page


def test_only_one_part_is_a_tab_stop_and_all_can_be_reached(scene: Scene) -> None:
    page = drawing_page(scene)

    assert len(re.findall(r'<g [^>]*tabindex="0"', page)) == 1
    assert len(re.findall(r'<g [^>]*tabindex="-1"', page)) >= 15


def test_the_arrows_walk_through_all_steps_and_t_opens_the_table(
    scene: Scene, chromium: str, tmp_path: Path
) -> None:
    from playwright.sync_api import sync_playwright

    file = tmp_path / "map.html"
    file.write_text(drawing_page(scene), encoding="utf-8")
    with sync_playwright() as run:
        browser = run.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page()
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on(
            "request", lambda request: problems.append(request.url) if "file:" not in request.url else None
        )
        page.goto(file.as_uri())
        page.keyboard.press("Tab")
        # The scrolling frame may take the first stop.
        if page.evaluate("document.activeElement.tagName") != "g":
            page.keyboard.press("Tab")
        heard = []
        for _ in range(16):
            heard.append(page.evaluate("document.activeElement.getAttribute('aria-label')"))
            page.keyboard.press("ArrowRight")
        shown = page.inner_text("#part")
        page.keyboard.press("t")
        opened = page.evaluate("document.getElementById('table').open")
        browser.close()

    assert problems == []
    assert [words.split(",")[0] for words in heard] == [f"Step {n} of 16" for n in range(1, 17)]
    assert shown.startswith("Step 1 of 16")
    assert opened
