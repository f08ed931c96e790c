"""From a placed deployment to a running one, proven step by step; and back again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from chalicelib.domain import clock
from chalicelib.domain.errors import (
    ContainerExited,
    DockerUnavailable,
    HostUnreachable,
    ImageUnavailable,
    PortInUse,
    Unhealthy,
)
from chalicelib.domain.plan import Dependency, Plan, Service
from chalicelib.domain.redaction import redacted
from chalicelib.ports.nodes import ContainerState, Engine, Node
from chalicelib.ports.records import Change, Record, RemoveRoute, SetRoute, Write
from chalicelib.services.choosing import check_allowed, usable_node
from chalicelib.services.host_ports import host_ports
from chalicelib.services.logins import address_of, login_of
from chalicelib.services.lost_ports import another_port, port_in_use
from chalicelib.services.plans import plan_of, secrets_of
from chalicelib.services.sightings import health_of, shown_container
from chalicelib.services.tools import Tools
from chalicelib.services.waves import start_in_waves
from chalicelib.services.work import end_work

STEADY_SECONDS = 3.0
"""A service without a health check must stay up this long, without a restart."""
MAX_RESTARTS = 3
LOG_LINES = 15


GONE = frozenset({"deleted", "lost"})
"""States of a node on which nothing can run any more."""


def home_of(tools: Tools, deployment: Record) -> Record | None:
    """The node that the deployment lives on, whatever its state; None when that is gone."""
    node = tools.records().get(deployment.node or deployment.attributes.get("node_id") or "")
    return None if node is None or node.status in GONE else node


def _home(tools: Tools, deployment: Record) -> Record:
    node = home_of(tools, deployment)
    if node is None:
        raise HostUnreachable("The deployment's server is not known any more.")
    return node


@contextmanager
def node_of(tools: Tools, deployment: Record) -> Iterator[Node]:
    """Open the deployment's node."""
    with tools.connect()(login_of(tools, _home(tools, deployment))) as connection:
        yield connection


@contextmanager
def engine_of(tools: Tools, deployment: Record) -> Iterator[Engine]:
    """Open the Docker Engine of the deployment's node."""
    with node_of(tools, deployment) as node:
        yield node.engine


def _place_to_run(tools: Tools, deployment: Record) -> Record:
    """The node, as long as the deployment may use it: it may be somebody else's by now."""
    allows = deployment.attributes["allow_public_nodes"]
    return check_allowed(_home(tools, deployment), owner=deployment.owner, public=allows)


@contextmanager
def _engine_to_run_on(tools: Tools, deployment: Record) -> Iterator[Engine]:
    """Open the Docker Engine of the node, as long as the deployment may use it."""
    with tools.connect()(login_of(tools, _place_to_run(tools, deployment))) as connection:
        yield connection.engine


def prepare_node(tools: Tools, deployment: Record) -> None:
    """Have the network, the volumes and the config files on the node."""
    usable_node(tools, deployment)
    plan = plan_of(tools, deployment)
    with engine_of(tools, deployment) as engine:
        engine.ensure_network(deployment.id, plan.networks)
        engine.ensure_volumes(deployment.id, plan)
        engine.deliver_files(deployment.id, plan)


def pull_images(
    tools: Tools, deployment: Record, *, anew: bool
) -> tuple[str, dict[str, Any]] | None:
    """Start the pulls and tell how far they are; None when every image is present.

    `anew` tries again what failed in an earlier run. Raises `ImageUnavailable` with the registry's
    reason for what failed in this one.
    """
    images = plan_of(tools, deployment).images
    with _engine_to_run_on(tools, deployment) as engine:
        states = engine.pull_states(images)
        for image, state in states.items():
            if state.state == "failed" and not anew:
                raise ImageUnavailable(f"The image {image} cannot be pulled: {state.message}")
        if missing := [image for image in images if states[image].state in {"absent", "failed"}]:
            engine.start_pulls(missing)
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


def start_services(tools: Tools, deployment: Record, *, back: bool = False) -> str:
    """Start every service whose dependencies hold; returns what is awaited, empty when all run.

    `back` starts again what ran there before, also where nothing new may be started any more.
    A host port that something else on the server holds is given up for another. Raises
    `ContainerExited` or `Unhealthy` when a dependency can no longer come true, and `PortInUse` when
    too many ports were given up, or while a change runs beside what stands.
    """
    plan, beside = plan_of(tools, deployment), deployment.attributes.get("beside") or ()
    with (engine_of if back else _engine_to_run_on)(tools, deployment) as engine:
        states = {state.service: state for state in engine.containers(deployment.id)}
        services = [one for one in plan.services if not _stays_ended(deployment, plan, states, one)]

        def unmet(service: Service) -> Dependency | None:
            holds = partial(_holds, tools, engine, deployment, states)
            return next((one for one in service.depends_on if not holds(one)), None)

        def start(service: Service) -> None:
            try:
                states[service.name] = engine.ensure_service(
                    deployment.id,
                    plan,
                    service,
                    generation=deployment.generation,
                    host_ports=host_ports(deployment, service),
                    beside=service.name in beside,
                )
            except PortInUse as error:
                raise port_in_use(error, service) from error

        try:
            waits = start_in_waves(services, unmet=unmet, start=start)
        except PortInUse as error:
            return another_port(tools, deployment, _place_to_run(tools, deployment), error)
    if waits is None:
        return ""
    service, dependency = waits
    return f"{service.name} waits for {dependency.service} ({dependency.condition})."


