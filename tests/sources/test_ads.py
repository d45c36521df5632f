"""Reports of advertisers: preambles, totals, letters, split days, currencies in headers."""

from __future__ import annotations

import pytest

from tests.sources.staged import Read, rows, warned

GOOGLE = (
    "Campaign report\n1 January 2026 - 31 January 2026\n"
    "Campaign status,Campaign,Campaign ID,Day,Currency code,Cost,Impr.,Clicks,Conversions\n"
    'Enabled,Spring,7,2026-01-13,EUR,"1,234.50","12,000",40,--\n'
    "Enabled,Fair,8,2026-01-13,EUR,10.00,100,1,--\n"
    'Total: Campaigns, --, --,,EUR,"1,244.50","12,100",41,--\nTotal: Account, --, --,,EUR,"1,244.50","12,100",41,--\n'
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_google_report_is_read_without_preamble_and_totals(read: Read, encoding: str) -> None:
    text = (
        GOOGLE
        if encoding == "utf-8"
        else "\n".join("\t".join(__import__("csv").reader([line]).__next__()) for line in GOOGLE.splitlines())
    )
    found = read(text.encode(encoding), name="Campaign report.csv")
    assert found.mapping.source.id == "ads-google"
    assert (found.rows, found.rejected) == (4, 2)
    assert [
        (row["campaign"], row["channel"], row["cost"], row["impressions"], row["clicks"], row["currency"])
        for row in rows(found, "spend")
    ] == [
        ("Spring", "paid search", 1234.5, 12000, 40, "EUR"),
        ("Fair", "paid search", 10.0, 100, 1, "EUR"),
    ]


def test_a_day_split_by_device_is_summed_once(read: Read) -> None:
    head = "Campaign status,Campaign,Campaign ID,Day,Device,Currency code,Cost,Impr.,Clicks\n"
    found = read(
        head
        + "Enabled,Spring,7,2026-01-13,Mobile,EUR,10.10,100,1\nEnabled,Spring,7,2026-01-13,Desktop,EUR,20.20,200,2\n"
    )
    assert {(row["cost"], row["impressions"], row["clicks"]) for row in rows(found, "spend")} == {
        (30.3, 300, 3)
    }
    assert found.repeated == 1 and "ads-summed" in warned(found)


def test_a_linkedin_report_counts_its_months_first_and_its_day_in_utc(read: Read) -> None:
    found = read(
        "Campaign Performance Report (in UTC)\nReport Start: 1/1/2026\nReport End: 1/31/2026\n\n"
        "Start Date (in UTC),Account Name,Campaign Group Name,Campaign Name,Campaign ID,Currency,Total Spent,Impressions,Clicks,Clicks to Landing Page\n"
        "1/2/2026,Hoppebold,B2B,Buyers,7,EUR,12.50,1000,5,3\n"
    )
    (row,) = rows(found, "spend")
    assert found.mapping.source.id == "ads-linkedin"
    assert (row["date"].isoformat(), row["cost"], row["channel"]) == ("2026-01-02", 12.5, "paid social")


def test_companies_that_saw_ads_become_events_without_persons(read: Read) -> None:
    found = read(
        "pivot,pivot_value,date_range_start,campaign_name,impressions,clicks,cost_in_local_currency,landing_page_clicks\n"
        "MEMBER_COMPANY,Pallo Oy,2026-01-13,Buyers,40,1,2.5,1\nMEMBER_JOB_TITLE,Buyer,2026-01-13,Buyers,20,1,1.5,1\n"
    )
    assert [(row["account_id"], row["activity"], row["campaign"]) for row in rows(found, "events")] == [
        ("Pallo Oy", "Ad shown", "Buyers")
    ]
    assert found.rejected == 1


META = {
    "en": "Reporting starts,Reporting ends,Campaign name,Ad set name,Day,Impressions,Reach,Amount spent (EUR),Link clicks,Results\n,,,,2026-01-13,999,9,99.99,9,\n2026-01-13,2026-01-13,Spring,Buyers,2026-01-13,100,90,12.5,3,\n2026-01-13,2026-01-13,Spring,Chiefs,2026-01-13,50,40,2.5,1,\n",
    "da": "Rapporteringsstart;Rapporteringsslut;Kampagnenavn;Navn på annoncesæt;Dag;Eksponeringer;Rækkevidde;Brugt beløb (EUR);Linkklik;Resultater\n;;;;2026-01-13;999;9;99,99;9;\n2026-01-13;2026-01-13;Spring;Buyers;2026-01-13;100;90;12,5;3;\n2026-01-13;2026-01-13;Spring;Chiefs;2026-01-13;50;40;2,5;1;\n",
}  # fmt: skip


@pytest.mark.parametrize("language", META)
def test_a_meta_report_finds_its_currency_in_a_header(read: Read, language: str) -> None:
    found = read(META[language])
    assert found.mapping.source.id == "ads-meta"
    assert {
        (row["campaign"], row["cost"], row["impressions"], row["currency"]) for row in rows(found, "spend")
    } == {("Spring", 15.0, 150, "EUR")}
    assert (found.rejected, found.repeated) == (1, 1)


def test_a_report_of_whole_months_is_told(read: Read) -> None:
    found = read(
        "Reporting starts,Reporting ends,Campaign name,Ad set name,Impressions,Reach,Amount spent (EUR),Link clicks\n"
        "2026-01-01,2026-01-31,Spring,Buyers,100,90,12.5,3\n"
    )
    assert "ads-period" in warned(found)


def test_forms_filled_in_on_linkedin_name_their_people(read: Read) -> None:
    found = read(
        "Lead ID,Lead created date,Campaign name,Form name,Creative ID,Email address,First name,Last name,Company name,Job title\n"
        "1,2026-01-13 10:00,Buyers,Price list,5,a@pallo.example,Aino,Salo,Pallo Oy,CEO\n"
    )
    assert found.mapping.source.id == "ads-linkedin-leads"
    assert rows(found, "events")[0]["activity"] == "Lead form: Price list"
    assert rows(found, "people")[0]["title"] == "CEO"


@pytest.mark.parametrize(
    "head",
    [
        "Kampanja;Päivä;Valuuttakoodi;Kulu;Näytöt;Klikkaukset",
        "Campaign;Day;Currency code;Cost;Impressions;Clicks",
        "Kampanj;Dag;Valutakod;Kostnad;Visn.;Klick",
        "Kampagne;Dag;Valutakode;Omkostning;Eksp.;Klik",
    ],
)
def test_a_report_of_campaigns_that_does_not_say_whose_it_is_is_spend(read: Read, head: str) -> None:
    found = read(
        f"Campaign report\n1.1.2026–31.1.2026\n\n{head}\nSpring;13.1.2026;EUR;12,50;1 000;12\nTotal;;;12,50;1 000;12\n",
        name="report.csv",
    )
    assert found.mapping.source.id == "ads-campaigns"
    assert [
        (row["campaign"], row["channel"], row["cost"], row["impressions"], row["clicks"], row["currency"])
        for row in rows(found, "spend")
    ] == [("Spring", "paid", 12.5, 1000, 12, "EUR")]
