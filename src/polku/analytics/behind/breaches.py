"""Breaches: the cases that broke a rule most often, by name; only of those that are shown a name is read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from polku.analytics.columns.case_facts import CaseFacts, first_by_name
from polku.analytics.walks.pieces import new_values
from polku.analytics.walks.rule_pieces import Judged, joined
from polku.analytics.walks.taken import spread

if TYPE_CHECKING:
    from polku.analytics.study import Study
    from polku.analytics.walks.pieces import Column

Breach = tuple[str | None, str, int]
"""Account, case, and how often it broke a rule."""


def worst(
    study: Study, facts: CaseFacts, judged: Sequence[Judged], most: int
) -> list[tuple[list[Breach], int]]:
    """Of each rule the cases with most breaches, then by name; and how many accounts have any."""
    if not most:
        return [([], 0) for _ in judged]
    by_account, ids = study.case in ("round", "account"), [facts.ids(one.place) for one in judged]
    cids = [study.round_columns["cid"][id] for id in ids] if study.case == "round" else ids
    chosen = [
        _chosen(study, cid if by_account else None, one.times, most)
        for cid, one in zip(cids, judged, strict=True)
    ]
    given = {
        "rule": np.repeat(np.arange(len(judged)), [len(at) for at in chosen]),
        "cid": joined(cid[at] for cid, at in zip(cids, chosen, strict=True)),
        "times": joined(one.times[at] for one, at in zip(judged, chosen, strict=True)),
    }
    # An account's case is called as the account is, and a column of names costs as much as the question.
    key = "c.account_id" if study.stored == "account" else "c.key"
    if study.case == "round":
        number = study.round_columns["number"]
        given["number"] = joined(number[id[at]] for id, at in zip(ids, chosen, strict=True))
        key += " || '/' || g.number"
    found: list[list[Breach]] = [[] for _ in judged]
    table, cases = f"breaches_{id(judged)}", f"{{cases:{study.stored}}}"
    if len(given["cid"]):
        with study.log.engine.holding(table, given):
            rows = study.log.rows(
                f"SELECT rule, account_id, key, times FROM (SELECT *, row_number() OVER (PARTITION BY rule "
                f"ORDER BY times DESC, account_id, key) AS place FROM (SELECT g.rule, c.account_id, {key} AS key, "
                f"g.times FROM {cases} c JOIN {table} g ON g.cid = c.cid)) WHERE place <= {int(most)} "
                "ORDER BY rule, place"
            )
        for rule, *breach in rows:
            found[rule].append((breach[0], breach[1], breach[2]))
    if by_account:
        return [(one, int(np.count_nonzero(new_values(cid)))) for one, cid in zip(found, cids, strict=True)]
    told = []
    for one, cid in zip(found, cids, strict=True):
        with study.log.engine.holding(table, {"cid": cid}):
            ((accounts,),) = study.log.rows(
                f"SELECT count(DISTINCT c.account_id) FROM {cases} c JOIN {table} g ON g.cid = c.cid"
            )
        told.append((one, int(accounts)))
    return told


def _chosen(study: Study, cid: Column | None, times: Column, most: int) -> Column:
    """Places of those among whom the first are: with most breaches, and of these by the names of their accounts.

    Args:
        cid: numbers of the accounts; None where it is no account's name that orders them.
    """
    if len(times) <= most:
        return np.arange(len(times))
    # Times are small numbers, so that counting them is cheaper than parting them around a rank.
    at_least = np.cumsum(np.bincount(times)[::-1])[::-1]
    least = int(np.flatnonzero(at_least >= most)[-1])
    more, equal = np.flatnonzero(times > least), np.flatnonzero(times == least)
    if cid is None:
        return np.concatenate([more, equal])
    own = cid.take(equal)
    early = first_by_name(study.log, own, most - len(more))
    if early is not None:
        begin, end = (np.searchsorted(own, np.sort(early), side) for side in ("left", "right"))
        equal = equal[spread(begin, end - begin)]
    return np.concatenate([more, equal])
