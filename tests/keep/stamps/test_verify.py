"""What ``verify`` and ``check`` say of stamps: of whole ones, altered ones, and strangers'."""

import shutil
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sviedka import kinds
from sviedka.errors import ProofError, UsageError
from sviedka.keep import bundle
from sviedka.keep.stamps import authorities, certificates, extra, kept, stamping, store
from sviedka.keep.verify import Holder, verify
from sviedka.keep.verify.report import Severity
from tests.keep import world as worlds
from tests.keep.bundle import both
from tests.keep.stamps.calendars import Calendar
from tests.keep.stamps.networks import Network, tsa
from tests.keep.stamps.tsa import Authority

ONE, OTHER, CALENDAR = "http://one.example/tsr", "http://other.example/", "http://calendar.example"


@pytest.fixture(scope="module")
def stamped(tmp_path_factory, one, other):
    """An archive with one head, stamped by two authorities and promised by a calendar."""
    world = worlds.found(tmp_path_factory.mktemp("stamped"))
    network = Network(**{ONE: tsa(one), OTHER: tsa(other), CALENDAR: Calendar(CALENDAR)})
    with world.open() as archive:
        authorities.add(archive, "one", ONE, one.roots)
        authorities.add(archive, "other", OTHER, other.roots)
        authorities.add(archive, "calendar", CALENDAR, None)
        worlds.bring(archive, [("note.txt", b"a note")])
        outcomes = stamping.stamp(archive, network)
        assert not any(each.error for each in outcomes)
    return world


@pytest.fixture
def world(stamped, tmp_path):
    return stamped.copy(tmp_path / "copy")


def reports(world):
    """Without keys, and with them."""
    with world.open() as archive:
        holder = Holder(world.device, archive.state)
    return verify(world.path), verify(world.path, holder=holder, check=kinds.check)


def damage(report):
    return [str(each) for each in report.findings if each.severity is Severity.DAMAGE]


def test_whole_stamps_attest_their_head(world):
    for report in reports(world):
        assert report.clean
        assert len(report.outside) == 2
        assert all(each.time for each in report.outside)
        assert report.attested == report.outside[0].size
        notes = [each.what for each in report.findings]
        assert notes == ["a calendar has promised; no block attests it yet"]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_flipped_bit_is_found(world, data):
    folder = world.path / "ledger" / "checkpoints"
    path = folder / data.draw(st.sampled_from(sorted(each.name for each in folder.iterdir())))
    before = path.read_bytes()
    at, bit = data.draw(st.integers(0, len(before) - 1)), data.draw(st.integers(0, 7))
    path.write_bytes(before[:at] + bytes([before[at] ^ 1 << bit]) + before[at + 1 :])
    try:
        assert any(path.name in each for each in damage(verify(world.path)))
    finally:
        path.write_bytes(before)


def test_a_missing_part_is_found(world):
    (path,) = (world.path / "ledger" / "checkpoints").glob("*.one.1.tsq")
    path.unlink()
    for report in reports(world):
        assert any("missing" in each for each in damage(report))


def test_a_stamp_by_somebody_else_under_the_authority_s_name(world, other, monkeypatch):
    """An archive that keeps what its own program would not: only the pinned roots tell."""
    network = Network(**{ONE: tsa(other)})
    check = stamping._check
    pinned = [*certificates.roots(certificates.load(other.roots))]
    with monkeypatch.context() as patched, world.open() as archive:
        patched.setattr(
            stamping, "_check", lambda _, *answer: stamping.token.check(*answer, pinned)
        )
        authorities.remove(archive, "other")
        authorities.remove(archive, "calendar")
        worlds.bring(archive, [("more.txt", b"more")])
        (forged,) = stamping.stamp(archive, network)
        assert not forged.error
    assert stamping._check is check
    shut, opened = reports(world)
    assert damage(shut) == []
    assert [forged.file in each for each in damage(opened)] == [True]
    with world.open() as archive:
        (wrong,) = [each for each in store.check(archive) if each.error]
    assert (wrong.file, type(wrong.error)) == (forged.file, ProofError)


def test_a_former_authority_s_stamps_stand(world):
    with world.open() as archive:
        authorities.remove(archive, "one")
    assert all(report.clean for report in reports(world))


