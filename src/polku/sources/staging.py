"""Reading files into staged tables: each file whole, with every row used, or rejected with its reason."""

from __future__ import annotations

import fnmatch
import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from polku.documents import Source, Workspace
from polku.errors import ImportRefused, Where
from polku.records.engine import Engine
from polku.records.publish import Staged
from polku.records.schema import RECORDS
from polku.sources import dates
from polku.sources.cells import Columns
from polku.sources.delimited import read_delimited, row_expression
from polku.sources.files import Opened, open_files
from polku.sources.filling import Filled, Reading, fill, moment_cells
from polku.sources.parquet import read_parquet
from polku.sources.raw import Broken, Raw, insert, text
from polku.sources.sniffing import Sniffed
from polku.sources.xes import read_xes
from polku.words import Message

Progress = Callable[[Message, float], None]
"""Told what is done now, and which share is behind (0 … 1)."""


@dataclass(frozen=True)
class Mapping:
    """A mapping for a file, and how it was come by.

    Args:
        told_by: option, reads or proposal.
        document: `sources/<id>`, for places; None for a proposal.
    """

    source: Source
    told_by: str
    document: str | None = None
    signs: tuple[Sign, ...] = ()


@dataclass(frozen=True)
class Sign:
    """What told which column a column of the file becomes.

    Args:
        column: of the file.
        target: `events.time`; None: kept out.
        by: mapping, header, values, or nothing.
    """

    column: str
    target: str | None
    by: str


@dataclass(frozen=True)
class Reason:
    """Rows that were rejected for one reason."""

    message: Message
    count: int
    lines: tuple[int, ...]
    """The first of them."""


@dataclass(frozen=True)
class ReadFile:
    """One file, read and staged.

    Args:
        rows: rows with anything in them, apart from the header.
        rejected: of these, those in the rejects.
        tables: table → staged rows.
        sample: the first rows as they will stand: table → (columns, rows).
    """

    staged: Staged
    name: str
    kind: str
    mapping: Mapping
    rows: int
    rejected: int
    tables: dict[str, int]
    warnings: tuple[Message, ...]
    reasons: tuple[Reason, ...]
    columns: tuple[str, ...]
    used_columns: tuple[str, ...]
    letters: str | None
    delimiter: str | None
    dates: str | None
    zone: str
    seconds: float
    sample: dict[str, tuple[tuple[str, ...], list[tuple[object, ...]]]] = field(default_factory=dict)
    repeated: int = 0
    """Rows that say in this file again what another row said; known only where the sample is."""


Propose = Callable[[Engine, Raw, str, str | None], Mapping]


def read_files(
    workspace: Workspace,
    paths: Sequence[Path],
    folder: Path,
    *,
    mapping: Source | None = None,
    system: str | None = None,
    sample: int = 0,
    progress: Progress | None = None,
) -> tuple[ReadFile, ...]:
    """Read files into staged tables under a folder, one subfolder per file. Nothing is published.

    Args:
        folder: an empty folder; the caller removes it when all is published.
        mapping: reads every file; else each file's mapping is found by its name, or proposed.
        system: id of a source of the workspace, or a kind of file polku knows, for all files.
        sample: so many rows of each table are handed back.

    Raises:
        ImportRefused: a file cannot be read as a whole; the error names it.
    """
    read: list[ReadFile] = []
    scratch = folder / "scratch"
    tell = progress or (lambda message, share: None)
    for number, path in enumerate(paths):
        scratch_of = scratch / str(number)
        scratch_of.mkdir(parents=True)
        for opened in open_files(path, scratch_of):
            tell(Message("sources.reading", {"file": opened.name}), number / len(paths))
            out = folder / f"file-{len(read)}"
            out.mkdir()
            with Engine(temp_directory=scratch_of, ordered=True) as engine:
                job = _Job(engine, workspace, opened, out, scratch_of, sample)
                read.append(job.read(mapping, system))
    tell(Message("sources.read", {"count": len(read)}), 1.0)
    return tuple(read)


