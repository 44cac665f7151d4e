"""What is chosen by id, case, date, kind and facet; and the list of what stays behind, and why."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

import pytest

from sviedka import kinds
from sviedka.errors import NotFoundError, UsageError
from sviedka.handover.selection import Selection, Wanted, select
from sviedka.handover.withheld import COLUMNS, MEANING, Withheld, as_csv
from sviedka.keep.destruction import facets, records
from sviedka.keep.saving import Event
from tests.handover.material import NAMES, Material

if TYPE_CHECKING:
    from collections.abc import Collection


def chosen(material: Material, **wanted: object) -> Selection:
    with material.open() as archive:
        return select(archive, Wanted(**wanted))


def names(material: Material, selection: Selection) -> set[str]:
    by_id = {item: name for name, item in material.items.items()} | {material.message: "message"}
    return {by_id[each.id.hex()] for each in selection.records}


def reasons(selection: Selection) -> Counter[tuple[str, str, str]]:
    found: Counter[tuple[str, str, str]] = Counter()
    for each in selection.withheld:
        found[each.what, each.kind, each.reason] += each.count
    return found


def test_all_is_every_original_of_evidence(prepared: Material) -> None:
    found = chosen(prepared, everything=True)
    assert names(prepared, found) == prepared.items.keys() - {"letter"}
    assert reasons(found) == {
        ("record", "item", "facet"): 1, ("record", "label", "facet"): 1,
        ("record", "reveals", "facet"): 1, ("record", "participant", "facet"): 1,
        ("record", "event", "facet"): 2,
        ("record", "chat", "kind"): 1, ("record", "message", "kind"): 1,
        ("record", "raw", "kind"): 1,
    }  # fmt: skip


def test_nothing_at_all_must_be_said(prepared: Material) -> None:
    with pytest.raises(UsageError):
        chosen(prepared)


def test_by_id_or_hash_what_is_named_goes_and_nothing_is_told_of_the_rest(
    prepared: Material,
) -> None:
    photo, letter = prepared.items["photo"], prepared.items["letter"]
    found = chosen(prepared, ids=(photo[:10], prepared.message, photo))
    assert names(prepared, found) == {"photo", "message"}
    assert len(found.records) == 2
    assert found.withheld == []
    found = chosen(prepared, ids=(letter,))
    assert found.records == []
    (kept,) = found.withheld
    assert (kept.id, kept.reason) == (letter, "facet")
    assert names(prepared, chosen(prepared, ids=(letter,), facets=("identity",))) == {"letter"}
    with pytest.raises(NotFoundError):
        chosen(prepared, ids=("00" * 32,))
    with pytest.raises(UsageError):
        chosen(prepared, ids=(photo,), cases=(prepared.mail,))


def test_by_case(prepared: Material) -> None:
    assert names(prepared, chosen(prepared, cases=(prepared.files,))) == set(NAMES)
    both = chosen(prepared, cases=(prepared.mail, prepared.channel))
    assert names(prepared, both) == {"mail", "attached", "inner", "alone", "photo"}
    assert {each.case for each in both.withheld} == {prepared.channel}


def test_by_kind(prepared: Material) -> None:
    found = chosen(prepared, cases=(prepared.channel,), kinds=("message", "item"))
    assert names(prepared, found) == {"photo", "message"}


@pytest.mark.parametrize(
    ("since", "until", "there"),
    [
        (date(2022, 4, 15), date(2022, 4, 15), {"photo"}),
        (None, date(2022, 4, 15), {"photo"}),
        (date(2022, 4, 16), None, {"others"}),
        (None, date(2022, 4, 14), set()),
        (date(2022, 4, 1), None, {"photo", "others"}),
    ],
)
def test_by_date_of_the_message_or_of_the_bringing(
    prepared: Material, since: date | None, until: date | None, there: Collection[str]
) -> None:
    found = chosen(prepared, since=since, until=until)
    others = prepared.items.keys() - {"letter", "photo"}
    assert names(prepared, found) == {
        *(others if "others" in there else ()), *({"photo"} & set(there))
    }  # fmt: skip
    late = len(prepared.items) - 1 - len(found.records)
    assert reasons(found)["record", "item", "date"] == late


def test_a_day_is_one_of_the_archives_zone(material: Material) -> None:
    with material.open() as archive, archive.save(Event("cap")) as save:
        assert archive.found.zone == "Europe/Vilnius"
        late = 1_650_065_400  # 2022-04-15, 23:30 UTC: there it is the day after
        chat = save.record(material.channel, "evidence", {"chat_id": 2, "kind": "chat", "v": 1})
        message = {"chat": chat, "kind": "message", "unixtime": late, "v": 1}
        known = save.record(material.channel, "evidence", message)
        for beyond in (-(2**53), 2**53):
            save.record(material.channel, "evidence", message | {"unixtime": beyond})
        save.finish()
    day = date(2022, 4, 16)
    found = chosen(material, since=day, until=day, kinds=("message",))
    assert [each.id.hex() for each in found.records] == [known]


def test_a_message_is_of_the_day_that_it_was_sent(prepared: Material) -> None:
    day = date(2022, 4, 15)
    found = chosen(prepared, since=day, until=day, kinds=("message",))
    assert names(prepared, found) == {"message"}
    assert chosen(prepared, until=date(2022, 4, 14), kinds=("message",)).records == []


def test_without_leaves_one_out_and_says_so(prepared: Material) -> None:
    mail = prepared.items["mail"]
    found = chosen(prepared, cases=(prepared.mail,), without=(mail[:12],))
    assert names(prepared, found) == {"attached", "inner", "alone"}
    assert [(each.id, each.reason) for each in found.withheld] == [(mail, "named")]


def test_what_was_deleted_or_destroyed_is_told(material: Material) -> None:
    with material.open() as archive:
        photo = material.items["photo"]
        records.delete(archive, photo, "a mistake about Зянон", goes_with=kinds.goes_with())
        facets.destroy(archive, material.files, "identity", "consent withdrawn")
    found = chosen(material, everything=True)
    assert "photo" not in names(material, found)
    listed = reasons(found)
    assert listed["facet", "", "destroyed"] == 1
    assert photo in {each.id for each in found.withheld if each.reason == "deleted"}
    told = as_csv(found.withheld).decode()
    for words in ("mistake", "Зянон", "consent"):
        assert words not in told


def test_a_facet_without_a_key_is_told(material: Material) -> None:
    with material.open() as archive:
        for granted in archive.history.granted[material.group]:
            if granted.facet == "evidence":
                path = archive.path / "grants" / granted.file[:2] / granted.file
                path.unlink()
    with material.open() as archive:
        archive.projector.rebuild()
        found = select(archive, Wanted(everything=True))
    assert "voice" not in names(material, found)
    assert [(each.what, each.facet) for each in found.withheld if each.reason == "no_key"] == [
        ("facet", "evidence")
    ]


def test_the_list_has_a_row_each_and_every_reason_a_meaning() -> None:
    rows = [Withheld("record", reason, "00" * 16, "evidence") for reason in MEANING]
    lines = as_csv(rows).decode().splitlines()
    assert lines[0] == ",".join(f'"{each}"' for each in COLUMNS)
    assert len(lines) == len(MEANING) + 1
