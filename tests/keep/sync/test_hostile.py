"""A folder that lies: nothing of it is adopted, it is told about, and an honest sync then works."""

import base64
import os
import shutil

import msgspec
import pytest

from sviedka import errors
from sviedka.keep import canonical
from sviedka.keep import sync as syncing
from sviedka.keep.age import HybridRecipient, seal
from sviedka.keep.author import Draft, Notice, compose
from sviedka.keep.destruction.facets import destroy
from sviedka.keep.joining import admit, fingerprint
from sviedka.keep.keys.device import DeviceKeys
from sviedka.keep.ledger import checkpoint, journal, outbox
from sviedka.keep.ledger import statements as say
from sviedka.keep.ledger.entry import Entry
from sviedka.keep.ledger.notekeys import KeyType, SigningKey
from sviedka.keep.sync.outerkeys import OuterKeys
from tests.keep.sync import places
from tests.keep.sync.trouble import Trouble, kinds_of

E = errors


@pytest.fixture
def trouble(world):
    return Trouble(*world)


# The ledger


def test_a_rolled_back_ledger_is_told_and_mended(trouble):
    first, second, folder = trouble
    old = trouble.snapshot()
    first.save(text="newer")
    first.sync(folder)
    second.sync(folder)
    trouble.restore(old)
    trouble.refused(second, [E.RollbackError])
    assert trouble.honest()


def test_a_forked_ledger_of_the_same_size_is_told(trouble):
    first, second, folder = trouble
    twin = trouble.fork()
    first.save(text="one truth")
    first.sync(folder)
    second.sync(folder)
    twin.save(text="another")
    other = folder.with_name("other")
    other.mkdir()
    twin.sync(other)
    trouble.replace_ledger(other)
    trouble.refused(second, [E.ForkError])
    with pytest.raises(E.ForkError):
        first.sync(folder)
    trouble.delete("ledger")
    assert trouble.honest()


def test_a_longer_fork_is_told(trouble):
    first, second, folder = trouble
    twin = trouble.fork()
    first.save(text="one truth")
    first.sync(folder)
    second.sync(folder)
    for text in ("another", "and more", "and more of it"):
        twin.save(text=text)
    other = folder.with_name("other")
    other.mkdir()
    twin.sync(other)
    trouble.replace_ledger(other)
    trouble.refused(second, [E.ForkError])
    with pytest.raises(E.RollbackError):
        first.sync(folder)
    trouble.delete("ledger")
    assert trouble.honest()


@pytest.mark.parametrize("whose", ["nobody", "member"])
def test_a_head_that_the_log_key_did_not_sign_is_refused(trouble, whose):
    first, second, folder = trouble
    first.save(text="newer")
    first.sync(folder)
    with first.open() as archive, second.open() as other:
        key = (
            other.log_key()
            if whose == "member"
            else SigningKey(archive.found.origin, KeyType.ED25519, os.urandom(32))
        )
        size = archive.log.size
        head = checkpoint.Checkpoint(archive.found.origin, size, archive.log.root_at(size))
    trouble.write("ledger/checkpoint", bytes(checkpoint.sign(head, key)))
    trouble.refused(second, [E.ProofError])
    assert trouble.honest()


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "giant", "gone"])
@pytest.mark.parametrize("name", ["ledger/checkpoint", "bundle"])
def test_a_damaged_ledger_is_not_adopted(trouble, name, damage):
    first, second, folder = trouble
    first.save(text="newer")
    first.sync(folder)
    path = trouble.bundle() if name == "bundle" else trouble.base / name
    getattr(trouble, damage)(path)
    before = trouble.state(second)
    report = second.sync(folder)
    assert report.findings or report.waiting or damage == "gone"
    assert all(
        isinstance(each.error, (E.FormatError, E.IntegrityError)) for each in report.findings
    )
    assert trouble.state(second) == before
    assert trouble.honest()


def test_entries_of_a_newer_version_wait_for_a_newer_program(trouble):
    first, second, folder = trouble
    first.save(text="newer")
    first.sync(folder)
    path = trouble.bundle()
    data = path.read_bytes()
    at = data.rindex(b'"v":1')
    path.write_bytes(data[:at] + b'"v":2' + data[at + 5 :])
    trouble.refused(second, [E.NewerFormatError])
    assert trouble.honest()


def test_the_ledger_of_another_archive_is_refused(trouble, tmp_path):
    first, second, folder = trouble
    stranger = places.found(tmp_path / "stranger")
    for _ in range(12):
        stranger.save()
    other = tmp_path / "other"
    other.mkdir()
    stranger.sync(other)
    trouble.replace_ledger(other)
    before = trouble.state(second)
    report = second.sync(folder)
    assert report.findings
    assert trouble.state(second) == before
    trouble.refused(first, [E.ProofError])
    assert trouble.honest()


