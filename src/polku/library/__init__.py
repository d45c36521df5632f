"""polku in a notebook: a workspace whose checks, answers and drawings show themselves."""

from polku.library.answer import Answer
from polku.library.findings import Findings
from polku.library.picture import Picture
from polku.library.workspace import OpenWorkspace

__all__ = ["Answer", "Findings", "OpenWorkspace", "Picture"]
