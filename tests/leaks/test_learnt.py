"""Exactly what the ledger and the folder tell without keys (docs/format.md §9)."""

from __future__ import annotations

import base64
import json
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pytest

from sviedka.keep import layout
from sviedka.keep.ledger.log import Log
from sviedka.keep.vault.padding import padded
from tests.leaks.conftest import FILES, GROUP, export, message

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.leaks.conftest import Planted
    from tests.program import Program

EVERY = {
    "body.device", "body.kind", "body.prev", "body.seen.root", "body.seen.size", "body.seq",
    "body.v", "signatures[].key", "signatures[].value",
}  # fmt: skip
IN_ARCHIVE = EVERY | {"body.archive"}
IN_GROUP = {"body.group.at", "body.group.of"}
MEMBER = {"device", "log", "proof", "roles[]", "seal", "sign"}
DESTROY = {
    "body.data.what[].case", "body.data.what[].facet", "body.data.what[].objects[].by",
    "body.data.what[].objects[].hash", "body.objects[].hash", "body.objects[].size", "body.sealed",
}  # fmt: skip
LEARNT: dict[str, set[str]] = {
    "found": EVERY
    | {f"body.data.members[].{key}" for key in MEMBER}
    | {"body.data.log", "body.data.origin", "body.data.threshold", "body.data.zone"},
    "day": IN_ARCHIVE | {"body.data.day"},
    "case": IN_ARCHIVE
    | IN_GROUP
    | {"body.case", "body.sealed"}
    | {f"body.data.facets.*.{key}" for key in ("epoch", "outer", "recipient")},
    "grant": IN_ARCHIVE
    | IN_GROUP
    | {"body.sealed"}
    | {f"body.data.grants[].{key}" for key in ("case", "devices[]", "epoch", "facet", "file")},
    "content": IN_ARCHIVE
    | IN_GROUP
    | {"body.batch.object", "body.batch.root", "body.case", "body.epoch", "body.facet"}
    | {"body.objects[].hash", "body.objects[].size"},
    "open": IN_ARCHIVE | {"body.sealed"},
    "destroy": IN_ARCHIVE | IN_GROUP | DESTROY,
}
"""Of each kind of entry, every place in its JSON at which something may stand."""

WORDS = {
    "found", "member", "case", "grant", "handover", "day", "content", "open", "destroy",
    "evidence", "narrative", "identity", "contact", "status", "audit",
    "reader", "recovery", "steward", "writer",
}  # fmt: skip
SHAPES = (
    re.compile(r"[0-9a-f]{32}|[0-9a-f]{64}"),  # ids and hashes
    re.compile(r"\d{4}-\d{2}-\d{2}"),  # a day
    re.compile(r"sviedka/[0-9a-f]{32}(\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44})?"),  # origin, log key
    re.compile(r"Europe/Vilnius"),
)
KEYS = {32, 64, 1216}
"""Bytes of public keys and signatures."""
HPKE = 1120 + 16
STEP = 512


