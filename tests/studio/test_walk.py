"""The whole work in a browser, as somebody does it who writes no code: from the link on the console to the slides.

Nothing here looks for words of one language: the same walk is done in each.
"""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
WAIT = 60_000


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with its worker, as `polku studio` starts it; the link that signs its first person in."""
    import socket

    folder = tmp_path_factory.mktemp("walk")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "polku.studio", "serve", "--data", str(folder), "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "POLKU_DEBUG": "0"},
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    found = re.search(r"(http://\S+)/sign-in/link/\S+", line)
    assert found, line
    yield found.group()
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()


@pytest.fixture(scope="module")
def signed_in(server: str, chromium: str) -> Iterator[Any]:
    """A browser that took the link; `new(language)` gives a page in it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        first = browser.new_context()
        page = first.new_page()
        answer: Any = None
        for _ in range(60):
            try:
                answer = page.goto(server)
                break
            except Exception:
                time.sleep(0.25)
        assert answer is not None and answer.ok
        page.click("button.primary")
        page.wait_for_load_state()
        kept = first.storage_state()
        yield lambda language: browser.new_context(
            storage_state=kept,
            locale=language,
            accept_downloads=True,
            viewport={"width": 1440, "height": 960},
        ).new_page()
        browser.close()


def calls(folder: Path) -> Path:
    """Forty companies that call, get an offer and mostly sign."""
    file = folder / "crm-activities.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["Date", "Company", "Email", "Activity", "Channel"])
        for number in range(40):
            company, month = f"Company {number} Oy", 1 + number % 6
            who = f"ole@company{number}.example"
            writer.writerow([f"2026-0{month}-03 09:00", company, who, "Call: first", "phone"])
            writer.writerow([f"2026-0{month}-12 10:00", company, who, "Offer sent", "email"])
            if number % 4:
                writer.writerow([f"2026-0{month}-25 15:00", company, who, "Contract signed", "meeting"])
    return file


def first_journey(page: Any, home: str) -> str:
    """The address of the first journey in the list."""
    page.goto(f"{home}/journeys/")
    links = page.locator("main a").evaluate_all("all => all.map(one => one.href)")
    found = [link for link in links if re.fullmatch(rf"{home}/journeys/(?!new/)[^/?#]+/", link)]
    assert found, links
    return str(found[0])