def test_every_stamp_is_told(world):
    with world.open() as archive:
        found = store.check(archive)
    assert [each.stamp.authority for each in found] == ["one", "other", ""]
    assert [each.stamp.trusted for each in found] == [True, True, None]
    assert found[2].told()["pending"] == (CALENDAR,)


def test_an_authority_whose_certificate_has_ended_since(tmp_path, founded, one):
    world = founded.copy(tmp_path / "copy")
    end = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=3)
    short = Authority.make(tmp_path / "short", root=one.root, end=end)
    with world.open() as archive:
        authorities.add(archive, "short", ONE, short.roots)
        worlds.bring(archive, [("note.txt", b"a note")])
        (done,) = stamping.stamp(archive, Network(**{ONE: tsa(short)}))
        assert not done.error
        while datetime.now(UTC) <= end:
            time.sleep(0.05)  # until the condition holds that the test is about
        bundle.write(archive, worlds_item(archive), tmp_path / "proof")
    assert all(report.clean for report in reports(world))
    assert both.taken(tmp_path / "proof")
    (tmp_path / "roots.pem").write_bytes(short.roots)
    _, said = both.theirs(tmp_path / "proof", "--roots", str(tmp_path / "roots.pem"))
    assert "by an authority under the roots given" in said


# Without the extra


@pytest.fixture
def without(monkeypatch):
    """As where ``sviedka[stamps]`` is not installed."""
    monkeypatch.setattr(extra, "find_spec", lambda _name: None)


def test_verify_says_what_it_did_not_check(world, without):
    report = verify(world.path)
    assert report.clean
    assert [each.what for each in report.findings] == ["this stamp was not checked"] * 3
    assert {each.time for each in report.outside} == {None}


def test_stamping_says_what_to_install(world, without):
    with world.open() as archive, pytest.raises(UsageError, match=r"sviedka\[stamps\]"):
        stamping.stamp(archive, Network())


def test_a_bundle_says_what_was_not_checked(world, tmp_path, one, monkeypatch):
    with world.open() as archive:
        item = worlds_item(archive)
        bundle.write(archive, item, tmp_path / "proof")
    found = bundle.check(tmp_path / "proof")
    assert [each.trusted for each in found.stamps] == [None] * 3
    trusted = bundle.check(tmp_path / "proof", roots=[one.root.certificate])
    assert [each.trusted for each in trusted.stamps] == [True, False, None]
    page = (tmp_path / "proof" / "README.html").read_text("utf-8")
    assert page.count("CN=First authority ") >= 3
    monkeypatch.setattr(extra, "find_spec", lambda _name: None)
    found = bundle.check(tmp_path / "proof")
    assert (found.stamps, len(found.unchecked)) == ((), 7)


def worlds_item(archive):
    with archive.projector.index.reading() as db:
        return db.execute("SELECT id FROM item").get.hex()


def test_a_bundle_shows_the_newest_proof_alone(world, tmp_path):
    calendar = Calendar(CALENDAR)
    with world.open() as archive:
        files = kept.files(archive)
        (name,) = [each for each in files if each.endswith(".ots")]
        size, head = kept.head(archive, int(name.partition(".")[0]))
        proof = stamping.ots.ask(head, CALENDAR, calendar, bytes)
        assert stamping.keep_proof(archive, size, head, proof) == f"{size}.2.ots"
        bundle.write(archive, worlds_item(archive), tmp_path / "proof")
    shown = [each.name for each in (tmp_path / "proof" / "outside").glob("*.ots")]
    assert shown == [f"{size}.2.ots"]
    assert bundle.check(tmp_path / "proof")


def test_a_stamp_of_another_head_has_no_place_in_a_bundle(world, tmp_path):
    with world.open() as archive:
        bundle.write(archive, worlds_item(archive), tmp_path / "proof")
        worlds.bring(archive, [("later.txt", b"later")])
    outside = tmp_path / "proof" / "outside"
    (one,), (other,) = outside.glob("*.one.1.tsr"), outside.glob("*.other.1.tsr")
    shutil.copyfile(other, one)
    both.reseal(tmp_path / "proof")
    assert not both.taken(tmp_path / "proof")
