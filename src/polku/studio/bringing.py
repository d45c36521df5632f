"""Bringing uploads in: what somebody says of their columns, and the job that publishes them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from polku.documents import Source, Workspace
from polku.records.lake import Lake
from polku.sources.child import read_in_child
from polku.sources.importing import import_files
from polku.sources.mapping_text import as_yaml
from polku.sources.mappings import id_of, reads_of
from polku.sources.remapping import remapped
from polku.sources.staging import ReadFile
from polku.sources.unclear import Unclear
from polku.studio import audit
from polku.studio.folders import folder_of
from polku.studio.jobs import Running, work
from polku.studio.store import Author, create, replace, workspace_of
from polku.studio.uploads import Preview, Upload, find, leave, look

WRITTEN = ("encoding", "delimiter", "dates", "zone", "decimal", "skip")


def become(
    upload: Upload, preview: Preview, workspace: Workspace, part: str, changes: dict[str, str]
) -> None:
    """Let columns of a file become something else.

    Args:
        part: name of the file or table.
        changes: column → `table.column`, empty to leave it out.
    """
    source = mapping_of(preview, part)
    if source is None:
        return
    origin = next((one.mapping.document for one in preview.read if one.name == part), None)
    changed = remapped(source, changes)
    if origin is None and part not in upload.named:
        changed = changed.model_copy(update={"id": _free(changed.id, workspace)})
    upload.named[part] = {"source": changed.model_dump(by_alias=True, mode="json", exclude_defaults=True)}
    upload.save()


def mapping_of(preview: Preview, part: str) -> Source | None:
    """How a file is read now; of one that nobody understands, what could be begun with."""
    for one in preview.read:
        if one.name == part:
            return one.mapping.source
    for name, why in preview.refused:
        if name == part and isinstance(why, Unclear):
            columns = {target: column for target, column in why.draft.items() if column != "…"}
            return Source.model_validate(
                {
                    "id": id_of(name),
                    "kind": "other" if why.table == "events" else "crm",
                    "reads": reads_of(name),
                    "fills": [{"table": why.table, "columns": columns}],
                }
            )
    return None


def write_otherwise(upload: Upload, preview: Preview, part: str, said: dict[str, Any]) -> None:
    """Say how a file is written, or that a source polku knows wrote it.

    Args:
        said: some of WRITTEN, or `system`; an empty value takes the word back.
    """
    if "system" in said:
        upload.named.pop(part, None)
        upload.written.pop(part, None)
        if said["system"]:
            upload.named[part] = {"system": said["system"]}
        upload.save()
        return
    said = {key: value for key, value in said.items() if key in WRITTEN}
    recut = {"encoding", "delimiter", "skip"} & set(said)
    origin = next((one.mapping for one in preview.read if one.name == part and one.mapping.document), None)
    own = upload.named.get(part)
    if origin is not None and not own:
        plain = origin.source.model_dump(by_alias=True, mode="json", exclude_defaults=True)
        own = upload.named[part] = {"source": plain}
    if own and "source" in own and (origin is not None or not recut):
        source = {**own["source"], **said}
        own["source"] = {key: value for key, value in source.items() if value not in ("", None)}
    else:
        # Other cells than before: what was said of the old columns no longer holds.
        upload.named.pop(part, None)
        before = upload.written.get(part, {})
        upload.written[part] = {
            key: value for key, value in {**before, **said}.items() if value not in ("", None)
        }
    upload.save()


def _free(id: str, workspace: Workspace) -> str:
    """The id, or one like it that no mapping of the workspace has."""
    number, found = 1, id
    while found in workspace.sources:
        number += 1
        found = f"{id}-{number}"
    return found


@work("look")
def look_at_upload(running: Running) -> dict[str, Any]:
    """Read a large upload without writing anything."""
    folder = folder_of(running.space)
    upload = find(folder, str(running.job.asked["upload"]))
    if upload is None:
        return {}
    look(upload, workspace_of(running.space), str(running.job.asked["language"]), running.progress)
    return {"upload": upload.id}


@work("import")
def import_upload(running: Running) -> dict[str, Any]:
    """Publish an upload: read by a capped process, all of it or nothing; done twice, it is done once."""
    space, job = running.space, running.job
    folder = folder_of(space)
    upload = find(folder, str(job.asked["upload"]))
    if upload is None:
        return done_before(folder, job.at) or {}
    done = done_before(folder, job.at)
    if done is None:
        imported = import_files(
            workspace_of(space),
            folder,
            upload.paths,
            named=upload.said(),
            language=str(job.asked["language"]),
            progress=running.progress,
            now=job.at,
            reading=read_in_child,
        )
        keep_mappings(running, imported.read)
        done = done_before(folder, job.at) or {}
    audit.write(
        "imported",
        space=space,
        person=job.person,
        version=done.get("version"),
        files=", ".join(one["file"] for one in done.get("files", ())),
    )
    leave(upload)
    return done


def done_before(folder: Path, at: dt.datetime) -> dict[str, Any] | None:
    """What the import that was asked for at this moment did, where a lake tells of it."""
    lake = Lake(folder / "lake")
    if not lake.exists():
        return None
    moment = at.isoformat(timespec="seconds")
    files = [one for one in lake.manifest["imports"] if one["when"] == moment]
    if not files:
        return None
    counts = ("file", "source", "rows", "used", "rejected", "repeated")
    return {
        "version": files[0]["version"],
        "files": [{key: one[key] for key in counts} for one in files],
    }


def keep_mappings(running: Running, read: tuple[ReadFile, ...]) -> None:
    """Keep how files were read as documents of the workspace, so that the next export comes in the same way."""
    author = Author(running.job.person)
    for one in read:
        source, workspace = one.mapping.source, workspace_of(running.space)
        if one.kind == "xes" or one.mapping.told_by == "reads":
            continue
        name, text = f"sources/{source.id}", as_yaml(source)
        known = workspace.sources.get(source.id)
        if known is None:
            create(running.space, name, text, author)
        elif known != source and one.mapping.told_by == "option":
            replace(running.space, name, text, author)
