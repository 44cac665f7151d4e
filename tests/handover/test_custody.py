"""Custody tells all that happened, when it was bounded by others, and no purpose unless asked."""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from sviedka.handover.selection import Wanted
from sviedka.keep import handing
from sviedka.keep.author import stated
from sviedka.keep.reading import find_item
from sviedka.keep.saving import Event
from sviedka.keep.stamps import certificates, kept, token
from sviedka.keep.stamps.authorities import add
from tests.handover.material import SECRETS, Material, hand
from tests.keep.stamps.tsa import Authority
from tests.keep.verify.world import COSIGNED_AT

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.keep.archive import Archive


def given(material: Material, folder: Path, **terms: Any) -> dict[str, dict[str, Any]]:
    """The custody of each piece, by id, out of a bag."""
    with material.open() as archive:
        hand(archive, folder, **terms)
    said = json.loads((folder / "data" / "custody.json").read_bytes())
    return {each["record"]: each for each in said["items"]}


def test_it_holds_all_that_happened_in_the_order_of_the_ledger(
    material: Material, tmp_path: Path
) -> None:
    item = material.items["заява.txt"]
    with material.open() as archive:
        handing.write_original(archive, find_item(archive, item), tmp_path / "one", "to a lawyer")
        with archive.save(Event("fix", "", about=(item,))) as save:
            save.happened(material.files, "evidence")
            save.finish()
    found = given(material, tmp_path / "bag", purpose="to the court", whole_events=True)[item]
    events = found["events"]
    assert [each["type"] for each in events] == ["ing", "dis", "fix", "dis"]
    assert [each["entry"] for each in events] == sorted(each["entry"] for each in events)
    assert [each["brought"] for each in events] == [True, False, False, False]
    assert events[1]["purpose"] == "to a lawyer"
    assert events[3]["purpose"] == "to the court (as bagit, not sealed)"
    assert all(len(each["device"]) == 32 and len(each["id"]) == 64 for each in events)


def test_whence_it_came(material: Material, tmp_path: Path) -> None:
    found = given(material, tmp_path / "bag")
    (place,) = found[material.items["заява.txt"]]["origins"]
    assert (place["kind"], place["name"]) == ("file", "заява.txt")
    assert place["time"] == "2022-01-01T00:00:00Z"
    (photo,) = found[material.items["photo"]]["origins"]
    assert (photo["place"], photo["name"]) == ("photo of message 7", "photos/фота_1.jpg")
    (attached,) = found[material.items["attached"]]["origins"]
    assert attached["parent"] == material.items["mail"]
    assert attached["media_type"] == "application/pdf"
    (inner,) = found[material.items["inner"]]["origins"]
    assert inner["parent"] == material.items["attached"]


def test_purposes_stay_behind_and_the_list_says_so(material: Material, tmp_path: Path) -> None:
    found = given(material, tmp_path / "bag", purpose=SECRETS[2])
    (event, *_) = found[material.items["заява.txt"]]["events"]
    assert "purpose" not in event
    assert event["withholds"] is True
    told = (tmp_path / "bag" / "data" / "withheld.csv").read_text("utf-8")
    assert event["id"] in told


def test_a_case_that_is_called_after_a_person_has_no_name_here(
    material: Material, tmp_path: Path
) -> None:
    found = given(material, tmp_path / "bag")
    assert found[material.items["empty"]]["label"] == "files of April"
    assert "label" not in found[material.items["voice"]]


def test_time_is_bounded_by_what_witnesses_saw(material: Material, tmp_path: Path) -> None:
    found = given(material, tmp_path / "bag")
    seen = "2026-09-21T14:13:20Z"
    assert COSIGNED_AT == 1_790_000_000
    before, after = (
        found[material.items[each]]["events"][0]["recorded"] for each in ("mail", "photo")
    )
    assert before == {"day": before["day"], "not_after": seen}
    assert after == {"day": after["day"], "not_before": seen}


@pytest.mark.parametrize("pinned", [True, False])
def test_time_is_bounded_by_time_stamps_whose_root_was_pinned(
    material: Material, tmp_path: Path, pinned: bool
) -> None:
    authority = Authority.make(tmp_path / "authority", "An authority")
    with material.open() as archive:
        early, stamped = _item(archive, material.mail), _stamp(archive, authority)
        late = _item(archive, material.mail)
        if pinned:
            add(archive, "authority", "http://127.0.0.1:9/", authority.root.pem)
        hand(archive, tmp_path / "load", "load", Wanted(ids=(early, late)))
    said = json.loads((tmp_path / "load" / "custody.json").read_bytes())
    before, after = (each["events"][0]["recorded"] for each in said["items"])
    cosigned = "2026-09-21T14:13:20Z"
    assert before.get("not_after") == (stamped if pinned else None)
    assert (before["not_before"], after["not_before"]) == (
        cosigned,
        stamped if pinned else cosigned,
    )
    assert "not_after" not in after


def _item(archive: Archive, case: str) -> str:
    with archive.save(Event("ing")) as save:
        item = save.item_of(case, "evidence", [os.urandom(16)]).id
        save.finish()
    return item


