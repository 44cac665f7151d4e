from __future__ import annotations

from pathlib import Path

from sviedka.kinds.document import document
from sviedka.kinds.model import load

PAGE = Path(__file__).parents[2] / "docs" / "kinds.md"


def test_the_page_is_current() -> None:
    assert PAGE.read_text("utf-8") == document(load()), "python -m sviedka.kinds > docs/kinds.md"


def test_the_page_names_every_field() -> None:
    text = PAGE.read_text("utf-8")
    for kind in load().values():
        assert f"## {kind.kind}\n" in text
        section = text.split(f"## {kind.kind}\n")[1].split("\n## ")[0]
        for name in kind.shape.fields:
            assert f"`{name}`" in section
