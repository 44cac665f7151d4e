"""``sviedka export --as``: what a person sees of handing over, and what a kill leaves of it."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import tarfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import bagit
import pytest

from tests.cli.conftest import CHANNEL, FILES

if TYPE_CHECKING:
    from tests.program import Program

FORMS = ["bagit", "case", "load", "ocfl"]


@pytest.fixture(scope="module")
def recipient(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A file with an identity that the age command made, and its recipient."""
    path = tmp_path_factory.mktemp("recipient") / "key.txt"
    subprocess.run(["age-keygen", "-o", path], check=True, capture_output=True)
    public = subprocess.run(["age-keygen", "-y", path], check=True, capture_output=True, text=True)
    return path, public.stdout.strip()


def opened(package: Path, key: Path) -> dict[str, bytes]:
    """The files of a sealed package, as the age command opens it."""
    plain = subprocess.run(["age", "-d", "-i", key, package], check=True, capture_output=True)
    with tarfile.open(fileobj=io.BytesIO(plain.stdout)) as tar:
        return {each.name: tar.extractfile(each).read() for each in tar.getmembers()}


def found(files: dict[str, bytes]) -> list[bytes]:
    return sorted(data for name, data in files.items() if "/original/" in name)


@pytest.mark.parametrize("form", FORMS)
def test_a_case_goes_out_sealed_and_only_its_recipient_opens_it(
    program: Program, tmp_path: Path, recipient: tuple[Path, str], form: str
) -> None:
    key, public = recipient
    out = tmp_path / "case.tar.age"
    said = program.json("export", "--as", form, "--case", "files", "--to", public, out)
    assert (said["as"], said["items"], said["records"], said["to"]) == (
        form,
        len(FILES),
        0,
        [public],
    )
    assert found(opened(out, key)) == sorted(FILES.values())
    assert "purpose" in {each["reason"] for each in said["withheld"]}
    assert [each.name for each in tmp_path.iterdir() if each.name != "copy"] == [out.name]


def test_recipients_may_be_in_a_file(
    program: Program, tmp_path: Path, recipient: tuple[Path, str]
) -> None:
    key, public = recipient
    (tmp_path / "court.txt").write_text(f"# the court\n{public}\n")
    program.run("export", "--as", "bagit", "--all", "--to", tmp_path / "court.txt", tmp_path / "o")
    assert len(found(opened(tmp_path / "o", key))) == len(FILES) + 2  # photo, export


def test_in_the_clear_it_must_be_said(program: Program, tmp_path: Path) -> None:
    out = tmp_path / "bag"
    refused = program.attempt("export", "--as", "bagit", "--case", "files", out)
    assert refused.status == 2
    assert "--to" in refused.err
    assert "--plain" in refused.err
    assert not out.exists()
    done = program.run("export", "--as", "bagit", "--case", "files", "--plain", out)
    assert "NOT sealed" in done.out
    assert bagit.Bag(str(out)).validate()
    checked = subprocess.run(
        [sys.executable, out / "data" / "verify.py"], capture_output=True, text=True, check=True
    )
    assert "All 3 of them hold." in checked.stdout


def test_a_list_writes_nothing_and_enters_nothing(program: Program, tmp_path: Path) -> None:
    with program.open() as archive:
        size = archive.log.size
    said = program.json("export", "--as", "bagit", "--case", CHANNEL, "--list", tmp_path / "out")
    assert {each["kind"] for each in said["items"]} == {"item"}
    reasons = {(each["kind"], each["reason"]) for each in said["withheld"]}
    assert ("message", "kind") in reasons
    done = program.run("export", "--as", "bagit", "--case", CHANNEL, "--list", tmp_path / "out")
    assert "Nothing was written." in done.out
    assert "of a kind that was not asked for" in done.out
    assert [each.name for each in tmp_path.iterdir()] == ["copy"]
    with program.open() as archive:
        assert archive.log.size == size


