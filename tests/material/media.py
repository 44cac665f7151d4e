"""The media of one exported chat: real files under Telegram Desktop's names, or its excuses.

Names follow ``export/data/export_data_types.cpp``; every path is relative to ``result.json``.
"""

from __future__ import annotations

from functools import cache
from time import gmtime, strftime
from typing import TYPE_CHECKING

from tests.material.canvas import DAY
from tests.material.picture import picture, webp
from tests.material.sound import voice
from tests.material.video import HEIGHT, RECUTS, TINTS, WIDTH, video

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

    from tests.material.tdesktop import Fields

NOT_INCLUDED = "(File not included. Change data exporting settings to download.)"
UNAVAILABLE = "(File unavailable, please try again later)"
TOO_LARGE = "(File exceeds maximum size. Change data exporting settings to download.)"
ZONE = 3 * 3600  # the exporter's clock: Minsk

_EXCUSES = (NOT_INCLUDED, NOT_INCLUDED, NOT_INCLUDED, UNAVAILABLE, TOO_LARGE)

picture = cache(picture)
video = cache(video)


class Media:
    """Gives messages their media fields, writing at most ``budget`` files for it."""

    def __init__(self, root: Path, folder: str, rng: Random, budget: int) -> None:
        self._root = root
        self._folder = folder
        self._rng = rng
        self.budget = budget
        self._counts: dict[str, int] = {}
        self._photos: list[Fields] = []

    def _name(self, kind: str, suffix: str, unixtime: int) -> str:
        self._counts[kind] = self._counts.get(kind, 0) + 1
        stamp = strftime("%d-%m-%Y_%H-%M-%S", gmtime(unixtime + ZONE))
        return f"{kind}_{self._counts[kind]}@{stamp}{suffix}"

    def _save(self, relative: str, content: bytes) -> str:
        path = self._root / self._folder / relative
        stem, dot, suffix = relative.partition(".")
        attempt = 0
        while path.exists():  # as Telegram Desktop does when two documents bear one name
            attempt += 1
            path = self._root / self._folder / f"{stem} ({attempt}){dot}{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self.budget -= 1
        return path.relative_to(self._root).as_posix()

    def _excuse(self) -> str:
        return self._rng.choice(_EXCUSES)

    def photo(self, unixtime: int) -> Fields:
        """A photo; now and then one that stood in this chat before, under the same path."""
        if self._photos and self._rng.random() < 0.1:
            return self._photos[-1]
        name = self._name("photo", ".jpg", unixtime)
        size = {"width": 320, "height": 240}
        if self.budget < 1:
            return {"photo": self._excuse(), "photo_file_size": 81_234, **size}
        content = picture(self._rng.randrange(40))
        path = self._save(f"photos/{name}", content)
        self._photos.append({"photo": path, "photo_file_size": len(content), **size})
        return self._photos[-1]

    def clip(self, unixtime: int, seed: int | None = None, variant: str = "") -> Fields:
        """A video file with its thumbnail; by default a random clip, half the time recut."""
        rng = self._rng
        name = self._name("video", ".mp4", unixtime)
        about: Fields = {"media_type": "video_file", "mime_type": "video/mp4"}
        size = {"duration_seconds": 3, "width": WIDTH, "height": HEIGHT}
        if self.budget < 1:
            gone = {"file_name": "IMG_0017.MP4", "file_size": 2_400_017}
            return {"file": self._excuse(), **gone, **about, **size}
        recut = rng.choice([*RECUTS, *TINTS]) if rng.random() < 0.5 else "plain"
        seed = rng.randrange(12) if seed is None else seed
        content = video(seed, variant or recut)
        file = self._save(f"video_files/{name}", content)
        thumb = picture(seed, ".jpg", 160, 120)
        return {
            "file": file,
            "file_name": f"VID_{seed:04d}.mp4",
            "file_size": len(content),
            "thumbnail": self._save(f"video_files/{name}_thumb.jpg", thumb),
            "thumbnail_file_size": len(thumb),
            **about,
            **size,
        }

    def voice(self, unixtime: int) -> Fields:
        """A voice message of a few seconds of silence."""
        seconds = self._rng.randrange(1, 5)
        name = self._name("audio", ".ogg", unixtime)
        content = voice(self._rng.randrange(2**31), seconds)
        path = self._save(f"voice_messages/{name}", content) if self.budget > 0 else self._excuse()
        return {
            "file": path,
            "file_size": len(content),
            "media_type": "voice_message",
            "mime_type": "audio/ogg",
            "duration_seconds": seconds,
        }

    def document(self, _unixtime: int) -> Fields:
        """A text under its sender's name for it; names recur, so ``name (1).txt`` occurs."""
        name = self._rng.choice(("спіс.txt", "Заява ў суд.txt", "list.2021.txt", "й ў ё.txt"))
        content = f"{name}: {self._rng.randrange(10**9)}\n".encode()
        path = self._save(f"files/{name}", content) if self.budget > 0 else self._excuse()
        return {
            "file": path,
            "file_name": name,
            "file_size": len(content),
            "mime_type": "text/plain",
        }

    def sticker(self, _unixtime: int) -> Fields:
        """A sticker; its file is called ``sticker.webp`` as most are."""
        content = webp(self._rng.choice(DAY))
        path = self._save("stickers/sticker.webp", content) if self.budget > 0 else self._excuse()
        return {
            "file": path,
            "file_name": "sticker.webp",
            "file_size": len(content),
            "media_type": "sticker",
            "sticker_emoji": "🕊",
            "mime_type": "image/webp",
            "width": 512,
            "height": 512,
        }
