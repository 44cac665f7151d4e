"""The tree of commands: no command without its place in the documentation, one text each."""

import inspect
import re
from pathlib import Path

import click
import pytest

from sviedka.cli import main
from sviedka.cli.app import SECTIONS
from sviedka.cli.reference import document

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"
TEXT = PAGE.read_text(encoding="utf-8")
COMMON = TEXT.split("\n## ")[0]  # what every command takes stands before the first of them
LISTED = {name: listed for part in SECTIONS.values() for name, listed in part.items()}


def walk(command, context, *path):
    """Every command of the tree that is not hidden, as (its words, the command)."""
    if path and not command.hidden:
        yield " ".join(path), command
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            yield from walk(command.get_command(context, name), context, *path, name)


TREE = dict(walk(main, click.Context(main)))
LEAVES = {name: each for name, each in TREE.items() if not isinstance(each, click.Group)}


def sections():
    """Command → text under its heading, which is `sviedka COMMAND`."""
    parts = re.split(r"^#+ +`sviedka ([a-z -]+)`$", TEXT, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def long_options(command):
    return {
        option
        for parameter in command.params
        if isinstance(parameter, click.Option) and not parameter.hidden
        for option in parameter.opts
        if option.startswith("--")
    }


def test_the_committed_page_is_current():
    assert document() == TEXT, "python -m sviedka.cli.reference > docs/commands.md"


@pytest.mark.parametrize("name", TREE)
def test_every_command_and_option_is_documented(name):
    documented = sections()
    assert name in documented, f"docs/commands.md has no heading `sviedka {name}`"
    known = set(re.findall(r"--[a-z-]+", documented[name] + COMMON))
    assert long_options(TREE[name]) - known == set()


def test_no_command_is_documented_that_does_not_exist():
    assert set(sections()) <= set(TREE)


@pytest.mark.parametrize("name", LISTED)
def test_the_table_says_what_the_command_says(name):
    assert inspect.cleandoc(TREE[name].help).split("\n\n")[0] == LISTED[name].help


@pytest.mark.parametrize("name", TREE)
def test_the_first_sentence_of_a_help_is_short(name):
    assert not TREE[name].get_short_help_str(limit=60).endswith("...")


@pytest.mark.parametrize("name", LEAVES)
def test_every_command_takes_json_and_an_archive(name):
    assert {"--json", "--archive"} <= long_options(LEAVES[name])


@pytest.mark.parametrize("name", TREE)
@pytest.mark.parametrize("width", [30, 80, 200])
def test_every_help_renders_at_any_width(name, width):
    command = TREE[name]
    text = click.Context(command, info_name=f"sviedka {name}", terminal_width=width).get_help()
    assert command.name in text
    assert "\\b" not in text
