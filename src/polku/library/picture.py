"""A drawing in a notebook."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

from polku.library.shown import ending
from polku.outputs import write_output
from polku.scene import Scene, scene_to_json, scene_to_png, scene_to_svg

FORMATS = (".svg", ".png", ".html", ".json", ".pdf")


@dataclass(frozen=True, eq=False, repr=False)
class Picture:
    """What `draw` gives: shows itself as SVG, with the letters it needs."""

    scene: Scene

    @property
    def title(self) -> str:
        """What the drawing says of itself."""
        return self.scene.title

    @property
    def svg(self) -> str:
        """The drawing as one SVG element."""
        # Ids that no other drawing on the page has, and that are the same in every run.
        prefix = f"polku-{crc32(scene_to_json(self.scene).encode()):08x}-"
        return scene_to_svg(self.scene, prefix=prefix, embed_font=True)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The table that says the same as the drawing; empty where it has none."""
        table = self.scene.table
        return [] if table is None else [dict(zip(table.columns, row, strict=True)) for row in table.rows]

    def save(self, file: str | Path) -> Path:
        """Write a .svg, .png, .html, .json or .pdf file, and return its path.

        Raises:
            OutputError: another ending, or the disk does not let us.
        """
        target, suffix = Path(file), ending(file, FORMATS)
        if suffix == ".pdf":
            from polku.scene.pdf import write_pdf

            write_pdf((self.scene,), target)
        elif suffix == ".html":
            from polku.exports.drawing_page import drawing_page

            write_output(target, drawing_page(self.scene))
        elif suffix == ".png":
            write_output(target, scene_to_png(self.scene))
        elif suffix == ".json":
            write_output(target, scene_to_json(self.scene, indent=1) + "\n")
        else:
            from polku.scene import write_svg

            write_svg(self.scene, target)
        return target

    def _repr_svg_(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return f"{self.title} ({self.scene.width:.0f} × {self.scene.height:.0f})"
