"""How alike two companies are: what is compared, how much each likeness weighs, and why, in words.

The weights are those of Fellegi and Sunter (1969): each comparison has levels, the first that holds counts, and a
level weighs log2(m / u), m being how often it holds for entries of one company and u for those of two. The chance
that two entries are one company is what these weights make of the chance before anything was compared.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from polku.records.engine import Engine

CHANCE = 0.001
"""That two entries that have anything in common at all are one company."""


@dataclass(frozen=True)
class Level:
    """One answer of a comparison.

    Args:
        name: with the comparison's it makes the id of the reason, `match.<comparison>-<level>`.
        sql: when it holds, for columns of `COLUMNS` with `_l` and `_r` behind their names.
        m: how often it holds for two entries of one company; None: it says nothing.
        u: how often for entries of two companies.
    """

    name: str
    sql: str
    m: float | None = None
    u: float | None = None

    @property
    def weight(self) -> float:
        """How much it speaks for one company, in bits; below 0 against it."""
        return math.log2(self.m / self.u) if self.m and self.u else 0.0


@dataclass(frozen=True)
class Comparison:
    """One thing in which two companies are compared."""

    name: str
    levels: tuple[Level, ...]


COLUMNS = {
    "place": "INTEGER",
    "entity": "INTEGER",
    "family": "INTEGER",
    "linked": "BOOLEAN",
    "key": "VARCHAR",
    "sound": "VARCHAR",
    "tokens": "VARCHAR[]",
    "rare": "VARCHAR[]",
    "digits": "VARCHAR",
    "form": "VARCHAR",
    "domains": "VARCHAR[]",
    "labels": "VARCHAR[]",
    "country": "VARCHAR",
    "town": "VARCHAR",
    "people": "INTEGER[]",
}
"""Of the table `companies`, one row per company and way of writing it: its place, the
company's number, the number of the company at the top
of its group (parents and sisters are known to be several), whether it is an account, its name
without legal form, that without blanks and with å, ä and ø written one way, its words, those that few companies have,
its digits, its legal form, domains, the words before their endings, country, town, and people."""

COMPARISONS = (
    Comparison(
        "name",
        (
            Level("none", "key_l = '' OR key_r = ''"),
            Level("same", "key_l = key_r", 0.45, 0.0002),
            Level("sound", "sound_l = sound_r", 0.10, 0.00005),
            Level(
                "near",
                "least(length(sound_l), length(sound_r)) > 4 AND damerau_levenshtein(sound_l, sound_r) "
                "<= CASE WHEN least(length(sound_l), length(sound_r)) > 9 THEN 2 ELSE 1 END",
                0.20,
                0.0004,
            ),
            Level(
                "within",
                "list_has_any(rare_l, rare_r) AND (list_has_all(tokens_l, tokens_r) OR list_has_all(tokens_r, tokens_l))",
                0.15,
                0.002,
            ),
            Level("part", "list_has_any(rare_l, rare_r)", 0.05, 0.002),
            Level("other", "true", 0.05, 0.99535),
        ),
    ),
    Comparison(
        "domain",
        (
            Level("same", "list_has_any(domains_l, domains_r)", 0.70, 0.0002),
            Level("label", "list_has_any(labels_l, labels_r)", 0.12, 0.0003),
            Level(
                "named",
                "(len(domains_l) = 0 OR len(domains_r) = 0) AND "
                "(list_contains(labels_l, sound_r) OR list_contains(labels_r, sound_l))",
                0.20,
                0.002,
            ),
            Level("none", "len(domains_l) = 0 OR len(domains_r) = 0"),
            Level("other", "true", 0.18, 0.9995),
        ),
    ),
    Comparison(
        "country",
        (
            Level("none", "country_l IS NULL OR country_r IS NULL"),
            Level("same", "country_l = country_r", 0.93, 0.3),
            Level("other", "true", 0.07, 0.7),
        ),
    ),
    Comparison(
        # A company may have several sites, so that another town says less than the same one.
        "town",
        (
            Level("none", "town_l IS NULL OR town_r IS NULL"),
            Level("same", "town_l = town_r", 0.80, 0.10),
            Level("other", "true", 0.20, 0.90),
        ),
    ),
    Comparison(
        "form",
        (
            Level("none", "form_l IS NULL OR form_r IS NULL"),
            Level("same", "form_l = form_r", 0.85, 0.5),
            Level("other", "true", 0.15, 0.5),
        ),
    ),
    Comparison(
        "digits",
        (
            Level("none", "digits_l IS NULL AND digits_r IS NULL"),
            Level("same", "digits_l IS NOT DISTINCT FROM digits_r", 0.95, 0.2),
            Level("other", "true", 0.05, 0.8),
        ),
    ),
    Comparison(
        "people",
        (
            Level("none", "len(people_l) = 0 OR len(people_r) = 0"),
            Level("several", "len(list_intersect(people_l, people_r)) > 1", 0.25, 0.0002),
            Level("one", "list_has_any(people_l, people_r)", 0.20, 0.001),
            Level("other", "true", 0.55, 0.9988),
        ),
    ),
)


@dataclass(frozen=True)
class Weights:
    """What is compared, and the chance before that.

    Args:
        learnt: the numbers come from the workspace's own data, not from polku.
    """

    comparisons: Sequence[Comparison] = COMPARISONS
    chance: float = CHANCE
    learnt: bool = False


@dataclass(frozen=True)
class Scored:
    """Two companies that were compared.

    Args:
        left, right: numbers of the companies.
        left_row, right_row: places of the rows of `companies` that are most alike.
        people: how many belong to both.
        levels: comparison → the level that held.
    """

    left: int
    right: int
    left_row: int
    right_row: int
    people: int
    levels: Mapping[str, str]
    probability: float


BLOCK = 25
"""What more companies than this share (a word, a domain) tells nothing."""
NEIGHBOURS = 3
"""Names are compared with so many after them in the alphabet, which finds slips of the pen."""


def rare_words(engine: Engine) -> None:
    """Fill `rare` of the table `companies`: the words that few companies bear."""
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE words AS SELECT word, count(DISTINCT entity) AS companies "
        "FROM (SELECT entity, unnest(tokens) AS word FROM companies) WHERE length(word) > 2 GROUP BY word"
    )
    engine.execute(
        "UPDATE companies SET rare = few.words FROM (SELECT c.place, list(c.word) AS words "
        "  FROM (SELECT place, unnest(tokens) AS word FROM companies) c JOIN words w ON w.word = c.word "
        f"  WHERE w.companies <= {BLOCK} GROUP BY c.place) few WHERE companies.place = few.place"
    )


def likely(
    engine: Engine, weights: Weights, decided: Sequence[Sequence[int]], *, least: float, most: int
) -> list[Scored]:
    """The pairs of the table `companies` that are likely one, the likeliest first.

    Args:
        decided: pairs of numbers of companies that nobody needs to look at.
        least: probability of a pair that is told of.
        most: pairs that are told of.
    """
    rare_words(engine)
    engine.execute("CREATE OR REPLACE TEMP TABLE decided_pairs (one INTEGER, other INTEGER)")
    if decided:
        ends = {"one": [min(pair) for pair in decided], "other": [max(pair) for pair in decided]}
        with engine.holding("incoming", {end: np.array(values) for end, values in ends.items()}):
            engine.execute("INSERT INTO decided_pairs SELECT one, other FROM incoming")
    engine.execute(_pairs())
    levels = ", ".join(
        f"CASE {' '.join(f'WHEN {level.sql} THEN {number}' for number, level in enumerate(one.levels))} END AS {one.name}_level"
        for one in weights.comparisons
    )
    sums = " + ".join(
        f"list_extract([{', '.join(f'{level.weight!r}::DOUBLE' for level in one.levels)}], {one.name}_level + 1)"
        for one in weights.comparisons
    )
    sides = ", ".join(f"{side}.{column} AS {column}_{side}" for side in "lr" for column in COLUMNS)
    before = math.log2(weights.chance / (1 - weights.chance))
    rows = engine.rows(
        f"WITH compared AS (SELECT {sides} "
        f"  FROM pairs p JOIN companies l ON l.entity = p.one JOIN companies r ON r.entity = p.other), "
        f"levelled AS (SELECT place_l AS left_row, place_r AS right_row, entity_l, entity_r, "
        f"  len(list_intersect(people_l, people_r)) AS people, {levels} FROM compared), "
        f"weighed AS (SELECT *, {before!r}::DOUBLE + {sums} AS bits FROM levelled) "
        f"SELECT entity_l, entity_r, left_row, right_row, people, {', '.join(f'{one.name}_level' for one in weights.comparisons)}, bits "
        f"FROM weighed WHERE bits >= $bits "
        f"QUALIFY row_number() OVER (PARTITION BY entity_l, entity_r ORDER BY bits DESC, left_row, right_row) = 1 "
        f"ORDER BY bits DESC, left_row, right_row LIMIT $most",
        {"bits": math.log2(least / (1 - least)), "most": most},
    )
    return [
        Scored(
            left,
            right,
            left_row,
            right_row,
            people,
            {one.name: one.levels[at].name for one, at in zip(weights.comparisons, levels_, strict=True)},
            1 / (1 + 2**-bits),
        )
        for left, right, left_row, right_row, people, *levels_, bits in rows
    ]


def _pairs() -> str:
    """The table `pairs`: companies that share a word, a domain or a person few share, or stand beside each other in the alphabet.

    Only accounts with accounts, and words that nobody knows with accounts.
    """
    keys = " UNION ALL ".join(
        f"SELECT DISTINCT entity, linked, '{what}' AS what, unnest({column})::VARCHAR AS said FROM companies"
        for what, column in (("word", "tokens"), ("domain", "domains"), ("label", "labels || [sound]"), ("person", "people"))
    )  # fmt: skip
    beside = " UNION ALL ".join(
        f"SELECT entity AS one, lead(entity, {step}) OVER named AS other, linked AS a, lead(linked, {step}) OVER named AS b "
        f"FROM (SELECT DISTINCT ON (entity, sound) entity, sound, linked FROM companies WHERE sound <> '') "
        f"WINDOW named AS (ORDER BY {order}, entity)"
        for step in range(1, NEIGHBOURS + 1)
        for order in ("sound", "reverse(sound)")
    )
    return (
        f"CREATE OR REPLACE TEMP TABLE pairs AS WITH keyed AS ({keys}), "
        f"told AS (SELECT what, said FROM keyed WHERE said <> '' GROUP BY what, said "
        f"  HAVING count(DISTINCT entity) BETWEEN 2 AND {BLOCK}), "
        f"shared AS (SELECT k.* FROM keyed k SEMI JOIN told s ON s.what = k.what AND s.said = k.said) "
        f"SELECT one, other FROM (SELECT DISTINCT least(one, other) AS one, greatest(one, other) AS other FROM ("
        f"  SELECT a.entity AS one, b.entity AS other, a.linked AS a, b.linked AS b "
        f"  FROM shared a JOIN shared b ON a.what = b.what AND a.said = b.said AND a.entity < b.entity "
        f"  UNION ALL {beside}) WHERE one <> other AND (a OR b)) "
        f"ANTI JOIN decided_pairs USING (one, other) "
        f"ANTI JOIN (SELECT DISTINCT a.entity AS one, b.entity AS other FROM companies a JOIN companies b USING (family) "
        f"  WHERE a.entity < b.entity) USING (one, other)"
    )
