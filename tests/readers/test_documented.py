"""Every format is in the documentation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sviedka.readers import FORMATS

PAGE = (Path(__file__).parents[2] / "docs" / "capture.md").read_text("utf-8")
ROWS = "\n".join(line for line in PAGE.splitlines() if line.startswith("| "))


@pytest.mark.parametrize("name", [each.name for each in FORMATS])
def test_a_format_has_its_place_in_the_table(name: str) -> None:
    assert f"`{name}`" in ROWS


@pytest.mark.parametrize("extra", sorted({each.extra for each in FORMATS if each.extra}))
def test_what_it_needs_is_said(extra: str) -> None:
    assert re.search(rf"\|[^|]*`{extra}`[^|]*\|$", ROWS, re.MULTILINE)
