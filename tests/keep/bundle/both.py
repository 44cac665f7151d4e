"""The two checkers of a bundle, asked the same question."""

import contextlib
import hashlib
import io
import json
import runpy
import sys

from sviedka.errors import SviedkaError
from sviedka.keep import bundle


def ours(path, **wanted):
    """Whether our program takes it."""
    try:
        bundle.check(path, **wanted)
    except SviedkaError:
        return False
    return True


def theirs(path, *arguments):
    """Whether the bundle's own program takes it, and what it says."""
    said, before = io.StringIO(), sys.argv
    sys.argv = ["verify.py", *arguments]
    try:
        with contextlib.redirect_stdout(said):
            runpy.run_path(str(path / "verify.py"), run_name="__main__")
    except SystemExit as end:
        refused = str(end)
    else:
        refused = ""
    finally:
        sys.argv = before
    assert not refused or refused.startswith("DOES NOT HOLD: ")
    return not refused, said.getvalue() + refused


def taken(path):
    """Whether both take it; they never disagree."""
    answer, said = theirs(path)
    assert answer == ours(path), said
    return answer


def files(path):
    return {each.relative_to(path).as_posix() for each in path.rglob("*") if each.is_file()}


def rewrite(path, change):
    """Change what ``proof.json`` says."""
    said = json.loads((path / "proof.json").read_bytes())
    change(said)
    data = json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
    (path / "proof.json").write_bytes(data)


def reseal(path):
    """Make ``proof.json`` fit whatever the files hold now, as a forger would."""

    def change(said):
        for name in said["files"]:
            data = (path / name).read_bytes()
            said["files"][name] = hashlib.sha256(data).hexdigest()

    rewrite(path, change)
