"""What runs in a nursery: a parser is imported once, then each file is read in a fork of its own.

The nurse never reads a hostile byte. A fork limits and confines itself just as a child does that
was started for one file, and ends with that file: nothing passes from one to the next.

Each request on its socket is the limits (three u64: bytes, seconds, files) with four descriptors:
the file, the pipe of frames, the pipe of complaints, the arguments. The answer is the fork's exit
status as ``subprocess`` has it (i32), once it is gone.
"""

from __future__ import annotations

import os
import socket
import struct
import sys
import traceback
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

REQUEST = struct.Struct("=QQQ")
ANSWER = struct.Struct("=i")
COMPLAINTS = 2


def main(words: Sequence[str]) -> None:
    """Serve until the socket closes; ``words`` are those that ``nursery`` gives."""
    parser, number_of_socket, namespaces, number, program, *path = words
    sys.path.extend(path)
    from sviedka.sandbox import child  # noqa: PLC0415 (only now is it known where it lies)

    with socket.socket(fileno=int(number_of_socket)) as desk:
        while True:
            request, files, _, _ = socket.recv_fds(desk, REQUEST.size, 4)
            if not request:
                return
            os.dup2(files[COMPLAINTS], 2)  # where to say that the parser cannot be loaded
            parse, input_error = child.load(parser)
            os.dup2(1, 2)
            pid = os.fork()
            if not pid:
                try:
                    desk.close()
                    source, pipe = _arrange(files)
                    child.limit(*REQUEST.unpack(request))
                    layers = child.confine(int(namespaces), int(number), bytes.fromhex(program))
                    child.work(parse, input_error, source, pipe, layers)
                finally:  # whatever went wrong, a fork must never serve in the nurse's place
                    if error := sys.exc_info()[1]:
                        traceback.print_exception(error)
                        sys.stderr.flush()
                    os._exit(1)
            for file in files:
                os.close(file)
            _, status = os.waitpid(pid, 0)
            desk.send(ANSWER.pack(os.waitstatus_to_exitcode(status)))


def _arrange(files: Sequence[int]) -> tuple[int, int]:
    """Put arguments and complaints where a child has them; the file and the pipe of frames."""
    source, pipe, complaints, arguments = files
    os.dup2(arguments, 0)
    for output in (1, 2):
        os.dup2(complaints, output)
    os.close(complaints)
    os.close(arguments)
    return source, pipe


if __name__ == "__main__":
    main(sys.argv[1:])
