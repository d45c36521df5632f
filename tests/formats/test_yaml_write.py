"""Writing: an edit changes its own lines and no others; a new document reads back as itself."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polku.documents import KINDS, Act, Journey, Next, Pain, Settings, Stage, Step
from polku.errors import DocumentError
from polku.formats import read_workspace
from polku.formats.workspace import read_document
from polku.formats.yaml_read import parse_yaml
from polku.formats.yaml_text import document_text
from polku.formats.yaml_write import (
    add_item,
    move_item,
    remove_item,
    set_value,
    write_document,
    write_text,
)

EXAMPLE = Path(__file__).parents[2] / "examples" / "hoppebold"
FILES = [EXAMPLE / "polku.yaml", *sorted(path for kind in KINDS for path in (EXAMPLE / kind).glob("*.yaml"))]

TEXT = """\
# what we know of buying
id: buy          # the slug
name: 'Buying'

stages:   # five
  - {id: before, name: Before}   # first
steps:
  # somebody hears of us
  - id: hear
    does: Hears of us    # from a peer
    feels: 1             # -2 … 2
    pains: [Too loud]

  # then asks
  - id: ask
    role: "ole"
    back:
    - A
    -   does: B
        team: sales
    next: [hear]
"""


def changed(before: str, after: str) -> list[str]:
    """The lines that an edit took away (-) and put in (+)."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


def test_a_value_keeps_its_quotes_and_the_comment_its_column() -> None:
    assert changed(TEXT, set_value(TEXT, "name", "Buying again")) == [
        "-name: 'Buying'",
        "+name: 'Buying again'",
    ]
    assert changed(TEXT, set_value(TEXT, "steps/hear/feels", -2)) == [
        "-    feels: 1             # -2 … 2",
        "+    feels: -2            # -2 … 2",
    ]
    assert changed(TEXT, set_value(TEXT, "steps/ask/role", "per")) == ['-    role: "ole"', '+    role: "per"']
    assert changed(TEXT, set_value(TEXT, "stages/before/name", "Before, at first")) == [
        "-  - {id: before, name: Before}   # first",
        '+  - {id: before, name: "Before, at first"}   # first',
    ]


def test_a_new_key_stands_where_the_model_has_it() -> None:
    assert changed(TEXT, set_value(TEXT, "steps/ask/does", "Asks: how much?", model=Journey)) == [
        '+    does: "Asks: how much?"'
    ]
    after = set_value(TEXT, "steps/ask/does", "Asks", model=Journey).splitlines()
    assert after[after.index("    does: Asks") - 1] == '    role: "ole"'
    assert changed(TEXT, set_value(TEXT, "stages/before/when", "before", model=Journey)) == [
        "-  - {id: before, name: Before}   # first",
        "+  - {id: before, name: Before, when: before}   # first",
    ]


def test_keys_on_the_way_are_written_too() -> None:
    assert changed(TEXT, set_value(TEXT, "rounds/quiet", dt.timedelta(days=365), model=Journey)) == [
        "+rounds: {quiet: P365D}"
    ]
    assert set_value("", "purpose/why", "To see", model=Settings) == "purpose:\n  why: To see\n"
    assert set_value("id: a\nrounds:\n", "rounds/quiet", "P1D", model=Journey) == (
        "id: a\nrounds: {quiet: P1D}\n"
    )


def test_a_short_form_is_spelt_out_when_more_is_said_of_it() -> None:
    assert changed(TEXT, set_value(TEXT, "steps/hear/pains/1/weight", 3, model=Journey)) == [
        "-    pains: [Too loud]",
        "+    pains: [{says: Too loud, weight: 3}]",
    ]
    with pytest.raises(DocumentError, match="single value"):
        set_value(TEXT, "name/first", "x", model=Journey)


