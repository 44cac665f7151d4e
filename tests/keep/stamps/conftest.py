import pytest

from tests.keep.stamps.tsa import Authority

HEAD = b"sviedka/0123\n7\nroot\n\n\xe2\x80\x94 signature\n"


@pytest.fixture(scope="session")
def one(tmp_path_factory):
    """An authority with a chain of two."""
    return Authority.make(tmp_path_factory.mktemp("tsa") / "one", "First authority")


@pytest.fixture(scope="session")
def other(tmp_path_factory):
    """Another one, with a certificate between root and its own."""
    return Authority.make(tmp_path_factory.mktemp("tsa") / "other", "Other authority", middle=True)
