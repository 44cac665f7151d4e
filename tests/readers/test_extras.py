"""What is not installed is named, with what to do about it."""

from __future__ import annotations

import pytest

from sviedka.errors import InputError
from sviedka.readers import FORMATS, extras


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_what_every_format_needs_is_known(form):
    assert form.extra in {"", *extras._MODULES}
    extras.require(form.extra, form.name)


def test_a_missing_library_is_an_error_of_the_input_that_says_what_to_install(monkeypatch):
    monkeypatch.setitem(extras._MODULES, "media", ("PIL", "no_such_module"))
    with pytest.raises(InputError) as raised:
        extras.require("media", "picture")
    assert "sviedka[media]" in raised.value.do
