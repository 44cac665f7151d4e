"""Reading one open file in the sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from sviedka import sandbox
from sviedka.errors import SandboxError
from sviedka.readers.findings import decode
from sviedka.sandbox import Limits, Nursery

if TYPE_CHECKING:
    from collections.abc import Generator

    from sviedka.readers.findings import Finding
    from sviedka.readers.formats import Format

_DEFAULT: Final = Limits()


def read(
    source: int,
    form: Format,
    *,
    arguments: bytes = b"",
    limits: Limits = _DEFAULT,
    nursery: Nursery | None = None,
) -> Generator[Finding, None, None]:
    """Yield what a file holds. ``source`` is a descriptor open for reading only, at its beginning.

    What has been yielded when an error comes is whole and in order. InputError if the file as a
    whole is not of its format; SandboxError if its reader broke a limit, died, or talked nonsense.
    Who reads many files one after another hands in a ``nursery``.
    """
    for frame in sandbox.run(
        form.parser, source, arguments=arguments, limits=limits, nursery=nursery
    ):
        if not frame:  # sent for its effect, not for what it says
            continue
        try:
            yield from decode(frame)
        except msgspec.MsgspecError as error:
            raise SandboxError("the reader of hostile files sent what is no finding") from error