# Objects, grants, keys


@pytest.mark.parametrize("kind", ["objects", "grants"])
@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "giant", "gone", "linked", "piped"])
def test_a_wrong_object_is_put_aside_and_comes_with_the_next_sync(trouble, kind, damage):
    first, second, folder = trouble
    known = trouble.files(kind)
    first.save(text="newer")
    first.sync(folder)
    path = min(trouble.files(kind) - known)
    getattr(trouble, damage)(path)
    report = second.sync(folder)
    assert kinds_of(report) <= {E.IntegrityError, E.FormatError}
    assert bool(report.findings) == (damage != "gone")
    assert report.waiting == [f"{kind}/{path.parent.name}/{path.name}"]
    assert not (second.path / kind / path.parent.name / path.name).exists()
    assert first.sync(folder).findings == []
    report = second.sync(folder)
    assert (report.findings, report.waiting) == ([], [])
    assert second.dump() == first.dump()


def test_swapped_objects_are_told_apart_from_true_ones(trouble):
    first, second, folder = trouble
    known = trouble.files("objects")
    first.save(text="newer")
    first.sync(folder)
    one, two, *_ = sorted(trouble.files("objects") - known)
    data = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(data)
    report = second.sync(folder)
    assert kinds_of(report) == {E.IntegrityError}
    assert len(report.waiting) == 2
    assert trouble.honest()


def test_an_outer_key_that_was_not_declared_is_refused(trouble):
    first, second, folder = trouble
    case = first.save(text="newer")
    first.sync(folder)
    keys = OuterKeys(archive=trouble.archive_id, outer={f"{case}/evidence/1": os.urandom(32)}, v=1)
    data = seal([HybridRecipient.from_bytes(second.device.seal_public)], canonical.encode(keys))
    trouble.write(f"keys/{second.device.id}/{first.device.id}.age", data)
    report = second.sync(folder)
    assert kinds_of(report) == {E.IntegrityError}
    with second.open() as archive, pytest.raises(E.AccessError):
        archive.identity(case, "evidence", 1)
    assert trouble.honest()
    with second.open() as archive:
        archive.identity(case, "evidence", 1)


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "giant", "linked", "piped"])
def test_a_damaged_file_of_outer_keys_is_written_again(trouble, damage):
    first, second, folder = trouble
    first.save(text="newer")
    first.sync(folder)
    path = trouble.base / "keys" / second.device.id / f"{first.device.id}.age"
    getattr(trouble, damage)(path)
    report = second.sync(folder)
    assert report.findings
    assert trouble.honest()


# Outboxes


def test_an_outbox_that_is_replayed_is_ignored(trouble):
    first, second, folder = trouble
    second.save(text="once")
    second.sync(folder)
    path = trouble.outbox(second)[0]
    data = path.read_bytes()
    first.sync(folder)
    assert not path.exists()
    path.write_bytes(data)
    report = first.sync(folder)
    assert (report.positioned, report.findings) == (0, [])
    second.sync(folder)
    path.write_bytes(data)
    assert second.sync(folder).findings == []
    assert first.texts() == second.texts() == ["from the first", "once"]


@pytest.mark.parametrize(
    "damage", ["cut", "flipped", "empty", "giant", "linked", "piped", "folder_at"]
)
def test_a_damaged_outbox_is_put_aside_and_sent_again(trouble, damage):
    first, second, folder = trouble
    second.save(text="precious")
    second.sync(folder)
    getattr(trouble, damage)(trouble.outbox(second)[0])
    before = trouble.state(first)
    report = first.sync(folder)
    assert kinds_of(report) <= {E.FormatError, E.IntegrityError}
    assert [each.device for each in report.findings] == [second.device.id]
    assert [each.aside for each in report.findings] == [True]
    assert trouble.state(first).head.size - before.head.size <= 1  # the day
    assert trouble.honest()
    assert "precious" in first.texts()


def test_a_gap_waits(trouble):
    first, second, folder = trouble
    second.save(text="one")
    second.save(text="two")
    second.sync(folder)
    one = trouble.outbox(second)[0]
    data = one.read_bytes()
    one.unlink()
    report = first.sync(folder)
    assert (report.positioned, report.findings) == (0, [])
    assert report.waiting == [f"outbox/{second.device.id}/{one.name}"]
    one.write_bytes(data)
    assert first.sync(folder).positioned == 8
    assert trouble.honest()


