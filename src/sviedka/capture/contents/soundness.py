"""Whether a file can be read whole, for those who want nothing else in their archive."""

from __future__ import annotations

import os
from contextlib import closing
from typing import TYPE_CHECKING

from sviedka.capture.web.contents import records
from sviedka.errors import InputError, NotInstalledError, SandboxError
from sviedka.keep.vault.disk import open_plain
from sviedka.readers import Fault, PartEnd, format_of, read
from sviedka.readers.formats import BEGINNING

if TYPE_CHECKING:
    from pathlib import Path

    from sviedka.readers import Finding, Format
    from sviedka.sandbox import Nursery


def is_sound(place: Path, nursery: Nursery) -> bool:
    """Whether its reader finds nothing wrong with a file; so it is with one that no reader knows.

    What it holds is not looked into. OSError if the file cannot be opened.
    """
    with open_plain(place) as file:
        source = file.fileno()
        form = format_of(os.pread(source, BEGINNING, 0), place.name)
        if form is None:
            return True
        if form.sort == "web":
            *_, said = records(source, place.name, "", "")
            return bool(said["outcome"] == "whole")
        return _reads_well(source, form, nursery)


def _reads_well(source: int, form: Format, nursery: Nursery) -> bool:
    try:
        with closing(read(source, form, nursery=nursery)) as findings:
            return not any(_tells_of_trouble(each) for each in findings)
    except NotInstalledError:
        return True  # nothing is known against it
    except (InputError, SandboxError):
        return False


def _tells_of_trouble(finding: Finding) -> bool:
    return isinstance(finding, Fault) or (isinstance(finding, PartEnd) and bool(finding.trouble))
