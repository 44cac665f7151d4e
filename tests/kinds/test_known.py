import pytest

from sviedka import kinds
from sviedka.errors import FormatError


def test_what_a_later_program_wrote_is_taken_as_it_is():
    kinds.check_known({"kind": "hologram", "v": 1, "depth": 3})
    kinds.check_known({"kind": "label", "v": 99, "colour": "red"})


def test_what_is_known_is_held_to_its_kind():
    kinds.check_known({"kind": "label", "v": 1, "name": "x", "sort": "files"}, "evidence")
    with pytest.raises(FormatError):
        kinds.check_known({"kind": "label", "v": 1, "name": 3, "sort": "files"}, "evidence")
