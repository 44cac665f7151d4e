"""The environment can be made on machines that differ, and only from what the locks pin."""

import hashlib
import os
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from scripts import bootstrap

ROOT = Path(__file__).parents[2]
WHEEL = "pip-99.1-py3-none-any.whl"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def index(tmp_path, monkeypatch):
    """A folder served as a package index, which pip's configuration names."""
    folder = tmp_path / "index"
    (folder / "pip").mkdir(parents=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}/"
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", f"file:///nowhere {address}")
    monkeypatch.delenv("PIP_INDEX_URL", raising=False)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    yield folder / "pip"
    server.shutdown()
    thread.join()
    server.server_close()


def offer(index, monkeypatch, data, digest):
    """Puts a wheel into the index, and the digest that we want into the lock."""
    (index / WHEEL).write_bytes(data)
    (index / "index.html").write_text(f'<a href="{WHEEL}#sha256=00">{WHEEL}</a>')
    locks = index.parents[1]
    (locks / "base.txt").write_text(
        f"click==8 \\\n    --hash=sha256:{'c' * 64}\n"
        f"pip==99.1 \\\n    --hash=sha256:{'a' * 64} \\\n"
        f"    --hash=sha256:{digest}\nrich==15 \\\n    --hash=sha256:{'d' * 64}\n"
    )
    monkeypatch.setattr(bootstrap, "LOCKS", locks)


def test_pip_comes_from_the_index_that_its_configuration_names(index, tmp_path, monkeypatch):
    offer(index, monkeypatch, b"a wheel", hashlib.sha256(b"a wheel").hexdigest())
    wheel = bootstrap.wheel_from_index(tmp_path)
    assert wheel == tmp_path / WHEEL
    assert wheel.read_bytes() == b"a wheel"


@pytest.mark.parametrize("digest", ["b" * 64, "c" * 64, "d" * 64])
def test_a_pip_that_is_not_the_locked_one_is_refused(index, tmp_path, monkeypatch, digest):
    offer(index, monkeypatch, b"another wheel", digest)
    assert bootstrap.wheel_from_index(tmp_path) is None
    assert not (tmp_path / WHEEL).exists()


def test_an_index_without_pip_gives_none(index, tmp_path, monkeypatch):
    offer(index, monkeypatch, b"", "0" * 64)
    (index / "index.html").unlink()
    (index / WHEEL).unlink()
    assert bootstrap.wheel_from_index(tmp_path) is None


def test_the_environment_overrules_pip_s_files(tmp_path, monkeypatch):
    settings = tmp_path / "pip.conf"
    settings.write_text("[global]\ncert = /of/file\ntimeout = 9\n[install]\ntimeout = 8\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(settings))
    monkeypatch.setenv("PIP_CERT", "/of/environment")
    assert bootstrap.pip_settings()["timeout"] == "8"
    assert bootstrap.pip_settings()["cert"] == "/of/environment"


def test_the_lock_pins_the_pip_that_installs_it():
    version, digests = bootstrap.locked("pip")
    assert version
    assert len(digests) == 2  # wheel and source


@pytest.mark.slow
def test_a_fresh_clone_installs_where_ensurepip_is_missing(tmp_path):
    clone = tmp_path / "clone"
    git = ["git", "-c", "safe.directory=*", "clone", "--quiet", str(ROOT), str(clone)]
    subprocess.run(git, check=True)
    missing = tmp_path / "missing"
    missing.mkdir()
    (missing / "ensurepip.py").write_text("raise ImportError('cut out, as Debian does')\n")
    environment = os.environ | {"PYTHONPATH": str(missing)}
    python = Path(sys.base_prefix) / "bin" / "python3"
    make = ["make", "install", f"PYTHON={python}"]
    subprocess.run(make, cwd=clone, env=environment, check=True, timeout=300)
    names = [path.name for path in (clone / ".venv" / "bin").iterdir()]
    assert "sviedka" in names
    again = subprocess.run(make, cwd=clone, env=environment, check=True, capture_output=True)
    assert b"bootstrap" not in again.stdout
