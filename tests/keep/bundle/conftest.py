"""Bundles out of one small archive; each test that harms one works on a copy."""

import shutil

import pytest

from sviedka.keep import bundle
from sviedka.keep.saving import Event
from tests.keep.verify import world

IMPORT = "ab" * 16


@pytest.fixture(scope="session")
def archive(tmp_path_factory):
    """An archive with an import without a purpose, kept under a cosigned and stamped head."""
    made = world.furnished(tmp_path_factory.mktemp("world"))
    with made.open() as opened:
        with opened.save(Event("cap", import_id=IMPORT)) as save:
            item = save.item_of(made.case, "evidence", [world.LONG])
            save.record(made.case, "evidence", {"kind": "note", "text": "secret of others", "v": 1})
            save.finish()
        world.keep_head(opened, stamp=True)
    made.items = (*made.items, item.id)
    return made


@pytest.fixture(scope="session")
def bundles(archive, tmp_path_factory):
    """A folder of bundles: ``item``, ``item.zip``, ``record``."""
    folder = tmp_path_factory.mktemp("bundles")
    with archive.open() as opened:
        item, record = archive.items[-1], archive.records[0]
        bundle.write(opened, item, folder / "item", name="відэа.mp4", purpose="for the court")
        bundle.write(opened, item, folder / "item.zip")
        bundle.write(opened, record, folder / "record")
    return folder


@pytest.fixture
def item(bundles, tmp_path):
    shutil.copytree(bundles / "item", tmp_path / "item")
    return tmp_path / "item"
