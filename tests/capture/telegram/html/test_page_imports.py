"""Pages go in whole or not at all, once, and nobody is named outside of ``identity``."""

from __future__ import annotations

import os
import signal
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from sviedka.capture.telegram import chatimport
from sviedka.capture.telegram.html.books import Book
from sviedka.capture.telegram.html.importing import add
from sviedka.capture.telegram.people import A_KEY
from sviedka.errors import InputError
from sviedka.keep.archive import Archive
from sviedka.keep.destruction.imports import undo
from sviedka.keep.index.events import imports
from sviedka.keep.index.records import records
from tests.capture.telegram.bringing import UNASKED, bring, said, write
from tests.capture.telegram.html.pages_of import bring_pages, message, page, put, service, yes
from tests.keep.world import assert_rebuilds
from tests.material.telegram_html import Style, write_both

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.capture.opened import Capturing

CARD = b"BEGIN:VCARD\nFN:Vusna Nikomu\nTEL:+999 66 424242\nEND:VCARD\n"


def medium(href: str, kind: str = "media_file") -> str:
    """A file on a message."""
    return f'<div class="media_wrap"><a class="media {kind}" href="{href}"></a></div>'


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Groups of a few messages."""
    monkeypatch.setattr(chatimport, "GROUP_MESSAGES", 5)


def stopping(run: Callable[[], object], after: int, how: Callable[[], None]) -> bool:
    """Run, but stop when so many groups stand; whether it came to that."""
    saves = 0
    append = Archive.append

    def counted(archive: Archive, drafts: list[Any]) -> Any:
        nonlocal saves
        if saves == after:
            how()
        saves += 1
        return append(archive, drafts)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Archive, "append", counted)
        try:
            run()
        except KeyboardInterrupt:
            return True
    return False


def interrupt() -> None:
    """Stop between two groups."""
    raise KeyboardInterrupt


def die() -> None:
    """End this process as it is."""
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("second", [False, True], ids=["alone", "after JSON"])
def test_interrupted_between_any_two_groups(
    founded: Capturing, tmp_path: Path, second: bool
) -> None:
    html = tmp_path / "html"
    write_both(tmp_path / "json", messages=14, media=0, html=html, style=Style(page=6))
    begun = founded.copy(tmp_path / "begun")
    if second:
        bring(begun, tmp_path / "json")
    whole = begun.copy(tmp_path / "whole")
    bring_pages(whole, html, ask=yes)
    undisturbed = whole.read().told()
    after, world = 0, begun.copy(tmp_path / "0")
    while stopping(lambda: bring_pages(world, html, ask=yes), after, interrupt):  # noqa: B023
        bring_pages(world, html, ask=yes)
        assert world.read().told() == undisturbed
        with world.open() as archive:
            with archive.projector.index.reading() as db:
                assert len(imports(db)) == 1 + second
            assert_rebuilds(archive)
        size = world.size()
        bring_pages(world, html)
        assert world.size() == size
        after += 1
        world = begun.copy(tmp_path / str(after))
    assert after > 2


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("after", [1, 2])
def test_killed(founded: Capturing, tmp_path: Path, after: int) -> None:
    html = tmp_path / "html"
    write_both(tmp_path / "json", messages=14, media=3, html=html, style=Style(page=6))
    whole, world = founded.copy(tmp_path / "whole"), founded.copy(tmp_path / "killed")
    bring_pages(whole, html)
    child = os.fork()
    if child == 0:
        stopping(lambda: bring_pages(world, html), after, die)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    bring_pages(world, html)
    assert world.read().told() == whole.read().told()


KINDS = ("chat", "item", "message", "participant", "post", "raw", "source")


def kinds_of(world: Capturing) -> Counter[str]:
    """How many records there are of each kind."""
    with world.open() as archive, archive.projector.index.reading() as db:
        return Counter(each.kind for each in records(db))


def test_taken_back(world: Capturing, tmp_path: Path) -> None:
    html = tmp_path / "html"
    write_both(tmp_path / "json", messages=30, media=3, html=html)
    bring(world, tmp_path / "json")
    before = kinds_of(world)
    (outcome,) = bring_pages(world, html, ask=yes)
    assert kinds_of(world)["raw"] == 60
    with world.open() as archive:
        undone = undo(archive, outcome.import_id, "памылка")
    assert undone.kept == []
    after = kinds_of(world)
    assert {kind: after[kind] for kind in KINDS} == {kind: before[kind] for kind in KINDS}
    (again,) = bring_pages(world, html, ask=yes)
    assert (again.case, again.sources) == (outcome.case, 30)
    with world.open() as archive:
        undo(archive, again.import_id, "памылка")
    (apart,) = bring_pages(world, html, ask=lambda _: False)
    with world.open() as archive:
        assert undo(archive, apart.import_id, "памылка").cases == [apart.case]


def test_outside_of_identity_nobody_is_named(world: Capturing, tmp_path: Path) -> None:
    (tmp_path / "contacts").mkdir()
    (tmp_path / "contacts" / "c.vcf").write_bytes(CARD)
    forwarded = (
        '<div class="pull_left forwarded userpic_wrap"></div><div class="forwarded body">'
        '<div class="from_name">Переслана Іншым</div><div class="text">добры дзень</div></div>'
    )
    contact = (
        '<div class="media_wrap"><a class="media media_contact" href="contacts/c.vcf">'
        '<div class="body"><div class="title bold">Vusna Nikomu</div>'
        '<div class="status details">+999 66 424242 - vCard</div></div></a></div>'
    )
    put(
        tmp_path,
        page(
            message(1, name="Марыля Небывальская", text="тэкст"),
            message(2, forwarded, name="Янка Прыкладны via @tajny_bot"),
            message(3, contact, name="Янка Прыкладны"),
            service(4, "Янка Прыкладны запрасіў Таямнічую Асобу"),
            message(5, '<div class="signature details">Подпіс Асобы</div>', name="Марыля"),
            title="Янка Прыкладны",
        ),
    )
    (outcome,) = bring_pages(world, tmp_path)
    assert outcome.label == "Янка Прыкладны"
    found = world.read()
    open_to_others = found.outside("identity").decode()
    for secret in (
        "Марыля", "Небывальская", "Янка", "Прыкладны", "Перасл", "Іншым", "tajny_bot", "Nikomu",
        "424242", "Таямнічую", "Подпіс", tmp_path.name,
    ):  # fmt: skip
        assert secret not in open_to_others
    assert "тэкст" in open_to_others
    assert {each.facet for each in found.kind("raw") + found.kind("participant")} == {"identity"}
    assert {each.facet for each in found.kind("chat") + found.kind("label")} == {"identity"}
    assert all(each["name_only"] for each in found.values("participant"))
    assert CARD in found.originals.values()


def test_a_key_covers_a_hundred_names(world: Capturing, tmp_path: Path) -> None:
    shown = [message(n, name=f"Чалавек {n}", text=f"Тэкст {n}") for n in range(1, 2 * A_KEY + 20)]
    put(tmp_path, page(*shown))
    bring_pages(world, tmp_path)
    found = world.read()
    sizes = Counter(each.case for each in found.kind("participant"))
    assert sorted(sizes.values()) == [19, A_KEY, A_KEY]
    homes = {each.value["participant"]: each.case for each in found.kind("participant")}
    authors = {each.id: each.value["author"] for each in found.kind("message")}
    assert all(homes[authors[each.value["message"]]] == each.case for each in found.kind("raw"))
    size = world.size()
    bring_pages(world, tmp_path)
    assert world.size() == size


@pytest.mark.parametrize(
    "href",
    ["messages.html", "messages2.html", "result.json", "./result.json", "../secret", "/etc/passwd",
     "link", "photos/../../secret"],
)  # fmt: skip
def test_nothing_but_media_is_taken(world: Capturing, tmp_path: Path, href: str) -> None:
    (tmp_path / "secret").write_text("сакрэт")
    folder = tmp_path / "export"
    put(folder, page(message(1, medium(href))), page(message(2)))
    (folder / "result.json").write_text('{"from": "Янка"}')
    (folder / "link").symlink_to(tmp_path / "secret")
    (outcome,) = bring_pages(world, folder)
    assert (outcome.items, outcome.missing, outcome.messages) == (0, 1, 2)
    (first, _) = world.read().values("message")
    assert first["media"] == [{"missing": "outside", "role": "file"}]


def test_media_that_come_later(world: Capturing, tmp_path: Path) -> None:
    put(tmp_path, page(message(1, medium("files/a.txt")), message(2)))
    (first,) = bring_pages(world, tmp_path)
    assert first.missing == 1
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "a.txt").write_bytes(b"a")
    (second,) = bring_pages(world, tmp_path)
    assert (second.messages, second.items, second.known) == (1, 1, 1)
    assert len(world.read().kind("post")) == 2
    (third,) = bring_pages(world, tmp_path)
    assert third.took_nothing


def test_what_is_wrong_with_a_page_is_said_and_the_rest_goes_on(
    world: Capturing, tmp_path: Path
) -> None:
    half = page(message(3, text="трэці"), message(4, text="чацвёрты" * 40))[:-900]
    put(
        tmp_path,
        page(message(1, text="першы")), half, b"\0" * 4096,
        page(message(7, text="чужы"), title="Іншы чат"), page(message(9, text="дзявяты")),
    )  # fmt: skip
    (tmp_path / "messages7.html").write_bytes(page(message(11, text="адзінаццаты")))
    (outcome,) = bring_pages(world, tmp_path)
    assert outcome.messages == 4
    assert outcome.missing == len(outcome.notes) == 4
    said_ = "\n".join(outcome.notes)
    assert "messages6.html: this page is not there" in said_
    assert "messages2.html: byte" in said_
    assert "messages3.html: it is no page" in said_
    assert "another chat" in said_
    (tmp_path / "messages2.html").write_bytes(page(message(3, text="трэці"), message(4, text="ч")))
    (again,) = bring_pages(world, tmp_path)
    assert (again.messages, again.known) == (1, 4)


def test_pages_in_another_order_or_twice_are_the_same_chat(
    world: Capturing, tmp_path: Path
) -> None:
    one, two = page(*(message(n, text=f"Т{n}") for n in (1, 2, 3))), page(message(4, text="Т4"))
    put(tmp_path / "a", one, two)
    bring_pages(world, tmp_path / "a")
    size = world.size()
    put(tmp_path / "b", two, one, one)
    (outcome,) = bring_pages(world, tmp_path / "b")
    assert outcome.known == 7
    assert world.size() == size


def test_numbers_that_repeat_or_lack(world: Capturing, tmp_path: Path) -> None:
    put(
        tmp_path,
        page(
            message(1, text="а"), message(1, text="б"), message(1, name="Іншы", text="а"),
            message("x", text="в"), message("", text="г"), message("9" * 18, text="д"),
        ),
    )  # fmt: skip
    (outcome,) = bring_pages(world, tmp_path)
    assert (outcome.messages, outcome.sources) == (5, 1)
    found = world.read()
    assert len(found.raws()) == 6
    assert len(found.kind("post")) == 4
    assert any("unusual" in each for each in outcome.notes)


def test_what_is_too_much_for_a_message_is_kept_as_bytes(world: Capturing, tmp_path: Path) -> None:
    deep = message(2, "<div>" * 100_000 + "</div>" * 100_000)
    put(tmp_path, page(message(1, text="а")), page(deep, message(3, text="б")))
    (outcome,) = bring_pages(world, tmp_path)
    assert outcome.messages == 2
    found = world.read()
    assert deep.encode() in found.originals.values()
    (place,) = found.kind("file")
    assert place.facet == "identity"
    assert place.value["path"].startswith("messages2.html#bytes=")


def test_a_long_message_lies_in_an_item(world: Capturing, tmp_path: Path) -> None:
    long = message(1, text="ў" * 200_000)
    put(tmp_path, page(long, message(2)))
    bring_pages(world, tmp_path)
    found = world.read()
    assert long.encode() in found.raws()
    size = world.size()
    bring_pages(world, tmp_path)
    assert world.size() == size


def test_nothing_to_read(world: Capturing, tmp_path: Path) -> None:
    put(tmp_path, page(message(1)))
    size = world.size()
    (tmp_path / "messages.html").write_bytes(b"nothing")
    with world.open() as archive, pytest.raises(InputError, match="no message"):
        add(archive, Book(tmp_path, (tmp_path,)), UNASKED)
    assert world.size() == size


def test_an_export_that_changed_is_added_to(world: Capturing, tmp_path: Path) -> None:
    bring(world, write(tmp_path / "json", said(1)))
    put(tmp_path / "html", page(*(message(n, text=f"Т{n}") for n in range(1, 5))))
    (first,) = bring_pages(world, tmp_path / "html")
    put(tmp_path / "html", page(*(message(n, text=f"Т{n}") for n in range(1, 9))))
    (second,) = bring_pages(world, tmp_path / "html")
    assert (second.case, second.messages, second.known) == (first.case, 4, 4)
