"""Headers that speak for themselves: what systems call a column, in English, Finnish, Swedish and Danish.

Compared without letter case, marks, spaces and signs; prefixes that warehouses put before a name (`property_`,
`hs_`) are taken away.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from polku.identity.names import fold

HEADERS: dict[str, str] = {
    "account_id": """account id|accountid|company id|companyid|customer id|customer no|customer number|account no|account number
        |associated company id|associated company ids|associated company ids primary|organization id|organisation id|client id
        |asiakasnumero|asiakasnro|asiakas id|yritys id|kundnr|kundnummer|kund id|foretags id|kundenr|kundenummer|kunde id|virksomheds id""",
    "account_name": """account|account name|company|company name|companyname|customer|customer name|organization|organisation
        |organization name|employer|person properties company|associated company|associated company primary|associated company names primary|client
        |employeecompany|yritys|yrityksen nimi|asiakas|asiakkaan nimi|organisaatio|tyonantaja|foretag|foretagsnamn|kund|kundnamn
        |bolag|organisation namn|arbetsgivare|virksomhed|virksomhedsnavn|firma|firmanavn|kunde|kundenavn|arbejdsgiver|bedrift|selskap""",
    "domain": """domain|company domain name|company domain|website|website url|companywebsite|web site|web|www|homepage|verkkotunnus
        |verkkosivu|verkkosivut|verkkosivusto|kotisivu|kotisivut|webbplats|hemsida|webbsida|doman|domaene|hjemmeside|nettside""",
    "email_domain": "email domain|hs email domain",
    "parent": "parent|parent account|parent id|parentid|parent company|subsidiary of|emoyhtio|konserni|moderbolag|moderselskab",
    "industry": "industry|sector|companyindustry|toimiala|ala|bransch|branche|naeringsgren|bransje",
    "employees": """employees|number of employees|numberofemployees|no of employees|companynumber of employees|headcount|company size
        |henkilosto|henkilostomaara|tyontekijoita|antal anstallda|anstallda|medarbejdere|antal ansatte|ansatte""",
    "country": """country|country region|billing country|billingcountry|companycountry|office location|maa|land|lande""",
    "town": "city|town|billing city|billingcity|companycity|hq city|kaupunki|paikkakunta|postitoimipaikka|kotipaikka|ort|stad|postort|by|postby|poststed",
    "segment": "segment|customer segment|size class|tier|segmentti|asiakassegmentti|kundsegment|kundesegment",
    "since": "customer since|became a customer date|asiakas vuodesta|asiakkuus alkoi|kund sedan|kunde siden",
    "person_id": """contact id|contactid|person id|personid|respondent id|contact no|contact number|recipientid|visitor id
        |henkilo id|yhteyshenkilo id|kontakt id|kontaktnr|person nr|kontaktperson id|user pseudo id|whoid|lead id""",
    "email": """email|e mail|email address|mail|e mail address|respondent email|recipient email|recipientemail|recipient|email 1
        |visitor email|contact email|person email|customer email|requester email|sahkoposti|sahkopostiosoite|s posti|e post|epost|e postadress|e postadresse|mailadresse|mejl""",
    "first_name": "first name|respondent firstname|respondent first name|firstname|given name|etunimi|fornamn|fornavn",
    "last_name": "last name|respondent lastname|respondent last name|lastname|surname|family name|sukunimi|efternamn|efternavn|etternavn",
    "name": """full name|name|person name|respondent name|contact|contact name|person|contact person|nimi|yhteyshenkilo|koko nimi|henkilo|namn|kontakt|kontaktperson
        |navn|fulde navn|kontaktnavn""",
    "title": """job title|jobtitle|contact title|contacttitle|title|job position|position|job|role|designation|tehtava|tehtavanimike|nimike|titteli|ammatti|asema
        |rooli|befattning|titel|roll|yrkesroll|yrke|stilling|jobtitel|stillingsbetegnelse|rolle|jobbtittel|tittel|jobb""",
    "language": "language|locale|preferred locale|userlanguage|user language|kieli|sprak|sprog",
    "deal_id": """deal id|dealid|opportunity id|opportunityid|opportunity no|deal no|deal number|kauppa id|myyntimahdollisuus id
        |affars id|affarsmojlighet id|handel id|salgsmulighed id|mulighed id""",
    "deal_name": "deal name|dealname|opportunity name|opportunity|deal|kauppa|myyntimahdollisuus|affar|handel|salgsmulighed",
    "stage": """stage|deal stage|stagename|pipeline stage|deal pipeline stage|deal pipeline stage id|pipeline stage id
        |sales stage|vaihe|myyntivaihe|steg|fas|fase|salgsfase""",
    "created": """create date|createdate|created|created time|created date|createddate|created at|engage date|opened|luotu|luontipaiva|avattu|skapad
        |skapad datum|oprettet|oprettelsesdato|opprettet""",
    "closed": """close date|closedate|closed|closed date|closed time|resolved time|closed at|won date|paatetty|paattynyt|paattymispaiva|suljettu|sulkupaiva|stangd|avslutad
        |avslutsdatum|lukket|lukkedato|lukningsdato""",
    "amount": """amount|deal amount|value|close value|deal value|amount in company currency|revenue|summa|arvo|kaupan arvo|belopp|varde
        |ordervarde|belob|vaerdi|belop""",
    "currency": "currency|currency code|valuutta|valuta",
    "product": "product|product name|tuote|produkt",
    "owner": """owner|deal owner|contact owner|company owner|ownerid|owner id|sales agent|sales rep|responsible|omistaja|vastuuhenkilo
        |myyja|agare|ansvarig|saljare|ejer|ansvarlig|saelger""",
    "probability": "probability|todennakoisyys|sannolikhet|sandsynlighed",
    "lost_reason": "lost reason|closed lost reason|loss reason|havion syy|forlustorsak|tabsarsag",
    "deal_type": "deal type|opportunity type|kaupan tyyppi|affarstyp|handelstype",
    "case_id": """case concept name|case id|caseid|case|case key|case number|trace|trace id|process instance|tapaus|tapaus id|arende id
        |sagsnr|arendenummer|sag""",
    "activity": """concept name|activity|activity name|activity type|event|event name|event type|action|task|toiminto|tapahtuma|aktiviteetti
        |tapahtuman nimi|aktivitet|handelse|handelsetyp|haendelse|begivenhed|hendelse""",
    "time": """time timestamp|timestamp|time|date|datetime|date time|event time|event date|activity date|activitydate|occurred|occurred at
        |complete timestamp|completed|at|start date|event timestamp|aika|aikaleima|paivamaara|pvm|ajankohta|paiva|tid|tidpunkt|tidsstampel|datum
        |dato|tidspunkt|tidsstempel|when|happened|happened at|happened on|occurred on|logged at|milloin|nar|hvornar""",
    "event_id": "event id|eventid|activity id|engagement id|messageid|message id|event no|tapahtuma id|handelse id|haendelse id",
    "channel": """channel|case channel|ticket channel|medium|source medium|origin|kanava|kanal|media|kalla|kilde""",
    "campaign": "campaign|campaign name|utm campaign|kampanja|kampanj|kampagne|kampanje",
    "device": "device|device category|laite|enhet|enhed",
    "direction": "direction|suunta|riktning|retning",
    "ticket_id": """ticket id|ticketid|ticket|ticket number|ticket no|incident|incident id|tiketti|tikettinumero|palvelupyynto|arendenr
        |arende|sagsnummer|sags id""",
    "subject": """subject|ticket subject|topic|issue|category|aihe|otsikko|amne|rubrik|emne|overskrift|kategori""",
    "text": """description|ticket description|message|comment|comments|body|content|kuvaus|viesti|kommentti|palaute|beskrivning|kommentar|meddelande
        |beskrivelse|besked|feedback|verbatim""",
    "score": """score|nps|nps score|rating|recommend|would recommend|likelihood to recommend|how likely|arvosana|suosittelu|pisteet|betyg
        |suositteluhalukkuus|suosittelutodennakoisyys|rekommendationsvilja|anbefalingsvillighed|rekommendation|poang|karakter|anbefaling|vurdering|csat|csat score|customer satisfaction|satisfaction|satisfaction score
        |customer satisfaction rating|ces|ces score|customer effort score|effort score|asiakastyytyvaisyys|tyytyvaisyys|vaivattomuus
        |nojdhet|kundnojdhet|anstrangning|tilfredshed|kundetilfredshed|indsats""",
    "answered": """answered|answered at|submitted|submitted at|recordeddate|recorded date|response date|completed at|submit date|vastattu
        |vastausaika|besvarad|svarsdatum|besvaret|svardato""",
    "order_id": """order id|orderid|order no|order number|purchase order|sales order|tilausnumero|tilaus id|tilausnro|ordernr|ordernummer
        |ordrenummer|ordrenr|ordre id""",
    "ordered": """order date|orderdate|ordered|ordered at|purchase date|tilauspaiva|tilauspvm|tilattu|orderdatum|bestallningsdatum|bestalld
        |ordredato|bestillingsdato|bestilt""",
    "shipped": """shipped date|shippeddate|shipped|ship date|delivered|delivery date|toimituspaiva|toimitettu|leveransdatum|levererad
        |leveringsdato|leveret""",
    "response_id": "response id|responseid|answer id|vastaus id|svars id|svar id|besvarelse id",
    "survey": "survey|survey name|survey type|kysely|enkat|undersokning|sporgeskema|undersogelse",
    "from": "from|since|start|started|joined|alkaen|alku|fran|fra",
    "to": "to|until|left|end|ended|asti|loppu|till|til",
    "primary": "is primary|isprimary|primary|ensisijainen|primar|primaer",
    "lifecycle": "lifecycle transition",
    "resource": "org resource|resource|resurssi|resurs|ressource",
    "id": "id|record id|recordid|hs object id|tunnus|tunniste|nro|nr|no",
}
"""Meaning → what it is called; the first meaning that holds a header wins where two do."""


def plain_header(header: str) -> str:
    """A header as it is compared."""
    bare = " ".join(re.sub(r"[^a-z0-9]+", " ", fold(_snake(header).casefold())).split())
    for prefix in ("property hs ", "property ", "hs "):
        if bare.startswith(prefix) and bare.replace(" ", "") not in _MEANINGS:
            bare = bare.removeprefix(prefix)
    return bare.replace(" ", "")


_BESIDE = re.compile(
    r"\s*[(\[](\d+\s*[-–—/]\s*\d+|eur|usd|sek|dkk|nok|gbp|€|\$|£|kr|utc|gmt|\*|required|pakollinen|obligatorisk\w*)[)\]]\s*$",
    re.IGNORECASE,
)
"""What stands in brackets behind a name and changes nothing about it: a scale, a currency, a zone."""


def meaning_of(header: str) -> str | None:
    """What a header means, or None where it does not speak for itself."""
    return _MEANINGS.get(_known(header))


def _known(header: str) -> str:
    """A header as it is compared, without what stands in brackets where it is known only so."""
    plain = plain_header(header)
    return plain if plain in _MEANINGS else plain_header(_BESIDE.sub("", header))


def meanings(headers: Sequence[str]) -> dict[str, str]:
    """Meaning → the header that says it best: of several, the one that stands first in the list of its words."""
    best: dict[str, tuple[int, str]] = {}
    for header in headers:
        plain = _known(header)
        if (meaning := _MEANINGS.get(plain)) is not None:
            rank = _RANKS[plain]
            if meaning not in best or rank < best[meaning][0]:
                best[meaning] = (rank, header)
    return {meaning: header for meaning, (_, header) in best.items()}


def _snake(header: str) -> str:
    """`AccountId` and `NumberOfEmployees` as words."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header)


_MEANINGS: dict[str, str] = {}
_RANKS: dict[str, int] = {}
for _meaning, _said in HEADERS.items():
    for _rank, _one in enumerate(_said.split("|")):
        _plain = "".join(_one.split())
        _MEANINGS.setdefault(_plain, _meaning)
        _RANKS.setdefault(_plain, _rank)
