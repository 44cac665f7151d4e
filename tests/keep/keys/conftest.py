import secrets
from types import SimpleNamespace

import pytest

from sviedka.keep.age import HybridIdentity
from sviedka.keep.keys.device import DeviceKeys

ARCHIVE = "5a" * 32
PASSPHRASE = "пяць слоў, якія ніхто не ведае"


@pytest.fixture(scope="session")
def archive():
    return ARCHIVE


@pytest.fixture(scope="session")
def passphrase():
    return PASSPHRASE


@pytest.fixture(scope="session")
def keys():
    return DeviceKeys.generate(secrets.token_bytes)


@pytest.fixture(scope="session")
def stranger():
    return DeviceKeys.generate(secrets.token_bytes)


@pytest.fixture(scope="session")
def facet():
    """A facet key and its outer key, each with its public half."""
    inner, outer = HybridIdentity.generate(), HybridIdentity.generate()
    return SimpleNamespace(
        seed=inner.seed,
        recipient=inner.recipient.to_bytes(),
        outer=outer,
        outer_public=outer.recipient.to_bytes(),
    )
