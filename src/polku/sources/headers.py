"""Headers that speak for themselves: what systems call a column, in English, Finnish, Swedish and Danish.

Compared without letter case, marks, spaces and signs; prefixes that warehouses put before a name (`property_`,
`hs_`) are taken away.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from polku.identity.names import fold

HEADERS: dict[str, str] = {
    "account_id": """account id|accountid|company id|companyid|customer id|customer no|customer number|account no|account number
        |associated company id|associated company ids|associated company ids primary|organization id|organisation id|client id
        ;asiakasnumero|asiakasnro|asiakas id|yritys id;kundnr|kundnummer|kund id|foretags id;kundenr|kundenummer|kunde id|virksomheds id|firmanr|firmanummer""",
    "account_name": """company|company name|companyname|account|account name|customer|customer name|organization|organisation|organization name|employer
        |person properties company|associated company|associated company primary|associated company names primary|client|employeecompany
        |potential customer|organizations|organisations;yritys|yrityksen nimi|asiakas|asiakkaan nimi|organisaatio|tyonantaja|mahdollinen asiakas
        |liittyva yritys;foretag|foretagsnamn|kund|kundnamn|bolag|organisation|organisation namn|arbetsgivare|potentiell kund
        |associerat foretag;virksomhed|virksomhedsnavn|firma|firmanavn|kunde|kundenavn|organisation|arbejdsgiver|bedrift|selskap|potentiel kunde
        |tilknyttet virksomhed""",
    "domain": """domain|company domain name|company domain|website|website url|companywebsite|web site|web|www|homepage;verkkotunnus
        |verkkosivu|verkkosivut|verkkosivusto|kotisivu|kotisivut;webbplats|hemsida|webbsida|webbadress|doman;domaene|hjemmeside|nettside|webadresse""",
    "email_domain": "email domain|hs email domain",
    "parent": "parent|parent account|parent id|parentid|parent company|subsidiary of;emoyhtio|konserni;moderbolag;moderselskab",
    "industry": "industry|sector|companyindustry;toimiala|ala;bransch;branche|naeringsgren|bransje",
    "employees": """employees|number of employees|numberofemployees|no of employees|companynumber of employees|headcount|company size
        ;henkilosto|henkilostomaara|tyontekijoita;antal anstallda|anstallda;medarbejdere|antal ansatte|ansatte""",
    "country": "country|country region|billing country|billingcountry|companycountry|office location;maa;land;land|lande",
    "town": "city|town|billing city|billingcity|companycity|hq city;kaupunki|paikkakunta|postitoimipaikka|kotipaikka;ort|stad|postort;by|postby|poststed",
    "segment": "segment|customer segment|size class|tier;segmentti|asiakassegmentti;segment|kundsegment;segment|kundesegment",
    "since": "customer since|became a customer date;asiakas vuodesta|asiakkuus alkoi;kund sedan;kunde siden",
    "person_id": """contact id|contactid|person id|personid|respondent id|contact no|contact number|recipientid|visitor id
        |user pseudo id|whoid|lead id|reporter|requester;henkilo id|yhteyshenkilo id;kontakt id|kontaktnr|person nr;kontakt id|kontaktnr|kontaktperson id""",
    "email": """email|e mail|email address|mail|e mail address|respondent email|recipient email|recipientemail|recipient|email 1
        |visitor email|email work|contact email|person email|customer email|requester email|user email|attendee email|participant email;sahkoposti|sahkopostiosoite|s posti
        ;e post|epost|e postadress|mejl;e mail|mail|e postadresse|mailadresse|e post|epost""",
    "first_name": "first name|respondent firstname|respondent first name|firstname|given name;etunimi;fornamn;fornavn",
    "last_name": "last name|respondent lastname|respondent last name|lastname|surname|family name;sukunimi;efternamn;efternavn|etternavn",
    "name": """full name|name|person name|respondent name|contact|contact name|person|contact person|user name|attendee|attendee name|participant
        |participant name;nimi|yhteyshenkilo|koko nimi|henkilo|osallistuja|osallistujan nimi;namn|person|kontakt|kontaktperson|deltagare;navn
        |fulde navn|kontakt|kontaktperson|kontaktnavn|deltager""",
    "title": """job title|jobtitle|contact title|contacttitle|title|job position|position|job|role|designation
        ;tehtava|tehtavanimike|nimike|titteli|ammatti|asema|rooli;befattning|titel|roll|yrkesroll|yrke
        ;stilling|jobtitel|titel|stillingsbetegnelse|rolle|jobbtittel|tittel|jobb""",
    "language": "language|locale|preferred locale|userlanguage|user language;kieli;sprak;sprog",
    "deal_id": """deal id|dealid|opportunity id|opportunityid|opportunity no|deal no|deal number|quote id|quote no|quote number|quotation number;kauppa id
        |kaupan id|kaupan tunnus|myyntimahdollisuus id|tarjousnumero|tarjousnro|tarjouksen numero;affars id|affar id|affarsmojlighet id|offertnr
        |offertnummer;handel id|handels id|salgsmulighed id|mulighed id|salgsnr|tilbudsnr|tilbudsnummer""",
    "deal_name": """deal name|dealname|opportunity name|opportunity|deal title|deal;kaupan nimi|kauppa|myyntimahdollisuus;affarsnamn|affar
        |affarens namn;handelsnavn|handel|salgsmulighed|salg|aftalenavn|aftalens navn""",
    "stage": """stage|deal stage|stagename|pipeline stage|deal pipeline stage|deal pipeline stage id|pipeline stage id|sales stage|status reason;vaihe
        |myyntivaihe|kaupan vaihe|tilan syy;steg|fas|affarsfas|affarssteg|affarsstadium|statusorsak;fase|salgsfase|salgstrin|salgstrinn|aftalefase
        |handelsfase|statusarsag""",
    "status": "status|deal status;tila;status;status|tilstand",
    "created": """create date|createdate|created|created time|created date|createddate|created at|engage date|opened|created on|date created|deal created
        |registration date|started at|quote date|conversation started at;luotu|luontipaiva|avattu|rekisteroity|aloitettu|tarjouspaiva
        |tarjouspvm;skapad|skapad datum|registrerad|skapandedatum|offertdatum;oprettet|oprettelsesdato|opprettet|registreret|registrert|tilbudsdato""",
    "closed": """close date|closedate|closed|closed date|closed time|resolved time|resolved|closed at|won date|actual close date
        ;paatetty|paattynyt|paattymispaiva|suljettu|sulkupaiva;stangd|avslutad|avslutsdatum|stangningsdatum;lukket|lukkedato|lukningsdato|salgsdato""",
    "won": "won time|won on",
    "lost": "lost time|lost on",
    "amount": """amount|deal amount|value|close value|deal value|amount in company currency|revenue|est revenue|actual revenue|annual value|contract value
        |total amount|total|amount excl vat|net amount;summa|arvo|kaupan arvo|vuosiarvo|laskun summa|yhteensa|arvioitu tuotto|todellinen tuotto
        |veroton summa|summa alv 0;belopp|summa|varde|ordervarde|arsvarde|totalt|beraknad intakt|faktisk intakt|belopp exkl moms;belob|vaerdi|belop
        |arlig vaerdi|i alt|anslaet omsaetning|faktisk omsaetning|belob ekskl moms""",
    "currency": "currency|currency code|currency of value;valuutta;valuta;valuta",
    "product": "product|product name;tuote;produkt;produkt",
    "owner": """owner|deal owner|contact owner|company owner|ownerid|owner id|sales agent|sales rep|responsible;omistaja|vastuuhenkilo
        |myyja;agare|ansvarig|saljare;ejer|ansvarlig|saelger""",
    "probability": "probability;todennakoisyys;sannolikhet;sandsynlighed",
    "lost_reason": "lost reason|closed lost reason|loss reason;havion syy;forlustorsak;tabsarsag",
    "deal_type": "deal type|opportunity type;kaupan tyyppi;affarstyp;handelstype",
    "case_id": """case concept name|case id|caseid|case|case key|case number|trace|trace id|process instance;tapaus|tapaus id|tapauksen tunnus
        ;arende id|arendenummer;sagsnr|sag|sag id""",
    "activity": """concept name|activity|activity name|activity type|event|event name|event type|action|task;toiminto|tapahtuma|aktiviteetti
        |tapahtuman nimi;aktivitet|handelse|handelsetyp;aktivitet|haendelse|begivenhed|hendelse""",
    "time": """time timestamp|timestamp|time|date|datetime|date time|event time|event date|activity date|activitydate|occurred|occurred at
        |complete timestamp|completed|at|start date|event timestamp|when|happened|happened at|happened on|occurred on|logged at|due date
        ;aika|aikaleima|paivamaara|pvm|ajankohta|paiva|milloin|tapahtuman paivamaara|tapahtumapaiva|soittoaika;tid|tidpunkt|tidsstampel|datum|nar|evenemangsdatum;tid|dato|tidspunkt|tidsstempel|hvornar""",
    "clock": "time of day|clock|clock time|due time;kellonaika|klo;klockslag|klockan;klokkeslaet|klokkeslett",
    "type": "type|ticket type|issue type|request type;tyyppi;typ;type",
    "done": "done;tehty|suoritettu;klar|utford;udfort|utfort",
    "event_id": "event id|eventid|activity id|engagement id|messageid|message id|event no;tapahtuma id;handelse id;haendelse id",
    "channel": "channel|case channel|ticket channel|medium|source medium|origin;kanava;kanal|media|kalla;kanal|kilde",
    "campaign": "campaign|campaign name|utm campaign;kampanja;kampanj;kampagne|kampanje",
    "device": "device|device category;laite;enhet;enhed",
    "direction": "direction;suunta;riktning;retning",
    "ticket_id": """ticket id|ticketid|ticket|ticket number|ticket no|incident|incident id|conversation id|complaint number;tiketti|tikettinumero|tiketin tunnus
        |palvelupyynto|reklamaationumero|keskustelun tunnus;arendenr|arende|reklamationsnr|reklamationsnummer;sagsnummer|sags id|reklamationsnr
        |reklamationsnummer""",
    "org_no": """organisation number|organization number|company registration number|registration number|business id|vat number|vat no|company reg no
        ;y tunnus|ytunnus|alv numero;organisationsnummer|organisationsnr|orgnr|org nr;cvr|cvr nr|cvr nummer|organisasjonsnummer""",
    "occasion": "webinar|webinar name|webinar title|course|training|seminar;webinaari|koulutus|kurssi|seminaari|tilaisuus;webbinarium|utbildning|kurs|seminarium|evenemang;kursus|uddannelse|arrangement",
    "issue": "issue key|issue id",
    "contract_id": """contract id|contract no|contract number|agreement id|agreement no|agreement number|subscription id|subscription number
        ;sopimus id|sopimusnumero|sopimusnro|sopimuksen numero|sopimuksen tunnus;avtals id|avtalsnr|avtalsnummer|kontraktsnr|kontraktsnummer
        ;aftalenr|aftalenummer|aftale nr|kontraktnr|kontraktnummer|avtalenr|avtalenummer""",
    "begins": """begin date|valid from|contract start|contract start date|agreement start;alkupaiva|alkamispaiva|aloituspaiva|voimassa alkaen|sopimus alkaa
        ;startdatum|avtalsstart|giltig fran|galler fran;startdato|gyldig fra|aftalestart""",
    "ends": """end date|valid to|valid until|expires|expiry date|contract end|contract end date;loppupaiva|voimassa asti|sopimus paattyy
        ;slutdatum|avtalsslut|giltig till|galler till;slutdato|sluttdato|gyldig til|udlob""",
    "invoice_id": """invoice|invoice id|invoice no|invoice number|credit note number;lasku|laskunumero|laskun numero|laskunro|lasku nro
        ;faktura|fakturanr|fakturanummer;faktura|fakturanr|fakturanummer|faktura nr""",
    "invoiced": "invoice date|invoiced|invoiced at;laskun paivamaara|laskun paivays|laskupaiva|laskun pvm|laskupvm|laskutettu;fakturadatum|fakturerad;fakturadato|faktureret",
    "attended": """attended|attendance|attendance status|participated|checked in|showed up|attendee status;osallistui|osallistunut|osallistuminen|paikalla
        |lasna;deltog|deltagit|narvaro|narvarande;deltog|deltaget|fremmodt|mott""",
    "registered": """registered|registration time|registered at|registered on|signed up|sign up date|registration date time;ilmoittautunut|ilmoittautumisaika
        |ilmoittautumispaiva|ilmoittautui;anmald|anmalningsdatum|anmalan|anmalningstid;tilmeldt|tilmeldingsdato|tilmelding|pameldt|pamelding""",
    "joined": "join time|joined at|first join|check in time|checked in at;liittymisaika|saapumisaika;anslutningstid|incheckad;tilslutningstidspunkt|indtjekket",
    "duration": "duration|call duration|talk time|call length|length;kesto|puhelun kesto|puheaika;varaktighet|samtalslangd|samtalstid|langd;varighed|varighet|samtaletid",
    "caller": "caller|caller number|calling number|from number|called number|to number;soittaja|soittajan numero|soitettu numero;uppringare|uppringd|a nummer|b nummer;opkalder|opkaldt|fra nummer|til nummer",
    "subject": "subject|ticket subject|topic|issue|category;aihe|otsikko;amne|rubrik|kategori;emne|overskrift|kategori",
    "text": """description|ticket description|message|comment|comments|body|content|feedback|verbatim;kuvaus|viesti|kommentti|kommentit|palaute|avoin palaute|vapaa sana|perustelu|perustelut
        ;beskrivning|kommentar|kommentarer|meddelande|motivering|fritext;beskrivelse|kommentar|kommentarer|besked|begrundelse""",
    "score": """score|nps|nps score|rating|recommend|would recommend|likelihood to recommend|how likely|csat|csat score|customer satisfaction|satisfaction|satisfaction score
        |customer satisfaction rating|ces|ces score|customer effort score|effort score;arvosana|suosittelu|pisteet|suositteluhalukkuus|suosittelutodennakoisyys
        |asiakastyytyvaisyys|tyytyvaisyys|vaivattomuus;betyg|rekommendationsvilja|rekommendation|poang|nojdhet|kundnojdhet|anstrangning
        ;anbefalingsvillighed|karakter|anbefaling|vurdering|tilfredshed|kundetilfredshed|indsats""",
    "answered": """answered|answered at|submitted|submitted at|recordeddate|recorded date|response date|completed at|submit date;vastattu
        |vastausaika|lahetetty;besvarad|svarsdatum|inskickat;besvaret|svardato|indsendt""",
    "order_id": "order id|orderid|order no|order number|purchase order|sales order;tilausnumero|tilaus id|tilausnro;ordernr|ordernummer;ordrenummer|ordrenr|ordre id",
    "ordered": """order date|orderdate|ordered|ordered at|purchase date;tilauspaiva|tilauspvm|tilattu;orderdatum|bestallningsdatum|bestalld
        ;ordredato|bestillingsdato|bestilt""",
    "shipped": """shipped date|shippeddate|shipped|ship date|delivered|delivery date;toimituspaiva|toimitettu;leveransdatum|levererad
        ;leveringsdato|leveret""",
    "response_id": "response id|responseid|answer id;vastaus id;svars id;svar id|besvarelse id",
    "survey": "survey|survey name|survey type;kysely;enkat|undersokning;sporgeskema|undersogelse",
    "from": "from|since|start|started|joined;alkaen|alku;fran;fra",
    "to": "to|until|left|end|ended;asti|loppu;till;til",
    "primary": "is primary|isprimary|primary;ensisijainen;primar;primaer",
    "lifecycle": "lifecycle transition",
    "resource": "org resource|resource;resurssi;resurs;ressource",
    "id": "id|record id|recordid|hs object id;tunnus|tunniste|nro;nr;nr|no",
}
"""Meaning → what it is called, in English; Finnish; Swedish; Danish and Norwegian.

