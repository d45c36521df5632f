"""Templates of workspaces: one folder per template and language, whose files are copied as they are."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from polku.documents import Journey, Stage
from polku.formats.workspace import read_document

FOLDER = Path(__file__).parent
TEMPLATES = ("awareness-consideration-decision", "blank")
LANGUAGES = ("en", "fi", "sv", "da")


def template_files(name: str, language: str) -> Mapping[str, str]:
    """The files of a template in a language: path within the workspace → text."""
    root = FOLDER / name / language
    return {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(root.rglob("*.yaml"))
    }


@cache
def question_bank(language: str) -> Mapping[str, Stage]:
    """The stages of the stage model with their questions, by id."""
    text = template_files(TEMPLATES[0], language)["journeys/buying.yaml"]
    journey = read_document(text, Journey, document="journeys/buying").document
    return {stage.id: stage for stage in journey.stages} if journey is not None else {}


@cache
def stage_names() -> Mapping[str, str]:
    """What people call the stages of the stage model, in lower case and in any of the languages → id of the stage."""
    names = {word: id for id, words in _ALSO.items() for word in words}
    for language in LANGUAGES:
        for id, stage in question_bank(language).items():
            names[id] = id
            names[stage.label.casefold()] = id
    return names


_ALSO: Mapping[str, tuple[str, ...]] = {
    "awareness": ("need", "tarve", "behov", "herääminen", "kännedom", "kendskab"),
    "consideration": ("evaluation", "research", "vertailu", "arviointi", "utvärdering", "vurdering"),
    "decision": ("purchase", "buying", "osto", "ostopäätös", "köp", "inköp", "køb", "indkøb"),
    "start-up": (
        "onboarding",
        "delivery",
        "implementation",
        "toimitus",
        "leverans",
        "levering",
        "implementering",
    ),
    "use": (
        "usage",
        "service",
        "retention",
        "loyalty",
        "after-sales",
        "asiakkuus",
        "eftermarknad",
        "loyalitet",
    ),
}