def test_a_group_whose_object_is_missing_waits_and_others_go_on(trouble, tmp_path):
    first, second, folder = trouble
    third = places.join(tmp_path / "third", folder, first)
    known = trouble.files("objects")
    second.save(text="incomplete")
    second.sync(folder)
    missing = min(trouble.files("objects") - known)
    third.save(text="complete")
    third.sync(folder)
    missing.unlink()
    report = first.sync(folder)
    assert (report.positioned, report.findings) == (4, [])
    assert report.waiting == [f"objects/{missing.parent.name}/{missing.name}"]
    assert first.texts() == ["from the first", "complete"]
    second.sync(folder)
    assert first.sync(folder).positioned == 4
    assert first.texts() == ["from the first", "complete", "incomplete"]


def test_two_entries_at_one_place_prove_a_fork_and_name_the_device(trouble):
    first, second, folder = trouble
    twin = second.copy(second.root.with_name("twin"))
    second.save(text="one")
    second.sync(folder)
    first.sync(folder)
    twin.save(text="other")
    waiting = outbox.files(twin.path / "outbox")[0]
    trouble.write(f"outbox/{second.device.id}/{waiting.name}", waiting.read_bytes())
    report = first.sync(folder)
    assert kinds_of(report) == {E.ForkError}
    assert report.findings[0].device == second.device.id
    assert second.device.id in str(report.findings[0].error)
    assert trouble.honest()


def test_an_unknown_device_is_refused(trouble):
    first, second, _ = trouble
    stranger = DeviceKeys.generate(os.urandom)
    with second.open() as archive:
        body = say.Open(
            archive=archive.archive_id,
            device=stranger.id,
            prev=say.NO_ENTRY,
            seen=archive.head,
            seq=0,
            v=1,
            sealed=bytes(1700),
        )
    data = journal.frame([Entry.write(body, [stranger]).data])
    trouble.write(f"outbox/{stranger.id}/0000000000", data)
    trouble.refused(first, [E.NotPermittedError])
    assert trouble.honest()


def test_a_removed_device_is_refused(trouble):
    first, second, folder = trouble
    second.save(text="before it knew")
    second.sync(folder)
    with first.open() as archive:
        data = say.MemberData(remove=second.device.id)
        archive.append([Draft(say.MemberChange, {"data": data}, Notice("del"))])
    report = first.sync(folder)
    assert kinds_of(report) == {E.NotPermittedError}
    assert report.findings[0].aside
    before = first.texts()
    second.sync(folder)
    assert first.sync(folder).positioned == 0
    assert first.texts() == before
    with pytest.raises(E.NotPermittedError):
        second.save(text="and after")


def test_a_writer_that_lacks_the_right_is_refused(trouble, tmp_path):
    first, _, folder = trouble
    writer = places.join(tmp_path / "writer", folder, first, roles=["writer"])
    with writer.open() as archive:
        keys = {
            "status": say.FacetKeys(
                epoch=1,
                outer=writer.device.seal_public,
                recipient=writer.device.seal_public,
            )
        }
        fields = {"case": os.urandom(16).hex(), "data": say.CaseData(facets=keys)}
        draft = Draft(say.Case, fields, Notice("cre"))
        entries = compose([draft], writer.device, archive.history, archive.head, archive.now())
    trouble.write(
        f"outbox/{writer.device.id}/0000000000", journal.frame(each.data for each in entries)
    )
    report = first.sync(folder)
    assert kinds_of(report) == {E.NotPermittedError}
    assert report.positioned == 0
    assert first.sync(folder).findings == []


def test_a_case_that_somebody_else_signed_again_is_refused(trouble, tmp_path):
    first, second, folder = trouble
    third = places.join(tmp_path / "third", folder, first)
    second.save(text="mine")
    second.sync(folder)
    path = trouble.outbox(second)[0]
    entries = outbox.read(path.read_bytes())
    forged, prev = [], entries[0].body.prev
    for each in entries:
        body = msgspec.structs.replace(each.body, prev=prev)
        forged.append(Entry.write(body, [third.device]))
        prev = forged[-1].id.hex()
    path.write_bytes(journal.frame(each.data for each in forged))
    report = first.sync(folder)
    assert kinds_of(report) == {E.ProofError}
    assert report.positioned == 0
    assert trouble.honest()
    assert "mine" in first.texts()


