"""What a child is started with: the interpreter, what it may see, and what it imports from."""

from __future__ import annotations

import sys
import sysconfig
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING

from sviedka.errors import SandboxError
from sviedka.sandbox import seccomp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# linux/sched.h: CLONE_NEWNS, NEWUTS, NEWIPC, NEWUSER, NEWNET. Not NEWPID: it would forbid threads.
_NAMESPACES = 0x5C020000
_BUBBLEWRAP = (
    "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--chdir", "/",
)  # fmt: skip
# The dynamic linker's: where shared libraries lie, and its list of them.
_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache")


def bubblewrap() -> str | None:
    """The path of ``bwrap``, if installed."""
    return which("bwrap") if sys.platform == "linux" else None


def command(program: str, parser: str, words: Iterable[object], wrap: str | None) -> list[str]:
    """The interpreter running ``program`` (a path), inside ``wrap`` if that is given.

    The program's words are the parser, ``words``, the flags for unshare(2), the number of
    seccomp(2) and its filter in hex, and then the folders to import from.
    """
    packages = list(_packages(parser))
    machine = seccomp.machine()
    return [
        *(_outside(wrap, packages) if wrap else ()),
        *(_interpreter(), "-I", "-S", "-B", program, parser),
        *map(str, words),
        str(0 if wrap else _NAMESPACES),
        str(machine.seccomp if machine else 0),
        seccomp.program(machine).hex() if machine else "",
        *_path(packages),
    ]


def _path(packages: list[Path]) -> Iterable[str]:
    """Where the child imports from, beyond the standard library: what is ours comes first."""
    return dict.fromkeys([*(str(package.parent) for package in packages), *_libraries()])


def _outside(wrap: str, packages: list[Path]) -> list[str]:
    base = Path(sys.base_prefix)
    seen = [
        *_LIBRARIES,
        *(str(base / name) for name in ("lib", "lib64")),
        _interpreter(),
        *_libraries(),
        *map(str, packages),
    ]
    binds = [word for path in dict.fromkeys(seen) for word in ("--ro-bind-try", path, path)]
    return [wrap, *_BUBBLEWRAP, *binds, "--remount-ro", "/", "--"]


def _interpreter() -> str:
    """The interpreter behind a virtual environment's link to it."""
    return str(Path(getattr(sys, "_base_executable", "") or sys.executable).resolve())


def _libraries() -> list[str]:
    """Where installed packages lie: by the names that such folders have, never a working folder."""
    own = [sysconfig.get_path(name) for name in ("purelib", "platlib")]
    others = [path for path in sys.path if Path(path).name in ("site-packages", "dist-packages")]
    return list(dict.fromkeys([*own, *others]))


def _packages(parser: str) -> Iterator[Path]:
    """The folders of our own package and of the one that ``parser`` is in."""
    for name in dict.fromkeys(("sviedka", parser.partition(":")[0].partition(".")[0])):
        spec = find_spec(name)
        places = spec.submodule_search_locations if spec else None
        if not places:
            raise SandboxError(f"there is no package {name!r} for the parser {parser!r}")
        yield Path(places[0]).resolve()
