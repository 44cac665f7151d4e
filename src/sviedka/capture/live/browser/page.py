"""One page in the browser: its events, and calls that do not wait for ever."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from sviedka.capture.live.browser import messages as say
from sviedka.capture.live.browser.messages import read
from sviedka.capture.live.browser.pipe import Message

if TYPE_CHECKING:
    from collections.abc import Callable

    import msgspec

    from sviedka.capture.live.browser.faults import Fault, Faults
    from sviedka.capture.live.browser.limits import Limits
    from sviedka.capture.live.browser.pipe import Pipe
    from sviedka.capture.live.browser.serving import Serving

LANGUAGES: Final = "be,ru,en"
"""What a page is asked for first; the same for everyone who captures."""
_EVERYTHING: Final = {"patterns": [{"urlPattern": "*", "requestStage": "Request"}]}
_FOLLOWED: Final = {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": True}
_BACKGROUND: Final = frozenset({"service_worker", "shared_worker"})
_AT_ONCE: Final = 10.0
"""Seconds for a call that an empty page answers at once."""


class CallError(Exception):
    """The browser refused a call, or did not answer in time (``slow``)."""

    def __init__(self, what: str, *, slow: bool = False) -> None:
        super().__init__(what)
        self.slow = slow


class CrashedError(Exception):
    """The page's process ended."""


