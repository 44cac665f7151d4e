"""Content credentials: integrity and trust are told apart, and nothing is asked of the network."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.material.picture import picture
from tests.material.signed import SIGNER, authority
from tests.readers.found import facts, found, parsed, parts, revealing, troubles

PUBLISHED = Path(__file__).parents[4] / "shared" / "data" / "c2pa"
VERDICTS = {"A.jpg": "none", "C.jpg": "valid", "CA.jpg": "valid", "XCA.jpg": "altered"}


@pytest.fixture(scope="module")
def ours():
    return authority()


def verdict(content: bytes, anchors: str = "") -> tuple[object, object]:
    stated = facts(parsed("picture", content, anchors.encode()))
    return stated["c2pa_integrity"][0], stated.get("c2pa_trust", [None])[0]


@pytest.mark.skipif(not PUBLISHED.is_dir(), reason="the published pictures are not here")
@pytest.mark.parametrize("name", sorted(VERDICTS))
def test_the_published_verdicts(name):
    findings = found((PUBLISHED / name).read_bytes(), name)
    stated = facts(findings)
    assert stated["c2pa_integrity"] == [VERDICTS[name]]
    assert stated.get("c2pa_trust", ["unknown"]) == ["unknown"]
    if VERDICTS[name] == "altered":
        assert stated["c2pa_problem"] == ["assertion.dataHash.mismatch"]


@pytest.mark.parametrize(("suffix", "kind"), [(".jpg", "image/jpeg"), (".png", "image/png")])
def test_a_sound_picture_is_trusted_only_by_a_list_that_has_its_authority(ours, suffix, kind):
    signed = ours.sign(picture(3, suffix), kind)
    assert verdict(signed) == ("valid", "unknown")
    assert verdict(signed, ours.root) == ("valid", "trusted")
    assert verdict(signed, authority().root) == ("valid", "untrusted")


@pytest.mark.parametrize("anchored", [False, True])
def test_an_altered_picture_is_altered_whoever_signed_it(ours, anchored):
    signed = ours.sign(picture(3))
    at = len(signed) - 300
    altered = signed[:at] + bytes([signed[at] ^ 1]) + signed[at + 1 :]
    assert verdict(altered, ours.root if anchored else "")[0] == "altered"


def test_an_altered_claim_is_altered(ours):
    signed = ours.sign(picture(3), title="Before")
    assert verdict(signed.replace(b"Before", b"Behind"))[0] == "altered"


def test_what_is_claimed_and_by_whom(ours):
    work = {
        "label": "stds.schema-org.CreativeWork",
        "data": {"@type": "CreativeWork", "author": [{"@type": "Person", "name": "P. Pryklad"}]},
    }
    findings = parsed("picture", ours.sign(picture(3), title="Назва", assertions=[
        work, {"label": "c2pa.actions", "data": {"actions": [
            {"action": "c2pa.created", "softwareAgent": "Pryklad 2",
             "digitalSourceType":
             "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"}]}},
    ]))  # fmt: skip
    stated = facts(findings)
    assert stated["title"] == ["Назва"]
    assert stated["author"] == ["P. Pryklad"]
    assert stated["c2pa_generator"] == ["pryklad 1"]
    assert stated["c2pa_action"] == ["c2pa.created"]
    assert "Pryklad 2" in stated["software"]
    assert SIGNER in stated["c2pa_signer"]
    assert {"author", "c2pa_signer"} <= revealing(findings)


def test_thumbnails_of_ingredients_are_parts():
    if not PUBLISHED.is_dir():
        pytest.skip("the published pictures are not here")
    held = parts(found((PUBLISHED / "CA.jpg").read_bytes(), "CA.jpg"))
    assert held[b"thumbnail"].startswith(b"\xff\xd8\xff")


def test_a_torn_manifest_is_unverified(ours):
    signed = bytearray(ours.sign(picture(3)))
    at = signed.index(b"c2cl")
    signed[at - 4 : at + 40] = bytes(44)
    findings = parsed("picture", bytes(signed))
    assert facts(findings)["c2pa_integrity"][0] in {"unverified", "altered"}
    assert facts(findings)["width"] == [320]


def test_a_manifest_elsewhere_is_named_and_not_fetched():
    import pyexiv2  # noqa: PLC0415 (only here)

    image = pyexiv2.ImageData(picture(3))
    image.modify_xmp({"Xmp.dcterms.provenance": "https://example.org/manifest.c2pa"})
    findings = parsed("picture", image.get_bytes())
    assert facts(findings)["c2pa_remote"] == ["https://example.org/manifest.c2pa"]
    assert facts(findings)["c2pa_integrity"] == ["none"]
    assert not troubles(findings)
