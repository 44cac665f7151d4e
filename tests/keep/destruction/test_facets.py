"""After a destruction nothing opens what was there: not here, not with an older copy."""

import shutil

import pytest

from sviedka.errors import AccessError, BusyError, NotFoundError, NotPermittedError, UsageError
from sviedka.keep.age import HybridIdentity
from sviedka.keep.author import Draft, Notice
from sviedka.keep.destruction import facets, ledgered, remains
from sviedka.keep.index.items import items
from sviedka.keep.keys import grants
from sviedka.keep.ledger import statements as say
from sviedka.keep.reading import read_original
from tests.keep.world import assert_rebuilds, bring, files

PLANTED = "протокол допроса №17, Окрестина"
NAME = "admission-of-a-detainee.txt"


def opened_seeds(archive, case):
    """All facet keys of a case that this device can open."""
    return {
        name: archive.identity(case, name, epoch).seed
        for name, state in archive.history.cases[case].items()
        if not state.destroyed
        for epoch in range(1, len(state.epochs) + 1)
    }


def opens_anything(archive, names):
    """Whether any grant in the folder opens for any of these cases, whatever the ledger says."""
    for name in archive.grants.names():
        with archive.grants.open(name) as file:
            grant = grants.parse(file.read())
        if grant.case not in names:
            continue
        state = archive.history.cases[grant.case][grant.facet]
        for seed in archive.state.outer.values():
            try:
                outer = HybridIdentity.from_seed(seed)
                keys = state.epochs[grant.epoch - 1].recipient
                grants.open_grant(grant, archive.device, outer, keys)
            except AccessError:
                continue
            return True
    return False


def test_an_older_copy_with_the_current_device_opens_nothing_of_a_destroyed_case(world, tmp_path):
    with world.open() as archive:
        case, _, _ = bring(archive, [(NAME, PLANTED.encode())])
        other, _, (kept,) = bring(archive, [("other.txt", b"stays")])
        assert opens_anything(archive, {case})
    for part in ("objects", "grants"):
        shutil.copytree(world.path / part, tmp_path / "older" / part)
    with world.open() as archive:
        facets.destroy(archive, case, purpose="she asked for it")
        assert archive.history.cases[case].keys() == {"evidence", "identity", "status"}
    for part in ("objects", "grants"):
        shutil.copytree(tmp_path / "older" / part, world.path / part, dirs_exist_ok=True)
    with world.open() as archive:
        assert not opens_anything(archive, {case})
        for facet in ("evidence", "identity", "status"):
            with pytest.raises(AccessError):
                archive.identity(case, facet, 1)
        assert opens_anything(archive, {other})
        with archive.projector.index.reading() as db:
            (item,) = items(db)
        assert item.id.hex() == kept
        assert b"".join(read_original(archive, item)) == b"stays"


def test_no_file_holds_anything_of_what_was_destroyed(world):
    with world.open() as archive:
        case, imported, (item,) = bring(archive, [(NAME, PLANTED.encode())])
        secrets = {NAME.encode(), PLANTED.encode(), bytes.fromhex(imported), bytes.fromhex(item)}
        secrets |= set(opened_seeds(archive, case).values())
        outer = {v for k, v in archive.state.outer.items() if k.startswith(case)}
        old_index_key = archive.state.index
    before = files(world.path)
    with world.open() as archive:
        facets.destroy(archive, case)
        assert not any(name.startswith(case) for name in archive.state.outer)
        assert archive.state.index != old_index_key
        index = repr(list(archive.projector.index.dump()))
        assert all(repr(secret)[2:-1] not in index for secret in secrets)
        assert bytes.fromhex(case).hex() not in index
        assert_rebuilds(archive)
    after = files(world.folder)
    for path, data in after.items():
        for secret in secrets | outer | {old_index_key}:
            assert secret not in data, path
            assert secret.hex().encode() not in data, path
    gone = {path for path in before if path.startswith(("objects/", "grants/"))}
    gone -= {path.removeprefix("archive/") for path in after}
    assert len(gone) == 2 + 3  # an original and a batch; a grant of each facet
    assert world.findings() == []


