"""The map of a journey as a spreadsheet to fill in: steps as columns, lanes as rows, choices to pick from.

Three sheets are shown (the map, the stages with their questions, how to fill it in) and three are hidden:
the texts of the first two as they were when the file was written, so that reading knows what somebody
changed, and the lists of choices. Row 1 and column A of a sheet carry the ids, hidden.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from polku.documents import Journey, Stage, Step, Workspace
from polku.errors import DocumentError
from polku.formats.sheets import cell_name
from polku.formats.xlsx_lanes import LANES
from polku.formats.xlsx_names import Names, names_of
from polku.words import Message

MAP_MARK, STAGES_MARK = "polku:map", "polku:stages"
BASE = ":base"
"""Ends the mark of a hidden sheet that holds the texts as they were written."""
VERSION = "1"
SPARE_STEPS = 8
SPARE_QUESTIONS = 12
NUMBERS = "number"
LONGEST = 32_000
"""Letters of a cell; Excel ends at 32,767."""
HEAD_ROWS = 2
"""Rows above the numbers of the steps: the hidden ids and the title."""
STAGE_COLUMNS = ("stage", "when", "ask", "answer", "shown-by")
WHENS = ("before", "during", "after")
_EPOCH = dt.datetime(2000, 1, 1)
_INK, _SOFT, _LINE, _HOLE = "#1F2933", "#F3F1EC", "#D6D2C9", "#FFF6DA"
_STAGE_FILLS = ("#DCE8E4", "#E9E2D3")


@dataclass(frozen=True)
class Grid:
    """The texts of a sheet: keys of its rows and columns, and the text of each cell by both."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    texts: dict[tuple[str, str], str]


def mark_of(kind: str, journey: Journey, language: str) -> str:
    """What stands in the first, hidden cell of a sheet, so that it is known whatever it is called."""
    return f"{kind}:{VERSION}:{language}:{journey.id}"


def number_steps(names: Names, steps: Sequence[Step]) -> None:
    """Give the steps their numbers."""
    names.numbers = {step.id: str(number) for number, step in enumerate(steps, start=1)}
    for step in reversed(steps):
        names.steps[" ".join(step.label.split()).casefold()] = step.id
    names.steps.update({number: id for id, number in names.numbers.items()})


def map_grid(journey: Journey, names: Names) -> Grid:
    """The map's texts: lane × step."""
    texts: dict[tuple[str, str], str] = {}
    for step in journey.steps:
        texts[NUMBERS, step.id] = names.numbers[step.id]
        for lane in LANES:
            texts[lane.name, step.id] = _cut(lane.show(step, names))
    rows = (NUMBERS, *(lane.name for lane in LANES))
    return Grid(rows, tuple(step.id for step in journey.steps), texts)


def stages_grid(journey: Journey, names: Names) -> Grid:
    """The stages and their questions, a row each."""
    texts: dict[tuple[str, str], str] = {}
    rows: list[str] = []
    for stage in journey.stages:
        rows.append(stage_key(stage))
        texts[rows[-1], "stage"] = stage.label
        texts[rows[-1], "when"] = names.say(f"xlsx.when-{stage.when}") if stage.when else ""
        for number, question in enumerate(stage.questions, start=1):
            rows.append(question_key(stage, number))
            texts[rows[-1], "stage"] = names.label("stages", stage.id)
            texts[rows[-1], "ask"] = _cut(question.ask)
            texts[rows[-1], "answer"] = _cut(question.answer or "")
            texts[rows[-1], "shown-by"] = "\n".join(names.label("evidence", id) for id in question.evidence)
    return Grid(tuple(rows), STAGE_COLUMNS, texts)


def stage_key(stage: Stage) -> str:
    """The hidden key of a stage's row."""
    return f"stage:{stage.id}"


def question_key(stage: Stage, number: int) -> str:
    """The hidden key of a question's row; questions have no ids, so their number is it."""
    return f"question:{stage.id}:{number}"


def workbook(workspace: Workspace, journey: Journey, language: str) -> bytes:
    """The bytes of the spreadsheet.

    Raises:
        DocumentError: XlsxWriter is not installed.
    """
    try:
        import xlsxwriter
    except ImportError as error:
        raise DocumentError(Message("xlsx.needs-office")) from error
    names = names_of(workspace, journey, language)
    number_steps(names, journey.steps)
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False})
    # Without a day of its own the time of the run would stand in the file and no two would be equal.
    about = {"title": journey.label, "company": workspace.settings.name or "", "created": _EPOCH}
    book.set_properties(about)
    _Book(book, workspace, journey, names).write()
    book.close()
    return target.getvalue()


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


