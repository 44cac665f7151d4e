"""Hostile bytes for every reader: ``python -m tests.fuzz``, and a little of it in each test run."""
