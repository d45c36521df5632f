"""What a page of Explore shows below its tabs: finding, filters, picture, table, how to read it, why this number."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from polku.analytics.asking.words import about_message, remainder_sentences
from polku.analytics.compare import COMPARED
from polku.analytics.filters.filters import CASE_FIELDS
from polku.analytics.funnel import Funnel
from polku.diagrams.answers.differences import draw_differences
from polku.documents import Journey, Workspace
from polku.errors import QuestionError
from polku.exports.answer_table import AnswerTable, answer_table, namer
from polku.scene import Scene
from polku.studio.drawings import drawing
from polku.studio.explore import compare
from polku.studio.explore import told as asking
from polku.studio.explore.behind import account_link, behind_link, groups_words
from polku.studio.explore.choice import OUTCOMES, PERIODS, Choice, read_choice, segment_name
from polku.studio.explore.detail import asked_detail, sliders
from polku.studio.explore.fields import chosen_words, fields_of
from polku.studio.explore.heat import heat
from polku.studio.explore.pair import funnel_pair
from polku.studio.explore.parts import parts_of
from polku.studio.explore.picture import WIDE, WIDTH, picture, shown
from polku.studio.explore.saved import saved_chips
from polku.studio.explore.tabs import TABS, Tab, said
from polku.studio.explore.told import Told
from polku.studio.explore.variants import variants
from polku.studio.measured import data_version, main_journey
from polku.studio.models import SavedView
from polku.studio.places import address
from polku.studio.visit import Visit
from polku.words import Message, Text, has

MOST_READ = 3
ROWS = 200
SHARED = ("journey", "case", "groups")


@dataclass(frozen=True)
class Bar:
    """A filter bar.

    Args:
        letter: A or B where two are compared, else nothing.
        prefix: of its fields' names.
        period, cases: what is chosen, in words; count: of cases in the answer, in words.
    """

    letter: str
    prefix: str
    choice: Choice
    period: str
    cases: str
    segment: str
    outcome: str
    count: str = ""


@dataclass(frozen=True)
class Side:
    """An answer as it is shown: its picture, the same for a larger screen where that is another, and its table."""

    letter: str
    svg: str
    wide: str
    caption: str
    table: AnswerTable
    links: tuple[dict[str, str], ...]


def sheet(visit: Visit, tab: Tab, *, patience: float | None = None, wrong: str = "") -> dict[str, Any]:
    """The context of the sheet.

    Args:
        wrong: what cannot be asked, in words: then the frame is shown with them.

    Raises:
        QuestionError: it cannot be asked this way.
    """
    usual = main_journey(visit.space) or ""
    params = visit.request.GET
    comparing = bool(params.get("b"))
    has_data = bool(data_version(visit.space))
    try:
        a = read_choice(
            params, tab.question, visit.workspace, visit.today, usual_journey=usual, names=visit.names
        )
        b = (
            read_choice(
                params,
                tab.question,
                visit.workspace,
                visit.today,
                prefix="b-",
                usual_journey=usual,
                like=a,
                names=visit.names,
            )
            if comparing
            else None
        )
    except QuestionError:
        if not wrong:
            raise
        a, b = _as_written(visit, usual), (_as_written(visit, usual, "b-") if comparing else None)
    context: dict[str, Any] = {
        "heading": tab.asks if wrong or not has_data else None,
        "wrong": wrong,
        "data": has_data,
        "data_link": _link(visit, "studio-data"),
        "journeys_link": _link(visit, "studio-journeys"),
        **_bars(visit, tab, a, b, usual),
        **_views(visit, tab),
    }
    if wrong or not has_data:
        return context
    choices = [one for one in (a, b) if one is not None]
    told = [_tell(visit, tab, one, patience) for one in choices]
    difference = (
        asking.compared(visit.space, visit.workspace, tab.name, a, b, patience=patience)
        if b is not None and tab.name in COMPARED
        else None
    )
    if any(one is None for one in told) or (b is not None and tab.name in COMPARED and difference is None):
        return {**context, "waiting": True, "heading": tab.asks}
    answers = [one for one in told if one is not None]
    context |= _answered(visit, tab, a, answers[0], usual)
    sides = [
        _side(visit, tab, choice, one, letter if b else "", usual)
        for choice, one, letter in zip(choices, answers, "AB", strict=False)
    ]
    context["bars"] = [
        replace(bar, count=_count(visit, one)) for bar, one in zip(context["bars"], answers, strict=True)
    ]
    heading = context["finding"]
    pair = funnel_pair(visit, tab, choices, answers, usual)
    if pair:
        # One picture of both takes the place of one of each, so that their bars stand on one scale.
        sides = [replace(side, svg="") for side in sides]
    if b is not None:
        heading, context["differences"] = _compared(visit, tab, a, difference)
        if _own(a, "b-", usual) == _own(b, "b-", usual):
            heading = Message("studio-explore.compare-same")
    return {
        **context,
        "sides": sides,
        "pair": pair,
        "heading": _capital(visit.say.text(heading)) if heading else tab.asks,
        "table_first": params.get("view") == "table",
    }


def _tell(visit: Visit, tab: Tab, choice: Choice, patience: float | None) -> Told | None:
    return asking.tell(
        visit.space,
        visit.workspace,
        tab.name,
        choice,
        beside=tab.beside,
        measured=tab.measured,
        patience=patience,
    )


def _answered(visit: Visit, tab: Tab, choice: Choice, told: Told, usual: str) -> dict[str, Any]:
    """Finding, readings and why: of the answer to A."""
    say, workspace = visit.say, visit.workspace
    journey = workspace.journeys.get(choice.journey)
    words = said(tab, told, workspace, journey)
    about = told.result.about
    readings = []
    if (off := about.remainder.get("events_off_map")) and not about.events:
        link = address(visit.space, "studio-data-match") if visit.editor else ""
        message = Message("studio-explore.place-first", {"count": off})
        readings.append({"words": message, "level": "warning", "link": link})
    for one in tab.reads(words):
        of = TABS[one.question] if one.question else tab
        link = behind_link(visit, of, choice, one.row, one.column, usual) if one.column else ""
        readings.append({"words": one.words, "level": one.level, "link": link})
        if len(readings) == MOST_READ:
            break
    scene = _picture(visit, told, journey)
    return {
        "finding": _capital(say.text(scene.title)) if scene is not None else tab.finding(words),
        "about": about_message(about),
        "readings": readings,
        "why": tab.why,
        "unit": Message(unit) if has(unit := f"studio-explore.unit-{about.unit}", "en") else about.unit,
        "remainder": remainder_sentences(about, say),
        "chosen": choice.words(workspace),
        "groups_said": groups_words(choice, about),
        "options_said": chosen_words(tab.question, choice, workspace, say),
        "version": str(about.data_version),
        "panel": tab.panel,
        "variants": variants(visit, tab, choice, told) if tab.panel else None,
        "heat": heat(visit, told) if told.centres else None,
        "has_picture": scene is not None,
        "detail": sliders(visit, told, journey) if scene is not None else None,
    }


def _picture(visit: Visit, told: Told, journey: Journey | None, width: float = WIDTH) -> Scene | None:
    return picture(
        told, visit.workspace, journey, visit.language, visit.today, width=width, **asked_detail(visit)
    )


def _side(visit: Visit, tab: Tab, choice: Choice, told: Told, letter: str, usual: str) -> Side:
    workspace = visit.workspace
    journey = workspace.journeys.get(choice.journey)
    words = said(tab, told, workspace, journey)
    table = answer_table(
        told.result,
        visit.say,
        workspace,
        journey,
        columns=tab.columns,
        bar=tab.bar,
        most=ROWS,
        name=words.name,
    )
    links = tuple(
        {
            **{column: behind_link(visit, tab, choice, row, column, usual) for column in table.columns},
            **({"account_id": account_link(visit, row["account_id"])} if "account_id" in row else {}),
        }
        for row in table.keys
    )
    scene = _picture(visit, told, journey)
    svg = wide = ""
    if scene is not None:
        parts = _parts(visit, tab, choice, told, usual)
        svg = shown(scene, prefix=f"picture{letter.lower()}-", links=parts)
        larger = _picture(visit, told, journey, WIDE) if tab.wide else None
        if larger is not None:
            wide = shown(larger, prefix=f"wide{letter.lower()}-", links=parts)
    caption = visit.say.text(scene.title) if scene is not None else ""
    return Side(letter, svg, wide, _capital(caption), table, links)


def _parts(visit: Visit, tab: Tab, choice: Choice, told: Told, usual: str) -> dict[str, str]:
    """Parts of a picture that lead to their cases."""
    rows = told.result.rows()
    if isinstance(told.result, Funnel):
        return {
            f"stage-{place}": behind_link(visit, tab, choice, row, "reached", usual)
            for place, row in enumerate(rows, start=1)
        }
    if tab.name == "now":
        return {
            f"now-{row['account_id']}-{row['round']}": account_link(visit, row["account_id"]) for row in rows
        }
    return {
        id: behind_link(visit, tab, choice, row, column, usual)
        for id, row, column in parts_of(tab.name, rows)
    }


def _compared(visit: Visit, tab: Tab, a: Choice, told: Any) -> tuple[Text | None, dict[str, Any]]:
    """The heading of two filters, and what stands beside them."""
    say = visit.say
    if told is None:
        return None, {"rows": (), "lines": (), "svg": "", "both": None}
    name = namer(visit.workspace, visit.workspace.journeys.get(a.journey))
    rows = compare.compared(told, name, say)
    scene = None
    if any(row.less.value is not None for row in rows):
        scene = draw_differences(
            rows,
            title=say("studio-explore.compare-title"),
            language=say.language,
            width=340.0,
            small=visit.workspace.settings.limits.small,
        )
    finding = compare.finding(rows, say.percent) if rows else None
    return finding or (Message("studio-explore.compare-none") if rows else None), {
        "rows": rows,
        "lines": compare.lines(told, name, say),
        "svg": drawing(scene, prefix="difference-") if scene is not None else "",
        "both": told.in_both or None,
    }


def _bars(visit: Visit, tab: Tab, a: Choice, b: Choice | None, usual: str) -> dict[str, Any]:
    """The filter bars, their fields, and the addresses around them."""
    say, workspace = visit.say, visit.workspace
    question = tab.question
    bars = [_bar(visit, a, "A" if b else "", "")]
    if b is not None:
        bars.append(_bar(visit, b, "B", "b-"))
    here = reverse("studio-question", args=[visit.space.slug, tab.name])
    other = b if b is not None else a
    both = {**a.params("", usual), **_own(other, "b-", usual), "b": "1"}
    turned = {
        **other.params("", usual),
        **_own(a, "b-", usual),
        "b": "1",
    }
    query = visit.request.GET.urlencode()

    def link_of(first: Choice, second: Choice | None) -> str:
        more = {**_own(second, "b-", usual), "b": "1"} if second is not None else {}
        return f"{here}?{urlencode({**first.params('', usual), **more})}"

    drawn = {name: str(value) for name, value in asked_detail(visit).items()}
    files = {
        form: f"{reverse('studio-answer-file', args=[visit.space.slug, tab.name, form])}?{a.link('', usual, **drawn)}"
        for form in ("csv", "xlsx", "json", "svg", "png")
    }
    return {
        "here": here,
        "bars": bars,
        "first": bars[0],
        "query": query,
        "compare_link": f"{here}?{urlencode(both)}" if question.name in COMPARED or b else "",
        "swap_link": f"{here}?{urlencode(turned)}",
        "stop_link": f"{here}?{a.link('', usual)}",
        "groups": a.groups,
        "groups_link": link_of(replace(a, groups=not a.groups), b),
        "clear_link": here,
        "files": files,
        "periods": [(name, say(f"studio-explore.period-{name}")) for name in PERIODS],
        "segments": [(one.id, one.name or one.id) for one in workspace.settings.segments],
        "outcomes": [(name, say(f"measure.outcome-{name}")) for name in OUTCOMES],
        "journeys": [(one.id, one.label) for one in workspace.journeys.values()],
        "journey": workspace.journeys[a.journey].label if a.journey in workspace.journeys else "",
        "journey_id": a.journey,
        "kinds": []
        if question.case
        else [
            (kind, say(f"studio-explore.case-{kind}"))
            for kind in ("account", "round", "deal", "person", "case")
        ],
        "kind": say(f"studio-explore.case-{a.case}") if a.case else "",
        "case_id": a.case,
        "takes_events": question.takes_events,
        **saved_chips(visit, question, a, b, link_of),
        "fields": fields_of(question, a, workspace, say),
        "options_chosen": chosen_words(question, a, workspace, say),
        "filter_fields": ", ".join(CASE_FIELDS),
        "places": _places(workspace, a),
    }


def _own(choice: Choice, prefix: str, usual: str) -> dict[str, str]:
    """What a second bar has of its own: journey, kind and options it shares with the first."""
    shared = {f"{prefix}{name}" for name in (*SHARED, *choice.options)}
    return {name: value for name, value in choice.params(prefix, usual).items() if name not in shared}


def _bar(visit: Visit, choice: Choice, letter: str, prefix: str) -> Bar:
    say = visit.say
    try:
        words = choice.words(visit.workspace) if choice.cases or choice.events else None
    except QuestionError:
        words = None
    period = say(f"studio-explore.period-{choice.period}")
    if choice.period in ("own", "year") and (choice.since or choice.until):
        id = "days" if choice.since and choice.until else "since" if choice.since else "until"
        period = say(f"studio-explore.period-{id}", since=choice.since, until=choice.until)
    return Bar(
        letter,
        prefix,
        choice,
        period,
        choice.named or (say.text(words) if words is not None else choice.cases),
        segment_name(visit.workspace, choice.segment) if choice.segment else "",
        say(f"measure.outcome-{choice.outcome}") if choice.outcome in OUTCOMES else choice.outcome,
    )


def _as_written(visit: Visit, usual: str, prefix: str = "") -> Choice:
    """A choice that cannot be read, as it was written, so that it can be mended."""

    def word(name: str) -> str:
        return visit.asked(prefix + name)[:400]

    period = word("period")
    journey = word("journey") or usual
    return Choice(
        journey=journey if journey in visit.workspace.journeys else "",
        segment=word("segment"),
        outcome=word("outcome"),
        groups=bool(word("groups")),
        cases=word("cases"),
        events=word("events"),
        period=period if period in PERIODS else "all",
    )


def _views(visit: Visit, tab: Tab) -> dict[str, Any]:
    saved = SavedView.objects.filter(space=visit.space, page=f"explore/{tab.name}"[:40]).order_by("name")[:50]
    return {
        "views": [
            {
                "id": one.pk,
                "name": one.name,
                "query": one.query,
                "mine": visit.editor or one.person_id == getattr(visit.person, "pk", None),
            }
            for one in saved
        ]
    }


def _places(workspace: Workspace, choice: Choice) -> list[str]:
    journey = workspace.journeys.get(choice.journey)
    steps = [step.id for step in journey.steps] if journey is not None else []
    return list(dict.fromkeys([*workspace.touchpoints, *steps]))[:300]


def _count(visit: Visit, told: Told) -> str:
    about = told.result.about
    return visit.say(f"analytics.cases-{about.case}", count=about.cases)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _link(visit: Visit, name: str) -> str:
    try:
        return reverse(name, args=[visit.space.slug])
    except NoReverseMatch:
        return ""
