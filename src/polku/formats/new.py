"""A new workspace from a template, or from the spreadsheet of steps that is already there."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from polku.documents import Journey, Settings, Stage
from polku.errors import DocumentError, Where, WrongUse
from polku.formats.guess_language import guess_language
from polku.formats.steps import Steps, read_steps
from polku.formats.steps_rows import Said
from polku.formats.templates import LANGUAGES, TEMPLATES, question_bank, stage_names, template_files
from polku.formats.workspace import read_document
from polku.formats.yaml_write import set_value, write_document, write_text
from polku.words import Message

_LEFT_ALONE = frozenset((".git", ".gitignore", ".gitattributes", ".DS_Store"))
_SHOWN = 5


@dataclass(frozen=True)
class Begun:
    """A workspace that was just begun.

    Args:
        folder: where it stands.
        files: its files, relative to the folder.
        journey: id of its journey.
        steps: how many steps the journey has.
        said: what a spreadsheet's cells were taken for, or could not be used.
        language: of the words in the files; guessed: whether it was guessed from the words of a spreadsheet.
    """

    folder: Path
    files: tuple[str, ...]
    journey: str
    steps: int
    said: tuple[Said, ...] = ()
    language: str = "en"
    guessed: bool = False


def new_workspace(
    folder: str | Path,
    *,
    template: str = TEMPLATES[0],
    language: str | None = "en",
    name: str | None = None,
    steps: str | Path | None = None,
    otherwise: str = "en",
) -> Begun:
    """Begin a workspace in a folder that is empty or not there yet.

    Args:
        folder: where; it is made, with the folders above it.
        template: one of the templates; with `steps` it lends its question bank to stages of the same name.
        language: of the words in the files; None guesses it from those of `steps`, and where nothing speaks for
            one, takes `otherwise`.
        name: whose customers these are; the folder's name by default.
        steps: a spreadsheet (XLSX or CSV) whose steps become the journey.

    Raises:
        WrongUse: unknown template or language.
        DocumentError: the folder holds something, cannot be written, or the spreadsheet cannot be read.
            Nothing is left behind then.
    """
    _known("new.no-template", template, TEMPLATES)
    if language is not None:
        _known("new.no-language", language, LANGUAGES)
    target = Path(folder)
    _refuse_full(target)
    name = name or target.resolve().name or "polku"
    read = read_steps(steps) if steps is not None else None
    guess = guess_language(_words(read)) if read is not None and language is None else None
    language = language or guess or otherwise
    files = dict(template_files("blank" if read else template, language))
    if read is not None:
        files = _with_steps(files, read, question_bank(language) if template != "blank" else {})
    files["polku.yaml"] = set_value(files["polku.yaml"], "name", name)
    _write(target, files)
    path = next(path for path in files if path.startswith("journeys/"))
    journey = read_document(files[path], Journey, document=path.removesuffix(".yaml")).document
    return Begun(
        folder=target,
        files=tuple(sorted(files, key=lambda path: (path != "polku.yaml", path))),
        journey=Path(path).stem,
        steps=len(journey.steps) if journey is not None else 0,
        said=read.said if read else (),
        language=language,
        guessed=guess is not None,
    )


def _words(read: Steps) -> list[str]:
    """What a spreadsheet says in words of its own."""
    journey = read.journey
    found = [journey.name or "", *(stage.name or "" for stage in journey.stages)]
    for step in journey.steps:
        found += [words for words in (step.does, step.thinks, step.expects) if words]
        found += [one.says for one in step.pains]
        found += [one.says for one in step.gains]
    return found


def _known(id: str, found: str, known: tuple[str, ...]) -> None:
    if found not in known:
        raise WrongUse(Message(id, {"found": found, "known": list(known)}))


def _refuse_full(target: Path) -> None:
    where = Where(file=str(target))
    try:
        if target.exists() and not target.is_dir():
            raise DocumentError(Message("new.is-file"), where)
        there = sorted(path.name for path in target.iterdir()) if target.exists() else []
    except OSError as error:
        said = Message("formats.unreadable", {"reason": error.strerror or str(error)})
        raise DocumentError(said, where) from error
    full = [name for name in there if name not in _LEFT_ALONE]
    if "polku.yaml" in full:
        raise DocumentError(Message("new.is-workspace"), where)
    if full:
        found: dict[str, Any] = {"names": full[:_SHOWN], "count": len(full) - _SHOWN}
        raise DocumentError(Message("new.full-more" if len(full) > _SHOWN else "new.full", found), where)


def _with_steps(files: dict[str, str], read: Steps, bank: Mapping[str, Stage]) -> dict[str, str]:
    """The blank workspace with what a spreadsheet speaks of in the place of its empty lists."""
    settings = files["polku.yaml"]
    for key, items in (
        ("teams", read.teams),
        ("channels", read.channels),
        ("touchpoints", read.touchpoints),
        ("roles", [role.id for role in read.roles]),
    ):
        if items:
            settings = set_value(settings, key, items, model=Settings)
    journey = _with_questions(read.journey, bank)
    found = {"polku.yaml": settings, f"journeys/{journey.id}.yaml": write_document(journey)}
    found.update({f"roles/{role.id}.yaml": write_document(role) for role in read.roles})
    found.update({f"evidence/{piece.id}.yaml": write_document(piece) for piece in read.evidence})
    return found


def _with_questions(journey: Journey, bank: Mapping[str, Stage]) -> Journey:
    """Give stages of the stage model its time, tactic and questions, whatever language they are named in."""
    names = stage_names()
    taken: set[str] = set()
    stages: list[Stage] = []
    for stage in journey.stages:
        model = bank.get(names.get(stage.label.casefold(), ""))
        if model is None or model.id in taken:
            stages.append(stage)
            continue
        taken.add(model.id)
        stages.append(
            stage.model_copy(
                update={"when": model.when, "tactic": model.tactic, "questions": model.questions}
            )
        )
    return journey.model_copy(update={"stages": tuple(stages)})


def _write(target: Path, files: dict[str, str]) -> None:
    """Write all files beside the target first, then put them in place; on failure nothing stays."""
    made = [parent for parent in (target, *target.parents) if not parent.exists()]
    beside: Path | None = None
    put: list[Path] = []
    try:
        target.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=".polku-new-", dir=target))
        for name, text in files.items():
            write_text(beside / name, text)
        for child in sorted(beside.iterdir(), key=lambda child: child.name == "polku.yaml"):
            child.rename(target / child.name)
            put.append(target / child.name)
        beside.rmdir()
    except BaseException as error:
        for path in (*put, *([beside] if beside else [])):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
        for folder in made:
            if folder.exists() and not any(folder.iterdir()):
                folder.rmdir()
        if isinstance(error, OSError):
            said = Message("formats.unwritable", {"reason": error.strerror or str(error)})
            raise DocumentError(said, Where(file=str(target))) from error
        raise
