"""Coverage by account: whom of each buying centre we met, named, or do not know."""

from __future__ import annotations

from typing import Any

from polku.analytics.coverage import BuyingCentre
from polku.diagrams.account.people import workspace_signs
from polku.diagrams.parts.journey import short_names
from polku.documents.natural import Natural, natural
from polku.studio.explore.behind import account_link
from polku.studio.explore.told import Told
from polku.studio.kept import Same, around, remembered
from polku.studio.visit import Visit

MOST = 60


def heat(visit: Visit, told: Told) -> dict[str, Any]:
    """Accounts × roles, best covered first; parts that no role of the workspace has are left to the table."""
    return remembered(
        visit.space, "heat", lambda: _heat(visit, told), of=(Same(told), around(visit.workspace).state)
    )


def _heat(visit: Visit, told: Told) -> dict[str, Any]:
    workspace = visit.workspace
    signs = workspace_signs(workspace)
    short = short_names(workspace)
    roles = [workspace.roles[id] for id in workspace.role_order() if workspace.roles[id].part is not None]
    lines: list[dict[str, Any]] = []
    for one in sorted(told.centres, key=lambda one: _order(one, told)):
        cells = [_state(one, str(role.part)) for role in roles]
        met = cells.count("met")
        document = workspace.accounts.get(one.account_id)
        name = (
            document.label if document and document.name else told.names.get(one.account_id, one.account_id)
        )
        # Links are dear, and only the first are shown.
        link = account_link(visit, one.account_id) if len(lines) < MOST else ""
        lines.append(
            {
                "name": name,
                "link": link,
                "cells": cells,
                "met": met,
                "single": met == 1,
            }
        )
    known = [
        {
            "known": sum(line["cells"][place] in ("met", "named") for line in lines),
            "of": sum(line["cells"][place] != "none" for line in lines),
        }
        for place, _ in enumerate(roles)
    ]
    return {
        "roles": [
            {"name": short.get(role.id, role.label), "full": role.label, "sign": signs.get(role.id)}
            for role in roles
        ],
        "lines": lines[:MOST],
        "more": max(0, len(lines) - MOST),
        "known": known,
    }


def _state(one: BuyingCentre, part: str) -> str:
    if part in one.met:
        return "met"
    if part in one.known:
        return "named"
    return "hole" if part in one.required else "none"


def _order(one: BuyingCentre, told: Told) -> tuple[int, int, Natural]:
    name = told.names.get(one.account_id, "")
    return -len(one.met & one.required), -len(one.known & one.required), natural(name)
