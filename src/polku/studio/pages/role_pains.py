"""What hurts a role: pains that are added, worded anew, put in another order and taken away."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from polku.studio import together
from polku.studio.models import Change
from polku.studio.store import Author, Conflict, Operation
from polku.studio.visit import Visit


def pain(visit: Visit, kind: str, id: str) -> HttpResponse:
    """Add, change or take away what hurts a role, or give it another place."""
    role = visit.workspace.roles.get(id)
    if role is None or kind != "roles":
        raise Http404
    place, says = visit.asked("place"), visit.asked("says")[:1000]
    to, seen = _number(visit.asked("to")), _number(visit.asked("seen"))
    document, author = f"roles/{id}", Author(visit.person)
    if place and not place.replace("-", "").replace(".", "").isalnum():
        raise Http404
    number = _number(place)
    standing = {str(at): one.says for at, one in enumerate(role.pains, start=1)}
    standing |= {one.id: one.says for one in role.pains if one.id}
    was = visit.request.POST.get("was", standing.get(place))
    parts = []
    if not place:
        parts = [Operation("add", document, "pains", {"says": says})] if says else []
    elif not says:
        parts = [Operation("remove", document, f"pains/{place}")]
    elif says != was:
        parts = [Operation("set", document, f"pains/{place}/says", says)]
    if place and says and to is not None and 1 <= to <= len(role.pains):
        parts.append(Operation("move", document, f"pains/{place}", place=to))
    if parts and number is not None and standing.get(place) != was:
        last = Change.objects.filter(space=visit.space, document=document).order_by("-number").first()
        if last is not None:
            # Another pain came to this place since.
            raise Conflict(last, parts[0])
    if parts:
        together.edit_together(visit.space, parts, seen=seen, author=author)
    return redirect(
        f"{reverse('studio-library-item', args=[visit.space.slug, kind, id])}{f'#p{to}' if to else ''}"
    )


def _number(words: str) -> int | None:
    return int(words) if words.isdecimal() and len(words) < 18 else None
