"""A new archive for each test, with the projections of this wing; founding one takes a second."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.capture.opened import Capturing, found

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Capturing:
    return found(tmp_path_factory.mktemp("founded"))


@pytest.fixture
def world(founded: Capturing, tmp_path: Path) -> Capturing:
    return founded.copy(tmp_path / "world")
