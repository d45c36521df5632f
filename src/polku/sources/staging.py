"""Reading files into staged tables: each file whole, with every row used, or rejected with its reason."""

from __future__ import annotations

import hashlib
import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from polku.documents import Source, Workspace
from polku.errors import ImportRefused, PolkuError, Where
from polku.records.engine import Engine
from polku.records.publish import Staged
from polku.sources import dates, verdicts
from polku.sources.cells import Columns
from polku.sources.files import Opened, open_files, shown
from polku.sources.filling import Reading, fill
from polku.sources.joining import join_files
from polku.sources.mappings import Chosen, also_a_kind, blamed, by_name, choose
from polku.sources.propose import by_document, propose, told
from polku.sources.raw import NotStraight, NotTrusted, Raw
from polku.sources.shown import Shown, show_rows
from polku.sources.sniffing import Sniffed
from polku.sources.systems import Part
from polku.sources.tables import own_kind, parts_of
from polku.sources.timing import decide_moments
from polku.sources.verdicts import Reason, Sample
from polku.words import Message

Progress = Callable[[Message, float], None]
"""Told what is done now, and which share is behind (0 … 1)."""
Refused = Callable[[str, ImportRefused], None]
"""Told of a file by name, and why it is not read."""


@dataclass(frozen=True)
class ReadFile:
    """One file, read and staged.

    Args:
        mapping: what it was read by.
        rows: rows with anything in them, apart from the header.
        rejected: of these, those in the rejects.
        tables: table → staged rows.
        used_columns: of its columns, those the mapping reads.
        letters: encoding, of text files.
        dates: day-first or month-first, where that had to be decided.
        sample: the first rows as they will stand.
        repeated: rows that say in this file again what another says; known only where there is a sample.
    """

    staged: Staged
    name: str
    kind: str
    mapping: Chosen
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
    sample: Sample = field(default_factory=dict)
    repeated: int = 0
    rows_shown: Shown | None = None
    """The file as a table with what becomes of its columns and rows, where that was asked for."""


def read_files(
    workspace: Workspace,
    paths: Sequence[Path],
    folder: Path,
    *,
    mapping: Source | None = None,
    system: str | None = None,
    named: Mapping[str, Source | str] = MappingProxyType({}),
    sample: int = 0,
    rows: int = 0,
    progress: Progress | None = None,
    refused: Refused | None = None,
    aside: Refused | None = None,
) -> tuple[ReadFile, ...]:
    """Read files into staged tables under a folder, one subfolder per table. Nothing is published.

    Args:
        paths: files, archives or folders of them.
        folder: an empty folder; the caller removes it when all is published.
        mapping: reads every file; else each file's mapping is found by its name, or proposed.
        system: id of a source of the workspace, or a source or kind of file polku knows, for all files.
        named: mapping or source (as `mapping` and `system`) for single files or tables, by the name they are shown by.
        sample: so many rows of each table are handed back.
        rows: so many rows of each file are handed back as they stand in it, with what becomes of them.
        refused: told of each path that cannot be read, with the reason; the others are read on.
        aside: told of each table of a folder, archive, workbook or database that nobody can place; the others
            are read. Without it such a table is refused, as one that was named itself always is.

    Raises:
        ImportRefused: a file cannot be read as a whole, and nobody is told of it; the error names it.
    """
    read: list[ReadFile] = []
    numbers = itertools.count()
    scratch = folder / "scratch"
    tell = progress or (lambda message, share: None)
    for number, path in enumerate(paths):
        scratch_of = scratch / str(number)
        scratch_of.mkdir(parents=True)
        name = shown(path.name)
        before = len(read)
        left: list[tuple[str, ImportRefused]] = []

        def passed(name: str, reason: Message, left: list[tuple[str, ImportRefused]] = left) -> None:
            left.append((name, ImportRefused(reason, Where(file=name))))

        try:
            for opened in open_files(path, scratch_of, own=own_kind, passed_over=passed):
                name = opened.name
                tell(Message("sources.reading", {"file": name}), number / len(paths))
                try:
                    parts = list(parts_of(opened, scratch_of))
                except ImportRefused as why:
                    if aside is None or opened.alone or why.message.id not in _SET_ASIDE:
                        raise
                    left.append((name, why))
                    continue
                several = aside is not None and (len(parts) > 1 or not opened.alone)
                with ThreadPoolExecutor(1) as beside:
                    # The file is read by somebody else meanwhile, who has another core.
                    digest = beside.submit(_digest, opened.path)
                    for part in parts:
                        name = part.name
                        out = folder / f"file-{next(numbers)}"
                        out.mkdir()
                        own = named.get(name)
                        said = own if isinstance(own, Source) else None if own else mapping
                        kind = own if isinstance(own, str) else None if own else system
                        try:
                            job = _Job(workspace, opened, part, out, scratch_of, sample, rows, digest)
                            read.append(job.read(said, kind))
                        except ImportRefused as why:
                            if not (several and why.message.id in _SET_ASIDE):
                                raise
                            left.append((name, why))
            if left and len(read) == before:
                raise _nothing_placed(shown(path.name), left)
            for one, reason in left:
                if aside is not None:
                    aside(one, reason)
        except ImportRefused as why:
            if refused is None:
                raise
            refused(name, why)
            if aside is not None:
                for one, reason in left:
                    aside(one, reason)
    tell(Message("sources.read", {"count": len(read)}), 1.0)
    return tuple(read)


