"""By what pictures are told from other files."""

from __future__ import annotations

from typing import Final

from sviedka.readers.signs import begins, both, called, either

HEIF: Final = both(
    begins(b"ftyp", at=4),
    begins(b"heic", b"heix", b"heim", b"heis", b"mif1", b"avif", b"avis", b"jxl ", at=8),
)
"""The family of HEIF, whose other members are movies (ISO/IEC 23008-12, 10.2)."""
PICTURE: Final = either(
    begins(b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a"),
    begins(b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"),
    both(begins(b"RIFF"), begins(b"WEBP", at=8)),
    both(begins(b"BM"), called(".bmp", ".dib")),
    HEIF,
)
