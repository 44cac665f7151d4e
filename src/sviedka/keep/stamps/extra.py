"""The extra ``stamps``: what reads stamps is loaded only where one is read."""

from __future__ import annotations

from importlib.util import find_spec

from sviedka.errors import UsageError


def there() -> bool:
    """Whether stamps can be read here."""
    return all(find_spec(name) for name in ("rfc3161_client", "opentimestamps"))


def require() -> None:
    """UsageError if stamps cannot be read here."""
    if not there():
        raise UsageError(
            "time stamps need more than the base installation",
            do="pip install 'sviedka[stamps]'",
        )
