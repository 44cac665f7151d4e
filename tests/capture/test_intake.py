"""What every import has in common: cases by their names, fit for what is brought, one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import pytest

from sviedka.capture import intake
from sviedka.capture.intake import Outcome, case_named, importing, require_case, require_facets
from sviedka.errors import AccessError, BusyError, NotFoundError, UsageError
from sviedka.keep.archive import Archive
from sviedka.keep.destruction import facets
from sviedka.keep.saving import Event
from tests.capture.telegram.bringing import bring, said, write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.capture.opened import Capturing


def opened(archive: Archive, name: str) -> str:
    with archive.save(Event("ing")) as save:
        case = intake.open_case(save, name, "files", ["evidence", "status"])
        save.finish()
    return case


def test_a_case_by_its_name_or_the_beginning_of_its_id(world: Capturing) -> None:
    with world.open() as archive:
        first, second = opened(archive, "Справа"), opened(archive, "Іншая")
        assert case_named(archive, "Справа") == require_case(archive, first[:9]) == first
        assert case_named(archive, second) == second
        assert case_named(archive, "Няма") is case_named(archive, first[:3]) is None
        with pytest.raises(NotFoundError):
            require_case(archive, "Няма")
        opened(archive, "Справа")
        with pytest.raises(UsageError, match="2 cases"):
            case_named(archive, "Справа")


def test_a_case_must_have_what_is_needed(world: Capturing, monkeypatch: pytest.MonkeyPatch) -> None:
    with world.open() as archive:
        case = opened(archive, "Справа")
        require_facets(archive, case, ["evidence", "status"])
        with pytest.raises(UsageError, match="was never made"):
            require_facets(archive, case, ["evidence", "identity"])

        def refused(*_: object) -> NoReturn:
            raise AccessError("no grant")

        monkeypatch.setattr(Archive, "identity", refused)
        with pytest.raises(AccessError, match="may not open"):
            require_facets(archive, case, ["evidence"])


def test_what_was_destroyed_does_not_come_back_by_itself(world: Capturing, tmp_path: Path) -> None:
    group = write(tmp_path, said(1))
    (outcome,) = bring(world, group)
    with world.open() as archive:
        facets.destroy(archive, outcome.case, "identity", "because")
    size = world.size()
    with pytest.raises(UsageError, match="was destroyed"):
        bring(world, group)
    assert world.size() == size


def test_one_import_at_a_time(world: Capturing, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[None] = []
    monkeypatch.setattr(intake, "PATIENCE", 0.05)
    with world.open() as first, world.open() as second:
        with importing(first, lambda: waits.append(None)):
            opened(first, "Справа")
            with pytest.raises(BusyError), importing(second, lambda: waits.append(None)):
                pass
        assert len(waits) == 1
        with importing(second, lambda: waits.append(None)):
            assert case_named(second, "Справа")


def test_an_outcome_tells_whether_anything_came(world: Capturing) -> None:
    assert Outcome("", "", "", "files", known=3, missing=2).took_nothing
    for what in ("items", "messages", "places"):
        assert not Outcome("", "", "", "files", **{what: 1}).took_nothing
