"""Every generator is a command, and needs nothing but the standard library."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
COMMANDS = {
    "telegram": ["--messages", "5", "--seed", "2"],
    "video": ["--variant", "grey"],
    "picture": [],
    "files": ["--seed", "2"],
    "corpus": ["--scale", "0.001"],
    "demo": [],
    "hostile": ["bom"],
    "web": ["--pages", "2"],
    "phone": [],
    "mailbox": [],
}
NOT_BY_HAND = {"signed.py": {"c2pa", "cryptography"}}
"""Signatures need a library; whatever needs none is made without one."""
SUFFIXES = {"video": ".mp4", "picture": ".png", "web": ".wacz"}


def run(name: str, *arguments: str) -> str:
    command = [sys.executable, "-S", "-m", f"tests.material.{name}", *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_explains_itself_and_writes_what_is_asked(tmp_path: Path, name: str) -> None:
    assert "usage" in run(name, "--help")
    out = tmp_path / ("made" + SUFFIXES.get(name, ""))
    run(name, str(out), *COMMANDS[name])
    assert out.exists()


def test_generators_import_only_the_standard_library_and_each_other() -> None:
    for path in HERE.glob("*.py"):
        if path.name.startswith("test_"):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                if name.split(".")[0] in NOT_BY_HAND.get(path.name, set()):
                    continue
                assert name.startswith("tests.material") or name.split(".")[0] in (
                    sys.stdlib_module_names
                ), f"{path.name}: {name}"
