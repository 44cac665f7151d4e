"""The stamps of kept heads: whether each holds, and rests on what this archive trusts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.errors import SviedkaError
from sviedka.keep import layout
from sviedka.keep.stamps import authorities, checking, extra, names
from sviedka.keep.verify.report import Outside

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cryptography import x509

    from sviedka.keep.stamps.checking import Stamp
    from sviedka.keep.verify.deep import Trust
    from sviedka.keep.verify.report import Notebook

FOLDER: Final = f"{layout.LEDGER}/{layout.KEPT}/"


def check_stamps(
    size: int, head: bytes, files: Mapping[str, bytes], trust: Trust | None, notebook: Notebook
) -> None:
    """Hold the stamps among the files beside a head against its exact bytes.

    Without ``trust`` it is not known whose they should be: then each is held against the root that
    was kept along with it.
    """
    stamps = {each.file("tsr") for each in names.tokens(files)}
    stamps |= {each.file for each in names.proofs(files)}
    for name in files:
        if name not in stamps and not names.is_part(name):
            notebook.note("nobody here knows what this file attests", FOLDER + name)
    if not extra.there():
        for name in sorted(stamps):
            notebook.outside.append(Outside(size, name))
            what = "this stamp was not checked"
            notebook.note(what, FOLDER + name, "pip install 'sviedka[stamps]' brings what does it")
        return
    roots = _roots(trust, notebook) if trust else None
    for name, found in checking.stamps(head, files, roots):
        if isinstance(found, SviedkaError):
            notebook.error(found, FOLDER + name)
        else:
            _take(found, roots, notebook)


def _take(
    found: Stamp, roots: Mapping[str, Sequence[x509.Certificate]] | None, notebook: Notebook
) -> None:
    where = FOLDER + found.file
    if roots is not None and found.authority and found.authority not in roots:
        notebook.note("no record that this device may read knows the authority", where)
    elif found.trusted is False:
        what = f"this stamp rests on no root that was pinned for {found.authority}"
        notebook.damage(what, where, "look who made it, and who added that authority")
        return
    if found.attests:
        notebook.outside.append(Outside(found.size, found.file, found.time))
    else:
        notebook.note("a calendar has promised; no block attests it yet", where)


def _roots(trust: Trust, notebook: Notebook) -> dict[str, Sequence[x509.Certificate]]:
    good = []
    for each in trust.authorities:
        try:
            authorities.roots([each])
        except SviedkaError as error:
            notebook.error(error, "a record of an authority")
        else:
            good.append(each)
    return authorities.roots(good)
