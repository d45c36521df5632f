"""The engine: runs SQL templates over the lake's tables; the only place that knows DuckDB."""

from __future__ import annotations

import contextlib
import os
import re
import weakref
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

# DuckDB's package spends 0.1 s on what polku does not use; the module it wraps is enough, and answers alike.
try:
    import _duckdb as duckdb
except ImportError:  # another release may hide it
    import duckdb  # type: ignore[no-redef]

from polku.errors import Cancelled, LakeError, PolkuError, Where
from polku.frozen import dataclass
from polku.records.memory import machine_memory
from polku.records.schema import Table
from polku.words import Message

if TYPE_CHECKING:
    import numpy as np

    from polku.records.layers import Layers

ENGINE_NAME = f"duckdb {duckdb.__version__}"

WRITING = int(os.environ.get("POLKU_MEMORY_MB", "400"))
"""MiB that an engine takes that reads files and publishes; more spills. NumPy takes about as much beside it."""

_PLACE = re.compile(r"\{([a-z_]+(?::[a-z0-9_]+)?)\}")
_PARAMETER = re.compile(r"\$([A-Za-z_]\w*)")
# DuckDB's class of a defect in a template, which no user can mend.
_DEFECTS = (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException)


@dataclass(frozen=True)
class Relation:
    """Something a template can select from.

    Args:
        sql: what stands for it in the query.
        files: the Parquet files it reads, so that damage can be told by name.
    """

    sql: str
    files: tuple[Path, ...] = ()
    layers: Layers | None = None
    """How the files make up the table, where they are not simply one after the other."""

    @classmethod
    def of_files(cls, files: Sequence[Path], table: Table) -> Relation:
        """The rows of Parquet files of one shape; without files, no rows of the table's columns."""
        if files:
            return cls(f"(SELECT * FROM read_parquet([{', '.join(map(file_text, files))}]))", tuple(files))
        columns = ", ".join(f"NULL::{column.type} AS {name(column.name)}" for column in table.columns)
        return cls(f"(SELECT {columns} WHERE false)")


@dataclass(frozen=True)
class Confined:
    """What engines of a process may do that reads files from outside.

    Args:
        folders: they and what is in them may be read and written.
        files: they may be read as well, and nothing else.
        memory: MiB, for an engine that is not told.
    """

    folders: tuple[Path, ...]
    files: tuple[Path, ...]
    memory: int


_confined: Confined | None = None
_living: weakref.WeakSet[Engine] = weakref.WeakSet()


def confine(limits: Confined) -> None:
    """Hold all engines that this process opens from now on to these limits; there is no way back."""
    global _confined
    _confined = limits


def interrupt_all() -> None:
    """Stop what any engine of this process runs, from another thread."""
    for engine in list(_living):
        engine.interrupt()


