"""Company names, domains and addresses in the form in which they are compared."""

from __future__ import annotations

import re
from functools import lru_cache

from polku.records.letters import fold as fold

FREE_MAIL = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "hotmail.com",
        "hotmail.co.uk",
        "hotmail.fi",
        "hotmail.se",
        "hotmail.dk",
        "live.com",
        "live.fi",
        "live.se",
        "live.dk",
        "msn.com",
        "yahoo.com",
        "yahoo.co.uk",
        "yahoo.fi",
        "yahoo.se",
        "yahoo.dk",
        "ymail.com",
        "icloud.com",
        "me.com",
        "mac.com",
        "aol.com",
        "gmx.com",
        "gmx.de",
        "gmx.net",
        "web.de",
        "t-online.de",
        "freenet.de",
        "mail.com",
        "mail.ru",
        "yandex.ru",
        "yandex.com",
        "proton.me",
        "protonmail.com",
        "pm.me",
        "tutanota.com",
        "fastmail.com",
        "zoho.com",
        "hey.com",
        "qq.com",
        "163.com",
        "126.com",
        "kolumbus.fi",
        "elisanet.fi",
        "saunalahti.fi",
        "luukku.com",
        "suomi24.fi",
        "pp.inet.fi",
        "inet.fi",
        "netti.fi",
        "telia.com",
        "telia.se",
        "bredband.net",
        "comhem.se",
        "spray.se",
        "home.se",
        "passagen.se",
        "swipnet.se",
        "glocalnet.net",
        "jubii.dk",
        "ofir.dk",
        "mail.dk",
        "mail.tele.dk",
        "tdcadsl.dk",
        "tdc.dk",
        "stofanet.dk",
        "get2net.dk",
        "webspeed.dk",
        "privat.dk",
        "youmail.dk",
        "online.no",
        "frisurf.no",
        "start.no",
        "c2i.net",
        "orange.fr",
        "free.fr",
        "wanadoo.fr",
        "laposte.net",
        "libero.it",
        "virgilio.it",
        "wp.pl",
        "o2.pl",
        "onet.pl",
        "freemail.example",
    ]
)
"""Addresses there belong to persons, so their domain is no company."""

SHARED_BOXES = frozenset(
    [
        "info",
        "post",
        "mail",
        "office",
        "kontakt",
        "contact",
        "hello",
        "hej",
        "moi",
        "sales",
        "salg",
        "myynti",
        "forsaljning",
        "support",
        "service",
        "hjalp",
        "kundservice",
        "kundeservice",
        "asiakaspalvelu",
        "admin",
        "administration",
        "faktura",
        "invoice",
        "invoices",
        "lasku",
        "laskut",
        "reception",
        "vaihde",
        "noreply",
        "no-reply",
        "order",
        "orders",
        "tilaukset",
        "ordre",
        "bestilling",
        "inkop",
        "indkob",
        "hankinta",
        "purchasing",
        "marketing",
        "webmaster",
        "postmaster",
    ]
)

_LEGAL = (
    "a/s|a\\.s\\.?|i/s|k/s|p/s|o\\.?y\\.?j?|ab|aps|amba|a\\.m\\.b\\.a\\.?|smba|ivs|gmbh ?& ?co\\.? ?kg|ag ?& ?co\\.? ?kg|gmbh|mbh|kgaa|kg|ag|ug|ohg|e\\.?k\\.?|"
    "ltd\\.?|limited|plc|llc|llp|inc\\.?|incorporated|corp\\.?|corporation|co\\.?|company|b\\.?v\\.?|n\\.?v\\.?|s\\.?a\\.?|"
    "s\\.?a\\.?r\\.?l\\.?|s\\.?r\\.?l\\.?|s\\.?p\\.?a\\.?|sp\\. ?z ?o\\.? ?o\\.?|as|asa|ans|ky|tmi|t:mi|osk|hb|kb|"
    "\\(publ\\)|publ\\.?|oyj|se|pty|pte|oü|ou|uab|sia"
)
_AFTER = re.compile(rf"(?:[\s,]+(?:{_LEGAL}))+[\s.,]*$")
_BEFORE = re.compile(r"^(?:oy|ab|as|a/s|firma|fa\.)\s+(?=\S)")
_AND = re.compile(r"\b(?:and|og|och|ja|und|et|y)\b|[&+]")
_SIGNS = re.compile(r"[^\w&]+")


