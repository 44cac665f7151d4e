"""From what people bring to items and records: files and folders, Telegram exports."""

from sviedka.capture.filepaths import FilePaths
from sviedka.capture.telegram.chats import TelegramChats

PROJECTIONS = (FilePaths(), TelegramChats())
"""What this wing keeps in the index."""
