from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sviedka import kinds
from sviedka.errors import FormatError, NewerFormatError
from sviedka.kinds.model import BASE64, TYPES, Field, Kind, Shape

KINDS = kinds.load()
EVERY_FACET = {"evidence", "narrative", "identity", "contact", "status", "audit"}
EXACT = st.integers(-(2**53), 2**53)
SIZES = st.integers(0, 2**53)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def hexes(length: int) -> st.SearchStrategy[str]:
    return st.text("0123456789abcdef", min_size=length, max_size=length)


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": TEXTS,
    "base64": st.sampled_from(["", "/w==", "//8=", "////"]),
    "code": st.text("abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=3),
    "time": st.sampled_from(["2021-02-03T04:05:06Z", "2021-02-03T04:05:06.25Z"]),
    "decimal": st.sampled_from(["0", "-1", "1612325106.123456789"]),
    "number": EXACT,
    "size": SIZES,
    "flag": st.booleans(),
    "id": hexes(32),
    "hash": hexes(64),
    "record": hexes(64),
    "hashes": st.lists(hexes(64), min_size=1, max_size=3),
}


def values(field: Field) -> st.SearchStrategy[Any]:
    if field.type == "choice":
        return st.sampled_from(field.choices)
    if field.type == "choices":
        return st.lists(st.sampled_from(field.choices), max_size=3)
    if field.type == "object":
        return objects(field.shape)
    if field.type == "list":
        return st.lists(objects(field.shape), max_size=3)
    return VALUES[field.type]


@st.composite
def objects(draw: st.DrawFn, shape: Shape) -> dict[str, Any]:
    chosen = draw(st.sampled_from(shape.exactly_one)) if shape.exactly_one else None
    made = {}
    for name, field in shape.fields.items():
        if name in shape.exactly_one:
            wanted = name == chosen
        else:
            wanted = field.required or draw(st.booleans())
        if wanted and field.bytes and draw(st.booleans()):
            made[name + BASE64] = draw(VALUES["base64"])
        elif wanted:
            made[name] = draw(values(field))
    return made


@st.composite
def records(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(sorted(KINDS.values(), key=lambda kind: kind.kind)))
    return draw(objects(kind.shape)) | {"kind": kind.kind, "v": kind.version}


ITEM = {"kind": "item", "object": "a" * 64, "sha256": "b" * 64, "size": 5, "v": 1}
MESSAGE = {"kind": "message", "chat": "c" * 64, "message_id": -7, "text": "Жыве", "v": 1}


def test_the_kinds_are_whole() -> None:
    assert {"event", "item", "raw", "message", "post", "tombstone"} <= set(KINDS)
    for name, kind in KINDS.items():
        assert kind.kind == name
        assert kind.version == 1
        assert kind.meaning.endswith(".")
        assert kind.facets
        assert kind.facets <= EVERY_FACET
        check_shape(kind.shape)


def check_shape(shape: Shape) -> None:
    assert set(shape.exactly_one) <= set(shape.fields)
    for name, field in shape.fields.items():
        assert name.isidentifier()
        assert not name.endswith(BASE64)
        assert field.type in TYPES
        assert field.meaning.endswith((".", "…"))
        assert bool(field.choices) == field.type.startswith("choice")
        assert bool(field.shape.fields) == (field.type in {"object", "list"})
        check_shape(field.shape)


def test_what_status_may_hold_names_nobody() -> None:
    nameless = {"record", "number", "size", "choices", "choice", "id", "time", "code"}
    for kind in KINDS.values():
        if kind.facets == {"status"}:
            assert {field.type for field in kind.shape.fields.values()} <= nameless


def test_the_kinds_of_the_format_itself_are_as_it_says() -> None:
    event = KINDS["event"].shape.fields
    assert {name for name, field in event.items() if field.required} == {"time", "tool", "type"}
    assert {"import", "purpose", "time", "tool", "type"} <= set(event)
    assert set(KINDS["item"].shape.fields) == {"object", "sha256", "size"}


