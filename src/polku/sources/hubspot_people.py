"""HubSpot's contacts and companies, with headers in the languages of its accounts."""

from __future__ import annotations

from polku.sources.makes import Shape, said
from polku.sources.raw import text
from polku.sources.systems import Table
from polku.words import Message

ID = said("Record ID|Contact ID", fi="Tietueen tunnus|Tietue-ID|Tietueen ID", sv="Post-ID|Objekt-ID|Record-ID",
           da="Post-id|Record-id|Record ID", api="hs_object_id|id")  # fmt: skip
CREATED = said("Create Date|Created Date", fi="Luontipäivä|Luontipäivämäärä|Luotu",
                sv="Skapad datum|Skapat datum|Datum för skapande|Skapad", da="Oprettelsesdato|Oprettet den|Oprettet",
                api="createdate|property_createdate|hs_createdate")  # fmt: skip
OWNER = said("Contact owner|Company owner|Deal owner|Ticket owner|Activity assigned to|Owner",
              fi="Yhteystiedon omistaja|Yhteyshenkilön omistaja|Yrityksen omistaja|Kaupan omistaja|Tiketin omistaja",
              sv="Kontaktägare|Företagsägare|Affärsägare|Ärendeägare",
              da="Kontaktejer|Virksomhedsejer|Handelsejer|Aftaleejer|Ticketejer", api="hubspot_owner_id|owner_id")  # fmt: skip
_LIFECYCLE = said("Lifecycle Stage", fi="Elinkaaren vaihe", sv="Livscykelfas|Livscykelstadium",
                  da="Livscyklusfase|Livscyklusstadie", api="lifecyclestage")  # fmt: skip
LAST_ACTIVITY = said("Last Activity Date", fi="Viimeisimmän toiminnon päivämäärä|Viimeinen aktiviteetti",
                      sv="Datum för senaste aktivitet|Senaste aktivitetsdatum", da="Dato for seneste aktivitet|Seneste aktivitetsdato",
                      api="notes_last_updated")  # fmt: skip
_MARKETING = said("Marketing contact status", fi="Markkinointiyhteystiedon tila", sv="Status för marknadsföringskontakt",
                  da="Status for marketingkontakt", api="hs_marketable_status")  # fmt: skip
_SOURCE = said("Original Source|Original Traffic Source|Original source type",
               fi="Alkuperäinen lähde|Alkuperäinen liikenteen lähde", sv="Ursprunglig källa|Ursprunglig trafikkälla",
               da="Oprindelig kilde|Oprindelig trafikkilde", api="hs_analytics_source")  # fmt: skip
COMPANY_IDS = said("Associated Company IDs (Primary)|Associated Company ID|Associated Company IDs|Primary Associated Company ID",
                    fi="Liitetyn yrityksen tunnus|Liitetyn yrityksen ID", sv="Associerat företags-ID|Tillhörande företags-ID",
                    da="Tilknyttet virksomheds-id", api="associatedcompanyid|company_id|companyIds")  # fmt: skip
COMPANY = said("Associated Company (Primary)|Associated Company Names (Primary)|Associated Company|Company Name|Company",
                fi="Yrityksen nimi|Yritys|Liitetty yritys", sv="Företagsnamn|Företag|Associerat företag",
                da="Virksomhedsnavn|Virksomhed|Tilknyttet virksomhed", api="company")  # fmt: skip
CONTACT_IDS = said("Associated Contact IDs|Associated Contact ID", fi="Liitettyjen yhteystietojen tunnukset",
                    sv="Associerade kontakt-ID", da="Tilknyttede kontakt-id'er", api="contactIds")  # fmt: skip
_DEAL_IDS = said("Associated Deal IDs|Associated Deal ID", api="dealIds")
NUMBER = "[0-9]{1,15}"
"""What a HubSpot id looks like."""
ASSOCIATED = r"Associated (Company|Contact|Deal)( Name)?( IDs?)?( \(Primary\))?"
"""Headers of associations, which stay English in every language."""
_ASSOCIATED_IDS = {**COMPANY_IDS, "api": "associatedcompanyid|companyIds"}
"""Those of its headers for ids of companies that other systems do not write, too."""
_MARKS = ("lifecycle", "marketing", "source", "associated", "contact_ids", "deal_ids", "lead_status")

