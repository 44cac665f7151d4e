import ctypes
import os
import resource
from pathlib import Path

from sviedka.keep.keys.memory import SecretPage, deny_dumps

PR_GET_DUMPABLE = 3


def page_with(secret):
    reading, writing = os.pipe()
    os.write(writing, secret)
    os.close(writing)
    page = SecretPage()
    page.fill(reading)
    os.close(reading)
    return page


def in_child(check):
    """Whether a check holds in a process of its own."""
    child = os.fork()
    if not child:
        os._exit(0 if check() else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_page_holds_what_was_read_into_it_until_it_is_wiped():
    page = page_with(b"secret")
    assert bytes(page.view()) == b"secret"
    page.wipe()
    assert bytes(page.view()) == b""


def test_a_page_takes_no_more_than_it_holds():
    size = os.sysconf("SC_PAGESIZE")
    assert bytes(page_with(b"x" * (size + 1000)).view()) == b"x" * size


def test_a_page_is_locked_and_left_out_of_core_dumps():
    before = Path("/proc/self/smaps").read_text()
    page = page_with(b"secret")
    after = Path("/proc/self/smaps").read_text()
    new = [
        line
        for line in after.splitlines()
        if line.startswith("VmFlags") and " dd" in line and " lo" in line
    ]
    assert len(new) > before.count(" lo ")
    assert bytes(page.view()) == b"secret"


def test_no_dump_and_no_tracing_once_it_was_denied():
    def denied():
        deny_dumps()
        libc = ctypes.CDLL(None)
        dumpable = libc.prctl(PR_GET_DUMPABLE, 0, 0, 0, 0)
        return dumpable == 0 and resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)

    assert in_child(denied)
