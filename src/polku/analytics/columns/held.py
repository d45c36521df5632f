"""Places of the buying centre: how many accounts need each part, know somebody of it and met somebody, on given days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from polku.analytics.columns.members import Members, members
from polku.analytics.result import DAY
from polku.documents import PARTS
from polku.frozen import dataclass

if TYPE_CHECKING:
    from polku.analytics.columns.blocks import Blocks, Column
    from polku.analytics.study import Study
    from polku.documents import Segment, Workspace


@dataclass(frozen=True)
class Held:
    """One part on one day.

    Args:
        required: accounts whose buying centre needs the part; of these `known`: with somebody of it; `high`: with
            somebody of it or of unknown part; `engaged`: with an event of it in the time before.
        accounts: all accounts with somebody of it, needed or not.
    """

    required: int
    known: int
    high: int
    engaged: int
    accounts: int


# Accounts by number: names of so many would be sorted and compared again on every day.
_HELD = (
    "WITH days AS (SELECT unnest($place::INT[]) AS place, unnest($moment::BIGINT[]) AS moment), "
    "chosen AS (SELECT row_number() OVER (ORDER BY a.account_id) AS account, a.account_id, a.segment, a.employees "
    "FROM {accounts} a WHERE {which}), "
    "kinds AS (SELECT unnest($segment::VARCHAR[]) AS segment, unnest($employees::BIGINT[]) AS employees, "
    "unnest($needs::INT[]) AS part), "
    "need AS (SELECT c.account, c.account_id, k.part FROM chosen c JOIN kinds k "
    "ON k.segment IS NOT DISTINCT FROM c.segment AND k.employees IS NOT DISTINCT FROM c.employees), "
    "named AS (SELECT unnest($names::VARCHAR[]) AS name, unnest($numbers::INT[]) AS part), "
    "own AS (SELECT m.account_id, unnest(CASE WHEN len(m.parts) > 0 THEN m.parts ELSE ['?'] END) AS name, "
    'coalesce(epoch_us(m."from"::TIMESTAMP), -$far) AS since, coalesce(epoch_us((m."to" + 1)::TIMESTAMP), $far) '
    "AS until FROM {memberships} m WHERE m.account_id IS NOT NULL), "
    "parted AS (SELECT DISTINCT c.account, coalesce(n.part, -1) AS part, o.since, o.until FROM own o "
    "JOIN chosen c ON c.account_id = o.account_id LEFT JOIN named n ON n.name = o.name), "
    "known AS (SELECT DISTINCT d.place, p.account, p.part FROM parted p JOIN days d "
    "ON p.since <= d.moment AND p.until > d.moment), "
    "acted AS (SELECT c.account, e.part, epoch_us(e.time) AS ts FROM {events} e "
    "JOIN chosen c ON c.account_id = e.account_id WHERE e.part >= 0), "
    "met AS (SELECT DISTINCT d.place, a.account, a.part FROM acted a JOIN days d "
    "ON a.ts > d.moment - $ageing AND a.ts <= d.moment) "
)
# The last column: accounts that know somebody of the part, whether they need it or not.
_PLACES = (
    _HELD + "SELECT d.place, n.part, count(*), count(k.account), "
    "count(*) FILTER (WHERE k.account IS NOT NULL OR u.account IS NOT NULL), count(e.account), NULL "
    "FROM need n CROSS JOIN days d LEFT JOIN known k ON k.place = d.place AND k.account = n.account "
    "AND k.part = n.part LEFT JOIN known u ON u.place = d.place AND u.account = n.account AND u.part = -1 "
    "LEFT JOIN met e ON e.place = d.place AND e.account = n.account AND e.part = n.part GROUP BY d.place, n.part "
    "UNION ALL SELECT place, part, 0, 0, 0, 0, count(*) FROM known GROUP BY place, part ORDER BY 7 NULLS FIRST, 1, 2"
)
_KINDS = "SELECT DISTINCT a.segment, a.employees FROM {accounts} a WHERE {which}"


_EACH = (
    _HELD
    + "SELECT n.account_id, n.part, k.account IS NOT NULL, k.account IS NOT NULL OR u.account IS NOT NULL, "
    "e.account IS NOT NULL FROM need n LEFT JOIN known k ON k.account = n.account AND k.part = n.part "
    "LEFT JOIN known u ON u.account = n.account AND u.part = -1 "
    "LEFT JOIN met e ON e.account = n.account AND e.part = n.part ORDER BY n.account_id, n.part"
)


def places_of_accounts(study: Study, moment: int) -> list[tuple[str, str, bool, bool, bool]]:
    """At a moment the places of each account: the part, whether known, known at most, and met."""
    which, asked = _asked(study, [moment])
    rows = study.log.rows(_EACH.replace("{which}", which), **asked)
    return [(account, PARTS[part], known, perhaps, met) for account, part, known, perhaps, met in rows]


def places_held(study: Study, moments: Sequence[int], met: Column | None = None) -> list[dict[int, Held]]:
    """For each moment (microseconds) the parts (places in PARTS, −1 unknown) that anybody needs or has.

    Args:
        met: as `met.parts_met` has it, where that is known already.
    """
    from polku.analytics.columns.blocks import kept_blocks

    known, kept = members(study.log), kept_blocks(study.log, "account")
    if known is not None and kept is not None:
        return _held(study, known, kept, moments, met)
    which, asked = _asked(study, moments)
    found: list[dict[int, list[int]]] = [{} for _ in moments]
    for place, part, *numbers, accounts in study.log.rows(_PLACES.replace("{which}", which), **asked):
        if accounts is None:
            found[place][part] = [*numbers, 0]
        else:
            found[place].setdefault(part, [0] * 5)[4] = accounts
    return [{part: Held(*numbers) for part, numbers in one.items()} for one in found]


def _held(
    study: Study, known: Members, kept: Blocks, moments: Sequence[int], met: Column | None
) -> list[dict[int, Held]]:
    """The same from columns in memory."""
    import numpy as np

    from polku.analytics.columns.members import UNKNOWN
    from polku.analytics.columns.met import Windows, parts_met

    if not len(known.kind):
        return [{} for _ in moments]
    # Segments are few, kinds of accounts are not.
    segments = [_segment_of(study.workspace, *kind) for kind in known.kinds]
    of_segment = {id(one): _parts_of(study.workspace, one) for one in segments}
    sets = sorted({*of_segment.values()}, key=sorted)
    place = {id: sets.index(one) for id, one in of_segment.items()}
    number = np.array([place[id(one)] for one in segments], dtype=np.int32).take(known.kind) << (UNKNOWN + 1)
    chosen = accounts_chosen(study, known)
    ageing = study.workspace.settings.limits.ageing // dt.timedelta(microseconds=1)
    if met is None:
        met = parts_met(study.log, kept, Windows(tuple(one - ageing for one in moments), tuple(moments)))
    # Each account has one case at most.
    of_cases = number.take(known.of_case)
    counts = known.of_case >= 0
    if chosen is not None:
        counts &= chosen.take(known.of_case)
    every = bool(counts.all())

    def counted(key: Column) -> Column:
        """By what accounts need and by their bits, how many have these."""
        found: Column = np.bincount(key, minlength=len(sets) << (UNKNOWN + 1))
        return found.reshape(len(sets), 1 << (UNKNOWN + 1))

    has = (np.arange(1 << (UNKNOWN + 1))[:, None] >> np.arange(UNKNOWN + 1)) & 1
    found: list[dict[int, Held]] = []
    before: tuple[Column, Column] | None = None
    for moment, cases in zip(moments, met, strict=True):
        bits = known.known_on(moment // DAY)
        if before is None or before[0] is not bits:
            own = number | bits
            before = bits, counted(own if chosen is None else own[chosen])
        knows = before[1]
        # Those that met nobody are in no number below.
        some = np.flatnonzero(cases)
        some = some if every else some[counts[some]]
        meets = counted(of_cases.take(some) | cases.take(some))
        told: dict[int, Held] = {}
        for part in (*range(UNKNOWN), -1):
            bit = part if part >= 0 else UNKNOWN
            wanting = [place for place, one in enumerate(sets) if part >= 0 and PARTS[part] in one]
            required = int(knows[wanting].sum())
            accounts = int(knows.sum(0) @ has[:, bit])
            if required or accounts:
                told[part] = Held(
                    required,
                    int(knows[wanting].sum(0) @ has[:, bit]) if part >= 0 else 0,
                    int(knows[wanting].sum(0) @ (has[:, bit] | has[:, UNKNOWN])) if part >= 0 else 0,
                    int(meets[wanting].sum(0) @ has[:, bit]) if part >= 0 else 0,
                    accounts,
                )
        found.append(told)
    return found


def chosen_cases(study: Study, cid: Column) -> Column | None:
    """Case of an account (by these numbers, rising) → whether it is of the study; None where all are."""
    import numpy as np

    from polku.analytics.columns.blocks import places_of

    if not study.filtered:
        return None
    if study.case == "account":
        own = study.chosen_ids
    elif study.case == "round":
        own = study.round_columns["cid"][study.chosen_ids]
    else:
        own = np.asarray(study.ask_columns("SELECT DISTINCT cid FROM kept")["cid"])
    found = np.zeros(len(cid), dtype=bool)
    found[places_of(cid, own)] = True
    return found


def count_accounts(study: Study) -> int | None:
    """The accounts of the study; None where an engine has to be asked."""
    if not study.filtered:
        return int(study.log.rows("SELECT count(*) FROM {accounts}")[0][0])
    known = members(study.log)
    chosen = None if known is None else accounts_chosen(study, known)
    return None if chosen is None else int(chosen.sum())


def accounts_chosen(study: Study, known: Members) -> Column | None:
    """Account → whether it is of the study; None where all are."""
    import numpy as np

    if not study.filtered:
        return None
    found = np.zeros(len(known.kind), dtype=bool)
    if study.stored == "account":
        number = known.of_case[chosen_cases(study, known.cid)]
    else:
        number = np.asarray(
            study.ask_columns(
                "numbered AS (SELECT account_id, row_number() OVER (ORDER BY account_id) - 1 AS account "
                "FROM {accounts}) SELECT n.account FROM numbered n WHERE n.account_id IN "
                "(SELECT account_id FROM kept)"
            )["account"]
        )
    found[number[number >= 0]] = True
    return found


def _asked(study: Study, moments: Sequence[int]) -> tuple[str, dict[str, Any]]:
    """The condition of the accounts, and what the queries are asked with."""
    which, bound = _chosen(study)
    kinds = study.log.rows(_KINDS.replace("{which}", which), **bound)
    needs = [
        (segment, employees, PARTS.index(part))
        for segment, employees in kinds
        for part in required_parts(study.workspace, segment, employees)
    ]
    ageing: dt.timedelta = study.workspace.settings.limits.ageing
    return which, {
        "place": list(range(len(moments))),
        "moment": list(moments),
        "segment": [one[0] for one in needs],
        "employees": [one[1] for one in needs],
        "needs": [one[2] for one in needs],
        "names": list(PARTS),
        "numbers": list(range(len(PARTS))),
        "far": 2**62,
        "ageing": ageing // dt.timedelta(microseconds=1),
        **bound,
    }


def _chosen(study: Study) -> tuple[str, Mapping[str, Any]]:
    """The condition that accounts of the study pass, over `accounts a`."""
    if not study.filtered:
        return "true", {}
    ids = [row[0] for row in study.ask("SELECT DISTINCT account_id FROM kept WHERE account_id IS NOT NULL")]
    return "a.account_id IN (SELECT unnest($chosen::VARCHAR[]))", {"chosen": ids}


def required_parts(workspace: Workspace, segment: str | None, employees: int | None) -> frozenset[str]:
    """The parts an account needs: those of its segment's buying centre, else of all roles.

    Its segment is the one it names (by id or name), else the one whose bounds hold its number of employees.
    """
    return _parts_of(workspace, _segment_of(workspace, segment, employees))


def _segment_of(workspace: Workspace, segment: str | None, employees: int | None) -> Segment | None:
    found = None
    if segment is not None:
        found = next((one for one in workspace.settings.segments if segment in (one.id, one.name)), None)
    if found is None and employees is not None:
        found = next(
            (
                one
                for one in workspace.settings.segments
                if one.employees is not None
                and (one.employees.min or 0)
                <= employees
                <= (employees if one.employees.max is None else one.employees.max)
            ),
            None,
        )
    return found


def _parts_of(workspace: Workspace, segment: Segment | None) -> frozenset[str]:
    ids = segment.buying_centre if segment is not None and segment.buying_centre else tuple(workspace.roles)
    return frozenset(
        role.part for id in ids if (role := workspace.roles.get(id)) is not None and role.part is not None
    )
