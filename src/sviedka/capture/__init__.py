"""From what people bring to items and records: files and folders, Telegram exports."""

from sviedka.capture.contents.parts import Parts
from sviedka.capture.filepaths import FilePaths
from sviedka.capture.live.captures import LiveCaptures
from sviedka.capture.sources import Sources
from sviedka.capture.telegram.attached import TelegramMedia
from sviedka.capture.telegram.chats import TelegramChats
from sviedka.capture.web.resources import WebResources

PROJECTIONS = (
    Sources(), FilePaths(), Parts(), LiveCaptures(), TelegramChats(), TelegramMedia(),
    WebResources(),
)  # fmt: skip
"""What this wing keeps in the index."""
