"""What stands behind the numbers of questions about answers, customers, touches, points and the buying centre."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from polku.analytics.asking.answers import voice_asked
from polku.analytics.asking.asked import Asked, node_of, unknown
from polku.analytics.backtest import HIGH_AND_LOW, scored_then
from polku.analytics.behind.holding import Holding
from polku.analytics.centre import met_since
from polku.analytics.change import changes_of
from polku.analytics.columns.customers import names_of
from polku.analytics.columns.held import places_of_accounts
from polku.analytics.effect import accounts_observed
from polku.analytics.loyalty import GROUPS, YEAR, first_answers
from polku.analytics.retention import UNKNOWN, follow_customers, month_ends
from polku.analytics.score import cases_graded
from polku.analytics.touches import touches_of
from polku.analytics.voice import answers_of
from polku.documents import PARTS

if TYPE_CHECKING:
    from polku.analytics.study import Study

Row = Mapping[str, Any]
FAR = float("inf")


def of_voice(study: Study, row: Row, column: str, asked: Asked) -> Holding:
    """Answers by case, or the accounts that gave them."""
    of, weight = voice_asked(study, asked)
    labels = study.nodes(of).labels
    node, part = row.get(of), row.get("part")
    if node is not None and node not in labels:
        raise unknown(of, str(node), labels)
    if part not in (None, UNKNOWN, *PARTS):
        raise unknown("part", str(part), PARTS)
    told = answers_of(study, of, weight, node, part)
    if column == "accounts" or (weight == "account" and column != "answers"):
        scores: dict[str | None, list[float]] = {}
        for one in told:
            if one.account is not None:
                own = scores.setdefault(one.account, [0.0, 0.0])
                own[0], own[1] = own[0] + one.answers, own[1] + one.scores
        least, most = {"accounts": (0.0, FAR), "promoters": (9.0, FAR), "detractors": (-FAR, 6.0)}[column]
        return Holding(
            accounts={account: 1 for account, (n, total) in scores.items() if least <= total / n <= most},
            unit="account",
        )
    found: Counter[int] = Counter()
    for one in told:
        found[one.case] += getattr(one, column)
    return Holding(cases={id: n for id, n in found.items() if n}, counts=True)


def of_retention(study: Study, row: Row, column: str, asked: Asked) -> Holding:
    """Customers who stay beyond a month, or were lost in it."""
    followed = follow_customers(study)
    segment, period = row.get("segment"), str(row.get("period"))
    if not period.isdecimal() or len(period) > 6:
        raise unknown("period", period, ())
    before, after = month_ends(int(period))
    some = followed.observed
    if segment is not None and asked.by is not None:
        names = (*followed.customers.written.segments, UNKNOWN)
        some = some & (np.array(names, dtype=object)[followed.segment] == segment)
    if column == "at_risk":
        some = some & (followed.entered <= after) & (after < followed.left)
    else:
        some = some & followed.lost & (before < followed.left) & (followed.left <= after)
    accounts = names_of(study)
    return Holding(
        accounts={accounts[number]: 1 for number in followed.number[some].tolist()}, unit="account"
    )


def of_loyalty(study: Study, row: Row, column: str, asked: Asked) -> Holding:
    """Customers by their first answer, or those of them that were lost since."""
    of, _ = voice_asked(study, asked)
    labels = study.nodes(of).labels
    node, part, group = row.get(of), row.get("part"), row.get("group")
    if node is not None and node not in labels:
        raise unknown(of, str(node), labels)
    if group not in GROUPS:
        raise unknown("group", str(group), GROUPS)
    key = (
        None if node is None else labels.index(node),
        None if part is None else PARTS.index(part) if part in PARTS else -1,
    )
    first, _ = first_answers(study, of)
    days = (asked.window or YEAR).days
    return Holding(
        accounts={
            account: 1
            for (at, account), (place, life) in first.items()
            if at == key
            and GROUPS[place] == group
            and (column == "accounts" or (life.lost and life.left <= days))
        },
        unit="account",
    )


def of_touches(study: Study, row: Row, column: str, asked: Asked) -> Holding:
    """Accounts with a first contact or won deal, with the touches before it."""
    before, by = row.get("before"), row.get("by")
    if before not in ("contact", "deal"):
        raise unknown("before", str(before), ("contact", "deal"))
    found = touches_of(study, before == "deal", asked.by, by)
    if column == "count":
        return Holding(cases=dict.fromkeys(found, 1))
    return Holding(cases={id: n for id, n in found.items() if n}, counts=True)


def of_change(study: Study, row: Row, column: str, asked: Asked) -> Holding:
    """Cases with events of a kind in either period, or the accounts of these."""
    usual: Any = "touchpoint" if study.workspace.touchpoints else "activity"
    of = node_of(study, asked, usual, usual)
    what = row.get("what")
    labels = study.nodes(of).labels
    if what not in labels:
        raise unknown(of, str(what), labels)
    told, whole = changes_of(study, of, str(what), row.get("segment"))
    if column.startswith("accounts_"):
        place = 0 if column == "accounts_before" else 1
        return Holding(
            accounts={account: 1 for _, account, *n in told if account is not None and n[place]},
            unit="account",
        )
    signs = {"before": (1, 0), "after": (0, 1), "difference": (-1, 1)}[column]
    return Holding(
        cases={id: n for id, _, before, after in told if (n := signs[0] * before + signs[1] * after)},
        counts=True,
        whole=whole,
    )


def of_score(study: Study, row: Row, _: str, __: Asked) -> Holding:
    """Cases of the same grade."""
    return Holding(cases=dict.fromkeys(cases_graded(study, str(row.get("grade"))), 1))


def of_backtest(study: Study, row: Row, column: str, asked: Asked) -> Holding:
    """Accounts of a quadrant, or those of them that won."""
    fit, engagement = row.get("fit"), row.get("engagement")
    for said in (fit, engagement):
        if said not in (None, *HIGH_AND_LOW):
            raise unknown("quadrant", str(said), HIGH_AND_LOW)
    found = scored_then(study, asked.window).accounts
    own = found.stand(fit, engagement)
    if column != "accounts":
        own &= found.won
    return Holding(cases=dict.fromkeys(found.id[own].tolist(), 1))


def of_centre(study: Study, row: Row, column: str, asked: Asked) -> Holding:
    """Accounts that need a part on a day, with the places that are known or met; or those somebody was met in."""
    try:
        day = dt.date.fromisoformat(str(row.get("day")))
    except ValueError as error:
        raise unknown("day", str(row.get("day")), ()) from error
    part = row.get("part")
    if part not in (None, *PARTS):
        raise unknown("part", str(part), PARTS)
    until = min(study.moment(day + dt.timedelta(days=1)) - 1, study.now)
    if column in ("accounts_met", "multithreaded"):
        told = met_since(study, until)
        least = 2 if column == "multithreaded" else 0
        return Holding(cases={id: 1 for id, parts in told.items() if parts >= least})
    place = {"required": None, "completeness": 2, "high": 3, "engaged": 4}[column]
    found: Counter[str | None] = Counter(
        one[0]
        for one in places_of_accounts(study, until)
        if (part is None or one[1] == part) and (place is None or one[place])
    )
    return Holding(accounts=found, unit="account", counts=True)


def of_effect(study: Study, row: Row, column: str, asked: Asked) -> Holding:
    """Accounts with observations of an improvement's measure."""
    known = study.workspace.improvements
    improvement = known.get(asked.improvement or "")
    if improvement is None:
        raise unknown("improvement", asked.improvement or "", known)
    found = accounts_observed(study, improvement, str(row.get("compared")), after=column == "n_after")
    return Holding(accounts={account: n for account, n in found.items() if n}, unit="account", counts=True)
