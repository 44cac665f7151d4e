"""The pages of one chat: which files they are, in which order, and which of them is not there."""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Final, NamedTuple

from sviedka.capture.telegram.export import Export
from sviedka.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sviedka.capture.telegram.message import Format

FIRST: Final = "messages.html"
"""What Telegram Desktop calls the first page; the next are ``messages2.html`` and so on."""
LARGEST: Final = 256 << 20
"""Bytes of a page that is read. Telegram's have 1,000 messages: a megabyte or two, 30 at most."""
MOST: Final = 100_000
"""Pages of a chat: 100,000,000 messages."""
_PAGE: Final = re.compile(r"messages([1-9][0-9]{0,8})?\.html", re.ASCII)


class Page(NamedTuple):
    """A page, and where it begins if all of them stood behind each other, in bytes."""

    number: int
    file: Export
    start: int

    @property
    def end(self) -> int:
        """Where the next one begins."""
        return self.start + self.file.info.st_size


class Pages:
    """The pages of a chat as one export. Offsets count through all of them, in their order."""

    format: Format = "html"

    def __init__(self, root: Path, pages: Sequence[Page], faults: Sequence[InputError]) -> None:
        self.root = root
        self.pages = pages
        self.faults = faults
        """Pages that cannot be read, or are not there."""
        self._starts = [page.start for page in pages]

    @classmethod
    def at(cls, folder: Path) -> Pages:
        """Those in a folder. InputError if there is none, or the folder cannot be read."""
        named = page_names(folder)
        if not named:
            raise InputError(f"there is no {FIRST} in it", where=str(folder))
        if len(named) > MOST:
            raise InputError(f"there are more than {MOST} pages in it", where=str(folder))
        pages: list[Page] = []
        faults = []
        for number, name in named.items():
            try:
                file = _page_at(folder / name)
            except InputError as error:
                faults.append(error)
            else:
                pages.append(Page(number, file, pages[-1].end if pages else 0))
        faults += [
            InputError("this page is not there", where=str(folder / page_name(number)))
            for number in _missing(named)
        ]
        return cls(folder, pages, faults)

    @property
    def name(self) -> bytes:
        """What the first page is called; a folder may be called after a person."""
        return os.fsencode(self.files[0].name if self.pages else FIRST)

    @property
    def files(self) -> list[Path]:
        """The pages."""
        return [page.file.path for page in self.pages]

    @property
    def size(self) -> int:
        """Bytes of all pages."""
        return self.pages[-1].end if self.pages else 0

    @property
    def base(self) -> str:
        """How pages lead out to the root of a whole account's export and back to their folder.

        It is ``chats/chat_<number>/`` there (``export_data_types.cpp``).
        """
        folder = self.root.resolve()
        return f"../../{folder.parent.name}/{folder.name}/"

    def byte(self, offset: int) -> str:
        """Where a byte is, for people: in which page."""
        page = self._page(offset)
        return f"{page.file.path.name}: byte {offset - page.start}"

    def place(self, start: int, end: int) -> bytes:
        """The path of a part of a page: ``messages2.html#bytes=17-99``."""
        page = self._page(start)
        return page.file.place(start - page.start, end - page.start)

    def slices(self, start: int, end: int) -> Iterator[bytes]:
        """The bytes from one place to another of the same page; as ``Export.slices``."""
        page = self._page(start)
        return page.file.slices(start - page.start, end - page.start)

    def _page(self, offset: int) -> Page:
        return self.pages[bisect_right(self._starts, offset) - 1]


def page_name(number: int) -> str:
    """The file name of a page."""
    return FIRST if number == 1 else f"messages{number}.html"


def page_number(name: str) -> int | None:
    """Which page a file is; None if it is called otherwise."""
    found = _PAGE.fullmatch(name)
    if not found or found[1] == "1":
        return None
    return int(found[1] or 1)


def page_names(folder: Path) -> dict[int, str]:
    """The pages in a folder by number, in order."""
    try:
        names = [each.name for each in folder.iterdir()]
    except OSError as error:
        raise InputError(
            "this cannot be read", where=str(folder), do=error.strerror or ""
        ) from error
    found = {number: name for name in names if (number := page_number(name))}
    return dict(sorted(found.items()))


def _page_at(path: Path) -> Export:
    """A page; InputError if it cannot be read or is far too large for one."""
    file = Export.at(path)
    if file.info.st_size > LARGEST:
        raise InputError(
            f"it has {file.info.st_size} bytes; pages of Telegram have fewer than {LARGEST}",
            where=str(path),
            do="look what it is; add the folder --as files to seal it",
        )
    return file


def _missing(named: dict[int, str]) -> list[int]:
    """The pages before the last that are not there, as far as they can be listed."""
    last = min(max(named), MOST)
    return [number for number in range(1, last) if number not in named]
