"""What readers find in bytes: in the sandbox, as it is done, or in this process, to be quick."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from importlib import import_module
from io import FileIO
from typing import TYPE_CHECKING

from sviedka.errors import SviedkaError
from sviedka.readers import Data, Fact, Fault, Finding, Part, PartEnd, Text, format_of, read
from sviedka.readers.findings import decode
from sviedka.readers.formats import BEGINNING, FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.sandbox import Limits, Nursery


@contextmanager
def opened(content: bytes) -> Iterator[int]:
    """A descriptor, open for reading only, of a file with these bytes."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        source = os.open(file.name, os.O_RDONLY)
        try:
            yield source
        finally:
            os.close(source)


def found(
    content: bytes, name: str = "", *, nursery: Nursery | None = None, arguments: bytes = b"",
    limits: Limits | None = None,
) -> list[Finding]:  # fmt: skip
    """What is found in a file called ``name``."""
    form = format_of(content[:BEGINNING], name)
    assert form, name
    with opened(content) as source:
        return list(read(source, form, nursery=nursery, arguments=arguments, limits=limits))


def until(
    content: bytes, name: str, *, nursery: Nursery | None = None, limits: Limits | None = None
) -> tuple[list[Finding], SviedkaError | None]:
    """What is found before an error, and the error."""
    form = format_of(content[:BEGINNING], name)
    assert form, name
    held: list[Finding] = []
    with opened(content) as source:
        try:
            for each in read(source, form, nursery=nursery, limits=limits):
                held.append(each)  # noqa: PERF402 (extend would lose what came before an error)
        except SviedkaError as error:
            return held, error
    return held, None


def parsed(format_name: str, content: bytes, arguments: bytes = b"") -> list[Finding]:
    """What the parser of a format finds, without a sandbox around it."""
    form = next(each for each in FORMATS if each.name == format_name)
    return parsed_by(form.parser, content, arguments)


def parsed_by(parser: str, content: bytes, arguments: bytes = b"") -> list[Finding]:
    """What a parser finds, without a sandbox around it."""
    module, _, function = parser.partition(":")
    with opened(content) as source, FileIO(source, closefd=False) as file:
        frames = getattr(import_module(module), function)(file, arguments)
        return [each for frame in frames if frame for each in decode(frame)]


def texts(findings: list[Finding]) -> list[tuple[str, str]]:
    """Places and texts."""
    return [(each.place, each.text) for each in findings if isinstance(each, Text)]


def facts(findings: list[Finding]) -> dict[str, list[object]]:
    """Names of facts and their values."""
    held: dict[str, list[object]] = {}
    for each in findings:
        if isinstance(each, Fact):
            held.setdefault(each.name, []).append(each.value)
    return held


def revealing(findings: list[Finding]) -> set[str]:
    """Names of the facts that reveal something."""
    return {each.name for each in findings if isinstance(each, Fact) and each.reveals}


def troubles(findings: list[Finding]) -> list[str]:
    """The troubles of its faults."""
    return [each.trouble for each in findings if isinstance(each, Fault)]


def parts(findings: list[Finding]) -> dict[bytes, bytes]:
    """Names of parts and their bytes; all are closed, in order."""
    held: dict[bytes, bytes] = {}
    last = None
    for each in findings:
        if isinstance(each, Part):
            assert last is None
            last = each
            held[each.name] = b""
        elif isinstance(each, Data):
            assert last is not None
            held[last.name] += each.content
        elif isinstance(each, PartEnd):
            assert last is not None
            assert last.number == each.number
            last = None
    assert last is None
    return held
