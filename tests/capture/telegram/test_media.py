"""Only regular files within the export are opened, whatever a message names."""

import os
import socket
from unicodedata import normalize

import pytest

from sviedka.capture.telegram.export import read_export
from sviedka.capture.telegram.media import Absent, Opened, Refused, open_media
from sviedka.capture.telegram.scanner import Chat
from sviedka.errors import InputError
from tests.material.hostile import write_hostile
from tests.material.hostile_media import MEDIA, PHOTO, SECRET

NO_EXPORT = {"export-is-link", "export-is-fifo", "export-is-folder", "page-alone"}


def content(found):
    with os.fdopen(found.descriptor, "rb") as file:
        return file.read()


def results(folder):
    """What becomes of each path that the export's messages name."""
    return [
        open_media(folder, media.path)
        for each in read_export(folder / "result.json", lambda _: True)
        if not isinstance(each, Chat)
        for media in each.message.media
        if media.path is not None
    ]


@pytest.mark.parametrize("case", sorted(MEDIA))
def test_nothing_outside_is_ever_opened(tmp_path, case):
    folder = write_hostile(tmp_path / "case", case)
    if case in NO_EXPORT:
        with pytest.raises(InputError):
            results(folder)
        return
    for found in results(folder):
        if isinstance(found, Opened):
            assert content(found) != SECRET
            assert (folder / found.path).resolve().is_relative_to(folder)


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("absolute", {Refused("outside")}),
        ("parent", {Refused("outside")}),
        ("parent-hidden", {Refused("outside")}),
        ("device", {Refused("outside")}),
        ("windows-path", {Absent()}),
        ("address", {Absent()}),
        ("percent-encoded", {Absent()}),
        ("home", {Absent()}),
        ("missing", {Absent()}),
        ("zero-in-path", {Refused("not_a_path")}),
        ("long-path", {Refused("not_a_path"), Absent()}),
        ("link-out", {Refused("link")}),
        ("link-absolute", {Refused("link")}),
        ("link-to-device", {Refused("link")}),
        ("link-to-itself", {Refused("link")}),
        ("link-dangling", {Refused("link")}),
        ("folder-is-link", {Refused("link")}),
        ("fifo", {Refused("not_a_file")}),
        ("directory", {Refused("not_a_file"), Refused("not_a_path")}),
        ("excuse-exists", set()),
    ],
)
def test_each_refusal_has_its_reason(tmp_path, case, expected):
    assert set(results(write_hostile(tmp_path / "case", case))) == expected


@pytest.mark.parametrize("stored", ["NFC", "NFD"])
@pytest.mark.parametrize("said", ["NFC", "NFD"])
def test_a_name_is_found_in_either_form(tmp_path, stored, said):
    path = tmp_path / normalize(stored, "ў й") / normalize(stored, "ё.jpg")
    path.parent.mkdir()
    path.write_bytes(b"here")
    found = open_media(tmp_path, normalize(said, "ў й/ё.jpg"))
    assert content(found) == b"here"
    assert tmp_path / found.path == path


def test_of_both_forms_the_one_that_is_named_is_opened(tmp_path):
    folder = write_hostile(tmp_path / "case", "both-forms")
    assert [content(found) for found in results(folder)] == [b"NFC\n", b"NFD\n"]


def test_roundabout_paths_lead_to_the_file_and_no_descriptor_is_lost(tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / PHOTO).write_bytes(b"here")
    for path in (PHOTO, f"./{PHOTO}", PHOTO.replace("/", "//")):
        found = open_media(tmp_path, path)
        assert found.path == PHOTO
        assert content(found) == b"here"
    lowest = os.dup(0)
    os.close(lowest)
    for path in (PHOTO + "/x", "none/x", "photos", "../x", "photos/none", "\ud800/x"):
        assert not isinstance(open_media(tmp_path, path), Opened)
    again = os.dup(0)
    os.close(again)
    assert again == lowest


def test_a_socket_is_no_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("s")
        assert open_media(tmp_path, "s") == Refused("not_a_file")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_refused(tmp_path):
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "a").chmod(0)
    assert open_media(tmp_path, "a") == Refused("unreadable")


def test_an_export_that_is_gone_is_an_input_error(tmp_path):
    with pytest.raises(InputError):
        open_media(tmp_path / "none", "a")
