"""An interview guide is made of the holes of a map, asks about the last time, and fits on one page."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from polku.cli.app import run
from polku.documents import Evidence, Journey, Role, Settings, Workspace
from polku.exports.guide import Guide, build_guide
from polku.exports.guide_forms import guide_html, guide_markdown, guide_pdf
from polku.formats import read_workspace
from polku.words import catalogue_ids

EXAMPLE = Path(__file__).parents[2] / "examples" / "hoppebold"
TODAY = dt.date(2026, 11, 18)
LANGUAGES = ["en", "fi", "sv", "da"]


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return read_workspace(EXAMPLE)


def guide_of(workspace: Workspace, role: str, language: str = "en", account: str = "") -> Guide:
    return build_guide(
        workspace,
        role,
        journey=next(iter(workspace.journeys.values()), None),
        account=workspace.accounts.get(account),
        language=language,
        today=TODAY,
    )


def small(*steps: Mapping[str, object], **more: object) -> Workspace:
    """A workspace with one role and one journey."""
    journey = Journey.model_validate(
        {"id": "j", "name": "Buying", "stages": [{"id": "a", "name": "Start", **more}], "steps": steps}
    )
    return Workspace(Settings(), roles={"ole": Role(id="ole", name="Operator")}, journeys={"j": journey})


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def holes(guide: Guide) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(item.place, item.ask, item.listen) for item in guide.sections[1].items]


def test_a_conversation_opens_hears_the_story_asks_and_closes(workspace: Workspace) -> None:
    guide = guide_of(workspace, "per")

    assert [section.name for section in guide.sections] == ["The story", "What nobody knows yet", "Close"]
    assert "last time" in guide.rules[0]
    assert guide.questions == 12


def test_an_assumed_pain_is_never_put_into_the_mouth_of_who_is_asked() -> None:
    step = {
        "id": "s",
        "stage": "a",
        "role": "ole",
        "does": "Calls",
        "pains": ["Nobody answers"],
        "expects": "x",
    }

    found = holes(guide_of(small(step), "ole"))

    assert ("Calls", "“That last time: what went smoothly, and what did not? What did you do then?”",
            ("“Nobody answers” (assumed)",)) in found  # fmt: skip
    assert not [ask for _, ask, _ in found if "answers" in ask]


def test_a_pain_with_evidence_is_no_hole() -> None:
    step = {"id": "s", "stage": "a", "role": "ole", "pains": [{"says": "Slow", "evidence": ["int"]}]}
    known = dataclasses.replace(small(step), evidence={"int": Evidence(id="int", kind="interview")})

    assert not [place for place, ask, _ in holes(guide_of(known, "ole")) if "smoothly" in ask]


def test_questions_without_an_answer_are_asked_where_the_role_has_steps() -> None:
    workspace = small({"id": "s", "stage": "a", "role": "ole"}, questions=["Who decides?"])

    assert ("Start", ("“Who decides?”",)) in [
        (place, listen) for place, _, listen in holes(guide_of(workspace, "ole"))
    ]


def test_a_moment_of_truth_without_evidence_is_told_from_the_beginning() -> None:
    workspace = small({"id": "s", "stage": "a", "role": "ole", "does": "Signs", "moment_of_truth": True})

    place, ask, listen = holes(guide_of(workspace, "ole"))[0]

    assert (place, listen) == ("Signs", ("the map says “Signs”",))
    assert "from the beginning" in ask


def test_planned_evidence_says_who_is_to_be_asked(workspace: Workspace) -> None:
    assert guide_of(workspace, "ivan").who == (
        "To be asked: Two purchasing directors who chose the cheaper machine",
    )
    assert guide_of(workspace, "per").who == ()


def test_holes_in_the_understanding_of_an_account_come_first(workspace: Workspace) -> None:
    places = [place for place, _, _ in holes(guide_of(workspace, "ivan", account="hopla"))]

    assert places[:4] == [
        "The customer's business", "Working with us", "The customers' customers", "What is worth most to them",
    ]  # fmt: skip


def test_questions_follow_the_journey(workspace: Workspace) -> None:
    places = list(dict.fromkeys(place for place, _, _ in holes(guide_of(workspace, "per"))))

    assert places == [
        "Awareness", "Searches for causes", "Consideration", "Downtime guide", "First call", "Decision",
        "Demo on the line",
    ]  # fmt: skip


def test_what_a_page_has_no_room_for_is_counted() -> None:
    steps = [{"id": f"s{n}", "stage": "a", "role": "ole", "does": f"Does {n}"} for n in range(20)]

    guide = guide_of(small(*steps), "ole")

    asked = len(guide.sections[1].items)
    assert guide.holes == 40
    assert guide.left.startswith(f"{40 - asked} more holes are open:")


def test_a_role_without_steps_or_holes_still_has_a_story_and_a_close() -> None:
    guide = guide_of(Workspace(Settings(), roles={"ole": Role(id="ole")}), "ole")

    assert [len(section.items) for section in guide.sections] == [1, 1]
    assert guide.left == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_guide_speaks_one_language(workspace: Workspace, language: str) -> None:
    ids = {id for id in catalogue_ids(language) if id.startswith("ask.")}

    assert ids == {id for id in catalogue_ids("en") if id.startswith("ask.")}
    if language != "en":
        english = {item.ask for section in guide_of(workspace, "per").sections for item in section.items}
        mine = {
            item.ask for section in guide_of(workspace, "per", language).sections for item in section.items
        }
        assert english.isdisjoint(mine)


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_said_aloud_stands_in_quotation_marks(language: str) -> None:
    """So that who asks sees at a glance what to say; questions that lead begin elsewhere."""
    marks = {"en": "“”", "fi": "””", "sv": "””", "da": "»«"}[language]
    for id, texts in catalogue_ids(language).items():
        if id.startswith(("ask.say-", "ask.story-")) or id in ("ask.close", "ask.opening"):
            assert all(text[0] == marks[0] and text[-1] == marks[1] for text in texts), id


def test_no_question_can_be_answered_with_yes_or_no() -> None:
    closed = re.compile(r"[“.?:] ?(Do|Did|Is|Are|Was|Were|Would|Could|Can|Have|Has) ")
    texts = {
        id: texts[0] for id, texts in catalogue_ids("en").items() if id.startswith(("ask.say-", "ask.story-"))
    }

    assert len(texts) >= 12
    assert {id: text for id, text in texts.items() if closed.search(text)} == {}


def test_markdown_has_a_place_for_notes_and_no_markup_of_the_map() -> None:
    workspace = small({"id": "s", "stage": "a", "role": "ole", "does": "Asks *why* <b>", "expects": "x"})

    text = guide_markdown(guide_of(workspace, "ole"))

    assert r"Asks \*why\* &lt;b&gt;" in text
    assert text.count("    ______") == 4


def test_html_loads_nothing_and_escapes_what_the_map_says() -> None:
    workspace = small({"id": "s", "stage": "a", "role": "ole", "does": "<script>alert(1)</script>"})

    page = guide_html(guide_of(workspace, "ole"))

    assert "<script" not in page and "&lt;script&gt;" in page
    assert "http" not in page and "@page{size:A4" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_is_one_page(workspace: Workspace, language: str) -> None:
    pytest.importorskip("typst")
    guide = guide_of(workspace, "per", language)

    pdf, shown = guide_pdf(guide, lambda most: guide)

    assert shown == guide
    assert pages(pdf) == 1


def test_words_too_long_for_a_page_leave_questions_out_and_count_them() -> None:
    pytest.importorskip("typst")
    steps = [
        {"id": f"s{n}", "stage": "a", "role": "ole", "does": f"{n} " + "very long words " * 28}
        for n in range(9)
    ]
    workspace = small(*steps)

    def build(most: int) -> Guide:
        return build_guide(
            workspace, "ole", journey=workspace.journeys["j"], language="en", today=TODAY, most=most
        )

    pdf, shown = guide_pdf(build(12), build)

    assert pages(pdf) == 1
    assert 4 <= shown.questions < 12
    assert "more holes are open" in shown.left


def test_the_command_prints_markdown_or_writes_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLKU_LANGUAGE", "en")
    ask = ["ask", str(EXAMPLE), "--role", "per", "--language", "sv", "--today", "2026-11-18"]

    assert run(ask) == 0
    assert "# Intervju: Per Produktspecialist" in capsys.readouterr().out
    assert run([*ask, "-o", str(tmp_path / "g.html")]) == 0
    assert 'lang="sv"' in (tmp_path / "g.html").read_text(encoding="utf-8")
    assert "12 questions; 14 holes in the map" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--role", "pre"], "no role “pre”; nearest: per"),
        (["--role", "zzzzz"], "no role “zzzzz”; known: "),
        (["--role", "per", "--account", "zzzzz"], "no account “zzzzz”; known: "),
        (["--role", "per", "--account", "hopl"], "no account “hopl”; nearest: hopla"),
        (["--role", "per", "-o", "g.docx"], "“.docx” is no form a guide can be written in"),
    ],
)
def test_the_command_says_what_is_possible(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLKU_LANGUAGE", "en")

    assert run(["ask", str(EXAMPLE), *arguments]) == 2

    assert sentence in capsys.readouterr().err