@given(records())
def test_every_record_of_a_kind_is_written_as_the_format_says(record: dict[str, Any]) -> None:
    kinds.check(record)
    data = kinds.encode(record)
    assert json.loads(data) == record
    canonical = json.dumps(record, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert data == canonical.encode()


@given(records(), st.data())
def test_a_record_is_refused_when_a_field_is_amiss(
    record: dict[str, Any], data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(record)))
    wrong = data.draw(st.sampled_from([None, 1.5, 2**53 + 1, -(2**53) - 1, 2**70, ["x"], {"x": 1}]))
    with pytest.raises(FormatError) as caught:
        kinds.check(record | {name: wrong})
    assert name in str(caught.value)


@given(records(), st.data())
def test_a_record_is_refused_when_a_field_is_gone_or_one_too_many(
    record: dict[str, Any], data: st.DataObject
) -> None:
    kind = KINDS[record["kind"]]
    needed = [
        name for name, field in kind.shape.fields.items() if field.required and name in record
    ]
    gone = data.draw(st.sampled_from([*needed, "kind", "v"]))
    with pytest.raises(FormatError, match=gone):
        kinds.check({name: value for name, value in record.items() if name != gone})
    with pytest.raises(FormatError, match="surplus"):
        kinds.check(record | {"surplus": 1})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.sampled_from(sorted(KINDS)),
    st.dictionaries(st.sampled_from([*MESSAGE, "item", "media"]) | st.text(), json_values),
)
def test_nothing_but_a_format_error_comes_out(kind: str, record: dict[str, Any]) -> None:
    with suppress(FormatError):
        kinds.encode({"kind": kind, "v": 1} | record)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"message_id": True}, "message.message_id"),
        ({"message_id": 1.0}, "message.message_id"),
        ({"chat": "C" * 64}, "message.chat"),
        ({"chat": "c" * 64 + "\n"}, "message.chat"),
        ({"author": "c" * 64}, "message.author"),
        ({"media": [{"role": "photo"}]}, "message.media"),
        ({"media": [{"role": "photo", "item": "d" * 64, "missing": "absent"}]}, "message.media"),
        ({"media": [{"role": "face", "item": "d" * 64}]}, "message.media[0].role"),
        ({"text_base64": "/w=="}, "message"),
        ({"forwarded_from_base64": "/w"}, "message.forwarded_from_base64"),
        ({"v": 0}, "message.v"),
        ({"kind": "massage"}, "kind"),
        ({"kind": "../item"}, "kind"),
        ({"kind": ["item"]}, "kind"),
    ],
)
def test_the_error_names_the_place(change: dict[str, Any], field: str) -> None:
    kinds.check(MESSAGE)
    with pytest.raises(FormatError) as caught:
        kinds.check(MESSAGE | change)
    assert caught.value.where == field


def test_a_later_version_is_told_apart() -> None:
    with pytest.raises(NewerFormatError):
        kinds.check(ITEM | {"v": 2})


def test_a_record_lies_only_in_its_facets() -> None:
    kinds.check(ITEM, "evidence")
    kinds.encode(MESSAGE, "evidence")
    with pytest.raises(FormatError, match="status"):
        kinds.check(ITEM, "status")
    with pytest.raises(FormatError, match="identity"):
        kinds.encode(MESSAGE, "identity")


@pytest.mark.parametrize("half", ["\ud83d", "ok \udcff"])
def test_half_a_surrogate_pair_is_refused_with_a_way_out(half: str) -> None:
    with pytest.raises(FormatError, match="text_base64") as caught:
        kinds.encode(MESSAGE | {"text": half})
    assert caught.value.where == "message.text"
    with pytest.raises(FormatError):
        kinds.encode(MESSAGE | {half: 1})


def test_a_record_has_a_longest_length() -> None:
    spare = kinds.MAX_RECORD - len(kinds.encode(MESSAGE | {"text": ""}))
    assert len(kinds.encode(MESSAGE | {"text": "x" * spare})) == kinds.MAX_RECORD
    with pytest.raises(FormatError, match="too long"):
        kinds.encode(MESSAGE | {"text": "x" * (spare + 1)})


def test_loading_is_light() -> None:
    """The command line starts with this; msgspec takes longer to load than all the rest."""
    code = "import sys, sviedka.kinds; print('msgspec' in sys.modules)"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_kinds_are_told_by_name() -> None:
    found = kinds.kind_of("item")
    assert isinstance(found, Kind)
    assert found is KINDS["item"]
    assert kinds.kind_of("nothing") is None
