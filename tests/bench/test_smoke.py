"""The benchmark runs from end to end, on small inputs."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.report import Bar, Table, figure

ROOT = Path(__file__).parents[2]
BAGIT = Path(sys.executable).parent / "bagit.py"
MISSING = [each for each in ("age", "borg", "restic") if shutil.which(each) is None]


def bench(out: Path, *options: str) -> str:
    command = [sys.executable, "-m", "tests.bench", "--quick", "--dir", str(out), *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not list(out.iterdir()), "something is left behind"
    return done.stdout


@pytest.mark.slow
def test_all_that_needs_nothing_but_sviedka(tmp_path: Path) -> None:
    told = bench(
        tmp_path,
        *(
            f"--only={part}"
            for part in ("memory", "telegram", "waits", "library", "web", "contents")
        ),
    )
    for bar in (
        "peak memory",
        "Telegram text",
        "`--help`",
        "`status`",
        "one small save",
        "WARC reading",
        "500 mails",
    ):
        assert f"| {bar}" in told


@pytest.mark.slow
@pytest.mark.skipif(
    bool(MISSING) or not BAGIT.exists(), reason="the peers: make .venv/.bench; scripts/needs bench"
)
def test_everyone_takes_turns_on_the_corpus(tmp_path: Path) -> None:
    told = bench(tmp_path, "--only=sealing", "--date=2022-12-14")
    for name in ("floor", "sviedka", "borg", "restic", "bagit.py"):
        assert told.count(f"\n| {name}") >= 2
    assert "| Date | 2022-12-14 |" in told


def test_a_bar_is_met_from_its_side() -> None:
    assert Bar("time", 0.5, 0.5, "s").met
    assert not Bar("time", 0.51, 0.5, "s").met
    assert Bar("rate", 5_000, 5_000, "messages/s", least=True).met
    assert "**no**" in Bar("rate", 4_999, 5_000, "messages/s", least=True).row()


def test_figures_have_the_digits_that_mean_something() -> None:
    assert [figure(each) for each in (1234.5, 12.34, 1.234)] == ["1,234", "12.3", "1.23"]


def test_a_table_is_markdown() -> None:
    assert str(Table(("", "CPU"), [("floor", "4 s")])) == "|  | CPU |\n|---|--:|\n| floor | 4 s |"
