"""How a column's texts are read as numbers: which sign is the decimal one, decided by the column itself."""

from __future__ import annotations

from dataclasses import dataclass

from polku.records.engine import Engine

_EMPTY = ("-", "--", "–", "—", "n/a", "na", "null", "none", "nan", "#n/a")


@dataclass(frozen=True)
class Numbers:
    """Which sign a column writes before its decimals.

    Args:
        told_by: mapping, evidence (of the column), shape (nothing to decide) or nothing (both would fit).
        example: a value that would fit both ways.
    """

    decimal: str
    told_by: str
    example: str | None = None


def clean_number(value: str) -> str:
    """A number's text without spaces, currency and per cent signs, as an expression."""
    spaces = "[\\s\u00a0\u202f\u2009'’]"
    words = "(?i)^(eur|usd|sek|dkk|nok|gbp|kr\\.?|€|\\x24|£)+|(eur|usd|sek|dkk|nok|gbp|kr\\.?|€|\\x24|£|%|:-|,-)+$"
    bare = f"regexp_replace(replace({value}, '−', '-'), '{spaces.replace(chr(39), chr(39) * 2)}', '', 'g')"
    return f"regexp_replace({bare}, '{words}', '', 'g')"


def look(engine: Engine, table: str, value: str, said: str | None) -> Numbers:
    """Find the decimal sign of a column.

    Args:
        value: the cleaned text, as an expression over the table.
        said: the mapping's `decimal:`.
    """
    if said in (".", ","):
        return Numbers(said, "mapping")
    comma_last, point_last, commas, points, comma_other, point_other, comma_three, example = engine.rows(
        rf"""SELECT
            count(*) FILTER (WHERE contains(v, ',') AND contains(v, '.') AND strpos(reverse(v), ',') < strpos(reverse(v), '.')),
            count(*) FILTER (WHERE contains(v, ',') AND contains(v, '.') AND strpos(reverse(v), '.') < strpos(reverse(v), ',')),
            count(*) FILTER (WHERE regexp_matches(v, ',[0-9]+,')),
            count(*) FILTER (WHERE regexp_matches(v, '[.][0-9]+[.]')),
            count(*) FILTER (WHERE regexp_full_match(v, '-?[0-9]*,([0-9]|[0-9][0-9]|[0-9]{{4,}})') OR starts_with(v, '0,')),
            count(*) FILTER (WHERE regexp_full_match(v, '-?[0-9]*[.]([0-9]|[0-9][0-9]|[0-9]{{4,}})') OR starts_with(v, '0.')),
            count(*) FILTER (WHERE regexp_full_match(v, '-?[1-9][0-9]{{0,2}},[0-9]{{3}}')),
            min(v) FILTER (WHERE regexp_full_match(v, '-?[1-9][0-9]{{0,2}},[0-9]{{3}}'))
        FROM (SELECT {value} AS v FROM {table})"""
    )[0]
    for_comma, for_point = comma_last + points + comma_other, point_last + commas + point_other
    if for_comma > for_point:
        return Numbers(",", "evidence")
    if for_point > for_comma or not comma_three:
        return Numbers(".", "evidence" if for_point else "shape")
    # 1,234 alone: thousands where points are decimals, which is how the other half of the world writes it.
    return Numbers(".", "nothing", example)


def to_number(value: str, decimal: str) -> str:
    """A number's cleaned text as a DOUBLE, NULL where it is none, as an expression."""
    other = "," if decimal == "." else "."
    plain = f"replace(replace({value}, '{other}', ''), '{decimal}', '.')"
    shaped = f"regexp_full_match({value}, '[-+]?[0-9]{{1,3}}([{other}][0-9]{{3}})+([{decimal}][0-9]*)?|[-+]?([0-9]+([{decimal}][0-9]*)?|[{decimal}][0-9]+)([eE][-+]?[0-9]{{1,3}})?')"
    number = f"CASE WHEN {shaped} THEN try_cast({plain} AS DOUBLE) END"
    return f"CASE WHEN isfinite({number}) THEN {number} END"


def is_empty(value: str) -> str:
    """Whether a text stands for no number, as an expression."""
    return f"lower(trim({value})) IN ({', '.join(repr(word) for word in _EMPTY)})"
