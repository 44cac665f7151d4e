"""What a picture shows, told by colours that were planted in the page."""

import io

from PIL import Image, ImageChops

NEAR = 12  # levels of each channel that drawing may differ by


def opened(png):
    return Image.open(io.BytesIO(png)).convert("RGB")


def area(png, colour):
    """How many pixels have this colour (``#rrggbb``)."""
    wanted = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    bands = [
        band.point([255 * (abs(level - value) <= NEAR) for level in range(256)])
        for band, value in zip(opened(png).split(), wanted, strict=True)
    ]
    both = ImageChops.darker(ImageChops.darker(bands[0], bands[1]), bands[2])
    return both.histogram()[255]
