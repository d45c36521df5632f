"""How the answer of each question reads on a terminal: title, what it is about, table, what is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeGuard

from polku.analytics.asking.words import about_sentence, remainder_sentences, sum_sentence
from polku.analytics.filters.filters import in_words
from polku.cli.measure_nobody import nobody_matches, nobody_sentences
from polku.cli.path_words import path_words
from polku.cli.table import Column, bold, grey, table
from polku.documents import PARTS
from polku.exports.answer_cells import OWN_CELLS
from polku.exports.answer_table import SHARES
from polku.words import Reader

if TYPE_CHECKING:
    from polku.analytics.attribution import Attribution
    from polku.analytics.compare import Comparison
    from polku.analytics.result import Result
    from polku.analytics.study import Study

SHOWN: Mapping[str, tuple[str, ...]] = {
    "paths": ("from", "to", "count", "cases", "share_out", "median_seconds", "p95_seconds"),
    "steps": (
        "step",
        "touchpoint",
        "cases",
        "share",
        "goes_on",
        "median_wait_seconds",
        "unintended_out",
        "answers",
        "nps",
    ),
    "fit": ("kind", "from", "to", "count", "cases", "well", "well_others"),
    "deviations": (
        "where",
        "cases",
        "share",
        "unintended",
        "skipped",
        "out_of_order",
        "repeated",
        "missing",
        "well",
        "well_others",
    ),
    "time": ("from", "to", "cases", "open", "p25_seconds", "median_seconds", "p75_seconds", "p95_seconds"),
    "coverage": (
        "part",
        "people",
        "events",
        "accounts",
        "required",
        "completeness",
        "engaged",
        "in_crm_share",
        "seen_share",
        "bias",
    ),
    "variants": ("count", "share", "median_seconds", "outcomes", "path"),
    "funnel": (
        "stage",
        "reached",
        "from_previous",
        "overall",
        "pending",
        "excluded",
        "dropped",
        "returned",
        "median_seconds_from_previous",
    ),
    "deals": ("kind", "segment", "outcome", "lost_to", "count", "value", "currency", "median_days"),
    "now": (
        "account_id",
        "round",
        "stage",
        "step",
        "days_in_stage",
        "median_days_others",
        "others",
        "last_event",
    ),
    "voice": (
        "touchpoint",
        "stage",
        "part",
        "answers",
        "accounts",
        "promoters",
        "detractors",
        "nps",
        "low",
        "high",
    ),
    "retention": ("segment", "period", "at_risk", "lost", "retained", "low", "high"),
    "friction": (
        "kind",
        "step",
        "cases",
        "accounts",
        "share",
        "seconds",
        "limit_seconds",
        "well",
        "well_others",
        "weight",
        "improvements",
    ),
    "effect": ("compared", "measure", "before", "n_before", "after", "n_after", "difference", "low", "high"),
    "score": ("account_id", "person_id", "grade", "fit", "engagement", "last_event", "reasons"),
    "backtest": (
        "fit",
        "engagement",
        "accounts",
        "won",
        "win_rate",
        "low",
        "high",
        "lift",
        "lift_low",
        "lift_high",
    ),
    "loyalty": ("touchpoint", "stage", "part", "group", "accounts", "lost", "retained", "low", "high"),
    "threads": ("parts", "deals", "won", "win_rate", "low", "high", "people", "events_per_person"),
    "centre": (
        "when",
        "part",
        "required",
        "completeness",
        "high",
        "engaged",
        "accounts_met",
        "people",
        "events_per_person",
        "multithreaded",
    ),
    "change": (
        "segment",
        "what",
        "before",
        "after",
        "difference",
        "low",
        "high",
        "accounts_before",
        "accounts_after",
    ),
    "campaigns": (
        "campaign",
        "channel",
        "cost",
        "clicks",
        "leads",
        "cost_per_lead",
        "deals",
        "won",
        "cost_per_deal",
        "value",
        "return",
    ),
    "touches": ("before", "by", "count", "touches", "mean", "p25", "median", "p75", "p95"),
}
"""Columns that fit a screen; JSON, CSV and Parquet have all."""
BARS = {
    "paths": "count",
    "steps": "cases",
    "fit": "cases",
    "deviations": "cases",
    "variants": "count",
    "funnel": "reached",
    "deals": "count",
    "now": "days_in_stage",
    "voice": "answers",
    "retention": "retained",
    "touches": "median",
    "campaigns": "cost",
    "friction": "weight",
    "score": "engagement",
}
NAMES = frozenset(("where", "from", "to", "step", "touchpoint", "stage", "channel", "what"))
WORDS = frozenset(
    (
        *NAMES,
        "account_id",
        "last_event",
        "before",
        "by",
        "kind",
        "part",
        "path",
        "outcomes",
        "segment",
        "outcome",
        "lost_to",
        "currency",
        "campaign",
        "channel",
        "what",
        "improvements",
        "compared",
        "measure",
        "group",
        "when",
        "grade",
        "person_id",
        "reasons",
    )
)


SPLITS = frozenset(
    (
        ("retention", "segment"),
        *((question, key) for question in ("voice", "loyalty") for key in ("touchpoint", "stage", "part")),
        ("centre", "part"),
    )
)
"""Columns in which nothing means all."""


OWN_FACTS = frozenset(
    [
        "fit",
        "deals",
        "coverage",
        "voice",
        "funnel",
        "friction",
        "loyalty",
        "threads",
        "score",
        "backtest",
        "effect",
        "change",
        "campaigns",
        "retention",
    ]
)
"""Questions whose answers say more than their rows."""


def told(result: Result, study: Study, say: Reader, *, top: int, more: str = "measure.more") -> str:
    """A result for the eyes of a person: at most `top` rows.

    Args:
        more: the message that says how to see the others.
    """
    about = result.about
    lines = [bold(_title(result, study, say)), about_sentence(about, say)]
    lines += [say("measure.filter", what=in_words(study.cases))] if study.cases is not None else []
    lines += [say("measure.events-filter", what=in_words(study.events))] if study.events is not None else []
    lines += list(_facts(result, study, say))
    lines.append("")
    count = len(result)
    rows = [result.row(number) for number in range(min(top, count))]
    if nobody_matches(result, study):
        lines += nobody_sentences(study, say)
    elif _is_attribution(result) and rows:
        from polku.cli.attribution_table import attribution_table

        lines.append(attribution_table(result, namer(study), say, top=top))
    elif _is_comparison(result):
        from polku.cli.comparison_table import comparison_lines

        lines += comparison_lines(result, namer(study), say, top=top)
    elif rows:
        lines.append(_table(result, rows, study, say))
        if count > top:
            lines.append(grey(f"  {say(more, count=count - top, top=count)}"))
    else:
        lines.append(f"  {say('measure.none')}")
    lines.append("")
    said = sum_sentence(about, say)
    left = remainder_sentences(about, say)
    lines += [said] if said is not None and said not in left else []
    return "\n".join([*lines, *left]).rstrip()


def _title(result: Result, study: Study, say: Reader) -> str:
    journey = study.journey
    return say(
        f"measure.title-{result.about.question}",
        journey=say.quote(journey.label) if journey is not None else "",
    )


# By name: other answers need not load these classes. By touchpoint and by campaign attribution has kinds of its own.
def _is_attribution(result: Result) -> TypeGuard[Attribution]:
    return any(kind.__name__ == "Attribution" for kind in type(result).__mro__)


def _is_comparison(result: Result) -> TypeGuard[Comparison]:
    return type(result).__name__ == "Comparison"


def _facts(result: Result, study: Study, say: Reader) -> Iterator[str]:
    if study.log.rolled_up:
        yield say("measure.rolled-up", count=study.log.rolled_up)
    if _is_comparison(result):
        from polku.exports.comparison_cells import comparison_facts

        yield from comparison_facts(result, say)
    if _is_attribution(result):
        from polku.cli.attribution_table import attribution_facts

        yield from attribution_facts(result, namer(study), say)
    if result.about.question in OWN_FACTS and not _is_comparison(result):
        from polku.cli.measure_own import own_facts

        yield from own_facts(result, study, say)
    if result.about.question == "time":
        yield say(f"measure.definition-{result.about.parameters['time']}")


def _table(result: Result, rows: list[dict[str, Any]], study: Study, say: Reader) -> str:
    question = result.about.question
    keys = [
        key
        for key in SHOWN[question]
        if question not in ("deals", "voice", "score", "loyalty") or any(row[key] is not None for row in rows)
    ]
    keys = keys or list(SHOWN[question])
    name = namer(study)
    columns = [
        Column(say(f"measure.col-{key}"), key not in WORDS, wraps=key in WORDS, long=key == "path")
        for key in keys
    ]
    cells = [[_cell(key, row, question, name, say) for key in keys] for row in rows]
    barred = BARS.get(question)
    bars = None
    if barred is not None and barred in keys:
        numbers = [float(row[barred] or 0) for row in rows]
        most = max(numbers) or 1.0
        bars = (keys.index(barred), [number / most for number in numbers])
    return table(columns, cells, bars=bars)


def namer(study: Study) -> Callable[[str], str]:
    """What people call a step, stage or touchpoint; words that are none of these stay."""
    journey, workspace = study.journey, study.workspace
    names: dict[str, str] = {
        channel.id: channel.name or channel.id for channel in workspace.channels.values()
    }
    names |= {improvement.id: improvement.label for improvement in workspace.improvements.values()}
    names |= {touchpoint.id: touchpoint.label for touchpoint in workspace.touchpoints.values()}
    if journey is not None:
        names |= {stage.id: stage.label for stage in journey.stages}
        names |= {step.id: step.label for step in journey.steps}
    return lambda id: names.get(id, id)


def _split(key: str, value: str | None, name: Callable[[str], str], say: Reader) -> str:
    """Before what, or of what, a row of a question with splits counts."""
    if key == "before":
        return say(f"measure.before-{value}")
    if value is None or value == "unknown":
        return say("measure.unknown" if value else "measure.all")
    return say(f"measure.part-{value}") if value in PARTS else name(value)


def _cell(key: str, row: Mapping[str, Any], question: str, name: Callable[[str], str], say: Reader) -> str:
    value = row[key]
    if question == "steps" and key == "cases" and not row["observable"]:
        return say("measure.not-seen")
    if question == "paths" and key in ("from", "to") and value is None:
        return say("measure.start" if key == "from" else "measure.end")
    if question in OWN_CELLS and (told := OWN_CELLS[question](key, row, name, say)) is not None:
        return told
    if question == "touches" and key in ("before", "by"):
        return _split(key, value, name, say)
    if (question, key) in SPLITS:
        return _split(key, value, name, say)
    if value is None:
        if key in ("part", "kind", "segment", "outcome"):
            return say("measure.unknown")
        return "" if key in WORDS else "–"
    if key == "path":
        return path_words([name(node) for node in value], say)
    if key == "outcomes":
        return ", ".join(
            f"{say(f'measure.outcome-{outcome}')} {say.number(n)}" for outcome, n in value.items()
        )
    if key == "outcome":
        return say(f"measure.outcome-{value}") if value in ("won", "lost", "open") else str(value)
    if key == "kind" and question == "fit":
        return say(f"measure.kind-{value}")
    if key == "part":
        return say(f"measure.part-{value}")
    if key in NAMES:
        return name(value)
    if question == "voice" and key in ("nps", "low", "high"):
        return say.signed(round(value))
    if key in SHARES:
        return say.percent(value)
    if key == "bias":
        return say("measure.points", points=round(value * 100))
    if key.endswith("_seconds") or key == "median_seconds_from_previous":
        return say.duration(float(value))
    if key == "nps":
        return say.signed(round(value))
    if key in ("median_days", "value", "days_in_stage", "median_days_others"):
        return say.number(round(value))
    return str(value) if key in WORDS else say.number(value)
