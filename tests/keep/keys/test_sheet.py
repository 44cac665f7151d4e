import pytest

from sviedka.keep.keys import sheet, typed
from sviedka.keep.keys.recovery import RecoveryKey

KEY = RecoveryKey(bytes(range(32)))
LANGUAGES = ["be", "en", "ru"]


@pytest.fixture(params=LANGUAGES)
def page(request, archive):
    return sheet.text(KEY, archive, "2024-02-29", request.param)


def test_what_is_typed_off_the_sheet_is_the_key(page):
    start = page.index(typed.HEAD)
    block = page[start : page.index("\n\n", start)]
    assert typed.parse(block) == KEY
    assert all(len(group) <= 4 for group in block.split()[1:])


def test_it_says_which_archive_and_which_key_it_is_for(page, archive):
    compact = page.replace(" ", "")
    assert archive[:32] in compact
    assert KEY.keys.id in compact
    assert "2024-02-29" in page
    assert "sviedka recover" in page


def test_it_fits_a_page(page):
    assert max(len(line) for line in page.splitlines()) <= 80
    assert len(page.splitlines()) <= 50
    assert "{" not in page


def test_each_language_has_a_text_of_its_own(archive):
    pages = {sheet.text(KEY, archive, "2024-02-29", language) for language in LANGUAGES}
    assert len(pages) == len(LANGUAGES)
