"""Exports of Telegram Desktop: reading them, whatever has become of them."""
