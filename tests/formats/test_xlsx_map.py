"""A map goes out as a spreadsheet and comes back as the same document, or as what somebody changed in it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polku.documents import Journey, Settings, Stage, Step, Workspace
from polku.errors import DocumentError
from polku.formats import read_workspace
from polku.formats.document_changes import write_changes
from polku.formats.xlsx_map import MapRead, read_map, write_map
from polku.words import render

openpyxl = pytest.importorskip("openpyxl")
pytest.importorskip("xlsxwriter")

EXAMPLE = Path(__file__).parents[2] / "examples" / "hoppebold"


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return read_workspace(EXAMPLE)


@pytest.fixture
def edited(workspace: Workspace, tmp_path: Path) -> Callable[..., MapRead]:
    """Writes the example's map, lets a function change the workbook, and reads it back."""

    def edit(change: Callable[[Any], None], into: Workspace = workspace) -> MapRead:
        file = tmp_path / "map.xlsx"
        write_map(workspace, workspace.journeys["new-machine"], file, language="en")
        book = openpyxl.load_workbook(file)
        change(book)
        book.save(file)
        return read_map(file, into)

    return edit


def cell(book: Any, lane: str, step: str) -> Any:
    """The cell of a lane and a step, by the hidden ids."""
    sheet = book["Map"]
    row = [one.value for one in sheet["A"]].index(lane) + 1
    column = [one.value for one in sheet[1]].index(step) + 1
    return sheet.cell(row, column)


def told(read: MapRead) -> list[tuple[str, Any]]:
    return [(change.path, change.after) for change in read.changes]


@pytest.mark.parametrize("language", ["en", "fi", "sv", "da"])
def test_a_map_that_nobody_touched_is_the_same_document(
    workspace: Workspace, tmp_path: Path, language: str
) -> None:
    journey = workspace.journeys["new-machine"]
    write_map(workspace, journey, tmp_path / "map.xlsx", language=language)

    read = read_map(tmp_path / "map.xlsx", workspace)

    assert read.journey == journey
    assert (read.changes, read.said, read.is_new) == ((), (), False)


def test_saving_it_in_another_program_changes_nothing(edited: Callable[..., MapRead]) -> None:
    assert edited(lambda book: None).changes == ()


def test_the_same_map_is_written_as_the_same_bytes(workspace: Workspace, tmp_path: Path) -> None:
    journey = workspace.journeys["new-machine"]
    for name in ("a.xlsx", "b.xlsx"):
        write_map(workspace, journey, tmp_path / name, language="en")

    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_an_edited_cell_changes_only_its_field_and_only_its_line(edited: Callable[..., MapRead]) -> None:
    read = edited(lambda book: setattr(cell(book, "feels", "sign"), "value", 2))

    assert told(read) == [("steps/sign/feels", 2)]
    text = (EXAMPLE / "journeys" / "new-machine.yaml").read_text(encoding="utf-8")
    new = write_changes(text, read.changes, read.journey).splitlines()
    differ = [(a, b) for a, b in zip(text.splitlines(), new, strict=True) if a != b]
    assert differ == [("    feels: 1", "    feels: 2")]


def test_a_pain_in_other_words_keeps_its_id_its_evidence_and_its_weight(
    edited: Callable[..., MapRead],
) -> None:
    read = edited(
        lambda book: setattr(
            cell(book, "pains", "call-support"),
            "value",
            "Nobody answers at night | int-ole-0612\nIt rings out",
        )
    )

    step = read.journey.step("call-support")
    assert step is not None
    first, second = step.pains
    assert (first.id, first.says, first.evidence, first.weight) == (
        "nobody-answers", "Nobody answers at night", ("int-ole-0612",), 3,
    )  # fmt: skip
    assert (second.id, second.says, second.evidence) == (None, "It rings out", ())


def test_the_persons_of_a_handoff_are_not_in_the_file_and_stay_in_the_document(
    edited: Callable[..., MapRead], tmp_path: Path
) -> None:
    read = edited(lambda book: setattr(cell(book, "within", "machine-arrives"), "value", "2 days"))

    step = read.journey.step("machine-arrives")
    assert step is not None and step.receives is not None and step.receives.owner is not None
    assert (step.receives.within.days if step.receives.within else None, step.receives.owner.to) == (
        2,
        "Pekka",
    )
    book = openpyxl.load_workbook(tmp_path / "map.xlsx")
    texts = {str(one.value) for sheet in book.worksheets for row in sheet.iter_rows() for one in row}
    assert not any("Pekka" in text for text in texts)


