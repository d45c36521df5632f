"""Reports of advertisers (Google Ads, LinkedIn Campaign Manager, Meta Ads Manager): what campaigns cost, and whom they reached."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from polku.sources import numbers
from polku.sources.makes import Make, Shape, Words, said
from polku.sources.raw import text
from polku.sources.systems import Table
from polku.words import Message

_NUMBERS = ("cost", "impressions", "clicks")


def _daily(sign: str = "") -> Callable[[Table, dict[str, str]], None]:
    """Make one row of each campaign and day: plain numbers, and the sum where a report splits a day by device, ad or
    audience.

    Args:
        sign: the only pivot whose rows are kept.
    """

    def mend(table: Table, found: dict[str, str]) -> None:
        named = table.cell(found["company"] if sign else found["campaign"])
        table.reject(
            f"({named}) IS NULL OR regexp_matches(lower({named}), '^(total|yhteensä|summa|totalt|i alt)\\b')",
            "sources.reject-total",
            found["day"],
        )
        plain = {}
        for word in _NUMBERS:
            if word not in found:
                continue
            cell = numbers.clean_number(table.cell(found[word]))
            decimal = numbers.look(table.engine, table.raw.table, cell, None).decimal
            plain[word] = numbers.to_number(cell, decimal)
        day = table.cell(found["day"])
        rows, kept = table.engine.rows(
            f"SELECT count(*), count(DISTINCT ({named}, {day})) FROM {table.raw.table} WHERE ({day}) IS NOT NULL"
        )[0]
        if rows > kept:
            table.warn(Message("sources.ads-summed", {"count": rows - kept}))
        for word, number in plain.items():
            # Each row of a day carries the whole day, so that it stays one row however often it is said.
            whole = f"sum({number}) OVER (PARTITION BY {named}, {day})"
            table.set(
                found[word],
                f"CASE WHEN ({day}) IS NOT NULL THEN CAST(CAST({whole} AS DECIMAL(18, 2)) AS VARCHAR) END",
            )
        _currency(table, found)
        if "end" in found:
            longer = f"({table.cell(found['end'])}) <> ({day})"
            spans = table.engine.rows(f"SELECT count(*) FROM {table.raw.table} WHERE {longer}")[0][0]
            if spans:
                table.warn(Message("sources.ads-period", {"count": spans, "column": found["day"]}))
        if sign and "pivot" in found:
            table.reject(
                f"upper(coalesce({table.cell(found['pivot'])}, {text(sign)})) <> {text(sign)}",
                "sources.reject-pivot",
                found["pivot"],
            )

    return mend


def _currency(table: Table, found: dict[str, str]) -> None:
    """The currency stands in its own column, or in the header of what was spent."""
    if "currency" in found or "cost" not in found:
        return
    told = re.search(r"\(([A-Z]{3})\)\s*$", found["cost"])
    if told:
        found["currency"] = table.add("currency", text(told[1]))


def _spend(channel: str) -> Sequence[Mapping[str, Any]]:
    return (
        {"table": "spend", "columns": {
            "campaign": "campaign", "channel": f"={channel}", "date": "day", "impressions": "impressions", "clicks": "clicks",
            "cost": "cost", "currency": "currency"}},
    )  # fmt: skip


GOOGLE = Shape(
    "google",
    columns={
        "campaign": said("Campaign|Campaign name", fi="Kampanja", sv="Kampanj", da="Kampagne", api="campaign.name|campaign_name"),
        "campaign_id": said("Campaign ID", fi="Kampanjan tunnus", sv="Kampanj-id", da="Kampagne-id", api="campaign.id|campaign_id"),
        "status": said("Campaign status|Campaign state", fi="Kampanjan tila", sv="Kampanjstatus", da="Kampagnestatus", api="campaign.status"),
        "day": said("Day|Date", fi="Päivä", sv="Dag", da="Dag", api="segments.date"),
        "currency": said("Currency code|Currency", fi="Valuuttakoodi|Valuutan koodi", sv="Valutakod", da="Valutakode", api="customer.currency_code"),
        "cost": said("Cost", fi="Kustannus|Kulut|Kulu|Hinta", sv="Kostnad", da="Omkostning|Pris", api="metrics.cost"),
        "impressions": said("Impr.|Impressions", fi="Näytöt|Näyttökerrat", sv="Visn.|Exponeringar", da="Eksp.|Visn.|Eksponeringer", api="metrics.impressions"),
        "clicks": said("Clicks|Interactions", fi="Klikkaukset", sv="Klick", da="Klik", api="metrics.clicks"),
        "conversions": said("Conversions", fi="Konversiot", sv="Konverteringar", da="Konverteringer", api="metrics.conversions"),
        "value": said("Conv. value", fi="Konv. arvo", sv="Konv.värde", da="Konv.værdi", api="metrics.conversions_value"),
        "network": said("Network (with search partners)|Network|Device|Ad group|Campaign type", fi="Laite|Mainosryhmä|Verkosto", sv="Enhet|Annonsgrupp|Nätverk", da="Enhed|Annoncegruppe|Netværk"),
    },
    needs=("campaign", "day", "cost", "impressions|clicks"),
    signs=("status", "campaign_id", "currency", "value", "network", "conversions"),
    least=2,
    never=(),
    mend=_daily(),
    more={"decimal": "."},
    fills=tuple(_spend("paid search")),
)  # fmt: skip

CAMPAIGNS = replace(
    GOOGLE,
    name="campaigns",
    needs=("campaign", "day", "cost", "impressions", "clicks"),
    signs=("impressions", "clicks"),
    fills=tuple(_spend("paid")),
)
"""A report of campaigns by day that does not say whose it is."""

LINKEDIN = Shape(
    "linkedin",
    columns={
        "day": said("Start Date (in UTC)|Start Date"), "end": said("End Date (in UTC)|End Date"), "account": said("Account Name"),
        "group": said("Campaign Group Name|Campaign Group ID"), "campaign": said("Campaign Name"), "campaign_id": said("Campaign ID"),
        "currency": said("Currency"), "cost": said("Total Spent"), "impressions": said("Impressions"), "clicks": said("Clicks"),
        "landing": said("Clicks to Landing Page"), "leads": said("Leads"), "conversions": said("Conversions"),
        "value": said("Total Conversion Value"), "engagements": said("Total Engagements|Total Social Actions"),
    },
    needs=("day", "campaign", "cost"),
    signs=("group", "cost", "landing", "value", "engagements"),
    least=2,
    mend=_daily(),
    more={"decimal": ".", "zone": "UTC", "dates": "month-first"},
    fills=tuple(_spend("paid social")),
)  # fmt: skip

LINKEDIN_AUDIENCE = Shape(
    "linkedin-audience",
    columns={
        "pivot": said(api="pivot|pivotType"), "company": said("Company Name Segment|Company", api="pivot_value|pivotValue"),
        "day": said("Start Date (in UTC)", api="date_range.start|date_range_start|start_date|start_at|date_start"),
        "campaign": said("Campaign Name", api="campaign_name|campaign|campaign_id"), "impressions": said("Impressions", api="impressions"),
        "clicks": said("Clicks", api="clicks"), "cost": said(api="cost_in_local_currency|cost_in_usd"),
        "landing": said(api="landing_page_clicks|one_click_leads|external_website_conversions|total_engagements"),
    },
    needs=("company", "day", "impressions", "pivot|landing"),
    signs=("pivot", "cost", "landing"),
    least=1,
    mend=_daily("MEMBER_COMPANY"),
    more={"decimal": ".", "zone": "UTC"},
    fills=(
        {"table": "events", "columns": {
            "time": "day", "event_id": "linkedin/{company}/{campaign}/{day}|linkedin/{company}/{day}", "account_id": "company",
            "campaign": "campaign", "channel": "=paid social", "direction": "=out"}, "activity": "Ad shown"},
    ),
)  # fmt: skip


def _meta(table: Table, found: dict[str, str]) -> None:
    if "own_day" in found:
        found["day"] = found["own_day"]
        found.pop("end", None)
    _daily()(table, found)


META = Shape(
    "meta",
    columns={
        "day": said("Reporting starts", fi="Raportointi alkaa|Raportin alku", sv="Rapporteringen börjar|Rapporteringsstart", da="Rapporteringsstart|Rapportering starter", api="date_start"),
        "end": said("Reporting ends", fi="Raportointi päättyy|Raportin loppu", sv="Rapporteringen slutar|Rapporteringsslut", da="Rapporteringsslut|Rapportering slutter", api="date_stop"),
        "own_day": said("Day", fi="Päivä", sv="Dag", da="Dag"), "campaign": said("Campaign name", fi="Kampanjan nimi", sv="Kampanjnamn|Kampanjens namn", da="Kampagnenavn|Kampagnens navn", api="campaign_name"),
        "campaign_id": said("Campaign ID", fi="Kampanjan tunnus", sv="Kampanj-ID", da="Kampagne-id", api="campaign_id"),
        "adset": said("Ad set name|Ad Set Name", fi="Mainosjoukon nimi", sv="Annonsuppsättningens namn|Namn på annonsuppsättning", da="Annoncesættets navn|Navn på annoncesæt", api="adset_name|adset_id"),
        "cost": said("Amount spent|Amount spent (*", fi="Käytetty summa|Käytetty summa (*", sv="Spenderat belopp|Spenderat belopp (*", da="Brugt beløb|Brugt beløb (*", api="spend"),
        "impressions": said("Impressions", fi="Näyttökerrat|Näytöt", sv="Exponeringar|Visningar", da="Eksponeringer|Visninger", api="impressions"),
        "clicks": said("Link clicks|Clicks (all)", fi="Linkin klikkaukset", sv="Länkklick", da="Linkklik|Klik på link", api="inline_link_clicks|clicks"),
        "reach": said("Reach", fi="Kattavuus", sv="Räckvidd", da="Rækkevidde", api="reach"),
        "frequency": said("Frequency", fi="Toistotiheys", sv="Frekvens", da="Frekvens|Hyppighed", api="frequency"),
        "results": said("Results|Result indicator|Attribution setting", fi="Tulokset", sv="Resultat", da="Resultater", api="actions"),
    },
    needs=("day|own_day", "campaign", "cost"),
    signs=("day", "end", "adset", "reach", "frequency", "results"),
    least=2,
    mend=_meta,
    more={"decimal": "."},
    fills=tuple(_spend("paid social")),
)  # fmt: skip

_LEAD: dict[str, Words] = {
    "email": said("Email|Email address|Email Address|Work email", fi="Sähköposti", sv="E-post|E-postadress", da="E-mail", api="email"),
    "first": said("First name", fi="Etunimi", sv="Förnamn", da="Fornavn", api="first_name"), "last": said("Last name", fi="Sukunimi", sv="Efternamn", da="Efternavn", api="last_name"),
    "name": said("Full name", api="full_name"), "company": said("Company name|Company", fi="Yritys", sv="Företag", da="Virksomhed|Firma", api="company_name"),
    "title": said("Job title", fi="Tehtävänimike", sv="Jobbtitel|Befattning", da="Jobtitel|Stilling", api="job_title"),
    "campaign": said("Campaign name|Campaign", api="campaign_name"), "form": said("Form name|Form", api="form_name"),
}  # fmt: skip
_LEAD_FILLS = (
    {"table": "people", "when": "email", "columns": {"person_id": "email", "name": "{first} {last}|name", "email": "email", "title": "title"}},
    {"table": "memberships", "when": "company", "needs": ("email",), "columns": {"person_id": "email", "account_id": "company"}},
    {"table": "events", "columns": {
        "time": "time", "event_id": "lead/{id}", "person_id": "email", "account_id": "company", "campaign": "campaign",
        "channel": "=paid social", "direction": "=in"}, "activity": "Lead form: {form}||Lead form"},
)  # fmt: skip

LINKEDIN_LEADS = Shape(
    "linkedin-leads",
    columns={**_LEAD, "id": said("Lead ID|Response ID"), "time": said("Lead created date|Submitted At|Lead created time|Date Created (UTC)"),
             "creative": said("Creative ID|Ad account name|Lead type|Test lead"), "group": said("Campaign Group Name|Campaign group")},
    needs=("time", "email", "form|campaign"),
    signs=("creative", "form", "group"),
    least=2,
    more={"kind": "marketing"},
    fills=_LEAD_FILLS,
)  # fmt: skip

META_LEADS = Shape(
    "meta-leads",
    columns={**_LEAD, "id": said(api="id"), "time": said(api="created_time"), "ad": said(api="ad_id|ad_name"), "adset": said(api="adset_id|adset_name"),
             "organic": said(api="is_organic"), "platform": said(api="platform")},
    needs=("time", "email", "form"),
    signs=("ad", "adset", "organic", "platform"),
    least=2,
    more={"kind": "marketing"},
    fills=_LEAD_FILLS,
)  # fmt: skip

GOOGLE_CONVERSIONS = Shape(
    "google-conversions",
    columns={
        "click": said("Google Click ID|GCLID", api="gclid"), "name": said("Conversion Name", api="conversion_name"),
        "time": said("Conversion Time", api="conversion_date_time"), "value": said("Conversion Value", api="conversion_value"),
        "currency": said("Conversion Currency"), "email": said("Email", api="hashed_email"), "order": said("Order ID|Transaction ID"),
    },
    needs=("click", "name", "time"),
    signs=("click", "name"),
    fills=(
        {"table": "events", "columns": {
            "time": "time", "event_id": "conversion/{click}/{name}/{time}", "person_id": "email|click", "value": "value",
            "channel": "=paid search", "direction": "=in"}, "activity": "Conversion: {name}"},
    ),
)  # fmt: skip

SOURCE = Make(
    "ads",
    "Google Ads, LinkedIn and Meta",
    "ads",
    (GOOGLE, CAMPAIGNS, LINKEDIN, LINKEDIN_AUDIENCE, META, LINKEDIN_LEADS, META_LEADS, GOOGLE_CONVERSIONS),
)
