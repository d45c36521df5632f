"""Look-ups in other files of the same folder: their columns are read as if they stood in the row."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from polku.documents import Source
from polku.errors import ImportRefused
from polku.records.engine import Engine
from polku.sources.cells import Columns, untidy
from polku.sources.files import Opened, open_files
from polku.sources.filling import Reading
from polku.sources.raw import Raw
from polku.words import Message

_MOST_LOOKED_AT = 300
"""Of wider tables the columns are not looked at one by one."""


def join_files(
    reading: Reading,
    raw: Raw,
    folder: Path,
    scratch: Path,
    read: Callable[[Opened, str, Source | None], Raw],
    mapping_of: Callable[[str], Source | None],
) -> None:
    """Make the view `joined`: the raw rows with the columns of the files that the mapping joins.

    Args:
        folder: where joined files are looked for; a name that leads out of it is refused.
        read: reads a file into a table of the engine.
        mapping_of: a mapping by a file's name, for its encoding and delimiter.
    """
    known = {column: f"raw.c{number}" for number, column in enumerate(raw.columns)}
    place, engine = reading.place, reading.engine
    tidy = _tidy(engine, raw)
    gapless = raw.seen is not None and raw.seen.gapless
    reading.columns = Columns(known, tidy, gapless)
    joins, selects = "", ""
    for number, join in enumerate(reading.source.join):
        file = Path(join.file)
        where = place(f"join/{number + 1}/file")
        if file.name != join.file or join.file in ("", ".", ".."):
            raise ImportRefused(Message("sources.join-outside", {"file": join.file}), where)
        path = folder / join.file
        if not path.is_file():
            raise ImportRefused(Message("sources.join-missing", {"file": join.file}), where)
        other = Opened(path, join.file, "csv", path.parent)
        for opened in open_files(path, scratch):
            other = opened
        looked = read(other, f"joined_{number}", mapping_of(other.name))
        columns = Columns({column: f"c{at}" for at, column in enumerate(looked.columns)})
        key = columns.find(join.to, place(f"join/{number + 1}/to")).sql
        taken = join.columns or {column: column for column in looked.columns}
        cells = {
            new: columns.find(old, place(f"join/{number + 1}/columns/{new}")).sql
            for new, old in taken.items()
        }
        values = ", ".join(f"{sql} AS j{at}" for at, sql in enumerate(cells.values()))
        engine.execute(
            f"CREATE OR REPLACE TEMP TABLE look_{number} AS SELECT {key} AS key, {values} FROM joined_{number} "
            f"WHERE ({key}) IS NOT NULL QUALIFY row_number() OVER (PARTITION BY ({key}) ORDER BY line) = 1"
        )
        several = engine.rows(
            f"SELECT count(*) - count(DISTINCT ({key})) FROM joined_{number} WHERE ({key}) IS NOT NULL"
        )[0][0]
        if several:
            reading.warnings.append(
                Message("sources.join-several", {"file": join.file, "column": join.to, "count": several})
            )
        on = reading.columns.find(join.on, place(f"join/{number + 1}/on")).sql
        joins += f" LEFT JOIN look_{number} ON look_{number}.key = ({on})"
        for at, new in enumerate(cells):
            selects += f", look_{number}.j{at} AS x{number}_{at}"
            known.setdefault(new, f"x{number}_{at}")
    engine.execute(f"CREATE OR REPLACE TEMP VIEW joined AS SELECT raw.*{selects} FROM raw{joins}")
    reading.columns = Columns({name: sql.removeprefix("raw.") for name, sql in known.items()}, tidy, gapless)


def _tidy(engine: Engine, raw: Raw) -> tuple[str, ...]:
    """Columns without spaces around any text: read as they stand, which takes a fraction of the time."""
    if not 0 < len(raw.columns) <= _MOST_LOOKED_AT:
        return ()
    if raw.seen is not None:
        return tuple(column for column, needs in zip(raw.columns, raw.seen.untidy, strict=True) if not needs)
    asked = ", ".join(f"bool_or({untidy(f'c{at}')})" for at in range(len(raw.columns)))
    found = engine.rows(f"SELECT {asked} FROM raw")[0]
    return tuple(column for column, needs in zip(raw.columns, found, strict=True) if not needs)
