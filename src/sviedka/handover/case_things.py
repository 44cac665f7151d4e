"""Originals and records as UCO's observables: what they are, whence they came, what held them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import msgspec

from sviedka.handover import origins
from sviedka.handover.case_terms import PATH, RECORD, moment, node, refer, text, typed
from sviedka.handover.package import original_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sviedka.handover.case_terms import Names, Node
    from sviedka.handover.custody import Custody
    from sviedka.handover.origins import Origin
    from sviedka.handover.package import Given

_OF_FILE_SYSTEMS: Final = frozenset({"file", "part"})
"""Kinds of origin whose time is that of a file's last change."""


class _Message(msgspec.Struct):
    """What is told of a message: no word of who wrote it."""

    text: str | None = None
    unixtime: int | None = None
    message_id: int | None = None


def thing_id(names: Names, record: str) -> str:
    """The id of what a record stands for: the original, if it is of an item."""
    return names.of("record", record)


def thing(names: Names, given: Given) -> Node:
    """An original as an ObservableObject, a message as a Message, any other record likewise."""
    custody, content = given.custody, given.content
    name = thing_id(names, custody.record)
    is_message = custody.kind == "message"
    facets = [_content(names, given)]
    if custody.original:
        facets.insert(0, _file(names, custody))
    elif is_message:
        facets.insert(0, _message(names, given))
    return node(
        name,
        "uco-observable:Message" if is_message else "uco-observable:ObservableObject",
        {
            "uco-core:name": text(original_name(custody) or custody.kind),
            "uco-core:description": list(dict.fromkeys(map(_whence, custody.origins))),
            "uco-core:externalReference": [
                names.reference(name, RECORD, custody.record),
                names.reference(name, PATH, content.name, quote(content.name)),
            ],
            "uco-core:hasFacet": facets,
        },
    )


def _whence(origin: Origin) -> str:
    """An origin in words."""
    time = f"{origin.time} as stated" if origin.time else ""
    return text(", ".join(filter(None, (origin.place or origin.kind, origin.shown, time))))


def _file(names: Names, custody: Custody) -> Node:
    changed = {each.time for each in custody.origins if each.kind in _OF_FILE_SYSTEMS}
    return node(
        names.of("file-facet", custody.record),
        "uco-observable:FileFacet",
        {
            "uco-observable:fileName": text(custody.name),
            "uco-observable:filePath": [
                *dict.fromkeys(text(each.shown) for each in custody.origins if each.name)
            ],
            # It has one time of change: of several that are stated, none is more so than the other.
            "uco-observable:modifiedTime": moment(changed.pop()) if len(changed) == 1 else None,
            "uco-observable:sizeInBytes": custody.original.size if custody.original else None,
        },
    )


def _content(names: Names, given: Given) -> Node:
    original = given.custody.original
    stated = original.media_type if original else "application/json"
    return node(
        names.of("content-facet", given.custody.record),
        "uco-observable:ContentDataFacet",
        {
            "uco-observable:hash": [
                _hash(names, "SHA256", given.content.sha256),
                _hash(names, "SHA512", given.content.sha512),
            ],
            "uco-observable:mimeType": text(stated),
            "uco-observable:sizeInBytes": given.content.size,
        },
    )


def _hash(names: Names, method: str, value: str) -> Node:
    return node(
        names.of("hash", method, value),
        "uco-types:Hash",
        {"uco-types:hashMethod": method, "uco-types:hashValue": typed("hexBinary", value.upper())},
    )


def _message(names: Names, given: Given) -> Node:
    try:
        said = msgspec.json.decode(given.record, type=_Message)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        said = _Message()  # no message of its kind: ``verify`` says so
    return node(
        names.of("message-facet", given.custody.record),
        "uco-observable:MessageFacet",
        {
            "uco-observable:messageID": None if said.message_id is None else str(said.message_id),
            "uco-observable:messageText": text(said.text or ""),
            "uco-observable:sentTime": moment(origins.moment(said.unixtime)),
        },
    )


def relations(names: Names, custody: Custody, there: Collection[str]) -> Iterator[Node]:
    """Out of what an original was taken, and to which messages it hung, of what is given too."""
    for parent in custody.parents:
        if parent in there and parent != custody.record:
            paths = [each.shown or each.place for each in custody.origins if each.parent == parent]
            yield _relation(names, custody.record, "Contained_Within", parent, paths)
    hung = [each.record for each in custody.origins if each.kind == "message"]
    for message in dict.fromkeys(hung):
        if message in there:
            yield _relation(names, message, "Had_Attachment", custody.record, [])


def _relation(names: Names, source: str, kind: str, target: str, paths: list[str]) -> Node:
    said: dict[str, Any] = {
        "uco-core:isDirectional": True,
        "uco-core:kindOfRelationship": kind,
        "uco-core:source": refer([thing_id(names, source)]),
        "uco-core:target": refer([thing_id(names, target)]),
    }
    if paths := [text(each) for each in dict.fromkeys(paths) if each]:
        facet = names.of("path-facet", source, target)
        path = {"uco-observable:path": paths}
        said["uco-core:hasFacet"] = [node(facet, "uco-observable:PathRelationFacet", path)]
    name = names.of("relationship", source, kind, target)
    return node(name, "uco-observable:ObservableRelationship", said)
