"""The script with which a server is told which ports are open, run by a shell of its own."""

from __future__ import annotations

import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from chalicelib.adapters.nodes import disk
from chalicelib.domain.node_firewall import CHANGED, OPENED, SCRIPT_PATH
from chalicelib.services.deployments.direct_access import script_of

APP, OTHER = "0b7c0d9e-0000-4000-8000-00000000000a", "0b7c0d9e-0000-4000-8000-00000000000b"


@dataclass
class Server:
    """A folder of files that name ports, and a firewall that notes what it reads there."""

    at: Path

    @property
    def folder(self) -> Path:
        return self.at / "direct"

    @property
    def firewall(self) -> Path:
        return self.at / "firewall"

    def rules(self, text: str) -> None:
        self.firewall.write_text(f"#!/bin/sh\n{text}\n")
        self.firewall.chmod(0o755)

    def begin(self, told: str) -> subprocess.Popen[str]:
        script = script_of(str(self.firewall), str(self.folder))
        pipe = subprocess.PIPE
        begun = subprocess.Popen(
            ["sh", "-c", script], stdin=pipe, stdout=pipe, stderr=pipe, text=True
        )
        assert begun.stdin is not None
        with suppress(BrokenPipeError):  # a script may end before it has read what it is told
            begun.stdin.write(told)
            begun.stdin.flush()
        return begun

    def tell(self, told: str) -> tuple[int, str]:
        begun = self.begin(told)
        said, _ = begun.communicate(timeout=60)
        return begun.returncode, said.strip()

    def stands(self) -> list[str]:
        """What the firewall read last."""
        seen = self.at / "seen"
        return seen.read_text().split() if seen.exists() else []


@pytest.fixture
def server(tmp_path: Path) -> Server:
    made = Server(tmp_path)
    made.rules(f"cat {made.folder}/* 2>/dev/null >{tmp_path}/seen || true")
    return made


def test_firewall_reads_what_changed_and_only_then(server: Server) -> None:
    assert server.tell(f"{APP} 30001/tcp 30002/udp\n{OTHER} 30003/tcp\n") == (0, "")
    assert server.stands() == ["30001/tcp", "30002/udp", "30003/tcp"]
    (server.at / "seen").unlink()
    assert server.tell(f"{APP} 30001/tcp 30002/udp\n") == (0, "")
    assert server.stands() == []
    assert server.tell(f"{APP}\n") == (0, "")
    assert server.stands() == ["30003/tcp"]
    assert sorted(file.name for file in server.folder.iterdir()) == [".lock", OTHER]


def test_firewall_that_failed_is_run_again_by_the_next_try(server: Server) -> None:
    server.tell(f"{APP} 30001/tcp\n")
    works = server.firewall.read_text()
    server.rules(f"exit 4 # {server.folder}")

    status, _ = server.tell(f"{APP}\n")
    assert status
    assert (server.folder / CHANGED).exists()
    server.firewall.write_text(works)
    assert server.tell(f"{APP}\n") == (0, "")

    assert server.stands() == []
    assert not (server.folder / CHANGED).exists()


def test_two_at_once_do_not_mix_their_ports(server: Server) -> None:
    first = server.begin(f"{APP} 30001/tcp\n")
    second = server.begin(f"{OTHER} 30002/tcp\n")
    for one in (second, first):
        one.communicate(timeout=60)
    assert (server.folder / APP).read_text() == "30001/tcp\n"
    assert (server.folder / OTHER).read_text() == "30002/tcp\n"
    assert server.stands() == ["30001/tcp", "30002/tcp"]


def test_firewall_that_reads_no_files_is_told_of(server: Server) -> None:
    server.rules("exit 0")
    assert server.tell(f"{APP} 30001/tcp\n") == (0, "unruled")
    server.firewall.unlink()
    assert server.tell(f"{APP}\n") == (0, "unruled")
    assert not server.folder.exists()


def test_look_tells_whose_ports_are_open(server: Server) -> None:
    def opened() -> frozenset[str] | None:
        script = disk.look(10**10).replace(OPENED, str(server.folder))
        script = script.replace(SCRIPT_PATH, str(server.firewall))
        done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
        return disk.read(done.stdout).opened

    assert opened() == frozenset()
    server.tell(f"{APP} 30001/tcp\n")
    (server.folder / CHANGED).touch()
    (server.folder / "$(reboot) x").touch()
    assert opened() == frozenset({APP, CHANGED})
    server.rules("exit 0")
    assert opened() is None
