"""By what sound and moving pictures are told from other files."""

from __future__ import annotations

from typing import Final

from sviedka.readers.signs import begins, both, called, either

MOVIE: Final = either(
    begins(b"ftyp", at=4),
    both(
        begins(b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", at=4),
        called(".mov", ".mp4", ".m4v", ".m4a", ".qt", ".3gp", ".3g2"),
    ),
)
MATROSKA: Final = begins(b"\x1aE\xdf\xa3")
SOUND: Final = either(
    begins(b"OggS", b"fLaC", b"ID3\2", b"ID3\3", b"ID3\4"),
    both(begins(b"RIFF", b"RF64"), begins(b"WAVE", b"AVI ", at=8)),
    both(begins(b"\xff\xfb", b"\xff\xfa", b"\xff\xf3", b"\xff\xf2"), called(".mp3", ".mpga")),
)
