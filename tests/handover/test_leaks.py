"""Nothing that is withheld leaves, in any dress."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from sviedka.keep.age import X25519Identity
from sviedka.keep.index.records import records
from tests.handover.material import SECRETS, Material, hand
from tests.leaks.searching import dressed, search

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.keep.archive import Archive

FORMS = ["bagit", "case", "load", "ocfl"]


def secrets(archive: Archive) -> list[bytes]:
    """What people wrote of people, keys, and the plain hash of what stays."""
    found = [each.encode() for each in SECRETS] + [b"to a journalist"]
    for case, facets in archive.history.cases.items():
        for facet, state in facets.items():
            if not state.destroyed:
                found.append(archive.identity(case, facet, 1).seed)
    return [*found, archive.state.log, archive.device.sign_seed]


def test_the_search_finds_what_is_there(material: Material, tmp_path: Path) -> None:
    with material.open() as archive:
        hand(archive, tmp_path / "out", whole_events=True)
        assert search(tmp_path / "out", [SECRETS[2].encode()])


@pytest.mark.parametrize("form", FORMS)
def test_a_package_holds_nothing_of_other_facets_nor_of_keys(
    material: Material, tmp_path: Path, form: str
) -> None:
    with material.open() as archive:
        hand(archive, tmp_path / "out", form, purpose="to a journalist")
        kept_back = secrets(archive)
        with archive.projector.index.reading() as db:
            others = [
                each.id
                for each in records(db)
                if each.batch.facet != "evidence" and each.kind != "item"
            ]
    assert search(tmp_path / "out", kept_back) == []
    named = [needle for each in others for needle in (each, each.hex().encode())]
    held = b"".join(each.read_bytes() for each in (tmp_path / "out").rglob("*") if each.is_file())
    assert [each for each in named if each in held] == []


@pytest.mark.parametrize("form", FORMS)
def test_the_list_of_what_is_withheld_has_ids_and_reasons_alone(
    material: Material, tmp_path: Path, form: str
) -> None:
    with material.open() as archive:
        hand(archive, tmp_path / "out", form)
    (listed,) = (tmp_path / "out").rglob("withheld.csv")
    for line in listed.read_text("utf-8").splitlines()[1:]:
        for cell in line.replace('"', "").split(","):
            assert cell.isascii()
            assert cell.replace("_", "").isalnum() or cell == ""


def test_a_zip_file_states_no_time_and_no_name(material: Material, tmp_path: Path) -> None:
    with material.open() as archive:
        hand(archive, tmp_path / "out.zip", purpose="to a journalist")
    with zipfile.ZipFile(tmp_path / "out.zip") as zipped:
        assert {each.date_time for each in zipped.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        zipped.extractall(tmp_path / "out")
    assert search(tmp_path / "out", [each.encode() for each in SECRETS]) == []


def test_a_sealed_package_shows_nothing_of_what_is_in_it(
    material: Material, tmp_path: Path
) -> None:
    to: Any = (X25519Identity.generate().recipient,)
    with material.open() as archive:
        hand(archive, tmp_path / "out.tar.age", recipients=to)
    held = (tmp_path / "out.tar.age").read_bytes()
    for known in (b"bagit.txt", b"custody.json", "заява".encode(), b"hello"):
        assert not [each for each in dressed(known) if each in held]
