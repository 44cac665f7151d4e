"""What lies in an archive and in a copy of it."""

from sviedka.keep.saving import Event
from sviedka.keep.verify import Depth, verify
from tests.keep import world as worlds


def files(path):
    """All files but the index, which a copy does not have."""
    return {
        name: data for name, data in worlds.files(path).items() if not name.startswith("index.db")
    }


def note(world, text):
    """Save one more record."""
    with world.open() as archive:
        note_in(archive, world.case, text)


def note_in(archive, case, text):
    with archive.save(Event("ing")) as save:
        save.record(case, "status", {"kind": "note", "text": text, "v": 1})
        save.finish()


def findings(path):
    """What a check of all bytes finds, in words."""
    return [str(each) for each in verify(path, Depth.HASHES).findings]


def damage(path):
    report = verify(path, Depth.HASHES)
    return [each for each in report.findings if each.severity == "damage"]
