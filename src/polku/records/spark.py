"""Spark: the engine of a cluster, over the same Parquet; comes with the extra `spark`."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from polku.errors import LakeError, Where
from polku.records.engine import Engine, Relation, fill
from polku.words import Message

if TYPE_CHECKING:
    import numpy as np

_PARAMETER = re.compile(r":([A-Za-z_]\w*)")
_READ = re.compile(r"read_parquet\((\[(?:'(?:[^']|'')*'(?:, )?)*\])(, file_row_number = true)?\)")
_PLACE = re.compile(r"\{([a-z_]+(?::[a-z0-9_]+)?)\}")


_ARRAYS: Mapping[str, Any] = {
    "bigint": "int64",
    "int": "int32",
    "smallint": "int16",
    "tinyint": "int8",
    "double": "float64",
    "boolean": "bool",
}


class SparkEngine(Engine):
    """A session of Spark: that of the caller where one runs, else one that ends with `close`.

    Where it runs is Spark's own setting (`spark.master` of spark-defaults.conf, or spark-submit); without any it is
    this machine. The files of the lake have to be reachable from all machines by the same path.

    Raises:
        LakeError: the extra is not installed, or Spark does not start (it needs Java 17 or later).
    """

    name = "spark"
    gives_arrays = False

    def __init__(self) -> None:
        try:
            import sqlglot  # noqa: F401
            from pyspark.errors import PySparkException
            from pyspark.sql import SparkSession
        except ImportError as error:
            raise LakeError(Message("records.spark-absent")) from error
        running = SparkSession.getActiveSession()
        try:
            session = running or (
                SparkSession.builder.appName("polku")
                .config("spark.ui.showConsoleProgress", "false")
                .config("spark.ui.enabled", "false")
                .getOrCreate()
            )
        except (PySparkException, OSError) as error:
            raise LakeError(Message("records.spark-not-started")) from error
        self._ours = running is None
        if self._ours:
            session.sparkContext.setLogLevel("ERROR")
        self._session = session.newSession()
        self._session.conf.set("spark.sql.session.timeZone", "UTC")
        # An overflow is an error and not another number.
        self._session.conf.set("spark.sql.ansi.enabled", "true")
        if session.sparkContext.master.startswith("local"):
            # Two hundred pieces, the default, are for a cluster.
            self._session.conf.set(
                "spark.sql.shuffle.partitions", str(session.sparkContext.defaultParallelism)
            )
        self._files: dict[str, str] = {}
        self._made: dict[str, Any] = {}

    def rows(
        self,
        sql: str,
        params: Mapping[str, Any] | None = None,
        tables: Mapping[str, Relation] | None = None,
    ) -> list[tuple[Any, ...]]:
        """The rows a template gives; see Engine."""
        return self._asked(sql, params, tables)[1]

    def columns(
        self,
        sql: str,
        params: Mapping[str, Any] | None = None,
        tables: Mapping[str, Relation] | None = None,
    ) -> dict[str, np.ndarray[Any, Any]]:
        """The columns a template gives, as arrays (masked where there are NULLs); for what is few."""
        import numpy as np

        shape, rows = self._asked(sql, params, tables)
        found: dict[str, np.ndarray[Any, Any]] = {}
        for place, (column, type_) in enumerate(shape):
            values = [row[place] for row in rows]
            nothing = [value is None for value in values]
            kind = _ARRAYS.get(type_, object)
            if any(nothing):
                filled = [0 if value is None and kind is not object else value for value in values]
                found[column] = np.ma.array(np.array(filled, dtype=kind), mask=nothing)
            else:
                found[column] = np.array(values, dtype=kind)
        return found

    def _asked(
        self, sql: str, params: Mapping[str, Any] | None, tables: Mapping[str, Relation] | None
    ) -> tuple[list[tuple[str, str]], list[tuple[Any, ...]]]:
        """Names and types of columns, and the rows."""
        from polku.records.spark_sql import spark_query

        known = {} if tables is None else tables
        places = {key: self._relation(known[key]) for key in set(_PLACE.findall(sql))}
        query = spark_query(fill(sql, places))
        if query.drops is not None:
            self._drop(query.drops)
            return [], []
        bound = params or {}
        for one in query.given:
            lists = [bound[parameter] for _, parameter, _ in one.columns]
            shape = ", ".join(f"`{column}` {type_}" for column, _, type_ in one.columns)
            made = self._session.createDataFrame(list(zip(*lists, strict=True)), shape)
            made.createOrReplaceTempView(one.table)
        kept = []
        for name, sql, twice in query.ahead:
            common = self._frame(sql, bound)
            if twice:
                kept.append(common.persist())
            common.createOrReplaceTempView(name)
        frame = self._frame(query.sql, bound)
        try:
            if query.makes is None:
                return frame.dtypes, [tuple(map(_plain, row)) for row in frame.collect()]
            self._made[query.makes] = frame.persist()
            frame.createOrReplaceTempView(query.makes)
            frame.count()  # now, while what it is made of is there
            return [], []
        finally:
            for one in kept:
                one.unpersist()

    @contextlib.contextmanager
    def holding(self, table: str, columns: Mapping[str, Any]) -> Iterator[Relation]:
        """Let templates select from arrays (or lists) of whole numbers as long as the block runs."""
        shape = ", ".join(f"`{column}` BIGINT" for column in columns)
        rows = list(zip(*(map(int, values) for values in columns.values()), strict=True))
        self._session.createDataFrame(rows, shape).createOrReplaceTempView(table)
        yield Relation(table)

    def interrupt(self) -> None:
        """Stop what runs, from another thread."""
        self._session.interruptAll()

    def close(self) -> None:
        """Drop what was made, and end Spark where it was started for this."""
        for table in list(self._made):
            self._drop(table)
        if self._ours:
            self._session.stop()

    def _frame(self, sql: str, bound: Mapping[str, Any]) -> Any:
        wanted = {key: bound[key] for key in set(_PARAMETER.findall(sql)) if key in bound}
        return self._session.sql(sql, args=wanted)

    def _drop(self, table: str) -> None:
        self._made.pop(table).unpersist()
        self._session.catalog.dropTempView(table)

    def _relation(self, relation: Relation) -> Relation:
        """A table of the lake with the files it reads as views."""
        for file in relation.files:
            if not file.exists():
                raise LakeError(Message("records.missing-file"), Where(str(file)))
        return Relation(_READ.sub(self._view, relation.sql))

    def _view(self, reads: re.Match[str]) -> str:
        said = reads[0]
        if said not in self._files:
            files = [_address(text) for text in re.findall(r"'((?:[^']|'')*)'", reads[1])]
            frame = self._session.read.parquet(*files)
            if reads[2]:
                frame = frame.select("*", frame["_metadata.row_index"].alias("file_row_number"))
            self._files[said] = f"lake_{len(self._files)}"
            frame.createOrReplaceTempView(self._files[said])
        return self._files[said]


def _address(text: str) -> str:
    """A file, as a template has it (`engine.file_text`), as Spark finds it: letters of a pattern taken literally."""
    path = re.sub(r"\[([*?\[])\]", r"\1", text.replace("''", "'"))
    return "file://" + re.sub(r"([\\*?\[\]{}])", r"\\\1", str(Path(path).resolve()))


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    return list(value) if isinstance(value, tuple) else value
