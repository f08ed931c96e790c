"""A server that Hoster can log in to, and the Docker Engine on it.

Everything here can be repeated without harm and returns soon: what takes longer than a few
seconds (an install, an image pull) is started on the node and asked about later.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from chalicelib.domain.plan import Network, Plan, Service

if TYPE_CHECKING:
    from chalicelib.ports.inside import Inside
    from chalicelib.ports.insight import Insight
    from chalicelib.ports.volume_archives import Archives
    from chalicelib.ports.volumes import Volumes

HostPorts = Mapping[tuple[int, str], int]
"""Where a service's ports are published: (container port, protocol) -> host port."""


@dataclass(frozen=True)
class Login:
    """How to reach a node. `private_key` is OpenSSH text and never leaves memory.

    `host_key` is the pinned public key (`ssh-ed25519 AAAA…`); None pins whatever key the first
    connection meets, which the caller then reads from `Node.host_key` and stores.
    """

    host: str
    port: int
    user: str
    private_key: str
    host_key: str | None
    docker_socket: str = "/var/run/docker.sock"
    """Absolute path of the Docker Engine's socket on the node."""

    def __repr__(self) -> str:
        """Show where, never the key."""
        return f"Login({self.user}@{self.host}:{self.port})"


@dataclass(frozen=True)
class MachineFacts:
    """What a machine says of itself."""

    cpu_cores: float
    memory_mb: int
    disk_mb: int
    disk_free_mb: int
    architecture: str
    os: str
    docker_version: str | None
    disk_used_percent: int
    at: str | None = None
    """When it said so, RFC 3339 UTC by its own clock, to the second."""


@dataclass(frozen=True)
class CommandResult:
    """A finished command; outputs are cut to their last 16 KB."""

    status: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class JobState:
    """A long command that was started on the node. `tail` is the end of its output."""

    state: Literal["absent", "running", "done", "failed"]
    status: int | None = None
    tail: str = ""


@dataclass(frozen=True)
class RegistryLogin:
    """Who one is at a registry of images. `host` is as `domain.images` calls it."""

    host: str
    username: str
    password: str

    def __repr__(self) -> str:
        """Show who and where, never the password."""
        return f"RegistryLogin({self.username}@{self.host})"


NO_LOGINS: Mapping[str, RegistryLogin] = {}


@dataclass(frozen=True)
class PullState:
    """How far an image is. Byte counts are 0 while unknown.

    `message` is what the registry, or the Engine, says of a pull that failed.
    """

    state: Literal["absent", "pulling", "present", "failed"]
    done_bytes: int = 0
    total_bytes: int = 0
    message: str = ""


@dataclass(frozen=True)
class ContainerState:
    """One container of a deployment as Docker sees it now. Times are RFC 3339 UTC."""

    id: str
    service: str
    image: str
    status: Literal["created", "running", "paused", "restarting", "removing", "exited", "dead"]
    health: Literal["none", "starting", "healthy", "unhealthy"]
    restarts: int
    exit_code: int | None
    started_at: str | None
    out_of_memory: bool
    ports: tuple[tuple[int, int, str], ...]
    """(container port, host port, protocol)."""
    config_hash: str
    generation: int
    last_probe: str = ""
    """The last health probe's output, as much as Docker keeps; it may hold secrets."""
    cpu_limit: float = 0.0
    """Cores that it may use; 0 for all."""
    pid: int = 0
    """Its first process on the node; 0 while it does not run."""
    finished_at: str | None = None
    """When its process last ended."""
    completes: bool = False
    """Whether others wait for it to complete: that it ends is its purpose."""


