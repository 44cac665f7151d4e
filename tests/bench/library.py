"""Saves and proofs in one open process: the measuring, and its part of the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.bench.inside import inside
from tests.bench.installed import Installed
from tests.bench.report import Bar, Part, Table, figure

if TYPE_CHECKING:
    from pathlib import Path

GROUP_ENTRIES: Final = 10_000
GROUP, SAVE, PROOF, VERIFY = 5.0, 50.0, 50.0, 30.0
"""What each may take: seconds, milliseconds, milliseconds, seconds."""
SAVES: Final = 200
LEDGER_ENTRIES: Final = 1_000_000
_SAYS: Final = """\
Not the command but the library under it, in a process that has an archive open, as the desk will
have it."""
_LEDGER: Final = """\
A ledger of {leaves:,} entries of {size:.0f} bytes, written in groups of {group:,.0f} by the
ledger's own writer in {seconds} s. Its entries are as long as real ones but signed by nobody, so
the tree is what is verified here: every hash of it again, from the entries up."""


def measure(folder: Path, *, quick: bool) -> Part:
    """Measure small and large saves; then a ledger as it is after decades."""
    entries = 500 if quick else GROUP_ENTRIES
    leaves = 20_000 if quick else LEDGER_ENTRIES
    with Installed(folder / "library") as sviedka:
        saves = inside(sviedka, "saves", entries, 20 if quick else SAVES)
        ledger = inside(sviedka, "ledger", leaves)
    return Part(
        "Within one open process",
        [
            _SAYS,
            Table(
                ("A save", "median", "p95", "longest"),
                [
                    ("of one record", *_spread(saves, "record")),
                    ("of a 4 KiB original with its record", *_spread(saves, "item")),
                    ("of one record after a pause, with a new head", *_spread(saves, "lone")),
                ],
            ),
            Table(
                ("A group", "median of 3", "longest"),
                [
                    (
                        f"of {entries:,} entries, signed, synced, tiled",
                        f"{figure(saves['group'])} s",
                        f"{figure(saves['group_longest'])} s",
                    ),
                ],
            ),
            _LEDGER.format(
                leaves=leaves,
                size=ledger["bytes"],
                group=ledger["together"],
                seconds=figure(ledger["write"]),
            ),
            Table(
                ("The ledger", "time"),
                [
                    ("opened", f"{figure(ledger['open'])} ms"),
                    ("opened, and one inclusion proof", f"{figure(ledger['first'])} ms"),
                    ("an inclusion proof, median of 1,000", f"{figure(ledger['proof'])} ms"),
                    ("the same, longest", f"{figure(ledger['longest'])} ms"),
                    ("the tree verified", f"{figure(ledger['verify'])} s"),
                    ("peak memory of all this", f"{ledger['peak']:.0f} MiB"),
                ],
            ),
        ],
        [
            Bar(f"{entries:,} entries in one group", saves["group"], GROUP, "s"),
            Bar(
                "one small save, median",
                max(saves["record"], saves["item"], saves["lone"]),
                SAVE,
                "ms",
            ),
            Bar(f"inclusion proof out of {leaves:,}", ledger["first"], PROOF, "ms"),
            Bar(f"verify the tree of {leaves:,}", ledger["verify"], VERIFY, "s"),
        ],
    )


def _spread(figures: dict[str, float], name: str) -> list[str]:
    keys = (name, f"{name}_p95", f"{name}_longest")
    return [f"{figure(figures[key])} ms" for key in keys]
