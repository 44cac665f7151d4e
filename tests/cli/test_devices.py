"""A second device through a plain folder, and a handover, as two people do it."""

from dataclasses import replace

import pytest

from tests.cli.keyboard import at_keyboard
from tests.program import Program


@pytest.fixture
def first(begun, tmp_path):
    return begun.copy(tmp_path / "first")


@pytest.fixture
def second(tmp_path):
    """A computer that has nothing yet."""
    return Program.at(tmp_path / "second")


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def test_two_devices(first, second, stick):
    first.run("sync", stick)
    asked = second.json("device", "join", stick)
    (request,) = stick.rglob("requests/*.json")
    with at_keyboard(first, "device", "add", request, "--role", "steward", "--all-cases") as person:
        person.sees(asked["fingerprint"])
        person.types("y\n")
        person.sees("is a steward now. Sync, so that it learns of it.")
        assert person.ends() == 0
    first.run("sync", stick)
    second.run("sync", stick, "--new", second.archive)
    assert second.contents() == first.contents()

    (second.base / "new").write_bytes(b"seen by the second")
    second.run("add", second.base / "new")
    assert second.json("status")["waiting"]
    assert "provisional until" in second.run("sync", stick).out
    assert first.json("sync", stick)["positioned"]
    second.run("sync", stick)
    assert not second.json("status")["waiting"]

    device = asked["device"]
    refused = first.attempt("handover", "give", stick, device[:8])
    assert refused.status == 2
    assert "sviedka handover ready" in refused.err
    second.run("handover", "ready", stick)
    assert "Next, on" in first.run("handover", "give", stick, device[:8]).out
    assert "This device gives positions from now on." in second.run("sync", stick).out
    listed = {each["device"]: each for each in first.json("device", "list")["devices"]}
    assert listed[device]["sequencer"]
    refused = first.attempt("device", "remove", device[:8], "--yes")
    assert refused.status == 2
    assert "hands that over" in refused.err


def test_a_wrong_fingerprint_admits_nobody(first, second, stick):
    first.run("sync", stick)
    second.run("device", "join", stick)
    (request,) = stick.rglob("requests/*.json")
    adding = ("device", "add", request, "--role", "writer")
    for more in ([], ["--fingerprint", "1234 5678"]):
        done = first.attempt(*adding, *more, "--json")
        assert done.status == 2
        assert "fingerprint" in done.result["error"]["what"]
    with at_keyboard(first, *adding) as person:
        person.sees("[y/N]")
        person.types("n\n")
        assert person.ends() == 2
    assert len(first.json("device", "list")["devices"]) == 2
    bare = replace(first, more={"SVIEDKA_PASSPHRASE_FILE": ""})
    assert bare.json("device", "list")  # the agent of the first is still there
