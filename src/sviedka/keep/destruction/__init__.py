"""Destroying for good: whole facets and cases, single items and records, mistaken imports.

First the ledger says what goes, then it goes; ``remains`` finishes what a crash cut short. The acts
are ``facets.destroy``, ``records.delete`` and ``imports.undo``.
"""
