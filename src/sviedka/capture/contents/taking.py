"""The parts of one original: sealed as they come out of its reader, and said where they were."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sviedka.capture.contents.account import Account
from sviedka.capture.originals import keep
from sviedka.capture.text import text
from sviedka.errors import InputError, NotInstalledError, SandboxError
from sviedka.readers import Data, Fault, Part, PartEnd, format_of
from sviedka.readers.formats import BEGINNING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sviedka.capture.contents.budget import Budget
    from sviedka.capture.contents.group import Group
    from sviedka.capture.contents.parts import KnownPart
    from sviedka.capture.intake import Outcome
    from sviedka.keep.archive import Archive
    from sviedka.readers import Finding, Format

SMALL: Final = 1 << 20
HELD: Final = 32 << 20
"""Parts up to ``SMALL`` stay in memory until they are looked into, ``HELD`` bytes in all."""


class Inner(NamedTuple):
    """A part that a reader of its own knows; ``content`` where it is still in memory."""

    item: str
    place: str
    form: Format
    content: bytes | None


class Taking:
    """The parts of one original in the making."""

    def __init__(  # noqa: PLR0913, PLR0917 - where from, where to, and what bounds it
        self,
        archive: Archive,
        outcome: Outcome,
        item: str,
        findings: Iterator[Finding],
        known: Mapping[int, KnownPart],
        budget: Budget,
    ) -> None:
        self._archive = archive
        self._outcome = outcome
        self._item = item
        self._findings = findings
        self._known = known
        self._budget = budget
        self._end = PartEnd(0)
        self._held = 0
        self.inner: list[Inner] = []
        """Parts with a format of their own, into which this reader does not go itself."""
        self.account = Account()
        self.lacking: NotInstalledError | None = None
        """Why nobody could begin to read it here."""

    def take(self, group: Group) -> None:
        """Take all that the reader finds."""
        while finding := self._next():
            if isinstance(finding, Part):
                self._part(group, finding)
            else:
                self.account.note(finding)

    def _next(self) -> Finding | None:
        """What the reader finds next. That it gave up is an end like others, and is noted."""
        try:
            return next(self._findings, None)
        except NotInstalledError as error:
            self.lacking = error
        except (InputError, SandboxError) as error:
            self.account.fail(error)
        return None

    def _part(self, group: Group, part: Part) -> None:
        self.account.parts += 1
        start = bytearray()
        blocks = self._blocks(part)
        for block in blocks:
            start += block
            if len(start) > SMALL:
                break
        before = self._known.get(part.number)
        if before is None:
            item = self._seal(group, part, itertools.chain([bytes(start)], blocks))
        else:
            item = before.item.hex() if before.item else ""
            for _ in blocks:  # it was taken by a reading that was interrupted
                pass
        if item and not part.opened:
            self._look(part, item, bytes(start))

    def _look(self, part: Part, item: str, start: bytes) -> None:
        """Remember a part that a reader knows; its bytes too, if these are all and it is small."""
        name = part.name.decode("utf-8", "replace")
        form = format_of(start[:BEGINNING], name)
        if form:
            whole = len(start) <= SMALL and self._held + len(start) <= HELD
            self._held += len(start) * whole
            place = f"{part.place} {name}".strip()
            self.inner.append(Inner(item, place, form, start if whole else None))

    def _seal(self, group: Group, part: Part, blocks: Iterator[bytes]) -> str:
        """Seal a part and say where it was; its item, or "" if nothing of it could be taken."""
        save, case = group.save, self._outcome.case
        sealed = save.seal(case, "evidence", blocks)
        record = self._record(part)
        if self._end.trouble and not sealed.size:
            save.drop(sealed)
            record["untaken"] = self._end.trouble
        else:
            kept = keep(self._archive, save, case, "evidence", sealed)
            self._outcome.items += kept.new
            self._outcome.size += kept.size * kept.new
            record["item"] = kept.item
            if self._end.trouble:
                record["trouble"] = self._end.trouble
        save.record(case, "evidence", record)
        self._outcome.parts += 1
        group.count(2, sealed.size)
        item: str = record.get("item", "")
        return item

    def _blocks(self, part: Part) -> Iterator[bytes]:
        """The bytes of a part; what ended it stands in ``_end`` when they are over."""
        self._end = PartEnd(part.number, "damaged")
        while finding := self._next():
            if isinstance(finding, Data):
                if not self._budget.allows(len(finding.content)):
                    self._stop(part)
                    return
                yield finding.content
            elif isinstance(finding, PartEnd):
                self._end = finding
                return
            else:
                self.account.note(finding)

    def _stop(self, part: Part) -> None:
        """No more of this: it holds more than anybody would put into a file of its size."""
        self._end = PartEnd(part.number, "too_big")
        what = "more comes out of it than is taken from a file of its size"
        self.account.fault(Fault(part.number, part.place, "too_big", what))
        self._findings = iter(())

    def _record(self, part: Part) -> dict[str, Any]:
        record: dict[str, Any] = {
            "import": self._outcome.import_id,
            "kind": "part",
            "number": part.number,
            "of": self._item,
            "place": part.place,
            "v": 1,
            **text("name", part.name),
        }
        if part.parent:
            record["parent"] = part.parent
        if part.type:
            record["type"] = part.type
        if part.modified is not None:
            record["modified"] = part.modified
        return record
