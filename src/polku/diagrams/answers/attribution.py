"""Attribution: what each touchpoint, channel or campaign gets by each model, on one scale, and where models agree."""

from __future__ import annotations

from dataclasses import dataclass

from polku.analytics.attribution import Attribution
from polku.analytics.campaigns import Campaigns
from polku.diagrams.answers.attribution_cost import cost_marks
from polku.diagrams.answers.panel_words import rest_of
from polku.diagrams.parts import signs
from polku.diagrams.parts.bands import MARGIN
from polku.diagrams.parts.frame import LegendEntry, foot, head
from polku.documents import Workspace
from polku.scene import (
    LIGHT,
    Circle,
    Group,
    Line,
    Mark,
    Rect,
    Scene,
    Table,
    Text,
    Theme,
    text_lines,
    text_width,
    wrap,
)
from polku.words import Message, Reader, has, reader
from polku.words import Text as Words

NAME_ROOM = 200.0
AGREE_ROOM = 178.0
LEAST_MODEL = 84.0
BAR = 74.0
ROW = 54.0


@dataclass(frozen=True)
class _Plan:
    """Where columns stand: x of each model's zero, the length of its scale, x of the last column."""

    say: Reader
    result: Attribution
    zeros: tuple[float, ...]
    room: float
    scale: float
    agree_x: float
    width: float


def draw_attribution(
    result: Attribution,
    workspace: Workspace,
    campaigns: Campaigns | None = None,
    *,
    title: Words | None = None,
    language: str = "en",
    theme: Theme = LIGHT,
    width: float = 1280.0,
    most: int | None = None,
) -> Scene:
    """Draw one row per node and one column per model: a dot for the share, a line for its interval.

    Too few conversions for intervals are shown as counts only. Touchpoints where nobody from the company is present
    have no events; they are drawn as rows that say so.

    Args:
        campaigns: what was spent, told beneath; None where nothing is known of it.
        most: nodes that are drawn, those with the largest shares; the others, and where nobody is present, are said in
            words. None draws all.
    """
    say = reader(language)
    names = _names(result, workspace)
    heading = say.text(title if title is not None else attribution_title(result, names))
    models = result.models
    width = max(width, 2 * MARGIN + NAME_ROOM + AGREE_ROOM + LEAST_MODEL * len(models))
    about = result.about
    meta = say("attribution.meta", count=result.total_conversions, version=about.data_version)
    frame_head, y = head(
        width,
        title=heading,
        question=say("attribution.question"),
        meta=meta,
        language=language,
        tag=say("diagrams.sample-numbers") if workspace.settings.example else "",
    )
    room = (width - 2 * MARGIN - NAME_ROOM - AGREE_ROOM) / max(len(models), 1)
    zeros = tuple(MARGIN + NAME_ROOM + 8 + room * place for place in range(len(models)))
    plan = _Plan(say, result, zeros, room, room - 26, width - MARGIN - AGREE_ROOM + 10, width)
    heads, y = _heads(plan, y)
    marks: list[Mark] = [frame_head, heads]
    for node in _largest(result, most):
        row, y = _row(plan, node, names[node], _channel(result, node, workspace), workspace, y)
        marks.append(row)
    absent = _absent(result, workspace)
    notes = [say("attribution.how")]
    if most is not None and absent:
        notes.insert(
            0, say("attribution.also-absent", names=[workspace.label("touchpoints", id) for id in absent])
        )
    if most is not None and len(result.nodes) > most:
        notes.insert(0, say("panels.more", count=len(result.nodes) - most))
    for id in absent if most is None else ():
        row, y = _absent_row(plan, workspace, id, y)
        marks.append(row)
    if not result.nodes:
        marks.append(Text(MARGIN, y + 22, say("attribution.empty"), 14, fill="ink-2"))
        y += 40
    marks.append(Line(MARGIN, y, width - MARGIN, y, "line-strong"))
    if result.draws:
        marks += _axis(plan, y)
        y += 22
    if campaigns is not None:
        cost, y = cost_marks(campaigns, workspace, say, y, width)
        marks += cost
    frame_foot, height = foot(
        width, y + 8, _legend(result, say), " ".join(notes), language, rest_of(about, say)
    )
    return Scene(
        width=width,
        height=height,
        title=heading,
        desc=say("attribution.desc", nodes=len(result.nodes), models=len(models), absent=len(absent)),
        language=language,
        marks=(Rect(0, 0, width, height, "paper"), *marks, frame_foot),
        theme=theme.name,
        table=_table(result, names, say),
    )


