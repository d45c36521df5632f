"""Data in a browser: a file dropped, looked at, published, put on the map by keyboard; open to everybody."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.diagrams.axe import axe_folder, axe_script
from tests.studio.conftest import Live

AT = "/w/empty/data/"
RULES = "['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa']"
VISITS = "nr,date,activity,company\n" + "".join(
    f"e{n},{'someday' if n == 30 else f'2026-01-02 08:{n:02d}'},Webinar: less scrap,Pallo Oy\n"
    for n in range(40)
)


def work(live: Live) -> None:
    """Do the jobs that wait."""
    command = [
        "-m",
        "polku.studio",
        "django",
        "--data",
        str(live.folder),
        "db_worker",
        "--batch",
        "--interval",
        "0",
    ]
    subprocess.run(
        [sys.executable, *command, "--no-startup-delay"], env={**os.environ, "POLKU_DEBUG": "1"}, check=True
    )


@pytest.fixture(scope="session")
def axe(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What finds that a page bars people; skipped where npm cannot fetch it."""
    script = axe_script(axe_folder(request.config, tmp_path_factory))
    if script is None:
        pytest.skip("axe-core could not be fetched (needs npm and the network once)")
    return script


def barred(page: Any, axe: Path) -> list[str]:
    """What bars people from a page, and how far it scrolls sideways."""
    page.add_script_tag(path=str(axe))
    found: list[str] = page.evaluate(
        "async () => (await axe.run(document, {runOnly: " + RULES + "})).violations"
        ".map((one) => `${location.pathname} ${one.id} ${one.nodes.map((node) => node.target)}`)"
    )
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*found, *([f"{page.url} scrolls sideways by {wide}"] if wide > 0 else [])]


@pytest.mark.long
def test_a_file_becomes_a_measured_touchpoint_without_a_mouse(
    live: Live, browse: Callable[..., Any], axe: Path
) -> None:
    page = browse("owner", AT, bypass_csp=True)
    found = barred(page, axe)
    files = [{"name": "visits.csv", "mimeType": "text/csv", "buffer": VISITS.encode()}]
    page.set_input_files("input[type=file]", files)
    page.wait_for_url("**/data/import/*/")
    assert "39 of 40 rows can be used; one is rejected" in page.inner_text("h1")
    assert "someday" not in page.inner_text("tbody")
    page.keyboard.press("n")
    page.wait_for_selector("td.fault")
    assert page.inner_text("td.fault") == "someday"
    page.select_option(".becomes td:nth-of-type(1) select", "events.event_id")
    page.wait_for_selector(".names th:nth-of-type(2) .sure.mapping")
    for look in ({"width": 390, "height": 844}, {"width": 1600, "height": 1000}):
        page.set_viewport_size(look)
        found += barred(page, axe)
    page.click("#import-acts button.primary")
    page.wait_for_selector("#jobs progress")
    work(live)
    page.wait_for_selector(".history", timeout=20_000)
    assert "39 events of" in page.inner_text("h1")
    found += barred(page, axe)
    page.goto(page.url + "match/")
    page.focus(".activity")
    page.keyboard.press("m")
    assert page.evaluate("document.activeElement.name") == "touchpoint"
    page.keyboard.press("Escape")
    page.select_option(".activity select", "new")
    page.fill("#rule input[name=name]", "Webinars")
    found += barred(page, axe)
    page.click("#rule button.primary")
    page.wait_for_selector(".done-line")
    assert "Every event has its place" in page.inner_text("h1")
    assert "Webinars" in page.inner_text(".points")
    found += barred(page, axe)
    page.click(".done-line button")
    page.wait_for_selector(".activity")
    assert found == [] and page.complaints == []


def test_data_is_open_to_everybody_before_there_is_any(browse: Callable[..., Any], axe: Path) -> None:
    page = browse("owner", "/w/hoppebold/data/", bypass_csp=True, locale="fi-FI", color_scheme="dark")
    found = barred(page, axe)
    for path in ("import/", "match/"):
        page.goto(page.url.partition("/data/")[0] + "/data/" + path)
        found += barred(page, axe)
    page.goto(page.url.partition("/w/")[0] + "/mirror/")
    found += barred(page, axe)
    assert found == [] and page.complaints == []
