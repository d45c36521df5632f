"""Saved filters in the filter bar: in words, chosen, kept, renamed and let go of, as polku.yaml has them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

HTMX = {"HX-Request": "true"}


@pytest.fixture
def bar(measured_space: Any, owner: Any, client: Callable[..., Any]) -> tuple[Any, str, Any]:
    """A browser, the funnel's address, and the workspace."""
    return client(owner), f"/w/{measured_space.slug}/explore/funnel/", measured_space


def page(browser: Any, address: str, **asked: str) -> str:
    return str(browser.get(address, asked, headers=HTMX).content.decode())


def test_filters_of_the_workspace_stand_as_chips_and_in_words(bar: tuple[Any, str, Any]) -> None:
    browser, address, _ = bar
    html = page(browser, address)
    assert "Lost after the offer" in html and "cases=filter%28lost-after-offer%29" in html
    assert 'title="outcome is lost and reached get-offer"' in html
    chosen = page(browser, address, cases="filter(lost-after-offer)")
    chip = re.search(r'<a class="chip" href="([^"]*)" aria-current="true"', chosen)
    assert chip is not None and "lost-after-offer" not in chip.group(1)
    assert "Save this filter" not in chosen
    assert '<summary class="chip" aria-current="true">Lost after the offer</summary>' in chosen


def test_an_id_alone_can_be_combined_with_a_segment(bar: tuple[Any, str, Any]) -> None:
    browser, address, _ = bar
    answer = browser.get(address, {"cases": "large", "outcome": "won"}, headers=HTMX)
    assert answer.status_code == 200 and 'role="alert"' not in answer.content.decode()


def test_what_is_chosen_is_kept_under_a_name(bar: tuple[Any, str, Any]) -> None:
    from polku.studio.store import workspace_of

    browser, address, space = bar
    html = page(browser, address, segment="large-toy-makers", outcome="lost")
    cases = re.search(r'name="cases" value="([^"]*)"', html.partition('class="saved-filters"')[2])
    assert cases is not None and "segment = large-toy-makers and outcome = lost" in cases.group(1)
    answer = browser.post(f"{address}filters/", {"name": "Lost, large", "cases": cases.group(1)})
    assert answer["Location"].endswith("?cases=filter%28lost-large%29")
    kept = workspace_of(space).settings.filters[-1]
    assert (kept.id, kept.name, kept.cases) == ("lost-large", "Lost, large", cases.group(1))
    assert 'aria-current="true"' in page(browser, address, cases="filter(lost-large)")
    for said in ({"name": "", "cases": "outcome = lost"}, {"name": "x"}, {"name": "x", "cases": "nonsense("}):
        assert browser.post(f"{address}filters/", said).status_code == 422
    assert workspace_of(space).settings.filters[-1].id == "lost-large"


def test_a_filter_is_renamed_and_let_go_of_and_comes_back(bar: tuple[Any, str, Any]) -> None:
    from polku.studio.store import workspace_of

    browser, address, space = bar
    there, around = f"{address}filters/large/", "cases=filter%28large%29&period=365"
    browser.post(there, {"name": "The large ones", "seen": space.revision, "back": around})
    assert workspace_of(space).settings.filters[1].name == "The large ones"
    answer = browser.post(there, {"do": "delete", "back": around})
    number = answer["Location"].partition("done=")[2]
    assert answer["Location"].startswith(f"{address}?period=365&done=")
    assert [one.id for one in workspace_of(space).settings.filters] == ["lost-after-offer"]
    assert 'name="change"' in page(browser, address, done=number)
    browser.post(f"/w/{space.slug}/take-back/", {"change": number, "back": address})
    assert [one.id for one in workspace_of(space).settings.filters] == ["lost-after-offer", "large"]
    assert browser.post(f"{address}filters/nobody/", {"name": "x"}).status_code == 404


def test_a_filter_that_another_is_made_of_stays(bar: tuple[Any, str, Any]) -> None:
    from polku.studio.store import workspace_of

    browser, address, space = bar
    made = {"name": "Large and lost", "cases": "filter(large) and outcome = lost"}
    assert browser.post(f"{address}filters/", made).status_code == 302
    answer = browser.post(f"{address}filters/large/", {"do": "delete"})
    assert answer.status_code == 422 and "Large and lost" in answer.content.decode()
    assert "large" in {one.id for one in workspace_of(space).settings.filters}


def test_a_saved_filter_opens_no_door_to_persons_names(
    bar: tuple[Any, str, Any], person: Callable[..., Any], client: Callable[..., Any]
) -> None:
    browser, address, space = bar
    browser.post(f"{address}filters/", {"name": "One person", "cases": 'case ~ "*ole*"'})
    blind = client(person("blind", right="editor", space=space))
    asked = {"cases": "filter(one-person)", "case": "person"}
    assert blind.get(address, asked, headers=HTMX).status_code == 422


def test_readers_choose_filters_and_change_none(
    bar: tuple[Any, str, Any], person: Callable[..., Any], client: Callable[..., Any]
) -> None:
    _, address, space = bar
    reader = client(person("reader", right="viewer", space=space))
    html = page(reader, address, segment="large-toy-makers")
    assert "Lost after the offer" in html and "Save this filter" not in html and "Rename" not in html
    assert reader.post(f"{address}filters/", {"name": "x", "cases": "outcome = lost"}).status_code == 403
