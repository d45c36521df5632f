"""How to read an answer: its finding as a heading, and at most three sentences, each with the way to its accounts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from polku.analytics.campaigns import Campaigns
from polku.analytics.coverage import Coverage
from polku.analytics.deals import Deals
from polku.analytics.fit import Fit
from polku.analytics.funnel import Funnel
from polku.analytics.retention import Retention
from polku.analytics.voice import Voice
from polku.diagrams.answers.friction import friction_title
from polku.documents import Journey, Workspace
from polku.studio.explore.told import Told
from polku.words import Message

Level = str
"""error, warning or hint: the sign beside a reading."""


@dataclass(frozen=True)
class Said:
    """What words about an answer are made of; `name` says what people call an id."""

    told: Told
    workspace: Workspace
    journey: Journey | None
    name: Callable[[str], str]

    def rows(self) -> list[dict[str, Any]]:
        """The rows of the answer."""
        return self.told.result.rows()

    def cases(self, count: int) -> Message:
        """So many cases, by what is followed."""
        return Message(f"analytics.cases-{self.told.result.about.case}", {"count": count})

    def placed(self, id: str | None, end: str = "from") -> Message | str:
        """A place of a path in words."""
        return (
            self.name(id) if id is not None else Message("measure.start" if end == "from" else "measure.end")
        )


@dataclass(frozen=True)
class Reading:
    """A sentence of how to read it.

    Args:
        column, row: the number that it speaks of, where it can be opened; question: whose it is, none: this one's.
    """

    words: Message
    level: Level = "hint"
    column: str = ""
    row: Mapping[str, Any] = field(default_factory=dict)
    question: str = ""


def no_finding(_: Said) -> Message | None:
    """The question's own name is the heading."""
    return None


def of_facts(said: Said) -> Iterator[Reading]:
    """What the answer says of the whole."""
    for message in facts(said):
        yield Reading(message)


def facts(said: Said) -> Iterator[Message]:
    """Sentences about the whole answer."""
    result = said.told.result
    if isinstance(result, Voice):
        yield Message(f"measure.voice-{result.about.parameters['weight']}")
    if isinstance(result, Retention):
        yield Message(f"measure.retention-{result.basis}")
        churn = result.churn
        if churn["logo_churn"] is not None:
            import datetime as dt

            days = {name: dt.date.fromisoformat(churn[name]) for name in ("from", "to")}
            yield Message(
                "measure.retention-churn",
                {"lost": churn["lost"], "count": churn["customers"], "share": churn["logo_churn"], **days},
            )
        if churn.get("grr") is not None:
            yield Message(
                "measure.retention-money",
                {
                    "start": round(churn["start"]),
                    "currency": churn["currency"],
                    "grr": churn["grr"],
                    "nrr": churn["nrr"],
                },
            )
    if isinstance(result, Campaigns):
        yield Message(
            "measure.campaigns-model",
            {"model": Message(f"attribution.model-{result.about.parameters['model']}")},
        )
        if any(few and cost for few, cost in zip(result.few, result.cost, strict=True)):
            yield Message("studio-explore.campaigns-few")
    if isinstance(result, Coverage) and result.completeness_all is not None:
        yield Message(
            "measure.coverage-all",
            {
                "known": result.completeness_all,
                "high": result.high_all,
                "met": result.engaged_all,
                "days": result.about.parameters["ageing_days"],
            },
        )
    if result.about.question in ("friction", "effect"):
        yield Message(f"measure.{result.about.question}-read")
    if result.about.question == "time":
        yield Message(f"measure.definition-{result.about.parameters['time']}")


def of_paths(said: Said) -> Iterator[Reading]:
    """Ways nobody drew that most take, then how many keep to what was drawn."""
    measures = said.told.measures
    if measures is None:
        rows = [row for row in said.rows() if row["from"] is not None and row["to"] is not None]
        for row in rows[:3]:
            yield _way(said, row, "studio-explore.way-most", "hint")
        return
    wild = [row for row in measures.fit.rows() if row["kind"] == "unintended" and row["from"] and row["to"]]
    for row in wild[:2]:
        yield Reading(
            Message(
                "studio-explore.way-wild",
                {
                    "cases": said.cases(row["cases"]),
                    "from": said.placed(row["from"]),
                    "to": said.placed(row["to"], "to"),
                },
            ),
            "error",
            "cases",
            {key: row[key] for key in ("kind", "from", "to")},
            "fit",
        )
    if measures.fit.about.cases:
        yield Reading(
            Message(
                "studio-explore.fitting",
                {"fitting": measures.fit.fitting_cases, "cases": said.cases(measures.fit.about.cases)},
            )
        )


