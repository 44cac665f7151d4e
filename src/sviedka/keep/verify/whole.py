"""All checks of an archive, one after another."""

from __future__ import annotations

from bisect import bisect_left
from enum import IntEnum
from typing import TYPE_CHECKING

from sviedka.errors import ForkError, NotAnArchiveError, RollbackError, SviedkaError
from sviedka.keep import layout
from sviedka.keep.ledger.statements import Head
from sviedka.keep.vault.directory import DirectoryStore
from sviedka.keep.verify import heads
from sviedka.keep.verify.account import Account
from sviedka.keep.verify.deep import Deep
from sviedka.keep.verify.keys import FacetKeys
from sviedka.keep.verify.listing import Listing
from sviedka.keep.verify.objects import check_hashes, check_sizes
from sviedka.keep.verify.report import Meter, Notebook, Report
from sviedka.keep.verify.stored import COPY
from sviedka.keep.verify.tree import Tree

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from sviedka.keep.keys.state import DeviceState
    from sviedka.keep.verify.deep import CheckRecord
    from sviedka.keep.verify.keys import Holder
    from sviedka.keep.verify.report import Progress


class Depth(IntEnum):
    """How much of the objects is read. The ledger and the grants always are, all of them."""

    SIZES = 0
    """That each is there and as long as it should be."""
    HASHES = 1
    """All bytes, without opening anything: a scrub."""


def _silent(_done: int, _total: int) -> None:
    """Tell nobody."""


def _any_record(_record: dict[str, Any], _facet: str) -> None:
    """Take records as they are."""


def verify(
    path: Path,
    depth: Depth = Depth.SIZES,
    *,
    holder: Holder | None = None,
    check: CheckRecord = _any_record,
    progress: Progress = _silent,
) -> Report:
    """Check an archive; with a ``holder`` of keys, open and check everything that they open too.

    What the keys do not open is then hashed. ``check`` judges records by their kinds. Raises
    NotAnArchiveError, and StorageError if the folder as a whole cannot be read.
    """
    if not layout.is_archive(path) and not (path / layout.LEDGER).is_dir():
        raise NotAnArchiveError("this is not a Sviedka archive", where=str(path))
    notebook = Notebook()
    tree = Tree(path / layout.LEDGER, notebook)
    account = Account(tree, path / layout.OUTBOX, notebook)
    if not account.judged and not notebook.findings:
        raise NotAnArchiveError("this ledger was never founded", where=str(path))
    listing = Listing(path)
    for name in tree.files:
        listing.take(f"{layout.LEDGER}/{name}")
    for name in account.outbox_files:
        listing.take(name)
    _check_toml(account, listing, notebook)
    heads.check_newest(tree, account, notebook)
    if holder:
        _check_continued(tree, account, holder.state, notebook)
    keys = FacetKeys(account, listing, holder, notebook)
    sound = check_sizes(account, listing, notebook)
    trust = None
    store = DirectoryStore(path / layout.OBJECTS)
    meter = Meter(sum(sound.values()), progress)
    if holder:
        deep = Deep(
            account, sound, store=store, keys=keys, check=check, notebook=notebook, meter=meter
        )
        deep.run()
        trust = deep.trust
        notebook.counts.closed = len(sound)
    if holder or depth is Depth.HASHES:
        check_hashes(store, sound, notebook, meter)
    heads.check_kept(tree, account, listing, trust, notebook)
    listing.judge(notebook, known=account.whole)
    notebook.counts.entries = account.judged
    notebook.counts.read = meter.done
    return _report(tree, account, notebook)


def _check_toml(account: Account, listing: Listing, notebook: Notebook) -> None:
    """``archive.toml`` says what entry 0 says."""
    history = account.history
    there = listing.take(layout.TOML) is not None
    if history.found is None:
        return
    wanted = layout.toml_of(history.archive, history.found.origin, history.found.zone)
    try:
        if not there or listing.read(layout.TOML, len(wanted) + 1) != wanted:
            do = "it only repeats entry 0, and no program reads it"
            notebook.damage("this does not say what entry 0 says", layout.TOML, do)
    except SviedkaError as error:
        notebook.error(error, layout.TOML)


def _check_continued(tree: Tree, account: Account, state: DeviceState, notebook: Notebook) -> None:
    """The log continues the head that this device has seen last, and has all that it signed."""
    if not account.whole:
        return
    chain = account.history.chains.get(state.device)
    if chain is None or chain.seq < state.seq:
        count = chain.seq if chain else 0
        what = f"this device has signed {state.seq} entries; here are only {count}"
        notebook.damage(what, layout.LEDGER, COPY)
    size = min(tree.size, state.head.size)
    try:
        state.advanced(Head(root=tree.root_at(size).hex(), size=size))
    except (RollbackError, ForkError) as error:
        notebook.damage(error.what, layout.LEDGER, COPY)


def _report(tree: Tree, account: Account, notebook: Notebook) -> Report:
    attested = max((each.size for each in notebook.outside), default=0)
    alone = ""
    if attested < tree.size:
        # The day on which the first entry that nobody has seen was written.
        known = bisect_left(account.days, (attested + 1, ""))
        alone = account.days[max(known - 1, 0)][1] if account.days else ""
    return Report(
        archive=account.history.archive,
        head=Head(root=tree.root.hex(), size=tree.size),
        findings=tuple(notebook.findings),
        counts=notebook.counts,
        outside=tuple(notebook.outside),
        attested=attested,
        alone_since=alone,
    )
