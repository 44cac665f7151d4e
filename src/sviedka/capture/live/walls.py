"""Login walls: pages that show a way in instead of what was asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from sviedka.capture.live.parsing import Page

Wall = Literal["status", "redirect", "form"]

_DENIED: Final = frozenset({401, 403, 407, 511})
"""RFC 9110, §15.5: not without credentials; RFC 6585, §6: not on this network."""
_HOST: Final = re.compile(r"(?:login|signin|auth|sso|passport|id|accounts?)\.")
_PATH: Final = re.compile(
    r"/(?:(?:wp-)?log-?in|sign-?in|log-?on|auth(?:entication|orize)?|checkpoint|sso|uvachod|vhod)(?:[/._-]|$)",
    re.IGNORECASE,
)
_FEW: Final = 800
"""Letters outside forms, under which a page that asks for a password says little else."""


def wall(asked: str, final: str, status: int, page: Page | None) -> Wall | None:
    """How a page shows that it is a login wall; None if it does not.

    ``asked`` is the URL that was wanted: who asks for a login page gets one.
    """
    if status in _DENIED:
        return "status"
    if _is_login(final) and not _is_login(asked):
        return "redirect"
    if page is not None and page.asks_password and page.letters < _FEW and not _is_login(asked):
        return "form"
    return None


def _is_login(url: str) -> bool:
    parts = urlsplit(url)
    return bool(_HOST.match(parts.netloc.lower()) or _PATH.search(parts.path))