def test_a_member_is_added_in_the_style_of_its_neighbours() -> None:
    step = {"id": "buy", "does": "Buys"}
    assert changed(TEXT, add_item(TEXT, "steps", step)) == ["+  - id: buy", "+    does: Buys"]
    assert changed(TEXT, add_item(TEXT, "stages", {"id": "after"})) == ["+  - {id: after}"]
    assert changed(TEXT, add_item(TEXT, "steps/ask/next", "ask", at=1)) == [
        "-    next: [hear]",
        "+    next: [ask, hear]",
    ]
    assert changed(TEXT, add_item(TEXT, "steps/ask/back", {"does": "C", "team": "it"})) == [
        "+    -   does: C",
        "+        team: it",
    ]
    assert changed(TEXT, add_item(TEXT, "steps/ask/evidence", "int-1", model=Journey)) == [
        "+    evidence: [int-1]"
    ]
    assert add_item("id: a\nroles: ole\n", "roles", "per", model=Journey) == "id: a\nroles: [ole, per]\n"
    assert add_item("id: a\nsteps: []\n", "steps", step, model=Journey) == (
        "id: a\nsteps:\n  - id: buy\n    does: Buys\n"
    )


def test_a_step_is_put_between_others_above_the_comment_of_the_next() -> None:
    lines = add_item(TEXT, "steps", {"id": "wait"}, at=2).splitlines()

    assert lines.index("  - id: wait") < lines.index("  # then asks") < lines.index("  - id: ask")
    assert lines[lines.index("  - id: wait") - 1] == "    pains: [Too loud]"


def test_a_step_moves_with_its_comments() -> None:
    after = move_item(TEXT, "steps/ask", 1)

    assert [step["id"] for step in parse_yaml(after).data["steps"]] == ["ask", "hear"]
    assert sorted(after.splitlines()) == sorted(TEXT.splitlines())
    lines = after.splitlines()
    assert lines[lines.index("  - id: ask") - 1] == "  # then asks"


def test_a_removed_item_takes_its_lines_and_a_last_one_leaves_an_empty_list() -> None:
    assert changed(TEXT, remove_item(TEXT, "steps/hear/feels")) == ["-    feels: 1             # -2 … 2"]
    assert changed(TEXT, remove_item(TEXT, "steps/ask/next/1")) == [
        "-    next: [hear]",
        "+    next: []",
    ]
    assert changed(TEXT, remove_item(TEXT, "steps/hear/id"))[-1] == "+  - does: Hears of us    # from a peer"
    assert remove_item(TEXT, "steps/hear/thinks") == TEXT
    assert set_value(TEXT, "steps/hear/feels", None) == remove_item(TEXT, "steps/hear/feels")


def test_line_ends_of_windows_stay() -> None:
    text = TEXT.replace("\n", "\r\n")

    after = add_item(set_value(text, "steps/hear/feels", 2), "steps", {"id": "x", "does": "y"})

    assert after.count("\r\n") == after.count("\n") == text.count("\n") + 2


def test_an_edit_that_would_change_something_else_is_refused() -> None:
    shared = "id: a\nroles: &who [ole]\nmapped_by: *who\n"
    with pytest.raises(DocumentError, match="by hand"):
        set_value(shared, "roles", ["per"])
    with pytest.raises(DocumentError, match="by hand"):
        set_value("id: [", "name", "x")
    with pytest.raises(DocumentError, match="nothing is called"):
        set_value(TEXT, "steps/none/feels", 1)


def test_a_text_of_several_lines_becomes_a_block_and_one_line_again() -> None:
    after = set_value(TEXT, "steps/hear/does", "Hears:\n\n- of us")

    assert "    does: |-             # from a peer\n      Hears:\n\n      - of us\n    feels" in after
    again = set_value(after, "steps/hear/does", "Hears of us")
    assert again.split() == TEXT.split()
    assert "    does: Hears of us             # from a peer\n" in again


