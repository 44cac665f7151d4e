"""Looking into originals that lie in the archive already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.capture.contents.stage import Contents
from sviedka.capture.intake import Outcome, no_progress, require_facets
from sviedka.capture.whence import called
from sviedka.errors import InputError, IntegrityError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sviedka.capture.intake import Progress
    from sviedka.keep.archive import Archive
    from sviedka.keep.index.items import Item


def read_again(
    archive: Archive,
    items: Sequence[Item],
    label: str,
    *,
    purpose: str = "",
    progress: Progress = no_progress,
) -> Outcome:
    """Take out what these originals hold, unless that was done; all are of one case's evidence.

    UsageError for those of another facet: what they hold would have to lie there too.
    """
    case = items[0].case.hex()
    if any((each.case.hex(), each.facet) != (case, "evidence") for each in items):
        raise UsageError("only what lies in the evidence of one case can be looked into")
    require_facets(archive, case, ["evidence"])
    with archive.projector.index.reading() as db:
        names = called(db, [each.id for each in items])
    outcome = Outcome(archive.random(16).hex(), case, label, "files")
    total, done = sum(each.size for each in items), 0
    with Contents(archive, outcome, purpose) as contents:
        for each in items:
            name = names.get(each.id, each.id.hex()[:12])
            try:
                contents.read_item(each.id.hex(), name)
            except (InputError, IntegrityError) as error:
                outcome.missing += 1
                outcome.notes.append(f"{name}: {error}")
            done += each.size
            progress(done, total)
    return outcome
