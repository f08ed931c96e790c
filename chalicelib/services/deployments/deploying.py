"""From a placed deployment to services that are started, step by step."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from chalicelib.domain.errors import PortInUse
from chalicelib.domain.plan import Plan, Service
from chalicelib.domain.refused_pulls import refused
from chalicelib.ports.nodes import NO_LOGINS, ContainerState, Engine
from chalicelib.ports.records import Record
from chalicelib.services.deployments.containers import take_away
from chalicelib.services.deployments.homes import (
    engine_at,
    engine_to_run_on,
    node_of,
    node_to_run_on,
    place_to_run,
)
from chalicelib.services.deployments.host_ports import host_ports
from chalicelib.services.deployments.lost_ports import another_port, port_in_use
from chalicelib.services.deployments.plans import plan_of
from chalicelib.services.deployments.readiness import judged, states_of
from chalicelib.services.deployments.turns import Turns
from chalicelib.services.deployments.waves import start_in_waves
from chalicelib.services.secrets.registry_credentials import logins_of, may_be_sent, use_of
from chalicelib.services.tools import Tools


def prepare_node(tools: Tools, deployment: Record) -> None:
    """Have the network, the volumes and the config files on the node.

    It has its place there: whether the node is online is not asked any more, since what answers
    there says it better.
    """
    plan = plan_of(tools, deployment)
    with engine_to_run_on(tools, deployment) as engine:
        engine.ensure_network(deployment.id, plan.networks)
        engine.ensure_volumes(deployment.id, plan)
        engine.deliver_files(deployment.id, plan)


def pull_images(
    tools: Tools, deployment: Record, *, anew: bool
) -> tuple[str, dict[str, Any]] | None:
    """Start the pulls and tell how far they are; None when every image is present.

    `anew` tries again what failed in an earlier run. Each image is asked for with the login that
    the app's owner has at its registry, on servers of the owner's own. Raises `ImageUnavailable`,
    or what it is more exactly, with the registry's reason for what failed in this one.
    """
    images = plan_of(tools, deployment).images
    node = place_to_run(tools, deployment)
    is_own = may_be_sent(deployment, node)
    with engine_at(tools, node, deployment) as engine:
        states = engine.pull_states(images, apart=not is_own)
        for image, state in states.items():
            if state.state == "failed" and not anew:
                raise refused(image, state.message, use_of(tools, deployment, node, image))
        if missing := [image for image in images if states[image].state in {"absent", "failed"}]:
            logins = logins_of(tools, deployment.owner, missing) if is_own else NO_LOGINS
            engine.start_pulls(missing, logins, apart=not is_own)
    waiting = [image for image in images if states[image].state != "present"]
    if not waiting:
        return None
    present = len(images) - len(waiting)
    message = f"Pulling {waiting[0]}: image {present + 1} of {len(images)}."
    done = sum(state.done_bytes for state in states.values())
    total = sum(state.total_bytes for state in states.values())
    if total:
        return message, {"done": done, "total": total, "unit": "bytes"}
    return message, {"done": present, "total": len(images), "unit": "images"}


def start_services(
    tools: Tools,
    deployment: Record,
    *,
    back: bool = False,
    only: Collection[str] | None = None,
) -> str:
    """Start every service whose dependencies hold; returns what is awaited, empty when all run.

    Of an app that does not run, what is not as planned is taken away before anything starts.
    `back` starts again what ran there before, also where nothing new may be started any more;
    `only` names the services that are to be started by now.
    A host port that something else on the server holds is given up for another. Raises
    `ContainerExited` or `Unhealthy` when a dependency can no longer come true, and `PortInUse` when
    too many ports were given up, or while a change runs beside what stands.
    """
    plan, beside = plan_of(tools, deployment), deployment.attributes.get("beside") or ()
    with (node_of if back else node_to_run_on)(tools, deployment) as node:
        engine = node.engine
        states = states_of(engine, deployment)
        if deployment.status == "starting" and (
            old := _unplanned(engine, deployment, plan, states)
        ):
            take_away(node, deployment, lambda one: one.service in old)
            states = {name: state for name, state in states.items() if name not in old}
        services = [
            one
            for one in plan.services
            if (only is None or one.name in only)
            and not _stays_ended(deployment, plan, states, one)
        ]

        turns = Turns(
            tools, engine, deployment, plan, states, {service.name for service in services}
        )

        def start(service: Service) -> None:
            try:
                state = engine.ensure_service(
                    deployment.id,
                    plan,
                    service,
                    generation=deployment.generation,
                    host_ports=host_ports(deployment, service),
                    beside=service.name in beside,
                    unnamed=service.name in (deployment.attributes.get("in_place") or ()),
                )
            except PortInUse as error:
                raise port_in_use(error, service) from error
            turns.started(judged(deployment, state))

        try:
            waits = start_in_waves(services, unmet=turns.unmet, start=start)
        except PortInUse as error:
            return another_port(tools, deployment, place_to_run(tools, deployment), error)
    if waits is None:
        return ""
    service, dependency = waits
    return f"{service.name} waits for {dependency.service} ({dependency.condition})."


def _unplanned(
    engine: Engine, deployment: Record, plan: Plan, states: dict[str, ContainerState]
) -> set[str]:
    """The services whose containers are of another plan: they may write what new ones are to."""
    planned = {
        service.name: engine.config_hash(
            deployment.id, plan, service, host_ports=host_ports(deployment, service)
        )
        for service in plan.services
    }
    return {name for name, state in states.items() if planned.get(name) != state.config_hash}


def _stays_ended(
    deployment: Record, plan: Plan, states: dict[str, ContainerState], service: Service
) -> bool:
    """Whether a service that is kept has completed what others wait for: it is not done again."""
    kept = service.name in plan.finite and service.name in (deployment.attributes.get("kept") or ())
    state = states.get(service.name)
    return kept and state is not None and state.status == "exited" and state.exit_code == 0
