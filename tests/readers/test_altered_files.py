"""Documents, pictures and media, altered or cut: only findings come out, and our own errors."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sviedka.errors import InputError, SandboxError
from sviedka.readers import format_of
from sviedka.readers.formats import BEGINNING
from sviedka.sandbox import Nursery, describe
from tests.material.readable import NATIVE, sound
from tests.readers.found import opened, parsed_by, parts, until


def altered(draw: st.DataObject, content: bytes) -> bytes:
    """``content`` with a few changes, or cut."""
    data = bytearray(content)
    for _ in range(draw.draw(st.integers(1, 4))):
        at = draw.draw(st.integers(0, max(len(data) - 1, 0)))
        match draw.draw(st.sampled_from(("flip", "cut", "ones", "zeros", "insert", "repeat"))):
            case "flip" if data:
                data[at] ^= 1 << draw.draw(st.integers(0, 7))
            case "cut":
                del data[at:]
            case "ones":
                data[at : at + 4] = b"\xff" * 4
            case "zeros":
                data[at : at + 4] = bytes(4)
            case "insert":
                data[at:at] = draw.draw(st.binary(max_size=8))
            case _:
                data[at:at] = data[at : at + 40]
    return bytes(data)


@pytest.mark.parametrize("name", [name for name in sound() if name not in NATIVE])
@settings(max_examples=150)
@given(draw=st.data())
def test_parsers_let_only_our_errors_out(name, draw):
    content, called = sound()[name]
    form = format_of(content[:BEGINNING], called)
    assert form
    with suppress(InputError):
        parts(parsed_by(form.parser, altered(draw, content)))


@pytest.fixture(scope="module")
def nursery():
    with Nursery(describe()) as nursery:
        yield nursery


@pytest.mark.parametrize("name", NATIVE)
@settings(max_examples=60)
@given(draw=st.data())
def test_libraries_in_the_sandbox_do_so_too(nursery, name, draw):
    content, called = sound()[name]
    changed = altered(draw, content)
    form = format_of(content[:BEGINNING], called)
    if form is not format_of(changed[:BEGINNING], called):
        return
    _, error = until(changed, called, nursery=nursery)
    assert not isinstance(error, SandboxError), error


@pytest.mark.parametrize("name", sorted(sound()))
def test_sound_files_are_read_whole(nursery, name):
    content, called = sound()[name]
    with opened(content):
        findings, error = until(content, called, nursery=nursery)
    assert error is None
    assert findings
