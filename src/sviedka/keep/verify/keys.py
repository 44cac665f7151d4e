"""The facet keys with which an archive is verified, from every grant that its holder has."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from sviedka.errors import FormatError, IntegrityError, NotFoundError, SviedkaError
from sviedka.keep import layout
from sviedka.keep.age import HybridIdentity
from sviedka.keep.keys import grants
from sviedka.keep.keys.facet import FacetEpoch
from sviedka.keep.vault.stage import path_of
from sviedka.keep.verify.account import Place
from sviedka.keep.verify.stored import COPY

if TYPE_CHECKING:
    from sviedka.keep.keys.device import DeviceKeys
    from sviedka.keep.keys.grants import GrantFile
    from sviedka.keep.keys.state import DeviceState
    from sviedka.keep.ledger.statements import Granted
    from sviedka.keep.verify.account import Account
    from sviedka.keep.verify.listing import Listing
    from sviedka.keep.verify.report import Notebook


@dataclass(frozen=True)
class Holder:
    """A device that can open things: its root keys, and what it remembers."""

    device: DeviceKeys
    state: DeviceState


class FacetKeys:
    """The keys that the grants of an archive give to a device: none, if no holder is given.

    Making this checks every grant file.
    """

    def __init__(
        self, account: Account, listing: Listing, holder: Holder | None, notebook: Notebook
    ) -> None:
        self._account = account
        self._listing = listing
        self._holder = holder
        self._notebook = notebook
        self._seeds: dict[FacetEpoch, bytes] = {}
        """Seeds and not identities: one of these takes some kilobytes."""
        self.identity = lru_cache(64)(self._identity)
        for granted in account.grants.values():
            self._check(granted)

    def _identity(self, name: FacetEpoch) -> HybridIdentity | None:
        seed = self._seeds.get(name)
        return HybridIdentity.from_seed(seed) if seed else None

    def _check(self, granted: Granted) -> None:
        path = f"{layout.GRANTS}/{path_of(granted.file)}"
        size = self._listing.take(path)
        if self._account.destroyed(Place(granted.case, granted.facet)):
            if size is not None:
                what = "this grant was destroyed, and yet it is still here"
                self._notebook.warn(what, path, "remove it, from every copy")
            return
        self._notebook.counts.grants += 1
        try:
            self._open(self._read(path, granted), granted)
        except NotFoundError:
            self._notebook.damage("this grant is missing", path, COPY)
        except SviedkaError as error:
            self._notebook.error(error, path)

    def _read(self, path: str, granted: Granted) -> GrantFile:
        data = self._listing.read(path, grants.FILE_LIMIT)
        if hashlib.sha256(data).hexdigest() != granted.file:
            raise IntegrityError("this grant is altered", do=COPY)
        grant = grants.parse(data)
        name = FacetEpoch(granted.case, granted.facet, granted.epoch)
        if (grant.archive, grant.name) != (self._account.history.archive, name):
            raise IntegrityError(f"this is a grant of {grant.name}; the ledger says {name}")
        if grant.devices != granted.devices:
            raise FormatError("this grant admits other devices than the ledger says")
        return grant

    def _open(self, grant: GrantFile, granted: Granted) -> None:
        if self._holder is None or self._holder.device.id not in granted.devices:
            return
        declared = self._account.history.cases[granted.case][granted.facet]
        outer = self._holder.state.outer_seed(grant.name)
        if outer is None:
            what = f"the outer key of {grant.name} is not on this device"
            self._notebook.note(what, do="it comes with the next sync, unless it was destroyed")
            return
        identity = grants.open_grant(
            grant,
            self._holder.device,
            HybridIdentity.from_seed(outer),
            declared.epochs[granted.epoch - 1].recipient,
        )
        self._seeds[grant.name] = identity.seed
