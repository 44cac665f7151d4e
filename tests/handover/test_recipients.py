"""Whom a package is for: told in words what cannot be one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sviedka.errors import FormatError, NotFoundError, SviedkaError, UsageError
from sviedka.handover.recipients import parse, shown
from sviedka.keep.age import HybridIdentity, X25519Identity

if TYPE_CHECKING:
    from pathlib import Path

ONE, OTHER = X25519Identity.from_seed(bytes(32)), X25519Identity.from_seed(bytes(range(32)))
HYBRID = HybridIdentity.from_seed(bytes(32))


def test_recipients_are_written_or_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "court.txt"
    file.write_text(f"# the court\n\n{OTHER.recipient}\r\n  {ONE.recipient}\n")
    found = parse([str(ONE.recipient), str(file)])
    assert found == [ONE.recipient, OTHER.recipient, ONE.recipient]
    assert parse([str(HYBRID.recipient)]) == [HYBRID.recipient]


def test_one_that_is_long_is_shown_by_its_hash() -> None:
    assert shown(ONE.recipient) == str(ONE.recipient)
    assert len(shown(HYBRID.recipient)) < 80
    assert shown(HYBRID.recipient).startswith("age1pq1")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (str(ONE), UsageError), (str(HYBRID), UsageError), ("age1nonsense", FormatError),
        (str(ONE.recipient)[:-1], FormatError), ("age1pq1", FormatError),
        ("none.txt", NotFoundError), ("", SviedkaError), (".", SviedkaError),
        ("age1yubikey1q2w3e", FormatError),
    ],
)  # fmt: skip
def test_what_is_none_is_refused(text: str, error: type[SviedkaError], tmp_path: Path) -> None:
    with pytest.raises(error):
        parse([text])
    if error in {UsageError, FormatError}:
        (tmp_path / "file").write_text(f"# for\n{text}\n")
        with pytest.raises(error) as raised:
            parse([str(tmp_path / "file")])
        assert raised.value.where == f"{tmp_path / 'file'}:2"
        assert "SECRET" not in str(raised.value)


@pytest.mark.parametrize("content", [b"", b"# nobody\n", b"\xff\xfe", b"x" * (1 << 21)])
def test_a_file_without_recipients_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(FormatError):
        parse([str(tmp_path / "file")])


def test_old_and_new_recipients_share_no_file() -> None:
    with pytest.raises(UsageError):
        parse([str(ONE.recipient), str(HYBRID.recipient)])
