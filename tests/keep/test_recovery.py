"""With the sheet, the key backup and a copy of the archive, a lost device is no lost archive."""

import shutil
from dataclasses import replace
from datetime import timedelta

import pytest

from sviedka import kinds
from sviedka.errors import AccessError, ForkError, IntegrityError, ProofError, UsageError
from sviedka.keep import joining, keybackup, layout
from sviedka.keep.archive import Archive, utc_now
from sviedka.keep.destruction import facets
from sviedka.keep.keys.home import DeviceFolder
from sviedka.keep.keys.recovery import RecoveryKey, open_backup
from sviedka.keep.ledger import statements as say
from sviedka.keep.ledger.entry import Entry
from sviedka.keep.ledger.log import Log
from sviedka.keep.ledger.note import Note
from sviedka.keep.reading import find_item, read_original
from sviedka.keep.recovery import recover
from tests.keep.world import PASSPHRASE, assert_rebuilds, bring, found

NEW = "другая фраза, таксама доўгая"


@pytest.fixture
def saved(world):
    """An archive with one item and a key backup of it: the world, the backup, case and item."""
    with world.open() as archive:
        case, _, (item,) = bring(archive, [("a.txt", b"kept")])
        keybackup.write_backup(archive, world.folder / "keys.age")
    return world, (world.folder / "keys.age").read_bytes(), case, item


def regain(world, backup, **options):
    """Recover on another machine, as far as that is another folder for keys."""
    home = world.folder / "other home"
    options = {"encode": kinds.encode, **options}
    return recover(world.path, home, world.recovery, backup, NEW, **options), home


def test_a_new_device_reads_and_writes_and_gives_positions(saved):
    world, backup, _, item = saved
    recovered, home = regain(world, backup)
    assert recovered.lost == []
    assert recovered.before == world.device.id
    with Archive(world.path, recovered.device, home, encode=kinds.encode) as archive:
        assert archive.history.sequencer == recovered.device.id
        assert b"".join(read_original(archive, find_item(archive, item))) == b"kept"
        _, _, (new,) = bring(archive, [("b.txt", b"new")])
        assert b"".join(read_original(archive, find_item(archive, new))) == b"new"
        assert_rebuilds(archive)
        archive.check_signature()
    with Archive(world.path, recovered.device, home, encode=kinds.encode) as archive:
        archive.check_signature()
        assert archive.is_sequencer
    assert replace(world, device=recovered.device).findings(archive) == []


def test_what_the_lost_device_signs_from_then_on_is_refused(saved, tmp_path):
    world, backup, _, _ = saved
    lost = world.copy(tmp_path / "lost")
    recovered, home = regain(world, backup)
    with lost.open() as theirs:
        for _ in range(12):
            bring(theirs, [("x.txt", b"x")])
    with Archive(world.path, recovered.device, home) as archive:
        bring(archive, [("y.txt", b"y")])
        assert theirs.log.size > archive.log.size
        keys = archive.history.log_keys_at(theirs.log.tiled)
        assert theirs.log.note.verified([archive.log_key().verifier]) == ()
        assert keys == [str(archive.log_key().verifier)]
    shutil.rmtree(world.path / layout.LEDGER)
    shutil.copytree(lost.path / layout.LEDGER, world.path / layout.LEDGER)
    with pytest.raises(ForkError):
        Archive(world.path, recovered.device, home)


def test_the_sheet_does_not_go_on_from_a_head_that_the_log_key_did_not_sign(saved, tmp_path):
    world, backup, _, _ = saved
    head = world.path / layout.LEDGER / "checkpoint"
    signature = Note.parse(head.read_bytes()).signatures[0]
    forged = replace(signature, value=bytes(len(signature.value)))
    head.write_bytes(bytes(Note(Note.parse(head.read_bytes()).text, (forged,))))
    with pytest.raises(ProofError):
        recover(world.path, tmp_path / "third", world.recovery, backup, NEW)
    assert not (tmp_path / "third").exists()


def test_cases_newer_than_the_backup_are_listed_and_the_rest_is_there(saved):
    world, backup, case, item = saved
    with world.open() as archive:
        newer, _, _ = bring(archive, [("late.txt", b"late")])
        assert "come or gone" in keybackup.backup_due(archive)
    recovered, home = regain(world, backup)
    assert {name.case for name in recovered.lost} == {newer}
    assert len(recovered.lost) == 3
    with Archive(world.path, recovered.device, home, encode=kinds.encode) as archive:
        assert archive.identity(case, "evidence", 1)
        assert b"".join(read_original(archive, find_item(archive, item))) == b"kept"
        with pytest.raises(AccessError):
            archive.identity(newer, "evidence", 1)


