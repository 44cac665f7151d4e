import os

import pytest

from sviedka.keep.witness import Witness

WORD = "пяць слоў пра партнёра"


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """The key file of a witness: making one takes a while."""
    folder = tmp_path_factory.mktemp("witness")
    return Witness.create(folder, "partner.example/2026", WORD, os.urandom)


@pytest.fixture
def partner(made, tmp_path):
    """A witness that has seen nothing yet."""
    (tmp_path / "partner").mkdir()
    (tmp_path / "partner" / "witness.age").write_bytes((made.folder / "witness.age").read_bytes())
    return Witness(tmp_path / "partner", made._key)
