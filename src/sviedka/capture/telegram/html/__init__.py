"""Telegram Desktop's HTML exports: pages for people, read to the same records as its JSON."""
