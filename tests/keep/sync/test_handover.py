"""The role of sequencer goes from device to device through the folder (docs/format.md §4.5)."""

import shutil

import pytest

from sviedka import errors
from sviedka.keep import sync as syncing
from sviedka.keep.author import Draft, Notice
from sviedka.keep.ledger import checkpoint
from sviedka.keep.ledger import statements as say
from sviedka.keep.sync import handover


def hand_over(giver, heir, folder):
    with heir.open() as archive:
        syncing.consent(archive, folder)
    with giver.open() as archive:
        return syncing.hand_over(archive, folder, heir.device.id)


def test_positions_continue_under_the_heir(world):
    first, second, folder = world
    second.save(text="waiting in the outbox")
    report = hand_over(first, second, folder)
    assert report.findings == []
    first.save(text="after the handover")
    with first.open() as archive:
        assert not archive.is_sequencer
        assert not archive.log.has_journal
        assert len(archive.pending) > 0
    second.sync(folder)
    with second.open() as archive:
        assert archive.is_sequencer
        archive.check_signature()
    first.sync(folder)
    report = second.sync(folder)
    assert (report.positioned, report.findings) == (4, [])
    assert first.sync(folder).findings == []
    assert first.head() == second.head()
    assert first.texts() == second.texts()
    assert set(first.texts()) == {"from the first", "waiting in the outbox", "after the handover"}


def test_it_comes_back(world):
    first, second, folder = world
    hand_over(first, second, folder)
    second.sync(folder)
    first.sync(folder)
    hand_over(second, first, folder)
    assert first.sync(folder).findings == []
    first.save(text="again")
    first.sync(folder)
    assert second.sync(folder).findings == []
    assert first.head() == second.head()
    assert "again" in second.texts()


def test_what_the_heir_had_written_gets_its_positions_from_itself(world):
    first, second, folder = world
    with second.open() as archive:
        syncing.consent(archive, folder)
    with first.open() as archive:
        syncing.hand_over(archive, folder, second.device.id)
    second.save(text="written before it knew")
    second.sync(folder)
    assert first.sync(folder).findings == []
    assert first.texts() == second.texts() == ["from the first", "written before it knew"]


def test_nobody_hands_over_without_consent(world):
    first, second, folder = world
    with first.open() as archive, pytest.raises(errors.NotFoundError):
        syncing.hand_over(archive, folder, second.device.id)
    with second.open() as archive, pytest.raises(errors.UsageError):
        syncing.hand_over(archive, folder, first.device.id)
    with first.open() as archive, pytest.raises(errors.UsageError):
        syncing.consent(archive, folder)


def test_a_consent_that_is_not_the_heirs_is_refused(world):
    first, second, folder = world
    with second.open() as archive:
        syncing.consent(archive, folder)
    path = next(folder.glob("*/consents/*"))
    good = path.read_bytes()
    before = first.head()
    for bad in (
        good.replace(b'"consent":"', b'"consent":"AAAA', 1),
        good[:-1],
        good + b" " * 5000,
        good.replace(second.device.id.encode(), first.device.id.encode()),
    ):
        path.write_bytes(bad)
        with first.open() as archive, pytest.raises(errors.SviedkaError):
            syncing.hand_over(archive, folder, second.device.id)
    flipped = bytearray(good)
    at = flipped.index(b'"consent":"') + 20
    flipped[at] = ord("A") if flipped[at] != ord("A") else ord("B")
    path.write_bytes(bytes(flipped))
    with first.open() as archive, pytest.raises(errors.ProofError):
        syncing.hand_over(archive, folder, second.device.id)
    with first.open() as archive:
        assert archive.is_sequencer
        assert {type(e.body) for e in archive.pending} == set()
    assert first.head().size <= before.size
    path.write_bytes(good)
    with first.open() as archive:
        syncing.hand_over(archive, folder, second.device.id)
    second.sync(folder)
    with second.open() as archive:
        assert archive.is_sequencer


def test_heads_that_the_old_key_signs_later_are_refused_everywhere(world):
    first, second, folder = world
    old = first.copy(first.root.with_name("old"))
    hand_over(first, second, folder)
    second.sync(folder)
    first.sync(folder)
    honest = folder.with_name("honest")
    shutil.copytree(folder, honest)
    # The old device, restored from before the handover, goes on in a folder of its own …
    own = folder.with_name("own")
    own.mkdir()
    old.save(text="behind everyone's back")
    old.save(text="and again")
    old.sync(own)
    for place in (first, second):
        before = place.head()
        try:
            findings = [each.error for each in place.sync(own).findings]
        except errors.ForkError as error:
            findings = [error]
        assert findings
        assert all(isinstance(each, errors.IntegrityError) for each in findings)
        assert place.head() == before
    # … and is told as soon as it meets the others' folder, before it writes anything.
    with pytest.raises((errors.RollbackError, errors.ForkError)):
        old.sync(honest)


def test_a_head_of_the_right_size_by_the_old_key_is_refused(world):
    first, second, folder = world
    with first.open() as archive:
        old_key = archive.log_key()
    hand_over(first, second, folder)
    second.sync(folder)
    second.save(text="new")
    second.sync(folder)
    with second.open() as archive:
        head = checkpoint.Checkpoint(
            archive.found.origin, archive.log.size, archive.log.root_at(archive.log.size)
        )
    path = next(folder.glob("*/ledger/checkpoint"))
    path.write_bytes(bytes(checkpoint.sign(head, old_key)))
    before = first.head()
    report = first.sync(folder)
    assert [type(each.error) for each in report.findings] == [errors.ProofError]
    assert first.head() == before
    second.sync(folder)
    assert first.sync(folder).findings == []
    assert first.head() == second.head()


def test_a_handover_cut_short_is_finished_by_whoever_comes_next(world):
    first, second, folder = world
    with second.open() as archive:
        syncing.consent(archive, folder)
    with first.open() as archive:  # no further than the entry
        said = handover._read(
            syncing.folder.SyncFolder(
                folder, archive.archive_id, syncing.SyncReport(), archive.random
            ),
            second.device.id,
        )
        data = say.HandoverData(
            consent=said.consent, device=said.device, from_=said.from_, to=said.to
        )
        signer = handover._LogSigner(archive.log_key())
        archive.append([Draft(say.Handover, {"data": data}, Notice("tra"), [signer])])
    assert first.save(text="later")
    with first.open() as archive:
        assert not archive.is_sequencer
    report = first.sync(folder)
    assert [type(each.error) for each in report.findings] == [errors.RollbackError]
    second.sync(folder)
    with second.open() as archive:
        assert archive.is_sequencer
    second.sync(folder)
    first.sync(folder)
    assert first.texts() == second.texts() == ["from the first", "later"]
