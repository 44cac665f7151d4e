"""An archive with something acknowledged in it, unlocked; and more to be brought in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.program import Program

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ACKNOWLEDGED = {"пратакол.txt": b"Taken down on the first day.\n", "b/фота.jpg": b"\xff\xd8" * 900}
NEW = {"заява.txt": "Заява, выдуманая.\n".encode()}


def bring(folder: Path, files: dict[str, bytes]) -> Path:
    """Write files into a new folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def as_contents(label: str, files: dict[str, bytes]) -> list[tuple[str, bytes, bytes]]:
    """What ``Program.contents`` shows of files that were taken into a case of that label."""
    return sorted((label, name.encode(), content) for name, content in files.items())


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """The archive: ``ACKNOWLEDGED`` lies in its case ``first``; the agent holds its keys."""
    base = tmp_path_factory.mktemp("faults")
    program = Program.with_archive(base / "begun")
    program.run("unlock", "--minutes", 60)
    try:
        program.run("add", bring(base / "first", ACKNOWLEDGED))
        bring(base / "second", NEW)
        yield program
    finally:
        program.run("lock")
