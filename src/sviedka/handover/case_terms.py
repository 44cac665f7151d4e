"""Words of CASE and UCO in JSON-LD: prefixes, ids, and literals of the types that they ask for.

The ontologies are CASE 1.5.0 and the UCO 1.5.0 that it builds on; all terms here are in CASE 1.4.0
as well (https://caseontology.org, https://unifiedcyberontology.org).
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import NAMESPACE_URL, uuid5

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Node = dict[str, Any]

_UCO: Final = "https://ontology.unifiedcyberontology.org/uco/"
PREFIXES: Final[Mapping[str, str]] = {
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "uco-action": f"{_UCO}action/",
    "uco-core": f"{_UCO}core/",
    "uco-identity": f"{_UCO}identity/",
    "uco-observable": f"{_UCO}observable/",
    "uco-tool": f"{_UCO}tool/",
    "uco-types": f"{_UCO}types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
RECORD: Final = "Sviedka record"
ENTRY: Final = "Sviedka ledger entry"
IMPORT: Final = "Sviedka import"
DEVICE: Final = "Sviedka device"
CASE: Final = "Sviedka case"
PATH: Final = "path in this package"
"""What external references are to."""

_NOT_IN_XML: Final = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""All but Char of XML 1.0, which are what an xsd:string holds."""
_MOMENT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z"
)


class Names:
    """The ids of an archive's things: told from their own ids, so the same in every graph."""

    def __init__(self, archive: str) -> None:
        self._base = f"sviedka:{archive}/"

    @property
    def context(self) -> Mapping[str, str]:
        """The ``@context``: all prefixes, ``kb`` being that of this archive's things."""
        return {"kb": self._base, **PREFIXES}

    def of(self, sort: str, *what: str) -> str:
        """An id: ``kb:<sort>-<UUID>``.

        The UUID is of version 5 (RFC 9562): UCO knows none beyond that (its shape
        ``UcoThing-identifier-regex-shape``). No more hangs on it; whole ids stand in references.
        """
        return f"kb:{sort}-{uuid5(NAMESPACE_URL, '/'.join((self._base + sort, *what)))}"

    def reference(self, owner: str, context: str, identifier: str, url: str = "") -> Node:
        """What a thing is called elsewhere; ``owner`` is the id of its node."""
        return node(
            self.of("reference", owner, context),
            "uco-core:ExternalReference",
            {
                "uco-core:definingContext": context,
                "uco-core:externalIdentifier": text(identifier),
                "uco-core:referenceURL": typed("anyURI", url) if url else None,
            },
        )


def node(name: str, kind: str, said: Mapping[str, Any]) -> Node:
    """A node of the graph; what is None, empty text or an empty list is left out."""
    known = {key: value for key, value in said.items() if value not in (None, "", [])}
    return {"@id": name, "@type": kind, **known}


def refer(names: Iterable[str]) -> list[Node]:
    """References to nodes, each once."""
    return [{"@id": each} for each in dict.fromkeys(names)]


def typed(kind: str, value: str) -> Node:
    """A literal of one of XML Schema's types."""
    return {"@type": f"xsd:{kind}", "@value": value}


def text(value: str) -> str:
    r"""Text as an xsd:string can hold it: other signs are written as ``\x14``, ``\ud800``."""
    return _NOT_IN_XML.sub(lambda sign: ascii(sign[0])[1:-1], value)


def moment(value: str | None) -> Node | None:
    """A time in UTC as it is stated (RFC 3339); None if it is none."""
    if value is None or not _MOMENT.fullmatch(value):
        return None
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return None
    return typed("dateTime", value)