def paths_finding(said: Said) -> Message | None:
    """What most often follows what, where no journey is laid under."""
    rows = [row for row in said.rows() if row["from"] is not None and row["to"] is not None]
    if not rows:
        return None
    return _way(said, rows[0], "studio-explore.way-most", "hint").words


def _way(said: Said, row: Mapping[str, Any], id: str, level: Level) -> Reading:
    words = Message(
        id,
        {
            "cases": said.cases(row["cases"]),
            "from": said.placed(row["from"]),
            "to": said.placed(row["to"], "to"),
        },
    )
    return Reading(words, level, "cases", {"from": row["from"], "to": row["to"]})


def of_funnel(said: Said) -> Iterator[Reading]:
    """Where most leave, where most can still go on, where most come back to."""
    result = said.told.result
    assert isinstance(result, Funnel)
    rows = said.rows()
    for column, level in (("dropped", "error"), ("pending", "hint"), ("returned", "warning")):
        worst = max(rows, key=lambda row: row[column], default=None)
        if worst is None or not worst[column]:
            continue
        yield Reading(
            Message(
                f"studio-explore.funnel-{column}",
                {"cases": said.cases(worst[column]), "stage": said.name(worst["stage"])},
            ),
            level,
            column,
            {"stage": worst["stage"]},
        )


def of_time(said: Said) -> Iterator[Reading]:
    """The longest way, and from where most have not gone on."""
    rows = said.rows()
    timed = [row for row in rows if row["median_seconds"] is not None]
    longest = max(timed, key=lambda row: row["median_seconds"], default=None)
    if longest is not None:
        yield Reading(_longest(said, longest), "warning", "cases", _pair(longest))
    still = max(rows, key=lambda row: row["open"], default=None)
    if still is not None and still["open"]:
        words = Message(
            "studio-explore.time-open",
            {
                "cases": said.cases(still["open"]),
                "from": said.placed(still["from"]),
                "to": said.placed(still["to"], "to"),
            },
        )
        yield Reading(words, "hint", "open", _pair(still))
    yield from of_facts(said)


def time_finding(said: Said) -> Message | None:
    """The way that takes longest."""
    timed = [row for row in said.rows() if row["median_seconds"] is not None]
    longest = max(timed, key=lambda row: row["median_seconds"], default=None)
    return None if longest is None else _longest(said, longest)


def _pair(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"from": row["from"], "to": row["to"]}


def _longest(said: Said, row: Mapping[str, Any]) -> Message:
    import datetime as dt

    return Message(
        "studio-explore.time-longest",
        {
            "from": said.placed(row["from"]),
            "to": said.placed(row["to"], "to"),
            "lasts": dt.timedelta(seconds=float(row["median_seconds"])),
        },
    )


def of_fit(said: Said) -> Iterator[Reading]:
    """The deviation of each kind that most cases take."""
    seen = set()
    for row in sorted(said.rows(), key=lambda row: -row["cases"]):
        kind = row["kind"]
        if kind in seen or kind not in ("unintended", "skipped", "out_of_order", "missing"):
            continue
        seen.add(kind)
        words = Message(
            f"studio-explore.fit-{kind}",
            {
                "cases": said.cases(row["cases"]),
                "from": said.placed(row["from"]),
                "to": said.placed(row["to"], "to"),
            },
        )
        level = "error" if kind == "unintended" else "warning"
        yield Reading(words, level, "cases", {key: row[key] for key in ("kind", "from", "to")})


def fit_finding(said: Said) -> Message | None:
    """How many never leave the drawn ways."""
    result = said.told.result
    if not isinstance(result, Fit) or not result.about.cases:
        return None
    return Message(
        "studio-explore.fitting",
        {"fitting": result.fitting_cases, "cases": said.cases(result.about.cases)},
    )


def of_coverage(said: Said) -> Iterator[Reading]:
    """The parts that are most often unknown where they are needed."""
    rows = [row for row in said.rows() if row["required"]]
    holes = sorted(
        ((row["required"] - round((row["completeness"] or 0) * row["required"]), row) for row in rows),
        key=lambda one: -one[0],
    )
    for missing, row in holes[:2]:
        if missing:
            words = Message(
                "studio-explore.coverage-missing",
                {
                    "missing": missing,
                    "count": row["required"],
                    "part": Message(f"measure.part-{row['part']}"),
                },
            )
            yield Reading(words, "error", "missing", {"part": row["part"]})
    yield from of_facts(said)


