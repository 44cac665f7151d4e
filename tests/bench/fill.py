"""Fills an archive with many small cases, through the library: ``fill FOLDER CASES``."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Final

from sviedka.capture.intake import open_case
from sviedka.cli.session import Session
from sviedka.keep.saving import Event

if TYPE_CHECKING:
    from sviedka.keep.archive import Archive

_AT_ONCE: Final = 100


def fill(archive: Archive, cases: int) -> None:
    """Each case has two facets, with a record in either: four entries."""
    for start in range(0, cases, _AT_ONCE):
        with archive.save(Event("ing")) as save:
            for number in range(start, min(start + _AT_ONCE, cases)):
                case = open_case(save, f"Прыклад {number}", "incident", ("evidence", "narrative"))
                save.happened(case, "narrative")
            save.finish()


def main() -> None:
    """Fill the archive that the environment names."""
    with Session(None, json=True).open() as archive:
        fill(archive, int(sys.argv[2]))
        print(json.dumps({"entries": archive.log.size}))


if __name__ == "__main__":
    main()
