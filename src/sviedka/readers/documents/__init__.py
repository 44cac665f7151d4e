"""Documents: their text in reading order, what they state about themselves, what they hold."""
