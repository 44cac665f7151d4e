#!/usr/bin/env python3
"""Makes ``.venv`` and fills it from the locks named as arguments, ``base`` first.

    python3 scripts/bootstrap.py base dev

The SHA-256 of every file that is installed stands in ``requirements/``, and nothing is built from
source in an environment that is not locked too. Runs on Python 3.11 or newer with nothing but its
standard library, as root or not, also where Debian has cut ``ensurepip`` out of Python (no package
``python3-venv``). Then pip comes from the first of these that has it: a pip of this machine, the
package index that pip's own configuration names, Debian's ``python3-pip-whl`` unpacked beside us.
"""

from __future__ import annotations

import configparser
import fcntl
import hashlib
import html
import importlib.util
import os
import re
import ssl
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = str(VENV / "bin" / "python")
LOCKS = ROOT / "requirements"
OLDEST = (3, 11)
MAX_WHEEL = 16 << 20  # pip's wheel is 2 MB; an index that sends more than this is not sending pip

Command = list[str]


def succeeds(command: Command, cwd: Path = ROOT) -> bool:
    """Whether a command is there and ends well. What it says is dropped."""
    try:
        done = subprocess.run(
            command, check=False, capture_output=True, stdin=subprocess.DEVNULL, cwd=cwd
        )
    except OSError:
        return False
    return done.returncode == 0


def ensure_venv() -> None:
    """Keeps a ``.venv`` that works; replaces one whose Python has gone or is too old."""
    if succeeds([PYTHON, "-c", f"import sys; sys.exit(sys.version_info < {OLDEST})"]):
        return
    print(f"making {VENV.name} with Python {sys.version.split()[0]}", flush=True)
    subprocess.run(
        [sys.executable, "-m", "venv", "--clear", "--without-pip", str(VENV)], check=True
    )


def own_pip() -> Command | None:
    """The environment's pip, unpacked from Python's own ``ensurepip`` if it is not there yet."""
    command = [PYTHON, "-m", "pip"]
    if succeeds([*command, "--version"]):
        return command
    return command if succeeds([PYTHON, "-m", "ensurepip", "--default-pip"]) else None


def machine_pip() -> Command | None:
    """A pip that is installed beside the Python we run in, told to work on ``.venv``."""
    command = [sys.executable, "-m", "pip", "--python", PYTHON]
    return command if succeeds([*command, "--version"]) else None


def pip_settings() -> dict[str, str]:
    """What pip would read: its files, the most general first, then ``PIP_*`` of the environment.

    Order and places: pip's user guide, "Configuration". Keys have underscores and no section.
    """
    home = Path.home()
    named = os.environ.get("PIP_CONFIG_FILE", "")
    places = [
        "/etc/pip.conf",
        home / ".pip" / "pip.conf",
        Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / "pip" / "pip.conf",
        named,
    ]
    files = [] if named == os.devnull else [str(place) for place in places if place]
    parser = configparser.RawConfigParser()
    parser.read(files, encoding="utf-8")
    sections = [parser[name] for name in ("global", "install") if parser.has_section(name)]
    settings = {key.replace("-", "_"): value for part in sections for key, value in part.items()}
    for key, value in os.environ.items():
        if key.startswith("PIP_"):
            settings[key[4:].lower()] = value
    return settings


def locked(package: str) -> tuple[str, set[str]]:
    """Version and SHA-256 digests that ``base.txt`` pins for a package."""
    text = (LOCKS / "base.txt").read_text(encoding="utf-8")
    found = re.search(rf"^{package}==(\S+)((?:.*\\\n)*.*)$", text, re.MULTILINE)
    if not found:
        sys.exit(f"requirements/base.txt does not pin {package}: run `make lock`")
    return found[1], set(re.findall(r"sha256:([0-9a-f]{64})", found[2]))


