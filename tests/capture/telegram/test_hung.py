"""Media are sealed once, whatever names them, and what cannot be had says why."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

import pytest

from sviedka.capture.intake import Outcome
from sviedka.capture.telegram import hung
from sviedka.capture.telegram.export import Export
from sviedka.capture.telegram.hung import MediaKeeper
from sviedka.capture.telegram.message import Media
from sviedka.keep.saving import Event

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sviedka.keep.archive import Archive
    from tests.capture.opened import Capturing


@pytest.fixture
def archive(world: Capturing) -> Iterator[Archive]:
    with world.open() as opened:
        yield opened


@pytest.fixture
def export(tmp_path: Path) -> Export:
    path = tmp_path / "export" / "result.json"
    path.parent.mkdir()
    path.write_bytes(b"{}")
    return Export.at(path)


def photo(path: str | None, role: str = "photo", missing: str | None = None) -> Media:
    return Media(role, path, missing)


class Bringing:
    """A case, and a keeper of media for it."""

    def __init__(self, archive: Archive, export: Export) -> None:
        self.archive = archive
        self.outcome = Outcome("", "", "", "telegram")
        self.keeper = MediaKeeper(archive, export, self.outcome, "identity")
        with archive.save(Event("ing")) as save:
            self.case = save.new_case(["evidence", "identity"])
            save.finish()

    def take(self, *media: Media) -> list[dict[str, str]]:
        with self.archive.save(Event("ing")) as save:
            self.keeper.take(save, self.case, media)
            found = [fate for _, fate in self.keeper.hung(media)]
            save.finish()
        return found


def test_one_content_is_one_item(archive: Archive, export: Export, world: Capturing) -> None:
    root = export.path.parent
    for name in ("a", "b", "c"):
        (root / name).write_bytes(b"same")
    bringing = Bringing(archive, export)
    first = bringing.take(photo("a"), photo("./a"), photo("b"), photo("a"))
    assert len({each["item"] for each in first}) == 1
    assert bringing.take(photo("c"), photo("a")) == first[:2]
    # Another import, later, finds it there.
    later = MediaKeeper(archive, export, Outcome("", "", "", "telegram"), "identity")
    bringing.keeper = later
    assert bringing.take(photo("b")) == first[:1]
    assert (bringing.outcome.items, bringing.outcome.size) == (1, 4)
    assert list(world.read().originals.values()) == [b"same"]


def test_why_it_is_not_there(archive: Archive, export: Export) -> None:
    root = export.path.parent
    os.mkfifo(root / "pipe")
    (root / "folder").mkdir()
    (root / "link").symlink_to("/etc/passwd")
    reasons = {
        "none.jpg": "absent",
        "a\0b": "absent",
        "/etc/passwd": "outside",
        "../x": "outside",
        "link": "outside",
        "result.json": "outside",
        "pipe": "unreadable",
        "folder": "unreadable",
    }
    bringing = Bringing(archive, export)
    media = [photo(path) for path in reasons]
    assert bringing.take(*media) == [{"missing": why} for why in reasons.values()]
    assert bringing.take(photo(None, missing="unavailable")) == [{"missing": "unavailable"}]
    assert bringing.outcome.missing == len(bringing.outcome.notes) == len(reasons)
    bringing.take(*media)
    assert bringing.outcome.missing == len(reasons)
    assert bringing.keeper.lost([*media, photo(None, missing="not_included")]) == len(reasons)


class Growing(io.FileIO):
    """A file to which somebody writes while it is read."""

    def readinto(self, buffer: bytearray) -> int:
        count = super().readinto(buffer)
        if count:
            os.truncate(self.name, 1000)
        return count


def test_a_file_that_changes_while_it_is_sealed(
    archive: Archive, export: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = export.path.parent / "a"
    path.write_bytes(b"before")
    bringing = Bringing(archive, export)
    with monkeypatch.context() as patch:
        patch.setattr(hung, "_open", lambda root, relative: Growing(root / relative))
        assert bringing.take(photo("a")) == [{"missing": "changed"}]
    assert "item" in bringing.take(photo("a"))[0]


def test_a_file_that_goes_between_two_looks(
    archive: Archive, export: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = export.path.parent / "a"
    path.write_bytes(b"here")
    bringing = Bringing(archive, export)
    opened = hung._open

    def gone(root: Path, relative: str) -> object:
        path.unlink()
        return opened(root, relative)

    monkeypatch.setattr(hung, "_open", gone)
    assert bringing.take(photo("a")) == [{"missing": "unreadable"}]


def test_sizes_are_of_what_has_still_to_be_sealed(archive: Archive, export: Export) -> None:
    (export.path.parent / "a").write_bytes(bytes(1000))
    (export.path.parent / "b").write_bytes(bytes(50))
    bringing = Bringing(archive, export)
    media = [photo("a"), photo("a"), photo("b"), photo("none"), photo(None, missing="unavailable")]
    assert bringing.keeper.size(media) == 1050
    bringing.take(photo("a"))
    assert bringing.keeper.size(media) == 50
