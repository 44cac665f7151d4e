"""From what people bring to items and records: files and folders, Telegram exports."""

from sviedka.capture.filepaths import FilePaths

PROJECTIONS = (FilePaths(),)
"""What this wing keeps in the index."""
