"""`python -m infra.local.cloud.nursery`: fork local functions from a process that read their code.

A Lambda of its own for each operation and each step makes some two hundred processes here. Each
would read the same modules and hold them for itself: half a second of processor time and 50 MB.
So there is a room for each artefact, a process that has imported all of it, and a function is a
fork of that: what it does not change it shares. It is as new as one that was started, since what
the product reads of its environment, and whom it connects to, it settles when it is first called.

Everything ends with the nursery, and a function ends with the process that asked for it
(`launch.py`), which the emulator takes for the function.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import os
import pkgutil
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Callable
from typing import Any

from infra.local.cloud import runtime
from infra.local.cloud.launch import ENDED, LENGTH_BYTES, address

PACKAGES = ("chalicelib", "functions")
READ_BEFORE = ("boto3.session", "botocore.httpsession", "aws_lambda_powertools")
"""What functions load besides. Not AWS's client, which learns whom to ask when it is loaded."""
WAITING = 128
_LIBC = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Make rooms for whoever asks, until it is told to stop."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody here waits for a child
    made: set[str] = set()
    with _listening(f"\0{os.environ['HOSTER_NURSERY']}") as asked:
        while True:
            caller, _ = asked.accept()
            with caller:
                root = _all(caller).decode()
                if root and root not in made:
                    made.add(root)
                    _open_room(root)
                caller.sendall(b"1")


def answers(name: str) -> bool:
    """Whether a nursery listens under this name."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asked:
        if asked.connect_ex(f"\0{name}"):
            return False
        asked.shutdown(socket.SHUT_WR)
        return asked.recv(1) == b"1"


def _open_room(root: str) -> None:
    """Fork a room. It listens when this returns, and reads the code before it hears anybody."""
    with _listening(address(root)) as doors:
        _fork(lambda: _keep_room(root, doors))


def _keep_room(root: str, doors: socket.socket) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    _read_code(root)
    while True:
        caller, _ = doors.accept()
        with caller:
            _bear(caller)


def _read_code(root: str) -> None:
    """Import all that functions of this code import, and set it aside for all of them."""
    runtime.hide()
    os.chdir(root)
    sys.path.insert(0, root)
    for name in READ_BEFORE:
        importlib.import_module(name)
    for package in PACKAGES:
        for module in pkgutil.walk_packages([f"{root}/{package}"], f"{package}."):
            importlib.import_module(module.name)
    gc.collect()
    gc.freeze()


def _bear(caller: socket.socket) -> None:
    """Fork the function that a caller asks for, with the caller's output."""
    header, output, _flags, _ = socket.recv_fds(caller, LENGTH_BYTES, 2)
    try:
        told = json.loads(_exactly(caller, int.from_bytes(header, "big")))
        _fork(lambda: _become(caller, output, told))
    except (ConnectionError, ValueError):
        traceback.print_exc()  # the caller went away before it had said all
    finally:
        for one in output:
            os.close(one)


def _become(caller: socket.socket, output: list[int], told: dict[str, Any]) -> None:
    for given, own in zip(output, (1, 2), strict=True):
        os.dup2(given, own)
    os.environ.clear()
    os.environ.update(told["environment"])
    threading.Thread(target=_end_with, args=(caller,), daemon=True).start()
    sys.argv = ["infra.local.cloud.runtime", told["handler"]]
    runtime.main()


def _end_with(caller: socket.socket) -> None:
    """End when the process ends that asked for this one."""
    caller.recv(1)
    os._exit(ENDED)


def _fork(does: Callable[[], None]) -> None:
    """Have a child do something and nothing else; it ends with this process."""
    if os.fork():
        return
    try:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        does()
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(ENDED)


def _listening(name: str) -> socket.socket:
    """Listen on an abstract socket, which goes away with its process."""
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    made.bind(name)
    made.listen(WAITING)
    return made


def _all(caller: socket.socket) -> bytes:
    return b"".join(iter(lambda: caller.recv(4096), b""))


def _exactly(caller: socket.socket, size: int) -> bytes:
    kept = bytearray()
    while len(kept) < size:
        piece = caller.recv(min(size - len(kept), 65_536))
        if not piece:
            raise ConnectionError("a caller went away")
        kept += piece
    return bytes(kept)


if __name__ == "__main__":
    main()
