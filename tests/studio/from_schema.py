"""Values that fit a JSON schema, and some that do not: what a careless or hostile program sends."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

NAUGHTY = (
    "",
    " ",
    "0",
    "null",
    "../../etc/passwd",
    "a\u0000b",
    "\u202egnp.exe",
    "Å" * 400,
    "'; DROP TABLE studio_space; --",
    "{{7*7}}",
    "<script>alert(1)</script>",
    "=1+1",
    "%00",
    "%s%n",
    "😀",
    "- [",
    "steps//x",
    "steps/1/2/3/4",
    "/",
    "*a: &a [*a]",
    "2026-13-45",
    "P1Y",
    "9" * 40,
)
TEXT = st.one_of(st.sampled_from(NAUGHTY), st.text(st.characters(codec="utf-8"), max_size=30))
PLAIN = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), TEXT
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXT, inner, max_size=3)),
    max_leaves=6,
)


def fitting(schema: Any, root: dict[str, Any], depth: int = 0) -> st.SearchStrategy[Any]:
    """Values that fit a schema.

    Args:
        root: where references point into.
    """
    if not isinstance(schema, dict) or not schema:
        return PLAIN
    if "$ref" in schema:
        return fitting(resolved(schema["$ref"], root), root, depth + 1)
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "const" in schema:
        return st.just(schema["const"])
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return st.one_of([fitting(one, root, depth) for one in schema[key]])
    return _of_type(schema, root, depth)


def _of_type(schema: dict[str, Any], root: dict[str, Any], depth: int) -> st.SearchStrategy[Any]:
    kind = schema.get("type")
    if kind == "string":
        if schema.get("format") == "date":
            return st.dates().map(str)
        if "pattern" in schema:
            most = schema.get("maxLength", 60)
            return st.from_regex(schema["pattern"], fullmatch=False).filter(lambda text: len(text) <= most)
        return st.one_of(TEXT, st.sampled_from(["name", "steps", "people/p1/name", "job"]))
    if kind in ("integer", "number"):
        low, high = schema.get("minimum", -10), schema.get("maximum", 1000)
        return st.integers(int(low), int(min(high, 2**53)))
    if kind == "boolean":
        return st.booleans()
    if kind == "null":
        return st.none()
    if kind == "array":
        return st.lists(fitting(schema.get("items"), root, depth + 1), max_size=2)
    if kind == "object" or "properties" in schema:
        properties = {} if depth > 4 else schema.get("properties", {})
        required = schema.get("required", [])
        parts = {name: fitting(one, root, depth + 1) for name, one in properties.items()}
        return st.fixed_dictionaries(
            {name: parts[name] for name in required if name in parts},
            optional={name: part for name, part in parts.items() if name not in required},
        )
    return PLAIN


def resolved(reference: str, root: dict[str, Any]) -> Any:
    """What a reference within a document points to."""
    found: Any = root
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found