LANGUAGES = [
    "en",
    pytest.param("fi", marks=pytest.mark.long),
    pytest.param("sv", marks=pytest.mark.long),
    pytest.param("da", marks=pytest.mark.long),
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_the_first_page_to_the_slides(
    server: str, signed_in: Any, tmp_path: Path, language: str
) -> None:
    page, base = signed_in(language), server.partition("/sign-in")[0]
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.set_default_timeout(WAIT)

    # A workspace: why, who, what they do.
    page.goto(f"{base}/new/")
    assert page.locator("html").get_attribute("lang") == language
    page.fill("input[name=name]", f"Acme {language}")
    page.click("button[value=template]")
    page.fill("textarea[name=why]", "Offers are lost to a cheaper rival")
    page.click("main button.primary")
    for name, part in (("Ole", "operator"), ("Ivan", "decision-maker")):
        page.fill("input[name=name]", name)
        page.select_option("select[name=part]", part)
        page.press("input[name=name]", "Enter")
        page.wait_for_function("n => document.querySelectorAll('main .rows li').length >= n", arg=1)
    home = page.url.partition("/start/")[0]
    page.goto(f"{home}/start/journey/")
    page.click("button[value=buying]")
    for stage, line, place, feels in (
        ("awareness", "Ole calls about the third stop this week", "First call", "-2"),
        ("consideration", "Ivan reads the offer", "Offer", "0"),
        ("decision", "Ivan signs", "Contract", "1"),
    ):
        form = page.locator(f"#new-{stage}")
        form.locator("[name=line]").fill(line)
        form.locator("[name=place]").fill(place)
        form.locator("[name=feels]").select_option(feels)
        form.locator("[name=line]").press("Enter")
        page.wait_for_selector(f"text={line.partition(' ')[2][1:]}")

    # A file: read, looked at, published by the worker.
    page.goto(f"{home}/data/")
    page.set_input_files("input[type=file][name=files]", str(calls(tmp_path)))
    page.wait_for_selector("#import-acts button.primary:not([disabled])")
    assert "110" in page.locator("main").inner_text(), "rows in are said before anything is written"
    page.click("#import-acts button.primary")
    deadline = time.monotonic() + 120
    while not page.locator("article.activity").count() and time.monotonic() < deadline:
        page.wait_for_timeout(1000)
        page.goto(f"{home}/data/match/")

    # What happened is put onto the map.
    for activity, place in (
        ("Call: first", "first-call"),
        ("Offer sent", "offer"),
        ("Contract signed", "contract"),
    ):
        page.goto(f"{home}/data/match/")
        put = page.locator(f"article.activity[data-exact='{activity}'] form.put")
        put.locator("select[name=touchpoint]").select_option(place)
        put.locator("select[name=touchpoint]").evaluate("one => one.form.requestSubmit()")
        page.click("#rule form button")
        page.wait_for_selector(".done-line")

    # The map is measured, and says how many went on.
    page.goto(f"{home}/explore/")
    # The sheet may still be counting when its page is there.
    page.wait_for_selector("#sheet:not([aria-busy])")
    assert "40" in page.locator("main").inner_text()
    page.goto(first_journey(page, home))
    page.wait_for_selector("svg [tabindex]")
    assert "40" not in (page.locator("svg desc").first.text_content() or "")
    page.keyboard.press("o")
    page.wait_for_selector("svg desc:has-text('40')", state="attached")
    page.wait_for_selector("svg text:has-text('40') >> visible=true")

    # Somebody was heard, a finding becomes an improvement.
    page.goto(f"{home}/evidence/")
    assert page.locator("h1").count() == 1
    page.goto(f"{home}/")
    page.goto(f"{home}/improve/new/")
    page.fill("input[name=name]", "Answer the first call within a day")
    page.click("main button.primary")
    page.goto(f"{home}/improve/")
    assert "Answer the first call" in page.locator("main").inner_text()

    # And all of it goes out as slides.
    page.goto(f"{home}/export/")
    page.click("button[name=form][value=pptx]")
    deck = page.locator("a[href*='made']").first
    deadline = time.monotonic() + 90
    while not deck.count() and time.monotonic() < deadline:
        page.wait_for_timeout(1000)
        page.reload()
    with page.expect_download() as fetched:
        deck.click()
    saved = tmp_path / "deck.pptx"
    fetched.value.save_as(saved)
    assert saved.read_bytes()[:2] == b"PK" and saved.stat().st_size > 20_000
    assert not complaints, complaints
    page.context.close()


def test_two_browsers_edit_one_map_and_see_each_other(server: str, signed_in: Any) -> None:
    one, other, base = signed_in("en"), signed_in("en"), server.partition("/sign-in")[0]
    one.goto(f"{base}/new/")
    one.fill("input[name=name]", "Two of us")
    one.click("button[value=template]")
    home = one.url.partition("/start/")[0]
    one.goto(f"{home}/start/journey/")
    one.click("button[value=aida]")
    form = one.locator("#new-attention")
    form.locator("[name=line]").fill("Somebody waits")
    form.locator("[name=line]").press("Enter")
    one.wait_for_selector("li:has-text('Somebody waits')")
    one.goto(first_journey(one, home) + "?step=somebody-waits")
    one.wait_for_selector("svg [tabindex]")
    other.goto(one.url)
    other.wait_for_selector("svg [tabindex]")
    other.wait_for_timeout(1500)
    # What nobody asked about becomes 0 first, then goes up; the other window follows without being touched.
    for value in ("0", "1"):
        one.keyboard.press("ArrowUp")
        for page in (one, other):
            page.wait_for_selector(f".feels [aria-pressed=true][data-value='{value}']", timeout=20_000)
    one.context.close()
    other.context.close()