class _Book:
    """One workbook while it is written."""

    def __init__(self, book: Any, workspace: Workspace, journey: Journey, names: Names) -> None:
        self.book = book
        self.workspace = workspace
        self.journey = journey
        self.names = names
        self.say = names.say
        self.formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self.choices: dict[str, str] = {}

    def write(self) -> None:
        """Write all sheets; the map is what opens."""
        shown = self.book.add_worksheet(self.say("xlsx.sheet-map"))
        stages = self.book.add_worksheet(self.say("xlsx.sheet-stages"))
        guide = self.book.add_worksheet(self.say("xlsx.sheet-guide"))
        lists = self.book.add_worksheet("polku lists")
        self._lists(lists)
        map_texts, stage_texts = map_grid(self.journey, self.names), stages_grid(self.journey, self.names)
        self._map(shown, map_texts)
        self._stages(stages, stage_texts)
        self._guide(guide)
        for title, mark, grid in (
            ("polku map", MAP_MARK, map_texts),
            ("polku stages", STAGES_MARK, stage_texts),
        ):
            base = self.book.add_worksheet(title)
            self._base(base, mark_of(mark + BASE, self.journey, self.say.language), grid)
        shown.activate()
        for sheet in self.book.worksheets()[3:]:
            sheet.very_hidden()

    def text(self, sheet: Any, row: int, column: int, text: str, **look: Any) -> None:
        """Write a text as a text: nothing in it is computed, now or when somebody edits the cell."""
        if text[:1] in ("=", "+", "-", "@", "\t", "\r"):
            look["quote_prefix"] = True
        form = self.form(**look)
        if text:
            sheet.write_string(row, column, text, form)
        else:
            sheet.write_blank(row, column, None, form)

    def form(self, **look: Any) -> Any:
        """The format of a look, made once."""
        key = tuple(sorted(look.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format(
                {"font_name": "Calibri", "font_size": 11, "font_color": _INK, "valign": "top", **look}
            )
        return self.formats[key]

    def cell(self, **look: Any) -> dict[str, Any]:
        """The look of a cell to fill in: text format, so that Excel leaves what is typed as it is."""
        return {"text_wrap": True, "border": 1, "border_color": _LINE, "num_format": "@", **look}

    def _lists(self, sheet: Any) -> None:
        """Write the lists of choices; a rule of Excel itself could hold 255 letters only."""
        kinds = {lane.choices for lane in LANES if lane.choices}
        words = {kind: self.names.kinds[kind].all() for kind in sorted(kinds)}
        words["when"] = [self.say(f"xlsx.when-{when}") for when in WHENS]
        words["yes"] = [self.say("xlsx.yes")]
        words["feels"] = ["-2", "-1", "0", "1", "2"]
        for column, (kind, choices) in enumerate(words.items()):
            for row, choice in enumerate(choices):
                if kind == "feels":
                    sheet.write_number(row, column, int(choice))
                else:
                    self.text(sheet, row, column, choice)
            if choices:
                first, last = cell_name(0, column), cell_name(len(choices) - 1, column)
                letters = first.rstrip("1")
                self.choices[kind] = f"='polku lists'!${letters}$1:${letters}${last[len(letters) :]}"

    def _map(self, sheet: Any, grid: Grid) -> None:
        look = {"bold": True, "font_size": 16}
        sheet.write_string(0, 0, mark_of(MAP_MARK, self.journey, self.say.language))
        self.text(sheet, 1, 1, self.journey.label, **look)
        self.text(sheet, 1, 2, self.say("xlsx.hint"), italic=True)
        count = len(grid.columns)
        for at, step in enumerate(grid.columns):
            sheet.write_string(0, at + 2, step)
        fills = self._stage_fills(count)
        for number, name in enumerate(grid.rows):
            row = HEAD_ROWS + number
            sheet.write_string(row, 0, name)
            self.text(sheet, row, 1, self.say(f"xlsx.lane-{name}"), bold=True, text_wrap=True, bg_color=_SOFT,
                      border=1, border_color=_LINE)  # fmt: skip
            for at in range(count + SPARE_STEPS):
                text = str(at + 1) if name == NUMBERS else ""
                if at < count:
                    text = grid.texts[name, grid.columns[at]]
                self._map_cell(sheet, row, at + 2, name, text, fills[at] if at < count else None)
        self._map_rules(sheet, grid, count)
        sheet.set_row(0, None, None, {"hidden": True})
        sheet.set_row(1, 26)
        sheet.set_column(0, 0, 4, None, {"hidden": True})
        sheet.set_column(1, 1, 20)
        sheet.set_column(2, count + SPARE_STEPS + 1, 25)
        sheet.freeze_panes(HEAD_ROWS + 1 + [lane.name for lane in LANES].index("does") + 1, 2)
        # Numbers of steps and texts that are numbers are meant as texts.
        sheet.ignore_errors({"number_stored_as_text": f"A1:{cell_name(len(grid.rows) + 2, count + 20)}"})
        sheet.set_landscape()
        sheet.set_paper(8)
        sheet.fit_to_pages(1 if count <= 12 else 0, 0)
        sheet.repeat_rows(HEAD_ROWS, HEAD_ROWS + 3)
        sheet.repeat_columns(1, 1)

    def _map_cell(self, sheet: Any, row: int, column: int, name: str, text: str, fill: str | None) -> None:
        look = self.cell()
        if name == NUMBERS:
            look = self.cell(bold=True, align="center", bg_color=_SOFT)
        elif name == "stage" and fill:
            look = self.cell(bold=True, bg_color=fill)
        elif name == "does":
            look = self.cell(bold=True)
        if name == "feels" and text:
            sheet.write_number(
                row, column, int(text), self.form(**self.cell(num_format="+0;-0;0", align="left"))
            )
        elif name == "feels":
            sheet.write_blank(row, column, None, self.form(**self.cell(num_format="+0;-0;0", align="left")))
        else:
            self.text(sheet, row, column, text, **look)

    def _stage_fills(self, count: int) -> list[str]:
        """A colour for each step's stage, changing where the stage does."""
        order = [stage.id for stage in self.journey.stages]
        fills = []
        for step in self.journey.steps[:count]:
            place = order.index(step.stage) if step.stage in order else 0
            fills.append(_STAGE_FILLS[place % 2])
        return fills

    def _map_rules(self, sheet: Any, grid: Grid, count: int) -> None:
        """Choices to pick from, and a tint on what nobody has said yet."""
        hole = self.book.add_format({"bg_color": _HOLE})
        last = count + SPARE_STEPS + 1
        for number, lane in enumerate(LANES, start=1):
            row = HEAD_ROWS + number
            kind = {"feels": "feels", "moment": "yes"}.get(lane.name, lane.choices or "")
            if kind in self.choices:
                self._choose(sheet, (row, 2, row, last), kind, lane.name)
            if lane.hole and count:
                rule = {"type": "blanks", "format": hole}
                sheet.conditional_format(row, 2, row, count + 1, rule)

    def _choose(self, sheet: Any, cells: tuple[int, int, int, int], kind: str, words: str) -> None:
        sheet.data_validation(
            *cells,
            {
                "validate": "list",
                "source": self.choices[kind],
                "error_title": self.say("xlsx.choose-title")[:32],
                "error_message": self.say("xlsx.choose")[:255],
                "error_type": "stop",
                **({"input_message": self.say("xlsx.feels-help")[:255]} if words == "feels" else {}),
            },
        )

    def _stages(self, sheet: Any, grid: Grid) -> None:
        sheet.write_string(0, 0, mark_of(STAGES_MARK, self.journey, self.say.language))
        self.text(sheet, 1, 1, self.say("xlsx.stages-title"), bold=True, font_size=16)
        for column, name in enumerate(grid.columns, start=1):
            sheet.write_string(0, column, name)
            self.text(sheet, 2, column, self.say(f"xlsx.column-{name}"), bold=True, bg_color=_SOFT, border=1,
                      border_color=_LINE)  # fmt: skip
        for number in range(len(grid.rows) + SPARE_QUESTIONS):
            row = HEAD_ROWS + 1 + number
            key = grid.rows[number] if number < len(grid.rows) else ""
            stage = key.startswith("stage:")
            look = self.cell(bold=True, bg_color=_STAGE_FILLS[0]) if stage else self.cell()
            if key:
                sheet.write_string(row, 0, key)
            for column, name in enumerate(grid.columns, start=1):
                self.text(sheet, row, column, grid.texts.get((key, name), ""), **look)
            if stage:
                self._choose(sheet, (row, 2, row, 2), "when", "when")
            elif "stages" in self.choices:
                self._choose(sheet, (row, 1, row, 1), "stages", "stage")
        sheet.set_row(0, None, None, {"hidden": True})
        sheet.set_row(1, 26)
        sheet.set_column(0, 0, 4, None, {"hidden": True})
        for column, width in enumerate((24, 16, 52, 60, 24), start=1):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(HEAD_ROWS + 1, 2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)

    def _guide(self, sheet: Any) -> None:
        self.text(sheet, 0, 0, self.say("xlsx.guide-title"), bold=True, font_size=16)
        row = 2
        for line in ("choose", "lines", "bar", "new", "remove", "hidden", "back"):
            self.text(sheet, row, 0, "•")
            sheet.merge_range(row, 1, row, 2, "", self.form(text_wrap=True))
            self.text(sheet, row, 1, self.say(f"xlsx.guide-{line}"), text_wrap=True)
            sheet.set_row(row, 34)
            row += 1
        row += 1
        for lane in LANES:
            self.text(sheet, row, 1, self.say(f"xlsx.lane-{lane.name}"), bold=True, text_wrap=True)
            self.text(sheet, row, 2, self.say(f"xlsx.help-{lane.name}"), text_wrap=True)
            row += 1
        sheet.set_column(0, 0, 3)
        sheet.set_column(1, 1, 26)
        sheet.set_column(2, 2, 90)
        sheet.hide_gridlines(2)

    def _base(self, sheet: Any, mark: str, grid: Grid) -> None:
        sheet.write_string(0, 0, mark)
        for column, name in enumerate(grid.columns, start=1):
            sheet.write_string(0, column, name)
        for row, key in enumerate(grid.rows, start=1):
            sheet.write_string(row, 0, key)
            for column, name in enumerate(grid.columns, start=1):
                if text := grid.texts.get((key, name), ""):
                    sheet.write_string(row, column, text)
