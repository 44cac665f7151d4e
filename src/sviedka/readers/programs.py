"""The programs that take part in reading: what others have written for formats of their own."""

from __future__ import annotations

from typing import Final

from sviedka.readers.archives.sevenzip import LONGEST_LIST
from sviedka.sandbox.programs import FILE, SPACE, Program

LARGEST_MAIL: Final = 2 << 30
"""Bytes of mail that can be taken out of one file of Outlook's: they wait in memory."""

SEVEN_ZIP: Final = Program(
    names=("7zz", "7z", "7za"),
    package="7zip or p7zip-full",
    # With an empty password, so that it asks for none; the length of the list first, since it may
    # hold anything. The reader is ``archives.sevenzip``.
    script=f"""
        "$1" l -slt -p -sccUTF-8 {FILE} > list 2>&1
        wc -c < list && cat list && exec "$1" x -so -p -bd {FILE}
    """,
    space=LONGEST_LIST,
)

READPST: Final = Program(
    names=("readpst",),
    package="pst-utils",
    # A mail box for each folder of Outlook's (PST, OST), with what was deleted and is still there.
    # The reader is ``archives.tar``.
    script=f"""
        "$1" -q -D -8 -r -o {SPACE} {FILE} >&2; status=$?
        tar -c --format=pax -C {SPACE} . && exit $status
    """,
    space=LARGEST_MAIL,
)

EXIFTOOL: Final = Program(
    names=("exiftool",),
    package="libimage-exiftool-perl",
    # Positions in degrees; values as people read them. The reader is ``pictures.exiftool``.
    script=f"""
        exec "$1" -config /dev/null -json -G1 -c '%+.6f' -api LargeFileSupport=1 {FILE}
    """,
    space=1 << 20,
)
