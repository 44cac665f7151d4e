"""The rules of the house that no linter knows."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

import sviedka

ROOT = Path(__file__).parents[1]
SOURCE = sorted((ROOT / "src").rglob("*.py"))
MATERIAL = sorted((ROOT / "tests" / "material").glob("*.py"))
LONGEST = 400  # lines; most files are under 150

REGISTRY = re.compile(
    r"index[-_]url\s*[= ]\s*\S*://"
    r"|[\"']?resolved[\"']?\s*[:=]\s*[\"']?\w+://"
    r"|registry\s*=\s*[\"']?\w+://"
    r"|://[\w.:-]+/(?:[\w-]+/)*simple(?:/|\b)"
    r"|://(?:files\.)?py(?:pi|thonhosted)\.org"
    r"|://registry\.[\w.]+"
)
MACHINE = re.compile(r"(?<![\w.~-])/(?:home|Users|work)/\w")


def relative(path):
    return str(path.relative_to(ROOT))


def tracked_texts():
    """Every file under version control that is text, as (name, text)."""
    git = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    names = subprocess.run(git, cwd=ROOT, check=True, capture_output=True).stdout.decode()
    for name in filter(None, names.split("\0")):
        path = ROOT / name
        data = path.read_bytes() if path.is_file() else b""
        if b"\0" not in data:
            yield name, data.decode("utf-8", "replace")


def imported(tree):
    """Top-level names of what a module imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def swallows(handler):
    """Whether an ``except`` catches more than it can name and does not pass it on."""
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    broad = {"None", "Exception", "BaseException"}
    named = {ast.unparse(kind).split(".")[-1] if kind else "None" for kind in kinds}
    last = handler.body[-1]
    return bool(named & broad) and not (isinstance(last, ast.Raise) and last.exc is None)


@pytest.mark.parametrize("path", SOURCE, ids=relative)
def test_a_file_is_one_idea(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("path", SOURCE, ids=relative)
def test_an_except_names_what_it_catches_or_passes_it_on(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    handlers = [node for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler)]
    assert [handler.lineno for handler in handlers if swallows(handler)] == []


@pytest.mark.parametrize("path", MATERIAL, ids=relative)
def test_material_knows_nothing_of_the_program_that_it_tests(path):
    assert "sviedka" not in set(imported(ast.parse(path.read_text(encoding="utf-8"))))


def test_no_registry_is_named_in_a_tracked_file():
    found = [(name, m[0]) for name, text in tracked_texts() if (m := REGISTRY.search(text))]
    assert found == []


def test_no_path_of_a_machine_stands_in_a_tracked_file():
    found = [(name, m[0]) for name, text in tracked_texts() if (m := MACHINE.search(text))]
    assert found == []


def test_every_locked_file_has_its_hash():
    for lock in (ROOT / "requirements").glob("*.txt"):
        for pin in re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8")):
            assert re.search(r"==\S+.*--hash=sha256:[0-9a-f]{64}", pin, re.DOTALL), (lock, pin)


def test_the_changelog_knows_the_version():
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## \[?(\d+\.\d+\.\d+)", changes, re.MULTILINE)
    assert newest
    assert newest[1] == sviedka.__version__