class Engine(Protocol):
    """The Docker Engine of a node, spoken to over the node's SSH connection.

    Every method raises `DockerUnavailable` when the Engine does not answer and
    `HostUnreachable` when the connection breaks.
    """

    def ensure_network(self, deployment_id: str, others: tuple[Network, ...] = ()) -> None:
        """Have the deployment's own bridge network, and the others of its plan."""

    def ensure_volumes(self, deployment_id: str, plan: Plan) -> None:
        """Have the plan's named volumes, prefixed with the deployment."""

    def deliver_files(self, deployment_id: str, plan: Plan) -> None:
        """Have the plan's managed files on the node with their contents and modes.

        Raises `DiskFull`.
        """

    def start_pulls(
        self,
        images: Sequence[str],
        logins: Mapping[str, RegistryLogin] = NO_LOGINS,
        *,
        apart: bool = False,
    ) -> None:
        """Begin pulling the images that are neither present nor being pulled, all at once.

        `logins` holds, by the image, as whom it is asked for. A login is on the node for as long
        as the request takes, in memory alone. `apart` is that of `pull_states`.
        """

    def pull_states(self, images: Sequence[str], *, apart: bool = False) -> dict[str, PullState]:
        """Tell how far each image is, in one look; `failed` holds the registry's reason.

        `apart`: whoever asks may not have an image only because somebody else pulled it there
        with a login. It counts as absent until the registry has given it to a pull without one.
        """

    def ensure_service(
        self,
        deployment_id: str,
        plan: Plan,
        service: Service,
        *,
        generation: int,
        host_ports: HostPorts,
        beside: bool = False,
        unnamed: bool = False,
    ) -> ContainerState:
        """Have the service's container created as planned and started.

        With `beside` it is another one than that which stands under the service's name, until
        `take_names`; what has taken that name in this generation is meant then as well. One that
        is made `unnamed` reaches others, and answers to no name on its networks until `name`.

        A container whose configuration is the planned one is kept and started; another one is
        replaced (stopped, removed, created). Each container port of `host_ports` is published on
        0.0.0.0 at its host port, and no other one is.
        Raises `ImageUnavailable`, `PortInUse`, `DiskFull`.
        """

    def config_hash(
        self, deployment_id: str, plan: Plan, service: Service, *, host_ports: HostPorts
    ) -> str:
        """Return the `ContainerState.config_hash` of a container that is made as planned."""

    def now(self) -> str:
        """Tell the time by the machine's own clock, by which `ContainerState.started_at` is."""

    def containers(self, deployment_id: str) -> tuple[ContainerState, ...]:
        """List the deployment's containers, stopped ones too, sorted by service.

        Of two containers of one service the older generation's comes first.
        """

    def logs(self, deployment_id: str, service: str, *, tail: int) -> str:
        """Return the last `tail` lines of a service's output; empty when it has no container.

        Of two containers of one service, that which stands beside tells.
        """

    def stop(self, deployment_id: str) -> None:
        """Stop every container of the deployment with its grace period, dependants first."""

    def remove(self, deployment_id: str, containers: Collection[str]) -> None:
        """Stop the containers with these ids as `stop` does, and remove them."""

    def name(self, deployment_id: str, service: Service) -> None:
        """Let the service's container answer to its names on its networks, if it does not yet."""

    def take_names(self, deployment_id: str) -> None:
        """Give what was made beside its service's own name, which must be free."""

    def keep_files(self, deployment_id: str, plan: Plan) -> None:
        """Remove the delivered files that are not the plan's."""

    def remove_containers(self, deployment_id: str) -> None:
        """Remove every container of the deployment and its network; volumes and files stay."""

    def remove_everything(self, deployment_id: str, *, keep_volumes: bool = False) -> None:
        """Remove containers, network, volumes and files of the deployment.

        `keep_volumes` leaves the volumes with what they hold; snapshots of them go.
        """

    def remains(self, deployment_id: str) -> tuple[str, ...]:
        """Name what of the deployment is still on the node (`container web`, `volume data`, …)."""


class Node(Protocol):
    """An open SSH connection to a server.

    Opening raises `HostUnreachable`, `HostKeyChanged` or `LoginRefused`.
    """

    @property
    def host_key(self) -> str:
        """The host key that this connection met, as `ssh-ed25519 AAAA…`."""

    @property
    def engine(self) -> Engine:
        """The Docker Engine behind this connection."""

    @property
    def insight(self) -> Insight:
        """What that Engine tells of all its containers at once."""

    @property
    def inside(self) -> Inside:
        """The inside of its containers: what they write and use, and commands in them."""

    @property
    def volumes(self) -> Volumes:
        """The volumes of that Engine, their sizes and snapshots."""

    @property
    def volume_archives(self) -> Archives:
        """Those volumes as archives: sent from there, fetched, and put in place."""

    def facts(self) -> MachineFacts:
        """Read what the machine has."""

    def run(self, command: str, *, timeout: float = 30.0, stdin: str = "") -> CommandResult:
        """Run a shell command as root to its end (through sudo when the user is not root).

        `timeout` in seconds; raises `NotReady` past it.
        """

    def write_file(self, path: str, content: str, *, mode: int = 0o644) -> None:
        """Write a file atomically, owned by root. Raises `DiskFull`."""

    def start_job(self, name: str, script: str) -> None:
        """Start `script` detached on the node unless a job of that name runs or has ended."""

    def job_state(self, name: str) -> JobState:
        """Tell how the named job is doing; survives the connection and a restart of sshd."""


Connect = Callable[[Login], AbstractContextManager[Node]]
"""Open a connection: `with connect(login) as node: …`."""
