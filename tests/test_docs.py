"""What the documentation shows is what happens."""

import re
import sys
from pathlib import Path

import pytest

from tests import transcripts

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def run(page, folder):
    (folder / "home").mkdir()
    environment = transcripts.shell_environment(
        folder, programs=Path(sys.executable).parent, source=ROOT
    )
    return transcripts.run(transcripts.shell_steps(page), folder, environment)


def troubles(tmp_path, text):
    page = tmp_path / "page.md"
    page.write_text(text)
    return run(page, tmp_path)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_examples_print_what_the_page_shows(page, tmp_path, monkeypatch):
    assert "\n\n".join(run(page, tmp_path)) == ""
    monkeypatch.chdir(tmp_path)
    assert "\n".join(transcripts.run_python(page)) == ""


def test_a_wrong_output_is_found(tmp_path):
    (trouble,) = troubles(tmp_path, "```console\n$ echo one\none\n$ echo two\nthree\n```\n")
    assert trouble.startswith("page.md:1: $ echo two\ntwo")


def test_output_that_the_page_leaves_out_is_found(tmp_path):
    assert troubles(tmp_path, "```console\n$ echo one; echo two\none\n```\n")


def test_a_failing_command_is_found_unless_announced(tmp_path):
    assert troubles(tmp_path, "```console\n$ false\n```\n")
    (tmp_path / "home").rmdir()
    assert not troubles(tmp_path, "```console\n$ (exit 4)  # exit 4\n```\n")


def test_a_command_that_ends_the_shell_hides_nothing(tmp_path):
    assert len(troubles(tmp_path, "```console\n$ exit 0\n$ echo one\none\n```\n")) == 2


def test_a_hidden_command_prepares_but_must_succeed(tmp_path):
    page = "<!-- $ mkdir made -->\n\n  ```console\n  $ ls \\\n  >   -d made\n  made\n  ```\n"
    assert not troubles(tmp_path, page)
    (tmp_path / "home").rmdir()
    assert len(troubles(tmp_path, page)) == 1


@pytest.mark.parametrize(
    ("printed", "shown", "fits"),
    [
        ("", "", True),
        ("size 12", "size …", True),
        ("size 12", "… 1…", True),
        ("one\ntwo\nthree", "one\n…", True),
        ("one", "one\n…", True),
        ("one\ntwo\nthree", "…\nthree", True),
        ("one\ntwo", "…", True),
        ("one\ntwo", "one …", False),
        ("one", "", False),
        ("", "one", False),
        ("a.b", "aXb", False),
    ],
)
def test_an_ellipsis_stands_for_what_varies(printed, shown, fits):
    assert transcripts.agrees(printed, shown) is fits


def test_python_examples_run_in_one_namespace(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("```python\n>>> n = 3\n```\n\n```python\n>>> n\n3\n>>> n\n4\n```\n")
    (failure,) = transcripts.run_python(page)
    assert "Expected:\n    4\nGot:\n    3" in failure


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_within_the_repository_lead_somewhere(page):
    links = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []
