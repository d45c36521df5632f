"""Reading a workspace: what is sound is read, what is broken costs only itself."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from polku.documents import Problem, Workspace
from polku.errors import DocumentError
from polku.formats import read_workspace
from polku.formats.texts import workspace_of_texts
from polku.words import LANGUAGES, render

JOURNEY = """\
id: buy
name: Buying
stages:
  - {id: before, name: Before}
steps:
  - id: hear
    stage: before
    does: Hears of us
    feels: 1
  - id: ask
    stage: before
    role: ole
    feels: 0
    pains: [Nobody answers]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "polku.yaml").write_text("polku: 1\nname: Test\n", encoding="utf-8")
    for kind in ("journeys", "roles", "evidence", "sources"):
        (tmp_path / kind).mkdir()
    (tmp_path / "journeys/buy.yaml").write_text(JOURNEY, encoding="utf-8")
    return tmp_path


def one_problem(folder: Path) -> tuple[Workspace, Problem]:
    workspace = read_workspace(folder)
    assert len(workspace.problems) == 1, [render(problem.message) for problem in workspace.problems]
    return workspace, workspace.problems[0]


def change(folder: Path, old: str, new: str) -> None:
    path = folder / "journeys/buy.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_sound_workspace_has_no_problems_and_knows_its_lines(folder: Path) -> None:
    workspace = read_workspace(folder)

    assert workspace.problems == ()
    assert [step.id for step in workspace.journeys["buy"].steps] == ["hear", "ask"]
    assert str(workspace.place("journeys/buy", "steps/ask/feels")) == "journeys/buy.yaml:13:5"
    assert str(workspace.place("journeys/buy", "steps/ask")) == "journeys/buy.yaml:10:5"
    assert str(workspace.place("journeys/buy", "steps/ask/pains/1")) == "journeys/buy.yaml:14:13"
    assert str(workspace.place("journeys/buy", "stages/before/name")) == "journeys/buy.yaml:4:18"


def test_a_folder_without_polku_yaml_is_refused_and_says_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="polku new"):
        read_workspace(tmp_path)
    with pytest.raises(DocumentError, match="polku new"):
        read_workspace(tmp_path / "none")


@pytest.mark.parametrize(
    ("old", "new", "code", "item", "says"),
    [
        ("feels: 1", "feels: 7", "PK007", "steps/hear/feels", "“7” is out of range; possible: from −2 to 2"),
        ("feels: 1", "feels: good", "PK007", "steps/hear/feels", "“good” is no whole number"),
        ("feels: 1", "feels: 1.5", "PK007", "steps/hear/feels", "“1.5” is no whole number"),
        ("feels: 1", "feel: 1", "PK006", "steps/hear/feel", "did you mean “feels”?"),
        ("feels: 1", "waits: 3 weeks", "PK007", "steps/hear/waits", "P2W two weeks"),
        ("name: Buying", "state: asis", "PK007", "state", "did you mean “as-is”?"),
        ("name: Buying", "validated: 31.12.2026", "PK007", "validated", "write 2026-12-31"),
        ("name: Buying", "validated: 05/06/2026", "PK007", "validated", "year-month-day"),
        ("name: Buying", "validated: 2026-02-30", "PK007", "validated", "is no date"),
        ("name: Buying", "rounds: [a]", "PK007", "rounds", "a list of one member stands where keys"),
        (
            "pains: [Nobody answers]",
            "pains: [{weight: 2}]",
            "PK007",
            "steps/ask/pains/1",
            "“says” is missing",
        ),
        ("pains: [Nobody answers]", "front: [[a]]", "PK007", "steps/ask/front/1", "a list of one member"),
        ("role: ole", "role: Ole Operatør", "PK007", "steps/ask/role", "is read as “ole-operator”"),
        ("role: ole", "role: 《》", "PK007", "steps/ask/role", "left out"),
        ("id: buy\n", "id: [buy]\n", "PK007", "id", "a list of one member stands where a text"),
        (
            "feels: 0",
            "moment_of_truth: maybe",
            "PK007",
            "steps/ask/moment_of_truth",
            "neither true nor false",
        ),
        ("feels: 0", "feels: 0\n    feels: 2", "PK007", None, "second time; the first, on line 13"),
        ("id: ask", "id: hear", "PK002", "steps/2", "already that of another item, on line 6"),
    ],
)
def test_a_broken_value_costs_only_itself(
    folder: Path, old: str, new: str, code: str, item: str | None, says: str
) -> None:
    change(folder, old, new)

    workspace = read_workspace(folder)

    problem = workspace.problems[0]
    assert (problem.code, problem.document, problem.item) == (code, "journeys/buy", item)
    assert says in render(problem.message)
    assert problem.place.file == "journeys/buy.yaml"
    assert new.splitlines()[-1].split(":")[0].lstrip("- ") in JOURNEY.replace(old, new).splitlines()[
        problem.place.line - 1
    ] or item in ("steps/2",)
    journey = workspace.journeys["buy"]
    assert journey.stages[0].name == "Before"
    assert journey.steps[0].does == "Hears of us"


