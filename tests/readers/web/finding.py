"""Web archives read in this process, where hypothesis can call a thousand times a second."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, TypeVar

from sviedka.errors import InputError
from sviedka.readers.web import wacz, warc
from sviedka.readers.web.findings import Found, Problem, Record, decode

if TYPE_CHECKING:
    from collections.abc import Iterable

T = TypeVar("T")
PARSERS = {"warc": warc.read, "wacz": wacz.read}


def found(data: bytes, form: str = "warc") -> list[Found]:
    """All that is found before an InputError, if there is one."""
    with os.fdopen(os.memfd_create("web"), "r+b", buffering=0) as file:
        file.write(data)
        file.seek(0)
        got: list[Found] = []
        try:
            for frame in PARSERS[form](file, b""):
                got += decode(frame)
        except InputError:
            pass
    return got


def wacz(*words: str) -> str:
    """What py-wacz's command says; CalledProcessError unless it is content."""
    command = [sys.executable, "-W", "ignore", "-m", "wacz", *words]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout


def of(found: Iterable[Found], kind: type[T]) -> list[T]:
    return [each for each in found if isinstance(each, kind)]


def records(data: bytes, form: str = "warc") -> list[Record]:
    return of(found(data, form), Record)


def problems(data: bytes, form: str = "warc") -> list[Problem]:
    return of(found(data, form), Problem)


def places(data: bytes) -> list[tuple[int, str]]:
    """Offset and type of each record."""
    return [(each.offset, each.kind) for each in records(data)]


def is_sound(record: Record) -> bool:
    verdicts = {record.payload_digest.verdict, record.block_digest.verdict}
    return record.trouble is None and verdicts <= {"matches", "absent", "elsewhere"}