def paths(data: Any, prefix: str = "") -> Iterator[tuple[str, Any, Any]]:
    members: list[tuple[str, Any]] = []
    if isinstance(data, dict):
        members = list(data.items())
    elif isinstance(data, list):
        members = [
            (str(member["id"]) if isinstance(member, dict) and "id" in member else str(number), member)
            for number, member in enumerate(data, 1)
        ]
    for key, value in members:
        yield prefix + key, value, data
        yield from paths(value, f"{prefix}{key}/")


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_every_kind_of_edit_of_every_item_touches_only_its_lines(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    model = KINDS.get(file.parent.name, Settings)
    everything = list(paths(parse_yaml(text).data))
    # Long files hold many items alike; every seventh of them is a fair part.
    for path, value, around in everything if len(everything) < 80 else everything[::7]:
        simple = not isinstance(value, dict | list)
        if simple and value is not None:
            same = set_value(text, path, value, model=model)
            assert parse_yaml(same).data == parse_yaml(text).data
            assert len(changed(text, same)) in (0, 2)  # quotation marks may go
            lines = changed(text, set_value(text, path, "changed: it, #1", model=model))
            assert [line[0] for line in lines] == ["-", "+"] or "|" in text
        if isinstance(value, dict):
            lines = changed(text, set_value(text, f"{path}/brand-new", "x y", model=model))
            assert sum(line[0] == "-" for line in lines) <= 1
        if isinstance(value, list):
            new = {"id": "brand-new"} if value and isinstance(value[0], dict) else "brand-new"
            lines = changed(text, add_item(text, path, new, model=model))
            assert sum(line[0] == "-" for line in lines) <= 1
        if isinstance(around, list) and len(around) > 1:
            moved = move_item(text, path, 2)
            assert sorted("".join(moved.split())) == sorted("".join(text.split()))
            assert around.index(value) == 1 or moved != text
        remaining = remove_item(text, path)
        gone = [line for line in changed(text, remaining) if line[0] == "-"]
        comments_above = [line for line in gone if line[1:].lstrip().startswith("#")]
        assert not comments_above or isinstance(value, dict | list)


def test_every_document_of_the_example_reads_back_from_what_is_written() -> None:
    for name, document in read_workspace(EXAMPLE).documents():
        again = read_document(write_document(document), type(document), document=name)

        assert again.problems == []
        assert again.document == document, name


ids = st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True)
words = st.text(max_size=40).filter(lambda text: not any(0xD800 <= ord(char) <= 0xDFFF for char in text))
pains = st.builds(Pain, id=st.none() | ids, says=words, weight=st.none() | st.integers(0, 4))
acts = st.builds(Act, does=words, team=st.none() | ids)
ways = st.builds(Next, to=ids, label=st.none() | words, unsolved=st.booleans())
steps = st.builds(
    Step,
    id=ids,
    does=st.none() | words,
    feels=st.none() | st.integers(-2, 2),
    pains=st.lists(pains, max_size=2, unique_by=lambda pain: pain.id).map(tuple),
    back=st.lists(acts, max_size=2).map(tuple),
    next=st.none() | st.lists(ways, max_size=2).map(tuple),
    waits=st.none()
    | st.timedeltas(dt.timedelta(0), dt.timedelta(days=900)).map(
        lambda wait: dt.timedelta(seconds=int(wait.total_seconds()))
    ),
)
stages = st.builds(Stage, id=ids, name=st.none() | words)
journeys = st.builds(
    Journey,
    id=ids,
    name=st.none() | words,
    validated=st.none() | st.dates(dt.date(1900, 1, 1)),
    stages=st.lists(stages, max_size=2, unique_by=lambda stage: stage.id).map(tuple),
    steps=st.lists(steps, max_size=3, unique_by=lambda step: step.id).map(tuple),
)


@given(journeys)
@settings(max_examples=80, deadline=None)
def test_any_journey_reads_back_from_what_is_written(journey: Journey) -> None:
    again = read_document(write_document(journey), Journey, document="journeys/x")

    assert again.problems == []
    assert again.document == journey


@given(words)
@settings(max_examples=200, deadline=None)
def test_any_text_can_be_set_anywhere(text: str) -> None:
    for path in ("name", "steps/hear/does", "stages/before/name", "steps/hear/pains/1"):
        after = set_value(TEXT, path, text)

        assert after != "" and parse_yaml(after).data is not None


@given(
    st.recursive(
        words | st.integers() | st.booleans() | st.none() | st.floats(allow_nan=False, allow_infinity=False),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
        max_leaves=8,
    )
)
@settings(max_examples=100, deadline=None)
def test_any_plain_data_reads_back(value: Any) -> None:
    assert parse_yaml(document_text({"a": value})).data == {"a": value}


def test_a_file_is_replaced_whole_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "journeys" / "a.yaml"
    write_text(path, "id: a\n")
    path.chmod(0o640)
    write_text(path, "id: å\n")

    assert path.read_bytes() == "id: å\n".encode()
    assert path.stat().st_mode & 0o777 == 0o640
    assert [file.name for file in path.parent.iterdir()] == ["a.yaml"]


def test_a_file_that_cannot_be_written_stays_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "journeys").write_text("a file in the way", encoding="utf-8")
    with pytest.raises(DocumentError, match="cannot be written"):
        write_text(tmp_path / "journeys" / "a.yaml", "id: a\n")
