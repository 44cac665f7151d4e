"""Whatever is changed in a bundle, both programs refuse it; and they always agree."""

import json
import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sviedka.keep.ledger.notekeys import KeyType, SigningKey
from tests.keep.bundle import both
from tests.keep.verify import world

GUIDES = {"README.html", "verify.py"}
UNCHECKED = (".tsr", ".tsq", ".pem")
"""Not every byte of these is signed: it is ``proof.json`` that holds them to what they were."""
patient = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@st.composite
def changes(draw, path, names):
    """A file and its bytes with one of them changed, removed or added."""
    name = draw(st.sampled_from(sorted(names)))
    data = (path / name).read_bytes()
    at = draw(st.integers(0, len(data) - 1))
    kind = draw(st.sampled_from(["change", "remove", "add"]))
    if kind == "change":
        return name, data[:at] + bytes([data[at] ^ draw(st.integers(1, 255))]) + data[at + 1 :]
    if kind == "remove":
        return name, data[:at] + data[at + 1 :]
    return name, data[:at] + draw(st.binary(min_size=1, max_size=1)) + data[at:]


def test_whole_bundles_are_taken(bundles):
    assert both.taken(bundles / "item")
    assert both.taken(bundles / "record")


@patient
@given(data=st.data())
def test_any_change_of_one_byte_is_refused(item, data):
    names = both.files(item) - GUIDES
    name, changed = data.draw(changes(item, names))
    before = (item / name).read_bytes()
    (item / name).write_bytes(changed)
    try:
        assert not both.taken(item), name
    finally:
        (item / name).write_bytes(before)


@patient
@given(data=st.data())
def test_it_is_refused_even_if_the_guide_is_made_to_fit(item, data):
    guide = (item / "proof.json").read_bytes()
    names = {each for each in both.files(item) - GUIDES if not each.endswith(UNCHECKED)}
    name, changed = data.draw(changes(item, names - {"proof.json"}))
    before = (item / name).read_bytes()
    (item / name).write_bytes(changed)
    both.reseal(item)
    try:
        assert not both.taken(item), name
    finally:
        (item / name).write_bytes(before)
        (item / "proof.json").write_bytes(guide)


def test_a_change_of_the_page_is_refused(item):
    path = item / "README.html"
    path.write_bytes(path.read_bytes().replace(b"not evidence", b"evidence"))
    assert not both.taken(item)


@pytest.mark.parametrize(
    "name",
    [
        "record.json", "entry.json", "event.json", "checkpoint", "proof.json",
        "proof.tlog-proof", "README.html",
    ],
)  # fmt: skip
def test_a_missing_file_is_refused(item, name):
    (item / name).unlink()
    assert not both.taken(item)


def test_a_missing_original_is_refused(item):
    shutil.rmtree(item / "original")
    assert not both.taken(item)


@pytest.mark.parametrize(
    "name", ["note.txt", "original/second.mp4", "outside/x.ots", "more/x", ".x"]
)
def test_a_file_that_nothing_vouches_for_is_refused(item, name):
    (item / name).parent.mkdir(exist_ok=True)
    (item / name).write_bytes(b"")
    assert not both.taken(item)


def test_a_link_is_refused(item, tmp_path):
    path = item / "original" / "відэа.mp4"
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    assert not both.taken(item)
    path.unlink()
    (tmp_path / "elsewhere").rename(path)
    assert both.taken(item)
    (item / "link").symlink_to(tmp_path)
    assert not both.taken(item)


def test_the_original_may_be_renamed(item):
    (item / "original" / "відэа.mp4").rename(item / "original" / "exhibit 7.mp4")
    assert both.taken(item)


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said.update(v=2),
        lambda said: said.update(extra=1),
        lambda said: said.update(archive="00" * 32),
        lambda said: said["record"]["path"].pop(),
        lambda said: said["record"]["path"].reverse(),
        lambda said: said["record"]["path"].append("L" + "00" * 32),
        lambda said: said["record"].update(said["event"]),
        lambda said: said.pop("event"),
        lambda said: said.pop("witnesses"),
        lambda said: said["witnesses"].popitem(),
        lambda said: said["witnesses"].update({"record.json": said["log"]}),
        lambda said: said["files"].pop("README.html"),
        lambda said: said["files"].pop("event.json"),
        lambda said: said["files"].update({"../etc/passwd": "00" * 32}),
        lambda said: said["files"].update({"outside/../record.json": "00" * 32}),
    ],
)
def test_the_guide_cannot_say_something_else(item, change):
    both.rewrite(item, change)
    assert not both.taken(item)


def test_another_log_or_device_cannot_vouch_for_it(item):
    said = json.loads((item / "proof.json").read_bytes())
    stranger = SigningKey(said["log"].partition("+")[0], KeyType.ED25519, bytes(32))
    both.rewrite(item, lambda said: said.update(log=str(stranger.verifier)))
    assert not both.taken(item)
    both.rewrite(item, lambda now: now.update(log=said["log"], device="A" * 43 + "="))
    assert not both.taken(item)
    key = world.WITNESS
    other = SigningKey(key.name, key.type, bytes(32))
    witnesses = dict.fromkeys(said["witnesses"], str(other.verifier))
    both.rewrite(item, lambda now: now.update(device=said["device"], witnesses=witnesses))
    assert not both.taken(item)
    both.rewrite(item, lambda now: now.update(witnesses=said["witnesses"]))
    assert both.taken(item)