def test_one_facet_goes_and_the_others_stay_with_a_tombstone(world):
    with world.open() as archive:
        case, _, _ = bring(archive, [("a.txt", b"a")])
        with archive.save(facets.Event("ing")) as save:
            name = {"from_id": "user1", "kind": "participant", "participant": "0" * 32, "v": 1}
            save.record(case, "identity", name)
            save.finish()
        facets.destroy(archive, case, "identity", "no longer needed")
        with archive.projector.index.reading() as db:
            kinds = db.execute("SELECT kind, facet FROM record JOIN batch USING (entry)").fetchall()
        assert ("tombstone", "evidence") in kinds
        assert ("participant", "identity") not in kinds
        assert ("item", "evidence") in kinds
        assert_rebuilds(archive)
        facets.destroy(archive, case, "evidence")
        assert [f for f, s in archive.history.cases[case].items() if not s.destroyed] == ["status"]
        facets.destroy(archive, case)
        assert_rebuilds(archive)
    assert world.findings() == []


def test_what_must_stay_or_is_not_there_is_refused(world):
    with world.open() as archive:
        case, _, _ = bring(archive, [("a.txt", b"a")], facets=["evidence"])
        size = archive.log.size
        with pytest.raises(UsageError, match="commons"):
            facets.destroy(archive, say.COMMONS)
        with pytest.raises(NotFoundError):
            facets.destroy(archive, "ab" * 16)
        with pytest.raises(NotFoundError):
            facets.destroy(archive, case, "contact")
        assert archive.log.size == size
        facets.destroy(archive, case)
        with pytest.raises(UsageError, match="already"):
            facets.destroy(archive, case)


def test_a_save_that_another_process_overtook_by_destroying_its_case_harms_nothing(
    world, monkeypatch
):
    monkeypatch.setattr("sviedka.keep.index.database._BUSY_MS", 50)
    with world.open() as archive:
        case, _, _ = bring(archive, [("a.txt", b"a")])
        with archive.save(facets.Event("ing")) as save:
            save.item_of(case, "evidence", [b"late"])
            with world.open() as other, pytest.raises(BusyError):
                facets.destroy(other, case)
            with pytest.raises(NotPermittedError):
                save.finish()
    with world.open() as archive:
        assert archive.history.cases[case]["evidence"].destroyed
        assert_rebuilds(archive)
    # What was sealed for the save lies there still, and no key opens it.
    assert {each.severity for each in world.findings()} == {"note"}


@pytest.mark.parametrize("step", ["keys", "grants", "objects", "index"])
def test_the_next_opening_finishes_what_a_crash_cut_short(world, monkeypatch, step):
    with world.open() as archive:
        case, _, _ = bring(archive, [(NAME, PLANTED.encode())])
        other, _, _ = bring(archive, [("other.txt", b"stays")])

    class Killed(BaseException):
        pass

    def die(*_):
        raise Killed

    archive = world.open()
    at = {
        "keys": (remains, "_forget_keys"),
        "grants": (archive.grants, "delete"),
        "objects": (archive.objects, "delete"),
        "index": (archive.projector, "rebuild"),
    }[step]
    with monkeypatch.context() as patch:
        patch.setattr(*at, die)
        with pytest.raises(Killed):
            facets.destroy(archive, case)
    archive.projector.close()
    with world.open() as archive:
        assert not any(name.startswith(case) for name in archive.state.outer)
        dead = ledgered.gone(archive.lines(), archive.history)
        assert dead.objects
        assert dead.objects.isdisjoint(archive.objects.names())
        assert dead.grants.isdisjoint(archive.grants.names())
        assert archive.projector.key == archive.state.index
        assert archive.identity(other, "evidence", 1)
        assert_rebuilds(archive)
    assert world.findings() == []


def test_an_index_that_another_process_holds_is_told_and_made_again_later(world, monkeypatch):
    with world.open() as archive:
        case, _, _ = bring(archive, [(NAME, PLANTED.encode())])
    monkeypatch.setattr("sviedka.keep.index.database._BUSY_MS", 50)
    with world.open(), world.open() as archive:
        with pytest.raises(BusyError):
            facets.destroy(archive, case)
        assert not any(name.startswith(case) for name in archive.state.outer)
    with world.open() as archive:
        assert archive.projector.key == archive.state.index
        assert_rebuilds(archive)
    assert world.findings() == []


def test_not_even_a_steward_who_writes_entries_by_hand_destroys_commons(world):
    with world.open() as archive:
        size = archive.log.size
        data = say.DestroyData(what=[say.Target(case=say.COMMONS, facet="audit")])
        with pytest.raises(NotPermittedError):
            archive.append([Draft(say.Destroy, {"data": data}, Notice("del"))])
        assert archive.log.size == size
