"""Runs a deployment's containers on a server's Docker Engine.

`chalicelib.ports.nodes.Engine` made real: the Docker SDK over the node's SSH connection.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from docker.errors import APIError, ImageNotFound, NotFound

from chalicelib.adapters.nodes import containers, detached, files, http, pulls, snapshots
from chalicelib.adapters.nodes.refusals import product_errors, refusal
from chalicelib.domain import clock
from chalicelib.domain import names_on_node as names
from chalicelib.domain.errors import CommandFailed, ImageUnavailable, NotReady
from chalicelib.domain.plan import Network, Plan, Service
from chalicelib.ports.nodes import (
    NO_LOGINS,
    ContainerState,
    HostPorts,
    PullState,
    RegistryLogin,
)

T = TypeVar("T")
R = TypeVar("R")

STARTABLE = {"running", "restarting", "exited", "paused"}
"""States in which a container of the right configuration is kept; one that never ran is not."""

LOG_CHARACTERS = 256 * 1024
STOP_SECONDS = 10
"""Docker's own grace period, for a container that names none."""


class DockerEngine(http.DockerSide):
    """The Docker Engine behind a shell's connection."""

    @product_errors
    def ensure_network(self, deployment_id: str, others: tuple[Network, ...] = ()) -> None:
        """Have the deployment's own bridge network, and the others of its plan."""
        there = {one["Name"] for one in self._networks(deployment_id)}
        for network in (Network(names.OWN_NETWORK), *others):
            name = names.network_name(deployment_id, network.name)
            if name in there:
                continue
            try:
                self.client.create_network(
                    name,
                    driver="bridge",
                    internal=network.internal,
                    check_duplicate=True,
                    labels=names.labels(deployment_id),
                )
            except APIError as error:
                if error.status_code != 409:  # made meanwhile
                    raise

    @product_errors
    def ensure_volumes(self, deployment_id: str, plan: Plan) -> None:
        """Have the plan's named volumes."""
        labels = names.labels(deployment_id)
        volumes = [names.volume_name(deployment_id, volume) for volume in plan.volumes]
        _each(lambda volume: self.client.create_volume(volume, labels=labels), volumes)

    def deliver_files(self, deployment_id: str, plan: Plan) -> None:
        """Have the plan's managed files on the node."""
        if plan.files:
            self.shell.expect(
                files.unpack(deployment_id), "delivering files", stdin=files.pack(plan.files)
            )

    @product_errors
    def start_pulls(
        self,
        images: Sequence[str],
        logins: Mapping[str, RegistryLogin] = NO_LOGINS,
        *,
        apart: bool = False,
    ) -> None:
        """Begin pulling the images that are neither present nor being pulled, all at once."""
        found = dict(zip(images, _each(self._image, images), strict=True))
        unproven = self._unproven(images) if apart else frozenset()
        wanted = [image for image in images if found[image] is None or image in unproven]
        _each(lambda image: self._start_pull(image, logins.get(image)), wanted)

    @product_errors
    def pull_states(self, images: Sequence[str], *, apart: bool = False) -> dict[str, PullState]:
        """Tell how far each image is: they are looked for side by side, then asked for at once."""
        there = dict(zip(images, _each(self._image, images), strict=True))
        if all(there.values()) and not apart:
            return dict.fromkeys(images, PullState("present"))
        unproven = self._unproven(images) if apart else frozenset()
        asked = self.shell.run(pulls.ask(images), keep=len(images) * pulls.KEPT)
        told = dict(zip(images, pulls.told(asked.stdout), strict=True))
        late = [i for i in images if not there[i] and told[i].state in {"ended", "lost"}]
        there |= zip(late, _each(self._image, late), strict=True)
        return {
            image: pulls.state_apart(
                told[image], present=there[image] is not None, is_unproven=image in unproven
            )
            if apart
            else pulls.state(told[image], present=there[image] is not None)
            for image in images
        }

    @product_errors
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

        One on whose completion others wait, and which completed in this generation, stays so.
        """
        wanted = self.config_hash(deployment_id, plan, service, host_ports=host_ports)
        name = names.container_name(deployment_id, service.name)
        seen = self._inspect(name)
        if beside and not containers.is_of(seen, generation):
            name = names.beside_name(deployment_id, service.name)
            seen = self._inspect(name)
        if seen is not None:
            state = containers.state(deployment_id, seen)
            runs_once = service.name in plan.finite
            kept = state.config_hash == wanted and state.status in STARTABLE
            kept = kept and not (runs_once and state.generation != generation)
            if kept and (state.status == "running" or (runs_once and state.exit_code == 0)):
                return state
            if not kept:
                self._stop(seen["Id"])
                self._remove(seen["Id"])
                seen = None
        try:
            if seen is None:
                request = self._request(
                    deployment_id, plan, service, generation=generation, host_ports=host_ports
                )
                further = containers.further_networks(deployment_id, service)
                self._create(service, request, name, further, unnamed=unnamed)
            elif seen["State"]["Paused"]:
                self.client.unpause(name)
            self.client.start(name)
        except APIError as error:
            said = containers.without_values(service, str(error.explanation or error))
            raise refusal(self.shell.login.host, said) from None
        return containers.state(deployment_id, self.client.inspect_container(name))

    def config_hash(
        self, deployment_id: str, plan: Plan, service: Service, *, host_ports: HostPorts
    ) -> str:
        """Return the hash that a container has which is made as planned."""
        return containers.config_hash(deployment_id, plan, service, host_ports=host_ports)

    @product_errors
    def containers(self, deployment_id: str) -> tuple[ContainerState, ...]:
        """List the deployment's containers, sorted by service."""
        seen = _each(self._inspect, [one["Id"] for one in self._listed(deployment_id)])
        states = (containers.state(deployment_id, one) for one in seen if one is not None)
        return tuple(sorted(states, key=lambda state: (state.service, state.generation, state.id)))

    @product_errors
    def now(self) -> str:
        """Tell the time by the machine's own clock."""
        told: str = self.client.info()["SystemTime"]
        return clock.text_of(clock.moment_of(told))

    @product_errors
    def logs(self, deployment_id: str, service: str, *, tail: int) -> str:
        """Return the last lines of a service's output."""
        for name in (names.beside_name, names.container_name):
            try:
                output: bytes = self.client.logs(name(deployment_id, service), tail=tail)
            except NotFound:
                continue
            return output.decode(errors="replace")[-LOG_CHARACTERS:]
        return ""

    @product_errors
    def stop(self, deployment_id: str) -> None:
        """Stop every container with its grace period, dependants first."""
        self._stop_all(self._listed(deployment_id))

    def _stop_all(self, listed: Iterable[dict[str, Any]]) -> None:
        up: dict[str, list[str]] = {}
        needs: dict[str, list[str]] = {}
        for one in listed:
            if one["State"] not in {"created", "exited", "dead"}:
                service = one["Labels"].get(names.SERVICE, one["Id"])
                up.setdefault(service, []).append(one["Id"])
                needs[service] = one["Labels"].get(names.DEPENDS_ON, "").split(",")
        for wave in containers.stop_waves(needs):
            _each(self._stop, (one for service in wave for one in up[service]))

    @product_errors
    def remove(self, deployment_id: str, containers: Collection[str]) -> None:
        """Stop the containers with these ids, dependants first, and remove them."""
        meant = [one for one in self._listed(deployment_id) if one["Id"] in containers]
        self._stop_all(meant)
        _each(self._remove, (one["Id"] for one in meant))

    @product_errors
    def name(self, deployment_id: str, service: Service) -> None:
        """Let the service's container answer to its names on its networks."""
        seen = self._inspect(names.container_name(deployment_id, service.name))
        if seen is None:
            return
        there = seen["NetworkSettings"]["Networks"] or {}
        for network, aliases in containers.networks(deployment_id, service):
            if not set(aliases) <= set((there.get(network) or {}).get("Aliases") or ()):
                if network in there:
                    self.client.disconnect_container_from_network(seen["Id"], network)
                self.client.connect_container_to_network(seen["Id"], network, aliases=aliases)

    @product_errors
    def take_names(self, deployment_id: str) -> None:
        """Give what was made beside its service's own name."""
        for one in self._listed(deployment_id):
            service = one["Labels"].get(names.SERVICE, "")
            if f"/{names.beside_name(deployment_id, service)}" in (one["Names"] or ()):
                self.client.rename(one["Id"], names.container_name(deployment_id, service))

    def keep_files(self, deployment_id: str, plan: Plan) -> None:
        """Remove the delivered files that are not the plan's."""
        self.shell.expect(files.keep(deployment_id, plan.files), "removing files of before")

    @product_errors
    def remove_containers(self, deployment_id: str) -> None:
        """Remove the deployment's containers and its networks."""
        _each(self._remove, (one["Id"] for one in self._listed(deployment_id)))
        for network in self._networks(deployment_id):
            self._remove_network(network["Id"])

    @product_errors
    def remove_everything(self, deployment_id: str, *, keep_volumes: bool = False) -> None:
        """Remove containers, network, volumes and files of the deployment, or all but volumes.

        Raises `NotReady` while Docker still holds a volume of a container that it is removing.
        """
        anonymous = [
            mount["Name"]
            for one in self._listed(deployment_id)
            for mount in one.get("Mounts") or ()
            if mount.get("Type") == "volume"
        ]
        self.remove_containers(deployment_id)
        own = self._snapshots(deployment_id) if keep_volumes else self._volumes(deployment_id)
        for volume in {*own, *(() if keep_volumes else anonymous)}:
            self._remove_volume(volume)
        folder = shlex.quote(names.files_folder(deployment_id))
        forgotten = snapshots.forget(deployment_id)
        self.shell.expect(f"{forgotten}\nrm -rf {folder}", "removing the delivered files")

    @product_errors
    def remains(self, deployment_id: str) -> tuple[str, ...]:
        """Name what of the deployment is still on the node."""
        found = [
            f"container {names.short_name(deployment_id, (one['Names'] or [one['Id']])[0])}"
            for one in self._listed(deployment_id)
        ]
        found += [
            f"volume {names.short_name(deployment_id, volume)}"
            for volume in self._volumes(deployment_id)
        ]
        found += [
            "network"
            if network["Name"] == names.network_name(deployment_id)
            else f"network {names.short_name(deployment_id, network['Name'])}"
            for network in self._networks(deployment_id)
        ]
        folder = shlex.quote(names.files_folder(deployment_id))
        if self.shell.run(f"[ -e {folder} ]").status == 0:
            found.append("files")
        return tuple(sorted(found))

    def _request(
        self,
        deployment_id: str,
        plan: Plan,
        service: Service,
        *,
        generation: int,
        host_ports: HostPorts,
    ) -> dict[str, Any]:
        image = self._image(service.image)
        if image is None:
            raise ImageUnavailable(f"The image {service.image} is not on the server; pull it first")
        return containers.creation(
            deployment_id,
            plan,
            service,
            generation=generation,
            host_ports=host_ports,
            image_volumes=(image.get("Config") or {}).get("Volumes") or (),
        )

    def _create(
        self,
        service: Service,
        request: dict[str, Any],
        name: str,
        further: list[tuple[str, list[str]]],
        *,
        unnamed: bool,
    ) -> None:
        if unnamed:
            containers.unname(request)
        made = self.client.create_container_from_config(request, name)
        for network, aliases in further:
            known_as = [] if unnamed else aliases
            self.client.connect_container_to_network(made["Id"], network, aliases=known_as)
        lost = [line for line in made.get("Warnings") or () if "discarded" in line.lower()]
        if lost:
            self._remove(made["Id"])
            raise CommandFailed(
                f"{self.shell.login.host} cannot hold {service.name} to its limits, so it was not "
                f"started there. Docker says: {'; '.join(lost)[:300]}"
            )

    def _stop(self, container: str) -> None:
        seen = self._inspect(container)
        if seen is not None:
            grace = seen["Config"].get("StopTimeout") or STOP_SECONDS
            _unless_gone(self.client.stop, container, timeout=grace)

    def _remove(self, container: str) -> None:
        try:
            _unless_gone(self.client.remove_container, container, force=True)
        except APIError as error:
            if "already in progress" not in str(error.explanation):
                raise

    def _remove_network(self, network: str) -> None:
        seen = self.client.inspect_network(network)
        for guest in seen.get("Containers") or ():
            self.client.disconnect_container_from_network(guest, network, force=True)
        _unless_gone(self.client.remove_network, network)

    def _remove_volume(self, volume: str) -> None:
        try:
            _unless_gone(self.client.remove_volume, volume)
        except APIError as error:
            if error.status_code != 409:
                raise
            raise NotReady(
                f"A volume on {self.shell.login.host} is still in use by a container."
            ) from None

    def _start_pull(self, image: str, login: RegistryLogin | None) -> None:
        start = detached.start(pulls.folder(image), again=True, with_secret=login is not None)
        script = pulls.script(image, with_login=login is not None)
        if login is not None:
            start = f"{pulls.mark_private(image)}\n{start}"
            script = f"{pulls.login_line(login)}\n{script}"
        self.shell.expect(start, f"starting the pull of {image}", stdin=script.encode())

    def _unproven(self, images: Sequence[str]) -> frozenset[str]:
        return pulls.unproven(images, self.shell.run(pulls.ask_unproven(images)).stdout)

    def _image(self, image: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = self.client.inspect_image(image)
        except ImageNotFound:
            return None
        return found

    def _inspect(self, container: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = self.client.inspect_container(container)
        except NotFound:
            return None
        return found

    def _listed(self, deployment_id: str) -> list[dict[str, Any]]:
        """List by label, and by name: a container whose labels are not ours holds the name."""
        own = {"label": f"{names.DEPLOYMENT}={deployment_id}"}
        named = {"name": f"^/{re.escape(names.scope(deployment_id))}"}
        listed = _each(lambda by: self.client.containers(all=True, filters=by), [own, named])
        return list({one["Id"]: one for some in listed for one in some}.values())

    def _networks(self, deployment_id: str) -> list[dict[str, Any]]:
        """List by name: the deployment's own network, and all that begin with its scope."""
        own, scope = names.network_name(deployment_id), names.scope(deployment_id)
        listed = self.client.networks(names=[own])
        return [one for one in listed if one["Name"] == own or one["Name"].startswith(scope)]

    def _volumes(self, deployment_id: str) -> list[str]:
        own = {"label": f"{names.DEPLOYMENT}={deployment_id}"}
        named = {"name": names.scope(deployment_id)}
        listed = [
            *(self.client.volumes(filters=own)["Volumes"] or ()),
            *(self.client.volumes(filters=named)["Volumes"] or ()),
        ]
        return sorted({one["Name"] for one in listed})

    def _snapshots(self, deployment_id: str) -> list[str]:
        own = [f"{names.DEPLOYMENT}={deployment_id}", names.SNAPSHOT]
        return [one["Name"] for one in self.client.volumes(filters={"label": own})["Volumes"] or ()]


def _each(act: Callable[[T], R], things: Iterable[T]) -> list[R]:
    """Do the same to each thing side by side, to the end of all; raises the first's error."""
    with ThreadPoolExecutor(http.CHANNELS) as pool:
        return list(pool.map(act, things))


def _unless_gone(call: Callable[..., object], *args: object, **kwargs: object) -> None:
    try:
        call(*args, **kwargs)
    except NotFound:
        return
