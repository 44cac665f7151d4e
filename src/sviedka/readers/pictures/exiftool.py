"""What ExifTool says of a file, where it is installed: it knows more makers and containers.

It writes JSON, ``Group:Tag`` → value, as ``programs.EXIFTOOL`` calls it.
"""

from __future__ import annotations

import json
from io import BufferedReader
from itertools import islice
from typing import TYPE_CHECKING, Final

from sviedka.errors import InputError
from sviedka.readers.facts import stated
from sviedka.readers.findings import frames
from sviedka.readers.pictures.tags import meaning

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from io import FileIO

    from sviedka.readers.findings import Finding

LARGEST: Final = 16 << 20
"""Bytes of its answer that are read."""
MOST: Final = 5000
"""Tags that are looked at."""
_ITS_OWN: Final = frozenset({"ExifTool", "File", "SourceFile", "System", "Composite"})
_POSITION: Final = "Composite:GPSPosition"
_NEVER: Final = "0000:00:00"
_NAMES: Final = {
    "Make": "device_make", "Model": "device_model", "AndroidMake": "device_make",
    "AndroidModel": "device_model", "AndroidVersion": "device_software", "Software": "software",
    "CreatorTool": "software", "Encoder": "encoder", "HostComputer": "host_computer",
    "Artist": "author", "Author": "author", "Creator": "author", "CreationDate": "created_stated",
    "CreateDate": "created_stated", "DateTimeOriginal": "created_stated",
    "ModifyDate": "modified_stated", "OffsetTimeOriginal": "time_zone", "Title": "title",
    "Description": "description", "ImageDescription": "description", "Comment": "comment",
    "UserComment": "comment", "Orientation": "orientation", "DocumentID": "document_id",
    "LocationInformation": "place_name", "CameraSerialNumber": "device_serial",
}  # fmt: skip


def parse(source: FileIO, arguments: bytes) -> Iterable[bytes]:
    """The parser of its answer. InputError if that is none."""
    del arguments
    return frames(_findings(BufferedReader(source).read(LARGEST)))


def _findings(answer: bytes) -> Iterator[Finding]:
    try:
        (tags,) = json.loads(answer)
        found = dict(tags)
    except (ValueError, TypeError, RecursionError) as error:
        raise InputError("ExifTool did not answer as it should") from error
    for key, value in islice(found.items(), MOST):
        group, _, tag = key.partition(":")
        unset = str(value).startswith(_NEVER)
        if key == _POSITION:
            yield from stated(0, "gps_position", str(value).replace("+", ""), f"ExifTool {key}")
        elif (
            group not in _ITS_OWN
            and not unset
            and (name := _NAMES.get(tag) or meaning(f"{group}.{tag}"))
        ):
            yield from stated(0, name, str(value), f"ExifTool {key}")
