"""Explore: every question has a page, with data and without; its numbers are the library's; mistakes are words."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from polku.analytics.asking.questions import QUESTIONS, Asked, ask
from polku.formats import read_workspace
from polku.records.log import open_log

TODAY = dt.date(2026, 11, 18)
JOURNEY = "new-machine"


def base(space: Any) -> str:
    return f"/w/{space.slug}/explore"


def told(folder: Path, question: str, asked: Asked | None = None, **chosen: Any) -> Any:
    with open_log(folder) as log:
        return ask(
            log, read_workspace(folder), question, asked, **{"journey": JOURNEY, "today": TODAY, **chosen}
        )


def part(browser: Any, path: str) -> Any:
    """The page's sheet, once its answer is there."""
    return browser.get(path, headers={"hx-request": "true"})


def words_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.mark.parametrize("question", ["attribution", "campaigns"])
def test_a_wide_picture_has_one_for_a_screen_of_1280_too(
    question: str, measured_space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    page = part(client(owner), f"{base(measured_space)}/{question}/").content.decode()
    usual, wide = (
        int(found)
        for place in ("up-to-wide", "from-wide")
        for found in re.findall(rf'class="{place}"><svg[^>]* width="(\d+)"', page)
    )
    # Beside the rail and the margins of a page of 1280 px, 1007 px are left.
    assert usual <= 1007 < wide
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("question", list(QUESTIONS))
def test_every_question_has_a_page(
    question: str, measured_space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    for language in ("en", "fi"):
        browser = client(owner, language=language)
        answer = part(browser, f"{base(measured_space)}/{question}/")
        html = answer.content.decode()
        assert answer.status_code == 200, words_of(html)[:400]
        assert "<table" in html and "<h1>" in html
        assert "measure.col-" not in html and "studio-explore." not in html
        whole = browser.get(f"{base(measured_space)}/{question}/")
        assert whole.status_code == answer.status_code
        assert 'aria-current="page"' in whole.content.decode()


def test_what_is_not_live_yet_is_a_hole_and_no_mistake(
    measured_space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    html = part(client(owner), f"{base(measured_space)}/effect/?improvement=night-hotline").content.decode()
    assert 'class="hole-sheet"' in html and 'role="alert"' not in html


@pytest.mark.parametrize("question", list(QUESTIONS))
def test_without_data_the_frame_says_what_is_missing(
    question: str, space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    answer = client(owner).get(f"{base(space)}/{question}/")
    assert answer.status_code == 200
    assert "No data is loaded" in words_of(answer.content.decode())


def test_an_empty_workspace_has_pages_too(
    database: Any, person: Callable[..., Any], client: Callable[..., Any], example_data: Path
) -> None:
    from polku.studio.spaces import new_space, take_lake

    someone = person("maija")
    empty = new_space("empty", someone, texts={"polku": "name: Empty Ltd\n"}, today=TODAY)
    browser = client(someone)
    for question in ("paths", "funnel", "voice"):
        assert browser.get(f"{base(empty)}/{question}/").status_code == 200, question
    # Data without a map: what needs a journey says so, the rest is counted.
    take_lake(empty, example_data)
    for question, wanted in QUESTIONS.items():
        answer = part(browser, f"{base(empty)}/{question}/")
        assert answer.status_code == 200, question
        if wanted.needs_journey:
            assert "asked of a journey" in words_of(answer.content.decode())
        assert "--" not in words_of(answer.content.decode()), f"{question} speaks of the command line"


def test_the_numbers_of_the_page_are_the_library_s(
    measured_space: Any, owner: Any, client: Callable[..., Any], example_data: Path
) -> None:
    browser = client(owner)
    result = told(example_data, "funnel")
    html = words_of(part(browser, f"{base(measured_space)}/funnel/").content.decode())
    for row in result.rows():
        assert f"{row['reached']}" in html
    assert f"{result.about.cases} rounds of {result.about.accounts} accounts" in html
    for question in ("paths", "funnel", "coverage", "deals", "time", "variants"):
        file = browser.get(f"{base(measured_space)}/{question}/as/json/")
        assert file.status_code == 200
        assert json.loads(file.content)["rows"] == told(example_data, question).to_json()["rows"]


def test_a_filter_is_the_library_s_and_said_in_words(
    measured_space: Any, owner: Any, client: Callable[..., Any], example_data: Path
) -> None:
    browser = client(owner)
    query = "cases=touched(demo)+or+touched(fair-stand)&segment=large-toy-makers&period=365"
    file = browser.get(f"{base(measured_space)}/steps/as/csv/?{query}")
    since = TODAY - dt.timedelta(days=364)
    result = told(
        example_data,
        "steps",
        cases="(touched(demo) or touched(fair-stand)) and segment = large-toy-makers",
        since=since,
        until=TODAY,
    )
    rows = list(csv.DictReader(io.StringIO(file.content.decode())))
    assert [row["cases"] for row in rows] == ["" if n is None else str(n) for n in result.cases]
    html = words_of(part(browser, f"{base(measured_space)}/steps/?{query}").content.decode())
    assert "met the touchpoint demo or met the touchpoint fair-stand" in html
    assert "segment is Large toy makers" in html


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("cases=segmant+%3D+x", "segmant"),
        ("cases=touched(nothing)", "nothing"),
        ("cases=((((", "filter"),
        ("journey=no-such", "no-such"),
        ("case=horse", "horse"),
        ("segment=nobody", "nobody"),
        ("outcome=glorious", "glorious"),
        ("period=eternity", "eternity"),
        ("since=yesterday", "yesterday"),
        ("since=2026-05-01&until=2026-01-01", "after the last"),
        ("window=long", "long"),
        ("mode=sideways", "sideways"),
        ("people=many", "many"),
        ("people=99999999999999", "99999999999999"),
        ("stages=one,two", "one"),
        ("of=horses", "horses"),
        ("exclude=nothing", "nothing"),
        ("entered_since=2026-13-01", "2026-13-01"),
        ("b=1&b-cases=nonsense", "nonsense"),
        ("events=touched(demo)", "touched"),
    ],
)
def test_what_cannot_be_asked_is_told_in_words(
    query: str, says: str, measured_space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    browser = client(owner)
    for answer in (
        part(browser, f"{base(measured_space)}/funnel/?{query}"),
        browser.get(f"{base(measured_space)}/funnel/?{query}"),
    ):
        html = answer.content.decode()
        assert answer.status_code == 422
        assert says in words_of(html) and 'role="alert"' in html
        assert 'id="filters"' in html, "the frame stays, so that it can be mended"
    assert browser.get(f"{base(measured_space)}/funnel/as/csv/?{query}").status_code in (200, 422)


@pytest.mark.parametrize("nasty", ["<script>alert(1)</script>", "' OR 1=1 --", "\x00", "%s%n", "💥" * 300])
def test_what_comes_with_the_address_is_hostile(
    nasty: str, measured_space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    from urllib.parse import quote

    browser = client(owner)
    for name in ("cases", "journey", "stages", "b-cases", "view"):
        path = f"{base(measured_space)}/funnel/?b=1&{name}={quote(nasty)}"
        answer = part(browser, path)
        assert answer.status_code in (200, 422)
        assert "<script>alert" not in answer.content.decode()
    for question, known in (
        ("paths", "cases"),
        ("funnel", "reached"),
        ("coverage", "missing"),
        ("deals", "count"),
    ):
        for column in (known, nasty):
            keys = "".join(
                f"&at-{key}={quote(nasty)}" for key in ("from", "to", "stage", "part", "path", "kind")
            )
            answer = browser.get(f"{base(measured_space)}/{question}/behind/?column={quote(column)}{keys}")
            assert answer.status_code in (200, 404, 422), (question, column)
            assert "<script>alert" not in answer.content.decode()


def test_every_number_leads_to_its_cases(
    measured_space: Any, owner: Any, client: Callable[..., Any], example_data: Path
) -> None:
    browser = client(owner)
    html = part(browser, f"{base(measured_space)}/funnel/?view=table").content.decode()
    links = set(re.findall(r'href="([^"]*/behind/\?[^"]+)"[^>]*>(\d+)</a>', html))
    assert len(links) > 8
    for link, number in links:
        page = browser.get(link.replace("&amp;", "&")).content.decode()
        assert len(re.findall(r'<th scope="row">', page)) == int(number), link
    file = browser.get(f"{base(measured_space)}/funnel/behind/?column=reached&at-stage=decision&form=csv")
    assert len(file.content.decode().splitlines()) == told(example_data, "funnel").reached[1] + 1


def test_two_filters_are_compared_by_the_library(
    measured_space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    browser = client(owner)
    query = "cases=touched(demo)&b=1&b-cases=not+touched(demo)"
    html = part(browser, f"{base(measured_space)}/funnel/?{query}").content.decode()
    assert "in A" in words_of(html) and 'class="letter B"' in html
    assert "95 %" in html and "not what causes it" in html
    bars = re.findall(r'id="pair-stage-2-([ab])".*?>[AB]  (\d+) ', html, re.S)
    assert [letter for letter, _ in bars] == ["a", "b"]
    for letter, number in bars:
        (link,) = re.findall(rf'id="pair-stage-2-{letter}"[^>]*><a href="([^"]+)"', html)
        page = browser.get(link.replace("&amp;", "&")).content.decode()
        assert len(re.findall(r'<th scope="row">', page)) == int(number), letter
    overlapping = part(browser, f"{base(measured_space)}/funnel/?b=1&b-cases=touched(demo)").content.decode()
    assert "both A and B" in words_of(overlapping)
    same = part(browser, f"{base(measured_space)}/funnel/?b=1").content.decode()
    assert "A and B are the same so far" in same and "A and B are the same" not in html


@pytest.mark.long
@pytest.mark.parametrize("question", list(QUESTIONS))
def test_every_question_takes_two_filters(
    question: str, measured_space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    answer = part(client(owner), f"{base(measured_space)}/{question}/?b=1&b-segment=small-toy-makers")
    assert answer.status_code == 200


def test_an_answer_can_be_taken_along(measured_space: Any, owner: Any, client: Callable[..., Any]) -> None:
    browser = client(owner)
    for form, start in (
        ("csv", b"stage,"),
        ("xlsx", b"PK"),
        ("svg", b"<svg"),
        ("png", b"\x89PNG"),
        ("json", b"{"),
    ):
        file = browser.get(f"{base(measured_space)}/funnel/as/{form}/")
        assert file.status_code == 200 and file.content.startswith(start), form
        assert file["Content-Disposition"] == f'attachment; filename="hoppebold-funnel.{form}"'
    assert browser.get(f"{base(measured_space)}/funnel/as/exe/").status_code == 404


def test_a_view_is_kept_found_again_and_forgotten(
    measured_space: Any, owner: Any, person: Callable[..., Any], client: Callable[..., Any]
) -> None:
    from polku.studio.models import SavedView

    browser = client(owner)
    there = f"{base(measured_space)}/funnel"
    saved = browser.post(f"{there}/views/", {"name": "Demo <met>", "query": "cases=touched(demo)"})
    assert saved.status_code == 302 and saved["Location"].endswith("/funnel/?cases=touched(demo)")
    html = browser.get(f"{there}/").content.decode()
    assert "Demo &lt;met&gt;" in html and "?cases=touched(demo)" in html
    assert (
        "Demo &lt;met" not in browser.get(f"{base(measured_space)}/paths/").content.decode().split("<main")[1]
    )
    row = SavedView.objects.get()
    other = client(person("guest", right="viewer", space=measured_space))
    assert other.post(f"{there}/views/", {"forget": row.pk}).status_code == 404, "another's view stays"
    assert browser.post(f"{there}/views/", {"forget": row.pk}).status_code == 302
    assert not SavedView.objects.exists()
    assert browser.post(f"{there}/views/", {"name": " "}).status_code == 422


def test_a_long_question_says_so_and_comes_later(
    measured_space: Any, owner: Any, client: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    from polku.studio.explore import told as asking

    real = asking._told
    asked = []

    def slow(*arguments: Any) -> Any:
        asked.append(arguments)
        time.sleep(0.3)
        return real(*arguments)

    monkeypatch.setattr(asking, "_told", slow)
    monkeypatch.setattr(asking, "PATIENCE", 0.05)
    monkeypatch.setattr("polku.studio.pages.explore.asking.PATIENCE", 0.05)
    browser = client(owner)
    html = browser.get(f"{base(measured_space)}/deals/").content.decode()
    assert "<progress" in html and 'hx-trigger="load"' in html
    assert "<progress" not in part(browser, f"{base(measured_space)}/deals/").content.decode()
    assert "<progress" not in browser.get(f"{base(measured_space)}/deals/").content.decode()
    assert len(asked) == 1, "it was counted once, and remembered"


def test_ids_of_persons_stay_hidden_without_the_right(
    measured_space: Any, person: Callable[..., Any], client: Callable[..., Any], owner: Any
) -> None:
    query = "?case=person&column=cases&at-to=guide"
    hidden = client(person("maija", right="editor", space=measured_space))
    open_ = client(owner)
    pages = [
        one.get(f"{base(measured_space)}/paths/behind/{query}").content.decode() for one in (hidden, open_)
    ]
    cells = [set(re.findall(r"</th><td>([^<]*)</td>", page)) for page in pages]
    assert cells[0] and all(cell.isdecimal() for cell in cells[0])
    assert not cells[0] & cells[1]
    assert hidden.get(f"{base(measured_space)}/paths/behind/{query}&form=csv").status_code == 403
    assert hidden.get(f"{base(measured_space)}/paths/?case=person&cases=case+~+%22a*%22").status_code == 422
    score = hidden.get(f"{base(measured_space)}/score/as/csv/?case=person")
    people = [row["person_id"] for row in csv.DictReader(io.StringIO(score.content.decode()))]
    assert people and not any(people)


def test_unknown_questions_are_not_found(space: Any, owner: Any, client: Callable[..., Any]) -> None:
    browser = client(owner)
    assert browser.get(f"{base(space)}/astrology/").status_code == 404
    assert browser.get(f"{base(space)}/astrology/as/csv/").status_code == 404
    assert browser.get(f"{base(space)}/").status_code == 302


def test_an_answer_without_rows_leads_to_the_events_that_have_no_place(
    space: Any, owner: Any, client: Callable[..., Any], example_data: Path
) -> None:
    from polku.studio.spaces import take_lake
    from polku.studio.store import Author, Operation, edit, workspace_of

    take_lake(space, example_data)
    for touchpoint in workspace_of(space).touchpoints.values():
        if touchpoint.events:
            path = f"touchpoints/{touchpoint.id}/events"
            edit(space, Operation("set", "polku", path, None), seen=None, author=Author(owner))
    page = part(client(owner), f"{base(space)}/paths/?case=account").content.decode()
    assert "events have no place on the map" in page and f'href="/w/{space.slug}/data/match/"' in page
