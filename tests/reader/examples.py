"""Writes docs/format-examples.md, real pieces of the sample archive: ``python -m`` prints it."""

import hashlib
import json
import textwrap
from functools import cached_property
from pathlib import Path
from typing import Any

from sviedka.keep.age import HybridIdentity, open_sealed
from sviedka.keep.keys import device, grants, hpke, state
from sviedka.keep.keys.home import DeviceFolder
from sviedka.keep.ledger.entry import Entry
from sviedka.keep.ledger.history import History
from sviedka.keep.ledger.log import Log
from sviedka.keep.ledger.statements import COMMONS, Content
from sviedka.keep.vault import batch
from sviedka.keep.vault.stage import path_of

SAMPLE = Path(__file__).parents[1] / "fixtures" / "archive-v1"
KINDS = "found", "day", "case", "grant", "content", "member", "open", "destroy", "handover"
LONGEST = 66  # characters of a text that is not shortened: a hash, not a key or what is sealed
ROW = 16  # bytes

ABOUT = """\
# Examples of the archive format

What [format.md](format.md) describes, taken from the sample archive `tests/fixtures/archive-v1` by
`python -m tests.reader.examples > docs/format-examples.md`. Long base64 is cut off at `…`, and the
lines and spaces are for reading: in the archive an entry is one line without spaces.
"""


class Sample:
    """The sample, opened by its passphrase."""

    def __init__(self, folder: Path = SAMPLE) -> None:
        self.archive = folder / "archive"
        self.log = Log(self.archive / "ledger")
        self.lines = list(self.log.entries())
        self.history = History()
        self.entries = [Entry.parse(line) for line in self.lines]
        for entry in self.entries:
            self.history.apply(entry, self.log.root_at)
        self._passphrase = (folder / "passphrase").read_text().rstrip("\n")
        self._folder = DeviceFolder(folder / "home", self.history.archive)

    @cached_property
    def keys(self) -> device.DeviceKeys:
        """The root keys of its first device."""
        data = self._folder.read(device.FILE, device.FILE_LIMIT)
        return device.unlock(data, self.history.archive, self._passphrase)

    @cached_property
    def remembered(self) -> state.DeviceState:
        """The state of that device."""
        data = self._folder.read(state.FILE, state.FILE_LIMIT)
        return state.open_state(data, self.keys, self.history.archive)

    def grant(self, case: str, facet: str) -> bytes:
        """The file that grants a facet to that device."""
        granted = next(
            each
            for each in self.history.granted[case]
            if each.facet == facet and self.keys.id in each.devices
        )
        return (self.archive / "grants" / path_of(granted.file)).read_bytes()

    def identity(self, case: str, facet: str) -> HybridIdentity:
        """The key of a facet in its first epoch."""
        grant = grants.parse(self.grant(case, facet))
        outer = HybridIdentity.from_seed(self.remembered.outer[str(grant.name)])
        recipient = self.history.cases[case][facet].epochs[0].recipient
        return grants.open_grant(grant, self.keys, outer, recipient)

    def opened(self, body: Content) -> batch.Batch:
        """The batch of an entry, as it stands now."""
        name = self.history.standing(body.batch.object)
        sealed = (self.archive / "objects" / path_of(name)).read_bytes()
        return batch.parse(open_sealed([self.identity(body.case, body.facet)], sealed))


def shortened(value: Any) -> Any:
    """The same with long texts cut off."""
    if isinstance(value, dict):
        return {key: shortened(each) for key, each in value.items()}
    if isinstance(value, list):
        return [shortened(each) for each in value]
    return f"{value[:24]}…" if isinstance(value, str) and len(value) > LONGEST else value


def pretty(data: bytes) -> str:
    """JSON for people."""
    return json.dumps(shortened(json.loads(data)), indent=1, ensure_ascii=False)


def fenced(text: str) -> str:
    return f"```\n{text.rstrip()}\n```\n"


def entries(sample: Sample) -> str:
    """The first entry of each kind."""
    parts = ["## Entries (§3)\n"]
    for kind in KINDS:
        said = [json.loads(line)["body"]["kind"] for line in sample.lines]
        at = said.index(kind)
        size, found = len(sample.lines[at]), sample.entries[at].id.hex()
        parts.append(f"### {kind}\n\nEntry {at}: {size:,} bytes, with the id `{found}`.\n")
        parts.append(fenced(pretty(sample.lines[at])))
    return "\n".join(parts)


def sealed_part(sample: Sample) -> str:
    """The sealed part of the entry by which something was opened."""
    entry = next(each for each in sample.entries if json.loads(each.signed[17:])["kind"] == "open")
    info = hpke.info(
        "sviedka/sealed/v1",
        archive=sample.history.archive,
        device=entry.body.device,
        seq=entry.body.seq,
    )
    text = hpke.unseal(sample.identity(COMMONS, "audit"), info, entry.body.sealed)
    return "\n".join(
        [
            "## A sealed part (§3.4)\n\nThe info under which that of the `open` entry is sealed:\n",
            fenced(info.decode()),
            f"Its {len(text)} bytes of plaintext, of which the rest are spaces:\n",
            fenced(text.decode()),
        ]
    )


def head(sample: Sample) -> str:
    """The newest checkpoint."""
    text = (sample.archive / "ledger/checkpoint").read_text()
    return f"## The newest head (§4.3)\n\n{fenced(text)}"


def grant(sample: Sample) -> str:
    """A grant file."""
    data = sample.grant(COMMONS, "audit")
    name = hashlib.sha256(data).hexdigest()
    return f"## A grant file (§7.3)\n\n`grants/{path_of(name)}`:\n\n{fenced(pretty(data))}"


def dump(data: bytes) -> str:
    """Bytes in hex, with what is text beside them."""
    rows = [data[at : at + ROW] for at in range(0, len(data), ROW)]
    shown = ("".join(chr(one) if 0x20 <= one < 0x7F else "." for one in row) for row in rows)
    return "\n".join(
        f"{at * ROW:04x}  {row.hex(' '):{ROW * 3}} {text}"
        for at, (row, text) in enumerate(zip(rows, shown, strict=True))
    )


def records(sample: Sample) -> str:
    """The batch from which a record was removed: its bytes, its records, its root."""
    at, body, found = next(
        (at, entry.body, opened)
        for at, entry in enumerate(sample.entries)
        if isinstance(entry.body, Content) and entry.body.facet == "evidence"
        if not sample.history.cases[entry.body.case]["evidence"].destroyed
        if None in (opened := sample.opened(entry.body)).records
    )
    padded, framed = len(found.plaintext), len(found.plaintext.rstrip(b"\0"))
    about = (
        f"## A batch (§6)\n\nThat of entry {at}, from which records were removed since: {framed:,} "
        f"bytes of framing and records, filled up to {padded:,} with zeros.\n"
    )
    parts = [
        about,
        fenced(dump(found.plaintext[:framed])),
        "Its records with their ids:\n",
    ]
    lines = []
    for leaf, record in zip(found.ids, found.records, strict=True):
        text = "(removed)" if record is None else record.decode()
        lines += [leaf.hex(), textwrap.indent(text, "    ")]
    parts += [fenced("\n".join(lines)), f"The root over the ids is `{body.batch.root}`.\n"]
    return "\n".join(parts)


def page(sample: Sample) -> str:
    """All of it."""
    parts = ABOUT, entries(sample), sealed_part(sample), head(sample), grant(sample)
    return "\n".join([*parts, records(sample)])


if __name__ == "__main__":
    print(page(Sample()), end="")