class Engine:
    """A DuckDB of its own, in memory, with capped memory and no access to extensions.

    Args:
        threads: default all cores.
        memory_limit: as DuckDB writes it ("2GB"); default 2 GiB, or half of a smaller machine's memory, and
            `WRITING` for one that writes and may spill.
        temp_directory: where it may spill; without one it does not spill.
        ordered: keep the order of rows, which writing needs and measuring does not.
    """

    name = "duckdb"
    gives_arrays = True
    """Whether columns come fast enough, and in the order of files, to follow them outside of it."""

    def __init__(
        self,
        *,
        threads: int | None = None,
        memory_limit: str | None = None,
        temp_directory: Path | None = None,
        ordered: bool = False,
    ) -> None:
        # Replacement scans would let a template read the caller's variables by name.
        config: dict[str, Any] = {
            "python_enable_replacements": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "preserve_insertion_order": ordered,
            "temp_directory": str(temp_directory) if temp_directory else "",
        }
        if threads is not None:
            config["threads"] = threads
        most = _confined.memory if _confined else min(2048, machine_memory() // 2)
        if ordered and temp_directory is not None:
            most = min(most, WRITING)
        config["memory_limit"] = memory_limit or f"{most}MiB"
        self._connection = duckdb.connect(config=config)
        self.spill = temp_directory
        self._siblings: list[Engine] = []
        _living.add(self)
        # It is drawn where a query takes seconds, between the words of an answer.
        self._connection.execute("SET enable_progress_bar = false")
        # Half a million rows of every thread, as it would have it, do not fit into the memory of a writer.
        self._connection.execute("SET partitioned_write_flush_threshold = 32768")
        if _confined:
            folders, files = (
                ", ".join(literal(str(path)) for path in paths)
                for paths in (_confined.folders, _confined.files)
            )
            self._connection.execute(
                f"SET allowed_directories = [{folders}]; SET allowed_paths = [{files}]; SET enable_external_access = false; "
                "SET lock_configuration = true"
            )

    def sibling(self, *, ordered: bool = False) -> Engine:
        """Another connection to the same engine, for another thread; temporary tables are not shared.

        Args:
            ordered: rows come in the order of files, which others need not keep.
        """
        other = Engine.__new__(Engine)
        other._connection = self._connection.cursor()
        other.spill = self.spill
        other._siblings = self._siblings
        self._siblings.append(other)
        # Settings of a confined engine are locked; its words are nobody's answer.
        if ordered:
            other._connection.execute("SET enable_progress_bar = false")
        if ordered:
            other._connection.execute("SET SESSION preserve_insertion_order = true")
        return other

    def rows(
        self,
        sql: str,
        params: Mapping[str, Any] | None = None,
        tables: Mapping[str, Relation] | None = None,
    ) -> list[tuple[Any, ...]]:
        """The rows a template gives.

        Args:
            sql: `{name}` stands for a table of `tables`, `$name` for a value of `params`.
            params: values, always bound, never written into the query; those not asked for are left out.
            tables: relations by name.
        """
        with self._blaming(sql, tables):
            return self._run(sql, params, tables).fetchall()

    def columns(
        self,
        sql: str,
        params: Mapping[str, Any] | None = None,
        tables: Mapping[str, Relation] | None = None,
    ) -> dict[str, np.ndarray[Any, Any]]:
        """The columns a template gives, as arrays (masked where there are NULLs)."""
        with self._blaming(sql, tables):
            columns: dict[str, np.ndarray[Any, Any]] = self._run(sql, params, tables).fetchnumpy()
            return columns

    def execute(
        self,
        sql: str,
        params: Mapping[str, Any] | None = None,
        tables: Mapping[str, Relation] | None = None,
    ) -> None:
        """Run a template for its effect."""
        with self._blaming(sql, tables):
            self._run(sql, params, tables)

    def write(
        self,
        sql: str,
        file: Path,
        *,
        tables: Mapping[str, Relation] | None = None,
        options: str = "",
    ) -> int:
        """Write the rows of a template to a Parquet file, and say how many they were."""
        with self._blaming(sql, tables):
            query = f"COPY ({fill(sql, tables)}) TO {literal(str(file))} (FORMAT parquet, PARQUET_VERSION v2{options})"
            return int(self._connection.execute(query).fetchall()[0][0])

    def describe(self, file: Path) -> dict[str, str]:
        """Names and types of a Parquet file's columns."""
        relation = Relation(f"(SELECT * FROM read_parquet({file_text(file)}))", (file,))
        return {str(row[0]): str(row[1]) for row in self.rows("DESCRIBE FROM {it}", tables={"it": relation})}

    @contextlib.contextmanager
    def holding(self, table: str, columns: Mapping[str, Any]) -> Iterator[Relation]:
        """Let templates select from arrays (or lists) as long as the block runs."""
        self._connection.register(table, dict(columns))
        try:
            yield Relation(name(table))
        finally:
            self._connection.unregister(table)

    @contextlib.contextmanager
    def joining_as_written(self) -> Iterator[None]:
        """Let joins of the block go through the rows of what stands first, whatever else seems better.

        That is their speed, not their order: where several threads write, what is joined after a sort comes out of
        order by whole row groups. What has to stand in an order is sorted last.
        """
        self._connection.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")
        try:
            yield
        finally:
            self._connection.execute("RESET disabled_optimizers")

    @contextlib.contextmanager
    def comparing_with_lists(self) -> Iterator[None]:
        """Let the block compare with each word of an `IN`, however many they are.

        The engine would rather join with a list of more than a few, and what is joined does not keep the order of the
        rows it reads.
        """
        self._connection.execute("SET disabled_optimizers = 'in_clause'")
        try:
            yield
        finally:
            self._connection.execute("RESET disabled_optimizers")

    def interrupt(self) -> None:
        """Stop what runs here and in siblings, from another thread; the caller of the query gets `Cancelled`."""
        for one in (self, *self._siblings):
            with contextlib.suppress(duckdb.Error):  # closed meanwhile
                one._connection.interrupt()

    def close(self) -> None:
        """Give everything back."""
        with contextlib.suppress(ValueError):
            self._siblings.remove(self)
        self._connection.close()

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(
        self, sql: str, params: Mapping[str, Any] | None, tables: Mapping[str, Relation] | None
    ) -> duckdb.DuckDBPyConnection:
        query = fill(sql, tables)
        wanted = {key: (params or {})[key] for key in set(_PARAMETER.findall(sql))}
        return self._connection.execute(query, wanted) if wanted else self._connection.execute(query)

    @contextlib.contextmanager
    def _blaming(self, sql: str, tables: Mapping[str, Relation] | None) -> Iterator[None]:
        try:
            yield
        except duckdb.InterruptException as error:
            raise Cancelled(Message("records.cancelled")) from error
        except _DEFECTS:
            raise
        except duckdb.Error as error:
            files = [
                f for key in set(_PLACE.findall(sql)) for f in ({} if tables is None else tables)[key].files
            ]
            mended = self._reason(error, files)
            if mended is None:
                raise
            raise mended from error

    def _reason(self, error: duckdb.Error, files: Sequence[Path]) -> PolkuError | None:
        """What a user can do about an error of DuckDB, or None where it is ours."""
        said = str(error)
        if "No space left" in said or "Disk quota" in said:
            return LakeError(Message("records.no-space"))
        if isinstance(error, duckdb.OutOfMemoryException):
            return LakeError(Message("records.no-memory"))
        for file in sorted(files):
            # Decompression tells no name, so each file is read by itself.
            if not file.exists():
                return LakeError(Message("records.missing-file"), Where(str(file)))
            try:
                self._connection.execute(
                    f"SELECT count(hash(whole)) FROM read_parquet({file_text(file)}) AS whole"
                ).fetchall()
            except duckdb.Error:
                return LakeError(Message("records.damaged-file"), Where(str(file)))
        if isinstance(error, duckdb.IOException):
            return LakeError(Message("records.not-written", {"reason": said.splitlines()[0]}))
        return None


def fill(sql: str, tables: Mapping[str, Relation] | None) -> str:
    """A template with its tables put in.

    Raises:
        LookupError: it names a table that is not there.
    """

    def relation(match: re.Match[str]) -> str:
        try:
            # Not "tables or {}": tables that are looked up when asked for have no length.
            return ({} if tables is None else tables)[match[1]].sql
        except KeyError:
            raise LookupError(f"no table {{{match[1]}}} in {sorted(tables or ())}") from None

    return _PLACE.sub(relation, sql)


def name(word: str) -> str:
    """A column or table as SQL writes it."""
    return '"' + word.replace('"', '""') + '"'


def literal(word: str) -> str:
    """Words of polku's own (a path, a constant) as SQL writes them; values of users are bound instead."""
    return "'" + word.replace("'", "''") + "'"


def file_text(file: Path) -> str:
    """A path as SQL writes it, taken literally even where it has the letters of a pattern."""
    return literal("".join(f"[{c}]" if c in "[*?" else c for c in str(file)))
