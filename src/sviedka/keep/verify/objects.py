"""The sealed objects as far as anyone can judge them: there, as long, of the same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.keep import layout
from sviedka.keep.vault.scrub import Harm, compare
from sviedka.keep.vault.stage import path_of
from sviedka.keep.verify.stored import COPY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sviedka.keep.vault.store import Store
    from sviedka.keep.verify.account import Account
    from sviedka.keep.verify.listing import Listing
    from sviedka.keep.verify.report import Meter, Notebook

_WORDS: Final = {
    Harm.MISSING: "this object is missing",
    Harm.TRUNCATED: "this object is cut off",
    Harm.EXTENDED: "this object goes on behind its end",
    Harm.SWAPPED: "under this name lies another object",
    Harm.ALTERED: "this object is altered",
    Harm.UNREADABLE: "this object cannot be read",
}


def where(name: str) -> str:
    """The path of an object in the archive."""
    return f"{layout.OBJECTS}/{path_of(name)}"


def check_sizes(account: Account, listing: Listing, notebook: Notebook) -> dict[str, int]:
    """Every object is there with its size, but for those that were destroyed.

    Gives the sizes of those that are.
    """
    sound = {}
    for name, named in account.objects.items():
        size = listing.take(where(name))
        if account.absent(name):
            if size is not None:
                what = "this object was destroyed, and yet it is still here"
                notebook.warn(what, where(name), "remove it, from every copy")
            continue
        notebook.counts.objects += 1
        if size is None:
            notebook.damage(_WORDS[Harm.MISSING], where(name), COPY)
        elif size != named.size:
            harm = Harm.TRUNCATED if size < named.size else Harm.EXTENDED
            what = f"{_WORDS[harm]}: {size} bytes instead of {named.size}"
            notebook.damage(what, where(name), COPY)
        else:
            sound[name] = size
    return sound


def check_hashes(
    store: Store, expected: Mapping[str, int], notebook: Notebook, meter: Meter
) -> None:
    """Every object has the bytes that its name says."""
    for found in compare(store, expected, read=meter.add):
        detail = f": {found.detail}" if found.detail else ""
        notebook.damage(_WORDS[found.harm] + detail, where(found.name), COPY)
