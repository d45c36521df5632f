"""Beginning: a new workspace, and the guided way to its first measured map; each step can be skipped."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse

from polku.documents import PARTS, Journey, Workspace
from polku.errors import PolkuError
from polku.formats.templates import TEMPLATES, template_files
from polku.formats.yaml_write import set_value
from polku.identity.titles import TitleReader
from polku.scene import role_signs
from polku.studio import audit
from polku.studio.beginning import STAGE_SETS, add_line, first_journey, first_role, stages_of
from polku.studio.frame import show
from polku.studio.guard import page
from polku.studio.measured import data_version
from polku.studio.rights import Right
from polku.studio.spaces import keep_files, new_space
from polku.studio.store import Author, Operation, edit, workspace_of
from polku.studio.visit import Visit
from polku.studio.zips import Unpacked, unpack
from polku.words import LANGUAGES, Message

OF_PART = {"purpose": "why", "roles": "roles", "journey": "journey", "file": "data"}
"""Each part of the beginning, and what is known once it is done."""
PARTS_OF_START = tuple(OF_PART)
MOST_UPLOAD = 20_000_000
FEELINGS = (-2, -1, 0, 1, 2)


def new(visit: Visit) -> HttpResponse:
    """A new workspace: empty, from a template, or from a zip of one."""
    refused = ""
    if visit.request.method == "POST":
        assert visit.person is not None
        try:
            found = _found(visit)
        except PolkuError as error:
            refused = error.text(visit.language)
        else:
            name = visit.asked("name") or workspace_name(found.texts)
            space = new_space(name, visit.person, texts=found.texts)
            keep_files(space, found.files)
            audit.write("workspace-made", space=space, person=visit.person)
            if visit.asked("kind") == "zip":
                return redirect("studio-home", space.slug)
            return redirect("studio-start", space.slug, "purpose")
    return show(
        visit,
        "studio/new.html",
        title=Message("studio-begin.new"),
        status=HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK,
        refused=refused,
        templates=TEMPLATES,
    )


def workspace_name(texts: dict[str, str]) -> str:
    """What the workspace in a zip calls itself."""
    from polku.formats.texts import read_text_document

    found = read_text_document("polku", texts["polku"]).document
    return (found.name if found is not None else None) or "workspace"


def _found(visit: Visit) -> Unpacked:
    from polku.errors import WrongUse

    if visit.asked("kind") == "zip":
        upload = visit.request.FILES.get("file")
        if upload is None:
            raise WrongUse(Message("studio-begin.file-needed"))
        if upload.size > MOST_UPLOAD:
            raise WrongUse(Message("studio-begin.file-large", {"most": MOST_UPLOAD / 1e6}))
        return unpack(upload.read())
    name, language = visit.asked("name")[:120], visit.asked("language")
    template = visit.asked("template", TEMPLATES[0])
    if not name:
        raise WrongUse(Message("studio-begin.name-needed"))
    if language not in LANGUAGES or template not in TEMPLATES:
        raise WrongUse(Message("studio-begin.unknown-choice"))
    files = template_files(template, language)
    texts = {path.removesuffix(".yaml"): text for path, text in files.items()}
    texts["polku"] = set_value(texts["polku"], "name", name)
    if template == "blank":
        # The guided way asks for the first journey itself.
        texts = {key: text for key, text in texts.items() if not key.startswith("journeys/")}
    return Unpacked(texts, {})


def start(visit: Visit, part: str) -> HttpResponse:
    """One step of the first run; what is written is saved at once."""
    if part not in PARTS_OF_START:
        raise Http404
    refused = ""
    if visit.request.method == "POST":
        try:
            done = _WRITE[part](visit)
        except PolkuError as error:
            refused = error.text(visit.language)
        else:
            if done is not None:
                return done
    return _page(visit, part, refused)


def _write_purpose(visit: Visit) -> HttpResponse:
    author = Author(visit.person)
    purpose = workspace_of(visit.space).settings.purpose
    for field in ("why", "goal"):
        words = visit.asked(field)[:500] or None
        if words != (getattr(purpose, field) if purpose else None):
            edit(visit.space, Operation("set", "polku", f"purpose/{field}", words), seen=None, author=author)
    for field in ("other_readers", "use"):
        listed = tuple(filter(None, (part.strip()[:80] for part in visit.asked(field).split(","))))
        if listed != (getattr(purpose, field) if purpose else ()):
            value = list(listed) or None
            edit(visit.space, Operation("set", "polku", f"purpose/{field}", value), seen=None, author=author)
    return redirect("studio-start", visit.space.slug, "roles")


def _write_roles(visit: Visit) -> HttpResponse | None:
    name = visit.asked("name")[:80]
    if name:
        part = visit.asked("part") or _part_in(name, workspace_of(visit.space))
        first_role(visit.space, name, part, Author(visit.person))
    return redirect("studio-start", visit.space.slug, "roles")


def _part_in(name: str, workspace: Workspace) -> str | None:
    """The part that a title beside a first name means: “Ole, machine operator”."""
    first, _, title = name.partition(",") if "," in name else name.partition(" ")
    return TitleReader.of(workspace).read(title or first).part


def _write_journey(visit: Visit) -> HttpResponse | None:
    from polku.errors import WrongUse

    author, workspace = Author(visit.person), workspace_of(visit.space)
    journey = _first(visit)
    if journey is None:
        chosen = visit.asked("stages")
        if chosen not in STAGE_SETS:
            raise WrongUse(Message("studio-begin.unknown-choice"))
        name = visit.asked("name")[:120] or visit.say("studio-begin.journey-name")
        first_journey(visit.space, name, stages_of(chosen, visit.say), author)
        return redirect("studio-start", visit.space.slug, "journey")
    stage, text = visit.asked("stage"), visit.asked("line")[:300]
    if not text or stage not in {one.id for one in journey.stages}:
        raise WrongUse(Message("studio-begin.line-needed"))
    role, feels = visit.asked("role"), visit.asked("feels").replace("−", "-")
    step = add_line(
        visit.space,
        journey,
        stage,
        text,
        author,
        role=role if role in workspace.roles else None,
        place=visit.asked("place")[:80] or None,
        feels=int(feels) if feels in map(str, FEELINGS) else None,
        key=visit.asked("key")[:64],
    )
    # Without a fragment: a browser that goes to one puts the keyboard nowhere, and here the next line is written.
    return redirect(f"{reverse('studio-start', args=[visit.space.slug, 'journey'])}?after={step}")


_WRITE: dict[str, Callable[[Visit], HttpResponse | None]] = {
    "purpose": _write_purpose,
    "roles": _write_roles,
    "journey": _write_journey,
    "file": lambda visit: None,
}


def _first(visit: Visit) -> Journey | None:
    return next(iter(workspace_of(visit.space).journeys.values()), None)


def _page(visit: Visit, part: str, refused: str) -> HttpResponse:
    workspace, journey = workspace_of(visit.space), _first(visit)
    purpose = workspace.settings.purpose
    readers = (
        (*(workspace.label("teams", id) for id in purpose.readers), *purpose.other_readers) if purpose else ()
    )
    signs = role_signs({id: workspace.label("roles", id) for id in workspace.role_order()})
    lines = (
        [(stage, [one for one in journey.steps if one.stage == stage.id]) for stage in journey.stages]
        if journey
        else []
    )
    cells: list[Any] = [
        (
            workspace.roles[id],
            signs[id],
            [[one.feels for one in steps if one.role == id] for _, steps in lines],
        )
        for id in workspace.role_order()
    ]
    at = PARTS_OF_START.index(part)
    after = visit.asked("after")
    last = next((stage.id for stage, steps in lines if any(one.id == after for one in steps)), "")
    known = (
        ("why", bool(purpose and purpose.why), purpose.why if purpose else ""),
        ("readers", bool(readers), ", ".join(readers)),
        ("roles", bool(workspace.roles), ""),
        ("journey", bool(journey and journey.steps), ""),
        ("evidence", bool(workspace.evidence), ""),
        ("partners", bool(workspace.partners), ""),
        ("data", bool(data_version(visit.space)), ""),
    )
    said = {key for key, there, _ in known if there}
    return show(
        visit,
        "studio/start.html",
        title=Message(f"studio-begin.ask-{part}"),
        status=HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK,
        part=part,
        parts=[(one, OF_PART[one] in said, one == part) for one in PARTS_OF_START],
        number=at + 1,
        done=OF_PART[part] in said,
        following=PARTS_OF_START[at + 1] if at + 1 < len(PARTS_OF_START) else "",
        purpose=purpose,
        roles=[(workspace.roles[id], signs[id]) for id in workspace.role_order()],
        role_parts=PARTS,
        journey=journey,
        lines=lines,
        cells=cells,
        places=[one.label for one in workspace.touchpoints.values()],
        feelings=FEELINGS,
        sets=[(key, [one.label for one in stages_of(key, visit.say)]) for key in STAGE_SETS],
        known=known,
        signs=signs,
        after=after,
        writing=last or next((stage.id for stage, _ in lines), ""),
        refused=refused,
        steps=sum(len(steps) for _, steps in lines),
        evidenced=sum(bool(one.evidence) for _, steps in lines for one in steps),
    )


addresses: list[URLPattern] = [
    page("new/", new, name="studio-new", right=Right.STEWARD, methods=("GET", "POST")),
    page(
        "w/<slug:space>/start/<slug:part>/",
        start,
        name="studio-start",
        right=Right.EDITOR,
        methods=("GET", "POST"),
    ),
]
