"""What marketers call the columns of a list of steps, and feelings and waits, in four languages."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from polku.documents import parse_duration

HEADERS: dict[str, tuple[str, ...]] = {
    "stage": (
        "stage", "phase", "journey stage", "vaihe", "polun vaihe", "ostopolun vaihe", "fas", "skede", "steg i resan",
        "fase", "etape", "kunderejsefase",
    ),
    "step": (
        "step", "journey step", "activity", "task", "askel", "toimenpide", "aktiviteetti", "steg", "aktivitet",
        "trin", "skridt",
    ),
    "does": (
        "does", "doing", "action", "actions", "customer action", "customer actions", "user action", "user actions",
        "what the customer does", "customer does", "what customers do", "what happens", "mitä tapahtuu", "tekee", "tekeminen", "toiminta", "asiakkaan toiminta", "mitä asiakas tekee",
        "gör", "handling", "handlingar", "kundens handling", "vad kunden gör", "gør", "handlinger",
        "kundens handlinger", "hvad kunden gør",
    ),
    "role": (
        "role", "roles", "persona", "actor", "who", "stakeholder", "rooli", "roolit", "kuka", "toimija", "roll",
        "roller", "vem", "aktör", "rolle", "hvem", "aktør",
    ),
    "with": ("with", "participants", "others", "osallistujat", "muut osallistujat", "deltagare", "deltagere"),
    "touchpoint": (
        "touchpoint", "touchpoints", "touch point", "touch points", "contact point", "kohtaamispiste",
        "kohtaamispisteet", "kosketuspiste", "kosketuspisteet", "kontaktipiste", "kontaktpunkt", "kontaktpunkter",
        "beröringspunkt", "beröringspunkter", "berøringspunkt", "berøringspunkter",
    ),
    "channel": ("channel", "channels", "medium", "kanava", "kanavat", "kanal", "kanaler"),
    "thinks": (
        "thinks", "thinking", "thoughts", "ajattelee", "ajatukset", "ajatus", "tänker", "tankar", "tænker", "tanker",
    ),
    "expects": (
        "expects", "expectation", "expectations", "odottaa", "odotukset", "odotus", "förväntar", "förväntning",
        "förväntningar", "forventer", "forventning", "forventninger",
    ),
    "feels": (
        "feels", "feeling", "feelings", "emotion", "emotions", "mood", "satisfaction", "tunne", "tunteet", "fiilis",
        "tyytyväisyys", "känsla", "känslor", "nöjdhet", "følelse", "følelser", "humør", "tilfredshed",
    ),
    "pains": (
        "pain", "pains", "pain point", "pain points", "painpoint", "painpoints", "problem", "problems",
        "frustrations", "kipu", "kivut", "kipupiste", "kipupisteet", "ongelma", "ongelmat", "haasteet", "smärta",
        "smärtpunkt", "smärtpunkter", "utmaningar", "smerte", "smertepunkt", "smertepunkter", "problemer",
        "udfordringer",
    ),
    "gains": (
        "gain", "gains", "positives", "delights", "benefits", "hyöty", "hyödyt", "ilot", "onnistumiset", "vinst",
        "vinster", "fördelar", "glädjeämnen", "gevinst", "gevinster", "fordele",
    ),
    "quote": (
        "quote", "quotes", "customer quote", "verbatim", "sitaatti", "sitaatit", "lainaus", "citat", "kundcitat",
        "kundecitat",
    ),
    "owner": (
        "owner", "team", "responsible", "department", "omistaja", "tiimi", "vastuu", "vastuutiimi", "osasto", "ägare",
        "ansvarig", "ansvar", "avdelning", "ejer", "ansvarlig", "afdeling",
    ),
    "waits": ("wait", "waits", "waiting time", "odotusaika", "viive", "väntetid", "väntan", "ventetid", "venter"),
    "takes": (
        "takes", "duration", "time spent", "kesto", "kestää", "työaika", "varaktighet", "tidsåtgång", "varighed",
        "tidsforbrug",
    ),
    "front": (
        "front", "frontstage", "front stage", "näkyvä toiminta", "etunäyttämö", "synligt", "synlige handlinger",
        "synliga handlingar",
    ),
    "back": (
        "back", "backstage", "back stage", "internal process", "taustatoiminta", "taustaprosessi", "taustaprosessit",
        "takahuone", "bakom kulisserna", "bag kulisserne", "baggrund",
    ),
    "moment": (
        "moment of truth", "totuuden hetki", "sanningens ögonblick", "sandhedens øjeblik",
    ),
    "next": ("next", "next step", "seuraava", "seuraava askel", "nästa", "nästa steg", "næste", "næste trin"),
    "note": (
        "note", "notes", "comment", "comments", "huomautus", "huomautukset", "huom", "kommentti", "kommentit",
        "muistiinpanot", "anteckning", "anteckningar", "kommentar", "kommentarer", "noter", "bemærkning",
        "bemærkninger",
    ),
    "number": ("#", "no", "nr", "nro", "number", "numero", "nummer", "order", "järjestys", "ordning"),
}  # fmt: skip
"""Field of a step → words that head its column, in lower case."""

_FIELD = {word: field for field, words in HEADERS.items() for word in words}

_FEELINGS: dict[int, tuple[str, ...]] = {
    -2: (
        "very negative", "awful", "terrible", "angry", "furious", "frustrated", "very bad", "very unhappy", "hate",
        "erittäin negatiivinen", "kamala", "vihainen", "raivoissaan", "turhautunut", "erittäin huono",
        "mycket negativ", "hemskt", "arg", "frustrerad", "mycket dålig", "meget negativ", "forfærdeligt", "vred",
        "frustreret", "meget dårlig", "😡", "🤬", "😠", "😢", "😭", "--", "−−", "☹☹", ":'(",
    ),
    -1: (
        "negative", "bad", "unhappy", "annoyed", "worried", "confused", "uncertain", "anxious", "negatiivinen", "huono",
        "tyytymätön", "ärtynyt", "harmistunut", "huolissaan", "hämmentynyt", "epävarma", "negativ", "dåligt", "dålig", "missnöjd",
        "irriterad", "orolig", "förvirrad", "osäker", "dårlig", "dårligt", "utilfreds", "irriteret", "bekymret",
        "forvirret", "usikker", "☹", "☹️", "🙁", "😕", "😟", "😞", ":(", ":-(", "-", "−",
    ),
    0: (
        "neutral", "ok", "okay", "indifferent", "so-so", "neutraali", "ihan ok", "yhdentekevä", "neutralt", "likgiltig",
        "ligeglad", "😐", "😑", ":|", ":-|", "0", "±", "+/-",
    ),
    1: (
        "positive", "good", "happy", "satisfied", "content", "hopeful", "curious", "interested", "relieved",
        "positiivinen", "hyvä", "iloinen", "tyytyväinen", "toiveikas", "utelias", "kiinnostunut", "helpottunut",
        "positiv", "bra", "glad", "nöjd", "hoppfull", "nyfiken", "intresserad", "lättad", "god", "godt", "tilfreds",
        "håbefuld", "nysgerrig", "interesseret", "lettet", "🙂", "😊", "☺", "☺️", ":)", ":-)", "+",
    ),
    2: (
        "very positive", "great", "excellent", "delighted", "excited", "very good", "very happy", "love", "proud",
        "erittäin positiivinen", "erinomainen", "innostunut", "ilahtunut", "erittäin hyvä", "ylpeä", "mycket positiv",
        "utmärkt", "förtjust", "entusiastisk", "mycket bra", "stolt", "meget positiv", "fremragende", "begejstret",
        "meget god", "😀", "😃", "😄", "😁", "😍", "🤩", ":D", ":-D", "++",
    ),
}  # fmt: skip
_FEELING = {word: feels for feels, words in _FEELINGS.items() for word in words}
_YES = frozenset(
    ("x", "yes", "y", "true", "1", "✓", "✔", "kyllä", "k", "joo", "on", "ja", "j", "sant", "sandt", "★", "*")
)
_NOTHING = frozenset(("-", "–", "—", "n/a", "na", "none", "no", "ei", "ei ole", "ingen", "inget", "intet"))
_UNITS: dict[str, float] = {
    **dict.fromkeys(("min", "mins", "minute", "minutes", "minuutti", "minuuttia", "minut", "minuter", "minutter"), 60),
    **dict.fromkeys(("h", "hour", "hours", "t", "tunti", "tuntia", "timme", "timmar", "tim", "time", "timer"), 3600),
    **dict.fromkeys(
        ("d", "day", "days", "pv", "päivä", "päivää", "pvä", "dag", "dagar", "dage"), 86400
    ),
    **dict.fromkeys(
        ("w", "wk", "week", "weeks", "vk", "viikko", "viikkoa", "v", "vecka", "veckor", "uge", "uger"), 7 * 86400
    ),
    **dict.fromkeys(
        ("month", "months", "mo", "kk", "kuukausi", "kuukautta", "mån", "månad", "månader", "md", "måned", "måneder"),
        30 * 86400,
    ),
    **dict.fromkeys(("year", "years", "y", "vuosi", "vuotta", "år"), 365 * 86400),
}  # fmt: skip
_AMOUNT = re.compile(r"(?:~|≈|ca\.?|n\.|about|noin)?\s*(\d+(?:[.,]\d+)?)\s*([^\W\d_]*)\.?\Z", re.IGNORECASE)
_RANGE = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:-|–|—|\.\.\.?|…|to)\s*(\d+(?:[.,]\d+)?)\s*([^\W\d_]+)\.?\Z")


def field_of(header: str) -> str | None:
    """The field that a header means; what stands in parentheses after it is passed over."""
    words = re.sub(r"\(.*?\)|\[.*?\]", " ", header.casefold())
    words = " ".join(re.sub(r"[:?!*_/.]+", " ", words).split())
    return _FIELD.get(words) or _FIELD.get(header.strip())


def known_headers() -> list[str]:
    """One word per field in English, for a refusal that says what is possible."""
    return [words[0] for field, words in HEADERS.items() if field not in ("number", "moment")]


def feeling_word(text: str) -> int | None:
    """What a word or a smiley says of a feeling, -2 … 2."""
    words = " ".join(text.split())
    return _FEELING.get(words, _FEELING.get(words.casefold()))


def number_in(text: str) -> float | None:
    """A number as people write it: −1, +2, 3,5, 4/5."""
    match = re.fullmatch(r"([+\-−–]?\d+(?:[.,]\d+)?)(?:\s*/\s*\d+)?", text.strip())
    return float(re.sub("[−–]", "-", match[1]).replace(",", ".")) if match else None


def feeling_scale(numbers: Iterable[float]) -> tuple[int, int] | None:
    """The scale that all numbers of a column fit: −2…2, 1…5, −5…5, 0…10, or None."""
    found = list(numbers)
    if not found:
        return None
    low, high = min(found), max(found)
    for scale in (
        ((-2, 2), (1, 5), (-5, 5), (0, 10)) if low < 0 or (high <= 2 and low < 1) else ((1, 5), (0, 10))
    ):
        if scale[0] <= low and high <= scale[1]:
            return scale
    return None


def feeling_on(scale: tuple[int, int], number: float) -> int:
    """A number of a scale as -2 … 2."""
    low, high = scale
    return round((number - low) / (high - low) * 4 - 2 + 1e-9)


def is_yes(text: str) -> bool:
    """Whether a cell is ticked."""
    return text.strip().casefold() in _YES


def is_nothing(text: str) -> bool:
    """Whether a cell says that there is nothing."""
    return text.strip().casefold() in _NOTHING


def duration_in(text: str) -> dt.timedelta | None:
    """A duration as people write it: 3 weeks, 2 pv, 4 h, P21D; the middle of a range; a bare number is days."""
    text = text.strip()
    try:
        return parse_duration(text.upper())
    except ValueError:
        pass
    if match := _RANGE.match(text):
        amount = (float(match[1].replace(",", ".")) + float(match[2].replace(",", "."))) / 2
        unit = match[3]
    elif match := _AMOUNT.match(text):
        amount, unit = float(match[1].replace(",", ".")), match[2]
    else:
        return None
    seconds = _UNITS.get(unit.casefold(), 86400 if not unit else None)
    if seconds is None or amount * seconds > 50 * 365 * 86400:
        return None
    return dt.timedelta(seconds=round(amount * seconds))