@lru_cache(maxsize=1 << 12)
def company_key(name: str) -> str:
    """A company's name without legal form, letter case, accents and signs: `Legetøj Nord A/S` → `legetoj nord`."""
    plain = " ".join(name.casefold().replace("\u00a0", " ").split())
    # A legal form stands beside a name, never in the middle of a word.
    apart = " " in plain or "," in plain
    bare = (_AFTER.sub("", _BEFORE.sub("", plain)).strip() or plain) if apart else plain
    bare = _AND.sub(" & ", bare)
    bare = fold(bare)
    return " ".join(_SIGNS.sub(" ", bare).split())


def legal_form(name: str) -> str | None:
    """A company's legal form in letters alone (`as`, `oy`, `gmbh`); None where its name has none."""
    plain = " ".join(name.casefold().replace("\u00a0", " ").split())
    found = _AFTER.search(plain) or _BEFORE.match(plain)
    word = re.sub(r"[^a-z]", "", fold(found[0])) if found else ""
    return word.removesuffix("publ") or None


_AA = re.compile("aa|ae")


def sound_key(key: str) -> str:
    """A company's key with the ways of writing å, ä and ø without them made one: aa, ae, oe, ue count as one letter."""
    plain = key.replace("ue", "u").replace("oe", "o")
    return _AA.sub("a", plain) if "aa" in plain or "ae" in plain else plain


def person_key(name: str) -> str:
    """A person's name for comparing within one company: `HOLM, Mette` → `holm mette` (words in order of alphabet)."""
    return " ".join(sorted(re.sub(r"[^\w]+", " ", fold(name.casefold())).split()))


_DOMAIN = re.compile(r"^(?:[a-z0-9æøåäöüé](?:[a-z0-9æøåäöüé-]*[a-z0-9æøåäöüé])?\.)+[a-z][a-z0-9-]+$")


_SCHEME = re.compile(r"^[a-z]+://")
_PATH = re.compile(r"[/?#:]")


def domain_of(text: str | None) -> str | None:
    """The domain that a web address, an e-mail address or a bare domain names; None where it is none."""
    return _domain_of(text) if text and "." in text else None


@lru_cache(maxsize=1 << 16)
def _domain_of(text: str) -> str | None:
    if _DOMAIN.fullmatch(text) and not text.startswith("www."):
        return text
    bare = text.strip().lower()
    if "://" in bare:
        bare = _SCHEME.sub("", bare)
    bare = bare.rpartition("@")[2]
    bare = _PATH.split(bare, maxsplit=1)[0].strip(".")
    bare = bare.removeprefix("www.")
    return bare if " " not in bare and _DOMAIN.match(bare) else None


def domains_above(domain: str) -> list[str]:
    """A domain and those it is part of, nearest first, not shorter than two words."""
    above = [domain] if "." in domain else []
    while domain.count(".") > 1:
        domain = domain.partition(".")[2]
        above.append(domain)
    return above


def is_free_mail(domain: str) -> bool:
    """Whether addresses of this domain belong to anybody."""
    return any(one in FREE_MAIL for one in domains_above(domain))


@lru_cache(maxsize=1 << 18)
def email_of(text: str | None) -> str | None:
    """An e-mail address in lower case; None where the text is none."""
    if not text:
        return None
    bare = text.strip().lower().removeprefix("mailto:").strip("<>")
    before, sign, after = bare.partition("@")
    return (
        bare
        if sign and before and " " not in bare and domain_of(after) == after.removeprefix("www.")
        else None
    )
