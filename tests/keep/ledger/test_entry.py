"""Entries: what is signed, and that neither it nor its signatures can be touched unnoticed."""

import contextlib
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from sviedka.errors import FormatError, NewerFormatError, ProofError, SviedkaError
from sviedka.keep.ledger import statements as say
from sviedka.keep.ledger.entry import Entry, device_id
from tests.keep.ledger.authoring import (
    ALES,
    BARYS,
    CASE,
    NOBODY,
    OBJECTS,
    SEALED,
    SHEET,
    LogKey,
    a_ledger,
    base,
    hexes,
    keys,
    plain,
    sign,
)

LEDGER = a_ledger()


def a_body(**changed):
    return LEDGER.body(
        "content",
        ALES,
        **{"case": CASE, "epoch": 1, "facet": "evidence", "objects": OBJECTS} | changed,
    )


def one_of_each_kind():
    """Entries of all nine kinds, with as many keys as they can have."""
    group = {"at": 0, "of": 2}
    whole = {"batch": {"object": OBJECTS[0]["hash"], "root": hexes("root")}, "group": group}
    kept = [{"file": "17.cosig.0a1b2c3d", "hash": hexes("kept")}]
    member = {"add": SHEET.member()}
    grants = [
        {"case": CASE, "devices": [ALES.key], "epoch": 1, "facet": "status", "file": hexes("grant")}
    ]
    handover = {"consent": base(bytes(64)), "device": BARYS.key}
    handover |= {"from": ALES.log, "to": BARYS.log}
    objects = [{"by": OBJECTS[0]["hash"], "hash": hexes("old")}]
    what = [
        {"case": CASE, "facet": "status"},
        {"case": CASE, "facet": "contact", "objects": objects},
    ]
    facets = {"facets": {"contact": keys(), "evidence": keys(2)}}
    return [
        LEDGER.found(ALES, SHEET),
        Entry.parse(sign(a_body(kept=kept, **whole), ALES)),
        LEDGER.entry("member", ALES, BARYS, data=member, group=group, sealed=SEALED),
        LEDGER.entry("member", ALES, data={"remove": BARYS.key}, sealed=SEALED),
        LEDGER.entry("case", ALES, case=CASE, data=facets, group=group, sealed=SEALED),
        LEDGER.entry("grant", ALES, data={"grants": grants}, group=group, sealed=SEALED),
        LEDGER.entry("handover", ALES, ALES.log_key, data=handover, sealed=SEALED),
        LEDGER.entry("day", ALES, data={"day": "2024-02-29"}),
        LEDGER.entry("open", ALES, group=group, sealed=SEALED),
        LEDGER.entry("destroy", ALES, data={"what": what}, objects=OBJECTS, sealed=SEALED),
    ]


@pytest.mark.parametrize("entry", one_of_each_kind(), ids=lambda entry: type(entry.body).__name__)
def test_each_kind_is_written_as_it_is_read(entry):
    signers = {each.key: each for each in (ALES, BARYS, SHEET, ALES.log_key)}
    again = Entry.write(entry.body, [signers[each.key] for each in entry.signatures])
    assert again == entry
    assert Entry.parse(entry.data) == entry


def test_the_signature_is_over_the_bytes_that_the_format_names():
    data = Entry.parse(sign(a_body(), ALES)).data
    body = data[len(b'{"body":') : data.rindex(b',"signatures":')]
    entry = Entry.parse(data)
    Ed25519PublicKey.from_public_bytes(ALES.public).verify(
        entry.signatures[0].value, b"sviedka/entry/v1\n" + body
    )
    entry.check_signature(ALES.key, ALES.public)


def test_ids_are_the_hashes_that_the_format_names():
    entry = Entry.parse(sign(a_body(), ALES))
    assert entry.id == hashlib.sha256(b"\x00" + entry.data).digest()
    assert device_id(ALES.public) == ALES.key


def test_a_signature_by_another_or_over_another_body_does_not_hold():
    entry = Entry.parse(sign(a_body(), ALES, BARYS))
    entry.check_signature(BARYS.key, BARYS.public)
    with pytest.raises(ProofError, match="lacks the signature"):
        entry.check_signature(SHEET.key, SHEET.public)
    with pytest.raises(ProofError, match="does not fit"):
        entry.check_signature(ALES.key, BARYS.public)
    other = sign(a_body(epoch=2), ALES)
    signatures = other[other.rindex(b',"signatures":') :]
    moved = Entry.parse(b'{"body":' + plain(a_body()) + signatures)
    with pytest.raises(ProofError):
        moved.check_signature(ALES.key, ALES.public)


def test_every_flipped_bit_is_refused_or_breaks_the_signature():
    data = sign(a_body(), ALES)
    for at in range(len(data)):
        for bit in range(8):
            flipped = bytearray(data)
            flipped[at] ^= 1 << bit
            with pytest.raises((FormatError, ProofError)):
                Entry.parse(bytes(flipped)).check_signature(ALES.key, ALES.public)


