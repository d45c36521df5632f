"""Comments in the data: themes are made with one press, a comment becomes evidence at its step, names stay masked."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from typing import Any

from polku.analytics.texts.comment import Told
from tests.analytics.test_themes import comment as a_comment


def base(space: Any) -> str:
    return f"/w/{space.slug}/said/"


def workspace_of(space: Any) -> Any:
    from polku.studio.store import workspace_of as now

    return now(space)


def read(browser: Any, url: str) -> str:
    answer = browser.get(url)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def test_without_data_it_says_where_comments_come_from(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    assert "Comments come with the data" in read(client(owner), base(space))


def test_comments_are_listed_and_words_proposed(
    measured_space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    page = read(client(owner), base(measured_space))
    assert "323 of 323" in page and "only proposed" in page
    assert page.count("<blockquote") == 40
    assert '<mark class="praise">' in page and "+ praise, a hint" in page
    assert "“Nobody answers” is what they write most of: 107 comments" in page
    more = read(client(owner), base(measured_space) + "?from=320")
    assert more.count("<blockquote") == 3


def test_filters_leave_what_they_say(measured_space: Any, owner: Any, client: Callable[..., Any]) -> None:
    browser = client(owner)
    finnish = read(browser, base(measured_space) + "?language=fi")
    assert set(re.findall(r'<blockquote lang="(..)"', finnish)) == {"fi"}
    complaints = read(browser, base(measured_space) + "?hint=complaint")
    assert "complaint, a hint" in complaints and "praise, a hint" not in complaints
    assert "No comment is like that" in read(browser, base(measured_space) + "?q=zzzz<script>")


def test_a_proposal_becomes_a_theme_with_one_press_and_can_be_changed_and_taken_back(
    measured_space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    browser, there = client(owner), base(measured_space)
    made = browser.post(there + "themes/", {"name": "Telephone", "words": "telefon*, puhelim*"})
    assert made.status_code == 302 and made.url.endswith("?theme=telephone")
    before = len(workspace_of(measured_space).settings.themes) - 1
    theme = workspace_of(measured_space).settings.themes[-1]
    assert (theme.label, theme.words) == ("Telephone", ("telefon*", "puhelim*"))
    page = read(browser, made.url)
    assert "“Telephone” is what they write most of: " in page
    assert '<mark class="theme">puhelimessa' in read(browser, made.url + "&language=fi")
    shown = int(re.findall(r"(\d+) of 323", page)[0])
    without = int(re.findall(r"(\d+) of 323", read(browser, there + "?theme=none"))[0])
    assert shown > 100 and 0 < without < 100

    browser.post(there + f"themes/{theme.id}/", {"name": "Silence", "words": "ei vasta*"})
    theme = workspace_of(measured_space).settings.themes[-1]
    assert (theme.label, theme.words) == ("Silence", ("ei vasta*",))
    gone = browser.post(there + f"themes/{theme.id}/", {"do": "delete"})
    assert "done=" in gone.url and len(workspace_of(measured_space).settings.themes) == before
    assert "Undo" in read(browser, gone.url)


def test_a_theme_needs_a_name_and_words(measured_space: Any, owner: Any, client: Callable[..., Any]) -> None:
    browser, there = client(owner), base(measured_space)
    assert browser.post(there + "themes/", {"name": "", "words": "a"}).status_code == 422
    assert browser.post(there + "themes/", {"name": "A", "words": " , *"}).status_code == 422
    assert browser.post(there + "themes/nothing/", {"name": "A", "words": "a"}).status_code == 404


def test_a_comment_becomes_evidence_at_its_step_once(
    measured_space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    browser, there = client(owner), base(measured_space)
    page = read(browser, there + "?language=sv&touchpoint=support")
    key = re.findall(r'id="c-(\w+)"', page)[0]
    step = re.findall(r'<option value="([^"]+/[^"]+)">', page[page.index(f"c-{key}") :])[0]
    assert browser.post(f"{there}{key}/", {"step": step}).status_code == 302
    workspace = workspace_of(measured_space)
    journey, _, name = step.partition("/")
    chosen = workspace.journeys[journey].step(name)
    assert chosen is not None and chosen.touchpoint == "support"
    piece = workspace.evidence[chosen.evidence[-1]]
    assert piece.quote and piece.language == "sv" and piece.about.touchpoints == ("support",)
    assert piece.date is not None and piece.source
    before = len(workspace.evidence)
    assert "Kept as evidence" in read(browser, there + "?language=sv&touchpoint=support")
    browser.post(f"{there}{key}/", {"step": ""})
    assert len(workspace_of(measured_space).evidence) == before
    assert browser.post(f"{there}0000000000000000/", {"step": step}).status_code == 404


def test_a_viewer_reads_and_changes_nothing(
    measured_space: Any, person: Any, client: Callable[..., Any]
) -> None:
    browser, there = client(person("liisa", right="viewer", space=measured_space)), base(measured_space)
    page = read(browser, there)
    assert "names are masked for you" in page and "Keep as evidence" not in page
    assert browser.post(there + "themes/", {"name": "A", "words": "a"}).status_code == 403


def test_a_comment_is_cut_where_a_word_told_something() -> None:
    one = a_comment("The phone is dead, the phones too")
    from polku.studio.comment_list import pieces_of

    cut = pieces_of(replace(one, themes=(Told("phone", ("phone",)),)))
    assert [(piece.words, piece.kind) for piece in cut] == [
        ("The ", ""),
        ("phone", "theme"),
        (" is dead, the phones too", ""),
    ]
