"""Every error that Sviedka raises on purpose.

An error says *what* happened, *where* (file, line, entry, byte), and what to *do* next, in words
for the person at the keyboard. A class is a kind of trouble that a caller may want to treat apart;
its ``exit_status`` is what the command line ends with.
"""

from __future__ import annotations


class SviedkaError(Exception):
    """Base of all of them. ``what`` is one sentence; ``where`` and ``do`` may be empty."""

    exit_status = 1

    def __init__(self, what: str, *, where: str = "", do: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.do = do

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text} ({self.do})" if self.do else text


class UsageError(SviedkaError):
    """What was asked for makes no sense as it stands; nothing was done."""

    exit_status = 2


class NotFoundError(UsageError):
    """A named item, record, case or file is not there."""


class AmbiguousError(UsageError):
    """What was named may be any of several; ``candidates`` are some of them, in full."""

    def __init__(self, what: str, candidates: list[str], *, where: str = "", do: str = "") -> None:
        super().__init__(what, where=where, do=do)
        self.candidates = candidates


class StoppedError(SviedkaError):
    """A person stopped it with Ctrl-C: 128 + SIGINT, as shells have it."""

    exit_status = 130


class FormatError(SviedkaError):
    """Bytes do not follow the format that they claim: an entry, note, tile, age file, grant."""

    exit_status = 3


class InputError(FormatError):
    """What a person brought cannot be read as what it should be: an export, a file, a folder."""


class NotInstalledError(InputError):
    """What would read it is not here: a library, a program, a confinement. The input is well."""


class ChangedError(InputError):
    """A file changed while it was read: what was read is neither its old nor its new content."""


class NewerFormatError(FormatError):
    """Written by a later version of the format than this program knows."""


class IntegrityError(SviedkaError):
    """Something stored is not what the ledger says it is."""

    exit_status = 4


class ProofError(IntegrityError):
    """An inclusion or consistency proof, a signature or a root does not hold."""


class RollbackError(IntegrityError):
    """An archive is older than the head that this device has already seen."""


class ForkError(IntegrityError):
    """Two histories that cannot both be true: same size, other root; same seq, other entry."""


class AccessError(SviedkaError):
    """The keys at hand do not open this."""

    exit_status = 5


class LockedError(AccessError):
    """A passphrase is needed and none was given."""


class WrongPassphraseError(AccessError):
    """The passphrase does not open the device file."""


class OtherMachineError(AccessError):
    """The keys of a device were copied here from another machine; two users of them would fork."""


class NotPermittedError(AccessError):
    """The author of an entry had no right to write it at its position."""


class StorageError(SviedkaError):
    """The disk, folder or store did not do what was asked: full, read-only, too large a file."""

    exit_status = 6


class BusyError(StorageError):
    """Another process holds the archive."""


class UnusableIndexError(StorageError):
    """The index is damaged, under another key, or a newer program's. It can be made again."""


class NotAnArchiveError(SviedkaError):
    """The folder is not a Sviedka archive, or not all of one."""

    exit_status = 2


class ClockError(SviedkaError):
    """The clock went back, or jumped further than may pass without a person's word."""

    exit_status = 7


class SandboxError(SviedkaError):
    """A reader of hostile files broke its limits or died; its input is kept, its output is not."""

    exit_status = 8


class NetworkError(SviedkaError):
    """A server outside did not answer, or not as it should; what there was before stands."""

    exit_status = 9
