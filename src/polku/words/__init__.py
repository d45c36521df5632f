"""Every sentence polku says to a user: a message with an id, rendered in the reader's language at the edge."""

from polku.words.catalogue import LANGUAGES, catalogue_ids, has
from polku.words.message import Message, Text
from polku.words.reader import Reader, reader, render

__all__ = ["LANGUAGES", "Message", "Reader", "Text", "catalogue_ids", "has", "reader", "render"]
