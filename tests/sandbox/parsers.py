"""Parsers that behave, misbehave and attack; they run in the child."""

# ruff: noqa: PTH108, PTH123, PTH208 (the calls that an attacker would make)

import _socket
import errno
import os
import signal
import sys
import time
from _thread import allocate_lock, start_new_thread
from itertools import repeat

from sviedka.errors import InputError


def echo(source, arguments):
    yield arguments
    yield source.read()


def many_small(source, arguments):
    yield from repeat(b"x" * 100, int(arguments))


def big(source, arguments):
    yield from repeat(bytes(1 << 18), int(arguments))


def complain(source, arguments):
    yield b"so far so good"
    raise InputError("not a\x1b[2J\u202e table", where="byte 7", do="bring another")


def complain_at_length(source, arguments):
    yield b""
    raise InputError("w" * 100_000, where="x" * 100_000, do="d" * 100_000)


def stumble(source, arguments):
    yield b"kept"
    raise ZeroDivisionError("\x1b[31mover nought")


def abort_after_an_empty_frame(source, arguments):
    yield b"kept"
    yield b""
    yield b"lost"
    os.abort()


def print_things(source, arguments):
    print("a stray line")
    os.write(1, b"another")
    yield b"only this"


def flood_stderr(source, arguments):
    for _ in range(10_000):
        try:
            os.write(2, b"y" * 1000)
        except BlockingIOError:
            break
    yield b"done"


def connect(source, arguments):
    link = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
    link.connect(("127.0.0.1", int(arguments)))
    yield b"connected"


def connect_unix(source, arguments):
    link = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    link.connect(arguments.decode())
    yield b"connected"


def read_path(source, arguments):
    with open(arguments, "rb") as file:
        yield file.read()


def write_path(source, arguments):
    with open(arguments, "wb") as file:
        file.write(b"left behind")
    yield b"written"


def write_source(source, arguments):
    os.write(source.fileno(), b"altered")
    yield b"written"


def list_path(source, arguments):
    yield b"\n".join(os.listdir(arguments))


def delete_path(source, arguments):
    os.unlink(arguments)
    yield b"deleted"


def hoard(source, arguments):
    held = [bytearray(1 << 20) for _ in range(100_000)]
    yield b"%d" % len(held)


def spin(source, arguments):
    while True:
        pass
    yield b""


def sleep(source, arguments):
    yield bytes(1 << 17)
    time.sleep(3600)


def recurse(source, arguments):
    def deeper():
        return deeper()

    yield deeper()


def output_bomb(source, arguments):
    yield from repeat(bytes(1 << 20))


def frame_bomb(source, arguments):
    yield bytes(64 << 20)


def fork(source, arguments):
    yield b"%d" % os.fork()


def fork_bomb(source, arguments):
    while True:
        os.fork()
    yield b""


def start_program(source, arguments):
    os.execv(sys.executable, [sys.executable, "-c", ""])
    yield b""


def kill_parent(source, arguments):
    os.kill(int(arguments), signal.SIGKILL)
    yield b"killed"


def crash(source, arguments):
    os.abort()
    yield b""


def leave(source, arguments):
    yield b"a"
    os._exit(0)


def rubbish(source, arguments):
    for number in range(3, 64):
        try:
            os.write(number, b"\xff" * 4096)
        except OSError:
            continue
    yield b""


def forge_end(source, arguments):
    for number in range(3, 64):
        try:
            os.write(number, b"\x03\0\0\0\0")
        except OSError:
            continue
    time.sleep(3600)
    yield b""


def descriptors(source, arguments):
    found = []
    for number in range(64):
        try:
            os.lseek(number, 0, os.SEEK_CUR)
        except OSError as error:
            if error.errno == errno.EBADF:
                continue
        found.append(number)
    yield b"%d" % len(found)


def environment(source, arguments):
    yield repr(sorted(os.environ)).encode()


def use_threads(source, arguments):
    lock = allocate_lock()
    lock.acquire()
    start_new_thread(lock.release, ())
    lock.acquire()
    yield b"threads work"
