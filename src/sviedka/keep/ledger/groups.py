"""Groups: entries that take effect together or not at all (docs/format.md §3.1)."""

from __future__ import annotations

import msgspec

from sviedka.errors import FormatError
from sviedka.keep.ledger import statements as say
from sviedka.keep.ledger.entry import Entry


class Gathering(msgspec.Struct):
    """The entries, as data, of the group that is not whole yet, and what they have in common."""

    parts: list[bytes] = []
    device: str = ""
    seen: say.Head | None = None
    of: int = 0

    def take(self, entry: Entry) -> list[Entry]:
        """The entries that take effect with the next one of the ledger, in order.

        That is itself, or its whole group, or nothing: while its group is not whole, and if it does
        not continue the one before it. Whatever does not continue a group voids it.
        """
        body = entry.body
        group = body.group if isinstance(body, say.Grouped) else None
        if group is None:
            self.parts = []
            return [entry]
        if group.at >= group.of:
            raise FormatError(f"an entry cannot be part {group.at} of a group of {group.of}")
        common = (body.device, body.seen, group.of)
        if group.at == 0:
            self.parts = [entry.data]
            self.device, self.seen, self.of = common
        elif group.at == len(self.parts) and common == (self.device, self.seen, self.of):
            self.parts.append(entry.data)
        else:
            self.parts = []
        if len(self.parts) < group.of:
            return []
        whole, self.parts = self.parts, []
        return [Entry.parse(part) for part in whole]
