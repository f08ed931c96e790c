"""A server of the matrix, as an operator's hand reaches it: its droplet's own shell."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass


@dataclass(frozen=True)
class Server:
    """A node, and the container on this machine that is its droplet."""

    provision: str
    node: str
    address: str
    droplet: str

    def shell(self, script: str, *, within: float = 200) -> str:
        """Run a script as root on the server, which must succeed, and return what it printed."""
        done = self.attempt(script, within=within)
        assert done.returncode == 0, f"{script}: {done.stderr or done.stdout}"
        return done.stdout.strip()

    def attempt(self, script: str, *, within: float = 200) -> subprocess.CompletedProcess[str]:
        """Run a script as root on the server and tell how it went."""
        return subprocess.run(
            ["docker", "exec", self.droplet, "sh", "-c", script],
            capture_output=True,
            text=True,
            check=False,
            timeout=within,
        )

    def restart_docker(self) -> None:
        """Kill the Docker Engine as a crash does; the droplet starts it anew."""
        self.shell("pkill -9 -x dockerd")

    def reboot(self) -> None:
        """Switch the server off without a word and on again."""
        for command in ("kill", "start"):
            subprocess.run(["docker", command, self.droplet], capture_output=True, check=True)
