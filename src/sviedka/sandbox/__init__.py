"""Running parsers of hostile files in a child without network, files or time to spare.

A parser is a named function ``(source, arguments) -> Iterable[bytes]`` in a module that imports
all it needs at its top: ``source`` is a raw readable file, ``arguments`` what the caller gave. An
empty frame sends at once all that came before it.
"""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING

from sviedka.errors import SandboxError
from sviedka.sandbox.confinement import Confinement, describe
from sviedka.sandbox.launch import launch
from sviedka.sandbox.limits import Limits
from sviedka.sandbox.nursery import Nursery
from sviedka.sandbox.stream import frames

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Confinement", "Limits", "Nursery", "describe", "run"]

_DEFAULT = Limits()


def run(
    parser: str,
    source: int,
    *,
    arguments: bytes = b"",
    limits: Limits = _DEFAULT,
    nursery: Nursery | None = None,
) -> Iterator[bytes]:
    """Yield what ``parser`` (``"package.module:function"``) makes of the open file ``source``.

    ``source`` is a descriptor open for reading only; its position is shared with the child. What
    has been yielded when an error comes is whole and in order. The child ends with the iterator,
    or with the thread that began it; one of a ``nursery`` starts sooner. Raises InputError as the
    parser did; SandboxError if it broke a limit, died, hung, or sent anything but frames.
    """
    if fcntl.fcntl(source, fcntl.F_GETFL) & os.O_ACCMODE != os.O_RDONLY:
        raise SandboxError("a file for hostile readers must be open for reading only")
    confinement = describe()
    child = (
        nursery.take(parser, source, arguments, limits)
        if nursery
        else launch(parser, source, arguments, limits, confinement.wrap)
    )
    try:
        stream = frames(child, limits)
        layers = next(stream).decode("ascii", "replace").split(",")
        if not confinement.layers.issubset(layers):
            raise SandboxError("the reader of hostile files is confined less than it was in trial")
        yield from stream
    finally:
        child.stop()
