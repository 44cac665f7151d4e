"""Stamping the heads of an archive: what is kept, what is told, what an interruption leaves."""

import shutil
import subprocess
from datetime import UTC, datetime, timedelta

import pytest

from sviedka.errors import (
    FormatError,
    InputError,
    NetworkError,
    NotFoundError,
    ProofError,
    UsageError,
)
from sviedka.keep import durable
from sviedka.keep.ledger import statements as say
from sviedka.keep.saving import Event
from sviedka.keep.stamps import authorities, kept, stamping, standing, upgrading
from sviedka.keep.stamps.network import Answer
from tests.keep.stamps.calendars import Calendar
from tests.keep.stamps.networks import Network, tsa
from tests.keep.stamps.tsa import Authority

ONE, OTHER, CALENDAR = "http://one.example/tsr", "http://other.example/", "http://calendar.example"


@pytest.fixture
def archive(world):
    with world.open() as opened:
        yield opened


@pytest.fixture
def two(archive, one, other):
    authorities.add(archive, "one", ONE, one.roots)
    authorities.add(archive, "other", OTHER, other.roots)
    return Network(**{ONE: tsa(one), OTHER: tsa(other)})


def write(archive):
    """Let the ledger grow by something of no consequence."""
    with archive.save(Event("val", "looked at")) as save:
        save.happened(say.COMMONS, "status")
        save.finish()


def folder(archive):
    found = kept.folder(archive)
    return sorted(each.name for each in found.iterdir()) if found.is_dir() else []


# Authorities


def test_an_authority_is_a_record_and_can_end(archive, one):
    added = authorities.add(archive, "one", ONE, one.roots)
    size = archive.log.size
    assert authorities.add(archive, "one", ONE, one.roots).id == added.id
    assert archive.log.size == size
    assert [each.name for each in authorities.current(archive)] == ["one"]
    authorities.remove(archive, "one")
    assert authorities.current(archive) == []
    assert authorities.roots(authorities.known(archive))["one"]
    with pytest.raises(NotFoundError):
        authorities.remove(archive, "one")
    authorities.add(archive, "one", ONE, one.roots)
    assert [each.name for each in authorities.current(archive)] == ["one"]
    with pytest.raises(UsageError, match="another kind"):
        authorities.add(archive, "one", ONE, None)


@pytest.mark.parametrize("name", ["", "Cosig", "cosig", "7", "a.b", "a/b", "é", "a" * 33])
def test_a_name_stands_in_file_names(archive, one, name):
    with pytest.raises(UsageError):
        authorities.add(archive, name, ONE, one.roots)


@pytest.mark.parametrize(
    "url", ["", "ftp://x/", "http://", "http://x:y/", "http://x /", "file:///x"]
)
def test_an_address_is_one_of_http(archive, one, url):
    with pytest.raises(UsageError):
        authorities.add(archive, "one", url, one.roots)


def test_roots_end_a_chain(archive, one):
    with pytest.raises(InputError, match="no root"):
        authorities.add(archive, "one", ONE, one.own.pem)


# Stamping


def test_a_head_is_stamped_by_all(archive, two):
    write(archive)
    outcomes = stamping.stamp(archive, two)
    size = outcomes[0].size
    assert [each.error for each in outcomes] == [None, None]
    assert folder(archive) == sorted(
        [str(size), *(f"{size}.{name}.1.{end}" for name in ("one", "other") for end in ENDINGS)]
    )
    found = standing.standing(archive)
    assert (found.size, found.lacking, found.failures) == (size, 0, ())
    assert {name for name, _ in found.by} == {"one", "other"}
    assert found.unstamped == archive.log.size - size


ENDINGS = ("tsq", "tsr", "pem")


def test_nothing_new_is_not_stamped_again(archive, two):
    write(archive)
    stamping.stamp(archive, two)
    asked, size = len(two.asked), archive.log.size
    outcomes = stamping.stamp(archive, two)
    assert not any(each.new for each in outcomes)
    assert (len(two.asked), archive.log.size) == (asked, size)
    write(archive)
    (first, _) = stamping.stamp(archive, two)
    assert first.new
    assert first.size == size + 1


