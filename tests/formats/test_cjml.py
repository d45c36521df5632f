"""A journey goes out as CJML and comes back; files of others become maps, and what is lost is said."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from polku.documents import Journey, Settings, Step, Workspace
from polku.errors import DocumentError
from polku.formats import read_workspace
from polku.formats.cjml import CjmlRead, read_cjml, write_cjml
from polku.words import render

EXAMPLE = Path(__file__).parents[2] / "examples" / "hoppebold"

OTHERS = """<CJML version="2.0">
  <actualJourney>
    <journeyID>AJ 7</journeyID>
    <journeyPhases><journeyPhase phaseID="Getting in"><phaseName>Getting in</phaseName></journeyPhase></journeyPhases>
    <actors>
      <endUser actorID="E1"><actorName>Erika Example</actorName></endUser>
      <serviceProvider actorID="S1"><companyName>Field service</companyName></serviceProvider>
    </actors>
    <touchpoints>
      <actualCommunicationPoint>
        <touchpointID>T1</touchpointID>
        <belongsTo phaseIDref="Getting in"/>
        <compliance>failing</compliance>
        <initiator><refersTo actorIDref="E1"/><initiatorLabel>Rings the bell</initiatorLabel></initiator>
        <receiver><refersTo actorIDref="Field service"/><receiverLabel>Opens</receiverLabel></receiver>
        <channel><channelName>Carrier pigeon</channelName></channel>
        <comment>Twice</comment>
        <timestamps><timeStarted>2026-01-01T10:00:00</timeStarted></timestamps>
        <touchpointExperience><experienceDescription>Cold</experienceDescription><experienceRating>4</experienceRating></touchpointExperience>
      </actualCommunicationPoint>
      <actualCommunicationPoint>
        <touchpointID>T2</touchpointID>
        <initiator><refersTo actorIDref="S1"/><initiatorLabel>Sends the bill</initiatorLabel></initiator>
        <receiver><refersTo actorIDref="E1"/><receiverLabel>Gets the bill</receiverLabel></receiver>
        <channel><channelName>Carrier pigeon</channelName></channel>
      </actualCommunicationPoint>
      <actualAction>
        <touchpointID>T3</touchpointID>
        <initiator><refersTo actorIDref="E1"/><initiatorLabel>Thinks it over</initiatorLabel></initiator>
      </actualAction>
    </touchpoints>
  </actualJourney>
