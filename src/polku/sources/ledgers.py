"""Contracts and invoices, as an ERP or a ledger lists them by number, customer and day."""

from __future__ import annotations

from typing import Any

from polku.records.engine import Engine
from polku.sources.kind_parts import Found, first_of, some
from polku.sources.raw import Raw


def _named(found: Found, company: str) -> list[dict[str, Any]]:
    """The customer whom a row names beside its number."""
    if company != found.get("account_id") or "account_name" not in found:
        return []
    columns = {"account_id": company, "name": found["account_name"]}
    return [{"table": "accounts", "when": company, "columns": columns}]


def contracts(found: Found, engine: Engine, raw: Raw) -> dict[str, Any] | None:
    """Contracts with the day on which each begins."""
    contract, begins = found.get("contract_id"), first_of(found, "begins", "from", "time", "created")
    company = first_of(found, "account_id", "account_name")
    if not contract or not begins or not company:
        return None
    columns = some(
        contract_id=contract, account_id=company, from_=begins, to=first_of(found, "ends", "to", "closed"),
        amount=found.get("amount"), currency=found.get("currency"), product=found.get("product"),
    )  # fmt: skip
    began = some(time=begins, account_id=company, value=found.get("amount"))
    return {
        "fills": [
            *_named(found, company),
            {"table": "contracts", "columns": columns},
            {
                "table": "events",
                "when": begins,
                "columns": {**began, "event_id": f"contract/{{{contract}}}/began"},
                "activity": "Contract: began",
            },
        ]
    }


def invoices(found: Found, engine: Engine, raw: Raw) -> dict[str, Any] | None:
    """Invoices, each an event of its customer."""
    invoice, time = found.get("invoice_id"), first_of(found, "invoiced", "time", "created")
    company = first_of(found, "account_id", "account_name")
    if not invoice or not time or not company:
        return None
    columns = some(time=time, account_id=company, value=found.get("amount"))
    return {
        "fills": [
            *_named(found, company),
            {
                "table": "events",
                "columns": {**columns, "event_id": f"invoice/{{{invoice}}}", "direction": "=out"},
                "activity": "Invoice",
            },
        ]
    }
