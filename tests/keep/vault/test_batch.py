from __future__ import annotations

import hashlib
import struct
from dataclasses import astuple
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sviedka.errors import FormatError, NewerFormatError, NotFoundError, UsageError
from sviedka.keep.ledger.merkle import root_of, verify_inclusion
from sviedka.keep.vault import batch as batches
from sviedka.keep.vault.batch import MAX_BATCH, MAX_RECORD, MAX_RECORDS, Batch, build, parse, remove
from sviedka.keep.vault.padding import padded

RECORDS = st.lists(st.binary(max_size=300), min_size=1, max_size=40)


def made(records: list[bytes], seed: int = 1) -> Batch:
    return build(records, Random(seed).randbytes)


@given(RECORDS)
def test_what_is_built_is_read_back(records: list[bytes]) -> None:
    batch = made(records)
    assert list(batch.records) == records
    assert astuple(parse(batch.plaintext)) == astuple(batch)


@given(RECORDS)
def test_the_framing_is_that_of_the_format(records: list[bytes]) -> None:
    batch = made(records)
    framed = b"sviedka.batch.1\n" + struct.pack(">I", len(records))
    hashes = []
    for record, salt in zip(records, batch.salts, strict=True):
        assert salt is not None
        framed += b"\x01" + struct.pack(">I", len(record)) + salt + record
        hashes.append(hashlib.sha256(b"\x00" + salt + record).digest())
    assert batch.plaintext == framed.ljust(padded(len(framed)), b"\x00")
    assert list(batch.ids) == hashes
    assert batch.root == root_of(hashes)


def test_a_root_worked_out_by_hand() -> None:
    batch = build([b"one", b"two"], lambda size: bytes([size]) * size)
    one, two = (hashlib.sha256(b"\x00" + b" " * 32 + text).digest() for text in (b"one", b"two"))
    assert batch.root == hashlib.sha256(b"\x01" + one + two).digest()


def test_every_record_has_its_own_salt() -> None:
    batch = made([b"same"] * 100)
    assert len(set(batch.salts)) == len(set(batch.ids)) == 100


@given(RECORDS, st.data())
def test_each_record_can_be_proved_alone(records: list[bytes], data: st.DataObject) -> None:
    batch = made(records)
    record_id = data.draw(st.sampled_from(batch.ids))
    index = batch.index(record_id)
    verify_inclusion(record_id, index, len(batch.ids), batch.path(record_id), batch.root)


@given(RECORDS, st.data())
def test_removal_keeps_root_and_ids_and_forgets_the_record(
    records: list[bytes], data: st.DataObject
) -> None:
    batch = made(records)
    gone = data.draw(st.sets(st.sampled_from(batch.ids)))
    left = remove(batch, gone)
    assert (left.root, left.ids) == (batch.root, batch.ids)
    assert astuple(parse(left.plaintext)) == astuple(left)
    for record_id, salt, record, before in zip(
        left.ids, left.salts, left.records, batch.records, strict=True
    ):
        assert record == (None if record_id in gone else before)
        assert (salt is None) == (record is None)
    for record_id in left.ids:
        index = left.index(record_id)
        verify_inclusion(record_id, index, len(left.ids), left.path(record_id), batch.root)


def test_nothing_of_a_removed_record_is_left() -> None:
    batch = made([b"keep this", b"forget this"])
    left = remove(batch, [batch.ids[1]])
    assert b"keep this" in left.plaintext
    assert b"forget this" not in left.plaintext
    assert batch.salts[1] is not None
    assert batch.salts[1] not in left.plaintext


def test_removing_twice_is_removing_once() -> None:
    batch = made([b"a", b"b"])
    once = remove(batch, [batch.ids[0]])
    assert remove(once, [batch.ids[0]]) == once


def test_what_was_never_there_cannot_be_removed_or_found() -> None:
    batch = made([b"a"])
    with pytest.raises(NotFoundError):
        remove(batch, [bytes(32)])
    with pytest.raises(NotFoundError):
        batch.path(bytes(32))


@given(RECORDS, st.data())
def test_every_change_of_a_byte_is_refused_or_changes_the_root(
    records: list[bytes], data: st.DataObject
) -> None:
    batch = remove(made([*records, b"gone"]), [made([*records, b"gone"]).ids[-1]])
    at = data.draw(st.integers(0, len(batch.plaintext) - 1))
    changed = bytearray(batch.plaintext)
    changed[at] ^= data.draw(st.integers(1, 255))
    try:
        read = parse(bytes(changed))
    except FormatError:
        return
    assert read.root != batch.root


@given(RECORDS, st.integers(0, 5000))
def test_every_other_length_is_refused(records: list[bytes], length: int) -> None:
    plaintext = made(records).plaintext
    other = plaintext[:length] if length < len(plaintext) else plaintext + bytes(length)
    if len(other) != len(plaintext):
        with pytest.raises(FormatError):
            parse(other)


@given(st.binary(max_size=200))
@example(b"sviedka.batch.1\n")
@example(b"sviedka.batch.1\n\xff\xff\xff\xff")
def test_arbitrary_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        parse(data)
    with pytest.raises(FormatError):
        parse(b"sviedka.batch.1\n\x00\x00\x00\x02" + data)


def test_a_later_version_is_told_apart() -> None:
    with pytest.raises(NewerFormatError):
        parse(b"sviedka.batch.2\n" + bytes(4080))


def test_more_zeros_than_needed_are_refused() -> None:
    with pytest.raises(FormatError):
        parse(made([b"a"]).plaintext + bytes(256))


def test_the_limits() -> None:
    zeros = bytes
    assert len(build([b""] * MAX_RECORDS, zeros).ids) == MAX_RECORDS
    assert build([bytes(MAX_RECORD)], zeros).ids
    overhead = 20 + 16 * 37
    full = [bytes(MAX_RECORD)] * 15 + [bytes(MAX_RECORD - overhead)]
    batch = build(full, zeros)
    assert len(batch.plaintext) == MAX_BATCH
    assert parse(batch.plaintext) == batch
    for refused in (
        [],
        [b""] * (MAX_RECORDS + 1),
        [bytes(MAX_RECORD + 1)],
        [*full[:-1], full[-1] + b"x"],
    ):
        with pytest.raises(UsageError):
            build(refused, zeros)
    with pytest.raises(FormatError):
        parse(batch.plaintext + b"\x00")


def test_a_record_over_the_limit_is_refused_on_reading_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "MAX_RECORD", MAX_RECORD + 1)
    plaintext = build([bytes(MAX_RECORD + 1)], bytes).plaintext
    monkeypatch.undo()
    with pytest.raises(FormatError):
        parse(plaintext)