def test_without_authorities_there_is_nothing_to_ask(archive):
    with pytest.raises(UsageError, match="no authority"):
        stamping.stamp(archive, Network())


def test_one_fails_and_the_other_is_kept(archive, one, two):
    del two.there[OTHER]
    good, bad = stamping.stamp(archive, two)
    assert good.file
    assert isinstance(bad.error, NetworkError)
    found = standing.standing(archive)
    assert (found.lacking, found.size) == (1, good.size)
    ((name, size, why),) = [(each.authority, each.size, each.why) for each in found.failures]
    assert (name, size) == ("other", good.size)
    assert "nobody is there" in why


def test_the_next_run_asks_only_who_failed(archive, two, other):
    del two.there[OTHER]
    stamping.stamp(archive, two)
    two.asked.clear()
    two.there[OTHER] = tsa(other)
    good, late = stamping.stamp(archive, two)
    assert (good.new, late.new, late.size) == (False, True, good.size)
    assert two.asked == [OTHER]
    found = standing.standing(archive)
    assert (found.lacking, found.failures) == (0, ())


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (lambda _: Answer(500, b"oops"), NetworkError),
        (lambda _: b"<html>", FormatError),
        (lambda _: bytes(300_000), FormatError),
    ],
)
def test_what_does_not_hold_is_not_kept(archive, two, answer, error):
    two.there[OTHER] = answer
    _, bad = stamping.stamp(archive, two)
    assert isinstance(bad.error, error)
    assert not [each for each in folder(archive) if ".other." in each]


def test_another_authority_s_token_is_not_kept(archive, two, one):
    two.there[OTHER] = tsa(one)
    _, bad = stamping.stamp(archive, two)
    assert isinstance(bad.error, ProofError)
    assert not [each for each in folder(archive) if ".other." in each]


def test_a_head_of_a_size_that_is_kept(archive, two):
    (first, _) = stamping.stamp(archive, two)
    write(archive)
    stamping.stamp(archive, two)
    third = Network(**two.there)
    again = stamping.stamp(archive, third, size=first.size)
    assert not any(each.new for each in again)
    with pytest.raises(UsageError, match="no signed head of 3"):
        stamping.stamp(archive, two, size=3)


def test_the_same_head_again_is_another_number(archive, two):
    (first, _) = stamping.stamp(archive, two)
    (again, _) = stamping.stamp(archive, two, size=first.size, again=True)
    assert (again.size, again.new) == (first.size, True)
    assert again.file == f"{first.size}.one.2.tsr"
    assert {first.file, again.file} <= kept.files(archive).keys()


def test_only_the_sequencer_stamps(archive, two, monkeypatch):
    monkeypatch.setattr(type(archive), "is_sequencer", False)
    with pytest.raises(UsageError, match="gives positions"):
        stamping.stamp(archive, two)


# Revocation


def test_revocation_lists_are_kept_with_it(archive, tmp_path):
    place = "http://one.example/root.crl"
    authority = Authority.make(tmp_path / "a", crl=place)
    authorities.add(archive, "one", ONE, authority.roots)
    network = Network(**{place: lambda _: authority.crl(), ONE: tsa(authority)})
    (done,) = stamping.stamp(archive, network)
    assert done.lacking == ()
    assert f"{done.size}.one.1.crl" in folder(archive)


def test_a_list_that_cannot_be_had_is_told(archive, tmp_path):
    authority = Authority.make(tmp_path / "a", crl="http://nobody.example/root.crl")
    authorities.add(archive, "one", ONE, authority.roots)
    (done,) = stamping.stamp(archive, Network(**{ONE: tsa(authority)}))
    assert done.error is None
    assert "nobody.example" in done.lacking[0]


# OpenTimestamps