def test_items_by_name_dates_kinds_and_what_is_left_out(program: Program, tmp_path: Path) -> None:
    items = program.json("list", "files")["items"]
    first, second = (each["id"] for each in items[:2])
    said = program.json("export", "--as", "load", first[:10], second, "--plain", tmp_path / "two")
    assert said["items"] == 2
    with (tmp_path / "two" / "load.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {row["RECORDID"] for row in csv.DictReader(file)} == {first, second}
    words = ("export", "--as", "bagit", "--kind", "message", "--plain")
    said = program.json(*words, "--until", "2020-08-09", tmp_path / "first")
    assert (said["items"], said["records"]) == (0, 1)
    words = ("export", "--as", "bagit", "--case", "files", "--plain", "--without")
    assert program.json(*words, first[:10], tmp_path / "rest")["items"] == len(FILES) - 1


def test_the_purpose_and_to_whom_stand_in_custody_and_not_in_the_package(
    program: Program, tmp_path: Path, recipient: tuple[Path, str]
) -> None:
    key, public = recipient
    item = program.json("list", "files")["items"][0]["id"]
    words = ("export", "--as", "bagit", item, "--to", public, "--purpose", "for the registry")
    program.run(*words, tmp_path / "out")
    custody = program.json("show", item)["custody"]
    assert custody[-1]["type"] == "dis"
    assert custody[-1]["purpose"] == f"for the registry (as bagit, sealed to {public})"
    assert not any(b"registry" in data for data in opened(tmp_path / "out", key).values())
    program.run(*words, "--whole-event", tmp_path / "whole")
    told = opened(tmp_path / "whole", key)["whole/data/custody.json"]
    purposes = [each.get("purpose") for each in json.loads(told)["items"][0]["events"]]
    assert purposes[0] == "week 47"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--as", "bagit", "--plain", "out"], "--case"),
        (["--as", "bagit", "--all", "--plain", "--to", "age1x", "out"], "--to"),
        (["--as", "bagit", "--all", "--to", "age1x", "out"], "age1"),
        (["--as", "bagit", "--all", "--to", "nobody.txt", "out"], "nobody.txt"),
        (["--as", "bagit", "--case", "none", "--plain", "out"], "none"),
        (["--as", "bagit", "--until", "1990-01-01", "--plain", "out"], "--list"),
        (["--as", "tar", "--all", "--plain", "out"], "bagit"),
        (["--as", "bagit", "--all", "--from", "then", "--plain", "out"], "then"),
        (["--case", "files", "--plain", "out"], "--as"),
        (["out"], "--as"),
        (["one", "two", "out"], "--as"),
    ],
)
def test_what_makes_no_sense_is_told(begun: Program, words: list[str], told: str) -> None:
    done = begun.attempt("export", *words)
    assert done.status in {2, 3}
    assert done.is_clear
    assert told in done.err
    assert not (begun.base / "out").exists()


def test_killed_it_leaves_nothing_of_a_sealed_package(
    program: Program, tmp_path: Path, recipient: tuple[Path, str]
) -> None:
    (tmp_path / "big").mkdir()
    with (tmp_path / "big" / "video.bin").open("wb") as file:
        for at in range(64):
            file.write(bytes([at]) * (1 << 20))
    program.run("add", tmp_path / "big")
    folder = tmp_path / "out"
    folder.mkdir()
    words = ("export", "--as", "bagit", "--case", "big", "--to", recipient[1], folder / "o.tar.age")
    process = program.start(*words)
    try:
        until = time.monotonic() + 60
        while not writes(process.pid, folder) and process.poll() is None:
            assert time.monotonic() < until
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == -9
    assert list(folder.iterdir()) == []
    program.run(*words)
    assert len(found(opened(folder / "o.tar.age", recipient[0]))) == 1


def writes(process: int, folder: Path) -> bool:
    """Whether a process has written to a file without a name in a folder."""
    for each in Path(f"/proc/{process}/fd").glob("*"):
        try:
            if str(each.readlink()).startswith(f"{folder}/") and each.stat().st_size > 1 << 20:
                return True
        except OSError:
            continue
    return False