_STAGES = {
    "subscriber": ("Subscriber", "tilaajaksi", "prenumerant", "abonnent"),
    "lead": ("Lead", "liidiksi", "lead", "lead"),
    "marketingqualifiedlead": ("Marketing Qualified Lead", "markkinoinnin hyväksymäksi liidiksi",
                               "marknadskvalificerat lead", "marketingkvalificeret lead"),
    "salesqualifiedlead": ("Sales Qualified Lead", "myynnin hyväksymäksi liidiksi", "säljkvalificerat lead",
                           "salgskvalificeret lead"),
    "opportunity": ("Opportunity", "mahdollisuudeksi", "möjlighet", "mulighed"),
    "customer": ("Customer", "asiakkaaksi", "kund", "kunde"),
    "evangelist": ("Evangelist", "suosittelijaksi", "evangelist", "evangelist"),
}  # fmt: skip
_BECAME = {
    f"became_{stage}": said(
        f"Became a {en} Date|Became an {en} Date",
        fi=f"Muuttui {fi} -päivämäärä|Muuttui {fi} päivämäärä",
        sv=f"Blev {sv} datum|Blev en {sv}-datum|Datum då kontakten blev {sv}",
        da=f"Blev {da} dato|Blev en {da}-dato|Dato for at blive {da}",
        api=f"hs_lifecyclestage_{stage}_date",
    )
    for stage, (en, fi, sv, da) in _STAGES.items()
}
_LIFECYCLE_EVENTS = tuple(
    {
        "table": "events",
        "when": f"became_{stage}",
        "columns": {
            "time": f"became_{stage}",
            "person_id": "id",
            "account_id": "account",
            "event_id": f"contact/{{id}}/{stage}",
        },
        "activity": f"Lifecycle: {stage}",
    }
    for stage in _STAGES
)

_CHANNELS = {
    "organic_search": "organic search", "organic search": "organic search", "paid_search": "paid search",
    "paid search": "paid search", "email_marketing": "email", "email marketing": "email", "social_media": "social",
    "organic social": "social", "paid_social": "paid social", "paid social": "paid social", "referrals": "referral",
    "other_campaigns": "other campaigns", "other campaigns": "other campaigns", "direct_traffic": "direct",
    "direct traffic": "direct", "offline": "offline", "offline sources": "offline", "ai_referrals": "ai referral",
}  # fmt: skip


def first_of_lists(table: Table, found: dict[str, str]) -> None:
    """Of several companies the first counts where the export marks none as primary; `(No value)` is nothing."""
    company = found.get("company_ids")
    if company is not None:
        cell = table.cell(company)
        first = f"nullif(trim(split_part({cell}, ';', 1)), '')"
        found["company_id"] = table.add("company id: first", first)
        several = table.engine.rows(f"SELECT count(*) FROM {table.raw.table} WHERE contains({cell}, ';')")[0][
            0
        ]
        if several and "primary" not in company.lower():
            table.warn(Message("sources.several-companies", {"count": several, "column": company}))
    if "company" in found:
        cell = table.cell(found["company"])
        name = f"nullif(trim(split_part({cell}, ';', 1)), '')"
        table.set(found["company"], name)
        found["account"] = found["company"]
        if company is not None:
            found["account"] = table.add("company", f"coalesce({first}, {name})")
    elif company is not None:
        found["account"] = found["company_id"]
    for column in table.filled:
        if "(No value)" in table.values(column, 3):
            table.set(column, f"nullif({table.cell(column)}, '(No value)')")


def _contacts(table: Table, found: dict[str, str]) -> None:
    first_of_lists(table, found)
    if "parts" in found:
        # A buying role is the part that somebody plays in a purchase; ours are named otherwise.
        cell = f"lower(replace({table.cell(found['parts'])}, '_', ' '))"
        cases = " ".join(
            f"WHEN contains({cell}, {text(word)}) THEN {text(part)}" for word, part in _PARTS.items()
        )
        table.set(found["parts"], f"CASE {cases} END")
    cleared = [f"became_{stage}" for stage in _STAGES if f"became_{stage}" in found]
    if cleared:
        table.warn(Message("sources.hubspot-cleared"))


_PARTS = {
    "decision": "decision-maker", "budget": "decision-maker", "executive": "decision-maker", "champion": "champion",
    "blocker": "gatekeeper", "legal": "gatekeeper", "influencer": "influencer", "end user": "operator",
}  # fmt: skip

