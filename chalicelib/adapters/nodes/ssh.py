"""Opens SSH connections to servers: `chalicelib.ports.nodes.Node` made real.

The Docker SDK is loaded when the engine is first asked for.
"""

from __future__ import annotations

import functools
import shlex

from chalicelib.adapters.nodes import detached, facts
from chalicelib.adapters.nodes.keys import public_text
from chalicelib.adapters.nodes.shell import Shell
from chalicelib.adapters.nodes.transport import open_transport
from chalicelib.ports.inside import Inside
from chalicelib.ports.insight import Insight
from chalicelib.ports.nodes import CommandResult, Engine, JobState, Login, MachineFacts
from chalicelib.ports.volume_archives import Archives
from chalicelib.ports.volumes import Volumes

_JOB_TAIL = "tail -c 4096 output"


def open_node(login: Login) -> SSHNode:
    """Open a connection that whoever asks for it closes.

    Raises `HostUnreachable`, `HostKeyChanged`, `LoginRefused`.
    """
    return SSHNode(Shell(open_transport(login), login))


class SSHNode:
    """A server behind an open connection."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell

    def answers(self) -> bool:
        """Tell whether the server still answers; one round trip, within two seconds."""
        return self.shell.transport.answers()

    def close(self) -> None:
        """End the connection. It may be closed already."""
        self.shell.transport.close()

    @property
    def host_key(self) -> str:
        """The host key that this connection met."""
        return public_text(self.shell.transport.get_remote_server_key())

    @functools.cached_property
    def engine(self) -> Engine:
        """The Docker Engine behind this connection."""
        from chalicelib.adapters.nodes.docker import DockerEngine

        return DockerEngine(self.shell)

    @functools.cached_property
    def insight(self) -> Insight:
        """What that Engine tells of all its containers at once."""
        from chalicelib.adapters.nodes.insight import DockerInsight

        return DockerInsight(self.shell)

    @functools.cached_property
    def inside(self) -> Inside:
        """The inside of its containers."""
        from chalicelib.adapters.nodes.inside import DockerInside

        return DockerInside(self.shell)

    @functools.cached_property
    def volumes(self) -> Volumes:
        """The volumes of that Engine, their sizes and snapshots."""
        from chalicelib.adapters.nodes.volumes import DockerVolumes

        return DockerVolumes(self.shell)

    @functools.cached_property
    def volume_archives(self) -> Archives:
        """Those volumes as archives."""
        from chalicelib.adapters.nodes.archives import DockerArchives

        return DockerArchives(self.shell)

    def facts(self) -> MachineFacts:
        """Read what the machine has."""
        return facts.read(self.shell.expect(facts.SCRIPT, "reading the machine's facts"))

    def run(self, command: str, *, timeout: float = 30.0, stdin: str = "") -> CommandResult:
        """Run a shell command as root to its end."""
        output = self.shell.run(command, timeout=timeout, stdin=stdin.encode())
        return CommandResult(output.status, output.stdout, output.stderr)

    def write_file(self, path: str, content: str, *, mode: int = 0o644) -> None:
        """Write a file atomically, owned by root."""
        quoted = shlex.quote(path)
        self.shell.expect(
            f'set -eu; umask 077; mkdir -p -m 755 "$(dirname {quoted})"\n'
            f"new=$(mktemp {quoted}.XXXXXX); trap 'rm -f \"$new\"' EXIT\n"
            f'cat >"$new"; chmod {mode:o} "$new"; mv -f "$new" {quoted}',
            f"writing {path}",
            stdin=content.encode(),
        )

    def start_job(self, name: str, script: str) -> None:
        """Start a script detached, unless a job of that name runs or has ended."""
        self.shell.expect(
            detached.start(detached.folder("jobs", name), again=False),
            f"starting the job {name}",
            stdin=script.encode(),
        )

    def job_state(self, name: str) -> JobState:
        """Tell how the named job is doing."""
        folder = detached.folder("jobs", name)
        asked = self.shell.expect(detached.ask(folder, _JOB_TAIL), f"asking for the job {name}")
        job = detached.read(asked)
        match job.state:
            case "ended":
                return JobState("failed" if job.status else "done", job.status, job.output)
            case "lost":
                return JobState("failed", None, f"{job.output}The job was killed.")
            case state:
                return JobState(state, None, job.output)
