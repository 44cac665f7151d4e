"""Finding out what people bring, by a look at its beginning; nothing is parsed here."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sviedka.capture.telegram.html.books import Book, books_at
from sviedka.capture.telegram.html.pages import FIRST
from sviedka.errors import InputError
from sviedka.keep.vault.disk import open_plain

if TYPE_CHECKING:
    from collections.abc import Iterable

EXPORT: Final = "result.json"
"""What Telegram Desktop calls its JSON export."""
_BEGINNING: Final = 1 << 16
"""Bytes that are looked at; what an export says of a chat comes within the first hundred."""
_TELEGRAM: Final = re.compile(
    # The head of a chat; a message, where the head stands behind; what only an account has.
    rb'"type"\s*:\s*"(?:saved_messages|bot_chat|personal_chat'
    rb'|(?:private|public)_(?:group|supergroup|channel))"'
    rb'|"type"\s*:\s*"(?:message|service)"\s*,\s*"date"\s*:'
    rb'|"(?:personal_information|frequent_contacts|left_chats)"\s*:'
)


def is_telegram(path: Path) -> bool:
    """Whether a file begins as an export of Telegram Desktop does; links are not followed.

    InputError if it is called like one and cannot be read.
    """
    if path.suffix.lower() != ".json" or path.is_symlink() or not path.is_file():
        return False
    try:
        with open_plain(path) as file:
            beginning = file.read(_BEGINNING)
    except OSError as error:
        raise InputError("this cannot be read", where=str(path), do=str(error.strerror)) from error
    return begins_as_telegram(beginning)


def begins_as_telegram(beginning: bytes) -> bool:
    """Whether this is the beginning of an export of Telegram Desktop in JSON."""
    return bool(_TELEGRAM.search(beginning))


@dataclass(frozen=True)
class Sorted:
    """What was brought: exports in JSON by their files, everything else, folders to leave out."""

    exports: list[Path]
    others: list[Path]
    taken: frozenset[Path]
    """Folders of exports that lie within ``others``: they are not taken twice."""
    pages: list[Book] = field(default_factory=list)
    """HTML exports."""


def sort(paths: Iterable[Path], chosen: str | None) -> Sorted:
    """Tell Telegram exports from everything else, in folders of folders too.

    ``chosen`` (``telegram`` or ``files``) overrides what is seen. InputError for a folder that is
    said to be an export and holds none, and for an export that cannot be read.
    """
    exports: list[Path] = []
    others: list[Path] = []
    inside: set[Path] = set()
    pages: dict[Book, None] = {}
    for path in paths:
        books = [] if chosen == "files" else books_at(path)
        whole = [each for each in books if each.root == path or path.is_file()]
        export = path / EXPORT if path.is_dir() else path
        if chosen == "files":
            others.append(path)
        elif is_telegram(export) or (chosen == "telegram" and export.is_file() and not whole):
            exports.append(export)
            pages |= dict.fromkeys(whole)
        elif whole:
            pages |= dict.fromkeys(whole)
        elif (nested := _exports_in(path)) or books:
            exports += nested
            pages |= dict.fromkeys(books)
            inside |= {each.parent for each in nested} | {each.root for each in books}
            others.append(path)
        elif chosen == "telegram":
            raise InputError(
                f"there is no {EXPORT} and no {FIRST} in it", where=str(path),
                do="export the chat as JSON (machine-readable), or add the folder --as files",
            )  # fmt: skip
        else:
            others.append(path)
    return Sorted(exports, others, frozenset(inside), list(pages))


def _exports_in(folder: Path) -> list[Path]:
    """The exports in the folders of a folder; links are not followed."""
    if folder.is_symlink():
        return []
    found = []
    for place, subfolders, names in os.walk(folder):
        if EXPORT in names and is_telegram(Path(place) / EXPORT):
            found.append(Path(place) / EXPORT)
            subfolders.clear()
    return sorted(found)
