"""``README.html``: what a bundle proves and what it does not, for people, in three languages.

The texts are ``page.<language>.toml`` beside this file. Nothing on the page is evidence.
"""

from __future__ import annotations

import html
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.keep.bundle.cosigned import Cosignature

LANGUAGES: Final = ("en", "ru", "be")
_HEAD: Final = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>Proof of a record</title>
<style>
body { font: 16px/1.5 Georgia, serif; max-width: 44em; margin: 2em auto; padding: 0 1em;
       color: #111; background: #fff }
section { border-top: 1px solid #999; margin-top: 3em }
table { border-collapse: collapse; width: 100% }
th, td { border: 1px solid #ccc; padding: .3em .6em; text-align: left; vertical-align: top }
th { width: 11em; font-weight: normal; background: #f4f4f4 }
td, pre { font: 13px/1.4 monospace; overflow-wrap: anywhere }
pre { background: #f4f4f4; padding: .8em; white-space: pre-wrap }
@media print { section { break-before: page } section:first-of-type { break-before: auto } }
</style>
"""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the page tells of a bundle; what stands in its files, but for the days of the entry."""

    archive: str
    log: str
    device: str
    position: int
    size: int
    root: str
    record: str
    kind: str
    original: str
    sha256: str
    length: int
    day: str
    """On which it was entered, by the ledger's calendar."""
    cosignatures: tuple[Cosignature, ...]
    stamps: tuple[str, ...]
    """Of each time stamp whose it is and what time it states, or its file."""
    promises: tuple[str, ...]
    """Files of OpenTimestamps, which show something only to those who have the block's header."""


def page(facts: Facts) -> bytes:
    """The page as HTML without scripts and without anything from elsewhere."""
    texts = {language: _texts(language) for language in LANGUAGES}
    links = " · ".join(f'<a href="#{each}">{texts[each]["language"]}</a>' for each in LANGUAGES)
    sections = "".join(
        line + "\n" for each in LANGUAGES for line in _section(each, texts[each], facts)
    )
    return f"{_HEAD}<p>{links}</p>\n{sections}".encode()


def _texts(language: str) -> dict[str, Any]:
    path = Path(__file__).with_name(f"page.{language}.toml")
    return tomllib.loads(path.read_text("utf-8"))


def _section(language: str, text: dict[str, Any], facts: Facts) -> Iterator[str]:
    yield f'<section id="{language}" lang="{language}">'
    yield f"<h1>{text['title']}</h1>"
    yield f"<p>{text['what']}</p>"
    yield from _list(text["proves_heading"], _proved(text, facts))
    unseen = [] if facts.cosignatures or facts.stamps else [text["proves_not_seen"]]
    yield from _list(text["proves_not_heading"], unseen + text["proves_not"])
    yield f"<h2>{text['check_heading']}</h2>"
    yield f"<p>{text['check']}</p>"
    yield f"<pre>{html.escape(_commands(facts))}</pre>"
    yield f"<h2>{text['facts_heading']}</h2>"
    yield "<table>"
    for label, value in _rows(text, facts):
        yield f"<tr><th>{text['labels'][label]}</th><td>{html.escape(value)}</td></tr>"
    yield "</table>"
    yield "</section>"


def _list(heading: str, points: list[str]) -> Iterator[str]:
    yield f"<h2>{heading}</h2>"
    yield "<ul>"
    yield from (f"<li>{point}</li>" for point in points)
    yield "</ul>"


def _proved(text: dict[str, Any], facts: Facts) -> list[str]:
    proved = ["proves_original"] if facts.original else []
    proved += ["proves_record", "proves_entry"]
    proved += ["proves_cosigned"] if facts.cosignatures else []
    proved += ["proves_stamped"] if facts.stamps else []
    return [text[each] for each in proved]


def _commands(facts: Facts) -> str:
    file = facts.original or "record.json"
    return (
        f"sha256sum '{file}'\n"
        "openssl version\n"
        f"python3 verify.py --archive {facts.archive} --log {facts.log}"
    )


def _rows(text: dict[str, Any], facts: Facts) -> Iterator[tuple[str, str]]:
    if facts.original:
        yield "original", facts.original
        yield "sha256", facts.sha256
        yield "size", str(facts.length)
    yield "record", facts.record
    yield "kind", facts.kind
    if facts.day:
        yield "recorded", text["recorded"].format(facts.day)
    yield "entry", str(facts.position)
    yield "device", facts.device
    yield "archive", facts.archive
    yield "log", facts.log
    yield "head", f"{facts.size} {facts.root}"
    for each in facts.cosignatures:
        seen = datetime.fromtimestamp(each.time, UTC).strftime("%Y-%m-%d %H:%M UTC")
        yield "witness", f"{each.witness} {seen}"
    for stamp in facts.stamps + facts.promises:
        yield "stamp", stamp