def test_an_entry_of_a_newer_version_waits(trouble):
    first, second, folder = trouble
    second.save(text="of today")
    second.sync(folder)
    path = trouble.outbox(second)[0]
    good = path.read_bytes()
    newer = [each.data.replace(b'"v":1}', b'"v":2}') for each in outbox.read(good)]
    path.write_bytes(journal.frame(newer))
    report = first.sync(folder)
    assert kinds_of(report) == {E.NewerFormatError}
    assert path.exists()
    assert trouble.honest()


# Names, links, pipes, foreign files


def test_foreign_names_are_told_and_left_alone(trouble):
    first, second, folder = trouble
    second.save(text="fine")
    second.sync(folder)
    foreign = [
        "outbox/..x",
        "outbox/not-a-device",
        os.fsencode("outbox/") + b"\xff\xfe",
        f"outbox/{second.device.id}/README",
        f"outbox/{second.device.id}/..",
        f"outbox/{second.device.id}/00000000000",
        f"outbox/{second.device.id}/ 000000001",
        f"keys/{first.device.id}/../x.age",
        f"keys/{first.device.id}/evil.age",
        f"keys/{first.device.id}/{'0' * 32}.age",
    ]
    for name in foreign[:4] + foreign[5:]:
        (trouble.base / os.fsdecode(name)).write_bytes(b"foreign")
    report = first.sync(folder)
    assert kinds_of(report) == {E.FormatError}
    assert len(report.findings) == 8
    assert report.positioned == 4
    assert "fine" in first.texts()


@pytest.mark.parametrize(
    "name",
    ["ledger", "objects", "grants", "keys", "outbox", "ledger/tile", "ledger/tile/entries"],
)
def test_a_link_in_place_of_a_folder_leads_nowhere(trouble, name, tmp_path):
    first, second, folder = trouble
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    first.save(text="newer")
    path = trouble.base / name
    shutil.rmtree(path, ignore_errors=True)
    path.symlink_to(elsewhere)
    second.save(text="from the second")
    for place in (second, first):
        place.sync(folder)
    assert list(elsewhere.iterdir()) == []
    if path.is_symlink():
        path.unlink()
    assert trouble.honest()


@pytest.mark.parametrize("what", ["link", "pipe", "file"])
def test_nothing_goes_where_a_part_of_a_store_leads(trouble, what, tmp_path):
    first, second, folder = trouble
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    case = first.save(text="newer")
    first.sync(folder)
    shards = [*(trouble.base / "objects").iterdir(), *(trouble.base / "grants").iterdir()]
    shards += (trouble.base / "ledger/tile/0").glob("*.p")
    for shard in shards:
        shutil.rmtree(shard)
        if what == "link":
            shard.symlink_to(elsewhere)
        elif what == "pipe":
            os.mkfifo(shard)
        else:
            shard.touch()
    with first.open() as archive:
        destroy(archive, case)
    for place in (second, first, second, first):
        place.sync(folder)
    assert list(elsewhere.iterdir()) == []
    assert trouble.honest()


def test_a_linked_archive_folder_is_not_followed(trouble, tmp_path):
    first, second, folder = trouble
    elsewhere = tmp_path / "elsewhere"
    trouble.base.rename(elsewhere)
    trouble.base.symlink_to(elsewhere)
    for place in (first, second):
        before = trouble.state(place)
        with pytest.raises(E.FormatError):
            place.sync(folder)
        assert trouble.state(place) == before
    trouble.base.unlink()
    elsewhere.rename(trouble.base)
    assert trouble.honest()


# Requests


def test_a_substituted_request_is_told_by_its_fingerprint_and_its_proof(trouble, tmp_path):
    first, _, folder = trouble
    joining = syncing.join(
        folder, tmp_path / "home", places.PASSPHRASE, ["writer"], random=os.urandom
    )
    other = DeviceKeys.generate(os.urandom)
    altered = joining.request.replace(
        _base64(joining.device.seal_public), _base64(other.seal_public)
    )
    assert altered != joining.request
    assert fingerprint(joining.archive, altered) != fingerprint(joining.archive, joining.request)
    with first.open() as archive, pytest.raises(E.SviedkaError):
        admit(archive, altered, ["writer"])
    assert trouble.honest()


def test_a_false_archive_under_the_right_name_is_not_joined(trouble, tmp_path):
    first, _, folder = trouble
    stranger = places.found(tmp_path / "stranger")
    other = tmp_path / "other"
    other.mkdir()
    stranger.sync(other)
    trouble.replace_ledger(other)
    with pytest.raises(E.FormatError):
        syncing.join(folder, tmp_path / "home", places.PASSPHRASE, ["writer"], random=os.urandom)
    assert not (tmp_path / "home").exists()
    assert first.sync(folder)


def _base64(data):
    return base64.b64encode(data)
