"""The interview guide as Markdown, as a page of HTML that prints on one sheet, and as a PDF."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import escape
from typing import Any

from polku.errors import DrawingError
from polku.exports.brand import logo_image
from polku.exports.guide import Guide, Item
from polku.exports.html import tag
from polku.scene.brand import PLAIN, Brand
from polku.scene.font import FOLDER, font_files
from polku.words import Message

FEWEST = 4
"""A guide with fewer questions is no conversation; longer texts then take a second page."""


def guide_markdown(guide: Guide) -> str:
    """The guide as Markdown, with an empty line for notes below each question."""
    lines = [f"# {_plain(guide.title)}", "", _plain(guide.about), ""]
    lines += [f"{field}: ______  " for field in guide.fields]
    lines += ["", *(f"- {_plain(rule)}" for rule in guide.rules), ""]
    lines += [*(f"{_plain(who)}  " for who in guide.who), ""] if guide.who else []
    lines += [f"## {guide.opening_name}", "", f"> {_plain(guide.opening)}", ""]
    number = 0
    for section in guide.sections:
        lines += [f"## {section.name}", ""]
        for item in section.items:
            number += 1
            place = f"**{_plain(item.place)}** – " if item.place else ""
            lines.append(f"{number}. {place}{_plain(item.ask)}")
            lines += [f"    - *{guide.listen_name}: {_plain(text)}*" for text in item.listen]
            lines += ["", "    ______", ""]
    if guide.left:
        lines += [_plain(guide.left), ""]
    return "\n".join([*lines, _plain(guide.after), ""])


def _plain(text: str) -> str:
    """Words in which Markdown finds nothing to act on."""
    line = " ".join(text.split())
    for sign in "\\`*_[]<>#|":
        line = line.replace(sign, f"\\{sign}" if sign not in "<>" else {"<": "&lt;", ">": "&gt;"}[sign])
    return line


def guide_html(guide: Guide, brand: Brand = PLAIN) -> str:
    """The guide as one file that loads nothing from anywhere; on paper it is one sheet of A4."""
    from polku.exports.report_style import fonts

    number = 0
    parts: list[str] = []
    for section in guide.sections:
        items = []
        for item in section.items:
            number += 1
            items.append(_html_item(guide, item, number))
        heading = tag("h2", escape(section.name))
        parts.append(tag("section", heading, *items, style=f"flex-grow:{len(section.items)}"))
    fields = "".join(tag("div", tag("span", escape(field)), tag("i", "")) for field in guide.fields)
    who = "".join(tag("p", escape(text), class_="who") for text in guide.who)
    body = "".join(
        (
            tag("header", logo_image(brand, *LOGO, unit="mm"), tag("h1", escape(guide.title)), tag("p", escape(guide.about), class_="about"),
                tag("div", fields, class_="fields")),
            tag("ul", *(tag("li", escape(rule)) for rule in guide.rules), class_="rules"),
            who,
            tag("section", tag("h2", escape(guide.opening_name)), tag("p", escape(guide.opening), class_="ask")),
            *parts,
            tag("footer", *(tag("p", escape(text)) for text in (guide.left, guide.after, brand.foot) if text)),
        )
    )  # fmt: skip
    style = fonts("".join(sorted(set(body)))) + STYLE.replace(ACCENT, brand.accent or ACCENT)
    return (
        f'<!doctype html><html lang="{guide.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(guide.title)}</title><style>{style}</style></head><body><main>{body}</main></body></html>\n"
    )


def _html_item(guide: Guide, item: Item, number: int) -> str:
    place = tag("span", escape(item.place), class_="place") + " " if item.place else ""
    listen = ""
    if item.listen:
        said = escape(" · ".join(item.listen))
        listen = tag("p", tag("b", escape(guide.listen_name), ":"), " ", said, class_="listen")
    ask = tag("p", tag("span", str(number), class_="number"), place, escape(item.ask), class_="ask")
    return tag("div", ask, listen, tag("div", "", class_="notes", aria_hidden="true"), class_="item")


ACCENT = "#1d7a73"
"""Of rules and numbers, where the workspace's brand has no colour."""

LOGO = (44.0, 8.0)
"""Room for the logo in mm."""

STYLE = """
*{box-sizing:border-box;margin:0;padding:0}
body{font:400 9.7pt/1.3 Inter,system-ui,sans-serif;color:#1f2933;background:#eceae5}
main{width:210mm;min-height:297mm;margin:8mm auto;padding:13mm 15mm 11mm;background:#fff;display:flex;flex-direction:column;gap:1.8mm}
h1{font-size:17pt;font-weight:700;line-height:1.2}
.brand{float:right;margin:0 0 2mm 6mm}
h2{font-size:8.5pt;font-weight:700;color:#46586a;margin-bottom:1mm}
.about{color:#46586a}
.fields{display:flex;gap:5mm;margin-top:2mm}
.fields div{flex:1;display:flex;gap:1.5mm;font-size:8.5pt;color:#46586a}
.fields i{flex:1;border-bottom:.3mm solid #b8bfc6}
.rules{list-style:none;background:#f3f1ec;border-left:1mm solid #1d7a73;padding:1.8mm 3mm;font-size:8.5pt}
.who,.listen,footer{font-size:8.5pt;color:#46586a}
.listen{font-style:italic}
.listen b{font-weight:600}
section{display:flex;flex-direction:column;gap:.8mm}
section[style]{flex-basis:auto}
.item{display:flex;flex-direction:column;flex:1 1 auto;break-inside:avoid}
.ask{font-size:9.7pt}
.item .ask{padding-left:7mm;text-indent:-7mm}
.item .listen{padding-left:7mm}
.number{display:inline-block;min-width:7mm;text-indent:0;font-weight:700;color:#1d7a73}
.place{font-weight:700}
.place::after{content:" –"}
.notes{flex:1 1 7mm;min-height:7mm;background:linear-gradient(to top,#c4cad0 .2mm,#fff0 .2mm) left bottom/100% 6mm}
footer p+p{margin-top:.6mm}
@media screen and (max-width:210mm){main{width:auto;min-height:0;margin:0;padding:6mm}.fields{flex-wrap:wrap}}
@page{size:A4;margin:0}
@media print{body{background:#fff}main{margin:0;width:210mm;height:296.5mm;min-height:0}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
"""

