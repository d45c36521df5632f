"""Home, lists, evidence, improvements, plan and export in a browser: edited in place, moved by keyboard, for everybody."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.diagrams.axe import axe_folder, axe_script

AT = "/w/hoppebold"
PAGES = (
    "/",
    "/roles/",
    "/lists/touchpoints/",
    "/lists/roles/ole/",
    "/lists/words/",
    "/evidence/",
    "/evidence/?show=voice",
    "/evidence/?show=unheard",
    "/evidence/int-ole-0612/",
    "/evidence/new/",
    "/improve/",
    "/improve/night-hotline/",
    "/improve/new/?journey=new-machine&step=call-support",
    "/sprints/2026-w47/",
    "/plan/",
    "/export/",
    "/journeys/",
    "/journeys/new-machine/?step=call-support",
    "/journeys/new-machine/?about=journey&view=wheel",
    "/journeys/new-machine/?about=stage-use&table=1",
    "/journeys/new-machine/present/",
    "/new-journey/",
)
LOOKS = ("light", "dark", "phone")
RULES = "['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa']"


@pytest.fixture(scope="session")
def axe(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What finds that a page bars people; skipped where npm cannot fetch it."""
    script = axe_script(axe_folder(request.config, tmp_path_factory))
    if script is None:
        pytest.skip("axe-core could not be fetched (needs npm and the network once)")
    return script


@pytest.mark.parametrize(
    ("look", "paths"),
    [("light", PAGES[:2]), *(pytest.param(look, PAGES, marks=pytest.mark.long) for look in LOOKS)],
)
def test_every_page_is_open_to_everybody(
    browse: Callable[..., Any], axe: Path, look: str, paths: tuple[str, ...]
) -> None:
    size = {"width": 390, "height": 844} if look == "phone" else {"width": 1400, "height": 900}
    scheme, language = ("dark", "fi-FI") if look == "dark" else ("light", "en-GB")
    page = browse("owner", f"{AT}/", viewport=size, color_scheme=scheme, locale=language, bypass_csp=True)
    base = page.url.removesuffix(f"{AT}/")
    found = []
    for path in paths:
        page.goto(f"{base}{AT}{path}")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            found.append(f"{path} scrolls sideways by {wide}")
        page.add_script_tag(path=str(axe))
        found += page.evaluate(
            "async (path) => (await axe.run(document, {runOnly: " + RULES + "})).violations"
            ".map((one) => `${path} ${one.id} ${one.nodes[0].target}`)",
            path,
        )
    assert found == [] and page.complaints == []


def test_a_phone_has_five_tabs_and_all_else_in_the_last(browse: Callable[..., Any]) -> None:
    page = browse("owner", f"{AT}/plan/", viewport={"width": 390, "height": 844}, has_touch=True)
    assert page.locator(".rail a:visible").all_inner_texts() == ["Home", "Journeys", "Accounts", "Improve"]
    tabs = page.locator(".rail > ul:not(.below) a:visible, .rail .more > summary")
    assert len(set(tabs.evaluate_all("(all) => all.map((one) => one.getBoundingClientRect().top)"))) == 1
    page.click(".rail .more > summary")
    told = page.locator(".rail .below").inner_text()
    assert all(words in told for words in ("Roles", "Plan", "Data", "Export and print", "theme"))
    page.click(".rail .below .menu > summary")
    page.locator(".rail .below button", has_text="Sign out").scroll_into_view_if_needed()
    page.click(".rail .below a:has-text('Export and print')")
    page.wait_for_url("**/export/")
    assert page.complaints == []


def test_a_cell_is_edited_in_place_and_escape_leaves_it(browse: Callable[..., Any]) -> None:
    page = browse("owner", f"{AT}/lists/channels/")
    row = page.locator("tr", has_text="Peers and reviews")
    row.locator("button.cell").first.click()
    row.locator("select").select_option("owned")
    page.wait_for_selector("tr:has-text('Peers and reviews') button.cell[data-saved]")
    assert "ours" in row.inner_text()
    row.locator("button.cell").first.click()
    row.locator("select").wait_for()
    page.keyboard.press("Escape")
    row.locator("button.cell").first.wait_for()
    page.reload()
    assert "ours" in page.locator("tr", has_text="Peers and reviews").inner_text()
    assert page.complaints == []