def test_every_cut_is_refused():
    data = sign(a_body(), ALES)
    for end in range(len(data)):
        with pytest.raises(FormatError):
            Entry.parse(data[:end])


def filled(size):
    """An entry of so many bytes: its sealed part and a list of devices make up the length."""
    sealed, pad = 1648, 0
    body = LEDGER.body("open", ALES, sealed=base(bytes(sealed)))
    body["seen"]["size"] = 1
    while (missing := size - len(sign(body, ALES)) - pad) > 3:
        sealed += missing // 4 * 3
        body["sealed"] = base(bytes(sealed))
    body["seen"]["size"] = 10**missing  # the last one to three bytes
    return sign(body, ALES)


def test_an_entry_has_at_most_what_a_bundle_can_hold():
    assert len(filled(65_535)) == 65_535
    entry = Entry.parse(filled(65_535))
    assert Entry.write(entry.body, [ALES]).data == entry.data
    with pytest.raises(FormatError, match="65535"):
        Entry.parse(filled(65_536))


@pytest.mark.parametrize(
    "change",
    [
        {"v": 0},
        {"kind": "contents"},
        {"device": "0" * 31},
        {"device": ALES.key.upper()},
        {"prev": None},
        {"prev": "0" * 63},
        {"seen": {"root": NOBODY}},
        {"seen": {"root": NOBODY, "size": 1, "time": 1}},
        {"seq": -1},
        {"seq": "0"},
        {"archive": None},
        {"data": {}},
        {"sealed": SEALED},
        {"epoch": 0},
        {"facet": "private"},
        {"objects": []},
        {"objects": None},
        {"objects": OBJECTS * 513},
        {"objects": [{"hash": hexes("object")}]},
        {"batch": {"object": hexes("object")}},
        {"group": {"at": 0, "of": 1}},
        {"group": {"at": 0, "of": 65_537}},
        {"group": {"at": 65_536, "of": 65_536}},
        {"kept": [{"file": "../entry", "hash": hexes("x")}]},
        {"kept": [{"file": "1/2", "hash": hexes("x")}]},
        {"kept": []},
        {"group": None, "note": "hello"},
    ],
    ids=str,
)
def test_a_body_out_of_form_is_refused(change):
    body = {key: value for key, value in (a_body() | change).items() if value is not None}
    with pytest.raises(FormatError):
        Entry.parse(sign(body, ALES))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'{"body":', b'{ "body":'),
        (b',"signatures":', b', "signatures":'),
        (b"}]}", b"}]} "),
        (b"}]}", b'}],"signatures":[]}'),
        (b"}]}", b'}],"time":1}'),
        (b'"signatures":[', b'"signatures":[{},'),
    ],
)
def test_an_envelope_out_of_form_is_refused(old, new):
    data = sign(a_body(), ALES)
    assert data.count(old) == 1 or old == b"}]}"
    with pytest.raises(FormatError):
        Entry.parse(new.join(data.rsplit(old, 1)))


def test_an_entry_has_one_to_sixteen_signatures():
    with pytest.raises(FormatError):
        Entry.parse(sign(a_body()))
    Entry.parse(sign(a_body(), *[ALES] * 16))
    with pytest.raises(FormatError):
        Entry.parse(sign(a_body(), *[ALES] * 17))


def test_nothing_is_written_that_could_not_be_read():
    body = Entry.parse(sign(a_body(), ALES)).body
    beyond = say.Content(
        **{key: getattr(body, key) for key in body.__struct_fields__} | {"epoch": 0}
    )
    with pytest.raises(FormatError):
        Entry.write(beyond, [ALES])


def test_a_later_version_says_so_whatever_its_signatures_look_like():
    for data in (
        sign(a_body(v=2), ALES),
        sign(a_body(v=2, novelty={"x": None}), ALES),
        b'{"body":{"kind":"content","v":2},"seals":["ml-dsa"]}',
        b'{"body":{"v":7},"signatures":[{"key":"x","value":"' + b"A" * 9000 + b'"}]}',
    ):
        with pytest.raises(NewerFormatError):
            Entry.parse(data)


@given(st.binary() | st.text().map(str.encode))
def test_arbitrary_bytes_give_a_typed_error(data):
    with contextlib.suppress(SviedkaError):
        Entry.parse(data)
    for around in (b'{"body":%b,"signatures":[]}', b'{"body":{},"signatures":[{"key":"%b"}]}'):
        with pytest.raises(SviedkaError):
            Entry.parse(around % data)


def test_a_log_key_is_named_by_its_note_key_id():
    key = LogKey("Ales")
    entry = Entry.parse(sign(a_body(), ALES, key))
    entry.check_signature(key.key, key.public)
