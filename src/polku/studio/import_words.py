"""What is told of an import, in the words of the form: the command line names the keys of a mapping instead."""

from __future__ import annotations

from polku.words import Message
from polku.words.catalogue import has


def in_form(message: Message) -> Message:
    """The same sentence with advice for those who see the form; as it is where it gives none for files."""
    own = f"studio-data.here-{message.id.removeprefix('sources.')}"
    return Message(own, message.params) if message.id.startswith("sources.") and has(own, "en") else message
