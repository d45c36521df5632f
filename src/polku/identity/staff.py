"""The company's own people among those whom systems know: they are no customers, so they are nobody's people."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from polku.identity.accounts import OWN
from polku.identity.arrays import texts
from polku.identity.names import domain_of, domains_above
from polku.records.engine import Engine, Relation


def leave_staff_out(engine: Engine, tables: Mapping[str, Relation], own: Collection[str]) -> None:
    """Take staff out of `resolved_people` and `known_people`: their words mean nobody, with the reason `own`.

    Staff are those whom a source says to be (agents of a help desk), and whoever has an address at an own domain.

    Args:
        own: domains of the company whose customers these are.
    """
    ours = {domain for one in own if (domain := domain_of(one))}
    domains = []
    if ours:
        near = engine.rows(
            "SELECT DISTINCT split_part(mail, '@', 2) AS said FROM known_people WHERE mail IS NOT NULL "
            "AND len(list_filter($own, lambda one: ends_with(mail, one))) > 0",
            {"own": sorted(ours)},
        )
        domains = [
            said
            for (said,) in near
            if (domain := domain_of(said)) and not ours.isdisjoint(domains_above(domain))
        ]
    engine.execute("CREATE OR REPLACE TEMP TABLE own_domains (own VARCHAR)")
    if domains:
        with engine.holding("incoming", {"own": texts(sorted(domains))}):
            engine.execute("INSERT INTO own_domains SELECT own FROM incoming")
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE staff AS SELECT person_id FROM known_people "
        "WHERE split_part(mail, '@', 2) IN (SELECT own FROM own_domains) "
        "UNION SELECT p.person_id FROM {memberships} m JOIN resolved_people p "
        "ON p.source IS NOT DISTINCT FROM m.source AND p.ref = m.person_id "
        "WHERE m.account_id = $own AND p.person_id IS NOT NULL",
        {"own": OWN},
        tables,
    )
    if engine.rows("SELECT 1 FROM staff LIMIT 1"):
        engine.execute(
            "UPDATE resolved_people SET person_id = NULL, reason = 'own', confidence = 1.0 "
            "WHERE person_id IN (SELECT person_id FROM staff)"
        )
        engine.execute("DELETE FROM known_people WHERE person_id IN (SELECT person_id FROM staff)")
