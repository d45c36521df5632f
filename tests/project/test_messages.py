"""Every message that polku says exists, in English and Finnish, with the same values in it."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import polku
from polku.words import catalogue_ids
from polku.words.catalogue import FOLDER

SOURCE = Path(polku.__file__).parent
COMPLETE = ("en", "fi")
"""Languages in which every message must exist; others may still be on their way."""

AREAS = sorted({file.stem for language in COMPLETE for file in (FOLDER / language).glob("*.po")})
ID = re.compile(rf"(?:{'|'.join(AREAS)})\.[A-Za-z0-9][A-Za-z0-9._-]*")
FILE_NAME = re.compile(r".*\.(py|ya?ml|csv|json|xlsx|svg|png|html|parquet|po|css|js|sql|ttf)")

SAME_IN_BOTH: set[str] = set()
"""Ids whose Finnish rightly equals the English."""


def strings(node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """Each text built in a piece of source as a pattern: written out, or with .+ for what is filled in."""
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part, re.escape(part.value)
        elif isinstance(part, ast.JoinedStr):
            yield (
                part,
                "".join(
                    re.escape(str(piece.value)) if isinstance(piece, ast.Constant) else ".+"
                    for piece in part.values
                ),
            )
        elif (
            isinstance(part, ast.BinOp)
            and isinstance(part.op, ast.Add)
            and isinstance(part.left, ast.Constant)
            and isinstance(part.left.value, str)
        ):
            yield part, re.escape(part.left.value) + ".+"


def sources() -> list[Path]:
    return sorted(SOURCE.rglob("*.py"))


def test_every_message_in_the_source_has_its_texts() -> None:
    missing = []
    for file in sources():
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
                continue
            if not ID.fullmatch(node.value) or FILE_NAME.fullmatch(node.value):
                continue
            missing += [
                f"{file.relative_to(SOURCE)}:{node.lineno} {node.value} ({language})"
                for language in COMPLETE
                if node.value not in IDS[language]
            ]
    assert missing == []


def test_every_message_is_of_an_area_that_has_a_catalogue() -> None:
    unknown = []
    for file in sources():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Message" and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and not ID.fullmatch(str(first.value)):
                    unknown.append(f"{file.relative_to(SOURCE)}:{node.lineno} {first.value}")
    assert unknown == []


def test_no_message_is_left_that_nothing_says() -> None:
    written = set()
    patterns = []
    for file in sources():
        for node, text in strings(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant):
                written.add(str(node.value))
            elif ID.match(text.replace("\\", "")) or text.startswith(tuple(f"{area}\\." for area in AREAS)):
                patterns.append(text)
    built = re.compile("|".join(sorted(set(patterns))) or r"(?!)")
    unused = [id for id in IDS["en"] if id not in written and not built.fullmatch(id)]
    assert unused == []


@pytest.mark.parametrize("area", AREAS)
def test_an_area_has_the_same_messages_in_each_language(area: str) -> None:
    english, finnish = ({id for id in IDS[language] if id.partition(".")[0] == area} for language in COMPLETE)
    assert sorted(english ^ finnish) == []


@pytest.mark.parametrize("language", [folder.name for folder in sorted(FOLDER.iterdir()) if folder.is_dir()])
def test_a_translation_has_the_values_of_the_english(language: str) -> None:
    texts = catalogue_ids(language)
    different = [
        (id, sorted(placeholders(texts[id]) ^ placeholders(IDS["en"][id])))
        for id in texts
        if id in IDS["en"] and placeholders(texts[id]) != placeholders(IDS["en"][id])
    ]
    assert different == []


def test_each_id_stands_in_the_file_of_its_area() -> None:
    for language in COMPLETE:
        for file in sorted((FOLDER / language).glob("*.po")):
            ids = re.findall(r'^msgid "([^"]+)"', file.read_text(encoding="utf-8"), re.MULTILINE)
            assert [id for id in ids if not id.startswith(file.stem + ".")] == []
            assert len(ids) == len(set(ids)), f"{file} has an id twice"


def test_no_finnish_text_is_english() -> None:
    same = [
        id
        for id, texts in IDS["fi"].items()
        if texts == IDS["en"].get(id) and id not in SAME_IN_BOTH and len(letters(texts)) > 3
    ]
    assert same == []


def test_no_text_is_empty() -> None:
    empty = [(language, id) for language in COMPLETE for id, texts in IDS[language].items() if not all(texts)]
    assert empty == []


def placeholders(texts: tuple[str, ...]) -> set[str]:
    """Names of the values in a message; a plural form may leave out its count."""
    parts = [part for text in texts for part in string.Formatter().parse(text)]
    return {name for _, name, _, _ in parts if name is not None}


def letters(texts: tuple[str, ...]) -> str:
    """The letters of a text outside its values."""
    parts = [part for text in texts for part in string.Formatter().parse(text)]
    return "".join(letter for literal, *_ in parts for letter in literal if letter.isalpha())


IDS = {language: catalogue_ids(language) for language in COMPLETE}
