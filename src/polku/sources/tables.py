"""The tables of a file: itself, the sheets of a workbook, the tables of a database, or what a source makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from polku.documents import Source
from polku.records.engine import Engine
from polku.sources import registry
from polku.sources.delimited import read_delimited
from polku.sources.files import Opened
from polku.sources.parquet import nested, read_parquet, write_json
from polku.sources.raw import Raw
from polku.sources.sniffing import Sniffed
from polku.sources.systems import Part
from polku.sources.xes import read_xes


def own_kind(path: Path, head: bytes) -> bool:
    """Whether a source reads a file by itself."""
    return any(
        system.reader is not None and system.reader.opens(path, head)
        for system in registry.registered().systems.values()
    )


def parts_of(opened: Opened, scratch: Path) -> Iterator[Part]:
    """The tables of a file.

    Args:
        scratch: a folder for copies; the caller removes it.

    Raises:
        ImportRefused: the file is damaged.
    """
    if opened.kind == "own":
        with opened.path.open("rb") as file:
            head = file.read(4096)
        for system in registry.registered().systems.values():
            if system.reader is not None and system.reader.opens(opened.path, head):
                yield from system.reader.parts(opened, scratch)
                return
    if opened.kind == "xlsx":
        from polku.sources.xlsx import sheets

        yield from sheets(opened, scratch)
    elif opened.kind == "sqlite":
        from polku.sources.sqlite import tables

        yield from tables(opened, scratch)
    else:
        yield Part(
            opened.name,
            lambda engine, table, said: _load(engine, opened, table, said, scratch),
            None
            if opened.kind != "csv"
            else lambda engine, table, said, trusting: _load(
                engine, opened, table, said, scratch, straight=True, trusting=trusting
            ),
        )


def _load(
    engine: Engine,
    opened: Opened,
    table: str,
    said: Source | None,
    scratch: Path,
    *,
    straight: bool = False,
    trusting: bool = False,
) -> tuple[Raw, Sniffed | None]:
    if opened.kind == "xes":
        return read_xes(engine, opened, table), None
    if opened.kind == "parquet":
        if nested(engine, opened):
            from polku.sources.json_rows import read_json

            # Records within records are flattened as those of JSON are.
            plain = scratch / f"{table}.jsonl"
            write_json(engine, opened, plain)
            raw = read_json(engine, replace(opened, path=plain, kind="json"), table)
            plain.unlink()
            return raw, None
        return read_parquet(engine, opened, table), None
    if opened.kind == "json":
        from polku.sources.json_rows import read_json

        return read_json(engine, opened, table), None
    return read_delimited(
        engine,
        opened,
        table,
        scratch,
        encoding=said.encoding if said else None,
        delimiter=said.delimiter if said else None,
        skip=said.skip if said else 0,
        straight=straight,
        trusting=trusting,
    )
