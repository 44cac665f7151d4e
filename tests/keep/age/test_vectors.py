"""All the vectors of C2SP/CCTV ``age`` (their README tells the format), when they are at hand."""

import hashlib
import io
import zlib
from pathlib import Path

import pytest

from sviedka.errors import AccessError, FormatError, IntegrityError, SviedkaError
from sviedka.keep import age

DATA = Path(__file__).parents[3].parent / "shared" / "data" / "age-cctv" / "testdata"
VECTORS = sorted(DATA.iterdir()) if DATA.is_dir() else []

pytestmark = pytest.mark.skipif(not VECTORS, reason=f"the CCTV age vectors are not in {DATA}")

ERRORS = {
    "no match": AccessError,
    "HMAC failure": IntegrityError,
    "header failure": FormatError,
    "armor failure": FormatError,
    "payload failure": IntegrityError,
}


class Vector:
    def __init__(self, path):
        head, _, self.file = path.read_bytes().partition(b"\n\n")
        lines = [line.split(": ", 1) for line in head.decode().splitlines()]
        keys = dict(lines)
        known = {"expect", "payload", "file key", "identity", "passphrase", "armored"}
        assert keys.keys() <= known | {"comment", "compressed"}
        if keys.get("compressed") == "zlib":
            self.file = zlib.decompress(self.file)
        self.expect = keys["expect"]
        self.payload = keys.get("payload")
        self.armored = keys.get("armored") == "yes"
        self.identities = [identity(k, v) for k, v in lines if k in {"identity", "passphrase"}]
        self.file_key = bytes.fromhex(keys["file key"]) if "file key" in keys else None


def identity(kind, text):
    if kind == "passphrase":
        return age.ScryptIdentity(text)
    if text.startswith("AGE-SECRET-KEY-PQ-"):
        return age.HybridIdentity.parse(text)
    return age.X25519Identity.parse(text)


@pytest.fixture(params=VECTORS, ids=lambda path: path.name)
def vector(request):
    return Vector(request.param)


def binary(vector):
    """The file without its armor; of the armored vectors those alone fail that should."""
    if not vector.armored:
        return vector.file
    if vector.expect == "armor failure":
        with pytest.raises(FormatError):
            age.dearmor(vector.file)
        return None
    return age.dearmor(vector.file)


def drain(chunks):
    """All that is released, and the error that ends it."""
    released = b""
    try:
        for chunk in chunks:
            released += chunk
    except SviedkaError as error:
        return released, error
    return released, None


def blocks(data, size, identities):
    source = (data[at : at + size] for at in range(0, len(data), size))
    return age.decrypt_chunks(source, identities)


def judge(vector, released, error):
    if vector.expect == "success":
        assert error is None
    else:
        # No kind of error here is a subclass of another kind, so the class tells them apart.
        assert isinstance(error, ERRORS[vector.expect])
    if vector.payload:
        assert hashlib.sha256(released).hexdigest() == vector.payload
    else:
        assert released == b""


@pytest.mark.parametrize("block", [1, 1000, 1 << 16])
def test_streaming_releases_what_the_vector_says_and_ends_as_it_says(vector, block):
    data = binary(vector)
    if data is None or (block == 1 and len(data) > 1 << 20):
        return
    judge(vector, *drain(blocks(data, block, vector.identities)))


def test_opening_at_once_gives_all_or_nothing(vector):
    data = binary(vector)
    if data is None:
        return
    if vector.expect == "success":
        assert (
            hashlib.sha256(age.open_sealed(vector.identities, data)).hexdigest() == vector.payload
        )
        return
    with pytest.raises(ERRORS[vector.expect]):
        age.open_sealed(vector.identities, data)


def test_random_access_agrees_and_never_releases_more(vector):
    data = binary(vector)
    if data is None:
        return

    def chunks():
        reader = age.open_file(io.BytesIO(data), vector.identities)
        while chunk := reader.read(1 << 16):
            yield chunk

    released, error = drain(chunks())
    streamed, streamed_error = drain(blocks(data, 1 << 16, vector.identities))
    assert type(error) is type(streamed_error)
    # It knows the file's length, and so holds back a chunk that is not in its place.
    assert streamed.startswith(released)
    assert error or streamed == released


def test_headers_that_parse_are_written_back_the_same(vector):
    data = binary(vector)
    if data is None or vector.file_key is None or vector.expect == "header failure":
        return
    header = age.scan_header(data)
    if vector.expect != "HMAC failure":
        assert age.write_header(header.stanzas, vector.file_key) == data[: header.size]
    assert age.parse_header(data[: header.size]) == header


def test_armor_that_reads_is_written_back_the_same(vector):
    data = binary(vector)
    if data is None or not vector.armored:
        return
    assert age.armor(data) == vector.file.strip().replace(b"\r\n", b"\n") + b"\n"


def test_all_the_vectors_are_there():
    assert len(VECTORS) == 143
