"""The names of facts: one vocabulary for all formats, and what each may give away.

A fact's name says what is stated; its place, in which of a format's fields. What points to a
person, a device or a place *reveals*; it is kept apart from the rest.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

from sviedka.readers.findings import Fact
from sviedka.readers.wording import sound

if TYPE_CHECKING:
    from sviedka.readers.findings import Value

Reveals = Literal["account", "device", "history", "person", "place", "time_zone"]

LONGEST: Final = 10_000
"""Characters of a value that are kept; one property of a picture may hold megabytes."""
_LONGEST_PLACE: Final = 200
_OFFSET: Final = re.compile(r"(.*\d\d:\d\d.*?)\s*([+-]\d\d:?\d\d)", re.DOTALL)

_REVEALING: Final[dict[Reveals, str]] = {
    "person": """author modified_by owner manager credit copyright person_shown face_name
        change_by comment_by c2pa_signer
        mail_from mail_to mail_cc mail_bcc mail_sender mail_reply_to mail_subject mail_header""",
    "account": """company contact account_id custom
        mail_id mail_in_reply_to mail_references mail_received mail_envelope""",
    "device": """device_make device_model device_serial lens_model lens_serial host_computer
        device_software image_id mail_client""",
    "place": """gps_position gps_altitude gps_direction gps_speed gps_time gps_destination
        place_name""",
    "time_zone": "time_zone",
    "history": """template document_id derived_from history_step thumbnail_differs file_path
        printer""",
}
_PLAIN: Final = """
    format_version width height orientation colour pages words duration brand track
    sample_rate channels encoding quantisation progressive charset_declared charset_used language
    macros encrypted
    created_stated modified_stated digitised_stated printed_stated software encoder revision
    editing_minutes
    title subject description keywords category comment address
    c2pa_integrity c2pa_trust c2pa_generator c2pa_action c2pa_assertion c2pa_signed_stated
    c2pa_problem c2pa_remote
    sent_stated hidden
"""

REVEALS: Final[dict[str, Reveals | None]] = {
    **dict.fromkeys(_PLAIN.split(), None),
    **{name: reveals for reveals, names in _REVEALING.items() for name in names.split()},
}
"""Every name, and what it reveals, if anything beyond what the content itself says."""


def fact(part: int, name: str, value: Value, place: str) -> Fact:
    """A fact by one of the names in ``REVEALS``, its text made sound and cut to ``LONGEST``."""
    if isinstance(value, str):
        value = sound(value[:LONGEST]).strip()
    return Fact(part, name, value, sound(place[:_LONGEST_PLACE]), REVEALS[name] is not None)


def stated(part: int, name: str, value: str, place: str) -> list[Fact]:
    """The fact that ``value`` is stated, unless it is blank.

    Of a time that is ahead of UTC or behind it, the offset becomes a fact of its own, for it says
    where on earth a clock was set; the time stays what that clock showed.
    """
    found = fact(part, name, value, place)
    if not found.value:
        return []
    if name.endswith("_stated") and (local := _OFFSET.fullmatch(str(found.value))):
        time, offset = local.groups()
        if offset.strip("+-0:"):
            return [fact(part, name, time, place), fact(part, "time_zone", offset, place)]
    return [found]
