"""Folders of files, the corpus, hostile exports, the demonstration: what they hold."""

from __future__ import annotations

import json
import sys
from time import process_time
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

import pytest

from tests.material import demo, files, hostile
from tests.material.corpus import write_corpus, write_sparse
from tests.material.hostile_json import BROKEN, ODD, SOUND, deep, truncated
from tests.material.hostile_media import MEDIA, SECRET

if TYPE_CHECKING:
    from pathlib import Path


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }


def test_files_are_mixed_and_the_same_from_the_same_seed(tmp_path: Path) -> None:
    outside = files.write_files(tmp_path / "a", seed=3)
    files.write_files(tmp_path / "b", seed=3)
    found = tree(tmp_path / "a")
    assert found == tree(tmp_path / "b")
    assert b"" in found.values()
    assert len(set(found.values())) == len(found) - 1  # one duplicate
    letters = [name for name in found if name.startswith("лісты/")]
    assert len(letters) == 2
    assert len({normalize("NFC", name) for name in letters}) == 1
    assert outside.read_bytes() == (tmp_path / "a/link-out.txt").read_bytes() == files.SECRET


def test_the_corpus_keeps_its_proportions_at_any_scale(tmp_path: Path) -> None:
    size = write_corpus(tmp_path, scale=1 / 64, seed=2)
    large = sorted((tmp_path / "large").iterdir())
    small = list((tmp_path / "small").iterdir())
    assert [path.stat().st_size for path in large] == [1 << 20] * 7
    assert [path.stat().st_size for path in small] == [64 << 10] * 25
    assert size == sum(path.stat().st_size for path in (*large, *small))
    contents = [path.read_bytes() for path in (*large, *small)]
    assert contents[0] == contents[6]
    assert len(set(contents)) == len(contents) - 1


def test_a_sparse_file_takes_no_room(tmp_path: Path) -> None:
    path = tmp_path / "sparse"
    write_sparse(path, 4 << 30)
    assert path.stat().st_size == 4 << 30
    assert path.stat().st_blocks * 512 < 1 << 20


@pytest.mark.parametrize("case", BROKEN)
def test_broken_exports_are_no_export(case: str) -> None:
    with pytest.raises((ValueError, RecursionError, TypeError, KeyError)):
        strict(BROKEN[case])["messages"]


@pytest.mark.parametrize("case", [case for case in ODD if not case.startswith("deep-")])
def test_odd_exports_are_json(case: str) -> None:
    limit = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        assert isinstance(strict(ODD[case].removeprefix(b"\xef\xbb\xbf")), dict)
    finally:
        sys.set_int_max_str_digits(limit)


def strict(data: bytes) -> Any:
    """JSON in UTF-8 without NaN and infinities, which Python's reader would let pass."""

    def refuse(word: str) -> None:
        raise ValueError(word)

    return json.loads(data.decode("utf-8"), parse_constant=refuse)


def test_an_export_cut_anywhere_is_not_json_any_more() -> None:
    json.loads(truncated(len(SOUND)))
    for at in range(len(SOUND)):
        with pytest.raises(ValueError):
            json.loads(truncated(at))


def test_depth_is_as_asked() -> None:
    assert json.loads(deep(50))["messages"][0]["text"] == json.loads("[" * 50 + "0" + "]" * 50)


@pytest.mark.parametrize("case", MEDIA)
def test_treacherous_media_lie_beside_a_secret(tmp_path: Path, case: str) -> None:
    folder = hostile.write_hostile(tmp_path / case, case)
    assert (folder.parent / "outside/secret.txt").read_bytes() == SECRET
    result = folder / "result.json"
    if result.is_file():
        assert json.loads(result.read_text())["messages"]


@pytest.mark.parametrize("case", hostile.GIANT)
def test_giants_are_as_large_as_asked_and_one_line(tmp_path: Path, case: str) -> None:
    size = 3_000_000
    result = hostile.write_hostile(tmp_path / case, f"giant-{case}", size=size) / "result.json"
    data = result.read_bytes()
    assert size < len(data) < size + 2_000
    assert case == "blanks" or b"\n" not in data
    if case not in ("deep", "one-number"):
        assert json.loads(data)["messages"]


def test_the_demonstration_is_small_quick_and_the_same_each_time(tmp_path: Path) -> None:
    start = process_time()
    paths = demo.write_demo(tmp_path / "a")
    assert process_time() - start < 10
    demo.write_demo(tmp_path / "b")
    found = tree(tmp_path / "a")
    assert found == tree(tmp_path / "b")
    assert sum(map(len, found.values())) < 10_000_000
    assert len(paths) == 4


def test_two_channels_repost_the_clip_of_a_third_later(tmp_path: Path) -> None:
    *channels, _ = demo.write_demo(tmp_path / "demo")
    times = []
    for folder in channels:
        messages = json.loads((folder / "result.json").read_text())["messages"]
        clips = [one for one in messages if one.get("file_name") == f"VID_{demo.CLIP:04d}.mp4"]
        assert all((folder / one["file"]).is_file() for one in clips)
        times.append(int(clips[0]["date_unixtime"]))
    assert times == sorted(times)
