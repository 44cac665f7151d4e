"""Strategies for exports of any layout, and what a plain reader makes of them."""

import json

from hypothesis import strategies as st

KEYS = st.sampled_from(["id", "type", "text", "date", "messages", "chats", "list", "name", "й", ""])
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
    | st.sampled_from(['"]}', '\\"messages": [{', "\\", "{[", "\x00\x1f\x7f", "😀\ud7ff", '":'])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
MESSAGES = st.lists(st.dictionaries(KEYS | st.text(max_size=3), VALUES, max_size=5), max_size=6)


@st.composite
def chats(draw):
    """A chat, its keys in any order, with keys of no meaning among them."""
    known = {
        "name": draw(st.none() | st.text(max_size=9)),
        "type": draw(st.sampled_from(["public_channel", "personal_chat", "x"])),
        "id": draw(st.integers(-(2**62), 2**62)),
        "messages": draw(MESSAGES),
    }
    other = draw(st.dictionaries(st.sampled_from(["x", "about", ""]), VALUES, max_size=2))
    return dict(draw(st.permutations([*known.items(), *other.items()])))


@st.composite
def accounts(draw):
    """A whole account: chats in either list, and things that must not come out."""
    parts = {
        "contacts": {"list": [{"messages": [{"id": "never"}]}]},
        "personal_information": draw(VALUES),
        "chats": {"about": "", "list": draw(st.lists(chats(), max_size=3))},
        "left_chats": {"list": draw(st.lists(chats(), max_size=2))},
    }
    return dict(draw(st.permutations(list(parts.items()))))


@st.composite
def texts(draw, documents):
    """A document in one of many layouts, as bytes."""
    document = draw(documents)
    text = json.dumps(
        document,
        ensure_ascii=draw(st.booleans()),
        indent=draw(st.sampled_from([None, 0, 1, "\t"])),
        separators=draw(st.sampled_from([(",", ":"), (", ", ": "), (" ,\r\n", "\t:\n")])),
    )
    bom = draw(st.sampled_from([b"", b"", b"\xef\xbb\xbf"]))
    return bom + text.encode("utf-8", "surrogatepass")


def chats_of(document):
    """The chats of a document in the order in which they end, as (section, chat)."""
    if "messages" in document:
        return [("", document)]
    return [
        (section, chat)
        for section in document
        if section in ("chats", "left_chats")
        for chat in document[section]["list"]
    ]
