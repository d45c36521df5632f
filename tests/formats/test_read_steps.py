"""The spreadsheet of steps: both layouts, four languages, and a word about everything that was not used."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path
from typing import Any

import pytest

from polku.documents import Step
from polku.errors import DocumentError
from polku.formats.steps import Steps, read_steps
from polku.formats.steps_words import HEADERS, duration_in, feeling_on, feeling_scale, feeling_word, field_of
from polku.words import render

openpyxl = pytest.importorskip("openpyxl")


def csv_steps(folder: Path, text: str, encoding: str = "utf-8") -> Steps:
    path = folder / "steps.csv"
    path.write_bytes(text.encode(encoding))
    return read_steps(path)


def xlsx(folder: Path, *rows: list[Any], merge: tuple[str, ...] = ()) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cells in merge:
        book.active.merge_cells(cells)
    path = folder / "steps.xlsx"
    book.save(path)
    return path


def said(steps: Steps) -> dict[str, str]:
    return {word.cell: render(word.message) for word in steps.said}


def one(steps: Steps) -> Step:
    assert len(steps.journey.steps) == 1
    return steps.journey.steps[0]


@pytest.mark.parametrize(
    "header",
    [
        "Stage,Step,Role,Touchpoint,Channel,Feeling,Pain points,Thinks,Owner",
        "Vaihe,Askel,Rooli,Kohtaamispiste,Kanava,Tunne,Kipupisteet,Ajatukset,Omistaja",
        "Fas,Steg,Roll,Kontaktpunkt,Kanal,Känsla,Smärtpunkter,Tankar,Ansvarig",
        "Fase,Trin,Rolle,Kontaktpunkt,Kanal,Følelse,Smertepunkter,Tanker,Ansvarlig",
        "PHASE:,Activity,Persona (who),Touch point,Medium,Emotion [-2…2],PAINS,Thoughts,Team",
    ],
)
def test_headers_are_known_in_four_languages(header: str, tmp_path: Path) -> None:
    steps = csv_steps(
        tmp_path, f"{header}\nFirst,Calls us,Ole,First call,Phone,-1,Nobody answers,Again,Sales\n"
    )

    step = one(steps)
    assert (step.stage, step.does, step.role, step.touchpoint) == ("first", "Calls us", "ole", "first-call")
    assert (step.feels, step.pains[0].says, step.thinks, step.owner) == (
        -1,
        "Nobody answers",
        "Again",
        "sales",
    )
    assert steps.touchpoints[0].channel == steps.channels[0].id == "phone"
    assert steps.said == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_any_delimiter_and_encoding_is_read(delimiter: str, encoding: str, tmp_path: Path) -> None:
    rows = [
        ["Vaihe", "Askel", "Tunne"],
        ["Päätös", "Pyytää tarjouksen", "1"],
        ["Käyttö", "Käyttää, öljyää", "2"],
    ]
    text = "\r\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)

    steps = csv_steps(tmp_path, text, encoding)

    assert [step.does for step in steps.journey.steps] == ["Pyytää tarjouksen", "Käyttää, öljyää"]
    assert [stage.id for stage in steps.journey.stages] == ["paatos", "kaytto"]


def test_an_empty_stage_is_the_one_above_and_rows_above_the_header_are_passed_over(tmp_path: Path) -> None:
    steps = csv_steps(tmp_path, "Our map;;\n;;\nStage;Step;Role\nA;one;x\n;two;\nB;three;y\n")

    assert [(step.stage, step.id) for step in steps.journey.steps] == [
        ("a", "one"),
        ("a", "two"),
        ("b", "three"),
    ]
    assert steps.journey.steps[1].role is None


def test_merged_cells_are_filled_down(tmp_path: Path) -> None:
    path = xlsx(
        tmp_path,
        ["Stage", "Step", "Role"],
        ["A", "one", "Ole"],
        [None, "two", None],
        [None, "three", None],
        merge=("A2:A4", "C2:C3"),
    )

    steps = read_steps(path)

    assert [(step.stage, step.role) for step in steps.journey.steps] == [
        ("a", "ole"),
        ("a", "ole"),
        ("a", None),
    ]


def test_a_matrix_is_read_with_its_merged_stages(tmp_path: Path) -> None:
    path = xlsx(
        tmp_path,
        ["Customer journey of a pump"],
        [],
        [None, "Awareness", None, "Decision"],
        ["Step", "Sees ad", "Reads", "Signs"],
        ["Feelings", 1, -2, 2],
        ["Touchpoint", "Ad", "Site", "Contract"],
        ["KPI", "ctr", None, "won"],
        merge=("B3:C3",),
    )

    steps = read_steps(path)

    assert steps.layout == "matrix"
    assert [(step.stage, step.does, step.feels) for step in steps.journey.steps] == [
        ("awareness", "Sees ad", 1),
        ("awareness", "Reads", -2),
        ("decision", "Signs", 2),
    ]
    assert steps.journey.steps[0].note == "KPI: ctr"
    assert said(steps) == {"A7": "the row “KPI” is not known; its cells are kept as notes of the steps"}


def test_a_matrix_of_stages_becomes_a_step_per_thing_done(tmp_path: Path) -> None:
    steps = csv_steps(
        tmp_path,
        'Phase,Awareness,Decision\nActions,"• Sees ad\n• Reads","1. Signs"\nPain points,Too loud;Too long,\n',
    )

    assert [(step.stage, step.does) for step in steps.journey.steps] == [
        ("awareness", "Sees ad"),
        ("awareness", "Reads"),
        ("decision", "Signs"),
    ]
    assert [pain.says for pain in steps.journey.steps[0].pains] == ["Too loud", "Too long"]


def test_what_cannot_be_used_is_said_by_cell_and_kept_as_a_note(tmp_path: Path) -> None:
    steps = csv_steps(
        tmp_path,
        "Step;Feeling;Wait;Touchpoint;Budget;Owner;Next;Mood\n"
        "Calls;sideways;soon;Phone;100 €;Sales & IT;Nowhere;bad\n",
    )

    words = said(steps)
    assert set(words) == {"E1", "H1", "B2", "C2", "F2", "G2"}
    assert "“sideways” is no feeling" in words["B2"]
    step = one(steps)
    assert (step.feels, step.waits, step.owner, step.next) == (None, None, "sales", None)
    assert set((step.note or "").split("\n")) == {
        "sideways",
        "soon",
        "Sales & IT",
        "Nowhere",
        "Budget: 100 €",
        "Mood: bad",
    }


@pytest.mark.parametrize(
    ("cells", "feels"),
    [
        (["-2", "0", "2"], [-2, 0, 2]),
        (["1", "3", "5"], [-2, 0, 2]),
        (["1", "4"], [-2, 1]),
        (["0", "10"], [-2, 2]),
        (["−5", "+5"], [-2, 2]),
        (["4/5", "1/5"], [1, -2]),
        (["😡", "😐", "🙂"], [-2, 0, 1]),
        (["Turhautunut", "iloinen"], [-2, 1]),
        (["missnöjd", "Förtjust"], [-1, 2]),
        (["utilfreds", "begejstret"], [-1, 2]),
        (["--", "++"], [-2, 2]),
    ],
)
def test_feelings_are_read_from_scales_words_and_smileys(
    cells: list[str], feels: list[int], tmp_path: Path
) -> None:
    rows = "\n".join(f"step {number};{cell}" for number, cell in enumerate(cells))
    steps = csv_steps(tmp_path, f"Step;Feeling\n{rows}\n")

    assert [step.feels for step in steps.journey.steps] == feels


def test_a_scale_that_is_not_ours_is_said(tmp_path: Path) -> None:
    assert "from 1 to 5" in said(csv_steps(tmp_path, "Step;Feeling\na;1\nb;5\n"))["B2"]
    assert "“happy” is read as the feeling +1" in said(csv_steps(tmp_path, "Step;Feeling\na;happy\n"))["B2"]


def test_numbers_beyond_every_scale_are_kept_not_guessed(tmp_path: Path) -> None:
    steps = csv_steps(tmp_path, "Step;Feeling\na;1\nb;77\n")

    assert [step.feels for step in steps.journey.steps] == [None, None]
    assert {"B2", "B3"} == set(said(steps))


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("3 weeks", dt.timedelta(weeks=3)),
        ("2 vk", dt.timedelta(weeks=2)),
        ("5 pv", dt.timedelta(days=5)),
        ("4 timmar", dt.timedelta(hours=4)),
        ("1,5 måneder", dt.timedelta(days=45)),
        ("2-4 weeks", dt.timedelta(weeks=3)),
        ("10", dt.timedelta(days=10)),
        ("P21D", dt.timedelta(days=21)),
        ("soon", None),
        ("3 bananas", None),
        ("99999999 years", None),
        ("", None),
    ],
)
def test_durations_are_read_as_people_write_them(text: str, duration: dt.timedelta | None) -> None:
    assert duration_in(text) == duration


def test_ways_are_drawn_where_steps_are_named(tmp_path: Path) -> None:
    steps = csv_steps(tmp_path, "Step;Role;Next step\nCalls us;a;Signs; \nAsks;a;\nSigns;a;Calls us;Asks\n")

    assert [[way.to for way in step.next or ()] for step in steps.journey.steps] == [
        ["signs"],
        [],
        ["calls-us"],
    ]


def test_several_people_share_a_step(tmp_path: Path) -> None:
    step = one(csv_steps(tmp_path, "Step;Role;With\nSigns;Ivan / Anders and Per;Ole\n"))

    assert (step.role, step.with_) == ("ivan", ("anders", "per", "ole"))


def test_a_quote_becomes_evidence_of_the_step(tmp_path: Path) -> None:
    steps = csv_steps(tmp_path, "Step;Role;Quote\nSigns;Ivan;“At last!”\n")

    evidence = steps.evidence[0]
    assert one(steps).evidence == (evidence.id,)
    assert evidence.quote == "At last!"
    assert (evidence.about.steps, evidence.about.roles) == (("signs",), ("ivan",))


def test_same_words_over_another_medium_are_another_touchpoint(tmp_path: Path) -> None:
    steps = csv_steps(tmp_path, "Step;Touchpoint;Channel\na;Talk;Phone\nb;Talk;Meeting\nc;talk;phone\n")

    assert [step.touchpoint for step in steps.journey.steps] == ["talk", "talk-meeting", "talk"]


def test_without_stages_the_journey_is_one(tmp_path: Path) -> None:
    steps = csv_steps(tmp_path, "Step;Role\na;x\n")

    assert [stage.name for stage in steps.journey.stages] == ["steps"]
    assert one(steps).stage == "steps"


def test_steps_above_the_first_stage_belong_to_it(tmp_path: Path) -> None:
    steps = csv_steps(tmp_path, "Stage;Step\n;a\nFirst;b\nSecond;c\n")

    assert [step.stage for step in steps.journey.steps] == ["first", "first", "second"]


def test_a_medium_alone_is_the_touchpoint_whatever_else_bears_its_name(tmp_path: Path) -> None:
    steps = csv_steps(tmp_path, "Step;Touchpoint;Channel\na;Phone;Office\nb;;Phone\n")

    assert [step.touchpoint for step in steps.journey.steps] == ["phone", "phone"]


def test_two_hundred_rows_with_long_texts_are_read(tmp_path: Path) -> None:
    rows = "\n".join(f"S{number // 20};{'Asks again ' * 200}{number};Ole;1" for number in range(200))
    steps = csv_steps(tmp_path, f"Stage;Step;Role;Feeling\n{rows}\n")

    assert len(steps.journey.steps) == 200
    assert len({step.id for step in steps.journey.steps}) == 200
    assert all(len(step.id) < 70 and len(step.does or "") > 2000 for step in steps.journey.steps)


def test_a_sheet_without_known_headers_is_refused_with_the_known(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"no row of headers.*stage, step.*touchpoint"):
        csv_steps(tmp_path, "Kampanja;Klikit\nA;12\n")
    with pytest.raises(DocumentError, match="no row of headers"):
        csv_steps(tmp_path, "")


def test_the_sheet_with_steps_is_found_among_others(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Read me first"])
    sheet = book.create_sheet("Polku")
    sheet.append(["Vaihe", "Askel"])
    sheet.append(["Osto", "Tilaa"])
    book.save(tmp_path / "steps.xlsx")

    assert read_steps(tmp_path / "steps.xlsx").sheet == "Polku"


def test_files_of_other_makes_are_refused_with_a_way_out(tmp_path: Path) -> None:
    for name, content, words in (
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "without a password"),
        ("x.xlsx", b"not a zip", "neither an XLSX nor a CSV"),
        ("y.xlsx", b"PK\x03\x04 broken", "damaged"),
        ("z.csv", b"PK\x03\x04 broken", "damaged"),
        ("nul.csv", b"a;b\0c\n", "neither"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(DocumentError, match=words):
            read_steps(tmp_path / name)


def test_a_zip_that_is_no_spreadsheet_and_one_that_unpacks_too_far_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    with pytest.raises(DocumentError, match="neither"):
        read_steps(tmp_path / "a.xlsx")

    with zipfile.ZipFile(tmp_path / "b.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<a/>")
        archive.writestr("xl/worksheets/sheet1.xml", bytes(101_000_000))
    with pytest.raises(DocumentError, match="unpacks to more than 100 MB"):
        read_steps(tmp_path / "b.xlsx")


def test_xml_that_defines_entities_is_refused(tmp_path: Path) -> None:
    path = xlsx(tmp_path, ["Step", "Role"], ["a", "b"])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>'
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = bomb + sheet[sheet.index(b"<worksheet") :]
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)

    with pytest.raises(DocumentError, match="damaged"):
        read_steps(path)


def test_an_export_of_data_is_sent_to_import(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="polku import"):
        csv_steps(tmp_path, "Step;Role\n" + "a;b\n" * 6000)


@pytest.mark.parametrize(
    "text", ["<b>x</b>", "../../x", "\u202e", "%s{}", "'; drop", "𝔘👩‍👩‍👧", "x" * 50_000, "《》"]
)
def test_odd_texts_are_kept_as_they_are(text: str, tmp_path: Path) -> None:
    path = xlsx(tmp_path, ["Stage", "Step", "Role", "Team", "Touchpoint", "Pain"], [text[:30000]] * 6)

    step = one(read_steps(path))

    assert step.does == text[:30000]


def test_no_word_means_two_things() -> None:
    words = [word for found in HEADERS.values() for word in found]
    assert len(words) == len(set(words))
    assert all(field_of(word) == name for name, found in HEADERS.items() for word in found)
    assert feeling_word("Very Unhappy") == -2
    assert feeling_scale([]) is None
    assert [feeling_on((1, 5), number) for number in (1, 2, 3, 4, 5)] == [-2, -1, 0, 1, 2]
    assert [feeling_on((0, 10), number) for number in (0, 5, 10)] == [-2, 0, 2]


def test_the_guide_lists_every_header() -> None:
    guide = (Path(__file__).parents[2] / "docs/guides/spreadsheet-of-steps.md").read_text(encoding="utf-8")
    for name, words in HEADERS.items():
        assert name == "number" or f"| {', '.join(words)} |" in guide
