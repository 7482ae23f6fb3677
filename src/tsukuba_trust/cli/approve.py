"""``tsukuba-trust approve``: an officer's signature, on the officer's own machine."""

import hashlib
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tsukuba_trust.cli.words import counted
from tsukuba_trust.errors import one_line
from tsukuba_trust.values import Json

if TYPE_CHECKING:
    from tsukuba_trust.services.acts import Proposal

PATH = click.Path(path_type=Path)


@click.command("approve")
@click.argument("proposal", type=PATH, required=False)
@click.option("--officer", help="your name, as in the election file")
@click.option("--key", type=PATH, help="your private key file")
@click.option("--yes", is_flag=True, help="do not ask before signing")
@click.option("--new-key", type=PATH, help="make a private key file and show its public key")
def command(
    proposal: Path | None, officer: str | None, key: Path | None, yes: bool, new_key: Path | None
) -> None:
    """Read an act's PROPOSAL, show it, and sign it with your key.

    The approval is written into the file; give it back to whoever proposed the act. A key
    never leaves this machine: it is made here with --new-key.
    """
    if new_key is not None:
        make_key(new_key)
        return
    if proposal is None or officer is None or key is None:
        raise click.UsageError("give PROPOSAL, --officer and --key; or --new-key FILE")
    from tsukuba_trust.cli.files import read_text, replace_text
    from tsukuba_trust.services.acts import Proposal
    from tsukuba_trust.services.keys import read_signing_key

    found = Proposal.from_text(read_text(proposal))
    click.echo(summary(found))
    if not yes:
        click.confirm("Sign this act?", abort=True)
    signed = found.approved(officer, read_signing_key(key))
    replace_text(proposal, signed.to_text())
    click.echo(f"{counted(len(signed.act['approvals']), 'approval')} in {proposal}")


def summary(proposal: "Proposal") -> str:
    """Say what an act does, in lines that an officer can read aloud and nobody can forge."""
    act = proposal.act
    lines = [
        f"election: {proposal.origin}",
        f"act {act['number']}: {act['act']}, proposed {act['at']}",
        f"reason: {reason(act)}",
    ]
    lines += [f"change: {name} = {value}" for name, value in act.get("change", {}).items()]
    lines += [f"about: {digest}" for digest in act["subject"]]
    lines += [f"followed by: {following(entry, proposal.blobs)}" for entry in proposal.following]
    lines += [f"approved by: {one['officer']}" for one in act["approvals"]]
    return "\n".join(map(one_line, lines))


def following(entry: Json, blobs: Sequence[bytes]) -> str:
    """Return what an entry says, so that nobody signs digests alone."""
    match entry["type"]:
        case "SheetsEntered":
            from tsukuba_trust.cli.sheet_words import sheet_in_words

            return sheet_in_words(entry, blobs)
        case "HoldersStruck":
            from tsukuba_trust.cli.subject_words import strikes_in_words

            return strikes_in_words(entry, blobs)
        case "ResultDeclared":
            from tsukuba_trust.cli.subject_words import result_in_words

            return result_in_words(entry, blobs)
        case "Purged":
            gone = zip(entry["counts"], entry["kinds"], strict=True)
            return f"Purged: {', '.join(f'{count} {kind}' for count, kind in gone)}"
        case "LotDrawn":
            return f"LotDrawn in contest {entry['contest']}, order: {', '.join(entry['order'])}"
        case _:
            return str(entry["type"])


def reason(act: Json) -> str:
    """Return an act's reason; of what programs wrote, only its size and digest."""
    document = act["reason"]
    if "text" not in document:
        return f"in a blob, {document['sha256']}"
    text = str(document["text"])
    if act["act"] != "rehearsed":
        return text
    digest = hashlib.sha256(text.encode()).hexdigest()
    return f"the rehearsal with the trustees' answers, {len(text)} characters, SHA-256 {digest}"


def make_key(path: Path) -> None:
    """Make an Ed25519 key file with mode 0600 and show the public key."""
    from tsukuba_trust.services.keys import new_signing_key, public_text, write_key

    key = new_signing_key(secrets.token_bytes)
    write_key(path, key)
    click.echo(f"keep secret: {path}\npublic key: {public_text(key)}")
