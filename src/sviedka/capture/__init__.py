"""From what people bring to items and records: files and folders, Telegram exports."""
