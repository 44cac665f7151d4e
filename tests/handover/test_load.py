"""Load files: what they say of each piece is so, families stand together, links lead somewhere."""

from __future__ import annotations

import csv
import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from sviedka.handover.load import COLUMNS
from sviedka.handover.selection import Wanted
from sviedka.handover.tables import BOM
from tests.handover.material import NAMES, SENT, Material, hand
from tests.handover.test_tables import parsed, uncovered

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def package(prepared: Material, tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("load")
    world = prepared.world.copy(base / "world")
    with world.open() as archive:
        wanted = Wanted(everything=True, kinds=("item", "message"))
        hand(archive, base / "load", "load", wanted)
    return base / "load"


def rows(package: Path) -> list[dict[str, str]]:
    with (package / "load.csv").open(encoding="utf-8-sig", newline="") as file:
        return [
            {name: uncovered(cell) for name, cell in row.items()} for row in csv.DictReader(file)
        ]


def test_both_tables_say_the_same(package: Path) -> None:
    text = (package / "load.dat").read_bytes().decode()
    assert text.startswith(BOM)
    head, *found = parsed(text.removeprefix(BOM))
    assert tuple(head) == COLUMNS
    assert len(found) == len(rows(package))
    for one, other in zip(found, rows(package), strict=True):
        same = dict(zip(head, one, strict=True))
        for name in ("BEGDOC", "ENDATTACH", "SHA512", "RECORDID", "DOCDATE"):
            assert same[name] == other[name]
        assert same["NATIVELINK"].replace("\\", "/") == other["NATIVELINK"]


def test_every_row_is_a_piece_and_its_native_is_the_original(
    package: Path, prepared: Material
) -> None:
    found = {row["RECORDID"]: row for row in rows(package)}
    assert found.keys() == prepared.everything().keys() | {prepared.message}
    for item, data in prepared.everything().items():
        row = found[item]
        native = (package / row["NATIVELINK"]).read_bytes()
        assert native == data
        assert (row["SHA256"], row["SHA512"], row["FILESIZE"]) == (
            hashlib.sha256(data).hexdigest(), hashlib.sha512(data).hexdigest(), str(len(data)),
        )  # fmt: skip
        assert (package / row["PROOFLINK"]).is_file()
        assert row["DATECOLLECTED"].endswith("Z")
        assert row["CUSTODIAN"].startswith("device ")
    paths = {found[prepared.items[name]]["FILEPATH"] for name in NAMES}
    assert paths == set(NAMES)


def test_numbers_go_on_without_a_gap(package: Path) -> None:
    assert [row["BEGDOC"] for row in rows(package)] == [
        f"SV{at:08}" for at in range(1, len(rows(package)) + 1)
    ]


def test_what_was_taken_out_of_an_item_is_of_its_family(package: Path, prepared: Material) -> None:
    found = {row["RECORDID"]: row for row in rows(package)}
    mail, attached, inner = (found[prepared.items[each]] for each in ("mail", "attached", "inner"))
    assert (mail["BEGATTACH"], mail["ENDATTACH"]) == (mail["BEGDOC"], inner["BEGDOC"])
    for each in (attached, inner):
        assert (each["BEGATTACH"], each["ENDATTACH"]) == (mail["BEGATTACH"], mail["ENDATTACH"])
    assert (mail["PARENTDOC"], attached["PARENTDOC"]) == ("", mail["BEGDOC"])
    assert inner["PARENTDOC"] == attached["BEGDOC"]
    assert attached["MEDIATYPE"] == "application/pdf"
    alone = found[prepared.items["alone"]]
    assert (alone["BEGATTACH"], alone["ENDATTACH"], alone["PARENTDOC"]) == ("", "", "")


def test_a_message_has_its_text_and_what_hung_on_it_its_time(
    package: Path, prepared: Material
) -> None:
    found = {row["RECORDID"]: row for row in rows(package)}
    message, photo = found[prepared.message], found[prepared.items["photo"]]
    assert (package / message["TEXTLINK"]).read_text("utf-8") == "што было"
    assert (package / message["NATIVELINK"]).name == "record.json"
    assert photo["DOCDATE"] == "2022-04-15T05:20:00Z" == iso(SENT)
    assert (photo["FILENAME"], photo["SOURCE"]) == ("фота_1.jpg", "photo of message 7")


def iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
