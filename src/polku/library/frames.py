"""Answers for the libraries that analysts use: pandas, Polars, Arrow; each is imported only when asked for."""

from __future__ import annotations

import importlib
import io
from typing import TYPE_CHECKING, Any

from polku.errors import WrongUse
from polku.words import Message

if TYPE_CHECKING:
    from polku.analytics.result import Result


def to_pandas(result: Result) -> Any:
    """A pandas DataFrame; numbers that may be unknown are of its types that know `NA`."""
    pandas = package("pandas", "to_pandas()")
    frame = pandas.DataFrame(result.rows(), columns=list(result.keys()))
    return frame.convert_dtypes()


def to_polars(result: Result) -> Any:
    """A Polars DataFrame, typed as the Parquet of `polku measure`."""
    from polku.exports.answer_files import answer_parquet

    return package("polars", "to_polars()").read_parquet(io.BytesIO(answer_parquet(result)))


def to_arrow(result: Result) -> Any:
    """An Arrow table, typed as the Parquet of `polku measure`."""
    from polku.exports.answer_files import answer_parquet

    parquet = package("pyarrow.parquet", "to_arrow()")
    return parquet.read_table(io.BytesIO(answer_parquet(result)))


def package(module: str, call: str) -> Any:
    """A package by its module. Raises WrongUse, which says what to install, where it is not there."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise WrongUse(Message("library.needs-package", {"call": call, "package": package})) from error