TYPST = """
#let d = json(bytes(sys.inputs.at("guide")))
#let ink = rgb("#1f2933")
#let soft = rgb("#46586a")
#let accent = rgb(d.accent)
#set document(title: d.title)
#set page(paper: "a4", margin: (x: 15mm, top: 13mm, bottom: 11mm))
#set text(font: "Inter", size: 9.6pt, fill: ink, lang: d.language, hyphenate: true)
#set par(leading: 0.5em, spacing: 0.55em)
#show heading.where(level: 1): it => block(below: 2mm, text(size: 17pt, weight: 700, it.body))
#show heading.where(level: 2): it => block(above: 3.6mm, below: 1.8mm, text(size: 8.5pt, weight: 700, fill: soft, it.body))
#let small(body) = text(size: 8.4pt, fill: soft, body)
// The lines of one page share a grid, so that notes do not jump.
#let rules = tiling(size: (30mm, 6mm), relative: "self", place(bottom, line(length: 30mm, stroke: 0.4pt + rgb("#c4cad0"))))
#let notes = { block(width: 100%, height: 6mm, above: 0.6mm, below: 0mm, fill: rules); block(width: 100%, height: 1fr, above: 0mm, below: 0.8mm, fill: rules) }
#let item(number, one) = {
  block(breakable: false, above: 1.4mm, below: 0mm, grid(columns: (6mm, 1fr), gutter: 0mm,
    text(weight: 700, fill: accent, str(number)),
    {
      if one.place != "" [#text(weight: 700, one.place) – ]
      one.ask
      if one.listen.len() > 0 { linebreak(); small(emph[#text(weight: 600, d.listen) #one.listen.join(" · ")]) }
    }))
  notes
}
#let logo = if d.logo != "" { image(bytes(d.logo), format: "svg", alt: d.brand, width: d.logo-width * 1mm) }
#grid(columns: (1fr, auto), column-gutter: 6mm, heading(level: 1, d.title), logo)
#text(fill: soft, d.about)
#v(0.5mm)
#grid(columns: (1.4fr, 1fr, 1fr, 1fr), column-gutter: 4mm,
  ..d.fields.map(field => box(width: 100%, { small(field); h(1mm); box(width: 1fr, line(length: 100%, stroke: 0.4pt + rgb("#b8bfc6"))) })))
#block(width: 100%, above: 2.4mm, below: 1.6mm, inset: (x: 3mm, y: 2mm), fill: rgb("#f3f1ec"), stroke: (left: 1mm + accent),
  text(size: 8.6pt, d.rules.join(linebreak())))
#for who in d.who { block(above: 0.8mm, below: 0.8mm, small(who)) }
#heading(level: 2, d.opening-name)
#d.opening
#let number = 0
#for section in d.sections {
  heading(level: 2, section.name)
  for one in section.items {
    number += 1
    item(number, one)
  }
}
#block(above: 1.6mm, below: 0mm, small({ if d.left != "" { d.left; linebreak() }; d.after; if d.foot != "" { linebreak(); d.foot } }))
#context [#metadata(counter(page).final().first()) <pages>]
"""


def guide_pdf(guide: Guide, rebuild: Callable[[int], Guide], brand: Brand = PLAIN) -> tuple[bytes, Guide]:
    """The guide as one page of PDF, and the guide that found room on it.

    Args:
        rebuild: makes the guide anew with fewer questions, where the texts are too long for a page.

    Raises:
        DrawingError: typst is not installed, or the fonts are not built.
    """
    try:
        import typst
    except ImportError as error:
        raise DrawingError(Message("ask.needs-office")) from error
    if not font_files():
        raise DrawingError(Message("scene.no-fonts"))
    while True:
        options: dict[str, Any] = {
            "font_paths": [str(FOLDER)],
            "ignore_system_fonts": True,
            "sys_inputs": {"guide": _data(guide, brand)},
        }
        pages = json.loads(typst.query(TYPST.encode(), "<pages>", field="value", one=True, **options))
        if pages <= 1 or guide.questions <= FEWEST:
            pdf = typst.compile(TYPST.encode(), format="pdf", **options)
            assert isinstance(pdf, bytes)
            return pdf, guide
        guide = rebuild(guide.questions - 1)


def _data(guide: Guide, brand: Brand) -> str:
    """What the page is made of; words are data in it, so that nothing of them is markup."""
    sections = [
        {
            "name": section.name,
            "items": [
                {"place": item.place, "ask": item.ask, "listen": list(item.listen)} for item in section.items
            ],
        }
        for section in guide.sections
    ]
    told = {name: getattr(guide, name) for name in ("title", "about", "language", "left", "after", "opening")}
    lists = {"who": list(guide.who), "rules": list(guide.rules), "fields": list(guide.fields)}
    names = {"opening-name": guide.opening_name, "listen": f"{guide.listen_name}:"}
    whose: dict[str, str | float] = {
        "accent": brand.accent or ACCENT,
        "logo": brand.logo or "",
        "logo-width": brand.logo_size(*LOGO)[0],
        "brand": brand.name or "Logo",
        "foot": brand.foot,
    }
    return json.dumps({**told, **lists, **names, **whose, "sections": sections})
