"""``sviedka unlock``, ``lock``, ``passphrase``: the keys of this device."""

from __future__ import annotations

import click

from sviedka.cli.asking import NEW_PASSPHRASE_FILE, passphrase
from sviedka.cli.session import Session, command


@click.command()
@command(
    click.option(
        "--minutes",
        type=click.FloatRange(0, 24 * 60, min_open=True),
        default=15.0,
        show_default=True,
        help="For how long (at most a day).",
    ),
)
def unlock(session: Session, minutes: float) -> None:
    """Keep the keys in memory for a while.

    Meanwhile no passphrase is asked for. A small process of your own holds them on a private
    socket. Its time runs from now, also while the computer sleeps; `sviedka lock` ends it at once.
    """
    from sviedka.keep.archive import archive_id
    from sviedka.keep.keys import agent

    archive = archive_id(session.log())
    agent.start(session.unlocked(archive), archive, minutes)
    session.show(
        {"archive": archive, "unlocked_seconds": agent.ttl(archive)},
        f"Unlocked for {_minutes(minutes)}. `sviedka lock` forgets the keys at once.",
    )


@click.command()
@command()
def lock(session: Session) -> None:
    """Forget the keys at once.

    Those that `sviedka unlock` keeps in memory.
    """
    from sviedka.keep.archive import archive_id
    from sviedka.keep.keys import agent

    was = agent.stop(archive_id(session.log()))
    session.show({"was_unlocked": was}, "Locked." if was else "It was not unlocked.")


@click.command(name="passphrase")
@command()
def passphrase_(session: Session) -> None:
    """Change the passphrase of this device.

    The old one is asked for first. A copy of device.age made before still opens with the old one.
    """
    from sviedka.keep.archive import archive_id
    from sviedka.keep.keys import device

    archive = archive_id(session.log())
    folder = session.device_folder(archive)
    data = folder.read(device.FILE, device.FILE_LIMIT)
    old = passphrase("Old passphrase")
    device.unlock(data, archive, old)
    new = passphrase("New passphrase", confirm=True, variable=NEW_PASSPHRASE_FILE)
    folder.write(device.FILE, device.relock(data, archive, old, new))
    session.show({"changed": True}, "The passphrase of this device is changed.")


def _minutes(number: float) -> str:
    return "1 minute" if number == 1 else f"{number:g} minutes"
