"""How the stamps of an archive stand, as ``sviedka status`` tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sviedka.cli import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.keep.archive import Archive


def stamped(archive: Archive) -> dict[str, Any]:
    """The newest stamped head, who stamped it when, what failed, what waits, what is due."""
    from sviedka.keep.stamps.standing import is_due, standing

    found = standing(archive)
    return {
        "authorities": found.authorities,
        "by": [{"name": name, "time": int(when.timestamp())} for name, when in found.by],
        "due": f"{found.due:%Y-%m-%d}" if found.due else None,
        "failed": [
            {"name": each.authority, "size": each.size, "time": each.time, "why": each.why}
            for each in found.failures
        ],
        "is_due": is_due(found, archive.now()),
        "lacking": found.lacking if found.size else 0,
        "pending": list(found.pending),
        "size": found.size,
        "unstamped": found.unstamped,
    }


def lines(stamps: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The same for people: what stands, then what does not."""
    if not stamps["size"]:
        asked = "no head is stamped yet (sviedka stamp)"
        none = "no authority is asked (sviedka stamp authority add)"
        yield "Stamps", asked if stamps["authorities"] else none
    else:
        size, rest = words.count(stamps["size"], "entry"), words.count(stamps["unstamped"], "entry")
        by = ", ".join(f"{each['name']} {words.moment(each['time'])} UTC" for each in stamps["by"])
        yield "Stamps", f"{size}, by {by or 'a calendar'}; not stamped: {rest}"
    if stamps["lacking"]:
        yield "", f"SHORT: two authorities should stamp a head; {2 - stamps['lacking']} did"
    for each in stamps["failed"]:
        when, why = words.moment(each["time"]), words.beginning(each["why"], 200)
        yield "", f"FAILED: {words.plain(each['name'])} at {when} UTC: {why}"
    if stamps["pending"]:
        heads = words.count(len(stamps["pending"]), "head")
        yield "", f"PENDING: a block is promised for {heads} (sviedka stamp upgrade)"
    if stamps["due"]:
        now = "DUE: stamps want renewing" if stamps["is_due"] else "to be renewed"
        yield "", f"{now} from {stamps['due']} on (sviedka stamp renew)"
