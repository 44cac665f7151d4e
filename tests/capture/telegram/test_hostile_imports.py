"""Hostile exports: what was whole stands, and nothing comes in from outside of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sviedka.capture.telegram.scanner import MOST
from sviedka.errors import InputError, SandboxError, UsageError
from tests.capture.telegram.bringing import ALL, bring
from tests.material.hostile import CASES, write_hostile
from tests.material.hostile_json import BROKEN, ODD, SOUND
from tests.material.hostile_media import SECRET

if TYPE_CHECKING:
    from tests.capture.opened import Capturing, Everything

OUTSIDE = (SECRET, Path("/etc/passwd").read_bytes())
GIANTS = [case for case in CASES if case.startswith("giant-")]
WHOLE = {"telegram-escape", "one-bad-byte", "overlong-slash", "surrogate-bytes", "beyond-unicode",
         "windows-1251"}  # fmt: skip
"""Broken by RFC 8259, but read: such bytes stand in exports."""
REFUSED = {"chats-not-an-object", "deep-lists", "deep-objects", "left-chats-alone",
           "messages-an-object", "messages-null", "messages-twice",
           "messages-twice-filled"}  # fmt: skip
"""JSON, but with no chat in it, or with two where one should be, or nested beyond all reason."""


def attempt(world: Capturing, export: Path) -> Exception | None:
    """Bring an export; any error that is not meant for such is raised."""
    try:
        bring(world, export / "result.json", ALL)
    except (InputError, SandboxError, UsageError) as error:
        return error
    return None


@pytest.mark.parametrize("case", [case for case in CASES if case not in GIANTS])
def test_what_is_whole_is_taken_and_nothing_from_outside(
    world: Capturing, tmp_path: Path, case: str
) -> None:
    export = write_hostile(tmp_path / "hostile", case)
    error = attempt(world, export)
    found = world.read()
    for secret in OUTSIDE:
        assert secret not in found.outside()
    assert not world.findings()
    check_media(found, export)
    size = world.size()
    again = attempt(world, export)
    assert type(again) is type(error)
    assert world.size() == size
    if case in ODD:
        assert (error is None) == (case not in REFUSED)
    if case in BROKEN:
        assert (error is None) == (case in WHOLE)


@pytest.mark.parametrize("case", GIANTS)
def test_giants_are_taken_or_refused(world: Capturing, tmp_path: Path, case: str) -> None:
    export = write_hostile(tmp_path / "hostile", case, size=2 << 20)
    error = attempt(world, export)
    assert (error is None) == (case not in {"giant-deep", "giant-one-number"})
    found = world.read()
    kept = found.raws() + [found.originals[each["item"]] for each in found.values("file")]
    data = (export / "result.json").read_bytes()
    assert all(each in data for each in kept)
    longest = max(map(len, kept), default=0)
    assert (longest > MOST) == (case == "giant-one-string")
    assert not world.findings()


def check_media(found: Everything, export: Path) -> None:
    """Of each file that was named it is said why it is not there, or it is one of the export's."""
    there = {path.read_bytes() for path in export.rglob("*") if path.is_file()}
    for message in found.values("message"):
        for medium in message.get("media", []):
            if "item" in medium:
                assert found.originals[medium["item"]] in there
            else:
                assert medium["missing"] in {"absent", "outside", "unreadable", "not_included"}


@pytest.mark.slow
@pytest.mark.parametrize("at", range(0, len(SOUND), 23))
def test_a_cut_anywhere(world: Capturing, tmp_path: Path, at: int) -> None:
    export = write_hostile(tmp_path / "hostile", "truncated", at=at)
    assert attempt(world, export)
    kept = world.read().raws()
    assert all(each in SOUND[:at] for each in kept)
    assert len(kept) == SOUND[:at].count(b"\n  }")
    (export / "result.json").write_bytes(SOUND)
    assert attempt(world, export) is None
    assert len(world.read().raws()) == 3