def test_what_was_destroyed_after_the_backup_is_not_recovered(saved):
    world, backup, case, _ = saved
    with world.open() as archive:
        facets.destroy(archive, case)
        assert keybackup.backup_due(archive)
    recovered, home = regain(world, backup)
    assert recovered.lost == []
    with Archive(world.path, recovered.device, home) as archive:
        assert not any(name.startswith(case) for name in archive.state.outer)


class Killed(BaseException):
    pass


@pytest.mark.parametrize("step", range(8))
def test_a_recovery_that_was_killed_is_run_again(saved, monkeypatch, step):
    world, backup, _, item = saved
    left = [step]

    def counted(function):
        def counting(*arguments, **named):
            if not left[0]:
                raise Killed
            left[0] -= 1
            return function(*arguments, **named)

        return counting

    with monkeypatch.context() as patch:
        patch.setattr(Log, "append", counted(Log.append))
        patch.setattr(DeviceFolder, "write", counted(DeviceFolder.write))
        try:
            regain(world, backup)
        except Killed:
            killed = True
        else:
            killed = False
    assert killed or step > 5
    recovered, home = regain(world, backup)
    with Archive(world.path, recovered.device, home, encode=kinds.encode) as archive:
        assert recovered.lost == []
        assert b"".join(read_original(archive, find_item(archive, item))) == b"kept"
        kinds_of = [Entry.parse(line).body for line in archive.lines()]
        assert sum(isinstance(body, say.Handover) for body in kinds_of) == 1
        assert sum(isinstance(body, say.MemberChange) for body in kinds_of) == 1
    # Grants that were staged when it was killed lie there, and no entry names them.
    found = replace(world, device=recovered.device).findings(archive)
    assert {each.severity for each in found} <= {"note"}


def test_the_lost_device_can_be_removed_then(saved):
    world, backup, _, _ = saved
    recovered, home = regain(world, backup)
    with Archive(world.path, recovered.device, home, encode=kinds.encode) as archive:
        joining.remove(archive, recovered.before, "seized")
        assert set(archive.history.members) == {world.recovery.keys.id, recovered.device.id}


def test_another_sheet_another_backup_or_a_machine_with_keys_is_refused(saved, tmp_path):
    world, backup, _, _ = saved
    other = RecoveryKey.generate(lambda size: b"\x07" * size)
    with pytest.raises(AccessError):
        recover(world.path, tmp_path / "h", other, backup, NEW)
    stranger = found(tmp_path / "stranger")
    with stranger.open() as archive:
        foreign = keybackup.backup_keys(archive)
    with pytest.raises(IntegrityError):
        recover(world.path, tmp_path / "h", stranger.recovery, foreign, NEW)
    assert not (tmp_path / "h").exists()
    with pytest.raises(UsageError, match="another passphrase"):
        recover(world.path, world.home, world.recovery, backup, NEW)
    with world.open() as archive:
        assert archive.history.sequencer == world.device.id


def test_a_machine_that_has_the_role_already_keeps_it(saved):
    world, backup, _, _ = saved
    recovered = recover(world.path, world.home, world.recovery, backup, PASSPHRASE)
    assert (recovered.device.id, recovered.lost, recovered.before) == (world.device.id, [], "")


def test_a_backup_holds_the_keys_of_its_day_and_says_when_it_is_due(world):
    with world.open() as archive:
        assert "no key backup yet" in keybackup.backup_due(archive)
        keybackup.write_backup(archive, world.folder / "keys.age")
        assert keybackup.backup_due(archive) == ""
        held = open_backup(
            (world.folder / "keys.age").read_bytes(), world.recovery, archive.archive_id
        )
        assert held.outer == archive.state.outer
        assert held.log == archive.state.log
        assert held.made == archive.state.backup
    later = utc_now() + timedelta(days=30)
    with world.open(now=lambda: later, date_confirmed=True) as archive:
        assert "30 days old" in keybackup.backup_due(archive)
        bring(archive, [("a.txt", b"a")])
        assert "come or gone" in keybackup.backup_due(archive)