The first meaning that holds a header wins where two do.
"""


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


_OF_A_TABLE = re.compile(
    r"^(deal|person|contact|organization|company|activity|lead|product) [-–] ", re.IGNORECASE
)
"""What some systems put before each header of an export of several tables: `Person - Job title`."""
_CUSTOM = re.compile(r"^custom field \((.+)\)$", re.IGNORECASE)
"""How Jira writes the name of a field that somebody added."""
_NOT_TO_MODIFY = re.compile(r"^\(do not modify\) ", re.IGNORECASE)
"""What Dynamics 365 puts before the id of a row, which it calls as the table."""
_ASKED = {
    "score": r"(how likely|hur (troligt|sannolikt)|kuinka todennakois|miten todennakois|hvor sandsynlig).*(recommend|rekommend|suosit|anbefal)"
    r"|(recommend|rekommend|suositteli|anbefal).*(how likely|hur (troligt|sannolikt)|kuinka todennakois|hvor sandsynlig)",
    "account_name": r"(which|what|vilket|hvilken|hvilket|mika|missa|minka) (is )?(your |ditt |din )?(company|organisation|organization|foretag|bolag|virksomhed|firma|yrity)",
    "text": r"\b(reason|why|orsak\w*|varfor|anledning\w*|arsag\w*|hvorfor|miksi|syy|perustele|kerro|beratta|fortael|improve|forbattra|forbedre|parantaa)\b"
    r"|(anything|something) else|nagot annat|noget andet|jotain muuta|muuta palautetta",
}
"""Meaning → questions of a form that ask for it, as a regular expression over the words without marks."""


def meaning_of(header: str) -> str | None:
    """What a header means, or None where it does not speak for itself."""
    return _MEANINGS.get(_known(header)) or _asked(header)


def _asked(header: str) -> str | None:
    """What a question of a form asks for; of fewer than three words it is none."""
    words = " ".join(re.sub(r"[^a-z0-9]+", " ", fold(header.casefold())).split())
    if words.count(" ") < 2:
        return None
    return next((meaning for meaning, question in _ASKED.items() if re.search(question, words)), None)


def questions(headers: Sequence[str], meaning: str) -> list[str]:
    """All headers of a meaning: a form may ask for comments more than once."""
    return [header for header in headers if meaning_of(header) == meaning]


def _known(header: str) -> str:
    """A header as it is compared, without what stands beside it where it is known only so."""
    ways = [header, _BESIDE.sub("", header), _OF_A_TABLE.sub("", header), _CUSTOM.sub(r"\1", header)]
    if _NOT_TO_MODIFY.match(header):
        ways = [f"{_NOT_TO_MODIFY.sub('', header)} id"]
    plain = [plain_header(one) for one in ways]
    return next((one for one in plain if one in _MEANINGS), plain[0])


def meanings(headers: Sequence[str]) -> dict[str, str]:
    """Meaning → the header that says it best: of several, the one that stands first in the list of its words."""
    best: dict[str, tuple[int, str]] = {}
    for header in headers:
        plain = _known(header)
        if (meaning := _MEANINGS.get(plain) or _asked(header)) is not None:
            # A question says less surely what is meant than a name does.
            rank = _RANKS.get(plain, len(_RANKS))
            if meaning not in best or rank < best[meaning][0]:
                best[meaning] = (rank, header)
    return {meaning: header for meaning, (_, header) in best.items()}


def _snake(header: str) -> str:
    """`AccountId` and `NumberOfEmployees` as words."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header)


def language_of(headers: Sequence[str]) -> str | None:
    """The language that most headers speak alone; None where none of them does, or two as many."""
    spoken = Counter(
        next(iter(some)) for header in headers if len(some := _LANGUAGES.get(_known(header), set())) == 1
    )
    first, second = [*spoken.most_common(2), ("", 0), ("", 0)][:2]
    return first[0] if first[1] > second[1] else None


_MEANINGS: dict[str, str] = {}
_RANKS: dict[str, int] = {}
_LANGUAGES: dict[str, set[str]] = {}
for _meaning, _said in HEADERS.items():
    _rank = 0
    for _language, _words in zip(("en", "fi", "sv", "da"), _said.split(";"), strict=False):
        for _one in filter(None, _words.split("|")):
            _plain = "".join(_one.split())
            _MEANINGS.setdefault(_plain, _meaning)
            _RANKS.setdefault(_plain, _rank)
            _LANGUAGES.setdefault(_plain, set()).add(_language)
            _rank += 1
