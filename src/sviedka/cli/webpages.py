"""Resources of web archives: as rows for programs, as lines for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sviedka.cli import words

if TYPE_CHECKING:
    from datetime import tzinfo

    from sviedka.capture.web.resources import Found


def row(found: Found) -> dict[str, Any]:
    """A resource for a program; bytes that are no UTF-8 as escapes."""
    return {
        "id": found.record.hex(),
        "item": found.item.hex(),
        "number": found.number,
        "page": found.page,
        "size": found.size,
        "sort": found.sort,
        "status": found.status,
        "time": found.time or None,
        "title": found.title.decode("utf-8", "backslashreplace"),
        "type": found.type,
        "url": found.url.decode("utf-8", "backslashreplace"),
        "verdict": found.verdict,
    }


def line(said: dict[str, Any], here: tzinfo) -> str:
    """A resource for a person, among other facts of its item."""
    time = f" of {words.moment(said['time'], here)}" if said["time"] else ""
    name = words.beginning(said["title"] or said["url"], 60)
    return f"{name}{time}: sviedka show {said['id'][:12]}"


def cells(said: dict[str, Any], here: tzinfo) -> tuple[str, ...]:
    """A resource for a person, as the cells of a list."""
    title = f" ({words.beginning(said['title'], 60)})" if said["title"] else ""
    return (
        said["id"][:12],
        words.moment(said["time"], here) if said["time"] else "-",
        said["sort"] if said["sort"] == "revisit" else str(said["status"] or "-"),
        words.plain(said["type"])[:30] or "-",
        words.size(said["size"]),
        "DIFFERS" if said["verdict"] == "differs" else "",
        words.plain(said["url"]) + title,
    )
