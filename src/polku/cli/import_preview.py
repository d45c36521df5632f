"""`polku import --dry-run`: how files would be read, why, and what would be lost."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Sequence

from polku.cli.lines import indented, table
from polku.errors import ImportRefused
from polku.sources.mapping_text import as_yaml, draft
from polku.sources.mappings import id_of
from polku.sources.staging import ReadFile
from polku.sources.unclear import HEADER, Unclear
from polku.words import Message, Reader

Refused = Sequence[tuple[str, ImportRefused]]
"""Files that would not be read, with the reason."""

_WIDEST = 24


def preview(read: tuple[ReadFile, ...], speak: Reader, refused: Refused = ()) -> str:
    """The files as they would be read, and those that would not, as text."""
    files = [_file(one, speak) for one in read] + [_refused(name, why, speak) for name, why in refused]
    return "\n".join(files) + f"\n{speak('import.nothing-written')}"


def _refused(name: str, why: ImportRefused, speak: Reader) -> str:
    """Why a file would not be read; where polku does not see what it is, what it sees and a mapping to start from."""
    lines = [
        name,
        *textwrap.wrap(f"✗ {speak.text(why.message)}", 96, initial_indent="  ", subsequent_indent="    "),
    ]
    if isinstance(why, Unclear):
        lines += ["", indented(2, speak("import.columns-seen"))]
        empty = speak("import.column-empty")
        rows = [
            [_short(one.name, 40), _meant(one.meaning, speak), _cell(one.example or empty)]
            for one in why.columns
        ]
        lines += ["    " + line for line in table(rows)]
        lines += ["", indented(2, speak("import.draft", source=id_of(name)))]
        lines += ["    " + line for line in draft(why, name).splitlines()]
    return "\n".join(lines) + "\n"


def _file(read: ReadFile, speak: Reader) -> str:
    used = read.rows - read.rejected - read.repeated
    lines = [
        read.name,
        indented(2, speak("import.sum", rows=read.rows, used=used, again=read.repeated, bad=read.rejected)),
        indented(
            2,
            speak(
                "import.seems" if read.kind == "csv" else "import.seems-plain",
                kind=read.kind.upper(),
                letters=read.letters,
                delimiter={",": ",", ";": ";", "\t": "tab", "|": "|"}.get(
                    read.delimiter or "", read.delimiter
                ),
                dates=read.dates,
                zone=read.zone,
            ),
        ),
        "",
        indented(2, speak(f"import.by-{read.mapping.told_by}", source=read.mapping.source.id)),
    ]
    lines += ["    " + line for line in as_yaml(read.mapping.source).splitlines()]
    lines += ["", indented(2, speak("import.columns"))]
    targets = {sign.column: sign.target for sign in read.mapping.signs}
    width = min(max((len(column) for column in read.columns), default=0), 40)
    for column in read.columns:
        if column in read.used_columns:
            target = targets.get(column)
            why = speak("import.sign-header", target=target) if target else speak("import.sign-mapping")
        else:
            why = speak("import.sign-nothing")
        lines.append(f"    {column[:40]:<{width}}  {why}")
    for name, (names, rows) in read.sample.items():
        if not rows:
            continue
        clocks = any(isinstance(value, dt.datetime) for row in rows for value in row)
        first = "import.first-utc" if clocks else "import.first"
        lines += ["", indented(2, speak(first, table=name, count=read.tables.get(name, 0)))]
        lines += ["    " + line for line in table([list(names), *([_cell(v) for v in row] for row in rows)])]
    if read.reasons:
        lines += ["", indented(2, speak("import.lost"))]
        for reason in read.reasons:
            places = ", ".join(map(str, reason.lines)) + (" …" if reason.count > len(reason.lines) else "")
            lines.append(
                f"    {speak.number(reason.count):>6}  {speak.text(reason.message)}  ({speak('import.lines', lines=places)})"
            )
    # What the file was taken for, and that a dry run prints the mapping, stands above: this is one.
    warnings = [
        Message("import.looks-like", warning.params) if warning.id == "sources.recognised" else warning
        for warning in read.warnings
        if warning.id != "sources.proposed"
    ]
    if warnings:
        lines += ["", *("  ! " + speak.text(warning) for warning in warnings)]
    return "\n".join(lines) + "\n"


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return _short(" ".join(str(value).split()), _WIDEST)


def _meant(meaning: str | None, speak: Reader) -> str:
    """What a column was taken for, as the reader's language calls it where there is a word for it."""
    return "–" if meaning is None else HEADER.get(meaning, {}).get(speak.language, meaning)


def _short(said: str, most: int) -> str:
    return said if len(said) <= most else said[: most - 1] + "…"
