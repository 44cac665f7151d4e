import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sviedka.errors import ForkError, FormatError, ProofError, RollbackError, UsageError
from sviedka.keep.ledger import checkpoint, merkle
from sviedka.keep.ledger import statements as say
from sviedka.keep.ledger.checkpoint import Checkpoint
from sviedka.keep.ledger.notekeys import KeyType, SigningKey
from sviedka.keep.saving import Event
from sviedka.keep.verify import Holder, verify
from sviedka.keep.witness import Witness, accept, newest, request, seen, trust, trusted
from tests.keep import world as worlds
from tests.keep.sync import places
from tests.keep.witness.logs import log_key

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def template(tmp_path_factory, made):
    """An archive that trusts one witness, which has seen nothing yet."""
    world = worlds.found(tmp_path_factory.mktemp("owner"))
    with world.open() as archive:
        trust(archive, "Partner", str(made.verifier))
    return world


@pytest.fixture
def world(template, tmp_path):
    return template.copy(tmp_path / "owner")


@pytest.fixture
def archive(world):
    with world.open() as opened:
        yield opened


def log_of(archive):
    return archive.history.log_keys[-1].key


def cosigned(archive, partner, now=NOW, **options):
    return partner.cosign(bytes(request(archive, **options)), log_of(archive), now)


def write(archive):
    """Let the ledger grow by something of no consequence."""
    with archive.save(Event("val", "looked at")) as save:
        save.happened(say.COMMONS, "status")
        save.finish()


def kept(archive):
    folder = archive.path / "ledger" / "checkpoints"
    return sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []


def findings(archive):
    """What a verification with the keys of this device finds."""
    holder = Holder(archive.device, archive.state)
    return list(verify(archive.path, holder=holder).findings)


def another(number=3, name="other.example"):
    """A second witness, its key in memory only."""
    return SigningKey(name, KeyType.COSIGNATURE_V1, bytes([number]) * 32)


# Trust


def test_trust_is_a_record_made_once(archive, partner):
    (there,) = trusted(archive)
    size = archive.log.size
    assert trust(archive, "Partner", str(partner.verifier)) == there
    assert archive.log.size == size
    assert (there.name, there.key) == ("Partner", partner.verifier)


def test_only_a_witness_s_key_can_be_trusted(archive):
    with pytest.raises(UsageError, match="of a log"):
        trust(archive, "Log", log_of(archive))
    with pytest.raises(FormatError):
        trust(archive, "Nobody", "partner.example+00000000+AAAA")
    with pytest.raises(UsageError, match="a name"):
        trust(archive, " ", str(another().verifier))


# Asking


def test_the_first_request_begins_at_nothing(archive):
    asked = request(archive)
    assert (asked.old, asked.proof) == (0, ())
    head = checkpoint.verify(asked.note, archive.log_key().verifier)
    assert (head.size, head.root.hex()) == (archive.head.size, archive.head.root)


def test_the_next_begins_at_the_last_head_that_came_back(archive, partner):
    accept(archive, cosigned(archive, partner))
    first = newest(archive).size
    write(archive)
    asked = request(archive)
    assert asked.old == first
    head = Checkpoint.parse(asked.note.text)
    merkle.verify_consistency(first, head.size, asked.proof, archive.log.root_at(first), head.root)


def test_a_request_tells_only_origin_size_and_root(archive):
    old, head, signature = bytes(request(archive)).decode().split("\n\n")
    assert old == "old 0"
    assert head + "\n" == str(
        Checkpoint(archive.found.origin, archive.head.size, bytes.fromhex(archive.head.root))
    )
    assert signature.count("\n") == 1


def test_of_several_witnesses_one_is_named(archive, partner):
    trust(archive, "Other", str(another().verifier))
    with pytest.raises(UsageError, match="which witness"):
        request(archive)
    for name in ("Partner", "partner.example/2026", str(partner.verifier)):
        assert request(archive, name).old == 0
    with pytest.raises(UsageError, match="which witness"):
        request(archive, "Nobody")


def test_a_witness_that_has_seen_more_than_is_here(archive):
    with pytest.raises(RollbackError):
        request(archive, since=archive.log.size + 1)


# Accepting


def test_what_comes_back_is_kept_and_entered(archive, partner):
    (found,) = accept(archive, cosigned(archive, partner))
    assert found.time == int(NOW.timestamp())
    key = partner.verifier.id.hex()
    assert kept(archive) == [str(found.size), f"{found.size}.cosig.{key}"]
    assert newest(archive) == found


def test_the_archive_verifies_with_it(world, partner):
    with world.open() as archive:
        for day in range(3):
            write(archive)
            accept(archive, cosigned(archive, partner, NOW + timedelta(days=day)))
    assert world.findings() == []
    with world.open() as archive:
        assert len(list(seen(archive))) == 3
        worlds.assert_rebuilds(archive)


def test_accepting_again_changes_nothing(archive, partner):
    answer = cosigned(archive, partner)
    accept(archive, answer)
    size = archive.log.size
    accept(archive, answer)
    assert archive.log.size == size


def test_the_same_head_cosigned_again_stays_as_it_was_first(archive, partner):
    asked = bytes(request(archive))
    accept(archive, partner.cosign(asked, log_of(archive), NOW))
    size = archive.log.size
    accept(archive, partner.cosign(asked, None, NOW + timedelta(days=9)))
    assert archive.log.size == size
    assert newest(archive).time == int(NOW.timestamp())


