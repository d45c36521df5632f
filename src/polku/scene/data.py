"""A scene as JSON and back: plain data that any other program can draw."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

from polku.scene.marks import Badge, Circle, Group, Line, Mark, Path, Rect, Scene, Table, Text

KINDS: dict[str, type[Any]] = {
    kind.__name__.lower(): kind for kind in (Rect, Line, Path, Circle, Text, Badge, Group)
}


def scene_to_json(scene: Scene, *, indent: int | None = None) -> str:
    """The scene as JSON; values at their default are left out, numbers rounded to 1/100 px."""
    return json.dumps(scene_to_data(scene), ensure_ascii=False, indent=indent)


def scene_to_data(scene: Scene) -> dict[str, Any]:
    """The scene as dictionaries, lists, strings and numbers."""
    data: dict[str, Any] = {
        "scene": 1,
        "width": round(scene.width, 2),
        "height": round(scene.height, 2),
        "title": scene.title,
        "desc": scene.desc,
        "language": scene.language,
        "theme": scene.theme,
        "marks": [_mark_to_data(mark) for mark in scene.marks],
    }
    if scene.table is not None:
        data["table"] = {
            "caption": scene.table.caption,
            "columns": list(scene.table.columns),
            "rows": [list(row) for row in scene.table.rows],
        }
    return data


def scene_from_json(text: str) -> Scene:
    """A scene from what scene_to_json wrote."""
    data = json.loads(text)
    table = data.get("table")
    return Scene(
        width=data["width"],
        height=data["height"],
        title=data["title"],
        desc=data["desc"],
        language=data["language"],
        theme=data["theme"],
        marks=tuple(_mark_from_data(mark) for mark in data["marks"]),
        table=None
        if table is None
        else Table(
            columns=tuple(table["columns"]),
            rows=tuple(tuple(row) for row in table["rows"]),
            caption=table["caption"],
        ),
    )


def _mark_to_data(mark: Mark) -> dict[str, Any]:
    data: dict[str, Any] = {"kind": type(mark).__name__.lower()}
    for entry in fields(mark):
        value = getattr(mark, entry.name)
        if entry.name == "children":
            data["children"] = [_mark_to_data(child) for child in value]
        elif entry.name == "segments":
            data["segments"] = [[_rounded(part) for part in segment] for segment in value]
        elif value != entry.default:
            data[entry.name] = (
                [_rounded(part) for part in value] if isinstance(value, tuple) else _rounded(value)
            )
    return data


def _rounded(value: Any) -> Any:
    return round(value, 2) if isinstance(value, float) else value


def _mark_from_data(data: dict[str, Any]) -> Mark:
    values = {name: value for name, value in data.items() if name != "kind"}
    if "children" in values:
        values["children"] = tuple(_mark_from_data(child) for child in values["children"])
    if "segments" in values:
        values["segments"] = tuple(tuple(segment) for segment in values["segments"])
    if "dash" in values:
        values["dash"] = tuple(values["dash"])
    mark: Mark = KINDS[data["kind"]](**values)
    return mark
