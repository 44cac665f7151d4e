"""What a page looks like from top to bottom, and its text as scripts have made it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sviedka.capture.live.browser import messages as say
from sviedka.capture.live.browser.messages import read

if TYPE_CHECKING:
    from sviedka.capture.live.browser.faults import Faults
    from sviedka.capture.live.browser.limits import Limits
    from sviedka.capture.live.browser.page import Page


def markup(page: Page, limits: Limits) -> bytes:
    """The document as it stands, as HTML in UTF-8, by the browser's word; CallError."""
    root = read(page.call("DOM.getDocument", {"depth": 0}, seconds=limits.shot), say.Document).root
    whole = {"nodeId": root.node_id}
    text = read(page.call("DOM.getOuterHTML", whole, seconds=limits.shot), say.Markup).outer_html
    return text.encode("utf-8", "replace")


def picture(page: Page, viewport: tuple[int, int], limits: Limits, faults: Faults) -> bytes:
    """The whole page as PNG, as far as ``limits`` go; CallError."""
    size = read(page.call("Page.getLayoutMetrics", seconds=limits.shot), say.Metrics)
    width = max(viewport[0], math.ceil(size.css_content_size.width))
    height = max(viewport[1], math.ceil(size.css_content_size.height))
    if height > limits.height or width > limits.width:
        faults.note(
            "limit", f"a page of {width} x {height} pixels; the picture shows its beginning"
        )
    shot = {
        "format": "png",
        "captureBeyondViewport": True,
        "clip": {
            "x": 0, "y": 0, "scale": 1,
            "width": min(width, limits.width), "height": min(height, limits.height),
        },
    }  # fmt: skip
    return read(page.call("Page.captureScreenshot", shot, seconds=limits.shot), say.Shot).data
