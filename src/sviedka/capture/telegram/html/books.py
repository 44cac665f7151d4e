"""Recognising HTML exports of Telegram Desktop: one chat's pages, or those of a whole account."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from sviedka.capture.telegram.html.pages import page_number
from sviedka.errors import InputError
from sviedka.keep.vault.disk import open_plain

if TYPE_CHECKING:
    from collections.abc import Iterable

_SUMMARY: Final = "export_results.html"
"""What Telegram Desktop calls the first page of a whole account's export."""
_CHATS: Final = "chats"
_BEGINNING: Final = 1 << 16
"""Bytes that are looked at: the first message comes within a few thousand."""
_MESSAGE: Final = re.compile(
    rb"""<div\b[^<>]{0,99}class=["']?message (?:default|service)\b"""
    rb"""[^<>]{0,99}id=["']?message-?[0-9]"""
)


class Book(NamedTuple):
    """What was brought: the folders of chats, and whether they are those of a whole account."""

    root: Path
    folders: tuple[Path, ...]
    account: bool = False


def is_page(path: Path) -> bool:
    """Whether a file is called and begins as a page of a chat; links are not followed.

    InputError if it is called like one and cannot be read.
    """
    if page_number(path.name) is None or path.is_symlink() or not path.is_file():
        return False
    try:
        with open_plain(path) as file:
            return bool(_MESSAGE.search(file.read(_BEGINNING)))
    except OSError as error:
        raise InputError("this cannot be read", where=str(path), do=str(error.strerror)) from error


def books_at(path: Path) -> list[Book]:
    """The exports that a page belongs to, or that lie in a folder; links are not followed.

    An account's are one: which of its chats enter, a person says.
    """
    if path.is_symlink():
        return []
    if not path.is_dir():
        return [Book(path.parent, (path.parent,))] if is_page(path) else []
    found = []
    for place, subfolders, names in os.walk(path):
        here = Path(place)
        if _has_page(here, names):
            found.append(Book(here, (here,)))
            subfolders.clear()
        elif _SUMMARY in names and (folders := _chats(here / _CHATS)):
            found.append(Book(here, folders, account=True))
            subfolders.clear()
    return sorted(found)


def _chats(folder: Path) -> tuple[Path, ...]:
    """The folders of an account's chats."""
    if folder.is_symlink() or not folder.is_dir():
        return ()
    inside = [each for each in sorted(folder.iterdir()) if each.is_dir() and not each.is_symlink()]
    return tuple(each for each in inside if _has_page(each, os.listdir(each)))  # noqa: PTH208 - names


def _has_page(folder: Path, names: Iterable[str]) -> bool:
    """Whether one of the first pages there is one; others may be broken."""
    pages = sorted(filter(page_number, names), key=lambda name: page_number(name) or 0)
    return any(is_page(folder / name) for name in pages[:3])
