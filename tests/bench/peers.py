"""Who seals and reads back the corpus: ``sviedka``, the floor, and the peers."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from tests.bench.installed import Installed, environment
from tests.bench.measure import Cost, run

if TYPE_CHECKING:
    from collections.abc import Iterator

DUPLICATE: Final = "./large/6.bin"
"""The file of the corpus that repeats another, which nobody but the floor would keep twice."""
_BAGIT: Final = Path(sys.executable).parent / "bagit.py"
_PASSPHRASE: Final = "seven words that were never spoken aloud"


class Contender(Protocol):
    """One that keeps the corpus: makes ready, seals it, reads it back, clears away."""

    name: str

    def turn(self, corpus: Path, folder: Path) -> Iterator[Cost]:
        """What sealing costs; then what reading it back and checking it costs.

        ``folder`` is not there yet.
        """


class Sviedka:
    """The installed command. ``variables`` are for the libraries under it."""

    def __init__(self, name: str = "sviedka", **variables: str) -> None:
        self.name = name
        self._variables = variables

    def turn(self, corpus: Path, folder: Path) -> Iterator[Cost]:
        """``add`` into a new archive, ``verify --deep``."""
        with Installed(folder, self._variables) as sviedka:
            yield sviedka.run("add", corpus)
            yield sviedka.run("verify", "--deep")


class Floor:
    """The least that gives the same guarantees with standard tools: hash, seal, hash.

    Read back is what an archive holds, so the repeated file is not sealed a second time for that.
    """

    def __init__(self, name: str, hashing: str) -> None:
        self.name = name
        self._hash = hashing

    def turn(self, corpus: Path, folder: Path) -> Iterator[Cost]:
        """Hash the originals, encrypt them as one, hash the ciphertext; and the same backwards."""
        folder.mkdir()
        key, sealed, once = folder / "key", folder / "sealed.age", folder / "once.age"
        env = environment(folder, KEY=key, SEALED=sealed, ONCE=once, CORPUS=corpus)

        def shell(script: str) -> Cost:
            return run(["bash", "-o", "pipefail", "-c", script], env=env, cwd=corpus)

        shell('age-keygen -o "$KEY"')
        shell('age-keygen -y "$KEY" >"$KEY.pub"')
        seal = 'tar -c {} . | age -R "$KEY.pub" -o "{}"'
        yield (
            shell(f"find . -type f -exec {self._hash} {{}} +")
            + shell(seal.format("", "$SEALED"))
            + shell(f'{self._hash} "$SEALED"')
        )
        sealed.unlink()
        shell(seal.format(f"--exclude={DUPLICATE}", "$ONCE"))
        yield (
            shell(f'{self._hash} "$ONCE"')
            + shell('age -d -i "$KEY" -o /dev/null "$ONCE"')
            + shell(f"find . -type f ! -path {DUPLICATE} -exec {self._hash} {{}} +")
        )
        shutil.rmtree(folder)


class Borg:
    """BorgBackup, encrypted and authenticated, without compression."""

    name = "borg create -C none"

    def turn(self, corpus: Path, folder: Path) -> Iterator[Cost]:
        """``create``, ``check --verify-data``."""
        folder.mkdir()
        env = environment(
            folder,
            BORG_BASE_DIR=folder / "own",
            BORG_PASSPHRASE=_PASSPHRASE,
            BORG_REPO=folder / "repository",
        )
        run(["borg", "init", "-e", "repokey"], env=env, cwd=folder)
        yield run(["borg", "create", "-C", "none", "::corpus", corpus], env=env, cwd=folder)
        yield run(["borg", "check", "--verify-data"], env=env, cwd=folder)
        shutil.rmtree(folder)


class Restic:
    """restic, which always encrypts; its compression, of no use here, is off."""

    name = "restic backup"

    def turn(self, corpus: Path, folder: Path) -> Iterator[Cost]:
        """``backup``, ``check --read-data``."""
        folder.mkdir()
        env = environment(
            folder,
            RESTIC_CACHE_DIR=folder / "cache",
            RESTIC_PASSWORD=_PASSPHRASE,
            RESTIC_REPOSITORY=folder / "repository",
        )
        run(["restic", "init"], env=env, cwd=folder)
        yield run(["restic", "backup", "--compression", "off", corpus], env=env, cwd=folder)
        yield run(["restic", "check", "--read-data"], env=env, cwd=folder)
        shutil.rmtree(folder)


class Bagit:
    """The Library of Congress's bagit.py: one SHA-256 a file, no encryption, no copy."""

    name = "bagit.py --sha256"

    def turn(self, corpus: Path, folder: Path) -> Iterator[Cost]:
        """Make a bag in place, ``--validate``."""
        env = environment(folder.parent)
        # It moves what it is given, so it is given other names of the same files.
        run(["cp", "-al", corpus, folder], env=env, cwd=folder.parent)
        yield run([_BAGIT, "--sha256", folder], env=env, cwd=folder.parent)
        yield run([_BAGIT, "--validate", folder], env=env, cwd=folder.parent)
        shutil.rmtree(folder)
