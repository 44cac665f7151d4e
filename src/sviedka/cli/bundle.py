"""``sviedka bundle`` and ``check``: a proof that leaves the archive, and one that comes back."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sviedka.cli import words
from sviedka.cli.cosign import FILE
from sviedka.cli.session import Session, command
from sviedka.cli.stamp import HEADERS

if TYPE_CHECKING:
    from sviedka.keep.bundle import Checked
    from sviedka.keep.stamps.checking import Stamp


@click.command()
@command(
    click.argument("item"),
    click.argument("out", type=click.Path(path_type=Path)),
    click.option("--name", is_flag=True, help="Give the original the file name that it came with."),
    click.option("--whole-event", is_flag=True, help="Show the purpose of its import, too."),
    click.option("--purpose", default="", help="Why, for the record of custody."),
)
def bundle(
    session: Session, item: str, out: Path, name: bool, whole_event: bool, purpose: str
) -> None:
    """Write a proof that others can check alone.

    ITEM is the beginning of an id, or the SHA-256 of an original; OUT a folder or .zip. It holds
    the original or the record, what ties it to the signed ledger, a page for a lawyer in three
    languages, and verify.py, which checks it with Python and openssl alone. It holds no key, and
    nothing of the rest of the archive.
    """
    from sviedka.capture.whence import whence
    from sviedka.errors import NotFoundError
    from sviedka.keep.bundle import write
    from sviedka.keep.reading import find_item

    with session.open() as archive:
        called = ""
        try:
            found = find_item(archive, item)
        except NotFoundError:
            record = item
        else:
            record = found.id.hex()
            called = whence(archive, found.id).name if name else ""
        write(archive, record, out, name=called, purpose=purpose, whole_event=whole_event)
        log = archive.history.log_keys[-1].key
        archive_id = archive.archive_id
    session.show(
        {"archive": archive_id, "log": log, "out": str(out), "record": record},
        f"{out} is written. To check it: python3 {out}/verify.py"
        if out.is_dir()
        else f"{out} is written. To check it: sviedka check {out}",
        "It proves something only to those who know, from elsewhere, that these are yours:",
        f"  archive {archive_id}",
        f"  log     {log}",
    )


@click.command()
@command(
    click.argument("path", metavar="BUNDLE", type=click.Path(path_type=Path, exists=True)),
    click.option("--from-archive", help="The archive id that its owners have published."),
    click.option("--log", help="The log's verifier key that its owners have published."),
    click.option("--roots", type=FILE, help="Root certificates (PEM) that you trust to tell time."),
    HEADERS,
)
def check(
    session: Session,
    path: Path,
    from_archive: str | None,
    log: str | None,
    roots: Path | None,
    headers: Path | None,
) -> None:
    """Check a proof bundle; needs no archive.

    BUNDLE is a folder or .zip. No key is needed. Ends with 0 only if everything in it holds. Give
    what its owners have published with --from-archive or --log; otherwise you must compare it
    yourself. Time stamps are held against the root certificates that you trust, if you name them.
    """
    from sviedka.keep.bundle import check as check_bundle
    from sviedka.keep.durable import read_file
    from sviedka.keep.stamps import certificates, checking
    from sviedka.keep.stamps.headers import read as read_headers

    trusted = None
    if roots:
        known = certificates.load(read_file(roots, certificates.MAX_PEM))
        certificates.require_roots(known)
        trusted = certificates.roots(known)
    blocks = read_headers(headers) if headers else checking.NO_HEADERS
    found = check_bundle(path, archive=from_archive, log=log, roots=trusted, headers=blocks)
    session.show({"holds": True, **asdict(found)}, *_lines(found, from_archive or log))


def _lines(found: Checked, published: str | None) -> list[str]:
    lines = ["Everything in this bundle holds."]
    if found.original:
        lines.append(
            f"The original ({words.count(found.original.size, 'byte')}, "
            f"SHA-256 {found.original.sha256}) is the one that was sealed."
        )
    lines.append(
        f"Its record is part of entry {found.position} of a ledger that had "
        f"{words.count(found.size, 'entry')}."
    )
    if found.event:
        lines.append(
            f"Its author stated for the act ({found.event['type']}) the time {found.event['time']}."
        )
    lines += [
        f"{each.witness.split('+')[0]} saw that ledger at {words.moment(each.time)} UTC."
        for each in found.cosignatures
    ]
    lines += [line for each in found.stamps for line in _stamp(each)]
    lines += [
        f"Not checked here: {each} (pip install 'sviedka[stamps]')" for each in found.unchecked
    ]
    if not published:
        lines += [
            "Compare with what its owners have published:",
            f"  archive {found.archive}",
            f"  log     {found.log}",
        ]
    return lines


def _stamp(found: Stamp) -> list[str]:
    """What a stamp shows, and what is left open."""
    when = "" if found.time is None else f"{words.moment(found.time)} UTC"
    if found.signer:
        line = f"By the time stamp of {words.plain(found.signer)}, it was there at {when}."
        if found.trusted:
            return [line, "  It rests on a root that you trust."]
        left = "name the roots that you trust with --roots"
        if found.trusted is False:
            left = "it rests on none of the roots that you named"
        return [line, f"  Not checked here: whose stamp that is ({left})."]
    if found.time is not None:
        return [f"By the Bitcoin block of {when}, whose header you brought, it was there then."]
    if found.blocks:
        heights = ", ".join(f"{each:,}" for each in found.blocks)
        return [f"Not checked here: the Bitcoin block {heights} (bring it with --headers)."]
    return [f"A calendar promised to have it attested ({found.file}); nothing shows that it did."]
