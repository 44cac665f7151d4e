"""What somebody with the folder in hand can do to it."""

import os
import shutil

from sviedka.keep.keys.home import short_name


def kinds_of(report):
    return {type(each.error) for each in report.findings}


class Trouble:
    """A folder between two devices, and everything that may happen to it."""

    def __init__(self, first, second, folder):
        self.first, self.second, self.folder = first, second, folder
        with first.open() as archive:
            self.archive_id = archive.archive_id
        self.base = folder / short_name(self.archive_id)

    def __iter__(self):
        return iter((self.first, self.second, self.folder))

    def state(self, place):
        """What a device has taken in: its head, its records, its files."""
        with place.open() as archive:
            return State(
                archive.head,
                list(archive.projector.index.dump()),
                set(archive.objects.names()) | set(archive.grants.names()),
            )

    def refused(self, place, errors):
        """A sync takes nothing in, and says why."""
        before = self.state(place)
        report = place.sync(self.folder)
        assert [type(each.error) for each in report.findings] == errors
        after = self.state(place)
        assert after.head.size - before.head.size <= 1  # a day
        assert after.files == before.files

    def honest(self):
        """From here on everybody is honest: all end at the same head, with the same records."""
        for place in (self.first, self.second, self.first, self.second):
            place.sync(self.folder)
        for place in (self.first, self.second):
            report = place.sync(self.folder)
            left = (*report.findings, *report.waiting, *[report.provisional] * report.provisional)
            assert not left, left
            place.check()
        assert self.first.head() == self.second.head()
        return self.first.dump() == self.second.dump()

    # The folder

    def write(self, name, data):
        path = self.base / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def delete(self, name):
        shutil.rmtree(self.base / name)

    def snapshot(self):
        copy = self.folder.with_name("snapshot")
        shutil.copytree(self.folder, copy)
        return copy

    def restore(self, copy):
        shutil.rmtree(self.folder)
        shutil.copytree(copy, self.folder)

    def fork(self):
        """A second copy of the first device, keys and all, as a thief or a backup would have it."""
        return self.first.copy(self.first.root.with_name("fork"))

    def replace_ledger(self, other):
        shutil.rmtree(self.base / "ledger")
        shutil.copytree(next(other.iterdir()) / "ledger", self.base / "ledger")

    def files(self, kind):
        return {path for path in (self.base / kind).rglob("*") if path.is_file()}

    def bundle(self):
        """The widest entry bundle."""
        found = (self.base / "ledger/tile/entries/000.p").iterdir()
        return max(found, key=lambda path: int(path.name))

    def outbox(self, place):
        return sorted((self.base / "outbox" / place.device.id).iterdir())

    # One file

    def cut(self, path):
        path.write_bytes(path.read_bytes()[:-7])

    def flipped(self, path):
        data = bytearray(path.read_bytes())
        data[len(data) * 9 // 10] ^= 1
        path.write_bytes(bytes(data))

    def empty(self, path):
        path.write_bytes(b"")

    def giant(self, path):
        os.truncate(path, 5 << 30)

    def gone(self, path):
        path.unlink()

    def linked(self, path):
        away = self.folder / "away"
        path.rename(away)
        path.symlink_to(away)

    def piped(self, path):
        path.unlink()
        os.mkfifo(path)

    def folder_at(self, path):
        path.unlink()
        path.mkdir()


class State:
    def __init__(self, head, dump, files):
        self.head, self.dump, self.files = head, dump, files

    def __eq__(self, other):
        return (self.head, self.dump, self.files) == (other.head, other.dump, other.files)

    __hash__ = None
