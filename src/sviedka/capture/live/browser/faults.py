"""What did not go as a page had it, told once for each sort with a few examples."""

from __future__ import annotations

from typing import Final, Literal

Fault = Literal[
    "crashed",  # the browser, or the page in it, ended before its time
    "dialog",  # alert, confirm, prompt: dismissed
    "failed",  # a request without an answer
    "limit",  # a bound of this visit was reached
    "navigation",  # the page could not be opened, or led away once too often
    "no picture",
    "no text",
    "refused",  # a request that this capture does not make
    "script",  # a script that did not end: stopped
    "socket",  # a live connection (WebSocket, WebTransport): not made
    "unconfined",  # the browser ran with less around it than it could have
    "window",  # the page opened another: closed
    "worker",  # a background worker that was not run
]

_EXAMPLES: Final = 5
_LONGEST: Final = 300


class Faults:
    """Faults in the making. Text comes from pages: it is cut, and holds no control characters."""

    def __init__(self) -> None:
        self._found: dict[Fault, list[str]] = {}
        self._more: dict[Fault, int] = {}

    def note(self, fault: Fault, what: str = "") -> None:
        """Say that something happened; the same again, or one example too many, is only counted."""
        examples = self._found.setdefault(fault, [])
        shown = "".join(c if c.isprintable() else "\ufffd" for c in what[:_LONGEST])
        if shown in examples or len(examples) == _EXAMPLES:
            self._more[fault] = self._more.get(fault, 0) + 1
        else:
            examples.append(shown)

    def told(self) -> tuple[str, ...]:
        """Each as one line: ``refused: POST https://…``."""
        lines: list[str] = []
        for fault, examples in self._found.items():
            lines += [f"{fault}: {each}" if each else fault for each in examples]
            if more := self._more.get(fault):
                lines.append(f"{fault}: and {more} more times")
        return tuple(lines)
