import pytest

from tests.keep.verify.world import furnished


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    return furnished(tmp_path_factory.mktemp("template"))


@pytest.fixture
def world(template, tmp_path):
    """An archive with something of everything, for one test."""
    import shutil
    from dataclasses import replace

    shutil.copytree(template.path.parent, tmp_path / "first")
    return replace(template, path=tmp_path / "first" / "archive", home=tmp_path / "first" / "home")