def test_a_promise_is_kept_and_upgraded(archive, two):
    calendar = Calendar(CALENDAR)
    authorities.add(archive, "calendar", CALENDAR, None)
    two.there[CALENDAR] = calendar
    *_, promised = stamping.stamp(archive, two)
    assert promised.file == f"{promised.size}.ots"
    assert standing.standing(archive).pending == (promised.size,)
    (waiting,) = upgrading.upgrade(archive, two)
    assert not waiting.grown
    calendar.mine(840_000)
    (done,) = upgrading.upgrade(archive, two)
    assert done.grown
    assert done.file == f"{promised.size}.2.ots"
    assert [each.height for each in done.said.blocks] == [840_000]
    assert standing.standing(archive).pending == ()
    assert upgrading.upgrade(archive, two) == []


def test_two_calendars_share_one_proof(archive):
    second = "http://second.example"
    network = Network(**{CALENDAR: Calendar(CALENDAR), second: Calendar(second)})
    authorities.add(archive, "calendar", CALENDAR, None)
    authorities.add(archive, "second", second, None)
    first, other = stamping.stamp(archive, network)
    assert (first.file, other.file) == (f"{first.size}.ots", f"{first.size}.2.ots")
    assert not any(each.new for each in stamping.stamp(archive, network))
    network.there[CALENDAR] = lambda _: Answer(503, b"")
    upgrading.upgrade(archive, network)
    (failure,) = standing.standing(archive).failures
    assert (failure.authority, "503" in failure.why) == ("calendar", True)


# Renewal


def test_a_later_stamp_renews_those_before(archive, tmp_path, one):
    soon = datetime.now(UTC).replace(microsecond=0) + timedelta(days=100)
    authority = Authority.make(tmp_path / "a", root=one.root, end=soon)
    authorities.add(archive, "one", ONE, authority.roots)
    stamping.stamp(archive, Network(**{ONE: tsa(authority)}))
    found = standing.standing(archive)
    assert found.due == soon - standing.BEFORE
    assert not standing.is_due(found, datetime.now(UTC))
    assert standing.is_due(found, datetime.now(UTC) + timedelta(days=11))
    stamping.stamp(archive, Network(**{ONE: tsa(one)}), again=True)
    renewed = standing.standing(archive)
    assert renewed.due == one.own.certificate.not_valid_after_utc - standing.BEFORE


# Interruptions


def interrupted(archive, network, monkeypatch):
    """Stamp, and die before the ledger names what was put in place."""
    with monkeypatch.context() as patched:
        patched.setattr(type(archive), "append", killed)
        with pytest.raises(KeyboardInterrupt):
            stamping.stamp(archive, network)


def killed(*_):
    raise KeyboardInterrupt


def test_what_was_in_place_before_a_kill_is_not_asked_for_again(archive, two, monkeypatch):
    interrupted(archive, two, monkeypatch)
    asked = list(two.asked)
    left = {name: (kept.folder(archive) / name).read_bytes() for name in folder(archive)}
    stamping.stamp(archive, two)
    assert two.asked == [*asked, OTHER]
    assert left.items() <= {name: kept.read_any(archive, name) for name in folder(archive)}.items()


@pytest.mark.parametrize("ending", ["tsr", "tsq", "pem"])
def test_what_is_half_there_is_asked_for_again(archive, two, monkeypatch, ending):
    interrupted(archive, two, monkeypatch)
    (name,) = [each for each in folder(archive) if each.endswith(ending)]
    durable.write_file(kept.folder(archive) / name, b"half of it")
    two.asked.clear()
    first, _ = stamping.stamp(archive, two)
    assert two.asked == [ONE, OTHER]
    assert first.error is None


# Others' programs


def test_openssl_verifies_what_lies_in_the_archive(archive, two, one, other, tmp_path):
    for done, authority in zip(stamping.stamp(archive, two), (one, other), strict=True):
        shutil.copytree(kept.folder(archive), tmp_path / done.authority.name)
        (tmp_path / done.authority.name / "roots.pem").write_bytes(authority.roots)
        stem = done.file.removesuffix(".tsr")
        for how in (["-data", str(done.size)], ["-queryfile", f"{stem}.tsq"]):
            verified = subprocess.run(
                ["openssl", "ts", "-verify", *how, "-in", done.file, "-CAfile", "roots.pem",
                 "-untrusted", f"{stem}.pem"],
                cwd=tmp_path / done.authority.name, capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert verified.stdout.strip() == "Verification: OK", verified.stderr
