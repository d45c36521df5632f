"""The map as a spreadsheet that people fill in and send back: written with hidden ids, read cell by cell.

A cell counts as changed where it differs from the text that was written, which the file carries along. So
what nobody touched stays as the document has it, even where the document went on in the meantime.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from polku.documents import Journey, Question, Stage, Step, Workspace
from polku.documents.base import ID_PATTERN
from polku.errors import DocumentError, Where
from polku.formats.document_changes import DocumentChange, changes_between
from polku.formats.ids import id_from
from polku.formats.order import merged_order
from polku.formats.sheets import Sheet, cell_name, read_sheets
from polku.formats.steps_rows import Said
from polku.formats.xlsx_lanes import LANES
from polku.formats.xlsx_layout import (
    BASE,
    HEAD_ROWS,
    MAP_MARK,
    NUMBERS,
    STAGES_MARK,
    VERSION,
    WHENS,
    Grid,
    map_grid,
    number_steps,
    question_key,
    stage_key,
    stages_grid,
    workbook,
)
from polku.formats.xlsx_names import CellProblem, Names, names_of
from polku.words import Message


@dataclass(frozen=True)
class MapRead:
    """A journey as a spreadsheet leaves it.

    Args:
        journey: the document with what the spreadsheet changed in it.
        changes: what that is.
        said: cells that could not be used, by name (`Map!D7`), and what was understood in a particular way.
        is_new: whether the workspace has no such journey yet.
    """

    journey: Journey
    changes: tuple[DocumentChange, ...]
    said: tuple[Said, ...]
    is_new: bool = False


def write_map(workspace: Workspace, journey: Journey, file: str | Path, *, language: str) -> None:
    """Write a journey as a spreadsheet to fill in.

    Raises:
        DocumentError: XlsxWriter is not installed, or the file cannot be written.
    """
    content = workbook(workspace, journey, language)
    path = Path(file)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        said = Message("formats.unwritable", {"reason": error.strerror or str(error)})
        raise DocumentError(said, Where(file=str(path))) from error


def is_map(file: str | Path) -> bool:
    """Whether a file's name says that it could be such a spreadsheet."""
    return Path(file).suffix.lower() in (".xlsx", ".xlsm")


def read_map(file: str | Path, workspace: Workspace) -> MapRead:
    """Read a spreadsheet that `write_map` wrote and somebody filled in.

    Args:
        file: the XLSX file.
        workspace: where the journey is, and all that cells can name. A journey that it does not have is
            made of what the spreadsheet says.

    Raises:
        DocumentError: it is no such spreadsheet, or cannot be read.
    """
    path = Path(file)
    sheets = _Sheets(read_sheets(path, hidden=True), path)
    return _Reading(sheets, workspace).read()


class _Sheets:
    """The sheets of a file by what they hold, whatever they are called."""

    def __init__(self, sheets: list[Sheet], path: Path) -> None:
        self.marked: dict[str, Sheet] = {}
        self.language, self.journey = "", ""
        for sheet in sheets:
            mark = _at(sheet, 0, 0).split(":")
            if mark[0] != "polku" or len(mark) not in (5, 6) or not ID_PATTERN.match(mark[-1]):
                continue
            *kind, version, language, journey = mark
            if version != VERSION:
                raise DocumentError(Message("xlsx.newer", {"found": version}), Where(file=str(path)))
            self.marked.setdefault(":".join(kind), sheet)
            self.language, self.journey = language, journey
        if MAP_MARK not in self.marked:
            raise DocumentError(Message("xlsx.not-a-map"), Where(file=str(path)))

    def base(self, kind: str) -> Grid | None:
        """The texts as they were written; None where the hidden sheet got lost."""
        sheet = self.marked.get(kind + BASE)
        if sheet is None:
            return None
        columns = tuple(name for name in sheet.rows[0][1:] if name)
        rows = tuple(row[0] for row in sheet.rows[1:] if row)
        texts = {
            (row[0], name): row[at] if at < len(row) else ""
            for row in sheet.rows[1:]
            if row
            for at, name in enumerate(columns, start=1)
        }
        return Grid(rows, columns, texts)


