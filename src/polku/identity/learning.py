"""Weights of likenesses learnt from a workspace's own companies by Splink (the extra `match`); polku's own without it."""

from __future__ import annotations

import contextlib
import io
import logging
import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from polku.errors import WrongUse
from polku.identity.likeness import COLUMNS, Comparison, Level, Weights
from polku.records.engine import Engine
from polku.words import Message

LEAST_COMPANIES = 500
"""Of fewer nothing is learnt: how often a likeness is chance needs many that are not alike."""
MOST_COMPANIES = 50_000
"""So many are enough to learn from."""
FOUND = 0.6
"""Share of the pairs of one company that are alike to the letter in name or domain; the rest has slips."""
MOST_BITS = 3.0
"""A learnt weight differs from polku's own by no more, since a list says little of what is rare in it."""


def learnt_weights(engine: Engine, plain: Weights | None = None) -> Weights:
    """The weights for the table `companies`, learnt where the list is long enough to learn from, else polku's own.

    Raises:
        WrongUse: Splink is not installed.
    """
    plain = plain or Weights()
    try:
        import splink  # noqa: F401
    except ImportError as error:
        raise WrongUse(Message("match.no-splink")) from error
    count = engine.rows("SELECT count(DISTINCT entity) FROM companies")[0][0]
    return plain if count < LEAST_COMPANIES else _learn(engine, plain) or plain


def _learn(engine: Engine, plain: Weights) -> Weights | None:
    """Ask Splink; None where it has no answer for this list."""
    import pyarrow
    from splink import DuckDBAPI, Linker

    picked = ", ".join(COLUMNS)
    rows = engine.rows(
        f"SELECT {picked} FROM companies QUALIFY row_number() OVER (PARTITION BY entity ORDER BY place) = 1 "
        f"ORDER BY hash(place) LIMIT {MOST_COMPANIES}"
    )
    table = pyarrow.table(
        {
            column: pyarrow.array([row[at] for row in rows], type=_type(kind))
            for at, (column, kind) in enumerate(COLUMNS.items())
        }
    )
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        db = DuckDBAPI()
        linker = Linker(db.register(table), _settings(plain))
        # It speaks to notebooks; here nobody listens.
        logging.getLogger("splink").setLevel(logging.CRITICAL)
        try:
            linker.training.estimate_u_using_random_sampling(max_pairs=2_000_000, seed=1)
            for rule in ("l.sound = r.sound", "l.domains[1] = r.domains[1]"):
                linker.training.estimate_parameters_using_expectation_maximisation(
                    rule, fix_u_probabilities=True
                )
        except Exception as error:  # its own classes are many, and none means that nothing can be compared
            logging.getLogger(__name__).info("nothing learnt: %s", error)
            return None
        trained = linker.misc.save_model_to_json()["comparisons"]
    return replace(
        plain,
        comparisons=tuple(
            _taught(one, told["comparison_levels"])
            for one, told in zip(plain.comparisons, trained, strict=True)
        ),
        chance=_chance(engine),
        learnt=True,
    )


def _chance(engine: Engine) -> float:
    """That any two companies are one: pairs alike in name or domain stand for so many that are not."""
    alike, all_ = engine.rows(
        "WITH one AS (SELECT entity, any_value(sound) AS sound, any_value(domains[1]) AS domain FROM companies GROUP BY entity), "
        "pairs AS (SELECT a.entity, b.entity AS other FROM one a JOIN one b ON a.sound = b.sound AND a.entity < b.entity "
        "UNION SELECT a.entity, b.entity FROM one a JOIN one b ON a.domain = b.domain AND a.entity < b.entity) "
        "SELECT (SELECT count(*) FROM pairs), (SELECT count(*) FROM one)"
    )[0]
    return float(min(0.01, max(1e-6, alike / FOUND / (all_ * (all_ - 1) / 2))))


def _type(kind: str) -> Any:
    import pyarrow

    base = {"INTEGER": pyarrow.int32(), "BOOLEAN": pyarrow.bool_(), "VARCHAR": pyarrow.string()}[
        kind.removesuffix("[]")
    ]
    return pyarrow.list_(base) if kind.endswith("[]") else base


def _settings(plain: Weights) -> dict[str, Any]:
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "place",
        "probability_two_random_records_match": plain.chance,
        "blocking_rules_to_generate_predictions": ["l.sound = r.sound"],
        "comparisons": [
            {
                "output_column_name": one.name,
                "comparison_levels": [_level(level) for level in one.levels],
            }
            for one in plain.comparisons
        ],
    }


def _level(level: Level) -> dict[str, Any]:
    said: dict[str, Any] = {
        "sql_condition": "ELSE" if level.sql == "true" else level.sql,
        "label_for_charts": level.name,
    }
    if level.m is None:
        return {**said, "is_null_level": True}
    return {**said, "m_probability": level.m, "u_probability": level.u}


def _taught(comparison: Comparison, told: Sequence[Mapping[str, Any]]) -> Comparison:
    return replace(
        comparison,
        levels=tuple(
            _between(level, found.get("m_probability"), found.get("u_probability"))
            for level, found in zip(comparison.levels, told, strict=True)
        ),
    )


def _between(level: Level, m: float | None, u: float | None) -> Level:
    """A level with what was learnt, held near what polku itself thinks."""
    if level.m is None or not m or not u:
        return level
    bits = max(level.weight - MOST_BITS, min(level.weight + MOST_BITS, math.log2(m / u)))
    return replace(level, m=m, u=m / 2**bits)
