"""The reader, if there is Node to run it."""

import pytest

from tests import npm
from tests.reader.reading import Reader


@pytest.fixture(scope="session")
def reader(request, tmp_path_factory):
    """The reader in JavaScript."""
    try:
        packages = npm.install(request.config.cache.mkdir("age-interop"))
    except npm.UnavailableError as error:
        pytest.skip(str(error))
    return Reader.at(tmp_path_factory.mktemp("reader"), packages)