_SET_ASIDE = frozenset(
    f"sources.{why}"
    for why in (
        *("not-proposed", "nearly-proposed", "none-used", "most-unused", "not-customers", "not-system"),
        *("not-as", "no-rows", "empty-file", "no-header", "no-records", "own-people", "nothing-of-use"),
    )
)
"""Why a table among several is left out of an import instead of stopping it."""


_WRITTEN = frozenset(("zone", "dates", "encoding", "delimiter", "decimal", "skip"))
"""What a mapping says of how a file is written, not of what it means."""


def _nothing_placed(name: str, left: Sequence[tuple[str, ImportRefused]]) -> ImportRefused:
    if len(left) == 1:
        return left[0][1]
    return ImportRefused(
        Message("sources.nothing-placed", {"count": len(left), "names": [one for one, _ in left[:8]]}),
        Where(file=name),
    )


_BESIDE = frozenset(f"sources.reject-{why}" for why in ("total", "below", "left-out"))
"""Why a row is none of the table, or is left out on purpose; that says nothing of what the table is."""
_Way = Literal["trusting", "looking", "keeping"]
"""How a file is read: its rows go where they belong as they are, or after they were all looked at, or are kept in a
table first. Each way takes files that the one before it cannot."""
Load = Callable[[Engine, str, Source | None], tuple[Raw, Sniffed | None]]


def _one_row_each(source: Source) -> bool:
    """Whether each row of a file gives one row of one table, if it gives any, whatever stands in it or elsewhere."""
    if source.as_ is not None or source.join or len(source.fills) != 1:
        return False
    one = source.fills[0]
    return one.table == "events" and not (one.split or one.when or one.where)


