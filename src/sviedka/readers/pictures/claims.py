"""What a C2PA manifest claims: programs, actions, ingredients, authors, and who signed it when."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from sviedka.readers.facts import stated
from sviedka.readers.pictures.position import position
from sviedka.readers.pictures.tags import meaning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.readers.findings import Finding

    Manifest = dict[str, Any]

_MOST: Final = 100
"""Actions, assertions, ingredients and properties of each that are stated."""
_SIGNED: Final = {
    "common_name": "c2pa_signer", "issuer": "c2pa_signer", "time": "c2pa_signed_stated",
}  # fmt: skip


def claims(manifest: Manifest) -> Iterator[Finding]:
    """The facts of one manifest, as c2pa-rs gives it in JSON."""
    generators = manifest.get("claim_generator_info") or []
    named = [f"{each.get('name', '')} {each.get('version', '')}" for each in generators]
    for program in named or [manifest.get("claim_generator") or ""]:
        yield from stated(0, "c2pa_generator", str(program), "claim_generator")
    yield from stated(0, "title", str(manifest.get("title") or ""), "dc:title")
    signature = manifest.get("signature_info") or {}
    for key, name in _SIGNED.items():
        yield from stated(0, name, str(signature.get(key) or ""), f"signature {key}")
    for ingredient in islice(manifest.get("ingredients") or (), _MOST):
        relation = f"ingredient, {ingredient.get('relationship', '')}"
        yield from stated(0, "derived_from", str(ingredient.get("title") or ""), relation)
    for assertion in islice(manifest.get("assertions") or (), _MOST):
        label = str(assertion.get("label", ""))
        yield from stated(0, "c2pa_assertion", label, "assertions")
        data = assertion.get("data")
        if isinstance(data, dict):
            yield from _actions(label, data)
            yield from _authors(label, data)
            yield from _metadata(label, data)


def _actions(label: str, data: Manifest) -> Iterator[Finding]:
    for action in islice(_dicts(data.get("actions")), _MOST):
        agent = action.get("softwareAgent") or ""
        if isinstance(agent, dict):
            agent = f"{agent.get('name', '')} {agent.get('version', '')}"
        yield from stated(0, "c2pa_action", str(action.get("action", "")), label)
        yield from stated(0, "software", str(agent), f"{label}, softwareAgent")
        yield from stated(0, "created_stated", str(action.get("when") or ""), f"{label}, when")


def _authors(label: str, data: Manifest) -> Iterator[Finding]:
    """Of schema.org's CreativeWork."""
    for author in islice(_dicts(data.get("author")), _MOST):
        for key in ("name", "identifier", "@id"):
            yield from stated(0, "author", str(author.get(key) or ""), f"{label}, author {key}")


def _metadata(label: str, data: Manifest) -> Iterator[Finding]:
    """EXIF, IPTC and XMP repeated as JSON-LD: ``exif:GPSLatitude``."""
    tags = {f"Xmp.{key.replace(':', '.', 1)}": str(value) for key, value in data.items()}
    for tag, value in islice(tags.items(), _MOST):
        if name := meaning(tag):
            yield from stated(0, name, value, f"{label}, {tag}")
    yield from stated(0, "gps_position", position(tags), label)


def _dicts(value: object) -> Iterator[Manifest]:
    """The objects of a list, or the object itself."""
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, dict):
            yield each
