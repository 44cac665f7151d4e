"""``sviedka``: the commands by what they are for, each loaded only when it is called."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from sviedka import __version__
from sviedka.cli import ending

if TYPE_CHECKING:
    from collections.abc import Sequence


_PROGRAM: Final = "sviedka"
_COMPLETING: Final = "_SVIEDKA_COMPLETE"
"""https://click.palletsprojects.com/en/stable/shell-completion/"""


class Listed(NamedTuple):
    """Where a command lives, and its one line of help, which must be known without loading it."""

    module: str
    help: str


SECTIONS: Final[dict[str, dict[str, Listed]]] = {
    "Begin": {
        "init": Listed("begin", "Make a new archive, and its recovery sheet."),
        "unlock": Listed("unlock", "Keep the keys in memory for a while."),
        "lock": Listed("unlock", "Forget the keys at once."),
        "status": Listed("status", "Show how the archive stands."),
        "help": Listed("help", "Show the help of a command."),
    },
    "Material": {
        "add": Listed("add", "Seal files, folders or Telegram exports."),
        "read": Listed("read", "Look into originals sealed before."),
        "capture": Listed("capture", "Capture public pages as they are now."),
        "recheck": Listed("capture", "See what became of captured pages."),
        "replay": Listed("replay", "Show a captured page again, offline, as a picture."),
        "web": Listed("web", "List what web archives hold, and write it out."),
        "list": Listed("look", "List cases, or what a case holds."),
        "show": Listed("look", "Show one item, record, case or entry."),
        "export": Listed("export", "Write originals out: one, or many as a package."),
        "undo": Listed("remove", "Take back a mistaken import."),
        "delete": Listed("remove", "Delete one item or record for good."),
        "destroy": Listed("remove", "Destroy a case or a facet, with its keys."),
    },
    "Proof": {
        "verify": Listed("verify", "Check the archive; --deep opens everything."),
        "scrub": Listed("verify", "Check every stored byte without any key."),
        "bundle": Listed("bundle", "Write a proof that others can check alone."),
        "check": Listed("bundle", "Check a proof bundle; needs no archive."),
        "witness": Listed("witness", "Have heads of the ledger cosigned outside."),
        "stamp": Listed("stamp", "Have heads stamped by authorities outside."),
    },
    "Keys and devices": {
        "passphrase": Listed("unlock", "Change the passphrase of this device."),
        "device": Listed("device", "Add, list and remove devices."),
        "sync": Listed("sync", "Exchange with other devices through a folder."),
        "handover": Listed("sync", "Pass the role of sequencer to another device."),
        "backup": Listed("backup", "Copy the archive, or back up the keys."),
        "restore": Listed("backup", "Make an archive from a copy."),
        "recover": Listed("backup", "Regain an archive with the recovery sheet."),
        "rebuild": Listed("status", "Make the index again from the ledger."),
    },
}
_COMMANDS: Final = {name: listed for part in SECTIONS.values() for name, listed in part.items()}


class App(click.Group):
    """The root command."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's
        """All of them, in the order of the help."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's
        """Load one."""
        listed = _COMMANDS.get(cmd_name)
        if listed is None:
            return None
        module = import_module(f"sviedka.cli.{listed.module}")
        command: click.Command = getattr(module, f"{cmd_name}_", None) or getattr(module, cmd_name)
        return command

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's
        formatter: click.HelpFormatter,
    ) -> None:
        """Show them by section, from the table alone."""
        for title, part in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name, listed.help) for name, listed in part.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is meant; for a slip of the hand, say which it may have been."""
        name = args[0]
        if name not in _COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            import difflib

            near = difflib.get_close_matches(name, _COMMANDS, n=3)
            hint = f"; did you mean {' or '.join(near)}?" if near else ""
            raise click.UsageError(f"there is no command {name!r}{hint}", ctx)
        return super().resolve_command(ctx, args)

    def main(self, args: Sequence[str] | None = None, *rest: Any, **options: Any) -> Any:
        """Run, and end with the exit status that the outcome deserves."""
        words = list(sys.argv[1:] if args is None else args)
        if _COMPLETING in os.environ:  # a shell asks what could come next; click answers
            return super().main(words, _PROGRAM, *rest[1:], **options)
        sys.exit(ending.run(lambda: self._run(words), words))

    def _run(self, words: list[str]) -> Any:
        with self.make_context(_PROGRAM, words) as context:
            return self.invoke(context)


@click.group(
    cls=App,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Every command takes --help, --json, and --archive FOLDER (or SVIEDKA_ARCHIVE, "
    "or the nearest folder above). Documentation: docs/commands.md.",
)
@click.version_option(__version__, prog_name="sviedka", message="%(prog)s %(version)s")
def main() -> None:
    """Keep evidence of political persecution safe, countable and publishable."""
