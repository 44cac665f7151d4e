from sviedka.keep.backup import backup
from sviedka.keep.verify import Depth, verify


def test_a_backup_is_an_archive_that_verifies_clean(world, tmp_path):
    outcome = backup(world.path, tmp_path / "copy")
    assert not outcome.lacking
    report = verify(tmp_path / "copy", Depth.HASHES)
    assert report.findings == ()
    assert report.head == verify(world.path).head
    assert report.outside
