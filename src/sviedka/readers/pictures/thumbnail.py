"""The small picture that cameras put beside the large one, and whether it shows the same.

Programs that crop a picture or paint over it often leave the old small one: what was cut away is
in it still.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageChops, ImageStat

from sviedka.readers.facts import fact
from sviedka.readers.parts import inside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.readers.findings import Finding
    from sviedka.readers.outlet import Outlet

PLACE: Final = "Exif.Thumbnail"
_SIDE: Final = 16
_DIFFERENT: Final = 24.0  # of 255, the mean over all points: far above what compression does
_MOST: Final = 50_000_000  # pixels; at an eighth of the size, which JPEG gives cheaply, 0.2 s
_SMALL: Final = 1 << 20  # pixels of a thumbnail
_BAD: Final = (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError)


def thumbnail(large: Image.Image | None, content: bytes, outlet: Outlet) -> Iterator[Finding]:
    """The small picture as a part, and whether it differs; nothing if there is none."""
    if not content:
        return
    if large and large.format in {"JPEG", "MPO"} and _differs(large, content):
        yield fact(0, "thumbnail_differs", value=True, place=PLACE)
    yield from inside(outlet, "thumbnail.jpg", PLACE, [content], "image/jpeg")


def _differs(large: Image.Image, content: bytes) -> bool:
    """Whether the two do not show the same, as far as that can be told cheaply."""
    if large.width * large.height > _MOST:
        return False
    try:
        small = Image.open(io.BytesIO(content), formats=("JPEG",))
        if small.width * small.height > _SMALL:
            return False
        large.draft("L", (4 * _SIDE, 4 * _SIDE))
        seen = [_reduced(_within(each, large)) for each in (large, small)]
    except _BAD:
        return False
    return ImageStat.Stat(ImageChops.difference(*seen)).mean[0] > _DIFFERENT


def _within(image: Image.Image, shape: Image.Image) -> Image.Image:
    """Its middle, of the ratio of ``shape``: many cameras put black bars beside it."""
    width = min(image.width, round(image.height * shape.width / shape.height))
    height = min(image.height, round(image.width * shape.height / shape.width))
    left, top = (image.width - width) // 2, (image.height - height) // 2
    return image.crop((left, top, left + max(width, 1), top + max(height, 1)))


def _reduced(image: Image.Image) -> Image.Image:
    return image.convert("L").resize((_SIDE, _SIDE), Image.Resampling.BOX)
