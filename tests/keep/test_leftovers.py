"""What a killed save has sealed is cleared away: it must not outlive its deletion."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from sviedka import kinds
from sviedka.keep.destruction import imports, records
from sviedka.keep.leftovers import sweep
from sviedka.keep.saving import Event
from tests.keep.world import bring, files

if TYPE_CHECKING:
    from collections.abc import Callable

    from sviedka.keep.archive import Archive
    from tests.keep.world import World


def killed(world: World) -> list[str]:
    """Kill a save before it stands; what it leaves."""
    child = os.fork()
    if not child:
        with world.open() as archive, archive.save(Event("ing")) as save:
            case = save.new_case(["evidence"])
            save.item_of(case, "evidence", [b"gone" * 1000])
            os.kill(os.getpid(), signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    return left(world)


def left(world: World) -> list[str]:
    return [name for name in files(world.path) if name.endswith(".tmp")]


def deleting(archive: Archive, item: str, _imported: str) -> None:
    records.delete(archive, item, "", kinds.goes_with())


def undoing(archive: Archive, _item: str, imported: str) -> None:
    imports.undo(archive, imported, "")


@pytest.mark.parametrize("remove", [deleting, undoing])
def test_it_goes_before_anything_is_removed(
    world: World, remove: Callable[[Archive, str, str], None]
) -> None:
    with world.open() as archive:
        _, imported, (item, _) = bring(archive, [("a", b"gone" * 1000), ("b", b"stays")])
    assert killed(world)
    with world.open() as archive:
        remove(archive, item, imported)
    assert left(world) == []


def test_what_is_being_written_is_spared(world: World) -> None:
    killed(world)
    with world.open() as archive, archive.save(Event("ing")) as save:
        case = save.new_case(["evidence"])
        save.item_of(case, "evidence", [b"new"])
        with world.open() as other:
            assert sweep(other) == 0
        assert left(world)
        save.finish()
    with world.open() as archive:
        assert sweep(archive) > 0
        assert sweep(archive) == 0
    assert left(world) == []
    assert world.findings() == []
