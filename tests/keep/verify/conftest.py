"""One archive for all tests of this folder; each that harms it works on a copy."""

import shutil
from dataclasses import replace

import pytest

from tests.keep.verify import world


@pytest.fixture(scope="session")
def original(tmp_path_factory):
    return world.furnished(tmp_path_factory.mktemp("world"))


@pytest.fixture
def copy(original, tmp_path):
    """A copy of the archive, for a test to harm."""
    shutil.copytree(original.path, tmp_path / "archive")
    shutil.copytree(original.home, tmp_path / "home")
    return replace(original, path=tmp_path / "archive", home=tmp_path / "home")


@pytest.fixture(scope="session")
def interrupted(tmp_path_factory):
    """An archive whose process was killed while entries were in its journal."""
    folder = tmp_path_factory.mktemp("interrupted")
    made = world.founded(folder)
    with made.open() as archive:
        for text in ("first", "second"):
            with archive.save(world.Event("ing")) as save:
                note = {"kind": "note", "text": text, "v": 1}
                save.record(world.say.COMMONS, "evidence", note)
                save.finish()
        shutil.copytree(made.path, folder / "killed")
        state = archive.state
    return replace(made, path=folder / "killed", state=state)
