"""The append-only, signed log of an archive, in formats that other people's tools read."""