CONTACTS = Shape(
    "contacts",
    columns={
        "id": ID,
        "email": said("Email", fi="Sähköposti|Sähköpostiosoite", sv="E-post|E-postadress", da="E-mail|E-mailadresse",
                      api="property_email"),
        "first": said("First Name", fi="Etunimi", sv="Förnamn", da="Fornavn", api="firstname"),
        "last": said("Last Name", fi="Sukunimi", sv="Efternamn", da="Efternavn", api="lastname"),
        "title": said("Job Title", fi="Tehtävänimike|Työnimike|Titteli|Ammattinimike", sv="Jobbtitel|Befattning|Titel",
                      da="Jobtitel|Stillingsbetegnelse", api="jobtitle"),
        "parts": said("Buying Role", fi="Ostorooli|Rooli ostossa", sv="Köproll|Inköpsroll", da="Købsrolle|Køberrolle",
                      api="hs_buying_role"),
        "company": COMPANY, "company_ids": COMPANY_IDS, "associated": _ASSOCIATED_IDS, "created": CREATED,
        "lifecycle": _LIFECYCLE, "owner": OWNER, "lead_status": said("Lead Status", fi="Liidin tila", sv="Leadstatus|Lead-status", da="Leadstatus|Lead-status",
                            api="hs_lead_status"),
        "language": said("Preferred language", fi="Ensisijainen kieli", sv="Önskat språk", da="Foretrukket sprog", api="hs_language"),
        "country": said("Country/Region", fi="Maa/alue|Maa", sv="Land/region|Land", da="Land/område|Land", api="country"),
        "source": _SOURCE, "marketing": _MARKETING, "last_activity": LAST_ACTIVITY,
        "conversion": said("First Conversion", fi="Ensimmäinen konversio", sv="Första konvertering", da="Første konvertering",
                           api="first_conversion_event_name"),
        "converted": said("First Conversion Date", fi="Ensimmäisen konversion päivämäärä", sv="Datum för första konvertering",
                          da="Dato for første konvertering", api="first_conversion_date"),
        "recent_conversion": said("Recent Conversion", api="recent_conversion_event_name"),
        "recent_converted": said("Recent Conversion Date", api="recent_conversion_date"),
        "first_seen": said("Time First Seen", api="hs_analytics_first_timestamp"),
        "score": said("Last NPS survey rating", api="hs_feedback_last_nps_rating"),
        "comment": said("Last NPS survey comment", api="hs_feedback_last_nps_follow_up"),
        "answered": said("Last NPS survey date", api="hs_feedback_last_survey_date"),
        "optout": said("Unsubscribed from all email", fi="Peruuttanut kaikkien sähköpostien tilauksen",
                       sv="Avprenumererat från all e-post", da="Afmeldt alle e-mails", api="hs_email_optout"),
        "basis": said("Legal basis for processing contact's data", api="hs_legal_basis"),
        "warehouse": said(api="property_email|property_firstname|property_lastname"),
        **_BECAME,
    },
    needs=("id", "email", "first|last|title|company_ids|company"),
    shown={"id": NUMBER, "email": "[^@ ]+@[^@ ]+[.][^@ ]+"},
    alone=ASSOCIATED,
    signs=(*_MARKS, *_BECAME, "basis", "first_seen", "optout", "warehouse"),
    values={},
    files=("hubspot-crm-exports-*contact*", "hubspot*contact*", "*all-contacts*"),
    never=("deal_name", "deal_stage"),
    mend=_contacts,
    fills=(
        {"table": "people", "columns": {
            "person_id": "id", "name": "{first} {last}", "email": "email", "title": "title", "language": "language",
            "country": "country"}},
        {"table": "memberships", "when": "account", "columns": {"person_id": "id", "account_id": "account", "parts": "parts"}},
        {"table": "accounts", "when": "company_id", "needs": ("company",), "columns": {"account_id": "company_id", "name": "company"}},
        *_LIFECYCLE_EVENTS,
        {"table": "events", "when": "first_seen", "columns": {
            "time": "first_seen", "person_id": "id", "account_id": "account", "channel": "source",
            "event_id": "contact/{id}/first seen"}, "values": {"channel": _CHANNELS}, "activity": "First seen"},
        {"table": "events", "when": "converted", "columns": {
            "time": "converted", "person_id": "id", "account_id": "account", "channel": "source", "direction": "=in",
            "event_id": "contact/{id}/first conversion"}, "values": {"channel": _CHANNELS},
         "activity": "Form: {conversion}||Form submitted"},
        {"table": "events", "when": "recent_converted", "columns": {
            "time": "recent_converted", "person_id": "id", "account_id": "account", "direction": "=in",
            "event_id": "contact/{id}/recent conversion"}, "activity": "Form: {recent_conversion}||Form submitted"},
        {"table": "events", "when": "score", "columns": {
            "time": "answered", "person_id": "id", "account_id": "account", "score": "score", "score_kind": "=nps",
            "direction": "=in", "event_id": "contact/{id}/nps"}, "activity": "Response: NPS"},
        {"table": "texts", "when": "comment", "needs": ("score", "answered"),
         "columns": {"event_id": "contact/{id}/nps", "text": "comment"}},
        {"table": "consents", "when": "optout", "where": {"optout": ["true", "yes", "kyllä", "ja", "1"]},
         "columns": {"person_id": "id", "purpose": "=marketing", "channel": "=email", "act": "=withdrawn"}},
    ),
)  # fmt: skip

