"""Finding out what people bring, by a look at its beginning; nothing is parsed here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sviedka.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

EXPORT: Final = "result.json"
"""What Telegram Desktop calls its JSON export."""
_BEGINNING: Final = 1 << 16
_TELEGRAM: Final = re.compile(
    rb'"type"\s*:\s*"(?:saved_messages|bot_chat|personal_chat'
    rb'|(?:private|public)_(?:group|supergroup|channel))"'
    rb'|"(?:personal_information|frequent_contacts|left_chats)"\s*:'
)


def is_telegram(path: Path) -> bool:
    """Whether a file begins as an export of Telegram Desktop does."""
    if not path.is_file() or path.suffix.lower() != ".json":
        return False
    try:
        with path.open("rb") as file:
            beginning = file.read(_BEGINNING)
    except OSError as error:
        raise InputError("this cannot be read", where=str(path), do=str(error.strerror)) from error
    return bool(_TELEGRAM.search(beginning))


def sort(paths: Iterable[Path], chosen: str | None) -> tuple[list[Path], list[Path]]:
    """Telegram exports (each by its JSON file), and everything else.

    ``chosen`` (``telegram`` or ``files``) overrides what is seen. InputError for a folder that is
    said to be an export and holds none.
    """
    exports, others = [], []
    for path in paths:
        inner = path / EXPORT if path.is_dir() else path
        if chosen == "files" or (chosen is None and not is_telegram(inner)):
            others.append(path)
        elif inner.is_file():
            exports.append(inner)
        else:
            raise InputError(
                f"there is no {EXPORT} in it", where=str(path),
                do="export the chat as JSON (machine-readable), or add the folder --as files",
            )  # fmt: skip
    return exports, others
