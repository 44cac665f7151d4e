"""Hostile Telegram exports by name: broken or odd JSON, treacherous media, files without end.

A case is a folder with ``export/`` in it (and ``outside/``, where the case needs an outside).
"""

from __future__ import annotations

import argparse
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from tests.material.hostile_json import BROKEN, HEAD, ODD, message, truncated
from tests.material.hostile_media import MEDIA, write_media
from tests.material.tdesktop import serialize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_CHUNK = 1 << 20


def _head() -> bytes:
    return serialize(HEAD, 0)[:-2].replace("\n", "").encode() + b', "messages": ['


def _one_string(size: int) -> Iterator[bytes]:
    """A single message whose text is nearly the whole file, on one line."""
    start, _, end = serialize(message(1, text="@"), 0).replace("\n", "").partition("@")
    yield _head() + start.encode()
    for left in range(size, 0, -_CHUNK):
        yield b"x" * min(left, _CHUNK)
    yield end.encode() + b"]}"


def _one_line(size: int) -> Iterator[bytes]:
    """Messages without end, all on one line."""
    mark = b"4242424242"
    text = serialize(message(int(mark)), 0).replace("\n", "").encode()
    yield _head() + text.replace(mark, b"0")
    written = 0
    for number in count(1):
        block = b"," + text.replace(mark, b"%d" % number)
        yield block
        written += len(block)
        if written >= size:
            break
    yield b"]}"


def _one_number(size: int) -> Iterator[bytes]:
    """An id whose digits are nearly the whole file."""
    yield _head() + b'{"id": 1'
    for left in range(size, 0, -_CHUNK):
        yield b"0" * min(left, _CHUNK)
    yield b', "type": "message", "text": ""}]}'


def _blanks(size: int) -> Iterator[bytes]:
    """Blanks between two messages, nearly the whole file."""
    yield _head() + serialize(message(1), 0).encode() + b","
    for left in range(size, 0, -_CHUNK):
        yield b" " * min(left, _CHUNK)
    yield serialize(message(2), 0).encode() + b"]}"


def _deep(size: int) -> Iterator[bytes]:
    """Opening brackets without end."""
    yield _head() + b'{"id": 1, "text": '
    for left in range(size, 0, -_CHUNK):
        yield b"[" * min(left, _CHUNK)


#: Case → size in bytes → ``result.json`` in pieces; the file is a little over ``size``.
GIANT: dict[str, Callable[[int], Iterator[bytes]]] = {
    "one-string": _one_string,
    "one-line": _one_line,
    "one-number": _one_number,
    "blanks": _blanks,
    "deep": _deep,
}
CASES = ("truncated", *BROKEN, *ODD, *MEDIA, *(f"giant-{name}" for name in GIANT))


def write_json(out: Path, content: bytes) -> Path:
    """Write ``content`` as ``result.json`` into ``out/export``; returns that folder."""
    folder = out / "export"
    folder.mkdir(parents=True)
    (folder / "result.json").write_bytes(content)
    return folder


def write_giant(out: Path, case: str, size: int) -> Path:
    """Stream a case of ``GIANT`` to disk with little memory; returns the export's folder."""
    folder = out / "export"
    folder.mkdir(parents=True)
    with (folder / "result.json").open("wb", _CHUNK) as file:
        for block in GIANT[case](size):
            file.write(block)
    return folder


def write_hostile(out: Path, case: str, *, size: int = 8 << 20, at: int = 500) -> Path:
    """Write any of ``CASES`` into the new folder ``out``; returns the export in it.

    ``size`` is for the giant cases, ``at`` for ``truncated``.
    """
    if case in MEDIA:
        return write_media(out, case)
    if case == "truncated":
        return write_json(out, truncated(at))
    if case.startswith("giant-"):
        return write_giant(out, case.removeprefix("giant-"), size)
    return write_json(out, BROKEN[case] if case in BROKEN else ODD[case])


def main() -> None:
    """Write one hostile export, or each of them."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.material.hostile",
        description=__doc__,
        epilog="Cases: " + ", ".join(CASES),
    )
    parser.add_argument("out", type=Path, help="a folder to make; with 'all', one folder a case")
    parser.add_argument("case", choices=[*CASES, "all"], metavar="CASE")
    parser.add_argument("--size", type=int, default=8 << 20, help="of the giant cases, in bytes")
    parser.add_argument("--at", type=int, default=500, help="where to cut 'truncated', in bytes")
    given = parser.parse_args()
    for case in CASES if given.case == "all" else (given.case,):
        out = given.out / case if given.case == "all" else given.out
        write_hostile(out, case, size=given.size, at=given.at)


if __name__ == "__main__":
    main()
