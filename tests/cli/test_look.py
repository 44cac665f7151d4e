"""``sviedka list`` and ``show``: what people find again, and how."""

import json

import pytest

from tests.cli.conftest import CHANNEL, FILES, MESSAGES
from tests.program import Program


def photo_of(program):
    """The item that hung on a message of the channel."""
    found = program.json("list", CHANNEL)["items"]
    return next(each for each in found if each["name"].startswith("photo"))


def test_lists_say_how_many_there_are(begun):
    whole = begun.run("list", "files").out
    assert "of 3 items" not in whole
    assert len(whole.splitlines()) == 3
    first = begun.run("list", "files", "--limit", 2).out.splitlines()
    assert first[-1] == "1–2 of 3 items. Go on with --offset 2"
    last = begun.run("list", "files", "--offset", 2).out.splitlines()
    assert last[-1] == "3–3 of 3 items."
    assert [line[:12] for line in whole.splitlines()] == [
        line[:12] for line in (*first[:-1], *last[:-1])
    ]
    assert begun.run("list", "files", "--offset", 9).out == "There are only 3 items.\n"


def test_a_case_without_originals_says_what_else_it_holds(program, tmp_path):
    export = {"name": "Чат", "type": "personal_chat", "id": 7, "messages": MESSAGES[:1]}
    (tmp_path / "result.json").write_text(json.dumps(export), encoding="utf-8")
    assert "--kind message" in program.run("add", tmp_path / "result.json").out
    said = program.run("list", "Чат").out
    assert said.startswith("There are no items. Records, by --kind: ")
    assert "1 message" in said


def test_an_empty_archive(tmp_path):
    program = Program.with_archive(tmp_path / "empty")
    assert program.run("list").out == "There are no cases.\n"
    assert program.run("list", "--imports").out == "There are no imports.\n"
    assert program.attempt("list", "--kind", "message").status == 2
    assert "0 cases, 0 records" in program.run("status").out
    assert program.json("list") == {"cases": [], "offset": 0, "total": 0}


@pytest.mark.parametrize("kind", ["message", "file", "event", "item", "label", "raw", "source"])
def test_records_begin_with_what_they_say(begun, kind):
    rows = begun.json("list", "--kind", kind)["records"]
    lines = begun.run("list", "--kind", kind).out.splitlines()
    assert len(lines) == len(rows)
    assert all(line.startswith(row["id"][:12]) for line, row in zip(lines, rows, strict=True))


def test_messages_by_the_calendar_of_the_archive(begun):
    first, second = begun.run("list", CHANNEL, "--kind", "message").out.splitlines()
    assert first.endswith("2020-08-09 21:00  Першае паведамленне")
    assert second.endswith("2020-08-10 00:00  [photo] З фота")


def test_names_are_paths_or_messages(begun):
    assert {each["name"] for each in begun.json("list", "files")["items"]} == set(FILES)
    names = {each["name"] for each in begun.json("list", CHANNEL)["items"]}
    assert names == {"photo of message 2", "result.json"}


def test_an_original_knows_whence_it_came_and_what_happened_to_it(program, tmp_path):
    photo = photo_of(program)
    program.run("export", photo["id"], tmp_path / "out.jpg", "--purpose", "for the lawyer")
    found = program.json("show", photo["id"])
    assert found["label"] == CHANNEL
    assert found["paths"] == ["photos/фота_1.jpg"]
    (message,) = found["messages"]
    assert message["number"] == 2
    assert program.json("show", message["id"])["record"]["text"] == "З фота"
    assert [(each["type"], each["purpose"]) for each in found["custody"]] == [
        ("ing", "week 47"),
        ("dis", "for the lawyer"),
    ]
    shown = program.run("show", photo["id"]).out
    for each in ("photos/фота_1.jpg", "taken in", "given out", "for the lawyer", CHANNEL):
        assert each in shown


def test_exported_into_a_folder_it_has_its_name_again(program, tmp_path):
    photo = photo_of(program)
    out = program.json("export", photo["id"], tmp_path)["out"]
    assert out == str(tmp_path / "фота_1.jpg")
    assert program.attempt("export", photo["id"], tmp_path).status == 2  # never over another
    hostile = next(each for each in program.json("list", "files")["items"] if "\n" in each["name"])
    assert program.json("export", hostile["id"], tmp_path)["out"] == str(tmp_path / "a_[31m_b.txt")


def test_what_cannot_be_given_out_is_not_entered_as_given(program, tmp_path):
    photo = photo_of(program)
    assert program.attempt("export", photo["id"], tmp_path / "none" / "out").status == 2
    assert len(program.json("show", photo["id"])["custody"]) == 1


def test_an_original_by_its_hash(begun):
    item = begun.json("list", "files")["items"][0]
    assert begun.json("show", item["sha256"])["id"] == item["id"]


def test_a_case_by_label_or_beginning(begun):
    found = begun.json("show", CHANNEL)
    assert begun.json("show", found["case"][:8]) == found
    assert found["kinds"]["message"] == 2
    assert found["facets"]["evidence"]["items"] == 2


def test_an_entry_by_its_position(begun):
    assert begun.json("show", 0)["kind"] == "found"
    assert all(len(line) < 400 for line in begun.run("show", 0).out.splitlines())


def test_adding_says_where_to_and_what_next(program, material, tmp_path):
    (tmp_path / "one").write_bytes(b"1")
    said = program.run("add", tmp_path / "one").out
    assert f"Archive: {program.archive}" in said
    assert "1 original (1 B)" in said
    assert "sviedka list" in said
    assert "sviedka undo" in said
    again = program.run("add", tmp_path / "one").out
    assert "nothing new" in again
    assert "undo" not in again


@pytest.mark.slow
def test_thousands_of_items_are_listed_at_once(program, tmp_path):
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(5000):
        (folder / f"{number}").write_bytes(b"%d" % number)
    program.run("add", folder)
    lines = program.run("list", "many").out.splitlines()
    assert lines[-1] == "1–100 of 5,000 items. Go on with --offset 100"
    assert len(program.json("list", "many", "--limit", 5000)["items"]) == 5000
