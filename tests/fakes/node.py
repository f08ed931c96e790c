"""An in-memory node with an in-memory Docker Engine that can be told to fail."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.adapters.nodes.containers import config_hash
from chalicelib.domain import clock
from chalicelib.domain.errors import HostKeyChanged, HostUnreachable, PortInUse, ProductError
from chalicelib.domain.names_on_node import file_name
from chalicelib.domain.node_firewall import OPENED
from chalicelib.domain.plan import Network, Plan, Service
from chalicelib.domain.server_settings import (
    DAEMON_PATH,
    NETWORKS,
    daemon_settings,
    sshd_text,
)
from chalicelib.ports.nodes import (
    NO_LOGINS,
    CommandResult,
    ContainerState,
    HostPorts,
    JobState,
    Login,
    MachineFacts,
    PullState,
    RegistryLogin,
)
from chalicelib.runtime import wiring
from tests.fakes.inside import FakeInside
from tests.fakes.insight import FakeInsight
from tests.fakes.volume_archives import FakeVolumeArchives
from tests.fakes.volumes import FakeVolumes

NEW_HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINewHostKeyOfThisNodeNewHostKeyOfThisNode"

AS_IT_SHOULD_BE = {
    "sshd -T": sshd_text().lower(),
    "docker info": json.dumps(
        daemon_settings("") | {"default-address-pools": [NETWORKS], "registry-mirrors": []}
    ),
    "hoster-trial": "tried\n",
}
"""What a secured server says of itself."""

BESIDE = "~"
"""What the name of a container begins with that stands beside another one."""


@dataclass
class FakeEngine:
    """Docker on one node.

    `behaviour[…]`, by image or service, overrides what a started container looks like.
    """

    node: FakeNode
    networks: set[str] = field(default_factory=set)
    other_networks: set[str] = field(default_factory=set)
    volumes: set[str] = field(default_factory=set)
    files: dict[str, str] = field(default_factory=dict)
    pulls: dict[str, int] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    """Images that do not exist."""
    failed: set[str] = field(default_factory=set)
    """Images whose last pull failed."""
    private: dict[str, RegistryLogin] = field(default_factory=dict)
    """Images that their registries give out with a login alone."""
    logins: dict[str, RegistryLogin | None] = field(default_factory=dict)
    """The login that each image was last pulled with."""
    apart: bool = False
    """Whether anybody asked for what no login is needed for alone."""
    made: int = 0
    running: dict[tuple[str, str], ContainerState] = field(default_factory=dict)
    behaviour: dict[str, dict[str, Any]] = field(default_factory=dict)
    started: list[str] = field(default_factory=list)
    unnamed: set[str] = field(default_factory=set)
    """Containers that answer to no name on their networks, by their ids."""
    foreign: set[int] = field(default_factory=set)
    """Host ports that something else on the node holds."""
    skew: float = 0.0
    """Seconds by which the node's clock is ahead of everybody else's."""

    def ensure_network(self, deployment_id: str, others: tuple[Network, ...] = ()) -> None:
        self.node.enter("ensure_network")
        self.networks.add(deployment_id)
        self.other_networks |= {f"{deployment_id}/{network.name}" for network in others}

    def ensure_volumes(self, deployment_id: str, plan: Plan) -> None:
        self.volumes |= {f"{deployment_id}/{v}" for v in plan.volumes}

    def deliver_files(self, deployment_id: str, plan: Plan) -> None:
        self.files |= {f"{deployment_id}/{file_name(f)}": f.content for f in plan.files}

    def keep_files(self, deployment_id: str, plan: Plan) -> None:
        self.node.enter("keep_files")
        kept = {f"{deployment_id}/{file_name(f)}" for f in plan.files}
        self.files = {
            name: content
            for name, content in self.files.items()
            if name in kept or not name.startswith(f"{deployment_id}/")
        }

    def start_pulls(
        self,
        images: Sequence[str],
        logins: Mapping[str, RegistryLogin] = NO_LOGINS,
        *,
        apart: bool = False,
    ) -> None:
        self.node.enter("start_pulls")
        self.pulls |= dict.fromkeys(images, 1)
        self.failed -= set(images)
        self.logins |= {image: logins.get(image) for image in images}
        self.apart |= apart

    def pull_states(self, images: Sequence[str], *, apart: bool = False) -> dict[str, PullState]:
        self.node.enter("pull_states")
        self.apart |= apart
        return {image: self._pull_state(image) for image in images}

    def _pull_state(self, image: str) -> PullState:
        if image in self.missing and image in self.pulls:
            self.failed.add(image)
        if image in self.failed:
            return PullState("failed", message="manifest unknown")
        if image in self.private and image in self.pulls:
            given = self.logins.get(image)
            if given is None:
                return PullState("failed", message="no basic auth credentials")
            if given != self.private[image]:
                return PullState("failed", message="unauthorized: authentication required")
        left = self.pulls.get(image)
        if left is None:
            return PullState("absent")
        if left > 0:
            self.pulls[image] -= 1
            return PullState("pulling", 1, 2)
        return PullState("present", 2, 2)

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
        self.node.enter("ensure_service")
        key = (deployment_id, service.name)
        there = self.running.get(key)
        if beside and (there is None or there.generation != generation):
            key = (deployment_id, f"{BESIDE}{service.name}")
        wanted = self.config_hash(deployment_id, plan, service, host_ports=host_ports)
        there = self.running.get(key)
        done = service.name in plan.finite and (there is None or there.generation != generation)
        if there is None or there.status == "exited" or there.config_hash != wanted:
            kept = there is not None and there.config_hash == wanted and not done
            self.running.pop(key, None)
            self._refuse_ports_in_use(host_ports)
            self.started.append(service.name)
            self.made += not kept
            state = ContainerState(
                id=there.id if there is not None and kept else f"c-{service.name}-{self.made}",
                service=service.name,
                image=service.image,
                status="running",
                health="healthy" if service.health_check else "none",
                restarts=0,
                exit_code=None,
                started_at="2020-01-01T00:00:00.000Z",
                out_of_memory=False,
                ports=tuple(sorted((port, at, kind) for (port, kind), at in host_ports.items())),
                config_hash=wanted,
                generation=there.generation if there is not None and kept else generation,
            )
            looks = self.behaviour.get(service.image, self.behaviour.get(service.name, {}))
            self.running[key] = replace(state, **looks)
            self.node.volumes.starts(deployment_id, state.id, plan, service)
            if unnamed:
                self.unnamed.add(state.id)
        return self.running[key]

    config_hash = staticmethod(config_hash)

    def _refuse_ports_in_use(self, wanted: HostPorts) -> None:
        used = {at for s in self.running.values() if s.status == "running" for _, at, _ in s.ports}
        for port in (used | self.foreign) & set(wanted.values()):
            error = PortInUse("It is held by something else.")
            error.port = port
            raise error

    def now(self, later: float = 0.0) -> str:
        self.node.enter("now")
        return clock.text_of(datetime.now(UTC) + timedelta(seconds=self.skew + later))

    def changed(self, deployment_id: str, service: str, **seen: Any) -> None:
        """Have a container look otherwise from now on."""
        key = (deployment_id, service)
        self.running[key] = replace(self.running[key], **seen)

    def containers(self, deployment_id: str) -> tuple[ContainerState, ...]:
        self.node.enter("containers")
        found = [s for (d, _), s in self.running.items() if d == deployment_id]
        return tuple(sorted(found, key=lambda s: (s.service, s.generation)))

    def logs(self, deployment_id: str, service: str, *, tail: int) -> str:
        return f"last words of {service}"

    def stop(self, deployment_id: str) -> None:
        self.node.enter("stop")
        for key, state in self.running.items():
            if key[0] == deployment_id:
                ends = state.finished_at or self.node.told_at
                self.running[key] = replace(state, status="exited", exit_code=0, finished_at=ends)

    def remove(self, deployment_id: str, containers: Collection[str]) -> None:
        self.node.enter("remove")
        self.running = {
            k: s for k, s in self.running.items() if k[0] != deployment_id or s.id not in containers
        }

    def name(self, deployment_id: str, service: Service) -> None:
        self.node.enter("name")
        self.unnamed.discard(self.running[deployment_id, service.name].id)

    def take_names(self, deployment_id: str) -> None:
        self.node.enter("take_names")
        for key in [k for k in self.running if k[0] == deployment_id and k[1][0] == BESIDE]:
            own = (deployment_id, key[1].removeprefix(BESIDE))
            assert own not in self.running, f"{own[1]} is taken"
            self.running[own] = self.running.pop(key)

    def remove_containers(self, deployment_id: str) -> None:
        self.node.enter("remove_containers")
        self.running = {k: s for k, s in self.running.items() if k[0] != deployment_id}
        self.networks.discard(deployment_id)
        self.other_networks = {n for n in self.other_networks if not n.startswith(deployment_id)}

    def remove_everything(self, deployment_id: str, *, keep_volumes: bool = False) -> None:
        self.node.enter("remove_everything")
        self.remove_containers(deployment_id)
        if not keep_volumes:
            self.volumes = {v for v in self.volumes if not v.startswith(deployment_id)}
        self.files = {f: c for f, c in self.files.items() if not f.startswith(deployment_id)}
        self.node.volumes.drop_snapshots(deployment_id)

    def remains(self, deployment_id: str) -> tuple[str, ...]:
        left = [f"container {s.service}" for s in self.containers(deployment_id)]
        own = sorted(v for v in self.volumes if v.startswith(deployment_id))
        left += [f"volume {v.removeprefix(f'{deployment_id}/')}" for v in own]
        left += [f"snapshot {g}" for d, g in self.node.volumes.snapshots if d == deployment_id]
        left += ["network"] if deployment_id in self.networks else []
        left += [f"network {n}" for n in sorted(self.other_networks) if n.startswith(deployment_id)]
        return tuple(left)


@dataclass
class FakeNode:
    """A server behind SSH. `fails[call]` holds errors to raise, one a call."""

    host_key: str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOwnHostKeyOfThisNodeOwnHostKeyOfThisNode"
    logins: list[Login] = field(default_factory=list)
    """Every login that was tried."""
    docker: str | None = "20.10.24"
    fails: dict[str, list[ProductError]] = field(default_factory=lambda: defaultdict(list))
    jobs: dict[str, int] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    refuses: str = "\0"
    """Commands that hold this end with status 1."""
    written: dict[str, str] = field(
        default_factory=lambda: {DAEMON_PATH: json.dumps(daemon_settings(""))}
    )
    """What lies on the server, by path."""
    lets_in: dict[str, set[str]] = field(default_factory=dict)
    """The ports that are open to everybody, by app."""
    says: dict[str, str] = field(default_factory=lambda: dict(AS_IT_SHOULD_BE))
    """What commands print that hold a text."""
    has_new_key: bool = False
    reload_lag: int = 0
    """How many logins still meet the old host key after sshd was told of the new one."""
    refuses_after_reload: bool = False
    """Whether the login that follows each reload of sshd finds nobody listening."""
    keeps_open: bool = False
    """Whether a connection once opened serves all later uses of the same login."""
    opened: set[str | None] = field(default_factory=set)
    """The host keys of the logins that a kept connection serves."""
    engine: FakeEngine = field(init=False)
    insight: FakeInsight = field(init=False)
    inside: FakeInside = field(init=False)
    volumes: FakeVolumes = field(init=False)
    volume_archives: FakeVolumeArchives = field(init=False)

    def __post_init__(self) -> None:
        self.engine = FakeEngine(self)
        self.insight = FakeInsight(self)
        self.inside = FakeInside(self)
        self.volumes = FakeVolumes(self)
        self.volume_archives = FakeVolumeArchives(self)

    def enter(self, call: str) -> None:
        if self.fails[call]:
            raise self.fails[call].pop(0)

    @property
    def told_at(self) -> str:
        """The time by its own clock, which goes with that of the tests."""
        return clock.text_of(clock.moment_of(wiring.now()) + timedelta(seconds=self.engine.skew))

    def facts(self) -> MachineFacts:
        self.enter("facts")
        return MachineFacts(
            1, 2048, 51200, 40000, "x86_64", "Debian 12", self.docker, 22, self.told_at
        )

    def run(self, command: str, *, timeout: float = 30.0, stdin: str = "") -> CommandResult:
        self.enter("run")
        self.commands.append(command)
        if OPENED in command:
            self._open(stdin)
        if self.refuses in command:
            return CommandResult(1, "", "refused here")
        if "ssh-keygen" in command:
            return CommandResult(0, NEW_HOST_KEY + "\n", "")
        if "HostKey" in command:
            self.has_new_key = True
            if self.refuses_after_reload:
                self.fails["connect"].append(HostUnreachable("connection refused"))
        if "command -v dockerd" in command:
            return CommandResult(0 if self.docker else 1, "", "")
        if command.startswith("cat "):
            return CommandResult(0, "".join(self.written.get(p, "") for p in command.split()), "")
        said = next((text for part, text in self.says.items() if part in command), "")
        return CommandResult(0, said, "")

    def _open(self, told: str) -> None:
        """Let in the ports that are told for each app, as the firewall of a server does."""
        for line in told.splitlines():
            app, *ports = line.split()
            self.lets_in.pop(app, None)
            if ports:
                self.lets_in[app] = set(ports)

    def write_file(self, path: str, content: str, *, mode: int = 0o644) -> None:
        self.enter("write_file")
        self.written[path] = content

    def start_job(self, name: str, script: str) -> None:
        self.jobs.setdefault(name, 1)

    def job_state(self, name: str) -> JobState:
        if self.jobs.get(name, 0) > 0:
            self.jobs[name] -= 1
            return JobState("running")
        self.docker = "20.10.24"
        return JobState("done", 0)

    @contextmanager
    def connect(self, login: Login) -> Iterator[FakeNode]:
        self.logins.append(login)
        if self.keeps_open and login.host_key in self.opened:
            yield self
            return
        self.enter("connect")
        if self.has_new_key and self.reload_lag > 0:
            if login.host_key == NEW_HOST_KEY:
                self.reload_lag -= 1
                raise HostKeyChanged("the old key")
        elif self.has_new_key and login.host_key not in {None, NEW_HOST_KEY}:
            raise HostKeyChanged("another key")
        self.opened.add(login.host_key)
        yield self
