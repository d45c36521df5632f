"""One drawing as a page of its own: its parts can be walked with the keyboard and looked at one by one."""

from __future__ import annotations

from html import escape

from polku.exports.html import table, tag
from polku.exports.report_style import asset, colours, fonts
from polku.scene import LIGHT, Scene, scene_to_svg
from polku.words import reader


def drawing_page(scene: Scene) -> str:
    """The drawing as one HTML file that loads nothing.

    One tab stop leads into the drawing; the arrows go from part to part, Home and End to the first and
    the last, and the words of the part in hand stand beneath. `t` shows the same as a table.
    """
    say = reader(scene.language)
    svg = scene_to_svg(scene, prefix="drawing-", interactive=True, variables=True, theme=LIGHT)
    rows = ""
    if scene.table is not None:
        words = scene.table
        rows = tag(
            "details",
            tag("summary", escape(say("draw.page-table"))),
            table(
                words.columns,
                words.rows,
                numeric=[False] * len(words.columns),
                caption=words.caption or scene.title,
            ),
            id="table",
        )
    body = tag(
        "main",
        # The drawing shows its title itself; this one is for those who find their way by headings.
        tag("h1", escape(scene.title), class_="unseen"),
        tag("div", svg, class_="drawing"),
        # Not live: the part in focus says its own name.
        tag("p", escape(say("draw.page-how")), id="part"),
        rows,
    )
    letters = "".join(sorted({letter for letter in body if letter.isprintable()}))
    theme = scene.theme if scene.theme in ("light", "dark") else "light"
    return (
        f'<!doctype html><html lang="{scene.language}" data-theme="{theme}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
        "script-src 'unsafe-inline'; font-src data:\">"
        f"<title>{escape(scene.title)}</title>"
        f"<style>{fonts(letters)}{colours()}{asset('drawing.css')}</style></head>"
        f"<body>{body}<script>{asset('drawing.js')}</script></body></html>\n"
    )