class Page:
    """A page that is empty yet. Every method raises BrowserGoneError and CrashedError."""

    def __init__(self, pipe: Pipe, serving: Serving, faults: Faults, limits: Limits) -> None:
        self._pipe, self._serving, self._faults, self._limits = pipe, serving, faults, limits
        self._answers: dict[int, Message | None] = {}
        self._dialogs = self._documents = 0
        self.loaded = False
        """Whether the page was loaded since ``navigate``, or its loading given up."""
        self._session = ""
        self._handlers: dict[str, Callable[[Message], None]] = {
            "Fetch.requestPaused": self._paused,
            "Inspector.targetCrashed": self._crashed,
            "Network.webSocketCreated": self._socket,
            "Network.webTransportCreated": self._socket,
            "Page.frameStoppedLoading": self._stopped,
            "Page.javascriptDialogOpening": self._dialog,
            "Page.windowOpen": self._window,
            "Target.attachedToTarget": self._attached,
            "Target.targetCreated": self._discovered,
        }
        self.target = ""

    def open(self, viewport: tuple[int, int], agent: str) -> None:
        """Make the page, empty, with everything that it asks for led to us."""
        width, height = viewport
        self.call("Browser.setDownloadBehavior", {"behavior": "deny"}, "")
        made = self.call("Target.createTarget", {"url": "about:blank"}, "")
        self.target = read(made, say.Created).target_id
        link = {"targetId": self.target, "flatten": True}
        self._session = read(self.call("Target.attachToTarget", link, ""), say.Session).session_id
        for method, params in (
            ("Fetch.enable", _EVERYTHING),
            ("Network.enable", {"maxTotalBufferSize": 0, "maxResourceBufferSize": 0}),
            ("Network.setBypassServiceWorker", {"bypass": True}),
            ("Network.setUserAgentOverride", {"userAgent": agent, "acceptLanguage": LANGUAGES}),
            ("Page.enable", {}),
            ("Inspector.enable", {}),
            ("Target.setAutoAttach", _FOLLOWED),
            (
                "Emulation.setDeviceMetricsOverride",
                {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False},
            ),
        ):
            self.call(method, params)
        self.call("Target.setDiscoverTargets", {"discover": True}, "")

    def call(
        self,
        method: str,
        params: dict[str, Any] | None = None,
        session: str | None = None,
        seconds: float = _AT_ONCE,
    ) -> msgspec.Raw:
        """Call and wait for the answer, serving the page meanwhile; CallError."""
        number = self.begin(method, params, session)
        until = time.monotonic() + seconds
        while not self.ended(number):
            dropped = self._pipe.dropped
            if time.monotonic() >= until:
                del self._answers[number]
                raise CallError(f"no answer to {method}", slow=True)
            self.turn(until)
            if self._pipe.dropped > dropped and not self.ended(number):
                del self._answers[number]
                raise CallError(f"the answer to {method} is too long")
        answer = self._answers.pop(number) or Message()
        if answer.error:
            raise CallError(f"{method}: {answer.error.message}")
        return answer.result

    def begin(
        self, method: str, params: dict[str, Any] | None = None, session: str | None = None
    ) -> int:
        """Call and do not wait; ``ended`` with the number given says when it is answered."""
        number = self._pipe.send(method, params, self._session if session is None else session)
        self._answers[number] = None
        return number

    def ended(self, number: int) -> bool:
        """Whether a call was answered."""
        return self._answers[number] is not None

    def forget(self, number: int) -> None:
        """Of a call that was begun no answer is wanted any more."""
        self._answers.pop(number, None)

    def turn(self, until: float) -> None:
        """Handle the next event, or what was fetched; back at ``until`` at the latest."""
        message = self._pipe.receive(until)
        self._serving.hand_over(self._pipe)
        if message is None:
            return
        if message.id in self._answers:
            self._answers[message.id] = message
        elif message.method in self._handlers:
            self._handlers[message.method](message)

    def navigate(self, url: str, seconds: float) -> str:
        """Go to ``url``; why that is not possible, or "" if it was. CallError."""
        self.loaded = False
        moved = read(self.call("Page.navigate", {"url": url}, seconds=seconds), say.Navigated)
        return "a file, not a page" if moved.is_download else moved.error_text

    def stop_scripts(self) -> None:
        """End what runs now and let nothing run again."""
        disabled = {"value": True}
        self._pipe.send("Emulation.setScriptExecutionDisabled", disabled, self._session)
        self._pipe.send("Runtime.terminateExecution", {}, self._session)

    def where(self, seconds: float) -> say.Shown:
        """Address and title, by the browser's word and not the page's. CallError."""
        found = read(self.call("Page.getNavigationHistory", seconds=seconds), say.History)
        if not 0 <= found.current_index < len(found.entries):
            raise CallError("the page has no address")
        return found.entries[found.current_index]

    def _paused(self, message: Message) -> None:
        paused = read(message.params, say.Paused)
        main = (
            paused.resource_type == "Document"
            and message.session == self._session
            and paused.frame_id == self.target
        )
        if main and not paused.redirected_request_id:
            self._documents += 1
            if self._documents > 1 + self._limits.navigations:
                self._faults.note("navigation", f"led on to {paused.request.url}: not followed")
                self._serving.fail(self._pipe, message.session, paused, "Aborted")
                return
        self._serving.take(self._pipe, message.session, paused, main=main)

    def _attached(self, message: Message) -> None:
        attached = read(message.params, say.Attached)
        session, info = attached.session_id, attached.target_info
        if info.type in _BACKGROUND:
            self._close(info, "worker")
            return
        for method, params in (
            ("Fetch.enable", _EVERYTHING),
            ("Network.enable", {"maxTotalBufferSize": 0, "maxResourceBufferSize": 0}),
            ("Target.setAutoAttach", _FOLLOWED),
            ("Runtime.runIfWaitingForDebugger", {}),
        ):
            self._pipe.send(method, params, session)

    def _discovered(self, message: Message) -> None:
        info = read(message.params, say.Discovered).target_info
        if info.type in _BACKGROUND:
            self._close(info, "worker")
        elif info.opener_id:
            self._close(info, "window")

    def _close(self, info: say.Target, fault: Fault) -> None:
        self._faults.note(fault, info.url)
        self._pipe.send("Target.closeTarget", {"targetId": info.target_id})

    def _dialog(self, message: Message) -> None:
        dialog = read(message.params, say.Dialog)
        leaving = dialog.type == "beforeunload"
        self._pipe.send("Page.handleJavaScriptDialog", {"accept": leaving}, message.session)
        if leaving:
            return
        self._dialogs += 1
        self._faults.note("dialog", f"{dialog.type}: {dialog.message}")
        if self._dialogs > self._limits.dialogs:
            self._faults.note("script", "dialogs without end: scripts were stopped")
            self.stop_scripts()

    def _socket(self, message: Message) -> None:
        self._faults.note("socket", read(message.params, say.Opened).url)

    def _window(self, message: Message) -> None:
        self._faults.note("window", read(message.params, say.Opened).url)

    def _stopped(self, message: Message) -> None:
        self.loaded = self.loaded or read(message.params, say.Frame).frame_id == self.target

    def _crashed(self, message: Message) -> None:
        if message.session == self._session:
            raise CrashedError("the page's process ended")
