"""BagIt 1.0 (RFC 8493): the payload is what every package holds, with manifests over all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sviedka.handover.package import beside

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sviedka.handover.package import Handover, Package, Written

PAYLOAD: Final = "data/"
_DECLARATION: Final = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


def write(handover: Handover, package: Package) -> None:
    """Write a bag. The proof bundles are its payload, for they are what is to be preserved."""
    payload: list[Written] = []
    given = []
    for each in handover.give(package, lambda piece: PAYLOAD + beside(piece)):
        payload += each.files
        given.append(each.custody)
    payload += [package.add(PAYLOAD + name, data) for name, data in handover.about(given).items()]
    tags = [
        package.add("bagit.txt", _DECLARATION),
        package.add("bag-info.txt", _info(handover, payload)),
        package.add("manifest-sha256.txt", _manifest((each.sha256, each) for each in payload)),
        package.add("manifest-sha512.txt", _manifest((each.sha512, each) for each in payload)),
    ]
    package.add("tagmanifest-sha256.txt", _manifest((each.sha256, each) for each in tags))
    package.add("tagmanifest-sha512.txt", _manifest((each.sha512, each) for each in tags))


def _info(handover: Handover, payload: list[Written]) -> bytes:
    """``bag-info.txt`` (RFC 8493 §2.2.2)."""
    size = sum(each.size for each in payload)
    said = {
        "Source-Organization": " ".join(handover.organization.split()),
        "External-Identifier": handover.archive,
        "Bagging-Date": handover.made[: len("2026-11-21")],
        "Payload-Oxum": f"{size}.{len(payload)}",
        "Bag-Software-Agent": handover.tool,
    }
    return "".join(f"{label}: {value}\n" for label, value in said.items() if value).encode()


def _manifest(files: Iterable[tuple[str, Written]]) -> bytes:
    """A manifest; names here hold none of the signs that would have to be encoded (§2.1.3)."""
    return "".join(f"{digest}  {each.name}\n" for digest, each in files).encode()
