"""Hostile export folders: media that is not what, or not where, ``result.json`` says.

Each case is laid out as ``export/`` and, beside it, ``outside/secret.txt``, whose content must
never come in by any path that an export names.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from unicodedata import normalize

from tests.material.hostile_json import SOUND, export, message
from tests.material.picture import picture

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECRET = b"Outside of the export: this must never be brought in.\n"
PHOTO = "photos/photo_1@10-08-2020_12-00-00.jpg"


def _say(folder: Path, *paths: str) -> None:
    """Write a ``result.json`` of one message per photo path, between two messages of text."""
    photos = [message(at, photo=path, width=320, height=240) for at, path in enumerate(paths, 2)]
    last = message(len(paths) + 2)
    (folder / "result.json").write_bytes(export(message(1), *photos, last))


def _put(folder: Path, relative: str = PHOTO, content: bytes = b"") -> Path:
    path = folder / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content or picture(1))
    return path


def _named(*paths: str) -> Callable[[Path], None]:
    """Paths that only ``result.json`` knows; ``{outside}`` is the folder outside."""

    def build(folder: Path) -> None:
        (folder / "photos").mkdir()
        outside = str(folder.parent.absolute() / "outside")
        _say(folder, *(path.replace("{outside}", outside) for path in paths))

    return build


def _linked(target: str) -> Callable[[Path], None]:
    """A photo that is a link."""

    def build(folder: Path) -> None:
        _say(folder, PHOTO)
        path = folder / PHOTO
        path.parent.mkdir()
        path.symlink_to(target)

    return build


def _stored(stored: str, said: str) -> Callable[[Path], None]:
    """A photo that lies under another spelling of its name."""

    def build(folder: Path) -> None:
        _put(folder, stored)
        _say(folder, said)

    return build


def _folder_is_link(folder: Path) -> None:
    (folder / "photos").symlink_to("../outside")
    _say(folder, "photos/secret.txt")


def _export_is_link(folder: Path) -> None:
    (folder.parent / "outside" / "result.json").write_bytes(SOUND)
    (folder / "result.json").symlink_to("../outside/result.json")


def _zero_in_path(folder: Path) -> None:
    text = export(message(1, photo="photos/a@.jpg")).replace(b"@", b"\\u0000")
    (folder / "result.json").write_bytes(text)


def _fifo(folder: Path) -> None:
    _say(folder, PHOTO)
    (folder / "photos").mkdir()
    os.mkfifo(folder / PHOTO)


def _export_is_fifo(folder: Path) -> None:
    os.mkfifo(folder / "result.json")


def _export_is_folder(folder: Path) -> None:
    (folder / "result.json").mkdir()


def _directory(folder: Path) -> None:
    _say(folder, PHOTO, "photos", "photos/", ".", "")
    _put(folder, f"{PHOTO}/inside.txt")


def _empty(folder: Path) -> None:
    _put(folder).write_bytes(b"")
    _say(folder, PHOTO)


def _unreadable(folder: Path) -> None:
    _put(folder).chmod(0)
    _say(folder, PHOTO)


def _both_forms(folder: Path) -> None:
    name = "files/й ў ё.jpg"
    _put(folder, name, b"NFC\n")
    _put(folder, normalize("NFD", name), b"NFD\n")
    _say(folder, name, normalize("NFD", name))


def _many_names(folder: Path) -> None:
    _put(folder)
    _say(folder, PHOTO, f"./{PHOTO}", PHOTO.replace("/", "//"), f"photos/../{PHOTO}", PHOTO)


def _itself(folder: Path) -> None:
    _say(folder, "result.json")


def _excuse_exists(folder: Path) -> None:
    excuse = "(File not included. Change data exporting settings to download.)"
    _put(folder, excuse, b"A file by the name of an excuse.\n")
    _say(folder, excuse)


def _size_differs(folder: Path) -> None:
    _put(folder)
    (folder / "result.json").write_bytes(export(message(1, photo=PHOTO, photo_file_size=7)))


def _page_beside(folder: Path) -> None:
    (folder / "result.json").write_bytes(SOUND)
    for name in ("messages.html", "messages2.html", "css/style.css", "js/script.js"):
        _put(folder, name, b"<!DOCTYPE html><html><body></body></html>\n")
    _put(folder, "photos/not-mentioned.jpg")


def _page_alone(folder: Path) -> None:
    _put(folder, "messages.html", b"<!DOCTYPE html><html><body></body></html>\n")


_NFC = "files/й ў ё.jpg"

#: Case → a function that fills an empty export folder.
MEDIA: dict[str, Callable[[Path], None]] = {
    "absolute": _named("/etc/passwd", "{outside}/secret.txt"),
    "parent": _named("../outside/secret.txt", "photos/../../outside/secret.txt"),
    "parent-hidden": _named("photos/.././../outside/secret.txt", "..//outside//secret.txt"),
    "windows-path": _named("..\\outside\\secret.txt", "C:\\outside\\secret.txt", "\\\\host\\a\\b"),
    "address": _named("file://{outside}/secret.txt", "https://example.org/a.jpg"),
    "percent-encoded": _named("%2e%2e/outside/secret.txt"),
    "home": _named("~/secret.txt", "$HOME/secret.txt"),
    "device": _named("/dev/zero", "/proc/self/environ"),
    "zero-in-path": _zero_in_path,
    "newline-in-path": _stored("photos/a\nb.jpg", "photos/a\nb.jpg"),
    "long-path": _named("a" * 300, "a/" * 3000 + "b"),
    "missing": _named(PHOTO, "photos/none.jpg"),
    "link-out": _linked("../../outside/secret.txt"),
    "link-absolute": _linked("/etc/passwd"),
    "link-to-device": _linked("/dev/zero"),
    "link-to-itself": _linked(PHOTO.rpartition("/")[2]),
    "link-dangling": _linked("none.jpg"),
    "folder-is-link": _folder_is_link,
    "fifo": _fifo,
    "directory": _directory,
    "empty-file": _empty,
    "unreadable": _unreadable,
    "other-case": _stored(PHOTO.upper(), PHOTO),
    "stored-nfd-said-nfc": _stored(normalize("NFD", _NFC), _NFC),
    "stored-nfc-said-nfd": _stored(_NFC, normalize("NFD", _NFC)),
    "both-forms": _both_forms,
    "backslash-name": _stored("photos\\a.jpg", "photos/a.jpg"),
    "one-file-many-names": _many_names,
    "export-as-photo": _itself,
    "excuse-exists": _excuse_exists,
    "size-differs": _size_differs,
    "export-is-link": _export_is_link,
    "export-is-fifo": _export_is_fifo,
    "export-is-folder": _export_is_folder,
    "page-beside": _page_beside,
    "page-alone": _page_alone,
}


def write_media(out: Path, case: str) -> Path:
    """Lay out one case of ``MEDIA`` in the new folder ``out``; returns the export in it."""
    folder, outside = out / "export", out / "outside"
    folder.mkdir(parents=True)
    outside.mkdir()
    (outside / "secret.txt").write_bytes(SECRET)
    MEDIA[case](folder)
    return folder
