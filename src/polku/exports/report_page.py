"""The report as one HTML page: nothing is loaded from anywhere, and paper, phone and dark rooms are served."""

from __future__ import annotations

from html import escape

from polku.analytics.result import Result
from polku.checks.finding import Finding
from polku.exports.brand import foot_line, head_rule, logo_image
from polku.exports.deck_tables import TERMS
from polku.exports.highlights import Highlight, highlights
from polku.exports.html import table, tag, with_code
from polku.exports.question_drawings import RESULTS, SECTIONS
from polku.exports.report_data import ReportData
from polku.exports.report_drawings import COLUMN, Drawing, drawings, result_drawings
from polku.exports.report_figures import figures
from polku.exports.report_style import asset, colours, fonts
from polku.exports.result_table import result_table
from polku.scene import LIGHT, PRINT, scene_to_svg
from polku.words import Reader, reader

SIGNS = {"error": "▲", "warning": "◆", "hint": "ⓘ", "not-measured": "·"}
LOGO = (
    '<svg class="logo" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true"><path d="M5 19h9a4 4 0 0 0 '
    '0-8h-4a4 4 0 0 1 0-8h5" fill="none" stroke="currentColor" stroke-width="2.4" stroke-linecap="round"/>'
    '<circle cx="4" cy="19" r="2.6" fill="currentColor"/><circle cx="17.5" cy="3.6" r="2.6" fill="currentColor"/></svg>'
)

TABLES: dict[str, tuple[str, ...]] = {
    "steps": ("step", "cases", "share", "goes_on", "median_wait_seconds", "answers", "nps"),
    "paths": ("from", "to", "count", "cases", "share_out", "median_seconds"),
    "variants": ("path", "count", "share", "median_seconds", "outcomes"),
    "fit": ("kind", "from", "to", "count", "cases"),
    "coverage": (
        "part",
        "accounts",
        "people",
        "events",
        "required",
        "completeness",
        "in_crm_share",
        "seen_share",
        "bias",
    ),
    "funnel": (
        "stage",
        "reached",
        "from_previous",
        "overall",
        "pending",
        "returned",
        "median_seconds_from_previous",
    ),
    "time": ("from", "to", "cases", "open", "median_seconds", "p25_seconds", "p75_seconds"),
    "deals": ("kind", "segment", "outcome", "lost_to", "count", "value", "median_days"),
}
"""Questions shown as tables, with the columns worth reading on a page."""


def report_page(data: ReportData, *, language: str = "en") -> str:
    """The whole page in the reader's language; the workspace's own words stay as they are."""
    return _Page(data, reader(language)).html()