def test_two_people_in_one_field_both_see_both_values(browse: Callable[..., Any]) -> None:
    one, other = (browse(name, f"{AT}/lists/roles/anders/") for name in ("owner", "second"))
    for page, words in ((one, "Answers for output"), (other, "Answers for people")):
        field = page.locator("#f-roles-anders-job-in")
        field.fill(words)
        field.blur()
        if page is one:
            page.wait_for_selector("#f-roles-anders-job .saved")
    refused = other.locator("#f-roles-anders-job .refused")
    refused.wait_for()
    assert "Answers for output" in refused.inner_text() and "Answers for people" in refused.inner_text()
    other.locator("#f-roles-anders-job button", has_text="Take mine").click()
    other.wait_for_selector("#f-roles-anders-job .saved")
    one.reload()
    assert one.locator("#f-roles-anders-job-in").input_value() == "Answers for people"
    assert one.complaints == []


def test_a_card_goes_to_the_next_state_with_alt_and_an_arrow(browse: Callable[..., Any]) -> None:
    page = browse("owner", f"{AT}/improve/")
    for key, status in (("Alt+ArrowRight", "doing"), ("Alt+ArrowLeft", "planned")):
        # Before its script runs, Alt and an arrow belong to the browser.
        page.wait_for_selector("[data-ready]", state="attached")
        page.locator("#card-night-hotline a").focus()
        with page.expect_navigation():
            page.keyboard.press(key)
        page.wait_for_selector(f"td[data-status={status}] #card-night-hotline")
    assert page.complaints == []


def test_a_card_is_dragged_to_another_team(browse: Callable[..., Any]) -> None:
    page = browse("owner", f"{AT}/improve/")
    page.locator("#card-night-hotline").scroll_into_view_if_needed()
    card = page.locator("#card-night-hotline .foot").first.bounding_box()
    cell = page.locator("td[data-team=marketing][data-status=planned]").bounding_box()
    page.mouse.move(card["x"] + 5, card["y"] + 5)
    page.mouse.down()
    page.mouse.move(cell["x"] + 40, cell["y"] + 30, steps=8)
    page.mouse.move(cell["x"] + 42, cell["y"] + 28)
    with page.expect_navigation():
        page.mouse.up()
    page.wait_for_selector("td[data-team=marketing] #card-night-hotline")
    assert page.complaints == []


def test_a_content_moves_a_week_with_an_arrow(browse: Callable[..., Any]) -> None:
    page = browse("owner", f"{AT}/lists/contents/downtime-guide/")
    day = page.locator("#f-contents-downtime-guide-from-in")
    day.fill("2026-11-23")
    day.blur()
    page.wait_for_selector("#f-contents-downtime-guide-from .saved")
    page.goto(page.url.partition("/lists/")[0] + "/plan/")
    page.wait_for_load_state("networkidle")
    page.locator("#content-downtime-guide a").focus()
    page.keyboard.press("ArrowRight")
    page.locator("#content-downtime-guide", has_text="30 November 2026").wait_for()
    assert page.complaints == []


def test_a_guest_of_a_workshop_sees_what_another_writes_and_keeps_words_not_sent_yet(
    browse: Callable[..., Any], live: Any
) -> None:
    page = browse("owner", "/w/hoppebold/people/")
    form = page.locator("form[action$='/people/share/']")
    form.locator("[name=kind]").select_option("workshop")
    form.locator("[name=journey]").select_option("new-machine")
    form.locator("button.primary").click()
    link = page.locator("input[readonly]").input_value()
    aino, bo = (page.context.browser.new_context().new_page() for _ in range(2))
    for guest, name in ((aino, "Aino"), (bo, "Bo")):
        guest.goto(link)
        guest.fill("[name=guest]", name)
        guest.press("[name=guest]", "Enter")
        guest.wait_for_selector("#step-call-support textarea")
    aino.fill("#step-read-guide textarea", "Half written")
    bo.fill("#step-call-support textarea", "Nobody answers at night")
    bo.click("#step-call-support button")
    aino.wait_for_selector("#notes-call-support >> text=Nobody answers at night")
    assert aino.input_value("#step-read-guide textarea") == "Half written"
    for guest in (aino, bo):
        guest.context.close()
