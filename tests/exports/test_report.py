"""The report: one page that says what is there, loads nothing, and never leaves half a file."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from polku.documents import Journey, Settings, Stage, Step, Workspace
from polku.errors import OutputError, WrongUse
from polku.exports.gather import gather, the_journey
from polku.exports.highlights import highlights
from polku.exports.html import with_code
from polku.exports.report import write_report
from polku.exports.report_data import ReportData
from polku.exports.report_page import report_page

TODAY = dt.date(2026, 11, 18)
EXAMPLE = Path(__file__).parents[2] / "examples" / "hoppebold"
VOID = {"meta", "link", "br", "img", "input", "hr"}


class Checked(HTMLParser):
    """Reads a page and complains of what is not closed; gathers ids, links and text."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name == "href":
                self.links.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, (tag, self.getpos())

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "script"):
            self.words.append(data)


def read(page: str) -> Checked:
    """The page, parsed and found whole."""
    parser = Checked()
    parser.feed(page)
    assert parser.open == []
    return parser


def small_workspace(**settings: object) -> Workspace:
    """A journey of two steps."""
    journey = Journey(
        id="buy",
        name="Buying <b>it</b>",
        stages=(Stage(id="s", name="Start"),),
        steps=(Step(id="a", stage="s", does="Looks & asks"), Step(id="b", stage="s", does="Buys")),
    )
    return Workspace(Settings(name="Tiny <Co>", **settings), journeys={"buy": journey})  # type: ignore[arg-type]


def small_data(workspace: Workspace) -> ReportData:
    """Its report, without data."""
    return ReportData(workspace, workspace.journeys["buy"], (), None, TODAY)


@pytest.mark.parametrize("language", ["en", "fi"])
def test_the_example_is_one_whole_page_that_loads_nothing(language: str) -> None:
    page = report_page(gather(EXAMPLE, journey="new-machine", today=TODAY), language=language)

    parsed = read(page)
    assert len(parsed.ids) == len(set(parsed.ids))
    assert all(link.startswith("#") and link[1:] in parsed.ids for link in parsed.links)
    outside = re.findall(r"(?:src|href)=\"(?!#|data:)[^\"]*\"|url\((?!data:|#)[^)]*\)|@import", page)
    assert outside == []
    assert f'<html lang="{language}"' in page
    if language == "en":
        words = " ".join(parsed.words)
        counts = [re.search(told, words) for told in (r"all (\d+) findings", r"Findings \((\d+)\)")]
        assert counts[0] and counts[1] and counts[0][1] == counts[1][1]


def test_names_of_persons_stay_out() -> None:
    data = gather(EXAMPLE, journey="new-machine", today=TODAY)
    persons = [p.name for account in data.workspace.accounts.values() for p in account.people if p.name]
    assert persons

    page = report_page(data)

    assert [name for name in [*persons, "Pekka"] if name in page] == []


def test_what_people_wrote_is_never_markup() -> None:
    page = report_page(small_data(small_workspace()))

    words = "".join(read(page).words)
    assert "<b>it</b>" in words and "Tiny <Co>" in words
    assert "<b>it</b>" not in page


def test_a_workspace_without_purpose_journey_or_data_says_so() -> None:
    page = report_page(ReportData(Workspace(Settings(name="Empty")), None, (), None, TODAY))

    words = " ".join(read(page).words)
    assert "Nobody has written down why this was made." in words
    assert "No data is loaded" in words


def test_a_report_that_fails_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "report.html"
    file.write_text("old")

    def full(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(OutputError):
        write_report(small_data(small_workspace()), file)

    assert file.read_text() == "old" and [file] == list(tmp_path.iterdir())


def test_every_step_without_evidence_counts_as_assumed() -> None:
    workspace = small_workspace()

    first = highlights(workspace, workspace.journeys["buy"], None)[0]

    assert first.kind == "assumed" and first.says.params["count"] == 2


def test_the_only_journey_of_today_is_taken_and_several_must_be_named() -> None:
    workspace = small_workspace()
    buy = workspace.journeys["buy"]
    hoped = dataclasses.replace(
        workspace, journeys={"buy": buy, "hoped": buy.model_copy(update={"id": "hoped", "state": "to-be"})}
    )
    two = dataclasses.replace(workspace, journeys={"buy": buy, "sell": buy.model_copy(update={"id": "sell"})})

    assert buy is the_journey(hoped, None)
    with pytest.raises(WrongUse, match="buy and sell"):
        the_journey(two, None)
    with pytest.raises(WrongUse, match="did you mean “sell”"):
        the_journey(two, "selll")


def test_backticks_become_code_and_a_lone_one_stays() -> None:
    assert with_code("set `a < b`") == "set <code>a &lt; b</code>"
    assert with_code("it`s") == "it`s"
