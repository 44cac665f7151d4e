"""Captures in an archive, and what became of their pages."""

import json
from typing import get_args

import pytest

from sviedka import kinds
from sviedka.capture.live import capturing, recheck, robots, walls
from sviedka.capture.live.adapters.choosing import ADAPTERS, choose, named
from sviedka.capture.live.limits import Limits
from sviedka.capture.live.running import Means, Run
from sviedka.capture.live.visit import Trouble
from sviedka.capture.whence import called
from sviedka.errors import AmbiguousError, NotFoundError
from sviedka.keep.index.items import items
from tests.capture.live.fetching import records
from tests.capture.live.servers import Answer, site
from tests.keep.world import assert_rebuilds
from tests.material.channel import Post, answers

MEANS = Means(limits=Limits(idle=5, redirects=3))
PAGE = (
    b"<!doctype html><title>Story</title><h1>Story</h1><p>One paragraph.</p>"
    b'<img src="/a.png"><img src="/b.png">'
)


def pages():
    return {
        "/": Answer(PAGE), "/a.png": Answer(b"a", "image/png"),
        "/b.png": Answer(b"b", "image/png"),
    }  # fmt: skip


@pytest.fixture
def there():
    with site(pages()) as running:
        yield running


def run(archive):
    return Run(archive, MEANS, collector="Сонца", purpose="case 7")


def taken(world, *urls):
    """Capture these pages; what was made, and how it was sealed."""
    with world.open() as archive:
        under_way = run(archive)
        made = [under_way.capture(url, choose(url)) for url in urls]
        return made, [under_way.seal(each) for each in made]


def again(world, *, keep=True):
    with world.open() as archive:
        found = recheck.all_of(archive, None)
        return [recheck.recheck(archive, run(archive), each, keep=keep) for each in found]


def test_a_capture_is_sealed_with_all_that_was_made_of_it(world, there):
    (made,), (sealed,) = taken(world, there.url)
    found = world.read()
    assert found.originals[sealed.warc] == made.warc.read()
    (record,) = found.values("capture")
    assert record["collector"] == "Сонца"
    assert (record["result"], record["status"], record["title"]) == ("captured", 200, "Story")
    assert record["proxied"] is False
    parts = {each["role"]: found.originals[each["item"]] for each in record["parts"]}
    assert parts["text"].decode() == "Story\nOne paragraph."
    listed = [json.loads(line) for line in parts["listing"].splitlines()]
    assert [each["url"] for each in listed] == [
        f"{there.url}/{name}" for name in ("", "a.png", "b.png")
    ]
    events = {each["type"]: each for each in found.values("event") if "import" in each}
    assert events["cap"]["purpose"] == "case 7"
    (label,) = found.values("label")
    assert (label["name"], label["sort"]) == ("127.0.0.1", "capture")
    with world.open() as archive:
        assert_rebuilds(archive)
        with archive.projector.index.reading() as db:
            names = called(db, [each.id for each in items(db)])
    stem = f"127.0.0.1-{made.began:%Y%m%dT%H%M%SZ}"
    assert sorted(names.values()) == [f"{stem}{end}" for end in (".jsonl", ".txt", ".warc.gz")]


def test_each_answer_is_found_inside_the_archive_that_holds_it(world, there):
    _, (sealed,) = taken(world, there.url)
    found = world.read().values("resource")
    pages = [each for each in found if each["item"] == sealed.warc]
    urls = {each.get("url", "") for each in pages}
    assert {f"{there.url}/", f"{there.url}/a.png", f"{there.url}/b.png"} <= urls


def test_captures_of_one_server_share_a_case(world, there):
    _, first = taken(world, there.url)
    _, second = taken(world, f"{there.url}/a.png", f"{there.url}/none")
    assert {each.case for each in (*first, *second)} == {first[0].case}
    assert len(world.read().values("label")) == 1


def test_what_is_the_same_again_is_kept_once(world, there):
    taken(world, there.url)
    before = world.read()
    taken(world, there.url)
    after = world.read()
    assert len(after.originals) == len(before.originals) + 1  # the WARC; it has other times


def test_a_page_that_did_not_change_is_the_same(world, there):
    taken(world, there.url)
    (found,) = again(world)
    assert (found.outcome, found.changes, found.kept) == ("same", [], None)
    (record,) = world.read().values("recheck")
    assert record["outcome"] == "same"
    assert "changes" not in record
    assert len(world.read().values("capture")) == 1


