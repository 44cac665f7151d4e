"""The examples of the format are those of the sample archive."""

from pathlib import Path

from tests.reader.examples import Sample, page

PAGE = Path(__file__).parents[2] / "docs" / "format-examples.md"


def test_the_page_is_what_the_sample_gives():
    assert PAGE.read_text(encoding="utf-8") == page(Sample())
