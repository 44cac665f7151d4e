"""Web archives that people bring: what is in them, how it stands with it, and reading it again."""
