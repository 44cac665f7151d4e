"""Archives of files, and single compressed files."""