class _Page:
    def __init__(self, data: ReportData, say: Reader) -> None:
        self.data, self.say = data, say
        self.workspace = data.workspace
        self.names = _names(data)
        self.highlights = (
            highlights(data.workspace, data.journey, data.measures if data.mapped else None)
            if data.journey
            else ()
        )
        self.sections: list[tuple[str, str]] = []
        self.pictures: list[Drawing] = []

    def html(self) -> str:
        data, say = self.data, self.say
        drawn = drawings(data, say.language)
        self.pictures = result_drawings(data, say.language)
        body = [
            self.short(),
            *(self.drawing(drawing) for drawing in drawn),
            self.coverage(),
            self.funnel_and_time(),
            *(self.pictured(name) for name in RESULTS if name not in ("coverage", "funnel", *SECTIONS)),
            self.findings(),
            self.tables(),
            self.counted(),
        ]
        main = "".join(part for part in body if part)
        title = say("report.title", name=self.workspace.name)
        letters = "".join(
            sorted(
                {
                    letter
                    for letter in main + title + self.top() + self.side(0) + foot_line(self.data.brand)
                    if letter.isprintable()
                }
            )
        )
        page = (
            f'<!doctype html><html lang="{say.language}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
            "script-src 'unsafe-inline'; font-src data:; img-src data:\">"
            f"<title>{escape(title)}</title><style>{fonts(letters)}{colours()}{asset('report.css')}{head_rule(self.data.brand)}</style></head>"
        )
        head_bytes = len(page.encode()) + len(main.encode())
        return (
            page
            + f'<body><a class="skip" href="#short">{escape(say("report.skip"))}</a>{self.top()}'
            + f'<div class="page">{self.side(head_bytes)}<main>{main}</main></div>{foot_line(self.data.brand)}'
            + f"<script>{asset('report.js')}</script></body></html>\n"
        )

    def top(self) -> str:
        say, data = self.say, self.data
        made = say("report.made", name=self.workspace.name, date=data.made)
        if data.measures is not None:
            made = say(
                "report.made-version",
                name=self.workspace.name,
                date=data.made,
                version=data.measures.about.data_version,
            )
        sample = (
            tag("span", escape(say("report.sample")), class_="sample")
            if self.workspace.settings.example
            else ""
        )
        return tag(
            "header",
            logo_image(data.brand, 220, 34) or f"{LOGO}<strong>polku</strong>",
            tag("span", escape(made), class_="made"),
            tag("span", class_="grow"),
            sample,
            tag("button", escape(say("report.print")), type="button", data_act="print"),
            tag("button", escape(say("report.dark")), type="button", data_act="theme", aria_pressed="false"),
        )

    def side(self, size: int) -> str:
        say = self.say
        links = "".join(tag("li", tag("a", escape(words), href=f"#{id}")) for id, words in self.sections)
        note = say("report.one-file", size=max(1, round(size / 1024)))
        return tag(
            "nav",
            tag("details", tag("summary", escape(say("report.contents"))), tag("ol", links), open=True),
            tag("p", escape(note)),
            aria_label=say("report.contents"),
        )

    def section(self, id: str, words: str, *children: str, beside: str = "") -> str:
        self.sections.append((id, words))
        head = tag(
            "div",
            tag("h2", escape(words)),
            tag("span", escape(beside), class_="beside") if beside else "",
            class_="bar",
        )
        return tag("section", head, *children, id=id)

    def short(self) -> str:
        say, workspace = self.say, self.workspace
        self.sections.append(("short", say("report.in-short")))
        purpose = workspace.settings.purpose
        title = self.title()
        why = []
        if purpose and purpose.why:
            why.append(say("report.why", why=purpose.why))
        else:
            why.append(say("report.no-purpose"))
        if purpose and (purpose.readers or purpose.other_readers):
            readers = [workspace.label("teams", id) for id in purpose.readers] + list(purpose.other_readers)
            why.append(say("report.for", readers=readers))
        numbers = "".join(
            tag(
                "div",
                tag("dt", escape(figure.words)),
                tag("dd", escape(figure.value), class_="bad" if figure.bad else None),
            )
            for figure in figures(self.data, say)
        )
        shown = self.highlights[:4]
        worth = ""
        if shown:
            worth = tag(
                "div",
                tag(
                    "div",
                    tag("h2", escape(say("report.worth"))),
                    tag(
                        "a",
                        escape(say("report.all-findings", count=len(self.found))),
                        href="#findings",
                        class_="beside",
                    ),
                    class_="bar",
                ),
                tag("ul", *(self.highlight(one) for one in shown), class_="worth"),
            )
        return tag(
            "section",
            tag("h1", escape(title)),
            tag("p", escape(" ".join(why)), class_="why"),
            tag("dl", numbers, class_="figures"),
            worth,
            id="short",
        )

    def title(self) -> str:
        """The worst things as the heading; without any, the journey's name."""
        say = self.say
        if self.highlights:
            return say.text(self.highlights[0].says)
        return self.data.journey.label if self.data.journey else say("report.title", name=self.workspace.name)

    def highlight(self, one: Highlight) -> str:
        say = self.say
        return tag(
            "li",
            tag(
                "span",
                SIGNS[one.level],
                class_=f"sign {one.level}",
                role="img",
                aria_label=say(f"report.level-{one.level}"),
            ),
            tag("div", tag("h3", escape(say.text(one.says))), tag("p", escape(say.text(one.more)))),
            tag("span", escape(say.text(one.basis)), class_="basis"),
        )

    def drawing(self, drawing: Drawing) -> str:
        return self.section(drawing.id, self.say(f"report.section-{drawing.id}"), self.figure(drawing))

    def pictured(self, name: str) -> str:
        pictures = self.figures_of(name)
        return self.section(name, self.say(f"report.section-{name}"), *pictures) if pictures else ""

    def figures_of(self, section: str) -> list[str]:
        """The pictures of a section, in the order of the report."""
        ids = {f"{name}-picture" for name in RESULTS if SECTIONS.get(name, name) == section}
        return [self.figure(one) for one in self.pictures if one.id in ids]

    def figure(self, drawing: Drawing) -> str:
        """A drawing with the same as a table beneath it."""
        scene = drawing.scene
        svg = scene_to_svg(scene, prefix=f"{drawing.id}-", variables=True, theme=LIGHT)
        rows = ""
        if scene.table is not None:
            words = scene.table
            rows = tag(
                "details",
                tag("summary", escape(self.say("report.as-table"))),
                table(
                    words.columns,
                    words.rows,
                    numeric=[False] * len(words.columns),
                    caption=words.caption or scene.title,
                ),
                data_all=self.say("report.all-rows", count=len(words.rows)),
            )
        return tag(
            "figure",
            tag(
                "div",
                svg,
                class_="wide column" if scene.width <= COLUMN else "wide",
                tabindex="0",
                role="group",
                aria_label=scene.title,
            ),
            rows,
            self.sheets(drawing),
            class_="paged" if drawing.pages else None,
            data_seen=scene.title,
        )

    def sheets(self, drawing: Drawing) -> str:
        """The pages of a drawing, which show on paper alone, in place of the whole."""
        return "".join(
            tag("div", scene_to_svg(page, prefix=f"{drawing.id}-{number}-", theme=PRINT), class_="sheet")
            for number, page in enumerate(drawing.pages, 1)
        )

    def result(self, question: str, result: Result | None, heading: str | None = None) -> str:
        if result is None or not len(result):
            return ""
        say = self.say
        words = result_table(result, TABLES[question], say, self.workspace, names=self.names)
        caption = say(f"report.caption-{question}")
        parts = [
            table(words.head, words.rows, numeric=words.numeric, caption=caption, heard_only=bool(heading))
        ]
        if words.more:
            parts.append(
                tag(
                    "p",
                    escape(say("report.more-rows", count=words.more, command=f"polku measure … {question}")),
                    class_="note",
                )
            )
        parts.append(tag("p", escape(self.remainder(result)), class_="note"))
        return tag("div", tag("h3", escape(heading)) if heading else "", *parts, class_="result")

    def remainder(self, result: Result) -> str:
        from polku.analytics.asking.words import about_sentence, remainder_sentences

        return " ".join(
            [about_sentence(result.about, self.say), *remainder_sentences(result.about, self.say)]
        )

    def coverage(self) -> str:
        measures = self.data.measures
        if measures is None or not any(measures.coverage.part):
            return ""
        say = self.say
        return self.section(
            "coverage",
            say("report.section-coverage"),
            tag("p", escape(say("report.coverage-how"))),
            *self.figures_of("coverage"),
            self.result("coverage", measures.coverage),
        )

    def funnel_and_time(self) -> str:
        say, answers = self.say, self.data.answers
        parts = [
            self.result(question, answers.get(question), say(f"report.caption-{question}"))
            for question in ("funnel", "time")
            if question in answers
        ]
        measures = self.data.measures
        if measures is not None and len(measures.deals):
            parts.append(self.result("deals", measures.deals, say("report.caption-deals")))
        pictures = self.figures_of("funnel")
        return self.section("funnel", say("report.section-funnel"), *pictures, *parts) if any(parts) else ""

    @property
    def found(self) -> list[Finding]:
        """What was looked at and found, and is not silenced."""
        return [one for one in self.data.findings if one.silenced is None and one.level != "not-measured"]

    def findings(self) -> str:
        say, found = self.say, self.data.findings
        shown = self.found
        levels = [
            (level, [one for one in shown if one.level == level]) for level in ("error", "warning", "hint")
        ]
        parts: list[str] = []
        for level, ones in levels:
            if not ones:
                continue
            items = tag("ul", *(self.finding(one) for one in ones), class_="findings")
            count = say(f"report.count-{level}", count=len(ones))
            parts.append(tag("details", tag("summary", escape(count)), items, open=level != "hint"))
        open_ = [one.code for one in found if one.level == "not-measured"]
        if open_:
            parts.append(tag("p", escape(say("report.not-measured", codes=open_)), class_="note"))
        silenced = sum(one.silenced is not None for one in found)
        if silenced:
            parts.append(tag("p", escape(say("report.silenced", count=silenced)), class_="note"))
        if not shown:
            parts.append(tag("p", escape(say("report.no-findings"))))
        return self.section("findings", say("report.section-findings", count=len(shown)), *parts)

    def finding(self, one: Finding) -> str:
        say = self.say
        fix = (
            tag("p", tag("b", escape(say("report.fix"))), " ", with_code(say.text(one.fix)), class_="fix")
            if one.fix
            else ""
        )
        return tag(
            "li",
            tag("span", SIGNS[one.level], class_=f"sign {one.level}", aria_hidden="true"),
            tag(
                "div",
                tag("h4", with_code(say.text(one.message))),
                tag("p", with_code(say.text(one.why)), class_="whyline"),
                fix,
            ),
            tag("code", escape(f"{one.code} {one.place.file}:{one.place.line}")),
        )

    def tables(self) -> str:
        measures, answers, say = self.data.measures, self.data.answers, self.say
        found: dict[str, Result | None] = {name: answers.get(name) for name in ("paths", "variants")}
        if measures is not None and self.data.mapped:
            found = {"steps": measures.steps, "paths": measures.touchpoint_paths}
            found |= {"variants": measures.variants, "fit": measures.fit}
        of_activity = "" if self.data.mapped else "-activity"
        parts = [
            self.result(name, result, say(f"report.caption-{name}{of_activity if name == 'paths' else ''}"))
            for name, result in found.items()
        ]
        if measures is None:
            return self.section("tables", say("report.section-tables"), *parts) if any(parts) else ""
        off = ""
        if measures.off_map:
            rows = [
                (one.source or "–", one.activity, say.number(one.events), say.number(one.accounts))
                for one in measures.off_map[:15]
            ]
            head = tuple(
                say(f"report.column-{name}") for name in ("source", "activity", "events", "accounts")
            )
            off = tag(
                "div",
                tag("h3", escape(say("report.off-map"))),
                table(
                    head,
                    rows,
                    numeric=(False, False, True, True),
                    caption=say(
                        "report.off-map-share",
                        share=measures.events_off_map / max(measures.events, 1),
                        count=measures.events_off_map,
                    ),
                ),
                class_="result",
            )
        return self.section("tables", say("report.section-tables"), *parts, off)

    def counted(self) -> str:
        say = self.say
        terms = (*TERMS, "remainder")
        if self.data.measures is None:
            return self.section(
                "counted", say("report.section-counted"), tag("p", escape(say("report.no-data")))
            )
        rows = "".join(
            tag("dt", escape(say(f"report.term-{term}"))) + tag("dd", escape(say(f"report.how-{term}")))
            for term in terms
        )
        return self.section("counted", say("report.section-counted"), tag("dl", rows, class_="terms"))


def _names(data: ReportData) -> dict[str, str]:
    """What ids in results are called; steps win over stages, stages over touchpoints."""
    workspace, journey = data.workspace, data.journey
    names = {id: touchpoint.label for id, touchpoint in workspace.touchpoints.items()}
    names |= {id: segment.name or id for id, segment in workspace.segments.items()}
    if journey is not None:
        names |= {stage.id: stage.label for stage in journey.stages}
        names |= {step.id: step.label for step in journey.steps}
    return names
