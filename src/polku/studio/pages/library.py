"""Lists beside the roles: touchpoints, channels, segments, partners …; each thing, where it is used, its edits."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from polku.checks.uses import LISTS, SINGULAR, Use, uses_of_kind
from polku.documents import KINDS
from polku.errors import DocumentError, PolkuError
from polku.formats.ids import id_from
from polku.formats.yaml_write import write_document
from polku.studio import store, together
from polku.studio.frame import show, show_part
from polku.studio.guard import page
from polku.studio.library_fields import (
    FIELDS,
    INSIDE_PURPOSE,
    PERSONAL,
    TABS,
    document_of,
    field_named,
    field_now,
    read_value,
    value_of,
)
from polku.studio.measured import remembered
from polku.studio.models import Change
from polku.studio.pages.role_pains import pain
from polku.studio.places import of_document
from polku.studio.rights import Right
from polku.studio.store import Author, Conflict, Operation
from polku.studio.things_now import (
    done_of,
    fields_now,
    goal_line,
    list_link,
    measure_fields,
    number_of,
    thing_of,
)
from polku.studio.uses_words import UseShown, shown_uses
from polku.studio.visit import Visit
from polku.words import Message

IN_TABS = (*(one for one in TABS if one != "words"), "roles")


def tabs_of(visit: Visit, here: str) -> list[dict[str, Any]]:
    """The tabs of Roles, with how many there are of each."""
    slug = visit.space.slug
    links = [("roles", reverse("studio-roles", args=[slug]))]
    links += [(kind, reverse("studio-library", args=[slug, kind])) for kind in TABS]
    counts = {"words": len(visit.workspace.settings.words)}
    return [
        {
            "words": Message(f"studio-lib.tab-{kind}"),
            "link": link,
            "count": counts.get(kind, len(getattr(visit.workspace, kind, ()))),
            "here": kind == here,
        }
        for kind, link in links
    ]


def library(visit: Visit, kind: str) -> HttpResponse:
    """A list of one kind of thing; adds one."""
    if kind not in TABS:
        raise Http404
    if visit.request.method == "POST":
        if not visit.editor:
            raise Http404
        return _add_word(visit) if kind == "words" else _add(visit, kind)
    shared: dict[str, Any] = {
        "title": Message(f"studio-lib.tab-{kind}"),
        "rail": "roles",
        "crumbs": [(Message("studio.rail-roles"), reverse("studio-roles", args=[visit.space.slug]))],
        "tabs": tabs_of(visit, kind),
        "seen": visit.space.revision,
        "done": done_of(visit),
    }
    if kind == "words":
        return show(
            visit,
            "studio/words.html",
            shared,
            title=shared.pop("title"),
            rail=shared.pop("rail"),
            crumbs=shared.pop("crumbs"),
        )
    columns = [field for field in FIELDS[kind] if field.column]
    named, seen = named_by(visit, kind), visit.space.revision
    wanted = visit.asked("q").casefold()
    things = [
        one
        for one in getattr(visit.workspace, kind).values()
        if wanted in f"{one.id} {one.name or ''}".casefold()
    ]
    rows = [
        {
            "thing": one,
            "link": of_document(visit.space, f"{kind}/{one.id}")
            if kind not in LISTS
            else reverse("studio-library-item", args=[visit.space.slug, kind, one.id]),
            "fields": [field_now(visit.workspace, visit.say, kind, one, field, seen) for field in columns],
            "uses": len(named.get(one.id, ())),
        }
        for one in things
    ]
    return show(
        visit,
        "studio/library.html",
        kind=kind,
        columns=columns,
        rows=rows,
        wanted=visit.asked("q"),
        many=len(getattr(visit.workspace, kind)) > 12,
        lead=Message(f"studio-lib.lead-{kind}"),
        **shared,
    )


def new_thing(visit: Visit, kind: str, name: str, **more: Any) -> str:
    """Add a thing of a kind by its name; its id.

    Raises:
        DocumentError: it has no name.
    """
    name = name.strip()[:200]
    if not name:
        raise DocumentError(Message("studio-lib.no-name"))
    taken, author = getattr(visit.workspace, kind), Author(visit.person)
    id = id_from(name, taken, SINGULAR[kind])
    if kind in LISTS:
        store.edit(
            visit.space,
            Operation("add", "polku", kind, {"id": id, "name": name, **more}),
            seen=None,
            author=author,
        )
    else:
        text = write_document(KINDS[kind](**{"id": id, "name": name, **more}))
        store.create(visit.space, f"{kind}/{id}", text, author)
    return id


def _add(visit: Visit, kind: str) -> HttpResponse:
    id = new_thing(visit, kind, visit.asked("name"))
    return redirect("studio-library-item", visit.space.slug, kind, id)


def _add_word(visit: Visit) -> HttpResponse:
    word, meaning = visit.asked("word")[:120].replace("/", " "), visit.asked("meaning")[:2000]
    if not word:
        raise DocumentError(Message("studio-lib.no-name"))
    store.edit(
        visit.space,
        Operation("set", "polku", f"words/{word}", meaning or None),
        seen=number_of(visit.asked("seen")),
        author=Author(visit.person),
    )
    return redirect("studio-library", visit.space.slug, "words")


def item(visit: Visit, kind: str, id: str) -> HttpResponse:
    """One thing: all its fields, where it is used, its id, and how it goes."""
    if kind not in IN_TABS:
        raise Http404
    thing = thing_of(visit, kind, id)
    slug = visit.space.slug
    above = "studio-roles" if kind == "roles" else "studio-library"
    link = reverse(above, args=[slug] if kind == "roles" else [slug, kind])
    crumbs = [(Message("studio.rail-roles"), reverse("studio-roles", args=[slug]))]
    if kind != "roles":
        crumbs.append((Message(f"studio-lib.tab-{kind}"), link))
    return show(
        visit,
        "studio/library-item.html",
        title=thing.name or id,
        rail="roles",
        crumbs=crumbs,
        kind=kind,
        thing=thing,
        fields=fields_now(visit, kind, id),
        uses=uses_here(visit, kind, id),
        rules=len(getattr(thing, "events", ())),
        pains=getattr(thing, "pains", None),
        seen=visit.space.revision,
        done=done_of(visit, kind),
    )


def uses_here(visit: Visit, kind: str, id: str) -> tuple[UseShown, ...]:
    """Where a thing is named, in words and with links."""
    return shown_uses(visit.space, visit.workspace, visit.say, named_by(visit, kind).get(id, ()))


def named_by(visit: Visit, kind: str) -> dict[str, tuple[Use, ...]]:
    """Id → places that name it, of all things of a kind; found once per state of the documents."""
    visit.workspace  # noqa: B018 - reading it brings the revision up to date
    return remembered(visit.space, ("uses", kind), lambda: uses_of_kind(visit.workspace, kind))


def field(visit: Visit, kind: str, id: str) -> HttpResponse:
    """Edit one field in place: GET hands out its form (or, for `view`, its value), POST takes what was written."""
    one = field_named(kind, visit.asked("field"))
    thing = thing_of(visit, kind, id)
    if one is None or ((kind, one.name) in PERSONAL and not visit.names):
        raise Http404
    part = "studio/cell.html" if visit.asked("as") == "cell" else "studio/field.html"
    if visit.request.method == "GET":
        now = field_now(visit.workspace, visit.say, kind, thing, one, visit.space.revision)
        editing = visit.editor and visit.asked("view") != "1"
        return show_part(visit, part, one=now, editing=editing)
    if not visit.editor:
        raise Http404
    document, before = document_of(kind, id)
    said = _in_order(visit.request.POST.getlist("value"), visit.asked("move"))
    trouble: dict[str, str] = {}
    try:
        value = read_value(one, said)
        if value != value_of(thing, one.name):
            # Without its kind a measure is none.
            path = "measure" if one.name == "measure/kind" and value is None else one.name
            operation = Operation("set", document, f"{before}{path}", value)
            store.edit(
                visit.space, operation, seen=number_of(visit.asked("seen")), author=Author(visit.person)
            )
        status = HTTPStatus.OK
    except PolkuError as error:
        if not visit.htmx:
            raise
        status = HTTPStatus.CONFLICT if isinstance(error, Conflict) else HTTPStatus.UNPROCESSABLE_ENTITY
        trouble = {"trouble": error.text(visit.language), "mine": "\n".join(said)}
    visit.__dict__.pop("workspace", None)
    if not visit.htmx:
        return redirect(_back(visit, kind, id))
    now = field_now(
        visit.workspace, visit.say, kind, thing_of(visit, kind, id), one, visit.space.revision, **trouble
    )
    beside = one.name == "measure/kind" and kind == "goals" and not trouble
    return show_part(
        visit,
        part,
        status=status,
        one=now,
        editing=bool(trouble),
        saved=not trouble,
        beside=measure_fields(visit, id) if beside else None,
        goal=id,
        says=goal_line(visit, thing_of(visit, "goals", id)) if kind == "goals" and not trouble else None,
    )


def _in_order(lines: list[str], move: str) -> list[str]:
    """Lines of a form in the order that was asked for: `2 1` puts the second before the first."""
    from_, _, to = move.partition(" ")
    places = range(1, len(lines) + 1)
    if number_of(from_) in places and number_of(to) in places:
        lines = [*lines]
        lines.insert(int(to) - 1, lines.pop(int(from_) - 1))
    return lines


def act(visit: Visit, kind: str, id: str, what: str) -> HttpResponse:
    """Rename a thing everywhere, or take it away everywhere."""
    thing_of(visit, kind, id)
    if kind in INSIDE_PURPOSE:
        raise Http404
    author, slug = Author(visit.person), visit.space.slug
    if what == "rename":
        new = visit.asked("new")
        if new == id:
            return redirect(_link(visit, kind, id))
        made = together.rename(visit.space, visit.workspace, kind, id, new, author=author)
        return redirect(f"{_link(visit, kind, new)}?done={made[-1].number}")
    if what == "delete":
        made = together.delete_everywhere(
            visit.space, visit.workspace, kind, id, seen=number_of(visit.asked("seen")), author=author
        )
        return redirect(f"{list_link(visit, kind)}?done={made[-1].number}")
    if what == "move" and kind in LISTS:
        place = number_of(visit.asked("place")) or 1
        store.edit(
            visit.space,
            Operation("move", "polku", f"{kind}/{id}", place=place),
            seen=number_of(visit.asked("seen")),
            author=author,
        )
        return redirect("studio-library", slug, kind)
    raise Http404


def take_back(visit: Visit) -> HttpResponse:
    """Undo an act of one's own."""
    change = Change.objects.filter(
        space=visit.space, number=number_of(visit.asked("change")) or 0, person=visit.person
    ).first()
    if change is None:
        raise Http404
    together.undo(visit.space, change, Author(visit.person))
    back = visit.asked("back", "/").partition("?")[0]
    if not url_has_allowed_host_and_scheme(back, {visit.request.get_host()}):
        back = reverse("studio-home", args=[visit.space.slug])
    return redirect(back)