def places(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value in JSON with its place; items of a list and facets are not told apart."""
    if isinstance(value, dict):
        for key, inner in value.items():
            name = "*" if path.endswith(".facets") else key
            yield from places(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for inner in value:
            yield from places(inner, f"{path}[]")
    else:
        yield path, value


def lines(program: Program) -> list[dict[str, Any]]:
    """All entries."""
    return [json.loads(line) for line in Log(program.archive / layout.LEDGER).entries()]


@pytest.fixture(scope="module")
def entries(planted: Planted) -> list[dict[str, Any]]:
    """The ledger, as anyone reads it."""
    return lines(planted.program)


def test_entries_hold_these_fields_and_no_others(entries: list[dict[str, Any]]) -> None:
    found: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        found[entry["body"]["kind"]] |= {path for path, _ in places(entry)}
    assert found == {kind: LEARNT[kind] for kind in found}
    assert found.keys() == LEARNT.keys()


def test_values_are_numbers_ids_hashes_keys_and_words_of_the_format(
    entries: list[dict[str, Any]],
) -> None:
    for entry in entries:
        for path, value in places(entry):
            if isinstance(value, int):
                assert value < 1 << 32, path
            elif path == "body.sealed":
                assert (len(base64.b64decode(value)) - HPKE) % STEP == 0
            elif value not in WORDS and not any(shape.fullmatch(value) for shape in SHAPES):
                assert len(base64.b64decode(value, validate=True)) in KEYS, (path, value)


def test_all_openings_look_alike(entries: list[dict[str, Any]]) -> None:
    opened = [entry["body"] for entry in entries if entry["body"]["kind"] == "open"]
    assert len(opened) >= 3
    assert {len(base64.b64decode(body["sealed"])) for body in opened} == {HPKE + STEP}
    assert len({body["sealed"][:100] for body in opened}) == len(opened)


def sizes(program: Program) -> dict[str, list[tuple[int, int]]]:
    """Of each case: the padded size of every batch, how many other objects came with it."""
    found = defaultdict(list)
    for entry in lines(program):
        body = entry["body"]
        if body["kind"] == "content":
            listed = {each["hash"]: each["size"] for each in body["objects"]}
            batch = listed.pop(body["batch"]["object"])
            found[body["case"]].append((batch, len(listed)))
    return found


def overhead(size: int) -> int:
    """Bytes that age adds to so many: header, nonce, a tag for each 64 KiB (§5)."""
    return HEADER + 16 + 16 * max(1, -(-size // (64 << 10)))


HEADER = 22 + 18 + 1494 + 1 + 43 + 1 + 4 + 43 + 1
"""Version line; ``-> mlkem768x25519 ``, 1,120 bytes in base64; 32 in base64; ``--- `` and MAC."""


def test_batches_have_padded_sizes_only(planted: Planted) -> None:
    for case, found in sizes(planted.program).items():
        for size, _ in found:
            inner = next(
                n for n in range(size - overhead(size) - 16, size) if n + overhead(n) == size
            )
            assert padded(inner) == inner, (case, size)


def test_originals_show_their_size_and_nothing_else(planted: Planted) -> None:
    stored = {
        path.stat().st_size
        for path in (planted.program.archive / layout.OBJECTS).rglob("*")
        if path.is_file()
    }
    for text in FILES.values():
        size = len(text.encode())
        assert size + overhead(size) in stored


def test_near_equal_contents_look_equal(planted: Planted, tmp_path: Path) -> None:
    program = planted.program.copy(tmp_path / "copy")
    before = set(sizes(program))
    texts = ("Так.", "Я была там, калі гэта адбылося, і ўсё бачыла сама: людзей і машыны.")
    for at, text in enumerate(texts):
        chat = [message(1, "user700000001", text), message(2, "user700000002", text * 3)]
        folder = export(tmp_path / f"g{at}", f"Чат {at}", "private_group", chat, 17 + at)
        program.run("add", folder)
    one, other = (found for case, found in sizes(program).items() if case not in before)
    assert one == other


def test_what_was_shown_leaves_the_same_trace_whatever_it_was(
    planted: Planted, tmp_path: Path
) -> None:
    program = planted.program.copy(tmp_path / "copy")
    (group,) = (e for e in program.json("list")["cases"] if e["label"] == GROUP)
    records = [
        each["id"]
        for kind in ("raw", "participant")
        for each in program.json("list", group["case"], "--kind", kind)["records"]
    ]
    traces = set()
    for number, each in enumerate(records):
        before = len(lines(program))
        program.run("show", each, "--purpose", "я" * number)
        (entry,) = lines(program)[before:]
        for path in ("prev", "seen", "seq", "sealed"):
            del entry["body"][path]
        traces.add(json.dumps(entry["body"]))
    assert len(records) >= 4
    assert len(traces) == 1
