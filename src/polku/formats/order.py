"""The order of members when a file that was sent back meets a document that went on in the meantime."""

from __future__ import annotations

from collections.abc import Collection, Sequence


def merged_order(shown: Sequence[str], document: Sequence[str], written: Sequence[str]) -> list[str]:
    """The ids in order: the document's, unless somebody moved members in the file.

    Args:
        shown: ids in the file that came back; those that neither the document nor the file as it was
            written knows are new and stand behind their neighbour.
        document: ids in the document as it is now; those that were not written joined it since and stay.
        written: ids in the file as it was written; those that are not shown any more are left out.
    """
    then: Collection[str] = set(written)
    stayed = [id for id in shown if id in document and id in then]
    if stayed == [id for id in written if id in stayed]:
        order = [id for id in document if id in stayed or id not in then]
    else:
        order = stayed
        for id in [id for id in document if id not in then]:
            earlier = [one for one in document[: document.index(id)] if one in order]
            order.insert(order.index(earlier[-1]) + 1 if earlier else 0, id)
    for at, id in enumerate(shown):
        if id not in order and id not in then:
            left = next((one for one in reversed(shown[:at]) if one in order), None)
            order.insert(order.index(left) + 1 if left is not None else 0, id)
    return order
