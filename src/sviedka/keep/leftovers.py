"""What saves left that were killed: sealed already, named by no entry, and open to the facet's key.

It takes up room; and what was deleted since could still be read from it. So it goes before anything
new is brought, and before anything is removed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sviedka.keep.archive import Archive


def sweep(archive: Archive) -> int:
    """Remove interrupted writes of objects and grants; tells how many. None while a save is open.

    StorageError if the disk refuses.
    """
    return archive.objects.sweep() + archive.grants.sweep()