def _stays_ended(
    deployment: Record, plan: Plan, states: dict[str, ContainerState], service: Service
) -> bool:
    """Whether a service that is kept has completed what others wait for: it is not done again."""
    kept = service.name in plan.finite and service.name in (deployment.attributes.get("kept") or ())
    state = states.get(service.name)
    return kept and state is not None and state.status == "exited" and state.exit_code == 0


def _holds(
    tools: Tools,
    engine: Engine,
    deployment: Record,
    states: dict[str, ContainerState],
    wanted: Dependency,
) -> bool:
    state = states.get(wanted.service)
    if state is None:
        return False
    if wanted.condition == "service_completed_successfully":
        if state.status == "exited" and state.exit_code:
            raise _exited(tools, engine, deployment, state)
        return state.status == "exited"
    _refuse_broken(tools, engine, deployment, state)
    if wanted.condition == "service_healthy":
        return state.health == "healthy"
    return state.status == "running"


def await_healthy(tools: Tools, deployment: Record) -> tuple[str, float] | None:
    """Ask whether every service is healthy, or steady without a check.

    Returns what is awaited and how many seconds it takes at least; None when all is well. Raises
    `ContainerExited` and `Unhealthy` with the end of the service's output.
    """
    plan, awaited = plan_of(tools, deployment), []
    with engine_of(tools, deployment) as engine:
        now = engine.now()  # before the containers, so that none seems to have been up for longer
        states = {state.service: state for state in engine.containers(deployment.id)}
        for service in plan.services:
            state = states.get(service.name)
            if state is None:
                raise ContainerExited(f"The container of {service.name} is gone.")
            if service.name in plan.finite and state.status == "exited" and not state.exit_code:
                continue
            _refuse_broken(tools, engine, deployment, state)
            awaited += _awaited(state, now)
    if not awaited:
        return None
    times = [seconds for _, seconds in awaited]
    return awaited[0][0], max(times) if all(times) else 0.0


def _awaited(state: ContainerState, now: str) -> list[tuple[str, float]]:
    """What of a container is awaited, and the seconds that it takes where they are known."""
    if state.health == "starting":
        return [(f"Waiting for {state.service} to be healthy.", 0.0)]
    if state.status != "running":
        return [(f"Waiting for {state.service} to run; it is {state.status}.", 0.0)]
    if state.health == "none":
        up = clock.seconds_between(state.started_at, now) if state.started_at else 0.0
        if up < STEADY_SECONDS:
            return [(f"Watching whether {state.service} stays up.", STEADY_SECONDS - up)]
    return []


def _refuse_broken(tools: Tools, engine: Engine, deployment: Record, state: ContainerState) -> None:
    """Raise when a container that has to stay up ended, keeps restarting or is unhealthy."""
    if state.out_of_memory:
        raise ContainerExited(f"{state.service} ran out of memory. Give it a higher limit.")
    if state.status in {"exited", "dead"} or state.restarts > MAX_RESTARTS:
        raise _exited(tools, engine, deployment, state)
    if state.health == "unhealthy":
        said = redacted(state.last_probe or "", secrets_of(tools, deployment))
        probe = f" Its check says: {said[-300:]}" if said else ""
        tail = _last_lines(tools, engine, deployment, state)
        raise Unhealthy(f"{state.service} is unhealthy.{probe} Its last lines: {tail[-1500:]}")


def _last_lines(tools: Tools, engine: Engine, deployment: Record, state: ContainerState) -> str:
    """The end of a service's output, without the app's secrets, before it is shortened."""
    text = engine.logs(deployment.id, state.service, tail=LOG_LINES)
    return redacted(text, secrets_of(tools, deployment)).strip()


def _exited(
    tools: Tools, engine: Engine, deployment: Record, state: ContainerState
) -> ContainerExited:
    tail = _last_lines(tools, engine, deployment, state)
    how = f"ended with status {state.exit_code}"
    if state.restarts > MAX_RESTARTS:
        how = f"does not stay up: it was restarted {state.restarts} times"
    said = f" Its last lines: {tail[-1500:]}" if tail else " It printed nothing."
    return ContainerExited(f"{state.service} {how}.{said}")