def test_a_value_out_of_range_leaves_the_step_without_it(folder: Path) -> None:
    change(folder, "feels: 1", "feels: 7")

    workspace, _ = one_problem(folder)

    assert workspace.journeys["buy"].steps[0].feels is None
    assert workspace.journeys["buy"].steps[1].feels == 0


def test_a_step_without_an_id_is_kept_and_named_after_what_it_says(folder: Path) -> None:
    change(folder, "- id: hear\n    stage: before", "- stage: before")

    workspace, problem = one_problem(folder)

    assert [step.id for step in workspace.journeys["buy"].steps] == ["hears-of-us", "ask"]
    assert "id: hears-of-us" in render(problem.message)


def test_ids_written_as_words_still_find_each_other(folder: Path) -> None:
    change(folder, "id: before, name: Before", "id: Före köpet")
    change(folder, "stage: before", "stage: Före köpet")

    workspace = read_workspace(folder)

    journey = workspace.journeys["buy"]
    assert {step.stage for step in journey.steps} == {journey.stages[0].id} == {"fore-kopet"}
    assert [problem.code for problem in workspace.problems] == ["PK007"] * 3


def test_several_broken_values_are_all_reported_at_once(folder: Path) -> None:
    change(folder, "feels: 1", "feels: 7\n    touchpoint: [a]\n    colour: red\n    waits: soon")

    problems = read_workspace(folder).problems

    assert [problem.item for problem in problems] == [
        "steps/hear/feels",
        "steps/hear/touchpoint",
        "steps/hear/waits",
        "steps/hear/colour",
    ]


def test_empty_values_are_holes_not_errors(folder: Path) -> None:
    change(folder, "name: Buying", "name:\nroles:\nrounds:\nmapped_by: [sales, ~]\nstate:")

    workspace = read_workspace(folder)

    assert workspace.problems == ()
    assert workspace.journeys["buy"].mapped_by == ("sales",)
    assert workspace.journeys["buy"].state == "as-is"


def test_texts_that_look_like_numbers_days_or_truth_stay_texts(folder: Path) -> None:
    (folder / "roles/ole.yaml").write_text(
        "id: ole\nname: 2026-07-01\ntitles: [007, no, true, 1_000]\njob: 1.50\ngoals: 5\n", encoding="utf-8"
    )

    workspace = read_workspace(folder)

    role = workspace.roles["ole"]
    assert workspace.problems == ()
    assert (role.name, role.titles, role.job, role.goals) == (
        "2026-07-01",
        ("007", "no", "true", "1_000"),
        "1.50",
        ("5",),
    )


def test_numbers_follow_yaml_1_2(folder: Path) -> None:
    (folder / "polku.yaml").write_text(
        "limits: {small: 0x10, drift: 1e-1, ageing: P1D}\nteams: [{id: a, external: True}]\n"
        "purpose: {goals: [{id: g, now: 12:30, target: .5, by: 2027-06-30}]}\nchecks: {PK203: off}\n",
        encoding="utf-8",
    )

    workspace, problem = one_problem(folder)

    settings = workspace.settings
    assert (settings.limits.small, settings.limits.drift) == (16, 0.1)
    assert settings.limits.ageing == timedelta(days=1)
    assert settings.purpose is not None
    assert settings.purpose.goals[0].by == date(2027, 6, 30)
    assert settings.checks == {"PK203": "off"}
    assert problem.item == "purpose/goals/g/now", "12:30 is no number in base 60"


