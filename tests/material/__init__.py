"""Generators of test and demonstration material.

Everything here is invented: names, places, texts, numbers. The generators need Python's standard
library alone and nothing of the program that is tested with what they make; the same arguments and
seed give the same bytes. Each is also a command: ``python -m tests.material.telegram --help``.
"""