def test_a_page_differs_only_where_it_changed(world, there):
    taken(world, there.url)
    there.answers["/b.png"] = Answer(b"B", "image/png")
    (found,) = again(world)
    assert found.outcome == "changed"
    assert [(each.url, each.change) for each in found.changes] == [
        (f"{there.url}/b.png", "altered")
    ]
    assert found.lines == []
    there.answers["/"] = Answer(PAGE.replace(b"One paragraph", b"Another"))
    (found,) = again(world)
    assert [(each.url, each.change) for each in found.changes] == [(f"{there.url}/", "altered")]
    assert [tuple(each) for each in found.lines] == [
        ("gone", "One paragraph."), ("added", "Another."),
    ]  # fmt: skip
    held = world.read()
    assert len(held.values("capture")) == 3
    last = held.values("recheck")[-1]
    assert last["lines"][0] == {"change": "gone", "text": "One paragraph."}
    assert last["new"] == found.kept.record
    assert held.originals[found.kept.warc] == found.after.warc.read()


def test_what_changes_each_time_is_told_each_time(world):
    with site(pages()) as there:
        taken(world, there.url)
        for number in range(2):
            there.answers["/"] = Answer(PAGE + f"<p>{number} readers".encode())
            (found,) = again(world)
            assert found.outcome == "changed"


def test_without_keeping_the_change_is_on_record_all_the_same(world, there):
    taken(world, there.url)
    there.answers["/b.png"] = Answer(b"B", "image/png")
    (found,) = again(world, keep=False)
    assert (found.outcome, found.kept) == ("changed", None)
    held = world.read()
    assert "new" not in held.values("recheck")[0]
    assert len(held.values("capture")) == 1


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer(b"gone", status=404), "deleted"),
        (Answer(b"gone", status=410), "deleted"),
        (Answer(b"", status=302, headers={"Location": "/a.png"}), "moved"),
        (Answer(b"", status=302, headers={"Location": "/login"}), "login_wall"),
        (Answer(b"", status=403), "login_wall"),
        (Answer(b"<input type=password>"), "login_wall"),
        (Answer(b"", status=503), "refused"),
        (Answer(b"", status=302, headers={"Location": "/"}), "unreachable"),
    ],
)
def test_what_became_of_a_page(world, there, answer, outcome):
    taken(world, there.url)
    there.answers["/"] = answer
    (found,) = again(world)
    assert found.outcome == outcome
    assert found.changes == []
    held = world.read()
    (record,) = held.values("recheck")
    assert record["outcome"] == outcome
    assert record["new"] == found.kept.record
    status = [each[3][:20] for each in records(found.after.warc.read()) if each[0] == "response"]
    assert str(answer.status).encode() in status[0]
    there.answers["/"] = Answer(PAGE)  # and what it was compared with is what it was
    assert [each.outcome for each in again(world)] == ["same"]


def test_a_server_that_is_gone_is_unreachable(world):
    with site(pages()) as there:
        taken(world, there.url)
    (found,) = again(world)
    assert (found.outcome, found.kept) == ("unreachable", None)
    (record,) = world.read().values("recheck")
    assert record["faults"][0]["what"] == "the server cannot be reached"


def test_a_capture_is_meant_by_any_of_its_items(world, there):
    _, (sealed,) = taken(world, there.url)
    with world.open() as archive:
        meant = [recheck.meant(archive, name) for name in (sealed.record, sealed.warc[:12])]
        assert {each.id.hex() for each in meant} == {sealed.record}
        with pytest.raises((AmbiguousError, NotFoundError)):
            recheck.meant(archive, "f" * 64)


def test_a_record_that_is_no_capture_is_not_meant(world, there):
    taken(world, there.url)
    (label,) = world.read().kind("label")
    with world.open() as archive, pytest.raises(NotFoundError):
        recheck.meant(archive, label.id)


def test_a_channel_is_asked_again_for_as_many_pages(world):
    posts = [Post(number, f"Допіс {number}") for number in range(1, 8)]
    with site(answers("kanal", posts)) as there:
        with world.open() as archive:
            under_way = run(archive)
            url = f"{there.url}/s/kanal"
            under_way.seal(under_way.capture(url, named("telegram"), pages=3))
        (same,) = again(world)
        assert same.outcome == "same"
        posts[0].views = "1.3K"
        there.answers |= {path: Answer(body) for path, body in answers("kanal", posts).items()}
        (found,) = again(world)
    assert found.outcome == "changed"
    assert [tuple(each) for each in found.lines] == []  # the text is that of the first page
    assert [each.url for each in found.changes] == [f"{there.url}/s/kanal?before=2"]


def test_kinds_list_every_trouble_and_result_that_there_is():
    fields = kinds.kind_of("capture").shape.fields
    troubles = {word for each in get_args(Trouble) for word in get_args(each) or [each]}
    assert set(fields["faults"].shape.fields["trouble"].choices) == troubles
    assert set(fields["result"].choices) == set(get_args(capturing.Result))
    assert set(fields["wall"].choices) == set(get_args(walls.Wall))
    assert set(fields["robots"].choices) == set(get_args(robots.Robots))
    assert set(fields["adapter"].choices) == {each.name for each in ADAPTERS}
    outcomes = kinds.kind_of("recheck").shape.fields["outcome"].choices
    assert set(outcomes) == set(get_args(recheck.Outcome))
