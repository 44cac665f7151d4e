"""Content credentials (C2PA 2.2): what is claimed of a file's making, and whether it can be so.

Two questions stand apart. *Integrity*: is the file still what was signed? *Trust*: is the signer
on the list that was given? A sound file may be signed by anyone at all. Nothing is fetched.
"""

from __future__ import annotations

import io
import json
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Final

import c2pa

from sviedka.readers.facts import fact
from sviedka.readers.findings import Fault
from sviedka.readers.parts import inside
from sviedka.readers.pictures.claims import claims

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, BinaryIO

    from sviedka.readers.findings import Finding
    from sviedka.readers.outlet import Outlet

PLACE: Final = "C2PA"
SIGN: Final = b"jumb"
"""Stands in every file that carries a manifest: the box that holds it (ISO/IEC 19566-5)."""
_PROBLEMS: Final = 50
_THUMBNAILS: Final = 50
_OF_TRUST: Final = frozenset({"signingCredential.untrusted", "timeStamp.untrusted"})
_OF_CHANGE: Final = ("mismatch", ".missing", "additionalExclusionsPresent")
_TRUSTED: Final = "signingCredential.trusted"
_QUIET: Final = {"remote_manifest_fetch": False, "ocsp_fetch": False}
"""Settings of c2pa-rs ``verify``: nothing is asked of the network."""


def credentials(source: BinaryIO, kind: str, anchors: str, outlet: Outlet) -> Iterator[Finding]:
    """Facts of the active manifest of a file of the media type ``kind``, or "" if that is unknown.

    ``anchors`` are certificates in PEM, of those whose word is taken; "" if no list was given.
    """
    source.seek(0)
    try:
        reader = c2pa.Reader(kind or None, source, context=c2pa.Context(_settings(anchors)))
        report = json.loads(reader.json())
    except c2pa.C2paError.ManifestNotFound:
        yield fact(0, "c2pa_integrity", "none", PLACE)
        return
    except (c2pa.C2paError, ValueError, RecursionError) as error:
        yield fact(0, "c2pa_integrity", "unverified", PLACE)
        yield Fault(0, PLACE, "damaged", f"content credentials that cannot be read: {error}"[:500])
        return
    yield from _verdicts(report, known=bool(anchors))
    manifest = report["manifests"].get(report.get("active_manifest"), {})
    yield from claims(manifest)
    yield from _thumbnails(reader, manifest, outlet)


def _settings(anchors: str) -> c2pa.Settings:
    settings: dict[str, Any] = {"verify": {**_QUIET, "verify_trust": bool(anchors)}}
    if anchors:
        settings["trust"] = {"trust_anchors": anchors}
    return c2pa.Settings.from_dict(settings)


def _verdicts(report: dict[str, Any], *, known: bool) -> Iterator[Finding]:
    results = report.get("validation_results") or {}
    active = results.get("activeManifest") or {}
    codes = {sort: [each["code"] for each in active.get(sort) or ()] for sort in active}
    failures = [code for code in codes.get("failure", ()) if code not in _OF_TRUST]
    for delta in results.get("ingredientDeltas") or ():
        failures += [each["code"] for each in delta["validationDeltas"].get("failure") or ()]
    yield fact(0, "c2pa_integrity", _integrity(report, failures), PLACE)
    trust = "unknown"
    if known:
        trust = "trusted" if _TRUSTED in codes.get("success", ()) else "untrusted"
    yield fact(0, "c2pa_trust", trust, PLACE)
    for code in islice(dict.fromkeys(failures), _PROBLEMS):
        yield fact(0, "c2pa_problem", code, PLACE)


def _integrity(report: dict[str, Any], failures: list[str]) -> str:
    """``valid``; ``altered`` if something does not match what was signed; else ``unverified``."""
    if not failures:
        return "valid" if report.get("validation_state") in {"Valid", "Trusted"} else "unverified"
    altered = any(code.endswith(_OF_CHANGE) for code in failures)
    return "altered" if altered else "unverified"


def _thumbnails(reader: c2pa.Reader, manifest: dict[str, Any], outlet: Outlet) -> Iterator[Finding]:
    """Small pictures of the file when it was signed and of what it was made from, as parts."""
    for holder in islice((manifest, *(manifest.get("ingredients") or ())), _THUMBNAILS):
        small = holder.get("thumbnail") or {}
        out = io.BytesIO()
        with suppress(c2pa.C2paError):
            reader.resource_to_stream(str(small.get("identifier", "")), out)
        if content := out.getvalue():
            place = f"{PLACE}, thumbnail of {holder.get('title') or 'it'}"
            yield from inside(outlet, "thumbnail", place, [content], str(small.get("format", "")))
