"""The editor in a browser: by keyboard, by mouse, by two people at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

EDITOR = "/w/hoppebold/journeys/new-machine/"


def saved(page: Any) -> None:
    """Wait until the last edit is in."""
    page.wait_for_selector("#editor:not([data-writing])")


def test_a_step_is_added_felt_and_taken_back_by_keyboard_alone(browse: Callable[..., Any]) -> None:
    page = browse("owner", f"{EDITOR}?step=call-support")
    page.locator("#c-step-call-support").focus()
    page.keyboard.press("n")
    page.keyboard.type("Writes a review")
    page.keyboard.press("Enter")
    page.wait_for_selector("#c-step-writes-a-review.selected")
    page.wait_for_selector("#drawer[data-step=writes-a-review]")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.wait_for_selector(".feels [data-value='1'][aria-pressed=true]")
    saved(page)
    page.wait_for_selector("#c-step-writes-a-review[aria-label*='Step 15 of 17, Use.'][aria-label*='+1']")
    page.keyboard.press("Control+z")
    page.wait_for_selector(".feels:not(:has([aria-pressed=true]))")
    page.keyboard.press("Control+z")
    page.wait_for_selector("#c-step-writes-a-review", state="detached")
    page.keyboard.press("Control+Shift+z")
    page.wait_for_selector("#c-step-writes-a-review")
    saved(page)
    page.keyboard.press("Control+z")
    page.wait_for_selector("#c-step-writes-a-review", state="detached")
    assert page.complaints == []


def test_switching_views_keeps_the_step(browse: Callable[..., Any]) -> None:
    page = browse("owner", f"{EDITOR}?step=get-offer")
    for key, view in (("3", "path"), ("5", "wheel"), ("9", "blueprint"), ("1", "matrix")):
        page.locator("#content").focus()
        page.keyboard.press(key)
        page.wait_for_selector(f"#canvas[data-view={view}]")
        assert page.locator("#c-step-get-offer").get_attribute("class").split()[-1] == "selected"
        assert page.locator("#drawer").get_attribute("data-step") == "get-offer"
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("#drawer[data-step=negotiate]")
    page.keyboard.press("t")
    page.wait_for_selector("#canvas table")
    assert "step=negotiate" in page.url and "table=1" in page.url
    assert page.complaints == []


def test_a_feeling_is_dragged_on_the_curve(browse: Callable[..., Any]) -> None:
    page = browse("owner", f"{EDITOR}?step=call-support")
    step = page.locator("#canvas").get_attribute("data-order").split(",")[-1]
    page.locator("#c-step-call-support").focus()
    page.keyboard.press("End")
    page.wait_for_selector(f"#drawer[data-step={step}]")
    hold = page.locator(f"#c-feel-{step} > circle").bounding_box()
    reach = page.locator(f"#c-reach-{step} rect").bounding_box()
    page.mouse.move(hold["x"] + hold["width"] / 2, hold["y"] + hold["height"] / 2)
    page.mouse.down()
    page.mouse.move(hold["x"] + 20, reach["y"] + reach["height"] / 2, steps=4)
    page.mouse.move(hold["x"] + 20, reach["y"] + 2, steps=4)
    page.mouse.up()
    page.wait_for_selector(".feels [data-value='2'][aria-pressed=true]")
    saved(page)
    page.keyboard.press("Control+z")
    page.wait_for_selector(".feels [data-value='0'][aria-pressed=true]")
    assert page.complaints == []


def test_a_card_is_dragged_to_another_place(browse: Callable[..., Any]) -> None:
    page = browse("owner", f"{EDITOR}?step=call-support")
    card = page.locator("#c-step-call-support .chosen rect").first.bounding_box()
    first = page.locator(".column").first.bounding_box()
    before = page.locator("#canvas").get_attribute("data-order").split(",")
    page.mouse.move(card["x"] + 30, card["y"] + 60)
    page.mouse.down()
    page.mouse.move(card["x"] - 40, card["y"] + 60, steps=5)
    page.mouse.move(first["x"] + 10, card["y"] + 60, steps=5)
    page.mouse.up()
    page.wait_for_function(
        "before => document.getElementById('canvas').dataset.order !== before", arg=",".join(before)
    )
    after = page.locator("#canvas").get_attribute("data-order").split(",")
    assert sorted(after) == sorted(before) and after.index("call-support") < before.index("call-support")
    page.keyboard.press("Control+z")
    page.wait_for_function(
        "before => document.getElementById('canvas').dataset.order === before", arg=",".join(before)
    )
    assert page.complaints == []


def test_words_are_edited_on_the_card(browse: Callable[..., Any]) -> None:
    page = browse("owner", f"{EDITOR}?step=call-support")
    page.locator("#c-step-call-support").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("Calls the hotline")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('.title textarea').value === 'Calls the hotline'")
    page.keyboard.press("Control+z")
    page.wait_for_function("() => document.querySelector('.title textarea').value !== 'Calls the hotline'")
    assert page.complaints == []


def test_two_people_in_one_map_lose_nothing(browse: Callable[..., Any]) -> None:
    one = browse("owner", f"{EDITOR}?step=sign")
    two = browse("second", f"{EDITOR}?step=sign")
    two.locator("#f-steps-sign-thinks").fill("Finally")
    one.locator("#f-steps-sign-expects").fill("A date")
    one.locator("#f-steps-sign-expects").press("Enter")
    two.wait_for_function("() => document.getElementById('f-steps-sign-expects').value === 'A date'")
    assert two.locator("#f-steps-sign-thinks").input_value() == "Finally", "what is being typed stays"
    one.locator("#f-steps-sign-thinks").fill("At last")
    one.locator("#f-steps-sign-thinks").press("Enter")
    saved(one)
    two.locator("#f-steps-sign-thinks").press("Enter")
    two.wait_for_selector("dialog#conflict[open]")
    both = two.locator(".both").inner_text()
    assert "At last" in both and "Finally" in both
    two.locator("[data-mine]").click()
    one.wait_for_function("() => document.getElementById('f-steps-sign-thinks').value === 'Finally'")
    for page in (one, two):
        assert [said for said in page.complaints if "409" not in said] == []


def test_the_step_that_takes_the_place_of_a_deleted_one_comes_into_the_hand(
    browse: Callable[..., Any],
) -> None:
    page = browse("owner", f"{EDITOR}?step=sign")
    page.wait_for_load_state()
    page.locator("#c-step-sign").focus()
    page.keyboard.press("d")
    page.wait_for_selector("#c-step-sign-2")
    page.goto(page.url.replace("step=sign", "step=sign-2"))
    page.wait_for_selector("#drawer[data-step=sign-2]")
    page.wait_for_load_state()
    page.locator("#c-step-sign-2").focus()
    page.keyboard.press("Delete")
    page.wait_for_selector("#c-step-sign-2", state="detached")
    # The drawer, the drawing and the address speak of the same step.
    page.wait_for_function(
        "() => { const held = document.getElementById('drawer').dataset.step;"
        " return held && held !== 'sign-2' && location.search.includes(`step=${held}`); }"
    )
    assert page.complaints == []


def test_viewers_read_and_change_nothing(browse: Callable[..., Any]) -> None:
    page = browse("viewer", f"{EDITOR}?step=sign")
    assert page.locator("#f-steps-sign-thinks").is_disabled()
    page.locator("#c-step-sign").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("n")
    page.keyboard.press("Delete")
    assert page.locator("dialog[open]").count() == 0
    assert page.locator("#c-step-sign").count() == 1
    assert page.locator("#drawer button[data-act]:not(:disabled)").count() == 0
    assert page.complaints == []


def test_a_phone_shows_a_list_and_the_fields_of_a_step(browse: Callable[..., Any]) -> None:
    page = browse("owner", EDITOR, viewport={"width": 390, "height": 844}, has_touch=True)
    assert not page.locator("#canvas").is_visible()
    page.locator(".phone [data-go-step]:visible").first.click()
    page.wait_for_selector("#drawer.up .title textarea")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.complaints == []


def test_what_is_looked_at_keeps_its_own_in_sight(browse: Callable[..., Any]) -> None:
    page = browse("owner", f"{EDITOR}?view=network&step=call-support")
    page.locator("#c-role-ole").hover()
    page.wait_for_selector("#c-role-ivan.faint")
    assert "faint" not in page.locator("#c-role-ole").get_attribute("class")
    assert "faint" not in page.locator("#c-step-call-support").get_attribute("class")
    page.locator("h1").hover()
    page.wait_for_selector("#c-role-ivan:not(.faint)")
    page.locator("#c-step-get-offer").focus()
    page.keyboard.press("3")
    page.wait_for_selector("#canvas[data-view=path]")
    page.locator("#c-step-get-offer").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("#c-step-negotiate:not(.faint)")
    page.wait_for_selector("#c-step-line-stops.faint")
    assert "faint" not in page.locator("#c-step-get-offer").get_attribute("class")
    # Ways step back one by one, each with its words.
    page.locator("#c-step-see-demo").focus()
    for id in ("way-see-demo-ask-peers", "words-way-see-demo-ask-peers"):
        page.wait_for_selector(f"#c-{id}:not(.faint)")
    for id in ("way-call-support-run", "words-way-call-support-run"):
        page.wait_for_selector(f"#c-{id}.faint")
    page.locator("#c-step-get-offer").focus()
    page.keyboard.press("Escape")
    page.wait_for_selector("#c-step-line-stops:not(.faint)")
    assert page.complaints == []


def test_every_button_of_drawing_and_drawer_does_what_it_says(browse: Callable[..., Any]) -> None:
    page = browse("owner", f"{EDITOR}?step=call-support")
    page.click(".tools [data-new-step]")
    page.wait_for_selector("#new-step[open]")
    page.keyboard.press("Escape")
    page.click(".tools [data-new-stage]")
    page.wait_for_selector("#new-stage[open]")
    page.keyboard.press("Escape")
    page.click("[data-zoom='1']")
    page.wait_for_selector("[data-zoom-now]:not(:text-is('100 %'))")
    page.click("[data-table]")
    page.wait_for_selector("#canvas table")
    page.click("[data-table]")
    page.wait_for_selector("#canvas svg #c-step-call-support")
    before = page.locator("#drawer [data-go-step]").first.get_attribute("data-go-step")
    page.locator("#drawer [data-go-step]").first.click()
    page.wait_for_selector(f"#drawer[data-step={before}]")
    page.click("#drawer [data-new-step]")
    page.wait_for_selector("#new-step[open]")
    page.keyboard.press("Escape")
    page.click("#drawer [data-close]")
    page.wait_for_selector(".work.alone")
    assert page.complaints == []


def test_a_drawer_drawn_before_a_key_does_not_take_the_key_back(browse: Callable[..., Any]) -> None:
    page = browse("owner", f"{EDITOR}?step=call-support")
    page.locator("#c-step-call-support").focus()
    page.wait_for_selector("#drawer[data-step=call-support] .feels")
    was = page.locator(".feels [aria-pressed=true]").get_attribute("data-value")
    assert was == "-2"
    felt = page.evaluate(
        """async () => {
            const script = [...document.scripts].find((one) => /\\/editor\\.[^/]*js$/.test(one.src)).src;
            const { put } = await import(script);
            const before = document.getElementById("drawer").outerHTML;
            const up = () => document.activeElement.dispatchEvent(
                new KeyboardEvent("keydown", { key: "ArrowUp", bubbles: true, cancelable: true }));
            up();
            put(before);
            up();
            return document.querySelector(".feels [aria-pressed=true]").dataset.value;
        }"""
    )
    assert felt == "0"
    saved(page)
    page.keyboard.press("Control+z")
    page.wait_for_selector(f".feels [data-value='{was}'][aria-pressed=true]")
    assert page.complaints == []


def test_who_leaves_the_page_at_once_loses_nothing(browse: Callable[..., Any]) -> None:
    page = browse("owner", f"{EDITOR}?step=negotiate")
    page.wait_for_selector("#drawer[data-step=negotiate] .feels")
    page.locator("#c-step-negotiate").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    felt = page.locator(".feels [aria-pressed=true]").get_attribute("data-value")
    page.locator("#f-steps-negotiate-thinks").fill("Is this their last price?")
    page.goto(f"{page.url.partition('/journeys/')[0]}/roles/")
    page.goto(f"{page.url.partition('/roles/')[0]}/journeys/new-machine/?step=negotiate")
    page.wait_for_selector(f"#drawer[data-step=negotiate] .feels [data-value='{felt}'][aria-pressed=true]")
    assert page.locator("#f-steps-negotiate-thinks").input_value() == "Is this their last price?"
    for _ in range(2):
        page.locator("#c-step-negotiate").focus()
        page.keyboard.press("Control+z")
        saved(page)
    assert page.locator("#f-steps-negotiate-thinks").input_value() != "Is this their last price?"
    assert page.locator(".feels [aria-pressed=true]").get_attribute("data-value") != felt
    assert page.complaints == []


def test_long_words_widen_neither_the_drawer_nor_the_list_of_a_phone(browse: Callable[..., Any]) -> None:
    long = "Tuotantopäällikkövalmennusjärjestelmänkäyttöönottosuunnitelma"
    wide = browse("owner", EDITOR)
    wide.locator(".drawer .title textarea").evaluate("(one, words) => (one.value = words)", long)
    assert wide.locator("#drawer").evaluate("(one) => one.scrollWidth - one.clientWidth") <= 0
    phone = browse("owner", EDITOR, viewport={"width": 390, "height": 844})
    phone.locator(".along strong").first.evaluate("(one, words) => (one.textContent = words)", long)
    phone.locator(".along .note").first.evaluate("(one, words) => (one.textContent = words)", long)
    phone.locator(".phone-stage .name").nth(2).evaluate("(one, words) => (one.textContent = words)", long)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
