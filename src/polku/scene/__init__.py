"""What can be drawn: marks of plain data, themes, measured words, and writers to SVG, PNG and JSON."""

from polku.scene.data import scene_from_json, scene_to_data, scene_to_json
from polku.scene.marks import (
    Badge,
    Circle,
    Group,
    Line,
    Mark,
    Path,
    Rect,
    Scene,
    Segment,
    Table,
    Text,
    walk,
)
from polku.scene.png import scene_to_png, write_png
from polku.scene.svg import scene_to_svg, write_svg
from polku.scene.text import fit, text_lines, text_width, widest, wrap
from polku.scene.theme import DARK, LIGHT, PRINT, THEMES, RoleSign, Theme, role_signs, theme_named

__all__ = [
    "DARK",
    "LIGHT",
    "PRINT",
    "THEMES",
    "Badge",
    "Circle",
    "Group",
    "Line",
    "Mark",
    "Path",
    "Rect",
    "RoleSign",
    "Scene",
    "Segment",
    "Table",
    "Text",
    "Theme",
    "fit",
    "role_signs",
    "scene_from_json",
    "scene_to_data",
    "scene_to_json",
    "scene_to_png",
    "scene_to_svg",
    "text_lines",
    "text_width",
    "theme_named",
    "walk",
    "widest",
    "wrap",
    "write_png",
    "write_svg",
]
