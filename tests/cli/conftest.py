"""An archive with a folder, and a channel of which one message has a photo."""

import json

import pytest

from tests.program import Program

CHANNEL = "Канал | Выдуманы"
FILES = {
    "a\x1b[31m\nb.txt": b"a name that would colour a terminal",
    "漢字.txt": b"wide",
    "заява (чарнавік).txt": "Заява.\n".encode() * 300,
}
MESSAGES = [
    {"id": 1, "type": "message", "date_unixtime": "1596996000", "text": "Першае паведамленне"},
    {
        "id": 2, "type": "message", "date_unixtime": "1597006800",
        "photo": "photos/фота_1.jpg", "text": "З фота",
    },
]  # fmt: skip


@pytest.fixture(scope="session")
def material(tmp_path_factory):
    """What is brought: ``files`` and ``channel``."""
    base = tmp_path_factory.mktemp("material")
    (base / "files").mkdir()
    for name, content in FILES.items():
        (base / "files" / name).write_bytes(content)
    (base / "channel" / "photos").mkdir(parents=True)
    (base / "channel" / "photos" / "фота_1.jpg").write_bytes(b"\xff\xd8 a picture")
    export = {"name": CHANNEL, "type": "public_channel", "id": 1, "messages": MESSAGES}
    (base / "channel" / "result.json").write_text(json.dumps(export), encoding="utf-8")
    return base


@pytest.fixture(scope="session")
def begun(material, tmp_path_factory):
    """The archive, unlocked while the tests run."""
    program = Program.with_archive(tmp_path_factory.mktemp("begun") / "first")
    program.run("unlock", "--minutes", 60)
    try:
        program.run("add", material / "files", material / "channel", "--purpose", "week 47")
        yield program
    finally:
        program.run("lock")


@pytest.fixture
def program(begun, tmp_path):
    """A copy of it that may be changed."""
    return begun.copy(tmp_path / "copy")
