"""Reading one XML file of an office document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sviedka.readers.documents.xml import events
from sviedka.readers.findings import Fault
from sviedka.readers.outlet import PartError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from sviedka.readers.documents.package import Package
    from sviedka.readers.documents.xml import Event
    from sviedka.readers.findings import Finding

    Read = Callable[[Iterable[Event]], Iterator[Finding]]


def within(
    package: Package, name: str, prefixes: Mapping[str, str], read: Read
) -> Iterator[Finding]:
    """What ``read`` makes of the events of a file, up to where it is damaged."""
    try:
        yield from read(events(package.blocks(name), prefixes))
    except PartError as error:
        yield Fault(0, name, error.trouble, error.what)
