"""`polku import --dry-run`: how files would be read, why, and what would be lost."""

from __future__ import annotations

import datetime as dt

from polku.cli.lines import indented, table
from polku.sources.propose import as_yaml
from polku.sources.staging import ReadFile
from polku.words import Reader

_WIDEST = 24


def preview(read: tuple[ReadFile, ...], speak: Reader) -> str:
    """The files as they would be read, as text."""
    return "\n".join(_file(one, speak) for one in read) + f"\n{speak('import.nothing-written')}"


def _file(read: ReadFile, speak: Reader) -> str:
    used = read.rows - read.rejected - read.repeated
    lines = [
        read.name,
        indented(2, speak("import.sum", rows=read.rows, used=used, again=read.repeated, bad=read.rejected)),
        indented(
            2,
            speak(
                "import.seems",
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
        lines += ["", indented(2, speak("import.first", table=name, count=read.tables.get(name, 0)))]
        lines += ["    " + line for line in table([list(names), *([_cell(v) for v in row] for row in rows)])]
    if read.reasons:
        lines += ["", indented(2, speak("import.lost"))]
        for reason in read.reasons:
            places = ", ".join(map(str, reason.lines)) + (" …" if reason.count > len(reason.lines) else "")
            lines.append(
                f"    {speak.number(reason.count):>6}  {speak.text(reason.message)}  ({speak('import.lines', lines=places)})"
            )
    if read.warnings:
        lines += ["", *("  ! " + speak.text(warning) for warning in read.warnings)]
    return "\n".join(lines) + "\n"


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    said = " ".join(str(value).split())
    return said if len(said) <= _WIDEST else said[: _WIDEST - 1] + "…"