def test_keys_of_value_maps_are_texts(folder: Path) -> None:
    (folder / "sources/crm.yaml").write_text(
        "id: crm\ntable: deals\ncolumns: {deal_id: no}\nvalues: {outcome: {1: won, true: lost, else: open}}\n",
        encoding="utf-8",
    )

    workspace = read_workspace(folder)

    assert workspace.problems == ()
    assert workspace.sources["crm"].fills[0].values == {
        "outcome": {"1": "won", "true": "lost", "else": "open"}
    }


def test_a_fault_in_the_short_form_of_a_source_is_found_at_its_line(folder: Path) -> None:
    (folder / "sources/crm.yaml").write_text(
        "id: crm\ntable: event\ncolumns: {a: [b]}\ncolums: {}\n", encoding="utf-8"
    )

    problems = read_workspace(folder).problems

    assert [(problem.item, problem.place.line) for problem in problems] == [
        ("table", 2),
        ("colums", 4),
    ]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("id: buy\nname: a: b\n", 2, "quotation marks"),
        ("id: buy\nsteps: [a, b\nname: c\n", 3, "no , or ] here"),
        ('id: buy\nname: "open\nowner: x\n', 2, "never closed"),
        ("id: buy\n<<<<<<< HEAD\nname: a\n=======\nname: b\n>>>>>>> theirs\n", 2, "two versions"),
        ("id: buy\nname: a\nname: b\n>>>>>>> theirs\n", 4, "two versions"),
        ("id: buy\n\tname: x\n", 2, "a tab indents"),
        ("id: buy\nname: @x\n", 2, "quotation marks"),
        ("id: *who\n", 1, "*who"),
        ("- a\n- b\n", 1, "keys and values"),
        ("just a text\n", 1, "keys and values"),
        ("id: buy\n? [a]\n: b\n", 2, "a key is a text"),
        ("id: buy\n\0", 2, "control character"),
        ("a: " + "[" * 200 + "]" * 200, 1, "levels deep"),
    ],
)
def test_a_file_that_is_not_a_document_is_a_finding_and_the_rest_is_read(
    folder: Path, text: str, line: int, says: str
) -> None:
    (folder / "journeys/bad.yaml").write_text(text, encoding="utf-8")

    workspace, problem = one_problem(folder)

    assert (problem.code, problem.document, problem.place.line) == ("PK008", "journeys/bad", line)
    assert says in render(problem.message).replace("keys with values", "keys and values")
    assert list(workspace.journeys) == ["buy"]


def test_a_file_in_another_encoding_names_the_line(folder: Path) -> None:
    (folder / "roles/a.yaml").write_bytes("id: a\nname: Åsa Nør\n".encode("cp1252"))
    (folder / "roles/b.yaml").write_bytes("id: b\nname: Åsa\n".encode("utf-16"))
    (folder / "roles/c.yaml").write_bytes("\ufeffid: c\nname: Åsa\n".encode())

    workspace, problem = one_problem(folder)

    assert (problem.code, str(problem.place)) == ("PK008", "roles/a.yaml:2:7")
    assert [role.name for role in workspace.roles.values()] == ["Åsa", "Åsa"]


