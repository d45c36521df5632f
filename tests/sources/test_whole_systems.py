"""Exports of one system together: joined without a mapping, and the same however they are split, ordered or repeated."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from polku.documents import Settings, Workspace
from polku.records.log import open_log
from polku.sources.importing import import_files

HUBSPOT = {
    "hubspot-crm-exports-all-contacts.csv": (
        "Post-id,Fornavn,Efternavn,E-mail,Jobtitel,Livscyklusfase,Leadstatus,Associated Company IDs (Primary),Became a Lead Date\n"
        "701,Aino,Salo,aino@pallo.example,Indkøbschef,customer,,55,2026-01-05 09:00\n"
        "702,Bo,Ek,bo@kuutio.example,Direktør,lead,,66,2026-01-06 09:00\n"
        "703,Cia,Ask,cia@pallo.example,Operatør,lead,,55,\n"
    ),
    "hubspot-crm-exports-all-companies.csv": (
        "Post-id,Virksomhedsnavn,Virksomhedens domænenavn,Branche,Livscyklusfase\n55,Pallo Oy,pallo.example,Toys,customer\n66,Kuutio Oy,kuutio.example,Toys,lead\n"
    ),
    "hubspot-crm-exports-all-deals.csv": (
        "Record ID,Deal Name,Deal Stage,Pipeline,Amount,Create Date,Close Date,Associated Company IDs (Primary),Associated Contact IDs\n"
        "9,Line 4,Closed Won,Sales,12000,2026-01-10 10:00,2026-03-01 12:00,55,701;703\n8,Line 5,Quote,Sales,500,2026-02-10 10:00,,66,702\n"
    ),
    "deal_stage.csv": (
        "deal_id,date_entered,value,source,source_id,_fivetran_start\n9,2026-01-20 08:00:00,quote,CRM_UI,x,2026-01-20 08:00:00\n8,2026-02-20 08:00:00,quote,CRM_UI,y,2026-02-20 08:00:00\n"
    ),
    "hubspot-activities.csv": (
        "Record ID,Activity type,Activity date,Associated Contact IDs,Call notes\n1,CALL,2026-01-12 13:00,701,Prices\n2,MEETING,2026-02-12 13:00,702;703,\n"
    ),
}  # fmt: skip

SAID = {
    "accounts": "SELECT account_id, name, domain, status FROM {accounts}",
    "people": "SELECT person_id, name, email, title FROM {people}",
    "memberships": "SELECT person_id, account_id, parts FROM {memberships}",
    "deals": "SELECT deal_id, account_id, outcome, amount FROM {deals}",
    "deal_people": "SELECT deal_id, person_id FROM {deal_people}",
    "events": "SELECT c.activity, e.time, e.account_id, e.person_id, e.deal_id, e.event_id, e.account_by FROM {events} e JOIN {codes} c ON c.code = e.code",
    "event_people": "SELECT event_id, person_id FROM {event_people}",
    "texts": "SELECT event_id, text FROM {texts}",
}


def said(folder: Path) -> dict[str, list[Any]]:
    """What the lake holds, without where it came from."""
    with open_log(folder) as log:
        return {table: sorted(log.rows(sql), key=repr) for table, sql in SAID.items()}


def bring(folder: Path, files: dict[str, str]) -> None:
    paths = []
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
        paths.append(folder / name)
    import_files(Workspace(Settings()), folder, paths)


def test_the_exports_of_a_crm_become_accounts_with_their_people_and_events(tmp_path: Path) -> None:
    bring(tmp_path, HUBSPOT)
    found = said(tmp_path)
    assert [(id, name, status) for id, name, _, status in found["accounts"]] == [
        ("55", "Pallo Oy", "customer"),
        ("66", "Kuutio Oy", "prospect"),
    ]
    assert [(person, account) for person, account, _ in found["memberships"]] == [
        ("701", "55"),
        ("702", "66"),
        ("703", "55"),
    ]
    assert [parts for *_, parts in found["memberships"]] == [["buyer"], ["decision-maker"], ["operator"]]
    placed = {(activity, account, by) for activity, _, account, _, _, _, by in found["events"]}
    assert placed == {
        ("Lifecycle: lead", "55", "named"),
        ("Lifecycle: lead", "66", "named"),
        ("Deal: created", "55", "named"),
        ("Deal: created", "66", "named"),
        ("Deal: won", "55", "named"),
        ("Stage: quote", "55", "deal"),
        ("Stage: quote", "66", "deal"),
        ("Call", "55", "member"),
        ("Meeting", "66", "member"),
    }
    assert found["event_people"] == [
        ("engagement/1", "701"),
        ("engagement/2", "702"),
        ("engagement/2", "703"),
    ]


def test_a_zip_of_the_exports_says_the_same(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    bring(one, HUBSPOT)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in HUBSPOT.items():
            archive.writestr(f"export/{name}", text)
    (other / "export.zip").write_bytes(packed.getvalue())
    import_files(Workspace(Settings()), other, [other / "export.zip"])
    assert said(one) == said(other)


@st.composite
def portions(draw: st.DrawFn) -> list[list[tuple[str, str]]]:
    """The files cut by rows, in any order, over several imports, with some of them twice."""
    pieces: list[tuple[str, str]] = []
    for name, text in HUBSPOT.items():
        head, *rows = text.splitlines(keepends=True)
        cut = draw(st.integers(0, len(rows)))
        for part, some in enumerate((rows[:cut], rows[cut:])):
            if some:
                pieces.append((f"{Path(name).stem}-{part}.csv", head + "".join(draw(st.permutations(some)))))
    again = draw(st.lists(st.sampled_from(pieces), max_size=3))
    shuffled = draw(st.permutations([*pieces, *again]))
    imports: list[list[tuple[str, str]]] = [[]]
    for piece in shuffled:
        if imports[-1] and draw(st.booleans()):
            imports.append([])
        if piece not in imports[-1]:
            imports[-1].append(piece)
    return imports


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    folder = tmp_path_factory.mktemp("whole")
    bring(folder, HUBSPOT)
    return said(folder)


@pytest.mark.long
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(imports=portions())
def test_any_split_order_or_repetition_says_the_same(
    whole: dict[str, list[Any]], imports: list[list[tuple[str, str]]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for pieces in imports:
            bring(Path(folder), dict(pieces))
        assert said(Path(folder)) == whole


UNKNOWN = {
    "asiakkaat.csv": "Asiakasnumero;Yritys;Verkkosivut;Toimiala;Maa\nA1;Pallo Oy;https://www.pallo.example/fi;Lelut;FI\nA2;Kuutio Oy;kuutio.example;Lelut;FI\n",
    "yhteyshenkilot.csv": "Etunimi;Sukunimi;Sähköposti;Tehtävänimike;Yritys\nAino;Salo;aino@pallo.example;Ostaja;Pallo\nBo;Ek;bo@kuutio.example;Toimitusjohtaja;Kuutio Oy\n",
    "kaupat.csv": "Kauppa ID;Vaihe;Summa;Luotu;Päättynyt;Asiakasnumero\nK1;Voitettu;1200,50;13.1.2026;20.2.2026;A1\n",
    "tiketit.csv": "Tikettinumero;Aihe;Luotu;Sähköposti\nT1;Kone seis;14.1.2026 10:00;aino@pallo.example\n",
    "tapahtumat.csv": "Tapahtuma;Päivämäärä;Sähköposti;Kanava\nPuhelu;15.1.2026;bo@kuutio.example;puhelin\nVierailu;16.1.2026;uusi@pallo.example;paikan päällä\n",
}  # fmt: skip


def test_tables_of_an_unknown_crm_are_joined_by_id_name_domain_and_address(tmp_path: Path) -> None:
    bring(tmp_path, UNKNOWN)
    found = said(tmp_path)
    assert [(id, name) for id, name, *_ in found["accounts"]] == [("A1", "Pallo Oy"), ("A2", "Kuutio Oy")]
    assert [(person, account) for person, account, _ in found["memberships"]] == [
        ("aino@pallo.example", "A1"),
        ("bo@kuutio.example", "A2"),
        ("uusi@pallo.example", "A1"),
    ]
    assert {(activity, account) for activity, _, account, *_ in found["events"]} == {
        ("Deal: created", "A1"),
        ("Deal: Voitettu", "A1"),
        ("Ticket: Kone seis", "A1"),
        ("Puhelu", "A2"),
        ("Vierailu", "A1"),
    }
    assert found["deals"] == [("K1", "A1", "won", 1200.5)]
