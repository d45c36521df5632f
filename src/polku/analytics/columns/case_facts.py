"""Facts of cases: how each chosen case ended and when it began and ended, as columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from polku.analytics.columns.blocks import kept_blocks, places_of, written_of
from polku.analytics.columns.kept import kept_with
from polku.analytics.rounds import ROUND_OUTCOMES
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.columns.blocks import Column
    from polku.analytics.study import Study
    from polku.records.log import Log

UNKNOWN = "unknown"


@dataclass(frozen=True)
class CaseFacts:
    """The chosen cases of a study, by id.

    Args:
        id: rising; None where it is the place.
        outcomes: what `outcome` numbers; UNKNOWN where nothing is said.
        t0, t1: times of the first and the last event, microseconds.
    """

    id: Column | None
    outcomes: tuple[str, ...]
    outcome: Column
    t0: Column
    t1: Column

    def __len__(self) -> int:
        return len(self.outcome)

    def place(self, id: Column) -> Column:
        """Ids → their places here."""
        return id if self.id is None else places_of(self.id, id)

    def ids(self, place: Column) -> Column:
        """The other way round."""
        return place if self.id is None else self.id[place]

    def flags(self, outcomes: tuple[str, ...]) -> Column:
        """Place → whether the case ended in one of these ways."""
        of = np.array([one in outcomes for one in self.outcomes], dtype=bool)
        return of[self.outcome] if len(of) else np.zeros(0, dtype=bool)


def case_facts(study: Study) -> CaseFacts:
    """The facts of a study's cases; of all of a version they stay in memory."""
    if study.case == "round":
        columns = study.round_columns
        every = CaseFacts(None, ROUND_OUTCOMES, columns["said"], columns["t0"], columns["t1"])
    else:
        kept = kept_blocks(study.log, study.stored)
        written = written_of(study.log.tables[f"cases:{study.stored}"].files)
        every = (
            _stored(study)
            if kept is None
            else kept.derived(("facts", study.log.data_version, written), lambda: _stored(study), _bytes)
        )
    if not study.filtered:
        return every
    id = np.asarray(study.chosen_ids)
    at = every.place(id)
    return CaseFacts(id, every.outcomes, every.outcome[at], every.t0[at], every.t1[at])


FEW = 5000


def account_names(study: Study, cid: Column) -> Column:
    """Numbers of accounts → their names, as objects."""
    cases = "{cases:account}"
    if len(cid) <= FEW:
        rows = study.log.rows(
            f"SELECT cid, account_id FROM {cases} WHERE cid IN (SELECT unnest($cids::INT[]))",
            cids=list(set(cid.tolist())),
        )
        names = {id: str(name) for id, name in rows}
        return np.array([names[id] for id in cid.tolist()], dtype=object)
    read = study.log.columns(f"SELECT cid, account_id FROM {cases}")
    id, name = np.asarray(read["cid"]), np.asarray(read["account_id"], dtype=object)
    if (id[1:] <= id[:-1]).any():
        order = np.argsort(id)
        id, name = id[order], name[order]
    found: Column = name[np.searchsorted(id, cid)]
    return found


@dataclass(frozen=True)
class _First:
    """Numbers of the accounts whose names come first, in the order of these."""

    cid: Column


_EARLY = 16_384


def first_by_name(log: Log, cid: Column, number: int) -> Column | None:
    """Of accounts by number, rising, those whose names come first, in the order of these; None where that is not known
    of so many without reading their names.
    """

    def make() -> _First:
        rows = log.rows(f"SELECT cid FROM {{cases:account}} ORDER BY account_id LIMIT {_EARLY}")
        return _First(np.array([row[0] for row in rows], dtype=np.int32))

    if not len(cid):
        return None
    first = kept_with(log, "first accounts by name", ("cases:account",), 4 * _EARLY, make) or make()
    # Most groups hold so many of the accounts that a few names are enough.
    for early in (first.cid[:256], first.cid):
        at = np.minimum(np.searchsorted(cid, early.astype(cid.dtype)), len(cid) - 1)
        found = early[np.flatnonzero(cid[at] == early)[:number]]
        if len(found) == number:
            return found
    return None


def _stored(study: Study) -> CaseFacts:
    """All stored cases."""
    cases = f"{{cases:{study.stored}}}"
    said = f"coalesce(outcome, '{UNKNOWN}')"
    rows = study.log.rows(f"SELECT DISTINCT {said} AS said FROM {cases} ORDER BY said")
    outcomes = tuple(str(row[0]) for row in rows)
    # Most logs say nothing of their accounts.
    number = f"list_position($outcomes::VARCHAR[], {said}) - 1" if len(outcomes) > 1 else "0"
    read = study.log.columns(
        f"SELECT cid AS id, ({number})::INT AS outcome, t0, t1 FROM {cases}", outcomes=list(outcomes)
    )
    id, outcome, t0, t1 = (np.asarray(read[name]) for name in ("id", "outcome", "t0", "t1"))
    if (id[1:] <= id[:-1]).any():
        order = np.argsort(id)
        id, outcome, t0, t1 = id[order], outcome[order], t0[order], t1[order]
    return CaseFacts(id, outcomes, outcome.astype(np.int8 if len(outcomes) < 1 << 7 else np.int32), t0, t1)


def _bytes(made: CaseFacts) -> int:
    own = (made.outcome, made.t0, made.t1, *(() if made.id is None else (made.id,)))
    return sum(column.nbytes for column in own)
