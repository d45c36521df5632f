"""The words of job titles, in English, Finnish, Swedish, Danish and Norwegian (and the commonest German ones), and which part they mean.

Titles come here in lower case and without marks on letters (ä → a, ø → o, æ → ae). Compounds are read from
their end for the rank (`tuotanto|paallikko`) and from their beginning for the field. The order of each list is
the order of precedence; a comment says why where it is not plain.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from re import Pattern
from typing import Literal

Rank = Literal[
    "director", "manager", "expert", "lead", "adviser", "preparer", "responsible", "clerk", "worker", "any"
]


@dataclass(frozen=True)
class RankWords:
    """Words for one rank, and the part it means where no field says otherwise."""

    pattern: Pattern[str]
    part: str | None


@dataclass(frozen=True)
class Field:
    """A field of work: which part each rank in it means; `any` for the rest."""

    name: str
    pattern: Pattern[str]
    parts: dict[str, str]


def _words(*patterns: str) -> Pattern[str]:
    return re.compile("|".join(patterns))


NOT_CUSTOMERS = (
    # Nobody in a buying centre, or nothing said.
    _words(
        r"^(n a|na|none|null|test|tbd|unknown|ei tiedossa|okand|ukendt|x+|muu|other|andet|ovrigt?|[\d ]+)$",
        r"\b(student|intern|trainee|apprentice|retired|unemployed|job ?seeker|opiskelija|harjoittelija|elakelainen"
        r"|tyoton|studerande|praktikant|pensionar|studerende|pensionist|elev|laerling|former|ex)\b",
        r"\b(head|sous|executive|pastry) chef\b|\bchef de\b",
    ),
)

ASIDE: tuple[tuple[Pattern[str], str], ...] = (
    # Before the titles they contain: an assistant to the director is no director.
    (
        _words(
            r"\bassistant (to|of|for)\b",
            r"\b(ceo|cfo|vp|executive|personal|management|office|director'?s?|team|department|administrative) assistant\b",
            r"\b(johdon|toimitusjohtajan|hallinnon|osaston|toimisto)\w* ?(assistentti|sihteeri)\b",
            r"\b(vd|direktions|lednings|ledelses|chefs?|direktor\w*|kontors?|avdelnings|afdelings|personlig) ?assistent\b",
            r"\b(?!yli|paa)\w*(?<!paa)sihteeri\b",
            r"\b(?!general)\w*(sekreterare|sekretaer)\b",
            r"(?<!general )\bsecretary\b(?! general)",
            r"\breception\w*|\bvastaanotto\w*|\breceptionist\b|\bswitchboard\b|\bfront desk\b|\bvaihteenhoitaja\b",
            r"\boffice (manager|administrator|coordinator)\b|\btoimistopaallikko\b|\btoimistonhoitaja\b|\boffice\b$",
            r"^(assistant|assistentti|assistent)$|^(administrator|administratorin?|hallintoassistentti)$",
            r"\b(kontorsassistent|kontorassistent|kontormedarbejder|kontorist|kontorsansvarig)\b",
            r"\bgatekeeper\b|\bportvakt\b|\bcompliance\b",
        ),
        "gatekeeper",
    ),
    (
        _words(
            r"\b(lab|laboratory|production|warehouse|shop|store|kitchen|care|service|process) assistant\b",
            r"\b(tuotanto|varasto|myymala)\w*assistentti\b|\b(produktions|lager|butiks)assistent\b",
        ),
        "operator",
    ),
)

WHOLE: tuple[tuple[Pattern[str], str], ...] = (
    # Contain "owner", "director", "master" or "manager" and mean something else.
    (
        _words(
            r"\b(product|process|service|system|data) owner\b|\btuoteomistaja\b|\bprosessinomistaja\b|\bproduktagare\b",
            r"\b(art|creative|medical) director\b|\bscrum master\b|\bchief engineer\b|\bpaainsinoori\b",
            r"\bproduct (manager|lead|specialist|expert)\b|\btuotepaallikko\b|\bproduktchef\b|\bproduktsjef\b"
            r"|\bprodukt ?(ansvarlig|ansvarig|specialist|spesialist|manager)\b",
            r"\b(system|network|database|it|sap|erp|crm) ?-?administrat\w+",
            r"\bbusiness partner\b|\b(chef|senior|special)?kon?sulent ingenior\b|\bchefkonsulent\b",
            r"\bmain developer\b|\btech(nical)? lead\b|\blead (engineer|developer|designer|architect|analyst|scientist)\b",
        ),
        "expert",
    ),
    (
        _words(
            r"\b(project|programme|program|bid|tender|rollout) (manager|director|lead|leader|coordinator|officer|owner)\b",
            r"\bprojekti\w*(paallikko|johtaja|koordinaattori|vastaava|vetaja|insinoori)\b|\bprojektijohto\b",
            r"\bprojekt\w*(ledare|leder|chef|koordinator|samordnare|ansvarig|ansvarlig)\b|\bprosjekt\w*\b|\bpmo\b",
        ),
        "preparer",
    ),
    (
        _words(
            r"\b(key|super|power|end) ?user\b|\bpaakayttaja\b|\bsuperbruger\b|\bsuperanvandare\b|\bsuperbruker\b",
        ),
        "operator",
    ),
    (
        _words(
            r"\bcategory (manager|buyer|lead)\b|\bkategori\w*(chef|sjef|paallikko|ansvarig|ansvarlig|manager)\b"
            r"|\bkategoriapaallikko\b|\bcontract manager\b|\bsopimuspaallikko\b",
        ),
        "buyer",
    ),
    # A foreman is called a leader of work (tyon|johtaja), and a plant's head a director, but they do not sign.
    (
        _words(
            r"\b\w*(tyonjohtaja|tyonjohto|ryhmanjohtaja|vuoronjohtaja|osastonjohtaja|yksikonjohtaja|tiimijohtaja|tehtaanjohtaja)\b",
            r"\b(plant|factory|site|mill|works|production site) (manager|director|head)\b",
            r"\b(fabriks?|plats|bruks|vaerks?|verks)(chef|sjef|direktor|leder)\b|\bvaerkforer\b|\bverkmester\b|\bdriftsleder\b",
        ),
        "manager",
    ),
    (
        _words(
            r"\b(ceo|cfo|coo|cto|cio|cmo|cpo|cro|cso|cco|chro|cdo|ciso|cao)\b|\bchief\b.*\bofficer\b|\bchief executive\b",
            r"\bmanaging director\b|\bmd\b|\bgeneral manager\b|\bgm\b|\bcountry manager\b|\bexecutive director\b",
            r"\b(vice |senior vice |executive vice )?president\b|\b[se]?vp\b|\bavp\b",
            r"\b(co ?)?(owner|founder)\b|\bowner\w*\b|\bproprietor\b|\bmanaging partner\b|\bpartner\b|\bshareholder\b",
            r"\bchair(man|woman|person)?\b|\bboard (member|of directors|chair)\b|\bmember of the board\b|\bsecretary general\b",
            r"\bgeneral secretary\b|\bentrepreneur\b",
            r"\b\w*toimitusjohtaja\b|\btj\b|\bomistaja\b|\bosakas\b|\byrittaja\b|\b(yritta|perusta)ja\w*\b|\bhallituksen\b"
            r"|\bpaasihteeri\b|\bpaajohtaja\b|\btoiminnanjohtaja\b|\bvaratoimitusjohtaja\b|\bmaajohtaja\b|\brehtori\b",
            r"\bgeschaftsfuhr\w*\b|\binhaber\w*\b",
            r"\bvd\b|\bvice vd\b|\b\w*verkstallande\b|\bkoncernchef\b|\bagare\b|\bdelagare\b|\bgrundare\b|\bforetagare\b"
            r"|\bgeneralsekreterare\b|\bstyrelse\w*\b|\blandschef\b|\baffarsomradeschef\b",
            r"\bdirektor\b|\badm dir\w*\b|\badmdir\b|\b\w*indehaver\b|\bejer\b|\bmedejer\b|\bstifter\b|\bgrundlaegger\b"
            r"|\bbestyrelse\w*\b|\bdaglig leder\b|\bstyreleder\b|\beier\b|\bgrunder\b|\bgrunnlegger\b|\bkonsernsjef\b|\badministrerende\b",
        ),
        "decision-maker",
    ),
)

RANKS: dict[Rank, RankWords] = {
    "director": RankWords(
        _words(
            r"\bdirectors?\b|\bdir\b", r"\w*johtaja\b|\bjohtoryhma\w*", r"\w*direktor\b", r"\w*director\b"
        ),
        "decision-maker",
    ),
    "manager": RankWords(
        _words(
            r"\bmanagers?\b|\bmgr\b|\bhead of\b|\bhead\b$|^head\b|^management$|\bmanagement team\b",
            r"\w*paallikko\b|\w*esimies\b|\w*esihenkilo\b|\w*paallysmies\b",
            r"\w*chefe?n?\b|\w+chef for\b|\w*sjef\b|\w*leiter\b",
            r"\w*(?<!team)leder\b|\w*(?<!team)ledare\b|\w+forestandare\b|\w+forstander\b",
        ),
        "manager",
    ),
    "expert": RankWords(
        _words(
            r"\bengineer(ing)?\b|\bspecialist\b|\bexpert\b|\barchitect\b|\banalyst\b|\bdeveloper\b|\bdesigner\b|\bscientist\b"
            r"|\bresearcher\b|\bprofessor\b|\btechnologist\b|\bchemist\b|\bphysician\b|\bdoctor\b|\bprogrammer\b|\binspector\b",
            r"\w*insinoori\b|\w*asiantuntija\b|\w*spesialisti\b|\w*arkkitehti\b|\w*analyytikko\b|\w*kehittaja\b|\w*tutkija\b"
            r"|\w*kemisti\b|\w*laakari\b|\b(?!tuotannon|osto)\w*suunnittelija\b|\blaatu\w*vastaava\b|\w*teknologi\b",
            r"\w*ingenjor\b|\w*spesialist\b|\w+specialist\b|\w*expert\b|\w*arkitekt\b|\w*analytiker\b|\w*utvecklare\b"
            r"|\w*forskare\b|\w*konstruktor\b|\w*sakkunnig\b|\w*kemist\b|\w*lakare\b",
            r"\w*ingenior\b|\w*ekspert\b|\w*analytiker\b|\w*udvikler\b|\w*utvikler\b|\w*forsker\b|\w*konstruktor\b|\w*kemiker\b"
            r"|\w*fagspesialist\b|\w*laege\b|\w*ingenieur\w*\b",
        ),
        "expert",
    ),
    "lead": RankWords(
        _words(
            r"\bforem[ae]n\b|\bsupervisor\b|\bsuperintendent\b|\bteam ?lead(er)?\b|\bshift lead(er)?\b|\bgroup lead(er)?\b|\bleader\b|\blead\b",
            r"\w*vetaja\b|\w*tyomaamestari\b|\bmestari\b|\w*vuorovastaava\b|\bvuoromestari\b|\w*lahiesimies\b",
            r"\w*teamledare\b|\w*arbetsledare\b|\w*skiftledare\b|\w*formand\b|\w*teamleder\b|\w*formann\b|\w*forman\b|\w*basen?\b$",
        ),
        "manager",
    ),
    "adviser": RankWords(
        _words(
            r"\bconsultant\b|\badvis[eo]r\b|\bcounsel\b|\blawyer\b|\bsafety representative\b|\bunion\b",
            r"\w*konsultti\b|\w*neuvonantaja\b|\w*neuvoja\b|\w*lakimies\b|\w*valtuutettu\b|\bluottamusmies\b",
            r"\w*konsult\b|\w*radgivare\b|\w*jurist\b|\w*skyddsombud\b",
            r"\w*konsulent\b|\w*radgiver\b|\w*advokat\b|\w*repraesentant\b|\bverneombud\b|\btillidsmand\b",
        ),
        "influencer",
    ),
    "preparer": RankWords(
        _words(
            r"\bcoordinator\b|\bplanner\b|\bcontroller\b|\bscheduler\b|\bestimator\b",
            r"\w*koordinaattori\b|\w*suunnittelija\b|\w*controller\b|\w*laskija\b",
            r"\w*koordinator\b|\w*samordnare\b|\w*planerare\b|\w*planlegger\b|\w*planlaegger\b|\w*kalkylator\b|\w*kalkulator\b",
        ),
        "preparer",
    ),
    "responsible": RankWords(_words(r"\bresponsible\b|\w*vastaava\b|\w*ansvarig\b|\w*ansvarlig\b"), None),
    "clerk": RankWords(
        _words(r"\bassistant\b|\bofficer\b|\bclerk\b|\w*assistentti\b|\w*assistent\b"),
        None,
    ),
    "worker": RankWords(
        _words(
            r"\boperators?\b|\bmachinist\b|\btechnician\b|\bmechanic\b|\belectrician\b|\bwelder\b|\bdriver\b|\bfitter\b|\bassembler\b"
            r"|\bworker\b|\bcrew\b|\bpacker\b|\bpicker\b|\binstaller\b|\bnurse\b|\bmillwright\b|\bplumber\b|\bcarpenter\b|\bwarehouseman\b",
            r"\w*operaattori\b|\w*kayttaja\b|\b(?!asian|tilin|talouden|asunnon)\w*hoitaja\b|\w*asentaja\b|\w*mekaanikko\b|\w*koneistaja\b"
            r"|\w*hitsaaja\b|\w*kuljettaja\b|\w*kuski\b|\w*tyontekija\b|\w*sahkomies\b|\w*varastomies\b|\w*huoltomies\b|\w*pakkaaja\b"
            r"|\w*laborantti\b|\w*kokoonpanija\b|\w*teknikko\b|\w*tyostaja\b|\w*putkimies\b",
            r"\w*operator\b|\w*tekniker\b|\w*mekaniker\b|\w*reparator\b|\w*elektriker\b|\w*svetsare\b|\w*montor\b|\w*forare\b|\w*skotare\b"
            r"|\w*skoterska\b|\w*arbetare\b|\w*lagerarbetare\b|\w*maskinist\b|\w*chauffor\b|\w*laborant\b|\w*snickare\b|\w*packare\b",
            r"\w*operatr\b|\w*forer\b|\w*arbejder\b|\w*arbeider\b|\w*medarbejder\b|\w*medarbeider\b|\w*smed\b|\w*svejser\b|\w*sveiser\b"
            r"|\w*mekanikar\b|\w*industriteknik\w*\b|\w*sygeplejerske\b|\w*sykepleier\b|\w*montoer\b|\w*bruger\b|\w*passer\b|\w*pakker\b"
            r"|\w*bediener\b|\w*fahrer\b|\w*(maschinen|anlagen)fuhrer\w*\b",
        ),
        "operator",
    ),
}

_SOMEBODY = {"director": "decision-maker", "manager": "manager", "lead": "manager", "expert": "expert"}

FIELDS: tuple[Field, ...] = (
    Field(
        "purchasing",
        _words(
            r"\bpurchas\w+|\bprocure\w+|\bsourcing\b|\bbuyers?\b|\bbuying\b|\bcommodity manager\b|\bsupply manager\b",
            r"\bosto\w*|\w+osto(paallikko|johtaja)\b|\w*ostaja\b|\w*hankinta\w*|\w*hankinnan\w*|\w*hankkija\b",
            r"\w*inkop\w*|\bupphandl\w*|\w*upphandlare\b",
            r"\w*indkob\w*|\w*innkjop\w*|\bkategoriindkob\w*|\beinkauf\w*|\w*einkaufer\b",
        ),
        {
            "director": "decision-maker",
            "expert": "buyer",
            "manager": "buyer",
            "lead": "buyer",
            "adviser": "influencer",
            "preparer": "preparer",
            "clerk": "preparer",
            "any": "buyer",
        },
    ),
    Field(
        "finance",
        _words(r"\bfinanc\w+|\btalous\w*|\bekonomi\w*|\bokonomi\w*|\bregnskabs\w*|\bredovisnings\w*"),
        {**_SOMEBODY, "preparer": "preparer", "adviser": "influencer"},
    ),
    Field(
        "production",
        _words(
            r"\bproduction\b|\bmanufactur\w+|\bmachine\b|\bassembly\b|\bline\b|\bprocess\b|\bpackag\w+|\bwarehouse\b",
            r"\w*tuotanto\w*|\w*tuotannon\w*|\bvalmistus\w*|\bkone\w*|\bkaytto\w*|\bprosessi\w*|\bpakkaus\w*|\bvarasto\w*|\blinja\w*",
            r"\w*produktions\w*|\w*tillverknings\w*|\bmaskin\w*|\bprocess\w*|\bdrift\w*|\blager\w*|\bmontage\w*|\bfabrik\w*",
            r"\w*produksjon\w*|\bproces\w*|\blinje\w*|\bpakke\w*",
        ),
        {
            **_SOMEBODY,
            "worker": "operator",
            "preparer": "preparer",
            "adviser": "influencer",
        },
    ),
)
"""Fields in which a rank means another part than elsewhere. A title of a field alone, without a rank, is read
only in purchasing, where every one of them buys."""