def of_steps(said: Said) -> Iterator[Reading]:
    """From where fewest go on, where most leave by a way nobody drew, and what the data cannot show."""
    rows = said.rows()
    seen = [row for row in rows if row["goes_on"] is not None and row["cases"]]
    lowest = min(seen, key=lambda row: row["goes_on"], default=None)
    if lowest is not None:
        yield Reading(_goes_on(said, lowest), "warning", "cases", {"step": lowest["step"]})
    wild = max(rows, key=lambda row: row["unintended_out"] or 0, default=None)
    if wild is not None and wild["unintended_out"]:
        words = Message(
            "studio-explore.steps-wild",
            {"cases": said.cases(wild["unintended_out"]), "step": said.name(wild["step"])},
        )
        yield Reading(words, "error", "unintended_out", {"step": wild["step"]})
    unseen = [said.name(row["step"]) for row in rows if not row["observable"]]
    if unseen:
        yield Reading(Message("studio-explore.steps-unseen", {"count": len(unseen), "names": unseen[:4]}))


def steps_finding(said: Said) -> Message | None:
    """The step from which fewest go on."""
    seen = [row for row in said.rows() if row["goes_on"] is not None and row["cases"]]
    return _goes_on(said, min(seen, key=lambda row: row["goes_on"])) if seen else None


def _goes_on(said: Said, row: Mapping[str, Any]) -> Message:
    return Message(
        "studio-explore.steps-goes-on",
        {"step": said.name(row["step"]), "share": row["goes_on"], "cases": said.cases(row["cases"])},
    )


def variants_finding(said: Said) -> Message | None:
    """How many take the way that most take."""
    rows = said.rows()
    if not rows:
        return None
    return Message(
        "studio-explore.variants-first",
        {"count": rows[0]["count"], "cases": said.cases(said.told.result.about.cases)},
    )


def of_deals(said: Said) -> Iterator[Reading]:
    """Against whom most deals were lost."""
    lost = [row for row in said.rows() if row["outcome"] == "lost" and row["lost_to"]]
    rivals: dict[str, int] = {}
    for row in lost:
        rivals[row["lost_to"]] = rivals.get(row["lost_to"], 0) + row["count"]
    for rival, count in sorted(rivals.items(), key=lambda one: -one[1])[:2]:
        yield Reading(Message("studio-explore.deals-lost", {"count": count, "rival": rival}), "warning")


def deals_finding(said: Said) -> Message | None:
    """How many of the ended deals were won."""
    result = said.told.result
    if not isinstance(result, Deals) or result.win_rate is None:
        return None
    won, ended = (
        sum(int(kind[name] or 0) for kind in result.win_rates.values()) for name in ("won", "ended")
    )
    return Message("studio-explore.deals-won", {"won": won, "count": ended})


def now_finding(said: Said) -> Message | None:
    """Where the round stands that is longest over the others."""
    rows = [row for row in said.rows() if row["days_over"] is not None and row["days_over"] > 0]
    if not rows:
        return None
    first = rows[0]
    return Message(
        "studio-explore.now-longest",
        {
            "account": said.name(first["account_id"]),
            "stage": said.name(first["stage"]),
            "days": round(first["days_in_stage"]),
            "median": round(first["median_days_others"]),
        },
    )


def campaigns_finding(said: Said) -> Message | None:
    """What all campaigns cost and led to."""
    result = said.told.result
    if not isinstance(result, Campaigns) or result.total["cost"] is None:
        return None
    return Message(
        "studio-explore.campaigns-total",
        {
            "cost": round(result.total["cost"]),
            "currency": result.currency[0],
            "leads": result.total["leads"],
            "count": round(result.total["won"]),
        },
    )


def touches_finding(said: Said) -> Message | None:
    """How many touches come before the first deal."""
    row = next((row for row in said.rows() if row["before"] == "deal" and row["median"] is not None), None)
    if row is None:
        return None
    return Message("studio-explore.touches-deal", {"count": round(row["median"])})


def friction_finding(said: Said) -> Message | None:
    """What weighs most."""
    return friction_title(said.rows(), said.name) if said.rows() else None


def change_finding(said: Said) -> Message | None:
    """What changed most of what surely changed."""
    sure = [row for row in said.rows() if row["low"] > 0 or row["high"] < 0]
    if not sure:
        return Message("studio-explore.change-none")
    first = sure[0]
    more = "more" if first["difference"] > 0 else "less"
    return Message(
        f"studio-explore.change-{more}",
        {
            "what": said.name(first["what"]),
            "segment": said.name(first["segment"]) if first["segment"] else Message("measure.unknown"),
            "before": first["before"],
            "after": first["after"],
        },
    )
