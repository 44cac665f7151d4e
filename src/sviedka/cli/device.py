"""``sviedka device``: which computers belong to an archive."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sviedka.cli import words
from sviedka.cli.asking import confirm, is_terminal, passphrase
from sviedka.cli.session import Session, command, home
from sviedka.errors import UsageError

if TYPE_CHECKING:
    from sviedka.keep.archive import Archive
    from sviedka.keep.ledger.statements import Role

_ROLES = ["reader", "steward", "writer"]
_FOLDER = click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))


@click.group()
def device() -> None:
    """Add, list and remove devices.

    \b
    On the new computer:   sviedka device join FOLDER
    On one that is there:  sviedka device add FOLDER/…/requests/….json, then sviedka sync FOLDER
    On the new computer:   sviedka sync FOLDER --new PATH

    FOLDER is a plain folder that both can reach, such as a stick or a share. It is trusted for
    nothing: compare the fingerprints that both computers show.
    """  # noqa: D301 - click keeps the lines after \b as they are


@device.command(name="list")
@command()
def list_(session: Session) -> None:
    """List the devices, with their roles."""
    with session.open() as archive:
        rows = _rows(archive)
    lines = [
        (
            row["device"],
            "the recovery sheet" if row["roles"] == ["recovery"] else ", ".join(row["roles"]),
            "this one" if row["this"] else "",
            "gives positions" if row["sequencer"] else "",
        )
        for row in rows
    ]
    session.show({"devices": rows}, *words.columns(lines))


@device.command()
@command(
    _FOLDER,
    click.option(
        "--role", type=click.Choice(_ROLES), default="writer", show_default=True,
        help="What this device would be; whoever adds it decides.",
    ),
    click.option("--id", "short", default="", help="Which archive, if the folder holds several."),
)  # fmt: skip
def join(session: Session, folder: Path, role: Role, short: str) -> None:
    """On a new computer: ask to join.

    Keys are made, and a request is put into FOLDER.
    """
    from sviedka.keep.joining import fingerprint
    from sviedka.keep.sync import join

    word = passphrase("Passphrase for this device", confirm=True)
    made = join(folder, home(), word, [role], random=os.urandom, short=short)
    print_ = fingerprint(made.archive, made.request)
    session.show(
        {"archive": made.archive, "device": made.device.id, "fingerprint": print_},
        f"This device asks to join archive {made.archive[:16]}… as {role}.",
        f"Fingerprint: {print_}",
        "Tell it to whoever adds the device, by voice or in person; not through the folder.",
    )


@device.command()
@command(
    click.argument("request", type=click.Path(path_type=Path, exists=True, dir_okay=False)),
    click.option("--role", type=click.Choice(_ROLES), required=True, help="What it may do."),
    click.option("--case", "cases", multiple=True, help="Grant it this case (label or id)."),
    click.option("--all-cases", is_flag=True, help="Grant it every case that stands."),
    click.option("--fingerprint", help="What the new device shows; otherwise you are asked."),
    click.option("--purpose", default="", help="Why; sealed in the ledger."),
)
def add(
    session: Session,
    request: Path,
    role: Role,
    cases: tuple[str, ...],
    all_cases: bool,
    fingerprint: str | None,
    purpose: str,
) -> None:
    """Admit a device.

    REQUEST is the file that it put into the folder. It gets only the cases that you name; a steward
    gets every later case too.
    """
    from sviedka.capture.intake import require_case
    from sviedka.keep import joining
    from sviedka.keep.durable import read_file

    data = read_file(request, joining.REQUEST_LIMIT)
    with session.open() as archive:
        joining.read_request(archive, data)
        _compare(joining.fingerprint(archive.archive_id, data), fingerprint)
        chosen = None if all_cases else [require_case(archive, each) for each in cases]
        member = joining.admit(archive, data, [role], chosen, purpose)
    session.show(
        {"device": member.device, "roles": list(member.roles)},
        f"Device {member.device} is a {role} now. Sync, so that it learns of it.",
    )


@device.command()
@command(
    click.argument("device_id", metavar="DEVICE"),
    click.option("--case", "cases", multiple=True, required=True, help="This case (label or id)."),
    click.option("--purpose", default="", help="Why; sealed in the ledger."),
)
def grant(session: Session, device_id: str, cases: tuple[str, ...], purpose: str) -> None:
    """Grant more cases to a device.

    DEVICE is the beginning of its id.
    """
    from sviedka.capture.intake import require_case
    from sviedka.keep import joining

    with session.open() as archive:
        chosen = [require_case(archive, each) for each in cases]
        joining.grant(archive, device_id, chosen, purpose)
    session.show(
        {"cases": chosen},
        f"Granted: {words.count(len(chosen), 'case')}. Sync, so that it learns of it.",
    )


@device.command()
@command(
    click.argument("device_id", metavar="DEVICE"),
    click.option("--purpose", default="", help="Why; sealed in the ledger."),
    click.option("--yes", is_flag=True, help="Do not ask whether you are sure."),
)
def remove(session: Session, device_id: str, purpose: str, yes: bool) -> None:
    """Remove a device.

    It gets no new key, and what it could open goes on under new ones. What it has read or copied
    stays readable to it.
    """
    from sviedka.keep import joining

    with session.open() as archive:
        found = joining.find(archive, device_id)
        confirm(f"Remove device {found.device} ({', '.join(found.roles)})?", yes)
        joining.remove(archive, found.device, purpose)
    session.show({"removed": found.device}, f"Device {found.device} is removed.")


def _rows(archive: Archive) -> list[dict[str, Any]]:
    history = archive.history
    return [
        {
            "device": each.device,
            "entries": history.chains[each.device].seq if each.device in history.chains else 0,
            "roles": list(each.roles),
            "sequencer": each.device == history.sequencer,
            "this": each.device == archive.device.id,
        }
        for each in history.members.values()
    ]


def _compare(true: str, said: str | None) -> None:
    """Go on only if a person has seen the same fingerprint on the other device."""
    if said is None and not is_terminal():
        raise UsageError(
            "the fingerprint must be compared, and nobody is there to ask",
            do="give with --fingerprint what the new device shows",
        )
    if said is None:
        click.echo(f"Fingerprint: {true}", err=True)
        if not click.confirm("Does the new device show exactly this?", err=True):
            raise UsageError("the fingerprints differ; nothing was admitted")
    elif said.replace(" ", "").lower() != true.replace(" ", ""):
        raise UsageError(
            f"the request in the folder has the fingerprint {true}, not this one",
            do="somebody may have put another request there: ask the person of the new device",
        )
