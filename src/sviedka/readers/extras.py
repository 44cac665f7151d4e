"""What has to be installed besides for some formats."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

from sviedka.errors import NotInstalledError

_MODULES: Final = {
    "documents": ("olefile", "pypdfium2", "python_calamine"),
    "media": ("PIL", "c2pa", "pyexiv2"),
}


def require(extra: str, what: str) -> None:
    """NotInstalledError if ``what`` cannot be read here, for want of the libraries of ``extra``."""
    if any(find_spec(module) is None for module in _MODULES.get(extra, ())):
        raise NotInstalledError(
            f"the libraries that read {what} are not installed",
            do=f"install them: pip install 'sviedka[{extra}]'",
        )
