import shutil
from dataclasses import replace

import pytest

from tests.keep.verify.world import fill, founded, keep_head, take_away


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    """An archive with items, records and a kept head."""
    world = founded(tmp_path_factory.mktemp("template"))
    with world.open() as archive:
        fill(archive, world)
        keep_head(archive)
    return world


def copied(world, folder):
    """The same archive and device again, elsewhere."""
    shutil.copytree(world.path.parent, folder)
    return replace(world, path=folder / "archive", home=folder / "home")


@pytest.fixture
def world(template, tmp_path):
    return copied(template, tmp_path / "first")


@pytest.fixture
def destroy():
    """Delete an item and destroy a facet."""

    def take(world):
        with world.open() as archive:
            take_away(archive, world)

    return take
