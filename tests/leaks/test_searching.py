"""The search finds what it is for; otherwise finding nothing would mean nothing."""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from tests.leaks.searching import search

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECRET = "Прыкладная Ganna"
DRESSES: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda data: data,
    "base64": base64.b64encode,
    "base64 for addresses": base64.urlsafe_b64encode,
    "hex": lambda data: data.hex().encode(),
    "HEX": lambda data: data.hex().upper().encode(),
    "zlib": zlib.compress,
    "gzip": gzip.compress,
    "address": lambda data: quote(data).encode(),
    "UTF-16": lambda data: data.decode().encode("utf-16"),
    "JSON": lambda data: json.dumps(data.decode()).encode(),
}


@pytest.mark.parametrize("dress", DRESSES)
@pytest.mark.parametrize("before", ["", "a", "ab", "abc"])
def test_a_secret_is_found_in_any_dress(tmp_path: Path, dress: str, before: str) -> None:
    (tmp_path / "file").write_bytes(b"\x01" + DRESSES[dress](f"{before}{SECRET}…".encode()) + b"!")
    assert search(tmp_path, [SECRET.encode()])


def test_a_secret_is_found_in_a_name(tmp_path: Path) -> None:
    (tmp_path / SECRET).mkdir()
    assert search(tmp_path, [SECRET.encode()])


def test_nothing_is_found_where_nothing_is(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"Something else")
    assert not search(tmp_path, [SECRET.encode()])