def attribution_title(result: Attribution, names: dict[str, str]) -> Message:
    """What models agree on, or the node on which they are furthest apart."""
    if not result.total_conversions:
        return Message("attribution.title-empty", {})
    if not result.draws:
        return Message("attribution.title-few", {"count": result.total_conversions})
    count = len(result.asked_to_agree)
    apart = sorted(
        (
            (spread["high"] - spread["low"], node)
            for node, spread in result.agreement.items()
            if not spread["agree"]
        ),
        key=lambda one: -one[0],
    )
    if not apart:
        return Message("attribution.title-agree", {"count": count})
    spread = result.agreement[apart[0][1]]
    id = "attribution.title-but" if len(apart) == 1 else "attribution.title-most"
    return Message(
        id, {"count": count, "name": names[apart[0][1]], "low": spread["low"], "high": spread["high"]}
    )


def _largest(result: Attribution, most: int | None) -> tuple[str, ...]:
    """The nodes that any model gives most, in their order."""
    if most is None or len(result.nodes) <= most:
        return tuple(result.nodes)
    given = dict.fromkeys(result.nodes, 0.0)
    for node, share in zip(result.node, result.share, strict=True):
        if node in given:
            given[node] = max(given[node], share or 0.0)
    kept = sorted(given, key=lambda node: -given[node])[:most]
    return tuple(node for node in result.nodes if node in kept)


def _names(result: Attribution, workspace: Workspace) -> dict[str, str]:
    kind = {"touchpoint": "touchpoints", "channel": "channels"}.get(result.BY, "")
    return {node: workspace.label(kind, node) if kind else node for node in result.nodes}


def _channel(result: Attribution, node: str, workspace: Workspace) -> str | None:
    """The channel of a node, None for a campaign or an unknown one."""
    if result.BY == "channel":
        return node if node in workspace.channels else None
    point = workspace.touchpoints.get(node) if result.BY == "touchpoint" else None
    return point.channel if point is not None else None


def _absent(result: Attribution, workspace: Workspace) -> list[str]:
    if result.BY != "touchpoint":
        return []
    return [
        point.id
        for point in workspace.touchpoints.values()
        if not point.direct and point.id not in result.nodes
    ]


def _heads(plan: _Plan, y: float) -> tuple[Group, float]:
    say = plan.say
    marks: list[Mark] = []
    bottom = y
    columns: list[tuple[float, float, str, str]] = []
    for zero, model in zip(plan.zeros, plan.result.models, strict=True):
        known = has(f"attribution.model-{model}", "en")
        name = say(f"attribution.model-{model}") if known else model
        columns.append((zero, plan.room - 10, name, say(f"attribution.note-{model}") if known else ""))
    if plan.result.agreement and plan.result.draws:
        columns.append((plan.agree_x, AGREE_ROOM - 10, say("attribution.agree"), say("attribution.within")))
    for x, room, name, note in columns:
        lines = wrap(name, room, 13, 600, say.language)
        marks += text_lines(lines, x, y + 14, size=13, weight=600)
        under = y + 14 + len(lines) * 16.25
        notes = wrap(note, room, 12, 400, say.language) if note else ()
        marks += text_lines(notes, x, under, size=12, fill="ink-3")
        bottom = max(bottom, under + (len(notes) - 1) * 15)
    return Group(tuple(marks), id="models", role="head"), bottom + 12


def _name(
    plan: _Plan, name: str, channel: str | None, workspace: Workspace, y: float, *, present: bool
) -> list[Mark]:
    """A row's name with its channel beneath, and the sign of the channel's kind."""
    met = workspace.channels.get(channel or "")
    marks: list[Mark] = [Line(MARGIN, y, plan.width - MARGIN, y)]
    marks += signs.channel(met.kind if met is not None else None, MARGIN + 7, y + 25, present)
    lines = wrap(name, NAME_ROOM - 36, 13, 600, plan.say.language)[:2]
    marks += text_lines(lines, MARGIN + 24, y + 21, size=13, weight=600)
    if met is not None and len(lines) == 1 and plan.result.BY == "touchpoint":
        note = wrap(met.name or met.id, NAME_ROOM - 36, 12, 400, plan.say.language)[0]
        marks.append(Text(MARGIN + 24, y + 38, note, 12, fill="ink-3"))
    return marks


def _row(
    plan: _Plan, node: str, name: str, channel: str | None, workspace: Workspace, y: float
) -> tuple[Group, float]:
    say, result = plan.say, plan.result
    marks = _name(plan, name, channel, workspace, y, present=True)
    said = []
    for place, model in enumerate(result.model):
        if result.node[place] != node:
            continue
        zero = plan.zeros[result.models.index(model)]
        share = result.share[place] or 0.0
        if not result.draws:
            count = say.number(result.conversions[place], 1)
            marks.append(Text(zero, y + 30, count, 13, 500))
            said.append(count)
            continue
        said.append(say.percent(share))
        marks += _dot(plan, zero, share, result.low[place], result.high[place], y)
    spread = result.agreement.get(node)
    if spread is not None and result.draws:
        marks += _spread(plan, spread["low"], spread["high"], spread["agree"], y)
    label = f"{name}: {', '.join(said)}"
    return Group(tuple(marks), id=f"node-{node}", role="node", label=label, focusable=True), y + ROW