def test_an_interrupted_accepting_is_finished(world, partner, tmp_path):
    """Killed between the files and the entry that names them."""
    before = world.copy(tmp_path / "before")
    with world.open() as archive:
        answer = cosigned(archive, partner)
        accept(archive, answer)
    there = before.path / "ledger" / "checkpoints"
    shutil.copytree(world.path / "ledger" / "checkpoints", there)
    with before.open() as archive:
        size = archive.log.size
        accept(archive, answer)
        assert archive.log.size == size + 1
    assert before.findings() == []


def test_another_witness_cosigns_the_same_head(archive, partner):
    trust(archive, "Other", str(another().verifier))
    asked = request(archive, "Partner")
    answer = partner.cosign(bytes(asked), log_of(archive), NOW)
    accept(archive, answer)
    accept(archive, bytes(checkpoint.cosign(asked.note, another(), int(NOW.timestamp()) + 5)))
    assert len(kept(archive)) == 3
    assert {each.witness.name for each in seen(archive)} == {"Partner", "Other"}
    assert findings(archive) == []


def test_cosignatures_alone_are_taken_with_their_request(archive, partner):
    asked = bytes(request(archive))
    answer = partner.cosign(asked, log_of(archive), NOW)
    line = answer[answer.rindex("— ".encode()) :]
    write(archive)
    with archive.locked():
        archive.commit()
    with pytest.raises(ProofError):
        accept(archive, line)
    (found,) = accept(archive, line, asked)
    assert found.time == int(NOW.timestamp())


def test_cosignatures_alone_are_of_the_newest_head_if_nothing_else_is_said(archive, partner):
    answer = cosigned(archive, partner)
    assert accept(archive, answer[answer.rindex("— ".encode()) :])


# Refusing


def test_a_stranger_s_cosignature_does_not_count(archive):
    note = checkpoint.cosign(request(archive).note, another(), 1)
    with pytest.raises(ProofError, match="no witness that this archive trusts"):
        accept(archive, bytes(note))
    assert kept(archive) == []


def test_nor_does_a_time_that_no_calendar_has(archive):
    trust(archive, "Other", str(another().verifier))
    note = checkpoint.cosign(request(archive, "Other").note, another(), 2**62)
    with pytest.raises(ProofError, match="no witness"):
        accept(archive, bytes(note))


def test_nor_does_a_head_that_nobody_cosigned(archive):
    with pytest.raises(ProofError, match="no witness"):
        accept(archive, bytes(request(archive).note))


def test_an_altered_cosignature_is_refused(archive, partner):
    answer = cosigned(archive, partner)
    lines = answer.decode().split("\n")
    lines[-2] = lines[-2][:-6] + ("A" if lines[-2][-6] != "A" else "B") + lines[-2][-5:]
    with pytest.raises((ProofError, FormatError)):
        accept(archive, "\n".join(lines).encode())
    assert kept(archive) == []


def test_a_head_without_the_log_s_signature_is_refused(archive, partner):
    answer = cosigned(archive, partner).decode().split("\n")
    del answer[4]
    with pytest.raises(ProofError, match="not signed by the log"):
        accept(archive, "\n".join(answer).encode())


def test_a_head_of_another_archive_is_refused(archive, partner):
    head = checkpoint.sign(Checkpoint("sviedka/other", 1, bytes(32)), log_key(1, "sviedka/other"))
    with pytest.raises(UsageError, match="another archive"):
        accept(archive, bytes(head))


def test_a_head_that_this_copy_lacks_tells_that_it_is_outdated(world, partner, tmp_path):
    older = world.copy(tmp_path / "older")
    with world.open() as archive:
        write(archive)
        answer = cosigned(archive, partner)
    with older.open() as archive, pytest.raises(RollbackError, match="here are only"):
        accept(archive, answer)


def test_a_head_of_another_history_tells_of_the_fork(world, partner, tmp_path):
    other = world.copy(tmp_path / "other")
    with world.open() as archive:
        write(archive)
        answer = cosigned(archive, partner)
    with other.open() as archive:
        write(archive)
        with pytest.raises(ForkError):
            accept(archive, answer)
        assert kept(archive) == []


def test_a_rewritten_ledger_is_not_cosigned(world, partner, tmp_path):
    """The promise: behind what a witness has seen, not even the owner can rewrite anything."""
    past = world.copy(tmp_path / "past")
    with world.open() as archive:
        write(archive)
        first = request(archive)
        partner.cosign(bytes(first), log_of(archive), NOW)
        size = archive.log.size
    with past.open() as archive:
        for _ in range(3):
            write(archive)
        with pytest.raises(ProofError, match="does not begin"):
            partner.cosign(bytes(request(archive, since=size)), None, NOW)


def test_a_damaged_cosignature_is_left_out(archive, partner):
    accept(archive, cosigned(archive, partner))
    (path,) = (archive.path / "ledger/checkpoints").glob("*.cosig.*")
    good = path.read_bytes()
    for data in (b"", b"\xff", good[:-5], good.replace(b"a", b"b")):
        path.write_bytes(data)
        assert newest(archive) is None
    path.unlink()
    assert newest(archive) is None


def test_two_devices_see_the_same(tmp_path, made):
    stick = tmp_path / "stick"
    stick.mkdir()
    first = places.found(tmp_path / "first")
    second = places.join(tmp_path / "second", stick, first)
    partner = Witness(tmp_path, made._key)
    with second.open() as archive:
        trust(archive, "Partner", str(partner.verifier))
        accept(archive, cosigned(archive, partner))
        head = newest(archive)
    second.sync(stick)
    first.sync(stick)
    with first.open() as archive:
        assert newest(archive) == replace(head, witness=newest(archive).witness)
        assert findings(archive) == []
