"""Templates in the words of Spark: SQLGlot translates, and what it would leave wrong in silence is put right here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import sqlglot
from sqlglot import exp


@dataclass(frozen=True)
class Given:
    """A table that a query makes of lists which are bound to it.

    Args:
        columns: name, the list's parameter and Spark's type of its members.
    """

    table: str
    columns: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class SparkQuery:
    """A statement as Spark reads it.

    Args:
        sql: with `:name` for each value.
        given: tables that have to be there when it runs.
        ahead: its common tables in their order: name, query, and whether it is read more than once. Spark would put
            each into all that reads it, and a funnel of five stages would become a plan of thousands of parts.
        makes, drops: the temporary table that it is the content of, or that it takes away.
    """

    sql: str
    given: tuple[Given, ...] = ()
    ahead: tuple[tuple[str, str, bool], ...] = ()
    makes: str | None = None
    drops: str | None = None


def spark_query(sql: str) -> SparkQuery:
    """A statement of DuckDB, its tables put in, as Spark has to read it to mean the same."""
    # Spark has one word for the length of a text and another for that of a list; here only lists are asked.
    tree = sqlglot.parse_one(re.sub(r"\blen\(", "array_length(", sql), read="duckdb")
    if isinstance(tree, exp.Drop):
        return SparkQuery("", drops=next(tree.find_all(exp.Table)).name)
    makes = None
    if isinstance(tree, exp.Create):
        makes, tree = tree.this.name, tree.expression
    given: list[Given] = []
    for shim in _SHIMS:
        tree = tree.transform(shim, copy=False)
    for select in list(tree.find_all(exp.Select)):
        columns = tuple(_lists(select))
        if columns:
            given.append(Given(f"given_{len(given)}", columns))
            select.set("expressions", [exp.column(name) for name, _, _ in columns])
            select.set("from_", exp.From(this=exp.to_table(given[-1].table)))
    ahead = []
    if (common := tree.args.get("with_")) is not None:
        tree.set("with_", None)
        read = Counter(table.name for part in (tree, common) for table in part.find_all(exp.Table))
        ahead = [
            (one.alias, one.this.sql(dialect="spark"), read[one.alias] > 1) for one in common.expressions
        ]
    return SparkQuery(tree.sql(dialect="spark"), tuple(given), tuple(ahead), makes)


def _lists(select: exp.Select) -> Iterator[tuple[str, str, str]]:
    """The columns of a query that puts lists side by side, by name, parameter and type; none of another query."""
    found = []
    for place, one in enumerate(select.expressions):
        inner = one.this if isinstance(one, exp.Alias) else one
        if not (isinstance(inner, exp.Explode) and isinstance(inner.this, exp.Cast)):
            return
        if not isinstance(inner.this.this, exp.Placeholder):
            return
        member = inner.this.to.expressions[0].sql(dialect="spark")
        found.append((one.alias or f"it{place}", inner.this.this.name, member))
    yield from found


def _quantile(node: exp.Expression) -> exp.Expression:
    """`quantile_disc(x, q)`: of Spark an aggregate with an order, which gives a DOUBLE where x is a whole number."""
    if not isinstance(node, exp.PercentileDisc):
        return node
    asked = node.expression

    def at(share: exp.Expression) -> exp.Expression:
        x = node.this.sql(dialect="spark")
        said = f"CAST(PERCENTILE_DISC({share.sql()}) WITHIN GROUP (ORDER BY {x}) AS BIGINT)"
        return exp.Var(this=said)

    if isinstance(asked, exp.Array):
        return exp.Array(expressions=[at(share) for share in asked.expressions])
    return at(asked)


def _filtered_window(node: exp.Expression) -> exp.Expression:
    """`min(x) FILTER (WHERE c) OVER w`: Spark has no filter in a window; what does not count is NULL instead."""
    if not (isinstance(node, exp.Window) and isinstance(node.this, exp.Filter)):
        return node
    aggregate, condition = node.this.this, node.this.expression.this
    key = "expression" if isinstance(aggregate, exp.ArgMin | exp.ArgMax) else "this"
    counted = exp.Case(ifs=[exp.If(this=condition.copy(), true=aggregate.args[key])])
    aggregate.set(key, counted)
    node.set("this", aggregate)
    return node


def _first_known(node: exp.Expression) -> exp.Expression:
    """`arg_min(x, y)`: DuckDB passes over rows without x, Spark would give their NULL."""
    if isinstance(node, exp.ArgMin | exp.ArgMax):
        known = exp.Not(this=exp.Is(this=node.this.copy(), expression=exp.null()))
        node.set("expression", exp.Case(ifs=[exp.If(this=known, true=node.expression)]))
    return node


def _member(node: exp.Expression) -> exp.Expression:
    """`x[1]`: NULL where there is none, not an error."""
    if not isinstance(node, exp.Bracket) or len(node.expressions) != 1:
        return node
    return exp.Anonymous(this="get", expressions=[node.this, node.expressions[0]])


def _pair(node: exp.Expression) -> exp.Expression:
    """`(a, b) IN (SELECT (x, y) …)`: two columns of Spark, not one of pairs."""
    if isinstance(node, exp.Select) and len(node.expressions) == 1:
        (one,) = node.expressions
        if isinstance(one, exp.Tuple):
            node.set("expressions", one.expressions)
    return node


def _sum(node: exp.Expression) -> exp.Expression:
    """Sums of microseconds outgrow 64 bits, as they may with DuckDB."""
    if isinstance(node, exp.Sum) and isinstance(node.this, exp.Column) and node.this.name in ("gap", "took"):
        node.set("this", exp.cast(node.this, "DECIMAL(38, 0)"))
    return node


def _named(node: exp.Expression) -> exp.Expression:
    """Functions of another name."""
    if isinstance(node, exp.Anonymous):
        name = node.name.lower()
        if name == "epoch_us":
            moment = exp.cast(node.expressions[0], exp.DataType.Type.TIMESTAMPTZ)
            return exp.Anonymous(this="unix_micros", expressions=[moment])
        if name == "row":
            return exp.Anonymous(this="struct", expressions=node.expressions)
    if isinstance(node, exp.ArrayOverlaps):
        return exp.Anonymous(this="arrays_overlap", expressions=[node.this, node.expression])
    if isinstance(node, exp.Greatest | exp.Least) and not node.expressions:
        found: exp.Expression = node.this
        return found
    return node


_SHIMS: tuple[Callable[[exp.Expression], exp.Expression], ...] = (
    _quantile,
    _filtered_window,
    _first_known,
    _member,
    _pair,
    _sum,
    _named,
)
