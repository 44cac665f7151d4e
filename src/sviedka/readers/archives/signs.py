"""By what archives of files are told from other files."""

from __future__ import annotations

from typing import Final

from sviedka.readers.signs import begins, both, called, either

ZIP: Final = begins(b"PK\3\4", b"PK\5\6")
"""To be tried after all formats that are a ZIP underneath."""
PROGRAM: Final = both(begins(b"MZ"), called(".exe"))
"""A program for Windows, behind which an archive may stand."""
TAR: Final = either(begins(b"ustar", at=257), called(".tar"))
COMPRESSED: Final = either(
    begins(b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ\0"),
    both(begins(b"\x5d\0\0"), called(".lzma", ".tlz")),
)
SEVEN_ZIP: Final = begins(b"7z\xbc\xaf\x27\x1c")
RAR: Final = begins(b"Rar!\x1a\x07")
CAB: Final = begins(b"MSCF\0\0\0\0")
