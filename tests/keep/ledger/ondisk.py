"""Ledgers on disk for tests, and which files such a ledger has."""

from sviedka.keep.ledger.log import Log
from tests.keep.ledger.writing import commit


def numbered(start, stop):
    return [b"entry %d" % number for number in range(start, stop)]


def a_log(folder, tiled=0, journalled=0):
    """A ledger with so many entries in tiles, and so many more in its journal."""
    log = Log.create(folder / "ledger")
    log.append(numbered(0, tiled))
    commit(log)
    log.append(numbered(tiled, tiled + journalled))
    return log


def partials(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*.p/*")}


def expected_partials(size):
    """The partial tiles and the bundle of a ledger of that size, and no others."""
    level, found = 0, set()
    while size >> 8 * level:
        index, width = divmod(size >> 8 * level, 256)
        names = [f"tile/{level}"] + ["tile/entries"] * (level == 0)
        if width:
            found |= {f"{name}/{index:03}.p/{width}" for name in names}
        level += 1
    return found


def every_file(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())