@dataclass
class _Column:
    """A step's column in the sheet that was sent back."""

    at: int
    step: str
    texts: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Lane → text and cell."""


class _Reading:
    """One reading: the document as it is becomes the document as the cells say."""

    def __init__(self, sheets: _Sheets, workspace: Workspace) -> None:
        self.sheets = sheets
        self.said: list[Said] = []
        known = workspace.journeys.get(sheets.journey)
        self.is_new = known is None
        self.old = known if known is not None else self._blank(workspace)
        self.names = names_of(workspace, self.old, sheets.language)
        self.base = None if self.is_new else sheets.base(MAP_MARK)

    def read(self) -> MapRead:
        """Read both sheets."""
        columns = self._columns()
        steps = self._steps(columns)
        stages = self._stages()
        new = self.old.model_copy(update={"steps": steps, "stages": stages})
        start = Journey(id=new.id) if self.is_new else self.old
        return MapRead(new, changes_between(start, new), tuple(self.said), self.is_new)

    def _blank(self, workspace: Workspace) -> Journey:
        """A journey that only the file knows: its stages, without anything said of them yet."""
        sheet = self.sheets.marked.get(STAGES_MARK)
        stages = []
        for row in sheet.rows if sheet is not None else ():
            kind, _, id = row[0].partition(":") if row else ("", "", "")
            if kind == "stage" and ID_PATTERN.match(id):
                stages.append(Stage(id=id, name=row[1] if len(row) > 1 else None))
        title = _at(self.sheets.marked[MAP_MARK], 1, 1)
        return Journey(id=self.sheets.journey, name=title or None, stages=tuple(stages))

    # The map.

    def _columns(self) -> list[_Column]:
        """The columns that hold a step, in their order, with an id for those that are new."""
        sheet = self.sheets.marked[MAP_MARK]
        lanes: dict[str, int] = {}
        for row in range(HEAD_ROWS, len(sheet.rows)):
            name = _at(sheet, row, 0)
            if name in (NUMBERS, *(lane.name for lane in LANES)):
                lanes.setdefault(name, row)
            elif any(sheet.rows[row][2:]):
                self._say(sheet, row, 1, "xlsx.row-unknown", found=_at(sheet, row, 1) or str(row + 1))
        ids = sheet.rows[0] if sheet.rows else ()
        taken = {step.id for step in self.old.steps} | set(ids[2:])
        seen: set[str] = set()
        columns: list[_Column] = []
        for at in range(2, max((len(row) for row in sheet.rows), default=0)):
            texts = {name: (_at(sheet, row, at), _cell(sheet, row, at)) for name, row in lanes.items()}
            id = _at(sheet, 0, at)
            id = id if ID_PATTERN.match(id) else ""
            is_empty = not any(text for name, (text, _) in texts.items() if name != NUMBERS)
            if is_empty and (not id or id in seen or not self._was_empty(id)):
                continue
            if not id or id in seen:
                words = next(
                    (texts[name][0] for name in ("does", "touchpoint") if texts.get(name, ("",))[0]), ""
                )
                id = id_from(words, taken, fallback="step")
            taken.add(id)
            seen.add(id)
            columns.append(_Column(at, id, texts))
        self._number(columns)
        return columns

    def _was_empty(self, id: str) -> bool:
        """Whether a step said nothing when the file was written, so that an empty column removes nothing."""
        step = next((step for step in self.old.steps if step.id == id), None)
        if self.base is not None and id in self.base.columns:
            return not any(self.base.texts.get((lane.name, id)) for lane in LANES)
        return step is not None and not any(lane.show(step, self.names) for lane in LANES)

    def _number(self, columns: list[_Column]) -> None:
        """What the cells of the lane “next” can mean: the numbers of the file, and what is done in a step."""
        if self.base is not None:
            self.names.numbers = {id: self.base.texts.get((NUMBERS, id), "") for id in self.base.columns}
        else:
            number_steps(self.names, self.old.steps)
            self.names.steps = {}
        steps: dict[str, str] = {}
        for column in columns:
            for name in (NUMBERS, "does"):
                text = " ".join(column.texts.get(name, ("", ""))[0].split()).casefold()
                if text:
                    steps.setdefault(text, column.step)
        for step in self.old.steps:
            steps.setdefault(step.id, step.id)
        self.names.steps = steps

    def _steps(self, columns: list[_Column]) -> tuple[Step, ...]:
        known = {step.id: step for step in self.old.steps}
        written = self.base.columns if self.base is not None else () if self.is_new else tuple(known)
        now = map_grid(self.old, self._numbered())
        found: dict[str, Step] = {}
        for column in columns:
            step = known.get(column.step)
            if step is None and column.step in written:
                # Somebody took it out of the document since; only a cell changed here is worth a word.
                self._gone(column)
                continue
            base = step if step is not None else Step(id=column.step)
            found[column.step] = self._fill(column, base, now, is_new=step is None)
        order = merged_order([column.step for column in columns], list(known), written)
        steps = [found[id] if id in found else known[id] for id in order]
        return _without_ways_to(set(known) - set(order), steps)

    def _numbered(self) -> Names:
        """The names with the numbers of the file, so that a step that only moved is not one that changed."""
        self.names.numbers = {**{step.id: step.id for step in self.old.steps}, **self.names.numbers}
        return self.names

    def _fill(self, column: _Column, step: Step, now: Grid, *, is_new: bool) -> Step:
        for lane in LANES:
            text, cell = column.texts.get(lane.name, ("", ""))
            if not cell:
                continue
            document = "" if is_new else _same(now.texts[lane.name, step.id])
            base = document
            if self.base is not None and (lane.name, step.id) in self.base.texts:
                base = _same(self.base.texts[lane.name, step.id])
            if _same(text) in (base, document):
                continue
            if base != document:
                self.said.append(
                    Said(cell, Message("xlsx.conflict", {"found": text, "now": document or "–"}))
                )
                continue
            try:
                step = lane.read(step, text, self.names)
            except CellProblem as problem:
                self.said.append(Said(cell, problem.message))
        return step

    def _gone(self, column: _Column) -> None:
        for lane in LANES:
            text, cell = column.texts.get(lane.name, ("", ""))
            base = self.base.texts.get((lane.name, column.step), "") if self.base is not None else ""
            if cell and _same(text) != _same(base):
                self.said.append(Said(cell, Message("xlsx.gone", {"step": column.step})))

    # The stages.

    def _stages(self) -> tuple[Stage, ...]:
        sheet = self.sheets.marked.get(STAGES_MARK)
        if sheet is None:
            return self.old.stages
        base = None if self.is_new else self.sheets.base(STAGES_MARK)
        now = stages_grid(self.old, self.names)
        columns = {name: at for at, name in enumerate(sheet.rows[0]) if at and name}
        rows = {_at(sheet, row, 0): row for row in range(HEAD_ROWS, len(sheet.rows)) if _at(sheet, row, 0)}
        edits = _StageEdits(self, sheet, columns, rows, base, now)
        stages = [edits.stage(stage) for stage in self.old.stages]
        for row in range(HEAD_ROWS + 1, len(sheet.rows)):
            key = _at(sheet, row, 0)
            if not key or (self.is_new and key.startswith("question:")):
                edits.add(row, stages)
        return tuple(stages)

    def _say(self, sheet: Sheet, row: int, column: int, id: str, **params: Any) -> None:
        self.said.append(Said(_cell(sheet, row, column), Message(id, params)))


class _StageEdits:
    """What the sheet of stages says of the stages and their questions."""

    def __init__(
        self,
        reading: _Reading,
        sheet: Sheet,
        columns: Mapping[str, int],
        rows: Mapping[str, int],
        base: Grid | None,
        now: Grid,
    ) -> None:
        self.reading, self.sheet, self.columns, self.rows = reading, sheet, columns, rows
        self.base, self.now = base, now
        self.names = reading.names

    def stage(self, stage: Stage) -> Stage:
        """A stage with its name, its place in time and its questions as the sheet says them."""
        key = stage_key(stage)
        if key not in self.rows:
            return stage
        told: dict[str, Any] = {}
        if (text := self.edited(key, "stage")) is not None:
            told["name"] = text or None
        if (text := self.edited(key, "when")) is not None:
            words = {self.names.say(f"xlsx.when-{when}").casefold(): when for when in WHENS}
            if text and text.casefold() not in words:
                self.say(key, "when", "xlsx.no-when", found=text, known=list(words))
            else:
                told["when"] = words.get(text.casefold())
        questions = []
        for number, question in enumerate(stage.questions, start=1):
            questions += self.question(question_key(stage, number), question)
        return stage.model_copy(update={**told, "questions": tuple(questions)})

    def question(self, key: str, question: Question) -> list[Question]:
        """A question as the sheet says it; none where its row was taken out."""
        if key not in self.rows:
            was_written = self.base is None or key in self.base.rows
            return [] if was_written else [question]
        if (text := self.edited(key, "stage")) is not None:
            self.say(key, "stage", "xlsx.question-stays", found=text)
        told: dict[str, Any] = {}
        if (text := self.edited(key, "ask")) is not None:
            if not text:
                return []
            told["ask"] = text
        if (text := self.edited(key, "answer")) is not None:
            told["answer"] = text or None
        if (text := self.edited(key, "shown-by")) is not None:
            try:
                told["evidence"] = self.names.several("evidence", text, question.evidence)
            except CellProblem as problem:
                self.reading.said.append(Said(self.cell(key, "shown-by"), problem.message))
        return [question.model_copy(update=told)]

    def add(self, row: int, stages: list[Stage]) -> None:
        """A question in one of the empty rows."""
        texts = {name: _at(self.sheet, row, at) for name, at in self.columns.items()}
        if not any(texts.values()):
            return
        cell = _cell(self.sheet, row, self.columns.get("stage", 1))
        try:
            if not texts.get("ask"):
                raise CellProblem(Message("xlsx.no-question"))
            id = self.names.one("stages", texts.get("stage", ""))
            if id is None:
                raise CellProblem(Message("xlsx.no-stage"))
            shown = self.names.several("evidence", texts.get("shown-by", ""))
        except CellProblem as problem:
            self.reading.said.append(Said(cell, problem.message))
            return
        question = Question(ask=texts["ask"], answer=texts.get("answer") or None, evidence=shown)
        place = next(number for number, stage in enumerate(stages) if stage.id == id)
        stage = stages[place]
        stages[place] = stage.model_copy(update={"questions": (*stage.questions, question)})

    def edited(self, key: str, column: str) -> str | None:
        """The text of a cell that somebody changed; None where nobody did, or two did."""
        if column not in self.columns:
            return None
        text = _at(self.sheet, self.rows[key], self.columns[column])
        document = _same(self.now.texts.get((key, column), ""))
        base = document
        if self.base is not None and key in self.base.rows:
            base = _same(self.base.texts.get((key, column), ""))
        if _same(text) in (base, document):
            return None
        if base != document:
            self.say(key, column, "xlsx.conflict", found=text, now=document or "–")
            return None
        return text

    def say(self, key: str, column: str, id: str, **params: Any) -> None:
        """Point at a cell."""
        self.reading.said.append(Said(self.cell(key, column), Message(id, params)))

    def cell(self, key: str, column: str) -> str:
        """The name of a cell."""
        return _cell(self.sheet, self.rows[key], self.columns[column])


def _without_ways_to(removed: set[str], steps: list[Step]) -> tuple[Step, ...]:
    """The steps without drawn ways to those that are no more."""
    if not removed:
        return tuple(steps)
    found = []
    for step in steps:
        ways = tuple(way for way in step.next or () if way.to not in removed)
        changed = step.next is not None and len(ways) != len(step.next)
        found.append(step.model_copy(update={"next": ways or None}) if changed else step)
    return tuple(found)


def _at(sheet: Sheet, row: int, column: int) -> str:
    cells = sheet.rows[row] if row < len(sheet.rows) else ()
    return cells[column] if column < len(cells) else ""


def _cell(sheet: Sheet, row: int, column: int) -> str:
    return f"{sheet.name}!{cell_name(row, column)}"


def _same(text: str) -> str:
    """A text without what spreadsheets change of their own accord."""
    return "\n".join(line.strip() for line in text.replace("\r\n", "\n").split("\n")).strip()