def wheel_from_index(folder: Path) -> Path | None:
    """The locked pip from an index that pip's configuration names, by the simple API (PEP 503)."""
    settings = pip_settings()
    version, digests = locked("pip")
    name = f"pip-{version}-py3-none-any.whl"
    trust = ssl.create_default_context(cafile=settings.get("cert"))
    for index in f"{settings.get('index_url', '')} {settings.get('extra_index_url', '')}".split():
        page = f"{index.rstrip('/')}/pip/"
        try:
            with urllib.request.urlopen(page, timeout=60, context=trust) as answer:
                links = re.findall(r'href="([^"]+)"', answer.read(MAX_WHEEL).decode())
            link = next((html.unescape(link) for link in links if f"{name}#" in link), "")
            with urllib.request.urlopen(
                urllib.parse.urljoin(page, link), timeout=60, context=trust
            ) as answer:
                wheel = answer.read(MAX_WHEEL)
        except (OSError, ValueError):  # URLError, time-outs and TLS errors are OSErrors
            continue
        if hashlib.sha256(wheel).hexdigest() in digests:
            (folder / name).write_bytes(wheel)
            return folder / name
    return None


def wheel_from_debian(folder: Path) -> Path | None:
    """Debian's own wheel of pip, checked by apt's signatures, unpacked without being installed.

    Needs no root: where apt's lists are empty, as in a new container, they go to ``folder``.
    """
    wheels = Path("usr/share/python-wheels")
    for place in (Path("/"), folder):
        if place == folder and not unpack_from_debian(folder):
            return None
        found = sorted((place / wheels).glob("pip-*.whl"))
        if found:
            return found[-1]
    return None


def unpack_from_debian(folder: Path) -> bool:
    """Downloads ``python3-pip-whl`` and unpacks it in ``folder``."""
    private = [
        f"-oDir::State={folder}/state",
        f"-oDir::Cache={folder}/cache",
        "-oDir::State::status=/var/lib/dpkg/status",
    ]
    for part in ("state/lists/partial", "cache/archives/partial"):
        (folder / part).mkdir(parents=True)
    download = ["download", "python3-pip-whl"]
    if not succeeds(["apt-get", *download], cwd=folder):
        succeeds(["apt-get", *private, "update"])
        succeeds(["apt-get", *private, *download], cwd=folder)
    return any(
        succeeds(["dpkg-deb", "--extract", str(deb), str(folder)]) for deb in folder.glob("*.deb")
    )


def find_pip(folder: Path) -> Command:
    """A command that runs some pip on ``.venv``; what it then installs is pinned, pip included."""
    command = own_pip() or machine_pip()
    if command:
        return command
    print("this Python has no ensurepip: looking for pip elsewhere", flush=True)
    wheel = wheel_from_index(folder) or wheel_from_debian(folder)
    if wheel:
        return [PYTHON, str(wheel / "pip")]
    sys.exit(
        "This Python comes without ensurepip, and no pip was found on this machine, in the package "
        "index of pip's configuration, or through apt.\n"
        "Install it (on Debian: apt-get install python3-venv) and run the same command again."
    )


def install(pip: Command, *what: str) -> None:
    """``pip install``, quietly, into ``.venv``."""
    quiet = ["--quiet", "--no-input", "--disable-pip-version-check", "--no-user"]
    subprocess.run([*pip, "install", *quiet, *what], check=True)


def install_lock(pip: Command, name: str) -> None:
    """Wheels only, so that no package's build code runs; of ``peers``, two come as source only."""
    print(f"installing requirements/{name}.txt", flush=True)
    source = ["--no-build-isolation"] if name == "peers" else ["--only-binary=:all:"]
    install(pip, "--no-deps", "--require-hashes", *source, "-r", str(LOCKS / f"{name}.txt"))


def main(names: list[str]) -> None:
    """Fills ``.venv`` from the named locks; ends with a message where that cannot be."""
    if sys.version_info < OLDEST:
        have = sys.version.split()[0]
        sys.exit(
            f"Sviedka needs Python 3.11 or newer, and {sys.executable} is {have}.\n"
            "Name a newer one: make install PYTHON=python3.12"
        )
    if importlib.util.find_spec("venv") is None:
        sys.exit("This Python lacks the module venv: on Debian, apt-get install python3-venv")
    with (LOCKS / "base.txt").open("rb") as lock, tempfile.TemporaryDirectory() as folder:
        fcntl.flock(lock, fcntl.LOCK_EX)  # a second `make` waits instead of meddling
        ensure_venv()
        pip = find_pip(Path(folder))
        for name in names:
            install_lock(pip, name)
            pip = [PYTHON, "-m", "pip"]
        if "base" in names:
            install(pip, "--no-deps", "--no-index", "--no-build-isolation", "--editable", str(ROOT))


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except subprocess.CalledProcessError as error:
        sys.exit(f"failed: {' '.join(map(str, error.cmd))}")