def _link(visit: Visit, kind: str, id: str) -> str:
    if kind in LISTS:
        return reverse("studio-library-item", args=[visit.space.slug, kind, id])
    return of_document(visit.space, f"{kind}/{id}")


def _back(visit: Visit, kind: str, id: str) -> str:
    back = visit.asked("back")
    if back and url_has_allowed_host_and_scheme(back, {visit.request.get_host()}):
        return back
    return _link(visit, kind, id)


EDIT = Right.EDITOR
addresses: list[URLPattern] = [
    page("w/<slug:space>/lists/<slug:kind>/", library, name="studio-library", right=Right.VIEWER),
    page(
        "w/<slug:space>/lists/<slug:kind>/add/",
        library,
        name="studio-library-add",
        right=EDIT,
        methods=("POST",),
    ),
    page("w/<slug:space>/lists/<slug:kind>/<str:id>/", item, name="studio-library-item", right=Right.VIEWER),
    page(
        "w/<slug:space>/lists/<slug:kind>/<str:id>/field/",
        field,
        name="studio-library-field",
        right=EDIT,
        methods=("GET", "POST"),
    ),
    page(
        "w/<slug:space>/lists/<slug:kind>/<str:id>/pain/",
        pain,
        name="studio-library-pain",
        right=EDIT,
        methods=("POST",),
    ),
    page(
        "w/<slug:space>/lists/<slug:kind>/<str:id>/<slug:what>/",
        act,
        name="studio-library-act",
        right=EDIT,
        methods=("POST",),
    ),
    page("w/<slug:space>/take-back/", take_back, name="studio-take-back", right=EDIT, methods=("POST",)),
]
