"""polku in a notebook: the same answers as the commands, shown as tables and pictures, and the guide's own examples."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import polku
from polku.analytics.asking.answers import QUESTIONS
from polku.cli.app import run
from polku.errors import DrawingError, LakeError, OutputError, PolkuError, QuestionError, WrongUse
from polku.library import OpenWorkspace
from tests.analytics.small import a_log

ROOT = Path(__file__).parents[2]
SETTINGS = """polku: 1
id: polku
touchpoints:
  - {id: guide, name: Downtime <guide>, events: [guide]}
  - {id: call, name: First call, contact: true, events: [call]}
"""
JOURNEY = """id: buy
name: Buying & more
stages: [{id: look, name: Look}, {id: talk, name: Talk}]
steps:
  - {id: read, stage: look, touchpoint: guide, does: Reads}
  - {id: phone, stage: talk, touchpoint: call, does: Phones, next: []}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace with a lake of two accounts."""
    (tmp_path / "polku.yaml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "journeys").mkdir()
    (tmp_path / "journeys" / "buy.yaml").write_text(JOURNEY, encoding="utf-8")
    a_log(tmp_path, "a: guide call visit", "b: guide", "-: visit").close()
    return tmp_path


@pytest.fixture
def opened(folder: Path) -> OpenWorkspace:
    return polku.open(folder, language="en", today="2026-02-01")


def plain(html: str) -> str:
    """What a reader sees of HTML, in one line; cells apart."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize(
    ("question", "options", "typed"),
    [
        ("steps", {"journey": "buy"}, ["--journey", "buy"]),
        (
            "paths",
            {"of": "touchpoint", "cases": "touched(call)"},
            ["--of", "touchpoint", "--cases", "touched(call)"],
        ),
        (
            "funnel",
            {"stages": ["guide", "call"], "of": "touchpoint", "window": dt.timedelta(days=30)},
            ["--stages", "guide,call", "--of", "touchpoint", "--window", "P30D"],
        ),
        (
            "time",
            {"journey": "buy", "from_": "read", "to": "phone", "since": dt.date(2026, 1, 1)},
            ["--journey", "buy", "--from", "read", "--to", "phone", "--since", "2026-01-01"],
        ),
        (
            "steps",
            {"journey": "buy", "against": "touched(call)"},
            ["--journey", "buy", "--against", "touched(call)"],
        ),
    ],
)
def test_an_answer_is_that_of_the_command(
    opened: OpenWorkspace,
    question: str,
    options: dict[str, Any],
    typed: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = opened.measure(question, **options)

    asked = ["measure", str(opened.folder), question, "--format", "json", "--today", "2026-02-01", *typed]
    assert run(asked) == 0
    assert told.to_json() == json.loads(capsys.readouterr().out)
    assert told.rows == told.to_dicts() == told.to_json()["rows"]


def test_a_table_says_what_it_counts_and_what_it_leaves_out(opened: OpenWorkspace) -> None:
    said = plain(opened.measure("steps", journey="buy", cases="events > 0")._repr_html_())

    assert "2 accounts, 1 January 2026 to 3 January 2026, data version 1." in said
    assert "Counted are accounts." in said
    assert "Chosen:" in said
    assert "5 events in the data = 3 counted here + 1 without a known account + 1 with no place" in said


def test_words_of_documents_and_data_are_no_markup(opened: OpenWorkspace) -> None:
    html = opened.measure("steps", journey="buy")._repr_html_()

    assert "Downtime &lt;guide&gt;" in html
    assert "<guide>" not in html
    assert "Buying &amp; more" in html


def test_a_table_shows_as_many_rows_as_asked_and_says_how_many_more(opened: OpenWorkspace) -> None:
    told = opened.measure("paths", top=2)

    html = told._repr_html_()
    assert html.count("<tr>") == 1 + 2
    assert f"… {len(told) - 2} more rows; .rows has all." in html
    assert len(told.rows) == len(told) > 3


def test_a_choice_of_nobody_is_said(opened: OpenWorkspace) -> None:
    assert "Nobody matches this choice." in opened.measure("paths", cases="events > 99")._repr_html_()


def test_a_comparison_reads_as_on_the_terminal(opened: OpenWorkspace) -> None:
    html = opened.measure("steps", journey="buy", against="touched(call)")._repr_html_()

    assert "95 % interval" in html
    assert "A: 1 case" in plain(html)


def test_a_table_speaks_the_language_that_was_asked_for(folder: Path) -> None:
    assert (
        "tapahtumaa aineistossa"
        in polku.open(folder, language="fi").measure("steps", journey="buy")._repr_html_()
    )


@pytest.mark.parametrize("form", ["json", "csv", "parquet", "xlsx", "html"])
def test_an_answer_is_saved(opened: OpenWorkspace, tmp_path: Path, form: str) -> None:
    file = tmp_path / f"steps.{form}"

    assert opened.measure("steps", journey="buy").save(file) == file
    assert file.stat().st_size > 100


def test_rows_go_to_the_libraries_of_analysts(opened: OpenWorkspace) -> None:
    told = opened.measure("steps", journey="buy")

    for package, call in (("pandas", "to_pandas"), ("polars", "to_polars"), ("pyarrow", "to_arrow")):
        pytest.importorskip(package, reason=f"{package} is no part of polku")
        assert getattr(told, call)().shape == (2, len(told.rows[0]))


@pytest.mark.parametrize(
    ("package", "call"), [("pandas", "to_pandas"), ("polars", "to_polars"), ("pyarrow", "to_arrow")]
)
def test_every_answer_goes_to_the_libraries_of_analysts(
    opened: OpenWorkspace, package: str, call: str
) -> None:
    pytest.importorskip(package, reason=f"{package} is no part of polku")
    for question in QUESTIONS:
        if question in ("effect", "now"):  # of improvements and rounds, which this workspace has none of
            continue
        asked = {"conversion": "visit"} if question == "attribution" else {}
        told = opened.measure(question, journey="buy", **asked)  # type: ignore[arg-type]
        frame = getattr(told, call)()
        assert frame.shape[0] == len(told), question
        assert "<table" in told._repr_html_() or not len(told), question
        if len(told):
            names = getattr(frame, "column_names", None) or list(frame.columns)
            assert names == list(told.rows[0]), question


@pytest.mark.parametrize(
    ("call", "module"),
    [("to_pandas", "pandas"), ("to_polars", "polars"), ("to_arrow", "pyarrow.parquet")],
)
def test_a_missing_library_is_named(
    opened: OpenWorkspace, monkeypatch: pytest.MonkeyPatch, call: str, module: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    told = opened.measure("steps", journey="buy")

    with pytest.raises(WrongUse, match=rf"pip install {module.partition('.')[0]}"):
        getattr(told, call)()


def test_a_drawing_shows_itself_and_is_saved(opened: OpenWorkspace, tmp_path: Path) -> None:
    drawn = opened.draw("buy", view="wheel", measured=True)

    assert drawn._repr_svg_().startswith("<svg")
    assert drawn.rows
    for form in ("svg", "png", "html", "json"):
        assert drawn.save(tmp_path / f"wheel.{form}").stat().st_size > 500
    assert not set(re.findall(r' id="([^"]+)"', drawn.svg)) & set(
        re.findall(r' id="([^"]+)"', opened.draw("buy").svg)
    )


def test_a_drawing_is_that_of_the_command(
    opened: OpenWorkspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "map.json"
    typed = ["draw", str(opened.folder), "buy", "--measured", "--language", "en", "--today", "2026-02-01"]
    assert run([*typed, "-o", str(file)]) == 0
    mine = opened.draw("buy", measured=True).save(tmp_path / "mine.json")

    assert mine.read_bytes() == file.read_bytes()


def test_findings_are_those_of_the_command(opened: OpenWorkspace, capsys: pytest.CaptureFixture[str]) -> None:
    found = opened.check()
    run(["check", str(opened.folder), "--format", "json", "--language", "en", "--today", "2026-02-01"])

    assert found.rows == json.loads(capsys.readouterr().out)
    assert len(found) == found._repr_html_().count("<tr>") - 1 > 0


def test_an_edited_document_counts_at_the_next_call(opened: OpenWorkspace) -> None:
    file = opened.folder / "journeys" / "buy.yaml"
    file.write_text(JOURNEY.replace("Reads", "Browses"), encoding="utf-8")

    assert "Browses" in opened.measure("steps", journey="buy")._repr_html_()
    assert opened.workspace.journeys["buy"].steps[0].does == "Browses"


@pytest.mark.parametrize(
    ("wrong", "error", "says"),
    [
        (lambda w: w.measure("funel"), QuestionError, "did you mean funnel"),
        (lambda w: w.measure("steps", journey="buy", weight="account"), QuestionError, "weight"),
        (lambda w: w.measure("paths", since="soon"), QuestionError, "needs a day such as"),
        (lambda w: w.measure("funnel", journey="buy", window="a while"), QuestionError, "window"),
        (lambda w: w.measure("funnel", journey="buy", people=0), QuestionError, "whole number"),
        (lambda w: w.measure("paths").save("paths.doc"), OutputError, "can end in .json"),
        (lambda w: w.draw("buy", view="cube"), DrawingError, "there are matrix"),
        (lambda w: w.draw("buy", cases="events > 1"), DrawingError, "cases"),
        (lambda w: w.draw("atlas", journey="buy"), DrawingError, "journey says nothing about atlas"),
        (lambda w: w.draw("buy", roles=["nobody"]), DrawingError, "nobody"),
        (
            lambda w: w.draw("time", since="2025-01-01"),
            QuestionError,
            'from_="A" to="B", or journey="ID" for',
        ),
        (lambda w: w.measure("funnel", journey="buy", people=2, mode="strict"), QuestionError, "people=2:"),
        (lambda w: w.check(journey="sell"), WrongUse, "sell"),
        (lambda w: polku.open(w.folder, language="de"), WrongUse, "en, fi, sv and da"),
        (lambda w: polku.open(w.folder / "journeys"), PolkuError, "polku.yaml"),
    ],
)
def test_what_cannot_be_is_said(
    opened: OpenWorkspace, wrong: Any, error: type[PolkuError], says: str
) -> None:
    with pytest.raises(error, match=re.escape(says)):
        wrong(opened)


def test_errors_are_said_in_the_language_of_the_workspace_that_is_open(opened: OpenWorkspace) -> None:
    finnish = polku.open(opened.folder, language="fi")
    with pytest.raises(QuestionError, match='from_="A" to="B" tai journey="ID"'):
        finnish.draw("time", since="2025-01-01")


def test_no_error_of_the_library_speaks_of_options_of_a_command() -> None:
    from polku.library.keywords import as_keywords

    assert as_keywords("leave out --events and use --cases") == "leave out events= and use cases="
    assert as_keywords("give both --from A and --to B") == 'give both from_="A" and to="B"'
    assert as_keywords("--of segment counts parts") == 'of="segment" counts parts'
    assert as_keywords("use --weight respondent or account") == 'use weight="respondent" or account'
    assert as_keywords("--since 2026-01-02 is after --until 2026-01-01; swap them") == (
        'since="2026-01-02" is after until="2026-01-01"; swap them'
    )
    assert as_keywords("shorter with --window, such as P30D") == "shorter with window=, such as P30D"
    assert as_keywords("rounds --roll-up – none") == "rounds roll_up= – none"


def test_a_workspace_without_data_says_how_it_gets_some(opened: OpenWorkspace) -> None:
    shutil.rmtree(opened.folder / "lake")

    with pytest.raises(LakeError, match="polku import"):
        opened.measure("paths")
    assert len(opened.check()) > 0


def test_importing_polku_loads_nothing_else() -> None:
    code = "import sys, polku; print([name for name in sys.modules if name.startswith(('polku.', 'numpy', 'pydantic'))])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_the_examples_of_the_guide_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "examples" / "hoppebold", tmp_path / "acme", ignore=shutil.ignore_patterns("lake"))
    monkeypatch.chdir(tmp_path)
    assert run(["simulate", "acme", "--journey", "new-machine", "--events", "2000", "--seed", "7"]) == 0
    guide = (ROOT / "docs" / "guides" / "notebook.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", guide, re.DOTALL)
    names: dict[str, Any] = {}

    for block in blocks:
        exec(compile(block, "notebook.md", "exec"), names)

    assert len(blocks) >= 8
    assert len(names["funnel"]) > 2
    assert (tmp_path / "funnel.parquet").exists()