class _Job:
    """Reading one file."""

    engine: Engine

    def __init__(
        self,
        workspace: Workspace,
        opened: Opened,
        part: Part,
        out: Path,
        scratch: Path,
        sample: int,
        rows: int,
        digest: Future[str],
    ) -> None:
        self.workspace = workspace
        self.part = part
        self.digest = digest
        # The same file has one digest for each of its tables.
        self.of_file = part.name == opened.name
        self.opened = replace(opened, name=part.name)
        self.out = out
        self.scratch = scratch
        self.sample = sample
        self.rows = rows

    def read(self, mapping: Source | None, system: str | None) -> ReadFile:
        """The file, read and staged, in the first way that takes it."""
        way: _Way = "trusting"
        while True:
            with Engine(temp_directory=self.scratch, ordered=True) as self.engine:
                try:
                    return self._read_by(mapping, system, way)
                except ImportRefused as why:
                    found = choose(self.workspace, self.opened.name, mapping, system)
                    raise blamed(found, self.opened.name, why) from None
                except NotTrusted:
                    way = "looking"
                except NotStraight:
                    way = "keeping"

    def _read_by(self, mapping: Source | None, system: str | None, way: _Way) -> ReadFile:
        """The file, read and staged in one way.

        Raises:
            NotTrusted: it has to be looked through before.
            NotStraight: its rows have to be kept.
        """
        found = choose(self.workspace, self.opened.name, mapping, system)
        look = self.part.look
        if (
            look is None
            or found is None
            or way == "keeping"
            or self.sample
            or self.rows
            or not _one_row_each(found.source)
        ):
            return self._read(found, self.part.load, system)
        try:
            return self._read(
                found, lambda engine, table, said: look(engine, table, said, way == "trusting"), system
            )
        except (NotStraight, PolkuError):
            raise
        except Exception as error:
            # Some row is not as the others, or somebody writes to the file.
            raise NotStraight from error

    def _read(self, found: Chosen | None, load: Load, system: str | None) -> ReadFile:
        started = time.monotonic()
        raw, sniffed = load(self.engine, "raw", found.source if found else None)
        if found is not None and not (found.source.fills or found.source.as_):
            # It says how the file is written, and leaves open what its columns are.
            said = found.source
            found = propose(self.engine, raw, self.opened.name, self.opened.where, system)
            own = {key: getattr(said, key) for key in said.model_fields_set if key in _WRITTEN}
            found = replace(found, source=found.source.model_copy(update=own))
        elif found is None:
            found = propose(self.engine, raw, self.opened.name, self.opened.where, system)
            if raw.kind != "xes":
                raw.warnings.append(told(found))
        elif found.source.as_ is not None:
            found = by_document(self.engine, raw, found, self.opened)
        source = found.source
        zone = self._zone(source, found)
        reading = Reading(
            self.engine, "base", Columns({}), source, zone, self.opened.name, self._placer(found)
        )
        join_files(
            reading,
            raw,
            self.opened.folder,
            self.scratch,
            lambda opened, table, said: self._joined(opened, table, said),
            lambda file: by_name(self.workspace, file),
        )
        decide_moments(reading, self.opened.where, raw)
        fills = [fill(reading, number, one, f"fills/{number + 1}") for number, one in enumerate(source.fills)]
        if raw.straight is not None:
            rows = verdicts.write_straight(
                self.engine,
                raw,
                fills[0],
                self.out,
                {"source": source.id, "source_kind": source.kind, "source_file": self.opened.name},
            )
            tables = {fills[0].table: rows}
        else:
            verdicts.check_deals(reading, fills)
            rows = verdicts.judge(self.engine, raw, source.id, self.opened.name, fills)
            tables = verdicts.write_tables(self.engine, fills, self.out)
        reasons = verdicts.reasons(self.engine)
        rejected = int(self.engine.rows("SELECT count(*) FROM rejects")[0][0])
        if found.told_by == "proposal" and rows and rejected == rows:
            raise ImportRefused(
                Message("sources.none-used", {"count": rows, "reason": reasons[0].message}), self.opened.where
            )
        beside = sum(one.count for one in reasons if one.message.id in _BESIDE)
        unplaced = found.told_by == "proposal" and found.system is None and raw.kind != "xes"
        if unplaced and (rejected - beside) * 2 > rows - beside:
            # It is not what its columns seem to say.
            raise ImportRefused(
                Message(
                    "sources.most-unused",
                    {"count": rejected - beside, "rows": rows - beside, "reason": reasons[0].message},
                ),
                self.opened.where,
            )
        if not rows:
            raw.warnings.append(Message("sources.header-only"))
        raw.warnings += also_a_kind(self.workspace, system)
        warnings = (*raw.warnings, *dict.fromkeys(reading.warnings), *verdicts.absent(self.engine, fills))
        digest = self.digest.result()
        staged = Staged(
            folder=self.out,
            file=self.opened.name,
            source=source.id,
            as_=source.id,
            sha256=digest if self.of_file else _digest_of(f"{digest}/{self.part.name}"),
            mapping=_digest_of(f"{source.model_dump_json()}{zone}"),
            rows=rows,
            warnings=warnings,
            whole=source.missing == "remove",
            begins=None if raw.straight is None else raw.above,
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
            _used_columns(reading),
            sniffed.letters.encoding if sniffed else None,
            sniffed.delimiter if sniffed else None,
            _dates_told(reading),
            zone,
            time.monotonic() - started,
            verdicts.first_rows(self.engine, fills, self.out, self.sample) if self.sample else {},
            verdicts.repeated(self.engine, fills, self.out) if self.sample else 0,
            show_rows(self.engine, raw, found, reading, fills, self.out, self.rows) if self.rows else None,
        )

    def _joined(self, opened: Opened, table: str, said: Source | None) -> Raw:
        """A file that is looked up in: of several tables the first."""
        part = next(parts_of(opened, self.scratch), None)
        if part is None:
            raise ImportRefused(Message("sources.empty-file"), opened.where)
        return part.load(self.engine, table, said)[0]

    def _zone(self, source: Source, found: Chosen) -> str:
        zone = source.zone or self.workspace.settings.zone
        if not dates.known_zone(zone):
            place = self._placer(found)("zone") if source.zone else Where("polku.yaml", item="zone")
            raise ImportRefused(Message("sources.unknown-zone", {"zone": zone}), place)
        return zone

    def _placer(self, found: Chosen) -> Callable[[str], Where]:
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


def _used_columns(reading: Reading) -> tuple[str, ...]:
    used: dict[str, None] = {}
    columns = reading.columns
    for number, one in enumerate(reading.source.fills, 1):
        place = reading.place
        item = f"fills/{number}"
        said = [*one.columns.values(), one.activity or "", one.event_id or reading.source.event_id or ""]
        for what in said:
            if columns.has(what) or "{" in what:
                if not columns.has("activity"):
                    what = what.replace("{activity}", "")
                cell = columns.cell(what, place(item)) if what else None
                used.update(dict.fromkeys(cell.columns if cell else ()))
        for column in (
            one.when,
            one.split_column,
            *one.where,
            *(str(v["of"]) for v in one.values.values() if "of" in v),
        ):
            if column:
                used.update(dict.fromkeys(reading.columns.find(column, place(item)).columns))
    for join in reading.source.join:
        used[join.on] = None
    return tuple(used)


def _dates_told(reading: Reading) -> str | None:
    orders = {one.order for one in reading.moments.values() if one.order}
    if orders:
        return ", ".join(sorted(str(order) for order in orders))
    return "iso" if reading.moments else None


def _digest_of(said: str) -> str:
    return hashlib.sha256(said.encode()).hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


__all__ = ["ReadFile", "Reason", "read_files"]
