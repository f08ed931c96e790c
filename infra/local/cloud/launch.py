"""Start a local function: have it forked by the nursery, and live and die with it.

    python -I -S launch.py functions.api.generic.get.handler

The emulator knows this process as the function: when it is killed, so is the function, and when
the function ends, this ends. It imports next to nothing, because each function waits for it. Where
no nursery answers, the function is started in its place.
"""

import array
import contextlib
import json
import os
import socket
import sys

LENGTH_BYTES = 8
ENDED = 1
"""The status of a function that ended: nothing but a fault ends one."""


def address(root: str) -> str:
    """The abstract socket of the room where functions of this code are forked.

    A folder's number stands for it, because such a name holds no more than 107 bytes.
    """
    return f"\0{os.environ['HOSTER_NURSERY']}/{os.stat(root).st_ino}"  # noqa: PTH116 - pathlib takes longer to load than the rest


def main() -> None:
    """Ask for the function, and wait for its end."""
    handler = sys.argv[1]
    root = os.environ["LAMBDA_TASK_ROOT"]
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asked:
        try:
            _connect(asked, root)
        except (KeyError, OSError):
            interpreter = os.environ["HOSTER_LOCAL_PYTHON"]
            started = [interpreter, "-m", "infra.local.cloud.runtime", handler]
            os.execv(interpreter, started)  # noqa: S606 - no shell is wanted
        told = json.dumps({"handler": handler, "environment": dict(os.environ)}).encode()
        ours = array.array("i", [sys.stdout.fileno(), sys.stderr.fileno()])
        asked.sendmsg(
            [len(told).to_bytes(LENGTH_BYTES, "big")],
            [(socket.SOL_SOCKET, socket.SCM_RIGHTS, ours)],
        )
        asked.sendall(told)
        with contextlib.suppress(ConnectionError):
            asked.recv(1)
    sys.exit(ENDED)


def _connect(asked: socket.socket, root: str) -> None:
    """Reach the room; the first who wants one has the nursery make it."""
    try:
        asked.connect(address(root))
    except ConnectionRefusedError:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as nursery:
            nursery.connect(f"\0{os.environ['HOSTER_NURSERY']}")
            nursery.sendall(root.encode())
            nursery.shutdown(socket.SHUT_WR)
            nursery.recv(1)
        asked.connect(address(root))


if __name__ == "__main__":
    main()
