"""Whom a package is sealed to: age recipients, as they are written or from a file of them."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.errors import FormatError, UsageError
from sviedka.keep.age import HybridRecipient, X25519Recipient
from sviedka.keep.durable import read_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sviedka.keep.age import Recipient

MAX_FILE: Final = 1 << 20
"""Bytes of a file of recipients: some 500 of the longest, which have 1,960 characters."""
_HYBRID: Final = "age1pq1"
_X25519: Final = "age1"
_SECRET: Final = "AGE-SECRET-KEY-"  # noqa: S105 - how such a key begins
_SHOWN: Final = 70
"""Characters up to which a recipient is shown whole; ``age1…`` has 62."""


def parse(given: Iterable[str]) -> list[Recipient]:
    """Recipients from ``age1…`` texts and names of files with one a line (# begins a comment).

    FormatError for what is neither; UsageError for someone's secret key, or for kinds that cannot
    share a file; NotFoundError, StorageError if a file cannot be read.
    """
    texts = dict.fromkeys(each for one in given for each in _listed(one))
    found = [_recipient(text, where) for text, where in texts]
    if len({type(each) for each in found}) > 1:
        raise UsageError(
            "post-quantum and older recipients cannot share a file",
            do="write one package for age1pq1… and one for age1…",
        )
    return found


def shown(recipient: Recipient) -> str:
    """A recipient as people compare it: whole, or its beginning and the SHA-256 of all of it."""
    text = str(recipient)
    if len(text) <= _SHOWN:
        return text
    return f"{text[:20]}… (SHA-256 {hashlib.sha256(text.encode()).hexdigest()[:32]})"


def _listed(given: str) -> Iterator[tuple[str, str]]:
    if given.startswith(_SECRET):
        raise _secret("")
    if given.startswith(_X25519):
        yield given, ""
        return
    data = read_file(Path(given), MAX_FILE)
    try:
        lines = data.decode().splitlines()
    except UnicodeDecodeError as error:
        raise FormatError("this is not a file of recipients", where=given) from error
    found = False
    for number, line in enumerate(map(str.strip, lines), 1):
        if line and not line.startswith("#"):
            found = True
            yield line, f"{given}:{number}"
    if not found:
        raise FormatError("there is no recipient in this file", where=given)


def _recipient(text: str, where: str) -> Recipient:
    if text.startswith(_SECRET):
        raise _secret(where)
    try:
        if text.startswith(_HYBRID):
            return HybridRecipient.parse(text)
        if text.startswith(_X25519):
            return X25519Recipient.parse(text)
    except FormatError as error:
        raise FormatError(error.what, where=where, do="check it with whoever gave it") from error
    raise FormatError(
        "this is not an age recipient", where=where, do="one begins with age1pq1… or age1…"
    )


def _secret(where: str) -> UsageError:
    return UsageError(
        "this is a secret key, which opens packages: it belongs to the recipient alone",
        where=where,
        do="ask the recipient for what `age-keygen -y` prints: it begins with age1",
    )
