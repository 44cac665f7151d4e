"""Runs the examples of a Markdown page and compares what they print with what the page shows.

CONTRIBUTING.md, "Examples in the documentation", describes the notation. One page is one session:
from top to bottom, in a new folder, commands run in one shell and Python in one namespace.
"""

import doctest
import os
import re
import secrets
import subprocess
import textwrap
from dataclasses import dataclass
from pathlib import Path

EXAMPLE = re.compile(
    r"^(?P<indent> *)```(?P<language>console|python)\n(?P<body>.*?)^(?P=indent)```$"
    r"|^<!-- \$ (?P<hidden>.*?) -->$",
    re.MULTILINE | re.DOTALL,
)
EXIT_STATUS = re.compile(r"# exit (\d+)$")
TIMEOUT = 300  # seconds for all commands of a page


@dataclass(frozen=True)
class Step:
    """One command of a page: where it stands, what to type, what it should print and end with."""

    where: str
    command: str
    shown: str | None  # None where the page does not show it
    status: int


def shell_steps(page: Path) -> list[Step]:
    """All commands of a page, in order."""
    text = page.read_text(encoding="utf-8")
    steps = []
    for found in EXAMPLE.finditer(text):
        where = f"{page.name}:{text.count(chr(10), 0, found.start()) + 1}"
        if found["hidden"]:
            steps.append(Step(where, found["hidden"], None, 0))
        elif found["language"] == "console":
            steps += transcript(where, textwrap.dedent(found["body"]))
    return steps


def transcript(where: str, body: str) -> list[Step]:
    """The commands of one ``console`` block, each with the lines up to the next ``$``."""
    steps = []
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        lines = part.splitlines()
        more = 1
        while more < len(lines) and lines[more].startswith("> "):
            more += 1
        command = "\n".join([lines[0], *(line[2:] for line in lines[1:more])])
        status = EXIT_STATUS.search(lines[more - 1])
        steps.append(Step(where, command, "\n".join(lines[more:]), int(status[1]) if status else 0))
    return steps


def run(steps: list[Step], folder: Path, environment: dict[str, str]) -> list[str]:
    """Runs commands in one shell in ``folder``; what went otherwise than the page says."""
    mark = f"<{secrets.token_hex(16)}>"
    script = "".join(f"{step.command}\nprintf '\\n%s%d\\n' '{mark}' $?\n" for step in steps)
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=TIMEOUT,
        check=False,
        encoding="utf-8",
    )
    ends = re.findall(rf"(.*?)\n{mark}(\d+)\n", done.stdout, re.DOTALL)
    troubles = []
    for step, (printed, status) in zip(steps, ends, strict=False):
        as_shown = step.shown is None or agrees(printed, step.shown)
        if int(status) != step.status or not as_shown:
            troubles.append(f"{step.where}: $ {step.command}\n{printed}\n[exit {status}]")
    troubles += [f"{step.where}: $ {step.command}\n[did not run]" for step in steps[len(ends) :]]
    return troubles


def agrees(printed: str, shown: str) -> bool:
    """Whether output fits what a page shows: ``…`` alone is any lines, within a line any text."""
    pattern = ""
    for line in shown.rstrip().splitlines():
        if line.strip() == "…":
            pattern += r"(?:[^\n]*\n)*?"
        else:
            pattern += "[^\n]*".join(map(re.escape, line.rstrip().split("…"))) + r"[ \t]*\n"
    return re.fullmatch(pattern, printed.rstrip() + "\n" if printed.strip() else "") is not None


def shell_environment(folder: Path, *, programs: Path, source: Path) -> dict[str, str]:
    """A plain environment: Sviedka on the PATH, and nothing of the person who runs the tests."""
    return {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(source),  # for python -m tests.material…
        "HOME": str(folder / "home"),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "COLUMNS": "100",
        "NO_COLOR": "1",
    }


def run_python(page: Path) -> list[str]:
    """Runs the ``>>>`` examples of a page as doctests; the failures, in doctest's words."""
    text = page.read_text(encoding="utf-8")
    parser, names, said = doctest.DocTestParser(), {"__name__": "__main__"}, []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS, verbose=False)
    for found in EXAMPLE.finditer(text):
        if found["language"] != "python":
            continue
        line = text.count("\n", 0, found.start()) + 1
        body = textwrap.dedent(found["body"]).replace("…", "...")
        example = parser.get_doctest(body, names, page.name, str(page), line)
        runner.run(example, out=said.append, clear_globs=False)
        names = example.globs
    return said