class _Job:
    """Reading one file."""

    def __init__(
        self, engine: Engine, workspace: Workspace, opened: Opened, out: Path, scratch: Path, sample: int
    ) -> None:
        self.engine = engine
        self.workspace = workspace
        self.opened = opened
        self.out = out
        self.scratch = scratch
        self.sample = sample

    def read(self, mapping: Source | None, system: str | None) -> ReadFile:
        """The file, read and staged."""
        started = time.monotonic()
        found = self._mapping(mapping, system)
        raw, sniffed = self._raw(self.opened, "raw", found.source if found else None)
        if found is None:
            from polku.sources.propose import propose

            found = propose(self.engine, raw, self.opened.name, system)
        source = found.source
        zone = self._zone(source, found)
        reading = self._base(raw, found, zone)
        self._look_at_moments(reading, source)
        fills = [fill(reading, number, one, f"fills/{number + 1}") for number, one in enumerate(source.fills)]
        self._check_deals(reading, fills)
        rows = self._reject(raw, source, fills)
        tables = self._write(fills)
        reasons = self._reasons()
        rejected = int(self.engine.rows("SELECT count(*) FROM rejects")[0][0])
        warnings = (*raw.warnings, *dict.fromkeys(reading.warnings), *self._absent(fills))
        staged = Staged(
            folder=self.out,
            file=self.opened.name,
            source=source.id,
            as_=source.id,
            sha256=_digest(self.opened.path),
            mapping=hashlib.sha256(f"{source.model_dump_json()}{zone}".encode()).hexdigest(),
            rows=rows,
            warnings=warnings,
        )
        self.engine.write("SELECT * FROM rejects ORDER BY line", self.out / "rejects.parquet")
        return ReadFile(
            staged,
            self.opened.name,
            raw.kind,
            found,
            rows,
            rejected,
            tables,
            warnings,
            reasons,
            raw.columns,
            self._used_columns(source, reading),
            sniffed.letters.encoding if sniffed else None,
            sniffed.delimiter if sniffed else None,
            _dates_told(reading),
            zone,
            time.monotonic() - started,
            self._sample(fills) if self.sample else {},
            self._repeated(fills) if self.sample else 0,
        )

    def _mapping(self, mapping: Source | None, system: str | None) -> Mapping | None:
        """The mapping said or fitting, None where one has to be proposed."""
        sources = self.workspace.sources
        if mapping is not None:
            document = f"sources/{mapping.id}" if sources.get(mapping.id) is mapping else None
            return Mapping(mapping, "option", document)
        if system is not None:
            if system in sources:
                return Mapping(sources[system], "option", f"sources/{system}")
            return None
        base = self.opened.name.rpartition("/")[2].lower()
        for id, source in sources.items():
            if source.fills and any(fnmatch.fnmatchcase(base, pattern.lower()) for pattern in source.reads):
                return Mapping(source, "reads", f"sources/{id}")
        return None

    def _raw(self, opened: Opened, table: str, source: Source | None) -> tuple[Raw, Sniffed | None]:
        if opened.kind == "xes":
            return read_xes(self.engine, opened, table), None
        if opened.kind == "parquet":
            return read_parquet(self.engine, opened, table), None
        return read_delimited(
            self.engine,
            opened,
            table,
            self.scratch,
            encoding=source.encoding if source else None,
            delimiter=source.delimiter if source else None,
            skip=source.skip if source else 0,
        )

    def _zone(self, source: Source, found: Mapping) -> str:
        zone = source.zone or self.workspace.settings.zone
        if not dates.known_zone(zone):
            place = self._placer(found)("zone") if source.zone else Where("polku.yaml", item="zone")
            raise ImportRefused(Message("sources.unknown-zone", {"zone": zone}), place)
        return zone

    def _placer(self, found: Mapping) -> Callable[[str], Where]:
        document = found.document
        name = self.opened.name

        def place(item: str) -> Where:
            if document is None:
                return Where(file=name, item=item)
            at = self.workspace.place(document, item)
            if at.line == 1 and item.startswith("fills/1/"):
                # The short form has no list of fills.
                at = self.workspace.place(document, item.removeprefix("fills/1/"))
            return Where(at.file, at.line, at.column)

        return place

    def _base(self, raw: Raw, found: Mapping, zone: str) -> Reading:
        """The raw rows with the columns of joined files."""
        known = {column: f"c{number}" for number, column in enumerate(raw.columns)}
        place = self._placer(found)
        reading = Reading(self.engine, "base", Columns(known), found.source, zone, self.opened.name, place)
        joins, selects = "", ""
        for number, join in enumerate(found.source.join):
            file = Path(join.file)
            where = place(f"join/{number + 1}/file")
            if file.name != join.file or join.file in ("", ".", ".."):
                raise ImportRefused(Message("sources.join-outside", {"file": join.file}), where)
            path = self.opened.folder / join.file
            if not path.is_file():
                raise ImportRefused(Message("sources.join-missing", {"file": join.file}), where)
            other = Opened(path, join.file, "csv", path.parent)
            for opened in open_files(path, self.scratch):
                other = opened
            said = self._other_mapping(other.name)
            looked, _ = self._raw(other, f"joined_{number}", said)
            columns = Columns({column: f"c{at}" for at, column in enumerate(looked.columns)})
            key = columns.find(join.to, place(f"join/{number + 1}/to")).sql
            taken = join.columns or {column: column for column in looked.columns}
            cells = {
                new: columns.find(old, place(f"join/{number + 1}/columns/{new}")).sql
                for new, old in taken.items()
            }
            values = ", ".join(f"{sql} AS j{at}" for at, sql in enumerate(cells.values()))
            self.engine.execute(
                f"CREATE OR REPLACE TEMP TABLE look_{number} AS SELECT {key} AS key, {values} FROM joined_{number} "
                f"WHERE ({key}) IS NOT NULL QUALIFY row_number() OVER (PARTITION BY ({key}) ORDER BY line) = 1"
            )
            several = self.engine.rows(
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
        self.engine.execute(f"CREATE OR REPLACE TEMP VIEW joined AS SELECT raw.*{selects} FROM raw{joins}")
        reading.columns = Columns(known)
        return reading

    def _other_mapping(self, name: str) -> Source | None:
        for source in self.workspace.sources.values():
            if any(fnmatch.fnmatchcase(name.lower(), pattern.lower()) for pattern in source.reads):
                return source
        return None

    def _look_at_moments(self, reading: Reading, source: Source) -> None:
        """Decide how each column of moments is read; refuse where nothing decides day and month."""
        cells = moment_cells(reading, source)
        cleaned = ""
        for number, sql in enumerate(cells):
            reading.texts[sql] = f"t{number}"
            cleaned += f", {dates.clean(sql)} AS t{number}"
        shapes = "".join(f", {dates.shape(f't{n}')} AS t{n}_s" for n in range(len(cells)))
        self.engine.execute(
            f"CREATE OR REPLACE TEMP TABLE base AS SELECT *{shapes} FROM (SELECT *{cleaned} FROM joined)"
        )
        for place in reading.texts.values():
            reading.moments[place] = dates.look(self.engine, "base", place, source.dates)
        decided = {
            one.order for one in reading.moments.values() if one.order and one.told_by in ("evidence", "dots")
        }
        for sql, place in reading.texts.items():
            one = reading.moments[place]
            cell, _ = cells[sql]
            if one.undecided:
                if one.above == (0, 0) and len(decided) == 1:
                    order = next(iter(decided))
                    reading.moments[place] = dates.Moments(
                        one.layouts, one.special, order, "neighbour", one.above, one.example, one.filled,
                        one.unreadable, one.unread_example,
                    )  # fmt: skip
                    reading.warnings.append(
                        Message(f"sources.dates-by-neighbour-{order}", {"column": cell.named})
                    )
                else:
                    why = "mixed" if one.above != (0, 0) else "open"
                    raise ImportRefused(
                        Message(
                            f"sources.dates-{why}",
                            {
                                "column": cell.named,
                                "found": one.example,
                                "first": one.above[0],
                                "second": one.above[1],
                            },
                        ),
                        self.opened.where,
                    )
            elif one.told_by == "evidence" and min(one.above):
                reading.warnings.append(
                    Message(
                        f"sources.dates-slips-{one.order}", {"column": cell.named, "count": min(one.above)}
                    )
                )
            if one.special == "serial":
                reading.warnings.append(Message("sources.dates-serial", {"column": cell.named}))
        timed = [place for place, one in reading.moments.items() if one.local]
        if timed and reading.zone:
            self._tell_zone(reading, timed)

    def _tell_zone(self, reading: Reading, timed: Sequence[str]) -> None:
        told_by = "mapping" if reading.source.zone else "workspace"
        reading.warnings.append(Message(f"sources.zone-by-{told_by}", {"zone": reading.zone}))
        if reading.zone in ("UTC", "Etc/UTC", "GMT"):
            return
        twice = skipped = 0
        for place in timed:
            one = reading.moments[place]
            local = dates.local_moment(place, one)
            at = text(reading.zone)
            found = self.engine.rows(
                f"""SELECT count(*) FILTER (WHERE (m AT TIME ZONE {at} - INTERVAL 1 HOUR) AT TIME ZONE {at} = m),
                    count(*) FILTER (WHERE m AT TIME ZONE {at} AT TIME ZONE {at} <> m)
                FROM (SELECT {local} AS m FROM base WHERE {dates.has_clock(place, one)}
                      AND NOT ({dates.has_offset(place, one)}))"""
            )[0]
            twice, skipped = twice + found[0], skipped + found[1]
        if twice:
            reading.warnings.append(Message("sources.zone-twice", {"count": twice, "zone": reading.zone}))
        if skipped:
            reading.warnings.append(Message("sources.zone-skipped", {"count": skipped, "zone": reading.zone}))

    def _check_deals(self, reading: Reading, fills: Sequence[Filled]) -> None:
        """Tell of deals that were closed before they began, and of those without an account."""
        for one in fills:
            if one.table == "deals":
                rows = self.engine.rows(
                    f"SELECT line FROM {one.made} WHERE severity IS NULL AND date_trunc('day', closed) < date_trunc('day', created) ORDER BY 1"
                )
                alone = self.engine.rows(
                    f"SELECT count(*) FROM {one.made} WHERE severity IS NULL AND account_id IS NULL"
                )[0][0]
                if alone:
                    reading.warnings.append(Message("sources.deals-without-account", {"count": alone}))
                if rows:
                    reading.warnings.append(
                        Message(
                            "sources.closed-before-created",
                            {"count": len(rows), "lines": [row[0] for row in rows[:3]]},
                        )
                    )

    def _reject(self, raw: Raw, source: Source, fills: Sequence[Filled]) -> int:
        """Make the table of rejects; a row with anything broken is rejected whole. Returns the rows of the file."""
        columns = ", ".join(f'"{column.name}" {column.type}' for column in RECORDS["rejects"].columns)
        self.engine.execute(f"CREATE OR REPLACE TEMP TABLE rejects ({columns})")
        troubles = " UNION ALL ".join(
            f"SELECT line, {number} AS f, severity, reason, at_column, found FROM {one.made}"
            for number, one in enumerate(fills)
        )
        self.engine.execute(
            f"""CREATE OR REPLACE TEMP TABLE verdicts AS
            SELECT line, bool_or(severity = 'broken') IS TRUE AS broken, bool_or(severity IS NULL) AS good,
                min_by({{'reason': reason, 'at_column': at_column, 'found': found}},
                    (CASE severity WHEN 'broken' THEN 0 ELSE 1 END, f)) FILTER (WHERE severity IS NOT NULL) AS why
            FROM ({troubles}) GROUP BY line"""
        )
        self.engine.execute(
            f"""INSERT INTO rejects SELECT {text(source.id)}, {text(self.opened.name)}, raw.line,
                coalesce(why.reason, 'sources.reject-left-out'), why.at_column, left(why.found, 500), {row_expression(raw)}
            FROM raw LEFT JOIN verdicts USING (line) WHERE broken OR NOT coalesce(good, false)"""
        )
        self._insert_broken(raw.broken, source)
        counted = self.engine.rows("SELECT count(*) FROM raw")[0][0]
        return int(counted) + len(raw.broken)

    def _insert_broken(self, broken: Sequence[Broken], source: Source) -> None:
        if not broken:
            return
        self.engine.execute(
            "CREATE OR REPLACE TEMP TABLE apart (line BIGINT, reason VARCHAR, found VARCHAR, row VARCHAR)"
        )
        insert(
            self.engine,
            "apart",
            {
                "line": [one.line for one in broken],
                "reason": [one.reason for one in broken],
                "found": [one.found for one in broken],
                "row": [one.row for one in broken],
            },
        )
        self.engine.execute(
            f'INSERT INTO rejects SELECT {text(source.id)}, {text(self.opened.name)}, line, reason, NULL, found, "row" FROM apart'
        )

    def _absent(self, fills: Sequence[Filled]) -> list[Message]:
        """Rows that are used, but gave one of their tables nothing, for want of a value."""
        told: list[Message] = []
        for one in fills:
            rows = self.engine.rows(
                f"""SELECT at_column, count(*) FROM {one.made} f JOIN verdicts v USING (line)
                WHERE severity = 'absent' AND v.good AND NOT v.broken GROUP BY 1 ORDER BY 2 DESC"""
            )
            for column, count in rows:
                told.append(Message("sources.absent", {"count": count, "column": column, "table": one.table}))
        return told

    def _write(self, fills: Sequence[Filled]) -> dict[str, int]:
        written: dict[str, int] = {}
        for table in dict.fromkeys(one.table for one in fills):
            names = ", ".join(f'"{column.name}"' for column in RECORDS[table].columns)
            parts = " UNION ALL ".join(
                f"SELECT {names}, line AS line_, {number} AS fill_, k AS k_ FROM {one.made} f "
                f"WHERE severity IS NULL AND NOT EXISTS (SELECT 1 FROM verdicts v WHERE v.line = f.line AND v.broken)"
                for number, one in enumerate(fills)
                if one.table == table
            )
            written[table] = self.engine.write(
                f"SELECT {names} FROM ({parts}) ORDER BY line_, fill_, k_", self.out / f"{table}.parquet"
            )
        return written

    def _reasons(self) -> tuple[Reason, ...]:
        rows = self.engine.rows(
            'SELECT reason, "column", min(found), count(*), list_slice(list(line ORDER BY line), 1, 3), '
            "count(DISTINCT found) FROM rejects GROUP BY 1, 2 ORDER BY 4 DESC, 1, 2"
        )
        return tuple(
            Reason(Message(row[0], {"column": row[1], "found": row[2]}), row[3], tuple(row[4]))
            for row in rows
        )

    def _sample(self, fills: Sequence[Filled]) -> dict[str, tuple[tuple[str, ...], list[tuple[object, ...]]]]:
        samples: dict[str, tuple[tuple[str, ...], list[tuple[object, ...]]]] = {}
        for table in dict.fromkeys(one.table for one in fills):
            file = self.out / f"{table}.parquet"
            names = [
                column.name
                for column in RECORDS[table].columns
                if column.name not in ("source", "source_kind", "source_file", "zone", "priority")
            ]
            wanted = ", ".join(f'"{name}"' for name in names)
            rows = self.engine.rows(
                f"SELECT {wanted} FROM read_parquet({text(str(file))}) LIMIT {self.sample}"
            )
            shown = [at for at, name in enumerate(names) if any(row[at] is not None for row in rows)]
            samples[table] = (
                tuple(names[at] for at in shown),
                [tuple(row[at] for at in shown) for row in rows],
            )
        return samples

    def _repeated(self, fills: Sequence[Filled]) -> int:
        """Rows that give nothing but what other rows of the file give."""
        lines = []
        for table in dict.fromkeys(one.table for one in fills):
            spec = RECORDS[table]
            said = [f'"{c.name}"' for c in spec.columns if c.name not in ("source_row",)]
            keys = [f'"{key}"' for key in spec.key]
            keyed = " OR ".join(f"{key} IS NOT NULL" for key in keys) or "false"
            identity = (
                f"CASE WHEN {keyed} THEN hash({', '.join(keys) or '0'}) ELSE hash({', '.join(said)}) END"
            )
            lines.append(
                f"SELECT source_row, row_number() OVER (PARTITION BY {identity} ORDER BY source_row) = 1 AS first "
                f"FROM read_parquet({text(str(self.out / f'{table}.parquet'))})"
            )
        if not lines:
            return 0
        found = self.engine.rows(
            f"SELECT count(*) FROM (SELECT source_row FROM ({' UNION ALL '.join(lines)}) GROUP BY 1 HAVING NOT bool_or(first))"
        )
        return int(found[0][0])

    def _used_columns(self, source: Source, reading: Reading) -> tuple[str, ...]:
        used: dict[str, None] = {}
        for number, one in enumerate(source.fills, 1):
            place = reading.place
            item = f"fills/{number}"
            said = [*one.columns.values(), one.activity or "", one.event_id or source.event_id or ""]
            for what in said:
                if reading.columns.has(what) or "{" in what:
                    cell = reading.columns.cell(what.replace("{activity}", ""), place(item)) if what else None
                    used.update(dict.fromkeys(cell.columns if cell else ()))
            for column in (
                one.when,
                one.split_column,
                *one.where,
                *(str(v["of"]) for v in one.values.values() if "of" in v),
            ):
                if column:
                    used.update(dict.fromkeys(reading.columns.find(column, place(item)).columns))
        for join in source.join:
            used[join.on] = None
        return tuple(used)


def _dates_told(reading: Reading) -> str | None:
    orders = {one.order for one in reading.moments.values() if one.order}
    if orders:
        return ", ".join(sorted(str(order) for order in orders))
    return "iso" if reading.moments else None


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


__all__ = ["Mapping", "ReadFile", "Reason", "Sign", "read_files"]