def test_what_the_company_does_is_written_with_team_and_system(edited: Callable[..., MapRead]) -> None:
    read = edited(
        lambda book: setattr(
            cell(book, "back", "read-guide"), "value", "Writes the guide | Sales | CRM\nPrints it"
        )
    )

    step = read.journey.step("read-guide")
    assert step is not None
    assert [(act.does, act.team, act.system, act.then) for act in step.back] == [
        ("Writes the guide", "sales", "crm", "lead-lands"),
        ("Prints it", None, None, None),
    ]


def test_ways_are_written_with_numbers_of_steps(edited: Callable[..., MapRead]) -> None:
    read = edited(lambda book: setattr(cell(book, "next", "run"), "value", "14\n16 | or talk | unsolved"))

    step = read.journey.step("run")
    assert step is not None and step.next is not None
    assert [(way.to, way.label, way.unsolved) for way in step.next] == [
        ("call-support", None, False),
        ("talk-renewal", "or talk", True),
    ]


def test_a_way_can_end(edited: Callable[..., MapRead]) -> None:
    read = edited(lambda book: setattr(cell(book, "next", "talk-renewal"), "value", "ends here"))

    step = read.journey.step("talk-renewal")
    assert step is not None and step.next == ()


@pytest.mark.parametrize(
    ("lane", "text", "sentence"),
    [
        ("role", "Bob", "“Bob” is none of the roles; known: “Ole Operatør”"),
        ("feels", "3", "“3” is no feeling; possible: −2, −1, 0, 1 or 2"),
        ("waits", "soon", "“soon” is no length of time"),
        ("next", "99", "there is no step “99”"),
        ("moment", "maybe", "“maybe” is neither “yes” nor empty"),
        ("pains", "It hurts | int-bob", "“int-bob” is none of the pieces of evidence"),
        ("front", "Signs | Nobody", "“Nobody” is neither a team nor a system"),
        ("partner-does", "Lifts", "“Lifts” is said of a partner, but no partner is named"),
    ],
)
def test_a_cell_that_cannot_be_is_named_and_the_document_keeps_what_it_had(
    edited: Callable[..., MapRead], workspace: Workspace, lane: str, text: str, sentence: str
) -> None:
    places: list[str] = []

    def change(book: Any) -> None:
        one = cell(book, lane, "sign")
        one.value = text
        places.append(f"Map!{one.coordinate}")

    read = edited(change)

    assert [said.cell for said in read.said] == places
    assert sentence in render(read.said[0].message)
    assert read.journey == workspace.journeys["new-machine"]


def test_an_empty_column_filled_in_is_a_new_step_where_it_stands(edited: Callable[..., MapRead]) -> None:
    def change(book: Any) -> None:
        sheet = book["Map"]
        sheet.insert_cols(5)
        lanes = [one.value for one in sheet["A"]]
        for lane, text in (
            ("does", "Asks the night shift"),
            ("role", "Ole Operatør"),
            ("stage", "Awareness"),
        ):
            sheet.cell(lanes.index(lane) + 1, 5).value = text

    read = edited(change)

    assert [step.id for step in read.journey.steps][:4] == [
        "line-stops", "search-cause", "asks-the-night-shift", "tell-anders",
    ]  # fmt: skip
    step = read.journey.step("asks-the-night-shift")
    assert step is not None and (step.role, step.stage) == ("ole", "awareness")


def test_a_deleted_column_takes_the_step_and_the_ways_to_it(edited: Callable[..., MapRead]) -> None:
    def change(book: Any) -> None:
        book["Map"].delete_cols(cell(book, "does", "ask-peers").column)

    read = edited(change)

    assert read.journey.step("ask-peers") is None
    assert not [way for step in read.journey.steps for way in step.next or () if way.to == "ask-peers"]
    tell = read.journey.step("tell-anders")
    assert tell is not None and [way.to for way in tell.next or ()] == ["read-guide"]


def test_answers_and_new_questions_come_back_from_the_second_sheet(edited: Callable[..., MapRead]) -> None:
    def change(book: Any) -> None:
        sheet = book["Stages"]
        for row in sheet.iter_rows(min_row=4):
            if row[0].value == "question:decision:1":
                row[4].value = "Price alone"
            if not row[0].value:
                row[1].value, row[3].value = "Use", "Who keeps it running?"
                break

    assert told(edited(change)) == [
        ("stages/decision/questions/1/answer", "Price alone"),
        ("stages/use/questions", ["Who keeps it running?"]),
    ]


