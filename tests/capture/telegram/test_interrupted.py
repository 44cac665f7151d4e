"""An import that was interrupted is run again, and in the end all is as if nothing had happened."""

from __future__ import annotations

import json
import os
import signal
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sviedka.capture.telegram import chatimport
from sviedka.keep.archive import Archive
from sviedka.keep.index.events import imports
from tests.capture.telegram.bringing import ALL, bring, said, write
from tests.keep.world import assert_rebuilds
from tests.material.telegram import write_account, write_chat

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.capture.opened import Capturing


class Interrupted(Exception):  # noqa: N818 - it is no error
    """What stops an import between two groups."""


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Groups of a few messages."""
    monkeypatch.setattr(chatimport, "GROUP_MESSAGES", 5)
    monkeypatch.setattr(chatimport, "GROUP_MEDIA", 20_000)


def stopping(world: Capturing, export: Path, after: int) -> bool:
    """Import all, but stop when so many groups stand; whether it came to that."""
    saves = 0
    append = Archive.append

    def counted(archive: Archive, drafts: list) -> list:
        nonlocal saves
        if saves == after:
            raise Interrupted
        saves += 1
        return append(archive, drafts)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Archive, "append", counted)
        try:
            bring(world, export, ALL)
        except Interrupted:
            return True
    return False


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("kind", ["public_channel", "private_supergroup"])
def test_between_any_two_groups(founded: Capturing, tmp_path: Path, kind: str) -> None:
    export = tmp_path / "export"
    write_chat(export, kind=kind, messages=12, media=3)
    whole = founded.copy(tmp_path / "whole")
    bring(whole, export)
    undisturbed = whole.read().told()
    after = 0
    world = founded.copy(tmp_path / "0")
    while stopping(world, export, after):
        bring(world, export)
        assert world.read().told() == undisturbed
        with world.open() as archive:
            with archive.projector.index.reading() as db:
                assert len(imports(db)) == 1
            assert_rebuilds(archive)
        size = world.size()
        bring(world, export)
        assert world.size() == size
        after += 1
        world = founded.copy(tmp_path / str(after))
    assert after > 3


@pytest.mark.slow
@pytest.mark.usefixtures("small")
def test_again_and_again(world: Capturing, founded: Capturing, tmp_path: Path) -> None:
    export = tmp_path / "export"
    write_account(export, messages=90, media=20)
    whole = founded.copy(tmp_path / "whole")
    bring(whole, export, ALL)
    while stopping(world, export, 1):
        pass
    assert world.read().told() == whole.read().told()


@pytest.mark.usefixtures("small")
def test_an_export_that_grew_meanwhile_carries_on(world: Capturing, tmp_path: Path) -> None:
    write(tmp_path, *(said(number) for number in range(20)))
    assert stopping(world, tmp_path, 2)
    (outcome,) = bring(world, write(tmp_path, *(said(number) for number in range(30))))
    assert (outcome.messages, outcome.known) == (20, 10)
    (source,) = world.read().values("source")
    assert source["import"] == outcome.import_id
    assert source["totals"]["messages"] == 30


def dying(after: int) -> Callable[[Archive, list], list]:
    """What appends so many groups, and then is killed."""
    append = Archive.append
    left = iter(range(after))

    def counted(archive: Archive, drafts: list) -> list:
        if next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)
        return append(archive, drafts)

    return counted


def test_killed(founded: Capturing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    export = tmp_path / "export"
    write_chat(export, kind="private_supergroup", messages=40, media=6)
    whole = founded.copy(tmp_path / "whole")
    bring(whole, export)
    for after in (0, 2, 5):
        world = founded.copy(tmp_path / str(after))
        child = os.fork()
        if not child:
            chatimport.GROUP_MESSAGES = 7
            monkeypatch.setattr(Archive, "append", dying(after))
            try:
                bring(world, export)
            finally:
                os._exit(1)
        _, status = os.waitpid(child, 0)
        assert os.WTERMSIG(status) == signal.SIGKILL
        bring(world, export)
        assert world.read().told() == whole.read().told()


PEOPLE = st.integers(1, 5)
MESSAGES = st.builds(
    said, st.integers(1, 12), st.sampled_from(["", "Інакш"]), PEOPLE, photo=st.just("a.jpg")
)


@pytest.mark.slow
@given(exports=st.lists(st.lists(MESSAGES, max_size=12), min_size=1, max_size=4), data=st.data())
@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_comes_in_whatever_order(
    founded: Capturing, tmp_path_factory: pytest.TempPathFactory, exports: list, data: st.DataObject
) -> None:
    """Each message of every export is there once, with one post, wherever it was interrupted."""
    folder = tmp_path_factory.mktemp("exports")
    world = founded.copy(folder / "world")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chatimport, "GROUP_MESSAGES", 3)
        for messages in exports:
            export = write(folder / "export", *messages)
            stopping(world, export, data.draw(st.integers(0, 4)))
            bring(world, export)
    found = world.read()
    told = {json.dumps(each, sort_keys=True) for export in exports for each in export}
    raws = [json.dumps(json.loads(each), sort_keys=True) for each in found.raws()]
    assert set(raws) == told
    assert len(raws) == len(told)
    assert len(found.kind("post")) == len({json.loads(each)["id"] for each in told})
    assert len(found.kind("participant")) == len({json.loads(each)["from_id"] for each in told})
    assert sum(each["totals"]["messages"] for each in found.values("source")) == len(told)