</CJML>
"""


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return read_workspace(EXAMPLE)


def read(folder: Path, text: str, workspace: Workspace) -> CjmlRead:
    (folder / "j.cjml").write_text(text, encoding="utf-8")
    return read_cjml(folder / "j.cjml", workspace)


def said(read: CjmlRead) -> str:
    return "\n".join(f"{lost.line} {render(lost.message)}" for lost in read.lost)


def test_a_journey_that_nobody_touched_comes_back_unchanged(workspace: Workspace, tmp_path: Path) -> None:
    journey = workspace.journeys["new-machine"]
    write_cjml(workspace, journey, tmp_path / "j.cjml")

    back = read_cjml(tmp_path / "j.cjml", workspace)

    assert back.journey == journey
    assert (back.changes, back.roles, back.touchpoints, back.lost) == ((), (), (), ())


def test_steps_with_the_company_are_communication_points_and_others_are_actions(
    workspace: Workspace, tmp_path: Path
) -> None:
    write_cjml(workspace, workspace.journeys["new-machine"], tmp_path / "j.cjml")

    journey = ET.parse(tmp_path / "j.cjml").getroot().find("plannedJourney")

    assert journey is not None
    points = {one.findtext("touchpointID"): one for one in journey.find("touchpoints") or ()}
    assert [points[id].tag for id in ("line-stops", "search-cause", "first-call")] == [
        "plannedAction", "plannedAction", "plannedCommunicationPoint",
    ]  # fmt: skip
    call = points["first-call"]
    refers = [one.get("actorIDref") for one in call.iter("refersTo")]
    assert refers == ["anders", "sales"]
    assert call.findtext("channel/channelName") == "Phone"
    known = {one.get("actorID") for one in journey.find("actors") or ()}
    assert {one.get("actorIDref") for one in journey.iter("refersTo")} <= known


def test_what_has_no_place_in_the_file_is_counted_in_words(workspace: Workspace, tmp_path: Path) -> None:
    lost = write_cjml(workspace, workspace.journeys["new-machine"], tmp_path / "j.cjml")

    words = [render(message) for message in lost]
    assert "moments of truth (3 steps)" in words
    assert "pains (4 steps)" in words
    assert "6 questions of the stages" in words


def test_a_journey_that_says_nothing_more_loses_nothing(tmp_path: Path, workspace: Workspace) -> None:
    journey = Journey(id="a", steps=(Step(id="s", role="ole", does="Calls"),))

    assert write_cjml(workspace, journey, tmp_path / "a.cjml") == ()


def test_an_edited_label_changes_only_what_is_done(workspace: Workspace, tmp_path: Path) -> None:
    write_cjml(workspace, workspace.journeys["new-machine"], tmp_path / "j.cjml")
    text = (tmp_path / "j.cjml").read_text(encoding="utf-8")

    back = read(tmp_path, text.replace(">Signs<", ">Signs at last<"), workspace)

    assert [(change.path, change.after) for change in back.changes] == [("steps/sign/does", "Signs at last")]


def test_words_of_the_company_and_its_team_come_back(workspace: Workspace, tmp_path: Path) -> None:
    write_cjml(workspace, workspace.journeys["new-machine"], tmp_path / "j.cjml")
    text = (tmp_path / "j.cjml").read_text(encoding="utf-8")
    head, point, rest = text.partition("<touchpointID>call-support</touchpointID>")
    rest = rest.replace('actorIDref="service"', 'actorIDref="sales"', 1).replace(
        ">Hotline<", ">Night line<", 1
    )

    back = read(tmp_path, head + point + rest, workspace)

    assert {change.path: change.after for change in back.changes} == {
        "steps/call-support/front": ["Night line"],
        "steps/call-support/owner": "sales",
    }


def test_a_journey_of_another_program_becomes_a_map(workspace: Workspace, tmp_path: Path) -> None:
    back = read(tmp_path, OTHERS, workspace)

    assert back.is_new and back.journey.id == "aj-7"
    assert [stage.label for stage in back.journey.stages] == ["Getting in"]
    bell, bill, thinks = back.journey.steps
    assert (bell.does, bell.stage, bell.touchpoint, bell.owner) == (
        "Rings the bell", "getting-in", "carrier-pigeon", "service",
    )  # fmt: skip
    assert (bell.front[0].does, bell.note) == ("Opens", "Twice\nCold\ncompliance: failing")
    assert (bill.does, bill.front[0].does) == ("Gets the bill", "Sends the bill")
    assert (thinks.does, thinks.touchpoint) == ("Thinks it over", None)
    assert [one.id for one in back.touchpoints] == ["carrier-pigeon"]


def test_the_name_of_a_person_is_not_taken_into_a_map(workspace: Workspace, tmp_path: Path) -> None:
    back = read(tmp_path, OTHERS, workspace)

    assert [(role.id, role.name) for role in back.roles] == [("end-user", None)]
    assert "Erika" not in repr(back)
    assert "the person's name is left out" in said(back)


def test_what_could_not_be_kept_is_said_with_its_line(workspace: Workspace, tmp_path: Path) -> None:
    words = said(read(tmp_path, OTHERS, workspace))

    assert "10 the rating “4” of an experience is left out" in words
    assert "10 times of what happened are left out" in words


def test_the_form_that_its_publisher_shows_is_read(tmp_path: Path) -> None:
    point = (
        "<touchpointID>TP1</touchpointID>"
        '<initiator><refersTo actorIDref="Ann"/><initiatorLabel>Opens an account</initiatorLabel></initiator>'
        '<receiver><refersTo actorIDref="Shop"/><receiverLabel>Confirms it</receiverLabel></receiver>'
        "<channel><channelName>Web</channelName></channel>"
    )
    text = (
        '<CJML version="2.0"><actualJourney><journeyID>AJ1</journeyID><actors>'
        '<endUser actorID="Ann"><actorName>Ann</actorName></endUser>'
        '<serviceProvider actorID="Company A"><companyName>Shop</companyName></serviceProvider></actors>'
        f"<touchpoints><actualCommunicationPoint>{point}</actualCommunicationPoint></touchpoints>"
        "</actualJourney></CJML>"
    )

    back = read(tmp_path, text, Workspace(Settings(name="Shop")))

    assert [(step.id, step.does, step.touchpoint) for step in back.journey.steps] == [
        ("TP1".lower(), "Opens an account", "web")
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("<CJML><plannedJourney>", "no well-formed XML"),
        ("<BPMN/>", "begins with the element “BPMN”"),
        ("<CJML version='2.0'/>", "neither a plannedJourney nor an actualJourney"),
        ('<!DOCTYPE CJML [<!ENTITY a "b">]><CJML>&a;</CJML>', "document type or entity"),
        ('<!DOCTYPE CJML SYSTEM "file:///etc/passwd"><CJML/>', "document type or entity"),
        ("<a>" * 200, "more or deeper elements"),
    ],
)
def test_a_file_that_cannot_be_is_refused_with_its_line(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(DocumentError) as error:
        read(tmp_path, text, Workspace(Settings()))

    assert sentence in str(error.value) and "j.cjml:1" in str(error.value)


def test_texts_with_signs_of_xml_come_back(tmp_path: Path, workspace: Workspace) -> None:
    journey = Journey(
        id="a", name='<A> & "B"', steps=(Step(id="s", role="ole", does="Asks: <why> & ‘how’?\x08"),)
    )
    write_cjml(workspace, journey, tmp_path / "a.cjml")

    back = read_cjml(tmp_path / "a.cjml", dataclasses.replace(workspace, journeys={}))

    assert (back.journey.name, back.journey.steps[0].does) == ('<A> & "B"', "Asks: <why> & ‘how’?")