def test_what_changed_in_the_document_meanwhile_wins_and_is_said(
    edited: Callable[..., MapRead], workspace: Workspace
) -> None:
    journey = workspace.journeys["new-machine"]
    later = journey.model_copy(
        update={
            "steps": (
                *(
                    step.model_copy(update={"feels": -2, "thinks": "At last"}) if step.id == "sign" else step
                    for step in journey.steps
                ),
                Step(id="later", does="Came in later"),
            )
        }
    )
    into = dataclasses.replace(workspace, journeys={later.id: later})

    read = edited(lambda book: setattr(cell(book, "feels", "sign"), "value", 2), into)

    assert read.journey == later
    assert "changed in the meantime" in render(read.said[0].message)


def test_a_journey_that_the_workspace_lacks_is_made_of_what_the_cells_say(
    edited: Callable[..., MapRead], workspace: Workspace
) -> None:
    read = edited(lambda book: None, dataclasses.replace(workspace, journeys={}))

    assert read.is_new and read.said == ()
    assert [step.id for step in read.journey.steps] == [
        step.id for step in workspace.journeys["new-machine"].steps
    ]
    support = read.journey.step("call-support")
    assert support is not None and support.pains[0].evidence == ("int-ole-0612",)
    assert [len(stage.questions) for stage in read.journey.stages] == [2, 2, 2, 0, 0]


@pytest.mark.parametrize("text", ["=1+1", "+49 30 1234", "-5", "@SUM(A1)", '=HYPERLINK("http://x")', "2024"])
def test_a_text_is_a_text_whatever_it_begins_with(tmp_path: Path, text: str) -> None:
    journey = Journey(id="a", steps=(Step(id="s", does=text, thinks="x", feels=-1),))
    workspace = Workspace(Settings(), journeys={"a": journey})
    write_map(workspace, journey, tmp_path / "map.xlsx", language="en")

    book = openpyxl.load_workbook(tmp_path / "map.xlsx")

    one = cell(book, "does", "s")
    assert (one.value, one.data_type) == (text, "s")
    assert one.quotePrefix is (not text[0].isdigit())
    assert cell(book, "feels", "s").value == -1
    assert read_map(tmp_path / "map.xlsx", workspace).journey == journey


def test_choices_are_offered_from_lists_and_panes_are_frozen(workspace: Workspace, tmp_path: Path) -> None:
    write_map(workspace, workspace.journeys["new-machine"], tmp_path / "map.xlsx", language="fi")

    book = openpyxl.load_workbook(tmp_path / "map.xlsx")

    sheet = book["Kartta"]
    assert sheet.freeze_panes == "C7"
    assert sheet.row_dimensions[1].hidden and sheet.column_dimensions["A"].hidden
    assert sum("polku lists" in (rule.formula1 or "") for rule in sheet.data_validations.dataValidation) == 9
    states = {one.title: one.sheet_state for one in book.worksheets}
    assert states["polku map"] == "veryHidden" and states["Näin täytät"] == "visible"


def test_a_spreadsheet_that_is_no_map_is_refused_with_what_to_do(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "other.xlsx")

    with pytest.raises(DocumentError, match="polku new --from"):
        read_map(tmp_path / "other.xlsx", Workspace(Settings()))


def test_two_hundred_steps_go_out_and_come_back(tmp_path: Path) -> None:
    steps = tuple(Step(id=f"s{number}", stage="a", does=f"Does {number}") for number in range(200))
    journey = Journey(id="j", stages=(Stage(id="a"),), steps=steps)
    workspace = Workspace(Settings(), journeys={"j": journey})

    write_map(workspace, journey, tmp_path / "map.xlsx", language="en")

    assert read_map(tmp_path / "map.xlsx", workspace).journey == journey


WORDS = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n|;=•"), min_size=1, max_size=30
)


@settings(max_examples=25)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "does": st.none() | WORDS,
                "thinks": st.none() | WORDS,
                "note": st.none() | WORDS,
                "feels": st.none() | st.integers(-2, 2),
                "pains": st.lists(WORDS, max_size=3),
                "back": st.lists(WORDS, max_size=2),
                "waits": st.none() | st.sampled_from(["P1D", "PT36H", "P21D", "PT90S"]),
            }
        ),
        max_size=4,
    )
)
def test_any_journey_comes_back_as_it_went(
    tmp_path_factory: pytest.TempPathFactory, told: list[dict[str, Any]]
) -> None:
    steps = [{"id": f"s{number}", **fields} for number, fields in enumerate(told)]
    journey = Journey.model_validate({"id": "j", "steps": steps})
    workspace = Workspace(Settings(), journeys={"j": journey})
    file = tmp_path_factory.getbasetemp() / "any.xlsx"

    write_map(workspace, journey, file, language="en")

    read = read_map(file, workspace)
    assert (read.journey, read.said) == (journey, ())
