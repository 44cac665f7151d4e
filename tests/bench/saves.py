"""Measures saves into an open archive, through the library: ``saves FOLDER ENTRIES TIMES``."""

from __future__ import annotations

import json
import random
import statistics
import sys
import time
from typing import TYPE_CHECKING, Final

from sviedka.capture.intake import open_case
from sviedka.cli.session import Session
from sviedka.keep.archive import COMMIT_EVERY
from sviedka.keep.author import Draft
from sviedka.keep.ledger import statements as say
from sviedka.keep.saving import Event
from tests.bench.measure import percentile

if TYPE_CHECKING:
    from collections.abc import Callable

    from sviedka.keep.archive import Archive

_GROUPS: Final = 3
_ITEM: Final = 4096
_RECORD: Final = {"kind": "label", "name": "Прыклад", "sort": "incident", "v": 1}


def small(archive: Archive, case: str, times: int) -> dict[str, float]:
    """Milliseconds of small saves: one after another, and each after a pause.

    After a pause longer than a group commit may wait, a save signs and tiles the head as well;
    of these there is a tenth of ``times``.
    """
    rng = random.Random(1)

    def record() -> None:
        with archive.save(Event("ing")) as save:
            save.record(case, "evidence", _RECORD)
            save.finish()

    def item() -> None:
        with archive.save(Event("ing")) as save:
            save.item_of(case, "evidence", [rng.randbytes(_ITEM)])
            save.finish()

    return (
        _times("record", record, times, 0)
        | _times("item", item, times, 0)
        | _times("lone", record, times // 10, COMMIT_EVERY * 1.05)
    )


def group(archive: Archive, case: str, entries: int) -> dict[str, float]:
    """Seconds for one group of many entries, each of which names an original that is there.

    They are signed, judged, appended, tiled and indexed.
    """
    with archive.save(Event("ing")) as save:
        kept = save.item_of(case, "evidence", [b"An original of many entries."]).sealed
        save.finish()
    brought = [say.ObjectRef(hash=kept.object, size=kept.object_size)]
    fields = {"case": case, "epoch": 1, "facet": "evidence", "objects": brought}
    drafts = [Draft(say.Content, fields) for _ in range(entries)]
    taken = []
    for _ in range(_GROUPS):
        begin = time.perf_counter()
        archive.append(drafts)
        with archive.locked():
            archive.commit()
        taken.append(time.perf_counter() - begin)
    return {"group": statistics.median(taken), "group_longest": max(taken)}


def _times(name: str, work: Callable[[], None], times: int, pause: float) -> dict[str, float]:
    taken = []
    for _ in range(times):
        time.sleep(pause)
        begin = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begin) * 1000)
    return {
        name: statistics.median(taken),
        f"{name}_p95": percentile(taken, 95),
        f"{name}_longest": max(taken),
    }


def main() -> None:
    """Measure on the archive that the environment names."""
    entries, times = map(int, sys.argv[2:])
    with Session(None, json=True).open() as archive:
        with archive.save(Event("ing")) as save:
            case = open_case(save, "Прыклад", "incident", ("evidence",))
            save.finish()
        figures = small(archive, case, times) | group(archive, case, entries)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