def _dot(
    plan: _Plan, zero: float, share: float, low: float | None, high: float | None, y: float
) -> list[Mark]:
    """A share above its dot and interval; hollow where the interval begins at zero, or is not known."""
    at, middle = zero + min(share, 1.0) * plan.scale, y + 36
    marks: list[Mark] = [Line(zero, y + 8, zero, y + ROW - 4, "line-strong")]
    sure = low is not None and high is not None and low > 0.0005
    if low is not None and high is not None and high > low:
        left, right = zero + low * plan.scale, zero + min(high, 1.0) * plan.scale
        marks.append(Line(left, middle, right, middle, "ink-2", 1.4))
        marks += [Line(x, middle - 4, x, middle + 4, "ink-2", 1.4) for x in (left, right)]
    marks.append(Circle(at, middle, 4.6, "ink" if sure else "paper", "ink", 1.4))
    words = plan.say.percent(share)
    half = text_width(words, 12, 600) / 2
    x = min(max(at, zero + half + 3), zero + plan.room - half - 8)
    marks.append(Text(x, y + 22, words, 12, 600 if sure else 400, anchor="middle"))
    return marks


def _spread(plan: _Plan, low: float, high: float, agree: bool, y: float) -> list[Mark]:
    say, x = plan.say, plan.agree_x
    return [
        Rect(x, y + 21, BAR, 9, None, "line-strong", 1),
        Rect(x + low * BAR, y + 21, max((high - low) * BAR, 2.0), 9, "ink-2"),
        Text(
            x + BAR + 10,
            y + 22,
            say("attribution.agrees" if agree else "attribution.differs"),
            12,
            600,
            fill="ink" if agree else "caution",
        ),
        Text(
            x + BAR + 10,
            y + 38,
            say("attribution.range", low=say.percent(low), high=say.percent(high)),
            12,
            fill="ink-2",
        ),
    ]


def _absent_row(plan: _Plan, workspace: Workspace, id: str, y: float) -> tuple[Group, float]:
    """A touchpoint without the company: no events, so nothing that any model could share."""
    say, point = plan.say, workspace.touchpoints[id]
    marks = _name(plan, point.label, point.channel, workspace, y, present=False)
    left = MARGIN + NAME_ROOM + 8
    right = plan.agree_x - 24
    marks.append(Rect(left, y + 7, right - left, ROW - 14, None, "line-strong", 1.2, (4, 3), 4))
    words = say("attribution.not-there")
    lines = wrap(words, right - left - 24, 12, 400, say.language)[:2]
    first = y + ROW / 2 + 4 - (len(lines) - 1) * 7.5
    marks += text_lines(lines, left + 12, first, size=12, fill="ink-2")
    marks.append(Text(plan.agree_x, y + ROW / 2 + 4, say("attribution.not-measured"), 12, 600, fill="ink-3"))
    label = f"{point.label}: {words}"
    return Group(tuple(marks), id=f"node-{id}", role="node", label=label, focusable=True), y + ROW


def _axis(plan: _Plan, y: float) -> list[Mark]:
    marks: list[Mark] = []
    for zero in plan.zeros:
        marks.append(Text(zero, y + 16, "0", 12, fill="ink-3"))
        marks.append(Text(zero + plan.scale, y + 16, plan.say.percent(1.0), 12, anchor="end", fill="ink-3"))
    return marks


def _legend(result: Attribution, say: Reader) -> list[LegendEntry]:
    if not result.draws:
        return []
    return [
        LegendEntry(
            lambda x, y: (
                Line(x - 11, y, x + 11, y, "ink-2", 1.4),
                Line(x - 11, y - 4, x - 11, y + 4, "ink-2", 1.4),
                Line(x + 11, y - 4, x + 11, y + 4, "ink-2", 1.4),
                Circle(x, y, 4.6, "ink", "ink", 1.4),
            ),
            say("attribution.sign-share", draws=result.draws),
            24,
        ),
        LegendEntry(lambda x, y: (Circle(x, y, 4.6, "paper", "ink", 1.4),), say("attribution.sign-zero"), 12),
    ]


def _table(result: Attribution, names: dict[str, str], say: Reader) -> Table:
    rows = []
    for row in result.rows():
        known = row["low"] is not None and row["high"] is not None
        model = row["model"]
        node = row[result.BY]
        rows.append(
            (
                say(f"attribution.model-{model}") if has(f"attribution.model-{model}", "en") else model,
                names[node] if node is not None else say("attribution.none"),
                say.number(row["conversions"], 1),
                say.percent(row["share"]) if result.draws and row["share"] is not None else "–",
                say("attribution.range", low=say.percent(row["low"]), high=say.percent(row["high"]))
                if known
                else "–",
            )
        )
    columns = ("model", f"by-{result.BY}", "conversions", "share", "interval")
    return Table(
        tuple(say(f"attribution.{name}") for name in columns), tuple(rows), say("attribution.question")
    )
