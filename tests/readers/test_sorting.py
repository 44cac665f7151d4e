"""Mail, archives and tables are told by what they begin with, whatever they are called."""

import gzip
import tarfile

import pytest

from sviedka.readers import format_of
from tests.material import hostile_archives as archives
from tests.material import hostile_mail as mails
from tests.material.mail import box, mail
from tests.material.outlook import compound, message
from tests.material.tables import database, ods, xlsx

WORKBOOK = xlsx({"a": ""})
DATABASE = database("CREATE TABLE a (b)")
MAIL = bytes(mail(1))


@pytest.mark.parametrize(
    ("content", "name", "form"),
    [
        (archives.zipped(archives.INNOCENT), "a.docx.bin", "zip"),
        (archives.zipped([]), "", "zip"),
        (archives.zipped([(b"inner.xlsx", WORKBOOK)], 0), "a.zip", "zip"),
        (archives.HOSTILE["behind-a-program.exe"], "a.exe", "exe"),
        (archives.tarred(archives.INNOCENT), "a", "tar"),
        (archives.tarred(archives.INNOCENT, tarfile.GNU_FORMAT), "a.txt", "tar"),
        (gzip.compress(b"x", mtime=0), "a.txt", "compressed"),
        (b"7z\xbc\xaf\x27\x1c", "a.zip", "7z"),
        (b"Rar!\x1a\x07\x01\0", "a.zip", "rar"),
        (b"".join(box([MAIL])), "Inbox", "mbox"),
        (b"From here on, all is different.\n", "a.txt", "plain"),
        (MAIL, "1587.txt", "eml"),
        (mails.HEAD + b"\n", "a.eml", "eml"),
        (b"%d\n" % len(MAIL) + MAIL, "5.emlx", "emlx"),
        (compound(message({0x37: "a"})), "a", "msg"),
        (b"!BDN", "a", "pst"),
        (WORKBOOK, "a.zip", "sheets"),
        (ods("a", ""), "a", "sheets"),
        (DATABASE, "msgstore", "sqlite"),
        ("а;б\n".encode("cp1251"), "А.CSV", "csv"),
        ("а;б\n".encode("utf-16"), "a.csv", "csv"),
    ],
)
def test_formats(content, name, form):
    found = format_of(content[: 1 << 16], name)
    assert found is not None
    assert found.name == form


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"", "a"), (b"\0\1\2", "a.csv"), (b"MZ", "a.bin")],
)
def test_what_no_reader_knows(content, name):
    assert format_of(content, name) is None
