"""Job titles in four languages and the part each means, written from titles people really have."""

from __future__ import annotations

import pytest

from polku.documents import Role, Settings, Workspace
from polku.identity.titles import TitleReader, read_title

TITLES = {
    "decision-maker": {
        "en": "CEO; Chief Executive Officer; CFO; Chief Financial Officer; COO; CTO; CPO; Managing Director; General Manager; "
        "Owner; Co-founder; Founder & CEO; President; Vice President, Operations; VP Procurement; SVP; Chairman of the Board; "
        "Board Member; Purchasing Director; Director of Operations; Finance Director; Chief Procurement Officer; Partner",
        "fi": "Toimitusjohtaja; toimitusjohtaja, omistaja; Varatoimitusjohtaja; Talousjohtaja; Hankintajohtaja; Ostojohtaja; "
        "Tuotantojohtaja; Yrittäjä; Omistaja; Hallituksen puheenjohtaja; Liiketoimintajohtaja; Tekninen johtaja; Aluejohtaja; TJ",
        "sv": "VD; Verkställande direktör; vice VD; Ägare; Delägare; Inköpsdirektör; Ekonomidirektör; Koncernchef; "
        "Styrelseordförande; Teknisk direktör; Grundare; VD och ägare",
        "da": "Direktør; Adm. direktør; Administrerende direktør; Indkøbsdirektør; Økonomidirektør; Ejer; Indehaver; "
        "Bestyrelsesformand; Produktionsdirektør; Vicedirektør; Medejer; Daglig leder",
    },
    "buyer": {
        "en": "Buyer; Senior Buyer; Strategic Buyer; Purchasing Manager; Procurement Manager; Head of Procurement; "
        "Procurement Specialist; Category Manager; Sourcing Manager; Purchaser; Head of Purchasing; Technical Buyer",
        "fi": "Ostopäällikkö; Ostaja; Strateginen ostaja; Hankintapäällikkö; Hankinta-asiantuntija; Operatiivinen ostaja; "
        "Kategoriapäällikkö; Ostovastaava",
        "sv": "Inköpschef; Inköpare; Strategisk inköpare; Operativ inköpare; Inköpsansvarig; Upphandlare; Teknisk inköpare",
        "da": "Indkøbschef; Indkøber; Strategisk indkøber; Teknisk indkøber; Indkøbsansvarlig; Innkjøper; Innkjøpssjef",
    },
    "manager": {
        "en": "Production Manager; Plant Manager; Department Manager; Operations Manager; Head of Engineering; IT Manager; "
        "Quality Manager; Maintenance Manager; Shift Supervisor; Foreman; Team Leader; Warehouse Manager; Logistics Manager; "
        "Head of Production; Site Manager; Production Supervisor",
        "fi": "Tuotantopäällikkö; Osastopäällikkö; Kunnossapitopäällikkö; Laatupäällikkö; Työnjohtaja; Tehtaanjohtaja; Esimies; "
        "Tiimiesimies; Tehdaspäällikkö; IT-päällikkö; Logistiikkapäällikkö; Käyttöpäällikkö; Vuoroesimies; Tiiminvetäjä",
        "sv": "Produktionschef; Avdelningschef; Platschef; Driftchef; Underhållschef; Kvalitetschef; Arbetsledare; Gruppchef; "
        "Fabrikschef; IT-chef; Logistikchef; Teamledare; Skiftledare; Teknisk chef",
        "da": "Afdelingsleder; Afdelingschef; Produktionschef; Driftsleder; Værkfører; Teamleder; Kvalitetschef; Fabrikschef; "
        "Souschef; Vedligeholdelseschef; Lagerchef; IT-chef; Produksjonssjef; Avdelingsleder",
    },
    "expert": {
        "en": "Process Engineer; Quality Engineer; Product Specialist; Data Analyst; Solution Architect; Software Developer; "
        "R&D Engineer; Automation Engineer; Product Manager; Lead Engineer; Product Owner; Application Specialist",
        "fi": "Tuoteasiantuntija; Prosessi-insinööri; Laatuinsinööri; Tuotepäällikkö; Kehitysinsinööri; Automaatioinsinööri; "
        "Asiantuntija; Tutkija; Suunnittelija; Ohjelmistokehittäjä; Pääinsinööri",
        "sv": "Produktspecialist; Processingenjör; Kvalitetsingenjör; Utvecklingsingenjör; Konstruktör; Systemutvecklare; "
        "Produktchef; Forskare; Automationsingenjör",
        "da": "Produktspecialist; Procesingeniør; Kvalitetsingeniør; Udviklingsingeniør; Konstruktør; Produktchef; Udvikler; "
        "Systemarkitekt; Chefkonsulent",
    },
    "operator": {
        "en": "Operator; Machine Operator; Line Worker; Machinist; Maintenance Technician; Electrician; Welder; Forklift Driver; "
        "Production Worker; Service Technician; Assembly worker; Nurse; Key user",
        "fi": "Koneenkäyttäjä; Operaattori; Prosessinhoitaja; Tuotantotyöntekijä; Huoltoasentaja; Koneistaja; Hitsaaja; "
        "Trukinkuljettaja; Varastotyöntekijä; Sähköasentaja; Laborantti; Linjatyöntekijä; Pakkaaja",
        "sv": "Operatör; Maskinoperatör; Processoperatör; Servicetekniker; Montör; Svetsare; Lagerarbetare; Truckförare; "
        "Maskinist; Underhållstekniker; Reparatör",
        "da": "Operatør; Maskinfører; Maskinoperatør; Procesoperatør; Produktionsmedarbejder; Lagermedarbejder; Smed; Montør; "
        "Tekniker; Truckfører; Operatør, natskift; Elektriker",
    },
    "preparer": {
        "en": "Project Manager; Project Coordinator; Production Planner; Financial Controller; Purchasing Assistant; Programme Manager",
        "fi": "Projektipäällikkö; Projektikoordinaattori; Tuotannonsuunnittelija; Controller; Ostoassistentti",
        "sv": "Projektledare; Projektkoordinator; Produktionsplanerare; Controller; Inköpsassistent",
        "da": "Projektleder; Projektkoordinator; Produktionsplanlægger; Controller; Indkøbsassistent; Prosjektleder",
    },
    "gatekeeper": {
        "en": "Executive Assistant; Assistant to the CEO; Secretary; Receptionist; Office Manager; Personal assistant; "
        "Assistant to the Managing Director",
        "fi": "Sihteeri; Johdon assistentti; Toimistopäällikkö; Vastaanottovirkailija; Toimitusjohtajan sihteeri",
        "sv": "Sekreterare; VD-assistent; Receptionist; Ledningsassistent",
        "da": "Sekretær; Direktionssekretær; Receptionist; Direktionsassistent; Kontorassistent",
    },
    "influencer": {
        "en": "Consultant; Management Consultant; Technical Advisor; Legal Counsel",
        "fi": "Konsultti; Neuvonantaja; Työsuojeluvaltuutettu; Lakimies",
        "sv": "Konsult; Rådgivare; Skyddsombud; Jurist",
        "da": "Konsulent; Rådgiver; Tillidsmand; Advokat",
    },
    None: {
        "en": "Student; Intern; Marketing; -; N/A; Head Chef; 12345; Colleague; Miscellaneous",
        "fi": "Opiskelija; Harjoittelija; Eläkeläinen; Muu; ?",
        "sv": "Studerande; Praktikant; Okänd; Pensionär",
        "da": "Studerende; Praktikant; Andet; Ukendt",
    },
}
CASES = [
    (title.strip(), part)
    for part, languages in TITLES.items()
    for titles in languages.values()
    for title in titles.split(";")
]


