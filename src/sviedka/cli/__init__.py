"""The command line: thin. Each command parses, calls the library, and shows what came of it."""

from sviedka.cli.app import main

__all__ = ["main"]
