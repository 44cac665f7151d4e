from datetime import UTC, datetime

from sviedka.keep.verify import Holder, verify
from sviedka.keep.witness import Witness, accept, newest, request, trust
from tests.keep import world as worlds

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_a_head_goes_out_and_comes_back_cosigned(tmp_path):
    import os

    world = worlds.found(tmp_path / "owner")
    partner = Witness.create(tmp_path / "partner", "partner.example/2026", "слова", os.urandom)
    with world.open() as archive:
        trust(archive, "Partner", str(partner.verifier))
        asked = request(archive)
        answer = partner.cosign(bytes(asked), archive.history.log_keys[-1].key, NOW)
        assert [each.time for each in accept(archive, answer)] == [int(NOW.timestamp())]
        again = partner.cosign(bytes(request(archive)), None, NOW)
        accept(archive, again)
        assert newest(archive).size > asked.old
        holder = Holder(world.device, archive.state)
        report = verify(world.path, holder=holder)
    assert report.findings == ()
    assert len(report.outside) == 2
    assert all(each.time for each in report.outside)
