"""Reading one open file in the sandbox."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import msgspec

from sviedka import sandbox
from sviedka.errors import InputError, SandboxError
from sviedka.readers.extras import require
from sviedka.readers.findings import Fact, Fault, decode
from sviedka.readers.outlet import allowance
from sviedka.sandbox import Limits, Nursery, describe
from sviedka.sandbox.programs import installed, running

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from sviedka.readers.findings import Finding
    from sviedka.readers.formats import Format
    from sviedka.sandbox.programs import Program

_ORDINARY: Final = Limits()


def limits_for(size: int) -> Limits:
    """What a reader of a file of ``size`` bytes may use: time and output grow with it."""
    seconds = _ORDINARY.cpu + (size >> 21)
    output = _ORDINARY.output + allowance(size)
    return replace(_ORDINARY, cpu=seconds, wall=2.0 * seconds, output=output)


def read(
    source: int,
    form: Format,
    *,
    arguments: bytes = b"",
    limits: Limits | None = None,
    nursery: Nursery | None = None,
) -> Generator[Finding, None, None]:
    """Yield what a file holds. ``source`` is a descriptor open for reading only, at its beginning.

    What has been yielded when an error comes is whole and in order. InputError if the file as a
    whole is not of its format, or needs what is not installed here; SandboxError if its reader
    broke a limit, died, or talked nonsense. Who reads many files one after another hands in a
    ``nursery``. ``limits`` are those of ``limits_for`` unless given.
    """
    require(form.extra, form.name)
    limits = limits or limits_for(os.fstat(source).st_size)
    if form.program is None:
        first = _parsed(form.parser, source, arguments, limits, nursery)
        yield from _and_second(form, source, limits, nursery, first)
    else:
        yield from _of_program(form, form.program, source, limits, nursery)


def _of_program(
    form: Format, program: Program, source: int, limits: Limits, nursery: Nursery | None
) -> Generator[Finding, None, None]:
    """What ``program`` makes of the file, read by the parser."""
    size = os.fstat(source).st_size
    with running(program, source, limits) as run:
        told = False
        for found in _parsed(form.parser, run.output, b"%d" % size, limits, nursery):
            told |= isinstance(found, Fault)
            yield found
        if (complaint := run.end()) and not told:  # else what is wrong was said already
            yield Fault(0, program.names[0], "damaged", complaint)


def _and_second(
    form: Format, source: int, limits: Limits, nursery: Nursery | None, first: Iterable[Finding]
) -> Generator[Finding, None, None]:
    """``first``, and what a second program knows besides; its failures are not the file's."""
    known: set[tuple[str, str]] = set()
    for found in first:
        if isinstance(found, Fact):
            known.add((found.name, str(found.value)))
        yield found
    if form.second is None or installed(form.second) is None or describe().wrap is None:
        return
    with running(form.second, source, limits) as run, suppress(InputError, SandboxError):
        for found in _parsed(form.second_parser, run.output, b"", limits, nursery):
            if isinstance(found, Fact) and (found.name, str(found.value)) not in known:
                yield found


def _parsed(
    parser: str, source: int, arguments: bytes, limits: Limits, nursery: Nursery | None
) -> Generator[Finding, None, None]:
    for frame in sandbox.run(parser, source, arguments=arguments, limits=limits, nursery=nursery):
        if not frame:  # sent for its effect, not for what it says
            continue
        try:
            yield from decode(frame)
        except msgspec.MsgspecError as error:
            raise SandboxError("the reader of hostile files sent what is no finding") from error
