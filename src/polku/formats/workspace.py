"""A workspace folder to one Workspace: what is broken in a file is a Problem, and the rest is still read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from polku.documents import (
    FORMAT_VERSION,
    KINDS,
    SETTINGS_FILE,
    Document,
    Place,
    Problem,
    Settings,
    Workspace,
)
from polku.documents.natural import natural
from polku.errors import DocumentError, Where
from polku.formats.brand import read_logo
from polku.formats.ids import id_from
from polku.formats.mend import Mended, mend
from polku.formats.yaml_read import MAX_BYTES, BrokenYaml, Mark, Parsed, decode, parse_yaml
from polku.words import Message

Model = TypeVar("Model", bound=BaseModel)


def read_workspace(folder: str | Path) -> Workspace:
    """Read all documents of a workspace folder.

    Args:
        folder: where polku.yaml stands.

    Returns:
        The workspace; whatever could not be read is in its `problems`, with file, line and column.

    Raises:
        DocumentError: there is no such folder, or no polku.yaml in it.
    """
    root = Path(folder)
    if root.is_file():
        raise DocumentError(Message("formats.is-file", {"folder": str(root.parent)}), Where(file=str(root)))
    if not root.is_dir():
        raise DocumentError(Message("formats.no-folder", {"folder": str(root)}), Where(file=str(root)))
    if not (root / SETTINGS_FILE).is_file():
        raise DocumentError(Message("formats.no-workspace", {"folder": str(root)}), Where(file=str(root)))
    return _Reading(root).workspace()


def read_document(
    text: str, model: type[Model], *, document: str, file: str | None = None, id: str | None = None
) -> Mended[Model]:
    """Read one document from its text, with its problems and the place of everything in it.

    Args:
        text: the YAML.
        model: the kind of document.
        document: its name, `journeys/new-machine`.
        file: its file; the document's by default.
        id: the id to give where the text has none; the end of the document's name by default.
    """
    file = file or f"{document}.yaml"
    id = id if id is not None else document.rpartition("/")[2]
    try:
        parsed = parse_yaml(text)
    except BrokenYaml as broken:
        return _unread(broken, document, file)
    return mend(model, parsed, document=document, file=file, id=None if model is Settings else id)


def _unread(broken: BrokenYaml, document: str, file: str) -> Mended[Any]:
    place = Place(file, broken.line, broken.column)
    problem = Problem("PK008", broken.message, document, None, place)
    return Mended(None, [problem], {"": place})


class _Reading:
    """One reading of a folder: documents, places and problems as they are found."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.inside = root.resolve()
        self.problems: list[Problem] = []
        self.places: dict[str, Mapping[str, Place]] = {}

    def workspace(self) -> Workspace:
        settings = self._settings()
        self._strangers()
        kinds: dict[str, dict[str, Any]] = {kind: self._kind(kind, model) for kind, model in KINDS.items()}
        roles = kinds["roles"]
        order = [id for id in settings.roles if id in roles]
        kinds["roles"] = {id: roles[id] for id in dict.fromkeys([*order, *roles])}
        return Workspace(settings=settings, **kinds, places=self.places, problems=tuple(self.problems))

    def _settings(self) -> Settings:
        parsed = self._parse(self.root / SETTINGS_FILE, "polku", SETTINGS_FILE)
        if parsed is None:
            return Settings()
        version = parsed.data.get("polku") if isinstance(parsed.data, dict) else None
        if isinstance(version, int) and version > FORMAT_VERSION:
            said = Message("formats.newer", {"found": str(version), "known": str(FORMAT_VERSION)})
            marks = parsed.mark.inside
            mark = marks["polku"] if isinstance(marks, dict) else Mark(1, 1)
            self._problem("PK006", said, "polku", SETTINGS_FILE, mark.line, mark.column, "polku")
        mended = mend(Settings, parsed, document="polku", file=SETTINGS_FILE, id=None)
        self.problems += mended.problems
        self.places["polku"] = mended.places
        settings = mended.document or Settings()
        logo = read_logo(self.root, settings)
        if isinstance(logo, Message):
            place = mended.places.get("brand/logo", mended.places[""])
            self._problem("PK007", logo, "polku", SETTINGS_FILE, place.line, place.column, "brand/logo")
        return settings

    def _strangers(self) -> None:
        """Point out YAML files beside polku.yaml, which nothing reads."""
        for path in sorted(self.root.iterdir()):
            name = _shown(path.name)
            if path.suffix.lower() in (".yaml", ".yml") and name != SETTINGS_FILE and name[0] != ".":
                said = Message("formats.stranger", {"file": name, "folders": list(KINDS)})
                self._problem("PK009", said, _shown(path.stem), name)

    def _kind(self, kind: str, model: type[Document]) -> dict[str, Document]:
        folder = self.root / kind
        if not folder.is_dir() or not self._is_ours(folder, kind, f"{kind}"):
            return {}
        found: dict[str, Document] = {}
        files: dict[str, str] = {}
        for path in self._files(folder, kind):
            file = f"{kind}/{_shown(path.name)}"
            stem = _shown(path.stem)
            mended = self._document(path, f"{kind}/{stem}", file, model)
            if mended is None:
                continue
            if mended.document is None:
                self.places.setdefault(f"{kind}/{stem}", mended.places)
                continue
            id = mended.document.id
            name = f"{kind}/{id}"
            if id in found:
                # The file that carries the id as its name is the one that references mean.
                first, second = (files[id], file) if Path(files[id]).stem == id else (file, files[id])
                kept = first == files[id]
                said = Message("formats.document-id-twice", {"id": id, "first": first})
                self._problem("PK002", said, f"{kind}/{Path(second).stem}", second)
                if kept:
                    continue
            elif id != stem:
                said = Message("formats.file-name", {"id": id, "file": stem})
                place = mended.places.get("id", mended.places[""])
                self._problem("PK009", said, name, file, place.line, place.column, "id")
            if path.suffix == ".yml":
                self._problem("PK009", Message("formats.yml", {"file": f"{stem}.yaml"}), name, file)
            found[id], files[id] = mended.document, file
            self.places[name] = mended.places
        return found

    def _files(self, folder: Path, kind: str) -> list[Path]:
        try:
            paths = sorted(folder.iterdir(), key=lambda path: natural(path.stem))
        except OSError as error:
            said = Message("formats.unreadable", {"reason": error.strerror or str(error)})
            self._problem("PK008", said, kind, kind)
            return []
        return [path for path in paths if path.suffix in (".yaml", ".yml") and path.name[0] != "."]

    def _document(
        self, path: Path, document: str, file: str, model: type[Document]
    ) -> Mended[Document] | None:
        parsed = self._parse(path, document, file)
        if parsed is None:
            return None
        mended: Mended[Document] = mend(
            model, parsed, document=document, file=file, id=id_from(_shown(path.stem))
        )
        self.problems += mended.problems
        return mended

    def _parse(self, path: Path, document: str, file: str) -> Parsed | None:
        """The YAML of a file, or None with a problem saying why there is none."""
        if not self._is_ours(path, document, file):
            return None
        try:
            if not path.is_file():
                raise BrokenYaml(Message("formats.not-a-file"))
            if (size := path.stat().st_size) > MAX_BYTES:
                found = {"size": size / 1e6, "limit": MAX_BYTES / 1e6}
                raise BrokenYaml(Message("formats.too-big", found))
            return parse_yaml(decode(path.read_bytes()))
        except BrokenYaml as broken:
            unread = _unread(broken, document, file)
            self.problems += unread.problems
            self.places[document] = unread.places
        except OSError as error:
            said = Message("formats.unreadable", {"reason": error.strerror or str(error)})
            self._problem("PK008", said, document, file)
        return None

    def _is_ours(self, path: Path, document: str, file: str) -> bool:
        """Whether a path stays in the workspace when its links are followed."""
        if not path.is_symlink() or path.resolve().is_relative_to(self.inside):
            return True
        self._problem("PK008", Message("formats.link-out", {"file": file}), document, file)
        return False

    def _problem(
        self,
        code: str,
        message: Message,
        document: str,
        file: str,
        line: int = 1,
        column: int = 1,
        item: str | None = None,
    ) -> None:
        self.problems.append(Problem(code, message, document, item, Place(file, line, column)))


def _shown(name: str) -> str:
    """A file name that can be printed: bytes that are no UTF-8 become the sign for that."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
