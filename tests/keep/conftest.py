import pytest

from tests.keep import world as worlds


@pytest.fixture(scope="session")
def founded(tmp_path_factory):
    return worlds.found(tmp_path_factory.mktemp("founded"))


@pytest.fixture
def world(founded, tmp_path):
    return founded.copy(tmp_path)
