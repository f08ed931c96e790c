"""`python -m e2e.browser.apart`: a network for the browser in which nothing changes.

Chromium ends every request when an address or an interface of the machine comes or goes, and beside
the tests containers come and go all the time. So it runs in a network namespace of its own, which
has one interface that leads nowhere, and reaches the machine by a SOCKS5 proxy (RFC 1928): that
listens within the namespace and connects from outside of it.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from ipaddress import ip_address
from pathlib import Path

PORT = 1080
PROXIED = (f"--proxy-server=socks5://127.0.0.1:{PORT}", "--proxy-bypass-list=<-loopback>")
INTERFACES = (
    "ip link set lo up",
    "ip link add name here type veth peer name nowhere",
    # No address that the kernel would make, and change once it knows that nobody else has it.
    "ip link set here addrgenmode none",
    "ip link set nowhere addrgenmode none",
    "ip address add 192.0.2.1/24 dev here",  # RFC 5737: an address of nobody
    "ip link set nowhere up",
    "ip link set here up",
    "ip route add default dev here",
)
_NEW_NETWORK = 0x40000000  # CLONE_NEWNET of unshare(2)
_VERSION, _NO_NAME, _CONNECT = 5, 0, 1
_IPV4, _NAME, _IPV6 = 1, 3, 4
_DONE, _REFUSED = 0, 5


@contextmanager
def program_apart(browser: str) -> Iterator[str]:
    """Give a program that runs a browser in a network of its own, for as long as this lasts.

    It needs `PROXIED`. Raises `RuntimeError` where no such network can be made.
    """
    command = (sys.executable, "-m", __name__)
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as keeper,
    ):
        assert keeper.stdin is not None
        assert keeper.stdout is not None
        network = keeper.stdout.readline().strip()
        if not network:
            raise RuntimeError("No network could be made for the browser.")
        program = Path(folder, "browser")
        program.write_text(f'#!/bin/sh\nexec nsenter --net={network} {browser} "$@"\n')
        program.chmod(0o755)
        yield str(program)
        keeper.stdin.close()


def main() -> None:
    """Keep a network, and print the file that stands for it, until nothing is said any more."""
    made, over = threading.Event(), threading.Event()
    doors = list[socket.socket]()

    def keep() -> None:
        """Make the network, which is this thread's alone, and listen in it."""
        try:
            doors.append(_listening_apart())
        finally:
            made.set()
        over.wait()

    keeper = threading.Thread(target=keep, daemon=True)
    keeper.start()
    made.wait()
    if not doors:
        sys.exit(1)
    print(f"/proc/{os.getpid()}/task/{keeper.native_id}/ns/net", flush=True)
    threading.Thread(target=asyncio.run, args=(_serve(doors[0]),), daemon=True).start()
    sys.stdin.read()
    over.set()


def _listening_apart() -> socket.socket:
    if ctypes.CDLL(None, use_errno=True).unshare(_NEW_NETWORK):
        raise OSError(ctypes.get_errno(), "unshare")
    for command in INTERFACES:
        subprocess.run(command.split(), check=True)
    return socket.create_server(("127.0.0.1", PORT), backlog=512)


async def _serve(door: socket.socket) -> None:
    server = await asyncio.start_server(_connect, sock=door)
    await server.serve_forever()


async def _connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Serve one connection of the browser; what goes wrong ends it."""
    with suppress(OSError, asyncio.IncompleteReadError):
        try:
            there = await asyncio.open_connection(*await _wanted(reader, writer))
        except OSError:
            writer.write(_answer(_REFUSED))
        else:
            writer.write(_answer(_DONE))
            await asyncio.gather(_pass(reader, there[1]), _pass(there[0], writer))
    writer.close()


async def _wanted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[str, int]:
    """Read where the browser wants to go to."""
    _, methods = await reader.readexactly(2)
    await reader.readexactly(methods)
    writer.write(bytes((_VERSION, _NO_NAME)))
    _, command, _, kind = await reader.readexactly(4)
    assert command == _CONNECT
    size = {_IPV4: 4, _IPV6: 16}.get(kind) or (await reader.readexactly(1))[0]
    host = await reader.readexactly(size)
    port = int.from_bytes(await reader.readexactly(2), "big")
    name = host.decode() if kind == _NAME else str(ip_address(host))
    # As browsers have it themselves (RFC 6761): such names are this machine.
    return ("127.0.0.1" if name.endswith("localhost") else name), port


def _answer(status: int) -> bytes:
    return bytes((_VERSION, status, 0, _IPV4, *bytes(6)))


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass on what comes until it ends; the other direction may go on."""
    try:
        while piece := await reader.read(65_536):
            writer.write(piece)
            await writer.drain()
        writer.write_eof()
    except OSError:
        writer.close()


if __name__ == "__main__":
    main()