def publish_route(tools: Tools, deployment: Record) -> None:
    """Lead every host name of the deployment to its node and port."""
    plan, node = plan_of(tools, deployment), _place_to_run(tools, deployment)
    if plan.route is None:
        return
    writes = routes_of(tools, deployment, address=address_of(node), state="running")
    tools.records().commit(still(deployment), *writes)


def still(deployment: Record) -> Change:
    """Demand that the work in hand is still this generation's."""
    return Change(of=deployment, if_generation=deployment.generation, if_working=True)


def routes_of(
    tools: Tools, deployment: Record, *, address: str, state: Any
) -> tuple[SetRoute, ...]:
    """The routes of a deployment's host names; custom ones wait until they are verified."""
    attributes = deployment.attributes
    return tuple(
        SetRoute(
            host=domain["hostname"],
            deployment=deployment.id,
            state=state if domain["status"] == "verified" else "unverified",
            address=address,
            port=int(attributes.get("proxy_port") or 0),
            at=tools.now(),
        )
        for domain in attributes.get("domains") or []
    )


def route_answers(tools: Tools, deployment: Record) -> bool:
    """Whether the app speaks HTTP where its route leads; an app without a route always does."""
    plan = plan_of(tools, deployment)
    if plan.route is None:
        return True
    node = _home(tools, deployment)
    host = deployment.attributes["domains"][0]["hostname"]
    port = int(deployment.attributes["proxy_port"])
    return tools.answers(address_of(node), port, host)


def finish_deploy(
    tools: Tools,
    deployment: Record,
    *,
    attributes: dict[str, Any] | None = None,
    also: dict[str, Any] | None = None,
    extra: tuple[Write, ...] = (),
) -> None:
    """Write what runs, tell the meter, and end the work in `running`.

    What else is to be written is given as to `end_work`.
    """
    with engine_of(tools, deployment) as engine:
        states = engine.containers(deployment.id)
    node, now = _home(tools, deployment), tools.now()
    end_work(
        tools,
        deployment,
        status="running",
        also={"health": health_of(states), **(also or {})},
        attributes={
            **(attributes or {}),
            "containers": [shown_container(state) for state in states],
            "started_at": now,
            "stopped_at": None,
            "direct_url": direct_url(deployment, node),
        },
        extra=(
            tools.told(deployment, "running", "hoster"),
            tools.used(
                deployment.owner, "deployment.started", deployment.id, "deployment", node=node.id
            ),
            *extra,
        ),
    )


def direct_url(deployment: Record, node: Record) -> str | None:
    """Where the app answers without the proxy; None for one without a route."""
    port = deployment.attributes.get("proxy_port")
    return f"http://{address_of(node)}:{port}" if port else None


def undo_deploy(tools: Tools, deployment: Record) -> None:
    """Take down what a failed or cancelled deploy started; volumes stay.

    A node that cannot be reached keeps what it has: the next start or the removal deals with it.
    """
    tools.records().commit(*_withdrawn(deployment))
    try:
        with engine_of(tools, deployment) as engine:
            engine.remove_containers(deployment.id)
    except (HostUnreachable, DockerUnavailable):
        tools.records().tell(
            tools.told(deployment, "undo_incomplete", "hoster", reason="server unreachable")
        )


def _withdrawn(deployment: Record) -> tuple[Write, ...]:
    domains = deployment.attributes.get("domains") or []
    return (still(deployment), *(RemoveRoute(domain["hostname"]) for domain in domains))


def withdraw_route(tools: Tools, deployment: Record) -> None:
    """Stop leading people to the app: its names say that it is stopped, or vanish for good."""
    domains = deployment.attributes.get("domains") or []
    if deployment.status == "deleting":
        tools.records().commit(*_withdrawn(deployment))
    elif domains:
        routes = routes_of(tools, deployment, address="", state="stopped")
        tools.records().commit(still(deployment), *routes)


def stop_services(tools: Tools, deployment: Record) -> None:
    """Stop every container with its grace period, and see that none runs."""
    with engine_of(tools, deployment) as engine:
        engine.stop(deployment.id)
        running = [s.service for s in engine.containers(deployment.id) if s.status == "running"]
    if running:
        raise DockerUnavailable(f"Docker says it stopped, and {', '.join(running)} still runs.")


def finish_stop(tools: Tools, deployment: Record) -> None:
    """Tell the meter and end the work in `stopped`."""
    stopped = [
        {**container, "status": "exited"}
        for container in deployment.attributes.get("containers") or []
    ]
    end_work(
        tools,
        deployment,
        status="stopped",
        also={"health": "unknown"},
        attributes={"stopped_at": tools.now(), "containers": stopped},
        extra=(
            tools.told(deployment, "stopped", "hoster"),
            tools.used(deployment.owner, "deployment.stopped", deployment.id, "deployment"),
        ),
    )
