"""What is to run on a node for one deployment: the planner's result and the engine's input.

Plain frozen values, without Docker's or YAML's types. Memory in MB, CPU in cores, times in
seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from chalicelib.domain.names_on_node import OWN_NETWORK

Condition = Literal["service_started", "service_healthy", "service_completed_successfully"]
Protocol = Literal["tcp", "udp"]


@dataclass(frozen=True)
class HealthCheck:
    """A service's own health check. `test` in Docker's form: ("CMD", …) or ("CMD-SHELL", …)."""

    test: tuple[str, ...]
    interval: float = 30.0
    timeout: float = 30.0
    retries: int = 3
    start_period: float = 0.0
    start_interval: float = 0.0
    """Seconds between probes within the start period; 0 leaves it to Docker."""


@dataclass(frozen=True)
class Port:
    """A container port; `published` is what the compose text asked for on the host, if anything."""

    target: int
    published: int | None = None
    protocol: Protocol = "tcp"


@dataclass(frozen=True)
class Mount:
    """One mount. `source` is a volume's compose name, a managed file's key, or empty for tmpfs."""

    kind: Literal["volume", "file", "tmpfs"]
    source: str
    target: str
    read_only: bool = False
    no_copy: bool = False
    """Whether a new volume stays empty instead of taking what the image has there."""
    size_mb: int | None = None
    """What a tmpfs may hold."""
    mode: int | None = None
    """Permissions of a tmpfs."""


@dataclass(frozen=True)
class ManagedFile:
    """A file that Hoster delivers to the node; `key` is unique within the deployment."""

    key: str
    content: str
    mode: int = 0o644


@dataclass(frozen=True)
class Dependency:
    """What must be true of another service before this one starts."""

    service: str
    condition: Condition = "service_started"


@dataclass(frozen=True)
class Network:
    """A network beside the deployment's own. An internal one leads nowhere outside."""

    name: str
    internal: bool = False


@dataclass(frozen=True)
class Attachment:
    """A network on which a service answers to its own name and to `aliases`."""

    network: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ulimit:
    """One limit of the kernel for each process; -1 is none."""

    name: str
    soft: int
    hard: int


@dataclass(frozen=True)
class LogLimit:
    """How much of a service's output its node keeps."""

    megabytes: int = 10
    """Size of each file."""
    files: int = 3


@dataclass(frozen=True)
class Service:
    """One container to run, with every limit decided."""

    name: str
    image: str
    command: tuple[str, ...] | None = None
    entrypoint: tuple[str, ...] | None = None
    environment: tuple[tuple[str, str], ...] = ()
    ports: tuple[Port, ...] = ()
    mounts: tuple[Mount, ...] = ()
    depends_on: tuple[Dependency, ...] = ()
    health_check: HealthCheck | None = None
    restart: str = "no"
    cpus: float = 0.5
    memory_mb: int = 256
    pids: int = 512
    user: str | None = None
    working_dir: str | None = None
    labels: tuple[tuple[str, str], ...] = ()
    stop_grace: float = 10.0
    init: bool = False
    read_only: bool = False
    networks: tuple[Attachment, ...] = (Attachment(OWN_NETWORK),)
    """The first one is the way out; none is no network at all."""
    hostname: str | None = None
    domainname: str | None = None
    extra_hosts: tuple[tuple[str, str], ...] = ()
    """Host names with their addresses."""
    dns: tuple[str, ...] = ()
    dns_search: tuple[str, ...] = ()
    dns_options: tuple[str, ...] = ()
    sysctls: tuple[tuple[str, str], ...] = ()
    cap_add: tuple[str, ...] = ()
    cap_drop: tuple[str, ...] = ()
    ulimits: tuple[Ulimit, ...] = ()
    shm_mb: int | None = None
    reserved_memory_mb: int = 0
    """What the kernel leaves the service when memory is short."""
    groups: tuple[str, ...] = ()
    tty: bool = False
    stdin_open: bool = False
    stop_signal: str | None = None
    logs: LogLimit = LogLimit()


@dataclass(frozen=True)
class Route:
    """The service and container port that the deployment's host names lead to."""

    service: str
    port: int


@dataclass(frozen=True)
class Dump:
    """How a service saves its data while it runs, and loads it: commands for a shell in it."""

    service: str
    dump: str
    """Prints the data to its standard output."""
    load: str
    """Reads it from its standard input."""
    volumes: tuple[str, ...]
    """The volumes whose data it holds, which begin empty before it is loaded."""


@dataclass(frozen=True)
class Ignored:
    """A key of the compose text that has no effect, or another one than it asks for."""

    path: str
    line: int | None = None
    reason: str = ""

    def __str__(self) -> str:
        """Tell it to the text's creator."""
        place = f"{self.path} (line {self.line})" if self.line else self.path
        return f"{place}: {self.reason}" if self.reason else place


@dataclass(frozen=True)
class Plan:
    """A deployment's services in start order (dependencies first, file order otherwise)."""

    services: tuple[Service, ...]
    volumes: tuple[str, ...] = ()
    files: tuple[ManagedFile, ...] = ()
    route: Route | None = None
    networks: tuple[Network, ...] = ()
    """Networks beside the deployment's own, which is always there."""
    dumps: tuple[Dump, ...] = ()
    """What a backup takes instead of volumes, in the services' order."""
    notes: tuple[Ignored, ...] = ()
    """What of the compose text has no effect, for its creator to see."""

    @property
    def ignored(self) -> tuple[str, ...]:
        """The dotted paths of the keys without effect."""
        return tuple(note.path for note in self.notes)

    @property
    def cpus(self) -> float:
        """All services' CPU limits, in cores."""
        return round(sum(service.cpus for service in self.services), 3)

    @property
    def memory_mb(self) -> int:
        """All services' memory limits, in MB."""
        return sum(service.memory_mb for service in self.services)

    @property
    def finite(self) -> frozenset[str]:
        """The services on whose completion others wait: they end, and stay so."""
        return frozenset(
            dependency.service
            for service in self.services
            for dependency in service.depends_on
            if dependency.condition == "service_completed_successfully"
        )

    @property
    def stopped_for(self) -> tuple[str, ...]:
        """The volumes that no dump stands for: an app that runs is stopped to save them."""
        held = {volume for dump in self.dumps for volume in dump.volumes}
        mounts = [mount for service in self.services for mount in service.mounts]
        written = {m.source for m in mounts if m.kind == "volume" and not m.read_only}
        return tuple(volume for volume in self.volumes if volume in written - held)

    @property
    def images(self) -> tuple[str, ...]:
        """The distinct images, in start order."""
        return tuple(dict.fromkeys(service.image for service in self.services))