def test_there_are_more_than_two_hundred_titles() -> None:
    assert len({title for title, _ in CASES}) > 200


@pytest.mark.parametrize(("title", "part"), CASES)
def test_a_title_tells_its_part(title: str, part: str | None) -> None:
    assert read_title(title).part == part


@pytest.mark.parametrize(("title", "part"), CASES[::7])
def test_letter_case_and_spaces_do_not_matter(title: str, part: str | None) -> None:
    assert read_title(f"  {title.upper()} ").part == part
    assert read_title(title.lower()).part == part


def test_a_title_says_which_words_told_its_part() -> None:
    found = read_title("Head of Procurement")
    assert (found.reason, found.words) == ("field", ("head of", "procurement"))


def test_nothing_tells_nothing() -> None:
    for title in (None, "", "   ", "ß", "\u0000", "💼", "x" * 5000):
        assert TitleReader().read(title).part is None


def test_titles_of_the_workspace_come_first() -> None:
    role = Role.model_validate(
        {"id": "ivan", "part": "decision-maker", "titles": ["indkøbs*", "procurement*"]}
    )
    reader = TitleReader.of(Workspace(Settings(), roles={"ivan": role}))
    assert read_title("Indkøbschef").part == "buyer"
    found = reader.read("INDKØBSCHEF")
    assert (found.part, found.reason, found.role) == ("decision-maker", "role", "ivan")
    assert reader.read("Operatør").reason == "rank"


def test_a_role_without_a_part_tells_no_part() -> None:
    role = Role.model_validate({"id": "ole", "titles": ["operat*"]})
    assert TitleReader.of(Workspace(Settings(), roles={"ole": role})).read("Operator").reason == "rank"