_STATUS = {
    **dict.fromkeys(("customer", "evangelist", "asiakas", "kund", "kunde"), "customer"),
    **dict.fromkeys(("subscriber", "lead", "marketing qualified lead", "marketingqualifiedlead"), "prospect"),
    **dict.fromkeys(("sales qualified lead", "salesqualifiedlead", "opportunity"), "prospect"),
    "else": None,
}

COMPANIES = Shape(
    "companies",
    columns={
        "id": ID,
        "name": said("Company name|Name", fi="Yrityksen nimi", sv="Företagsnamn", da="Virksomhedsnavn|Firmanavn", api="property_name"),
        "domain": said("Company Domain Name", fi="Yrityksen verkkotunnus|Yrityksen verkkotunnuksen nimi", sv="Företagets domännamn",
                       da="Virksomhedens domænenavn", api="domain"),
        "industry": said("Industry", fi="Toimiala", sv="Bransch", da="Branche", api="property_industry"),
        "employees": said("Number of Employees", fi="Työntekijöiden määrä|Työntekijämäärä", sv="Antal anställda",
                          da="Antal medarbejdere|Antal ansatte", api="numberofemployees"),
        "country": said("Country/Region", fi="Maa/alue|Maa", sv="Land/region|Land", da="Land/område|Land", api="property_country"),
        "town": said("City", fi="Kaupunki|Paikkakunta", sv="Ort|Stad", da="By", api="city|property_city"),
        "parent": said("Parent Company|Associated Parent Company IDs|Parent company ID", fi="Emoyhtiö", sv="Moderbolag", da="Moderselskab",
                       api="hs_parent_company_id"),
        "more_domains": said("Additional Domains", fi="Muut verkkotunnukset", sv="Ytterligare domäner", da="Yderligere domæner",
                             api="hs_additional_domains"),
        "lifecycle": _LIFECYCLE, "created": CREATED, "owner": OWNER, "last_activity": LAST_ACTIVITY, "source": _SOURCE,
        "contact_ids": CONTACT_IDS, "deal_ids": _DEAL_IDS,
        "revenue": said("Annual Revenue", fi="Vuosiliikevaihto|Vuotuinen liikevaihto", sv="Årsintäkter|Årsomsättning",
                        da="Årlig omsætning", api="annualrevenue|property_annualrevenue"),
        "became_customer": said("Became a Customer Date", fi="Muuttui asiakkaaksi -päivämäärä", sv="Blev kund datum",
                                da="Blev kunde dato", api="hs_lifecyclestage_customer_date"),
        "email": said("Email", api="property_email"),
        "deal_name": said("Deal Name", api="dealname|property_dealname"),
        "warehouse": said(api="property_name|property_createdate"),
    },
    needs=("id", "name", "domain|industry|employees|lifecycle|country"),
    shown={"id": NUMBER},
    alone=ASSOCIATED,
    signs=("lifecycle", "domain", "more_domains", "contact_ids", "deal_ids", "source", "revenue", "last_activity", "warehouse"),
    least=2,
    files=("hubspot-crm-exports-*compan*", "hubspot*compan*", "*all-companies*", "company_data*"),
    never=("email", "deal_name"),
    mend=first_of_lists,
    fills=(
        {"table": "accounts", "columns": {
            "account_id": "id", "name": "name", "domain": "domain", "parent": "parent", "industry": "industry",
            "employees": "employees", "country": "country", "town": "town", "since": "became_customer"},
         "values": {"status": {"of": "lifecycle", **_STATUS}}},
        {"table": "events", "when": "became_customer", "columns": {
            "time": "became_customer", "account_id": "id", "event_id": "company/{id}/customer"},
         "activity": "Lifecycle: customer"},
    ),
)  # fmt: skip
