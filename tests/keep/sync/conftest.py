import shutil
from dataclasses import replace

import pytest

from tests.keep.sync import places


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    """A sequencer and a second steward's device that have synced, with their folder."""
    root = tmp_path_factory.mktemp("template")
    folder = root / "stick"
    folder.mkdir()
    first = places.found(root / "first")
    first.save(text="from the first")
    second = places.join(root / "second", folder, first)
    return root, first, second


@pytest.fixture
def world(template, tmp_path):
    """The same again for one test: (first, second, folder)."""
    root, first, second = template
    for each in root.iterdir():
        shutil.copytree(each, tmp_path / each.name)
    return (
        replace(first, root=tmp_path / "first"),
        replace(second, root=tmp_path / "second"),
        tmp_path / "stick",
    )
