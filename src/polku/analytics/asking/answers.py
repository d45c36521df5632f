"""Each question by name, and the function that answers it from what was asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from polku.analytics.asking.asked import Asked, Question, check_known, node_of, one_of, unknown
from polku.analytics.map.nodes import Of
from polku.analytics.result import Result
from polku.analytics.study import Study
from polku.documents import PARTS
from polku.errors import QuestionError
from polku.words import Message

if TYPE_CHECKING:
    from polku.analytics.campaigns import CampaignModel
    from polku.analytics.deviations import DeviationSplit
    from polku.analytics.voice import VoiceOf, Weight

# Each question loads what answers it when it is asked: all of them together take longer to load than most to answer.


def _paths(study: Study, asked: Asked) -> Result:
    from polku.analytics.paths import paths

    return paths(study, node_of(study, asked, "touchpoint"), transform=asked.transform)


def _variants(study: Study, asked: Asked) -> Result:
    from polku.analytics.variants import variants

    return variants(study, node_of(study, asked, "touchpoint"), transform=asked.transform, most=asked.most)


def funnel_arguments(study: Study, asked: Asked) -> tuple[Sequence[str], Of, dict[str, Any]]:
    """The stages, what they are, and the options of a funnel, held against what there is.

    Raises:
        QuestionError: there is no such stage, part or mode, or one stands twice.
    """
    from polku.analytics.funnel import FUNNEL_MODES

    of = node_of(study, asked, "stage")
    stages = asked.stages
    if not stages:
        if study.journey is None or of not in ("stage", "step"):
            raise QuestionError(Message("analytics.funnel-needs-stages"))
        seen = dict.fromkeys(
            step.stage if of == "stage" else step.id
            for step, observable in zip(study.journey.steps, study.steps.observable, strict=True)
            if observable and step.stage
        )
        order = [stage.id for stage in study.journey.stages] if of == "stage" else list(seen)
        stages = tuple(id for id in order if id in seen)
    names, parts = _staged(study, of, stages)
    if len(set(zip(names, parts, strict=True))) < len(stages):
        twice = next(stage for stage in stages if stages.count(stage) > 1)
        raise QuestionError(Message("analytics.stage-twice", {"name": twice}))
    check_known(study, of, names)
    check_known(study, of, asked.exclude)
    if both := [name for name in asked.exclude if name in names]:
        raise QuestionError(Message("analytics.funnel-excludes-stage", {"name": both[0]}))
    mode = one_of("mode", asked.mode, FUNNEL_MODES) or "ordered"
    if asked.people < 1 or (asked.people > 1 and mode != "ordered"):
        raise QuestionError(Message("analytics.funnel-people", {"found": asked.people}))
    return (
        names,
        of,
        {
            "window": asked.window,
            "mode": mode,
            "people": asked.people,
            "exclude": asked.exclude,
            "parts": parts,
            "entered": (asked.entered_since, asked.entered_until),
        },
    )


def _funnel(study: Study, asked: Asked) -> Result:
    from polku.analytics.funnel import funnel

    stages, of, options = funnel_arguments(study, asked)
    return funnel(study, stages, of, **options)


def _staged(study: Study, of: Of, stages: Sequence[str]) -> tuple[list[str], list[str | None]]:
    """Stages and whose events count there: `demo@expert` is a demo that an expert met."""
    known = study.nodes(of).labels
    names: list[str] = []
    parts: list[str | None] = []
    for stage in stages:
        name, sign, part = stage.rpartition("@")
        if stage in known or not sign:
            name, part = stage, ""
        elif part not in PARTS:
            raise unknown("part", part, PARTS)
        names.append(name)
        parts.append(part or None)
    return names, parts


def time_arguments(study: Study, asked: Asked) -> tuple[Sequence[tuple[str, str]], Of]:
    """The pairs that time is measured between, and what they are, held against what there is.

    Raises:
        QuestionError: half a pair, no pair where no journey says one, or a name there is not.
    """
    from polku.analytics.time import drawn_pairs

    of = node_of(study, asked, "step")
    if (asked.start is None) != (asked.end is None):
        raise QuestionError(Message("analytics.time-needs-both"))
    if asked.start is None or asked.end is None:
        if study.journey is None or of != "step":
            raise QuestionError(Message("analytics.time-needs-pair"))
        return drawn_pairs(study), of
    check_known(study, of, (asked.start, asked.end))
    return ((asked.start, asked.end),), of


def _time(study: Study, asked: Asked) -> Result:
    from polku.analytics.time import time

    pairs, of = time_arguments(study, asked)
    return time(study, pairs, of, definition=asked.definition)


def deviation_split(asked: Asked) -> DeviationSplit:
    """What deviations are counted by. Raises QuestionError: there is no such thing."""
    from polku.analytics.deviations import DEVIATION_SPLITS

    return one_of("by", asked.by, DEVIATION_SPLITS) or "stage"


def _deviations(study: Study, asked: Asked) -> Result:
    from polku.analytics.deviations import deviations_by

    return deviations_by(study, deviation_split(asked))


def _retention(study: Study, asked: Asked) -> Result:
    from polku.analytics.retention import RETENTION_SPLITS, retention

    return retention(study, one_of("by", asked.by, RETENTION_SPLITS))


def voice_asked(study: Study, asked: Asked) -> tuple[VoiceOf, Weight]:
    """Where answers are looked at, and how they are weighed. Raises QuestionError: there is no such thing."""
    from polku.analytics.voice import VOICE_OFS, WEIGHTS

    of = one_of("of", node_of(study, asked, "touchpoint") if asked.of else "touchpoint", VOICE_OFS)
    return of or "touchpoint", one_of("weight", asked.weight, WEIGHTS) or "respondent"


def _voice(study: Study, asked: Asked) -> Result:
    from polku.analytics.voice import voice

    return voice(study, *voice_asked(study, asked))


def _touches(study: Study, asked: Asked) -> Result:
    from polku.analytics.touches import TOUCH_SPLITS, touches

    return touches(study, one_of("by", asked.by, TOUCH_SPLITS))


def attribution_arguments(asked: Asked) -> dict[str, Any]:
    """What attribution is asked with, but for the models. Raises QuestionError: there is no such thing."""
    from polku.analytics.attribution import BYS, SCOPES, VALUES

    return {
        "conversion": asked.conversion,
        "by": one_of("by", asked.by, BYS) or "channel",
        "scope": one_of("scope", asked.scope, SCOPES),
        "lookback": asked.lookback,
        "grain": asked.grain,
        "transform": asked.transform,
        "value": one_of("value", asked.value, VALUES),
    }


def _attribution(study: Study, asked: Asked) -> Result:
    from polku.analytics.attribution import attribution

    return attribution(study, asked.models, **attribution_arguments(asked))


def campaign_model(asked: Asked) -> CampaignModel:
    """How deals are shared among touches. Raises QuestionError: there is no such model, or there are several."""
    from polku.analytics.campaigns import CAMPAIGN_MODELS

    if len(asked.models) > 1:
        raise QuestionError(Message("analytics.one-model", {"known": list(CAMPAIGN_MODELS)}))
    return one_of("model", asked.models[0] if asked.models else None, CAMPAIGN_MODELS) or "linear"


def _campaigns(study: Study, asked: Asked) -> Result:
    from polku.analytics.campaigns import campaigns

    return campaigns(study, campaign_model(asked), lookback=asked.lookback)


def _met(study: Study) -> Of:
    """What customers meet: touchpoints where the map has some."""
    return "touchpoint" if study.workspace.touchpoints else "activity"


def _loyalty(study: Study, asked: Asked) -> Result:
    from polku.analytics.loyalty import YEAR, loyalty

    of, _ = voice_asked(study, asked)
    return loyalty(study, of, horizon=asked.window or YEAR)


def _effect(study: Study, asked: Asked) -> Result:
    from polku.analytics.effect import effect

    known = study.workspace.improvements
    if asked.improvement is None:
        raise QuestionError(Message("analytics.effect-of-what", {"known": list(known)[:20] or None}))
    if asked.improvement not in known:
        raise unknown("improvement", asked.improvement, known)
    return effect(study, known[asked.improvement])


def _steps(study: Study, asked: Asked) -> Result:
    from polku.analytics.steps import steps

    return steps(study)


def _fit(study: Study, asked: Asked) -> Result:
    from polku.analytics.fit import fit

    return fit(study)


def _coverage(study: Study, asked: Asked) -> Result:
    from polku.analytics.coverage import coverage

    return coverage(study)


def _deals(study: Study, asked: Asked) -> Result:
    from polku.analytics.deals import deals

    return deals(study)


def _now(study: Study, asked: Asked) -> Result:
    from polku.analytics.now import MOST_STANDING, now

    return now(study, most=max(MOST_STANDING, asked.most))


def _friction(study: Study, asked: Asked) -> Result:
    from polku.analytics.friction import friction

    return friction(study)


def _threads(study: Study, asked: Asked) -> Result:
    from polku.analytics.threads import threads

    return threads(study)


def _change(study: Study, asked: Asked) -> Result:
    from polku.analytics.change import change

    return change(study, node_of(study, asked, _met(study), _met(study)))


def _score(study: Study, asked: Asked) -> Result:
    from polku.analytics.score import MOST_SCORED, score

    return score(study, most=max(MOST_SCORED, asked.most))


def _backtest(study: Study, asked: Asked) -> Result:
    from polku.analytics.backtest import backtest

    return backtest(study, asked.window)


def _centre(study: Study, asked: Asked) -> Result:
    from polku.analytics.centre import CENTRE_BYS, centre

    return centre(study, one_of("by", asked.by, CENTRE_BYS) or "quarter")


QUESTIONS: Mapping[str, Question] = {
    question.name: question
    for question in (
        Question("paths", _paths, ("of", "transform"), scales_out=True),
        Question("steps", _steps, needs_journey=True),
        Question("fit", _fit, needs_journey=True),
        Question("deviations", _deviations, ("by",), needs_journey=True),
        Question("time", _time, ("of", "start", "end", "definition")),
        Question("coverage", _coverage, takes_events=False, scales_out=True),
        Question("variants", _variants, ("of", "transform", "most")),
        Question(
            "funnel",
            _funnel,
            ("of", "stages", "window", "mode", "people", "exclude", "entered_since", "entered_until"),
            scales_out=True,
        ),
        Question("deals", _deals, takes_events=False, case="deal"),
        Question("now", _now, ("most",), needs_journey=True, case="round"),
        Question("voice", _voice, ("of", "weight")),
        Question("retention", _retention, ("by",), takes_events=False, case="account"),
        Question("touches", _touches, ("by",), case="account"),
        Question(
            "attribution",
            _attribution,
            (
                "models",
                "conversion",
                "by",
                "scope",
                "lookback",
                "grain",
                "transform",
                "value",
            ),
        ),
        Question("campaigns", _campaigns, ("models", "lookback"), takes_events=False, case="account"),
        Question("friction", _friction, needs_journey=True),
        Question(
            "change",
            _change,
            ("of",),
            cases=("account", "case", "person", "deal"),
        ),
        Question("effect", _effect, ("improvement",), takes_events=False, case="account"),
        Question(
            "score",
            _score,
            ("most",),
            cases=("account", "person"),
        ),
        Question(
            "backtest",
            _backtest,
            ("window",),
            takes_events=False,
            case="account",
        ),
        Question("loyalty", _loyalty, ("of", "window"), case="account"),
        Question("threads", _threads, takes_events=False, case="account"),
        Question(
            "centre",
            _centre,
            ("by",),
            takes_events=False,
            case="account",
        ),
    )
}
"""Questions by name, in the order they are offered."""
