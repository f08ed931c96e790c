"""What is to run on a node for one deployment: the planner's result and the engine's input.

Plain frozen values, without Docker's or YAML's types. Memory in MB, CPU in cores, times in
seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

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


@dataclass(frozen=True)
class Route:
    """The service and container port that the deployment's host names lead to."""

    service: str
    port: int


@dataclass(frozen=True)
class Plan:
    """A deployment's services in start order (dependencies first, file order otherwise)."""

    services: tuple[Service, ...]
    volumes: tuple[str, ...] = ()
    files: tuple[ManagedFile, ...] = ()
    route: Route | None = None
    ignored: tuple[str, ...] = field(default=())
    """Keys of the compose text that have no effect, as dotted paths, for the creator to see."""

    @property
    def cpus(self) -> float:
        """All services' CPU limits, in cores."""
        return round(sum(service.cpus for service in self.services), 3)

    @property
    def memory_mb(self) -> int:
        """All services' memory limits, in MB."""
        return sum(service.memory_mb for service in self.services)

    @property
    def images(self) -> tuple[str, ...]:
        """The distinct images, in start order."""
        return tuple(dict.fromkeys(service.image for service in self.services))