def test_a_bomb_of_aliases_ends_quickly(folder: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    (folder / "journeys/bomb.yaml").write_text("\n".join(lines), encoding="utf-8")

    _, problem = one_problem(folder)

    assert problem.code == "PK008"
    assert "unfolds" in render(problem.message)


def test_an_alias_is_a_copy_with_the_place_of_its_use(folder: Path) -> None:
    change(folder, "role: ole", "role: &who ole\n    with: [per, *who]\n    owner: *who")

    workspace = read_workspace(folder)

    assert workspace.problems == ()
    assert workspace.journeys["buy"].steps[1].with_ == ("per", "ole")
    assert workspace.place("journeys/buy", "steps/ask/owner").line == 14


def test_a_file_that_is_too_big_is_not_read(folder: Path) -> None:
    with (folder / "journeys/big.yaml").open("wb") as file:
        file.truncate(10_000_001)

    _, problem = one_problem(folder)

    assert "at most 10 MB" in render(problem.message)


def test_links_out_of_the_workspace_are_refused_and_links_inside_are_read(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret.yaml"
    outside.write_text("id: secret\n", encoding="utf-8")
    (folder / "roles/secret.yaml").symlink_to(outside)
    (folder / "partners").symlink_to(outside.parent)
    (folder / "roles/ole.yaml").write_text("id: ole\n", encoding="utf-8")
    (folder / "roles/per.yaml").symlink_to(folder / "roles/ole.yaml")

    workspace = read_workspace(folder)

    assert sorted((problem.code, problem.place.file) for problem in workspace.problems) == [
        ("PK002", "roles/per.yaml"),
        ("PK008", "partners"),
        ("PK008", "roles/secret.yaml"),
    ]
    assert list(workspace.roles) == ["ole"]


def test_hidden_files_other_files_and_unknown_folders_are_left_alone(folder: Path) -> None:
    (folder / ".polku.yaml").write_text("nonsense: [", encoding="utf-8")
    (folder / "journeys/.buy.yaml.swp").write_text("x", encoding="utf-8")
    (folder / "journeys/.hidden.yaml").write_text("[", encoding="utf-8")
    (folder / "journeys/notes.txt").write_text("x", encoding="utf-8")
    (folder / "lake").mkdir()
    (folder / "lake/x.yaml").write_text("[", encoding="utf-8")

    assert read_workspace(folder).problems == ()


def test_yaml_files_that_nothing_reads_are_pointed_out(folder: Path) -> None:
    (folder / "notes.yaml").write_text("a: 1\n", encoding="utf-8")

    _, problem = one_problem(folder)

    assert (problem.code, problem.document) == ("PK009", "notes")


def test_a_file_called_otherwise_than_its_id_is_read_under_its_id(folder: Path) -> None:
    (folder / "journeys/buy.yaml").rename(folder / "journeys/purchase.yaml")

    workspace, problem = one_problem(folder)

    assert (problem.code, problem.document) == ("PK009", "journeys/buy")
    assert str(workspace.place("journeys/buy", "steps/ask")) == "journeys/purchase.yaml:10:5"


def test_of_two_documents_with_one_id_the_one_named_so_stays(folder: Path) -> None:
    (folder / "journeys/a.yaml").write_text("id: buy\nname: Other\n", encoding="utf-8")

    workspace = read_workspace(folder)

    assert [problem.code for problem in workspace.problems if problem.place.file == "journeys/a.yaml"] != []
    assert "PK002" in {problem.code for problem in workspace.problems}
    assert workspace.journeys["buy"].name == "Buying"


def test_a_newer_format_is_named_and_what_is_known_is_read(folder: Path) -> None:
    (folder / "polku.yaml").write_text("polku: 2\nname: Test\n", encoding="utf-8")

    workspace, problem = one_problem(folder)

    assert (problem.code, problem.item, problem.place.line) == ("PK006", "polku", 1)
    assert workspace.settings.name == "Test"


def test_broken_settings_leave_the_journeys_readable(folder: Path) -> None:
    (folder / "polku.yaml").write_text("name: [\n", encoding="utf-8")

    workspace, problem = one_problem(folder)

    assert (problem.code, problem.document) == ("PK008", "polku")
    assert list(workspace.journeys) == ["buy"]


def test_every_message_is_said_in_english_and_finnish(folder: Path) -> None:
    change(folder, "feels: 1", "feels: 7\n    colour: red\n    waits: soon")
    for problem in read_workspace(folder).problems:
        said = {language: render(problem.message, language) for language in LANGUAGES}
        assert said["en"] != said["fi"]


def test_documents_stand_in_the_order_of_the_numbers_in_their_names(tmp_path: Path) -> None:
    (tmp_path / "polku.yaml").write_text("name: Acme\n")
    (tmp_path / "accounts").mkdir()
    for number in (0, 1, 2, 10, 100):
        (tmp_path / "accounts" / f"plant-{number}.yaml").write_text(f"id: plant-{number}\n")

    numbered = [f"plant-{number}" for number in (0, 1, 2, 10, 100)]
    texts = {f"accounts/{id}": f"id: {id}\n" for id in numbered[::-1]} | {"polku": "name: Acme\n"}
    assert [*read_workspace(tmp_path).accounts] == numbered
    assert [*workspace_of_texts(texts).accounts] == numbered


def test_a_file_in_place_of_its_folder_is_told_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "polku.yaml").write_text("polku: 1\n")
    with pytest.raises(DocumentError) as refused:
        read_workspace(tmp_path / "polku.yaml")
    assert f"this is a file; a workspace is a folder. Name its folder: {tmp_path}" in refused.value.text("en")
    with pytest.raises(DocumentError) as refused:
        read_workspace(tmp_path / "gone")
    assert "polku new" in refused.value.text("en")