def _stamp(archive: Archive, authority: Authority) -> str:
    """Keep the newest head with a time stamp and no cosignature; its time."""
    with archive.locked():
        archive.commit()
        head, size = bytes(archive.log.note), archive.log.tiled
        asked = token.request(head)
        answer = authority.answer(asked)
        found = token.check(answer, asked, head, [authority.root.certificate])
        parts = {"tsq": asked, "tsr": answer, "pem": certificates.pem(found.chain)}
        files = {f"{size}.authority.1.{ending}": data for ending, data in parts.items()}
        kept.keep(archive, files | {str(size): head}, {"size": size})
    return stated(found.time)


def test_one_act_is_entered_for_all_and_names_no_record_of_another_facet(
    material: Material, tmp_path: Path
) -> None:
    with material.open() as archive:
        size = archive.log.size
        wanted = Wanted(cases=(material.files, material.mail))
        hand(archive, tmp_path / "bag", wanted=wanted, purpose="for the court")
        with archive.projector.index.reading() as db:
            rows = list(
                db.execute(
                    "SELECT event.entry, lower(hex(event.case_id)), count(*) FROM event "
                    "JOIN event_about USING (entry) WHERE type = 'dis' GROUP BY event.entry"
                )
            )
        groups = {
            json.loads(line)["body"].get("group", {}).get("of") for line in archive.lines(size)
        }
    assert [case for _, case, _ in rows] == [material.files, material.mail]
    assert sum(count for *_, count in rows) == len(material.everything()) - 2
    assert groups - {None} == {2}


def test_names_that_are_no_text_are_kept_as_bytes(material: Material, tmp_path: Path) -> None:
    with material.open() as archive, archive.save(Event("ing", "", "ab" * 16)) as save:
        item = save.item_of(material.mail, "evidence", [b"x"]).id
        save.record(material.mail, "evidence", {
            "import": "ab" * 16, "item": item, "kind": "file", "path_base64": "4OH/LnR4dA==",
            "v": 1,
        })  # fmt: skip
        save.finish()
    (place,) = given(material, tmp_path / "bag")[item]["origins"]
    assert place["name_base64"] == "4OH/LnR4dA=="
    assert "name" not in place
    (folder,) = (tmp_path / "bag" / "data" / "items").glob(f"{item[:20]}/original")
    assert [each.name for each in folder.iterdir()] == ["_xe0_xe1_xff.txt"]


def test_what_claims_to_hold_itself_is_given_all_the_same(
    material: Material, tmp_path: Path
) -> None:
    with material.open() as archive, archive.save(Event("ing", "", "ab" * 16)) as save:
        one = save.item_of(material.mail, "evidence", [b"one"]).id
        two = save.item_of(material.mail, "evidence", [b"two"]).id
        for item, of in ((one, two), (two, one)):
            save.record(material.mail, "evidence", {
                "import": "ab" * 16, "item": item, "kind": "part", "name": "x", "number": 1,
                "of": of, "place": "p", "v": 1,
            })  # fmt: skip
        save.finish()
    assert {one, two} <= given(material, tmp_path / "bag").keys()
    with material.open() as archive:
        hand(archive, tmp_path / "load", "load")


@pytest.mark.parametrize("form", ["bagit", "case", "load", "ocfl"])
def test_a_refused_hand_over_enters_nothing(material: Material, tmp_path: Path, form: str) -> None:
    (tmp_path / "there").mkdir()
    with material.open() as archive:
        size = archive.log.size
        with pytest.raises(Exception, match="something already"):
            hand(archive, tmp_path / "there", form)
        with pytest.raises(Exception, match="nothing is left"):
            hand(archive, tmp_path / "new", form, Wanted(ids=(material.items["letter"],)))
        assert archive.log.size == size


def test_what_lies_in_a_metered_facet_goes_if_it_is_named_and_leaves_its_trace(
    material: Material, tmp_path: Path
) -> None:
    with material.open() as archive:
        size = archive.log.size
        wanted = Wanted(ids=(material.items["letter"],), facets=("identity",))
        hand(archive, tmp_path / "bag", wanted=wanted, purpose="for the court")
        kinds = [json.loads(line)["body"]["kind"] for line in archive.lines(size)]
    assert "open" in kinds
    assert kinds[0] == "content"
    (letter,) = (tmp_path / "bag").rglob("original/*")
    assert letter.read_bytes() == material.originals["letter"]
    said = json.loads((tmp_path / "bag" / "data" / "custody.json").read_bytes())
    assert [each["facet"] for each in said["items"]] == ["identity"]


def test_an_act_of_a_new_day_is_of_that_day(material: Material, tmp_path: Path) -> None:
    later = datetime.now(UTC) + timedelta(days=3)
    with material.world.open(now=lambda: later) as archive:
        hand(archive, tmp_path / "bag")
    said = json.loads((tmp_path / "bag" / "data" / "custody.json").read_bytes())
    first, *_, last = said["items"][0]["events"]
    assert last["time"][:16] == later.strftime("%Y-%m-%dT%H:%M")
    days = [date.fromisoformat(each["recorded"]["day"]) for each in (first, last)]
    assert days[1] - days[0] == timedelta(days=3)
