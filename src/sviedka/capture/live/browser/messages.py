"""The parts of the protocol's messages that are read, by the names that the protocol has.

https://chromedevtools.github.io/devtools-protocol/tot/: domains Fetch, Page, Target, DOM, Network.
What the protocol gives in base64 is given as bytes.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

from sviedka.capture.live.browser.pipe import BrowserGoneError


class _Part(msgspec.Struct, rename="camel"):
    """Fields that are not named here are passed over."""


class PostData(_Part):
    """A piece of a request's body; without content for a file."""

    content: bytes = msgspec.field(default=b"", name="bytes")


class Asked(_Part):
    """Network.Request."""

    url: str
    method: str
    headers: dict[str, str] = {}
    has_post_data: bool = False
    post_data_entries: list[PostData] = []


class Paused(_Part):
    """Fetch.requestPaused."""

    request_id: str
    request: Asked
    frame_id: str = ""
    resource_type: str = ""
    redirected_request_id: str = ""


class Dialog(_Part):
    """Page.javascriptDialogOpening."""

    type: str = ""
    message: str = ""


class Target(_Part):
    """Target.TargetInfo."""

    target_id: str
    type: str
    title: str = ""
    url: str = ""
    opener_id: str = ""


class Attached(_Part):
    """Target.attachedToTarget."""

    session_id: str
    target_info: Target


class Discovered(_Part):
    """Target.targetCreated."""

    target_info: Target


class Shown(_Part):
    """Page.NavigationEntry."""

    url: str
    title: str


class History(_Part):
    """Page.getNavigationHistory."""

    current_index: int
    entries: list[Shown]


class Opened(_Part):
    """A URL: of a socket or a window that was to be opened."""

    url: str = ""


class Frame(_Part):
    """Page.frameStoppedLoading."""

    frame_id: str


class Version(_Part):
    """Browser.getVersion."""

    product: str


class Created(_Part):
    """Target.createTarget."""

    target_id: str


class Session(_Part):
    """Target.attachToTarget."""

    session_id: str


class Navigated(_Part):
    """Page.navigate."""

    frame_id: str
    error_text: str = ""
    is_download: bool = False


class World(_Part):
    """Page.createIsolatedWorld."""

    execution_context_id: int


class Remote(_Part):
    """Runtime.RemoteObject."""

    value: msgspec.Raw = msgspec.Raw(b"null")


class Evaluated(_Part):
    """Runtime.evaluate."""

    result: Remote


class Rectangle(_Part):
    """DOM.Rect."""

    width: float
    height: float


class Metrics(_Part):
    """Page.getLayoutMetrics."""

    css_content_size: Rectangle


class Node(_Part):
    """DOM.Node."""

    node_id: int


class Document(_Part):
    """DOM.getDocument."""

    root: Node


class Markup(_Part):
    """DOM.getOuterHTML."""

    outer_html: str = msgspec.field(name="outerHTML")


class Shot(_Part):
    """Page.captureScreenshot: the picture."""

    data: bytes


T = TypeVar("T")


def read(data: msgspec.Raw, kind: type[T]) -> T:
    """What a message holds; BrowserGoneError if it is not as the protocol says."""
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.MsgspecError as error:
        raise BrowserGoneError(f"the browser sent what is no {kind.__name__}") from error
