"""One archive, filled once; tests that write to it take a copy."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.capture.opened import found
from tests.handover.material import Material, filled

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Material:
    return filled(found(tmp_path_factory.mktemp("handover")))


@pytest.fixture
def material(prepared: Material, tmp_path: Path) -> Material:
    return replace(prepared, world=prepared.world.copy(tmp_path / "world"))
