"""Words of praise and of complaint as customers use them, by language: hand-written, `*` stands for any ending."""

from __future__ import annotations

from polku.frozen import dataclass


@dataclass(frozen=True)
class Lexicon:
    """The words of one language.

    Args:
        praise, complaint: words or beginnings of words.
        turning: words that turn what follows (or, where `behind`, what stands just before) into its opposite.
    """

    praise: str
    complaint: str
    turning: str
    behind: bool = False


LEXICONS: dict[str, Lexicon] = {
    "en": Lexicon(
        praise="good great excellent* amazing* awesome fantastic* wonderful* brilliant* superb* perfect* outstanding "
        "nice lovely beautiful* happy glad pleased pleasure satisf* delight* enjoy* love loved loves like* best better "
        "helpful help* friendly kind kindly polite professional* reliable reliab* trust* honest* fast quick* prompt* "
        "smooth* easy easily easier simple clear clearly useful valuable value works worked recommend* thank* "
        "grateful appreciat* impress* improv* success* safe fair flexib* responsive competent knowledgeable "
        "convenient comfortable efficient solved proud fun funny hope* congratulation* welcome win won",
        complaint="bad badly worse worst poor poorly terribl* horribl* awful* dreadful* disappoint* unhappy sad sadly "
        "angry anger upset annoy* frustrat* irritat* dissatisf* unsatisf* hate* dislike* slow slowly late delay* wait* "
        "broken broke breaks fail* fault* defect* error* bug* crash* problem* issue* trouble* difficult* hard "
        "complicated confus* unclear expensive overpriced costly missing lost lose lack* wrong* mistake* rude* "
        "unfriendly unprofessional unreliable useless worthless waste* ignored ignor* nobody never refuse* reject* "
        "complain* complaint* unacceptable ridiculous stupid* noisy dirty danger* damage* pain* worry worried "
        "afraid fear* cancel* terminate* kill* dead die died death hell damn* shit* lie lied liar* cheat* shame* sorry",
        turning="not no never n't t nobody none without hardly barely neither nor cannot cant dont doesnt didnt isnt wasnt",
    ),
    "fi": Lexicon(
        praise="hyv* parem* paras parhaa* parasta erinomai* loistav* mahtav* upea* upei* hieno* mainio* ihana* ihani* "
        "kiva* mukava* miellyttä* onnellis* onnelli* iloi* ilahdu* tyytyväi* kiito* kiitt* kiitä* suosittel* "
        "ystävälli* ystävä* avuli* auttav* autt* auta* luotet* luotan luottam* rehelli* nopea* nopeast* nopei* sujuv* "
        "sujui* sujuu helppo* helpo* helpost* selke* selvä* hyödylli* arvok* toimii toimi toimin* toimiv* onnistu* "
        "ratkais* ammattitai* asiantunt* osaav* täydelli* huippu* kaunis* kauni* rakast* pidän pidimme pidin ylpeä* "
        "turvalli* reilu* joustav* vaivat* tehok* mieluis* mielellä* mieltynyt hauska* hausko* tervetul* onnea onnek* onnit*",
        complaint="huono* huonost* pahoin* paha* pahast* pahemp* surkea* surkei* kamala* kamali* kauhea* kauhei* hirve* "
        "karme* pettym* petty* petyi* suru* surull* viha* vihai* ärsyt* ärsyy* turhaut* harmi* harmit* tyytymät* inho* "
        "hidas* hitaa* hitaast* myöhäs* myöhässä viiväst* viive* odott* odotell* rikki* rikkou* hajo* hajal* vika* viko* "
        "vialli* virhe* virhei* kaatui* kaatuu ongelm* vaikea* vaikei* hankala* hankali* sekava* epäselv* epäonnis* "
        "kallis* kallii* kallist* puuttu* puute* puuttee* kadon* kadot* väärin väärä* väärä* töykeä* töykeä* epäystäväl* "
        "epäluotet* turha* turhaa* hyödytö* hyödyttöm* valit* reklam* hylk* hylät* kieltäyt* mahdoton* naurett* typer* "
        "tyhmä* melu* meteli* likai* vaara* vaaralli* vahink* kipu* kivul* huol* pelkä* pelko* pelot* peruut* irtisano* "
        "tappa* tapan kuol* helvet* hitto* hiton perkele* saatana* paska* valehtel* valhe* huija* häpe* anteeksi pahoill*",
        turning="en et ei emme ette eivät eikä enkä etkä emmekä ettekä eivätkä älä älkää älköön ilman tuskin",
    ),
    "sv": Lexicon(
        praise="bra bättre bäst bästa utmärk* fantastisk* underbar* perfekt* lysande toppen jättebra superbra fin fint "
        "fina finare trevlig* härlig* vacker* vackra skön* glad glada gläd* lycklig* nöjd* nöje tack tacka* tackar "
        "rekommender* vänlig* snäll* hjälpsam* hjälp* hjälpt* pålitlig* lita litar ärlig* snabb* smidig* enkel* enkla "
        "enkelt lätt tydlig* klar klart användbar* värdefull* fungerar fungerade lyck* löst löste lösning* proffsig* "
        "professionell* kunnig* kompetent* älskar älskade gillar gillade gilla uppskatt* imponer* stolt* trygg* säker* rättvis* "
        "flexib* effektiv* bekväm* rolig* kul välkom* grattis underbart vinna vann",
        complaint="dålig* sämre sämst usel* hemsk* förfärlig* fruktansvärd* besvik* ledsen ledsam* ledsna sorg* arg arga "
        "ilsk* irriter* frustrer* missnöj* hata* hatar långsam* sen sent senare försen* vänta* väntan väntetid* trasig* sönder "
        "gick fel* felaktig* brist* saknas saknar krasch* problem* bekymmer svår* svårt krånglig* krångl* förvirr* otydlig* oklar* "
        "dyr dyrt dyra förlor* tappa* misslyck* misstag* otrevlig* oförskämd* ovänlig* opålitlig* värdelös* onödig* ignorer* "
        "vägra* avvis* klag* klagomål oacceptab* löjlig* dum dumt dumma idiot* bullr* smutsig* farlig* fara skad* ont smärt* oro* "
        "rädd* rädsla avboka* säga uppsäg* döda* död* dö dog helvete* fan jävla jävlar skit* ljug* lögn* lura* skäms skam* förlåt tyvärr",
        turning="inte aldrig ingen inget inga icke ej utan knappt varken",
        behind=True,
    ),
    "da": Lexicon(
        praise="god godt gode bedre bedst bedste fremragende fantastisk* vidunderlig* perfekt* glimrende super fin fint "
        "fine dejlig* hyggelig* skøn* smuk* smukke glad glade glæde* glæd* lykkelig* tilfreds* fornøj* tak takke* "
        "anbefal* venlig* rar rare hjælpsom* hjælp* pålidelig* stol stoler ærlig* hurtig* smidig* nem nemt nemme let "
        "enkel* enkle tydelig* klar klart brugbar* nyttig* værdifuld* virker virkede fungerer lykkedes lykkes løst løste løsning* "
        "professionel* dygtig* kompetent* elsker elskede elske kan lide vellid* sætter pris imponer* stolt* tryg* sikker* retfærdig* fair "
        "fleksib* effektiv* bekvem* behagelig* sjov* morsom* velkom* tillykke flot* vandt vinde",
        complaint="dårlig* værre værst* elendig* forfærdelig* frygtelig* rædsom* skuff* ked kede trist* sørg* vred vrede sur surt "
        "irriter* frustrer* utilfreds* hader hade* langsom* sen sent forsink* vent* ventetid* itu ødelagt* ødelæg* defekt* "
        "fejl* mangl* savner brød nedbrud* problem* besvær* svær* svært vanskelig* bøvl* forvirr* utydelig* uklar* dyr dyrt dyre "
        "mist* tabt* mislyk* fejlede uvenlig* uhøflig* upålidelig* værdiløs* ubrugelig* unødvendig* ignorer* næg* afvis* klag* "
        "uacceptab* latterlig* dum dumt dumme idiot* støj* larm* beskidt* farlig* fare skad* ondt smert* bekym* bange frygt* "
        "afbestil* opsig* opsagt* dræb* død* dø døde helvede* fanden satans lort* pis lyv* løgn* snyd* skam* undskyld desværre",
        turning="ikke aldrig ingen intet ej uden næppe hverken",
        behind=True,
    ),
}
