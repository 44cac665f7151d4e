"""What originals hold becomes items of its own, whole, once, and however hostile the rest is."""

from __future__ import annotations

import os
import signal
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from sviedka.capture import files
from sviedka.capture.contents import group, stage
from sviedka.capture.contents.again import read_again
from sviedka.errors import UsageError
from sviedka.keep.archive import Archive
from sviedka.keep.index.items import items
from tests.capture.interrupting import stop_after
from tests.keep.world import assert_rebuilds
from tests.material.telegram import write_chat

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.capture.intake import Outcome
    from tests.capture.opened import Capturing, Everything

TABLE = b"n,what\n1,one\n2,two\n"


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return made.getvalue()


def add(world: Capturing, folder: Path, **options: bool) -> Outcome:
    with world.open() as archive:
        outcome = files.add(archive, [folder], **options)
    assert outcome
    return outcome


def fill(folder: Path, members: dict[str, bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in members.items():
        (folder / name).write_bytes(content)
    return folder


def parts(found: Everything) -> dict[bytes, bytes | None]:
    """By name, the bytes of each part."""
    return {
        each.bytes_of("name"): found.originals.get(each.value.get("item", ""))
        for each in found.kind("part")
    }


def test_the_members_of_an_archive_are_items(world: Capturing, tmp_path: Path) -> None:
    members = {"a.txt": b"alpha", "deep/b.bin": bytes(range(256)) * 5000, "empty": b""}
    outcome = add(world, fill(tmp_path / "f", {"things.zip": zipped(members)}))
    found = world.read()
    assert parts(found) == {name.encode(): content for name, content in members.items()}
    assert (outcome.items, outcome.parts, outcome.faults) == (4, 3, 0)
    assert outcome.formats["zip"] == 1
    (reading,) = [each for each in found.values("reading") if each["format"] == "zip"]
    assert (reading["outcome"], reading["parts"]) == ("whole", 3)
    container = {each["path"]: each["item"] for each in found.values("file")}["things.zip"]
    assert {each["of"] for each in found.values("part")} == {container} == {reading["item"]}
    assert [each["number"] for each in found.values("part")] == [1, 2, 3]
    with world.open() as archive:
        assert_rebuilds(archive)


def test_again_adds_nothing(world: Capturing, tmp_path: Path) -> None:
    folder = fill(tmp_path / "f", {"a.zip": zipped({"a": b"1", "t.csv": TABLE})})
    add(world, folder)
    before = world.size()
    assert add(world, folder).took_nothing
    assert world.size() == before


def test_one_content_is_one_item(world: Capturing, tmp_path: Path) -> None:
    both = {"a.zip": zipped({"same": b"content"}), "b.zip": zipped({"other name": b"content"})}
    add(world, fill(tmp_path / "f", {**both, "plain": b"content"}))
    found = world.read()
    assert len({each["item"] for each in found.values("part")}) == 1
    assert sorted(found.originals.values()) == sorted([*both.values(), b"content"])


def test_what_lies_deeper_is_looked_into_in_its_turn(world: Capturing, tmp_path: Path) -> None:
    inner = zipped({"table.csv": TABLE})
    outcome = add(world, fill(tmp_path / "f", {"outer.zip": zipped({"inner.zip": inner})}))
    found = world.read()
    assert parts(found) == {b"inner.zip": inner, b"table.csv": TABLE}
    item = {each.bytes_of("name"): each.value for each in found.kind("part")}
    assert item[b"table.csv"]["of"] == item[b"inner.zip"]["item"]
    assert outcome.formats == {"zip": 2, "csv": 1}
    (table,) = [each for each in found.values("reading") if each["format"] == "csv"]
    assert table["rows"] == 3


def test_forty_deep(world: Capturing, tmp_path: Path) -> None:
    """As deep as people go; what lies deeper is kept, and said."""
    nested = b"the bottom"
    for level in range(40):
        nested = zipped({f"{level}.zip" if level else "bottom": nested}, zipfile.ZIP_STORED)
    outcome = add(world, fill(tmp_path / "f", {"deep.zip": nested, "t.csv": TABLE}))
    assert outcome.formats == {"zip": stage.MAX_DEPTH + 1, "csv": 1}
    assert outcome.faults == 1
    assert any("deep" in each for each in outcome.troubles)
    assert len(world.read().kind("part")) == stage.MAX_DEPTH + 1


def test_a_bomb_ends_itself_and_nothing_else(
    world: Capturing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sviedka.capture.contents.budget.ALLOWANCE", 1 << 20)
    bomb = zipped({"first": b"kept", "zeros": bytes(30 << 20), "after": b"lost"})
    outcome = add(world, fill(tmp_path / "f", {"bomb.zip": bomb, "t.csv": TABLE}))
    found = world.read()
    assert bomb in found.originals.values()
    assert parts(found)[b"first"] == b"kept"
    assert sum(map(len, found.originals.values())) < 10 << 20
    (reading,) = [each for each in found.values("reading") if each["format"] == "zip"]
    assert reading["outcome"] == "faults"
    assert "too_big" in {each["trouble"] for each in reading["faults"]}
    assert outcome.faults == 1
    assert outcome.formats["csv"] == 1


def test_what_is_broken_is_kept_and_said(world: Capturing, tmp_path: Path) -> None:
    broken = zipped({"a": b"content" * 1000})[:-30]
    outcome = add(world, fill(tmp_path / "f", {"broken.zip": broken, "t.csv": TABLE}))
    assert broken in world.read().originals.values()
    assert outcome.faults == 1
    assert "broken.zip" in outcome.troubles[0]
    assert outcome.formats["csv"] == 1


def test_what_nobody_can_read_here_is_read_once_somebody_can(
    world: Capturing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = fill(tmp_path / "f", {"a.pdf": b"%PDF-1.4\n%%EOF\n"})
    with monkeypatch.context() as patch:
        patch.setattr("sviedka.readers.extras._MODULES", {"documents": ("not_installed",)})
        outcome = add(world, folder)
        assert outcome.formats == {"": 1}
        assert "pip install" in outcome.troubles[0]
        assert not world.read().kind("reading")
        assert add(world, folder).took_nothing
    assert add(world, folder).formats == {"pdf": 1}
    assert add(world, folder).took_nothing


def test_an_export_by_another_name_is_kept_and_pointed_out(
    world: Capturing, tmp_path: Path
) -> None:
    write_chat(tmp_path / "export", kind="public_channel", messages=3, media=0)
    folder = fill(tmp_path / "f", {"plain.json": b"[]"})
    (tmp_path / "export" / "result.json").rename(folder / "saved.json")
    (hint,) = add(world, folder).hints
    assert "saved.json" in hint
    assert "Telegram" in hint


def test_who_wants_only_what_is_sound(world: Capturing, tmp_path: Path) -> None:
    broken = zipped({"a": b"content" * 1000})[:-30]
    both = {"broken.zip": broken, "plain": b"\0", "whole.zip": zipped({"a": b"1"})}
    folder = fill(tmp_path / "f", both)
    outcome = add(world, folder, sound_only=True)
    found = world.read()
    assert broken not in found.originals.values()
    assert both["plain"] in found.originals.values()
    assert (outcome.missing, outcome.faults, outcome.parts) == (1, 0, 1)
    untaken = {each["path"]: each.get("untaken") for each in found.values("file")}
    assert untaken == {"broken.zip": "unsound", "plain": None, "whole.zip": None}
    assert add(world, folder, sound_only=True).took_nothing
    add(world, folder)
    assert broken in world.read().originals.values()


def test_a_file_that_changed_is_read_as_it_was_sealed(
    world: Capturing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = fill(tmp_path / "f", {"a.zip": zipped({"sealed": b"1"})})
    looked = files._Taking.look_inside

    def change_first(taking: files._Taking, *rest: object) -> None:
        (folder / "a.zip").write_bytes(zipped({"later": b"2"}))
        looked(taking, *rest)

    monkeypatch.setattr(files._Taking, "look_inside", change_first)
    add(world, folder)
    assert parts(world.read()) == {b"sealed": b"1"}


def test_sealed_only_and_read_later(world: Capturing, tmp_path: Path) -> None:
    folder = fill(tmp_path / "f", {"a.zip": zipped({"a": b"1", "b": b"2"})})
    assert add(world, folder, look_inside=False).parts == 0
    assert not world.read().kind("part")
    with world.open() as archive:
        with archive.projector.index.reading() as db:
            found = items(db)
        outcome = read_again(archive, found, "f")
        assert (outcome.parts, outcome.formats["zip"]) == (2, 1)
        assert read_again(archive, found, "f").took_nothing
    assert parts(world.read()) == {b"a": b"1", b"b": b"2"}


def test_only_evidence_is_looked_into(world: Capturing, tmp_path: Path) -> None:
    folder = fill(tmp_path / "f", {"a.zip": zipped({"a": b"1"})})
    add(world, folder)
    with world.open() as archive:
        with archive.projector.index.reading() as db:
            (item, *_) = items(db)
        with pytest.raises(UsageError, match="evidence"):
            read_again(archive, [_elsewhere(item)], "f")


def _elsewhere(item: object) -> object:
    from msgspec.structs import replace  # noqa: PLC0415 - here alone

    return replace(item, facet="identity")


@pytest.mark.parametrize("kill", [False, True])
def test_interrupted_between_any_two_groups(
    founded: Capturing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kill: bool
) -> None:
    inner = zipped({"x": b"deep", "t.csv": TABLE})
    content = {"a.zip": zipped({"1": b"1", "2": b"2", "in.zip": inner}), "b.zip": inner, "c": b"3"}
    folder = fill(tmp_path / "f", content)
    monkeypatch.setattr(group, "GROUP_RECORDS", 1)
    whole = founded.copy(tmp_path / "whole")
    groups = count_groups(whole, folder)
    undisturbed = whole.read()
    for after in range(1, groups):
        world = founded.copy(tmp_path / str(after))
        child = os.fork()
        if not child:
            try:
                stop_after(after, signal.SIGKILL if kill else signal.SIGTERM)
                add(world, folder)
            finally:
                os._exit(0)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status)
        add(world, folder)
        found = world.read()
        assert parts(found) == parts(undisturbed)
        for kind in ("part", "item", "reading", "file", "source"):
            assert len(found.kind(kind)) == len(undisturbed.kind(kind)), (after, kind)
        assert len({each["import"] for each in found.values("part")}) == 1
        assert add(world, folder).took_nothing


def count_groups(world: Capturing, folder: Path) -> int:
    before = world.size()
    append, groups = Archive.append, 0

    def counted(archive: Archive, drafts: list) -> list:
        nonlocal groups
        groups += 1
        return append(archive, drafts)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Archive, "append", counted)
        add(world, folder)
    assert world.size() > before
    return groups
