"""``sviedka stamp``: an archive, and authorities that answer over HTTP on this machine."""

import http.server
import signal
import subprocess
import threading

import pytest

from tests.keep.stamps.calendars import Calendar
from tests.keep.stamps.tsa import Authority
from tests.program import Program


class Outside:
    """Authorities and a calendar on 127.0.0.1; ``answers`` may be changed at any time."""

    def __init__(self, base):
        self.one = Authority.make(base / "one", "First authority")
        self.other = Authority.make(base / "other", "Other authority", middle=True)
        self.calendar = Calendar()
        self.answers = {
            "/one": self.one.answer,
            "/other": self.other.answer,
            "/digest": self.calendar.promise,
        }
        self.asked = []
        outside = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.give(outside.answers[self.path], body)

            def do_GET(self):
                commitment = bytes.fromhex(self.path.removeprefix("/timestamp/"))
                self.give(lambda _: outside.calendar.promised.get(commitment), b"")

            def give(self, answer, body):
                outside.asked.append(self.path)
                found = answer(body)
                self.send_response(200 if found else 404)
                self.end_headers()
                self.wfile.write(found or b"")

            def log_message(self, *_):
                """Say nothing."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.calendar.url = self.url
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture(scope="module")
def outside(tmp_path_factory):
    found = Outside(tmp_path_factory.mktemp("outside"))
    yield found
    found.server.shutdown()
    found.server.server_close()


@pytest.fixture(scope="module")
def begun(outside, tmp_path_factory):
    """An archive, unlocked, that asks two authorities."""
    base = tmp_path_factory.mktemp("archive")
    program = Program.with_archive(base / "first")
    program.run("unlock", "--minutes", 10)
    (base / "one.pem").write_bytes(outside.one.roots)
    (base / "other.pem").write_bytes(outside.other.roots)
    try:
        for name in ("one", "other"):
            url = f"{outside.url}/{name}"
            program.run("stamp", "authority", "add", name, url, "--roots", base / f"{name}.pem")
        yield program
    finally:
        program.run("lock")


@pytest.fixture
def program(begun, outside, tmp_path):
    outside.asked.clear()
    answers = dict(outside.answers)
    yield begun.copy(tmp_path / "copy")
    outside.answers = answers


def test_a_head_is_stamped_and_shown(program):
    before = program.json("status")
    assert (before["stamps"]["size"], before["stamps"]["authorities"]) == (0, 2)
    assert "no head is stamped yet" in program.run("status").out
    done = program.json("stamp")
    assert [each["name"] for each in done["stamped"]] == ["one", "other"]
    assert (done["failed"], done["lacking"]) == ([], 0)
    status = program.json("status")
    assert status["stamps"]["size"] == done["size"]
    assert {each["name"] for each in status["stamps"]["by"]} == {"one", "other"}
    assert status["unwitnessed"] == status["entries"] - done["size"]
    assert status["stamps"]["due"] > before["day"]
    shown = program.run("status").out
    assert "nobody has seen the ledger since it began" not in shown
    assert "SHORT" not in shown
    report = program.json("verify", "--deep")
    assert (report["clean"], report["attested"]) == (True, done["size"])
    assert all(each["time"] for each in report["outside"])
    assert program.json("verify")["clean"]
    checked = program.json("stamp", "verify")
    assert (checked["holds"], len(checked["stamps"])) == (True, 2)
    assert all(each["trusted"] for each in checked["stamps"])
    assert "stamped the head of" in program.run("stamp", "verify").out


def test_a_failure_is_told_and_kept_and_made_up_for(program, outside):
    works = outside.answers["/other"]
    outside.answers["/other"] = lambda _: b"<html>maintenance</html>"
    done = program.attempt("stamp", "--json")
    assert done.status == 3
    assert [each["name"] for each in done.result["stamped"]] == ["one"]
    assert done.result["failed"][0]["name"] == "other"
    shown = program.attempt("stamp")
    assert shown.status == 3
    assert "FAILED: other: " in shown.out
    assert "SHORT: two authorities" in shown.out
    status = program.run("status").out
    assert "FAILED: other at " in status
    assert "SHORT" in status
    assert program.json("verify", "--deep")["clean"]
    outside.answers["/other"] = works
    outside.asked.clear()
    assert program.json("stamp")["lacking"] == 0
    assert outside.asked == ["/other"]
    assert "FAILED" not in program.run("status").out


def test_a_server_that_is_gone(program, outside):
    program.run("stamp", "authority", "remove", "other")
    program.run("stamp", "authority", "add", "nobody", "http://127.0.0.1:9/", "--calendar")
    done = program.attempt("stamp", "--json")
    assert done.status == 9
    assert "cannot be asked" in done.result["failed"][0]["error"]


def test_authorities_are_listed_and_removed(program):
    (one, other) = program.json("stamp", "authority", "list")["authorities"]
    assert (one["name"], one["service"]) == ("one", "rfc3161")
    assert one["roots"][0]["name"] == "CN=First authority root"
    assert "CN=Other authority root" in program.run("stamp", "authority", "list").out
    program.run("stamp", "authority", "remove", "other")
    (left,) = program.json("stamp", "authority", "list")["authorities"]
    assert left == one
    assert other not in program.json("stamp", "authority", "list")["authorities"]


def test_calendars(program, outside, tmp_path):
    program.run("stamp", "authority", "add", "calendar", outside.url, "--calendar")
    outside.calendar.promised.clear()
    size = program.json("stamp")["size"]
    assert program.json("status")["stamps"]["pending"] == [size]
    assert "PENDING" in program.run("status").out
    assert "waits for a block" in program.run("stamp", "upgrade").out
    assert program.json("verify", "--deep")["clean"]
    outside.calendar.mine(840_000)
    (proof,) = program.json("stamp", "upgrade")["proofs"]
    assert (proof["blocks"], proof["file"]) == ([840_000], f"{size}.2.ots")
    assert program.json("status")["stamps"]["pending"] == []
    assert "NOT CHECKED: bring its header" in program.run("stamp", "verify").out
    (tmp_path / "headers").write_text(outside.calendar.lines)
    told = program.json("stamp", "verify", "--headers", tmp_path / "headers")["stamps"]
    assert told[-1]["time"] == 1_700_000_000
    assert "by your header" in program.run("stamp", "verify", "--headers", tmp_path / "headers").out
    other = tmp_path / "other"
    other.write_text(f"840000 {bytes(80).hex()}\n")
    done = program.attempt("stamp", "verify", "--headers", other)
    assert (done.status, "does not attest" in done.out) == (4, True)
    assert program.json("verify", "--deep")["clean"]


def test_any_changed_bit_of_a_stamp_is_found(program):
    size = program.json("stamp")["size"]
    for ending in ("tsr", "tsq", "pem"):
        path = program.archive / "ledger" / "checkpoints" / f"{size}.one.1.{ending}"
        before = path.read_bytes()
        path.write_bytes(before[:-1] + bytes([before[-1] ^ 1]))
        assert program.attempt("verify").status == 4
        assert program.attempt("stamp", "verify").status == 4
        path.write_bytes(before)
    assert program.json("verify")["clean"]


def test_nothing_is_renewed_before_it_is_due(program):
    size = program.json("stamp")["size"]
    assert "Nothing is due before" in program.run("stamp", "renew").out
    again = program.json("stamp", "renew", "--head", size)
    assert {each["file"] for each in again["stamped"]} == {
        f"{size}.one.2.tsr",
        f"{size}.other.2.tsr",
    }
    assert program.json("verify", "--deep")["clean"]


def test_a_bundle_carries_the_stamps_of_its_head(program, outside, tmp_path):
    (tmp_path / "note.txt").write_text("што было")
    program.run("add", tmp_path / "note.txt")
    program.run("stamp")
    item = program.json("list", "note.txt")["items"][0]["id"]
    program.run("bundle", item, tmp_path / "proof")
    assert "whose stamp that is" in program.run("check", tmp_path / "proof").out
    roots = tmp_path / "roots.pem"
    roots.write_bytes(outside.one.roots)
    shown = program.run("check", tmp_path / "proof", "--roots", roots).out
    assert "rests on a root that you trust" in shown
    assert "rests on none of the roots that you named" in shown
    stamps = program.json("check", tmp_path / "proof", "--roots", roots)["stamps"]
    assert {each["authority"]: each["trusted"] for each in stamps} == {"one": True, "other": False}
    roots.write_bytes(outside.one.roots + outside.other.roots)
    stamps = program.json("check", tmp_path / "proof", "--roots", roots)["stamps"]
    assert all(each["trusted"] for each in stamps)
    said = subprocess.run(
        ["python3", tmp_path / "proof" / "verify.py", "--roots", roots],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert said.count("by an authority under the roots given") == 2
    # And with nothing of ours at all.
    for tsr in (tmp_path / "proof" / "outside").glob("*.tsr"):
        command = ["openssl", "ts", "-verify", "-data", tmp_path / "proof" / "checkpoint",
                   "-in", tsr, "-CAfile", roots, "-untrusted", tsr.with_suffix(".pem")]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.stdout.strip() == "Verification: OK"


def test_killed_while_an_authority_is_asked(program, outside):
    works, asked, go = outside.answers["/other"], threading.Event(), threading.Event()

    def slow(body):
        asked.set()
        go.wait(20)
        return works(body)

    outside.answers["/other"] = slow
    with program.start("stamp") as process:
        assert asked.wait(20)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=20)
        go.set()
    outside.answers["/other"] = works
    assert process.returncode == -signal.SIGKILL
    assert program.json("verify", "--deep")["clean"]
    outside.asked.clear()
    done = program.json("stamp")
    assert outside.asked == ["/other"]
    assert [each["new"] for each in done["stamped"]] == [False, True]
    assert done["lacking"] == 0
    assert program.json("verify", "--deep")["clean"]


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["--json", "upgrade"], 2),
        (["--head", "3", "renew"], 2),
        (["--head", "3"], 2),
        (["--proxy", "http://127.0.0.1:9050"], 2),
        (["authority", "add", "x", "http://x.example/"], 2),
        (["authority", "add", "X", "http://x.example/", "--calendar"], 2),
        (["authority", "add", "x", "x.example", "--calendar"], 2),
        (["authority", "add", "x", "http://x.example/", "--roots", "passphrase"], 3),
        (["authority", "remove", "nobody"], 2),
        (["verify", "--headers", "passphrase"], 3),
    ],
)
def test_what_makes_no_sense_is_told(program, words, status):
    done = program.attempt("stamp", *words)
    assert (done.status, done.is_clear or "--json" in words) == (status, True), done.told
