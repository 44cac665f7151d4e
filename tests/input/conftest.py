"""An archive to bring bad input to: each test has a copy of it, unlocked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.program import Program

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GOOD = {"first.txt": b"Brought in before all trouble.\n", "д/другі.txt": "І гэта.\n".encode()}


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """The archive: ``GOOD`` lies in its case ``good``."""
    base = tmp_path_factory.mktemp("input")
    program = Program.with_archive(base / "begun")
    program.run("unlock", "--minutes", 60)
    try:
        for name, content in GOOD.items():
            path = base / "good" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        program.run("add", base / "good")
        yield program
    finally:
        program.run("lock")


@pytest.fixture
def program(begun: Program, tmp_path: Path) -> Program:
    """A copy that may be spoiled."""
    return begun.copy(tmp_path / "program")
