"""Sviedka keeps evidence of political persecution safe, countable and publishable."""

__version__ = "0.1.0"
