"""`polku schema`: the JSON Schema of the documents."""

from __future__ import annotations

import click


@click.command("schema")
@click.argument("kind", required=False)
def command(kind: str | None) -> None:
    """Print the JSON Schema of a kind of document: settings, journey, role, evidence …

    Without KIND, the schema that any document fits. Editors complete and check with it:

        polku schema journey > journey.schema.json
    """
    import json

    from polku.cli.suggest import nearest
    from polku.documents import KINDS
    from polku.errors import WrongUse
    from polku.formats.json_schema import json_schema
    from polku.formats.kinds import KIND_WORDS
    from polku.words import Message

    folders = {
        folder: word for folder, model in KINDS.items() for word in KIND_WORDS if KIND_WORDS[word] is model
    }
    if kind is not None:
        kind = {"polku": "settings", "polku.yaml": "settings", **folders}.get(kind.rstrip("/"), kind)
        if kind not in KIND_WORDS:
            found = {"kind": kind, "known": list(KIND_WORDS)}
            if near := nearest(kind, KIND_WORDS):
                raise WrongUse(Message("formats.no-kind-near", {**found, "near": near}))
            raise WrongUse(Message("formats.no-kind", found))
    click.echo(json.dumps(json_schema(kind), indent=2, ensure_ascii=False))
