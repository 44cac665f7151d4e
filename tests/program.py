"""The installed command, run as people run it: in a process of its own, with a home of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sviedka import kinds
from sviedka.capture import PROJECTIONS
from sviedka.capture.filepaths import names_of
from sviedka.keep import layout
from sviedka.keep.archive import Archive, archive_id
from sviedka.keep.index.items import items
from sviedka.keep.index.labels import labels
from sviedka.keep.keys import agent, device
from sviedka.keep.keys.home import DeviceFolder
from sviedka.keep.ledger.log import Log
from sviedka.keep.reading import read_original

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sviedka.keep.keys.device import DeviceKeys

COMMAND = Path(sys.executable).with_name("sviedka")
PASSPHRASE = "крумкач nad zamčyščam 1918"
ZONE = "Europe/Vilnius"
_PATIENCE = 300


@dataclass(frozen=True)
class Done:
    """What became of a run: exit status (negative: the signal), what it printed."""

    status: int
    out: str
    err: str

    @property
    def told(self) -> str:
        """All that was printed."""
        return self.out + self.err

    @property
    def result(self) -> Any:
        """What ``--json`` printed."""
        return json.loads(self.out)

    @property
    def is_clear(self) -> bool:
        """Whether a failure was told in words for people, as every failure must be."""
        return "Error: " in self.err and "Traceback" not in self.told


@dataclass(frozen=True)
class Program:
    """The command with an archive and a home under ``base``.

    Copies made by ``copy`` share the folder for sockets, so that one agent unlocks them all.
    """

    base: Path
    runtime: Path
    more: dict[str, str] = field(default_factory=dict)

    @classmethod
    def at(cls, base: Path) -> Program:
        """Nothing but a passphrase yet."""
        runtime = base / "run"
        runtime.mkdir(0o700, parents=True)
        program = cls(base, runtime)
        program.passphrase.write_text(PASSPHRASE)
        program.temporary.mkdir()
        return program

    @classmethod
    def with_archive(cls, base: Path) -> Program:
        """An archive that was just made."""
        program = cls.at(base)
        program.run("init", program.archive, "--zone", ZONE, "--sheet", base / "sheet.txt")
        return program

    @property
    def archive(self) -> Path:
        """The archive's folder."""
        return self.base / "archive"

    @property
    def home(self) -> Path:
        """The user's folder for keys."""
        return self.base / "home"

    @property
    def passphrase(self) -> Path:
        """The file with the passphrase."""
        return self.base / "passphrase"

    @property
    def temporary(self) -> Path:
        """$TMPDIR."""
        return self.base / "tmp"

    @property
    def environ(self) -> dict[str, str]:
        """What a run finds in its environment: nothing of whoever runs the tests."""
        return {
            "HOME": str(self.base),
            "LC_ALL": "C.UTF-8",
            "PATH": os.defpath,
            "SVIEDKA_ARCHIVE": str(self.archive),
            "SVIEDKA_HOME": str(self.home),
            "SVIEDKA_PASSPHRASE_FILE": str(self.passphrase),
            "TMPDIR": str(self.temporary),
            "XDG_RUNTIME_DIR": str(self.runtime),
            **self.more,
        }

    def copy(self, base: Path) -> Program:
        """The same archive and keys at another place."""
        base.mkdir(parents=True)
        for each in (self.archive, self.home):
            shutil.copytree(each, base / each.name)
        shutil.copyfile(self.passphrase, base / self.passphrase.name)
        (base / self.temporary.name).mkdir()
        return Program(base, self.runtime, self.more)

    def start(self, *words: object, under: tuple[str, ...] = ()) -> subprocess.Popen[str]:
        """Begin a run; ``under`` is a program that runs it, with its arguments."""
        return subprocess.Popen(
            [*under, str(COMMAND), *map(str, words)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=self.environ,
            cwd=self.base,
        )

    def attempt(self, *words: object, under: tuple[str, ...] = ()) -> Done:
        """Run to the end, however it ends."""
        with self.start(*words, under=under) as process:
            try:
                out, err = process.communicate(timeout=_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        return Done(process.returncode, out, err)

    def run(self, *words: object) -> Done:
        """Run something that has to succeed."""
        done = self.attempt(*words)
        assert done.status == 0, f"{words}: {done.status}\n{done.told}"
        return done

    def json(self, *words: object) -> Any:
        """The result of something that has to succeed."""
        return self.run(*words, "--json").result

    def keys(self) -> DeviceKeys:
        """The keys of this device: from the agent, or by the passphrase."""
        archive = archive_id(Log(self.archive / layout.LEDGER))
        held = agent.fetch(archive, self.environ)
        data = DeviceFolder(self.home, archive).read(device.FILE, device.FILE_LIMIT)
        return held or device.unlock(data, archive, PASSPHRASE)

    @contextmanager
    def open(self, **options: Any) -> Iterator[Archive]:
        """The archive in this process."""
        options = {"projections": PROJECTIONS, "encode": kinds.encode, **options}
        with Archive(self.archive, self.keys(), self.home, **options) as archive:
            yield archive

    def contents(self) -> list[tuple[str, bytes, bytes]]:
        """Label of the case, path and content of every item, read back and checked; sorted."""
        with self.open() as archive:
            return contents(archive)


def contents(archive: Archive) -> list[tuple[str, bytes, bytes]]:
    """Label of the case, path and content of every item, read back and checked; sorted."""
    assert not archive.projector.damaged
    names = names_of(archive.projector.index)
    with archive.projector.index.reading() as db:
        found, cases = items(db), labels(db)
    return sorted(
        (cases[each.case].name, names.get(each.id, b""), b"".join(read_original(archive, each)))
        for each in found
    )


def tree(folder: Path, *, but: tuple[str, ...] = ("index.db",)) -> dict[str, bytes]:
    """The files under a folder by their paths, without those whose names begin so."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(but)
    }


def leftovers(*folders: Path) -> list[str]:
    """Interrupted writes under folders."""
    return [str(path) for folder in folders for path in folder.rglob("*.tmp")]
