"""A page as a browser shows it: Chromium that reaches nothing but what it is handed.

The browser has no network. Each of its requests comes to us through the debugging pipe, is made by
the function that the caller gives, and is answered from what that function returns; so what the
picture shows is what the archive of the visit holds, and a page is shown again years later from
that archive in the same way.
"""

from sviedka.capture.live.browser.chromium import find
from sviedka.capture.live.browser.limits import Limits
from sviedka.capture.live.browser.render import Rendered, render

__all__ = ["Limits", "Rendered", "find", "render"]
