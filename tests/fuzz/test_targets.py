"""Of altered bytes, every reader makes one of Sviedka's errors or something sound."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sviedka.errors import InputError
from sviedka.keep.bundle import check
from tests.fuzz import seeds, targets

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fuzz.seeds import Seeds


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Seeds:
    return seeds.make(tmp_path_factory.mktemp("seeds"))


@st.composite
def altered(draw: st.DrawFn, sound: list[bytes]) -> bytes:
    """Sound bytes with a few changes: put in, taken out, put in again elsewhere, cut off."""
    data = draw(st.sampled_from(sound))
    for _ in range(draw(st.integers(1, 3))):
        at, size = draw(st.integers(0, len(data))), draw(st.integers(0, 40))
        match draw(st.sampled_from(("flip", "insert", "remove", "repeat", "number", "cut"))):
            case "flip" if at < len(data):
                data = (
                    data[:at] + bytes([data[at] ^ (1 << draw(st.integers(0, 7)))]) + data[at + 1 :]
                )
            case "insert":
                data = data[:at] + draw(st.binary(max_size=8)) + data[at:]
            case "remove":
                data = data[:at] + data[at + size :]
            case "repeat":
                data = data[:at] + data[at : at + size] * 2 + data[at + size :]
            case "number":
                number = draw(
                    st.sampled_from((b"0", b"-1", b"99999999999999999999", b"1e9", b"\xff" * 8))
                )
                data = data[:at] + number + data[at + len(number) :]
            case _:
                data = data[:at]
    return data


@pytest.mark.parametrize("name", [*targets.READERS, *targets.FILES])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(choice=st.data())
def test_only_own_errors_come_out(made: Seeds, name: str, choice: st.DataObject) -> None:
    readers = targets.READERS | targets.in_folder(made.bundle.parent)
    targets.feed(readers[name], choice.draw(altered(made.sound[name])))


@pytest.mark.parametrize("name", [*targets.READERS, *targets.FILES])
def test_sound_bytes_are_read(made: Seeds, name: str) -> None:
    readers = targets.READERS | targets.in_folder(made.bundle.parent)
    sound = made.sound[name]
    assert sound
    if name not in {"entry", "tile", "entry bundle", "telegram"}:  # these ask for more than bytes
        for each in sound[:1]:
            readers[name](each)


def test_a_zip_file_whose_file_has_no_name_is_refused(tmp_path: Path) -> None:
    """Found by fuzzing."""
    with zipfile.ZipFile(tmp_path / "bundle.zip", "w") as zipped:
        zipped.writestr("proof.json", b"{}")
        zipped.filelist[0].filename = ""
    with pytest.raises(InputError):
        check(tmp_path / "bundle.zip")
