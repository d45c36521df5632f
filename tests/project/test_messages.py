"""Every message that polku says exists in every language, with the same values and plural forms in it."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import polku
from polku.words import catalogue_ids
from polku.words.catalogue import FOLDER

SOURCE = Path(polku.__file__).parent
COMPLETE = ("en", "fi", "sv", "da")
"""Languages in which every message must exist; others may still be on their way."""

TRANSLATIONS = tuple(language for language in COMPLETE if language != "en")

AREAS = sorted({file.stem for language in COMPLETE for file in (FOLDER / language).glob("*.po")})
ID = re.compile(rf"(?:{'|'.join(AREAS)})\.[A-Za-z0-9][A-Za-z0-9._-]*")
FILE_NAME = re.compile(r".*\.(py|ya?ml|csv|json|xlsx|svg|png|html|parquet|po|css|js|sql|sqlite3|ttf)")

SAME_WORDS = {
    "fi": {"idea"},
    "sv": {
        *("blueprint", "data", "json", "median", "observation", "partner", "person", "relief"),
        *("segment", "signal"),
        *("sprint", "start", "status", "system", "team"),
        *("attribution", "d", "filter", "period", "plan", "trend"),
    },
    "da": {
        *("blueprint", "data", "interview", "json", "matrix", "median", "note", "observation"),
        *("partner", "person", "relief"),
        *("score", "segment", "signal", "slides", "sprint", "sprints", "start", "status", "stop", "system"),
        *("team", "teams", "pptx", "attribution", "d", "filter", "invitation", "plan", "send", "trend"),
    },
}
"""Words that a language rightly shares with English; a text of these alone may equal the English."""

FOREIGN_MARKS = {"fi": "“„«»", "sv": "“„«»", "da": "“”„"}
"""Quotation marks that a language does not use; its own are in `Reader.quote`."""


@dataclass(frozen=True)
class Text:
    """A text in the source: where, and as a pattern, with .+ for what is filled in when it runs."""

    place: str
    pattern: str
    whole: bool

    @property
    def is_message(self) -> bool:
        """Whether it looks like the id of a message, of an area that there is."""
        plain = re.sub(r"\\(.)", r"\1", self.pattern)
        if self.whole:
            return bool(ID.fullmatch(plain)) and not FILE_NAME.fullmatch(plain)
        return plain.startswith(tuple(f"{area}." for area in AREAS)) and " " not in plain


def texts_in(node: ast.AST, file: str) -> Iterator[Text]:
    """Every text in a piece of source, those joined from parts as one."""
    joined = _joined(node)
    if joined is not None:
        yield Text(f"{file}:{getattr(node, 'lineno', 0)}", joined, isinstance(node, ast.Constant))
    if not isinstance(node, ast.JoinedStr) and not (joined is not None and isinstance(node, ast.BinOp)):
        for part in ast.iter_child_nodes(node):
            yield from texts_in(part, file)
        return
    yield from _filled_in(node, file)


def _filled_in(node: ast.AST, file: str) -> Iterator[Text]:
    """Texts within what a joined text is filled with: a value, or a call beside a plus."""
    for part in ast.iter_child_nodes(node):
        if isinstance(part, ast.FormattedValue):
            yield from texts_in(part.value, file)
        elif isinstance(part, ast.BinOp | ast.JoinedStr):
            yield from _filled_in(part, file)
        elif not isinstance(part, ast.Constant):
            yield from texts_in(part, file)


def _joined(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant):
        return re.escape(node.value) if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(_joined(part) or ".+" for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _joined(node.left), _joined(node.right)
        return None if left is None and right is None else (left or ".+") + (right or ".+")
    return None


def listed(found: Iterable[object]) -> str:
    """What was found, all of it, one on a line."""
    return "".join(f"\n  {one}" for one in found)


TEXTS = [
    text
    for file in sorted(SOURCE.rglob("*.py"))
    if file.parent.name != "migrations"  # which name models, and say nothing
    for text in texts_in(ast.parse(file.read_text(encoding="utf-8")), str(file.relative_to(SOURCE)))
]
TEMPLATE_ID = re.compile(r"""["']([a-z][a-z-]*\.[A-Za-z0-9][A-Za-z0-9._-]*)["'](\|add:)?""")
TEXTS += [
    Text(str(file.relative_to(SOURCE)), re.escape(found) + (".+" if added else ""), not added)
    for file in sorted(SOURCE.rglob("templates/**/*.html"))
    for tag in re.findall(r"{%.*?%}", file.read_text(encoding="utf-8"), re.DOTALL)
    for found, added in TEMPLATE_ID.findall(tag)
    if not found.endswith((".html", ".css", ".js", ".svg", ".woff2"))
]
IDS = {language: catalogue_ids(language) for language in COMPLETE}


def test_every_message_in_the_source_has_its_texts() -> None:
    missing = [
        f"{text.place} {text.pattern} ({language})"
        for text in TEXTS
        if text.is_message
        for language in COMPLETE
        if (
            text.pattern.replace("\\", "") not in IDS[language]
            if text.whole
            else not any(map(re.compile(text.pattern).fullmatch, IDS[language]))
        )
    ]
    assert not missing, listed(missing)


def test_every_message_is_of_an_area_that_has_a_catalogue() -> None:
    unknown = []
    for file in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Message" and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and not ID.fullmatch(str(first.value)):
                    unknown.append(f"{file.relative_to(SOURCE)}:{node.lineno} {first.value}")
    assert not unknown, listed(unknown)


def test_no_message_is_left_that_nothing_says() -> None:
    said = {text.pattern.replace("\\", "") for text in TEXTS if text.whole}
    built = [re.compile(text.pattern) for text in TEXTS if not text.whole and text.is_message]
    unused = [
        id for id in IDS["en"] if id not in said and not any(pattern.fullmatch(id) for pattern in built)
    ]
    assert not unused, listed(unused)


@pytest.mark.parametrize("area", AREAS)
def test_an_area_has_the_same_messages_in_each_language(area: str) -> None:
    ids = {language: {id for id in IDS[language] if id.partition(".")[0] == area} for language in COMPLETE}
    missing = [(language, id) for language in TRANSLATIONS for id in sorted(ids["en"] ^ ids[language])]
    assert not missing, listed(missing)


@pytest.mark.parametrize("language", [folder.name for folder in sorted(FOLDER.iterdir()) if folder.is_dir()])
def test_a_translation_has_the_values_of_the_english(language: str) -> None:
    texts = catalogue_ids(language)
    different = [
        (id, sorted(placeholders(texts[id]) ^ placeholders(IDS["en"][id])))
        for id in texts
        if id in IDS["en"] and placeholders(texts[id]) != placeholders(IDS["en"][id])
    ]
    assert not different, listed(different)


def test_each_id_stands_in_the_file_of_its_area() -> None:
    for language in COMPLETE:
        for file in sorted((FOLDER / language).glob("*.po")):
            ids = re.findall(r'^msgid "([^"]+)"', file.read_text(encoding="utf-8"), re.MULTILINE)
            assert [id for id in ids if not id.startswith(file.stem + ".")] == []
            assert len(ids) == len(set(ids)), f"{file} has an id twice"


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_a_translation_has_the_plural_forms_of_the_english(language: str) -> None:
    texts = IDS[language]
    different = [id for id in texts if id in IDS["en"] and len(texts[id]) != len(IDS["en"][id])]
    assert not different, listed(different)


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_a_translation_keeps_every_value_in_every_plural_form(language: str) -> None:
    short = [
        (id, text)
        for id, texts in IDS[language].items()
        for text in texts
        if id in IDS["en"] and len(texts) > 1
        if (placeholders(IDS["en"][id]) - {"count"}) - placeholders((text,)) - _left_out_of_one(IDS["en"][id])
    ]
    assert not short, listed(short)


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_no_translation_is_english(language: str) -> None:
    same = [
        (id, texts)
        for id, texts in IDS[language].items()
        if texts == IDS["en"].get(id) and len(letters(texts)) > 3
        if not set(words(texts)) <= SAME_WORDS[language]
    ]
    assert not same, listed(same)


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_a_translation_has_the_quotation_marks_of_its_language(language: str) -> None:
    foreign = [
        (id, text)
        for id, texts in IDS[language].items()
        for text in texts
        if set(text) & set(FOREIGN_MARKS[language])
    ]
    assert not foreign, listed(foreign)


def test_no_text_is_empty() -> None:
    empty = [(language, id) for language in COMPLETE for id, texts in IDS[language].items() if not all(texts)]
    assert not empty, listed(empty)


def placeholders(texts: tuple[str, ...]) -> set[str]:
    """Names of the values in a message; a plural form may leave out its count."""
    parts = [part for text in texts for part in string.Formatter().parse(text)]
    return {name for _, name, _, _ in parts if name is not None}


def letters(texts: tuple[str, ...]) -> str:
    """The letters of a text outside its values."""
    parts = [part for text in texts for part in string.Formatter().parse(text)]
    return "".join(letter for literal, *_ in parts for letter in literal if letter.isalpha())


def words(texts: tuple[str, ...]) -> list[str]:
    """The words of a text outside its values, in small letters."""
    parts = [part for text in texts for part in string.Formatter().parse(text)]
    return [word.lower() for literal, *_ in parts for word in re.findall(r"[^\W\d_]+", literal)]


def _left_out_of_one(texts: tuple[str, ...]) -> set[str]:
    """Values that a plural form of the English leaves out, so that a translation may too."""
    forms = [placeholders((text,)) for text in texts]
    return {name for name in placeholders(texts) if not all(name in form for form in forms)}
