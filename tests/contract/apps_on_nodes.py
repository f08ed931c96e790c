"""An app of two services, brought up on a droplet of the local cloud."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.domain.plan import Dependency, HealthCheck, ManagedFile, Mount, Plan, Route, Service
from chalicelib.ports.nodes import ContainerState, Engine, Node, PullState
from infra.local.engine.debian import BASE

DB = Service(
    name="db",
    image=BASE,
    command=("sh", "-c", "mkdir -p /data/www; echo rows >/data/www/x; exec busybox httpd -f -p 54"),
    working_dir="/data/www",
    mounts=(Mount("volume", "data", "/data"),),
    stop_grace=1.0,
    health_check=HealthCheck(("CMD-SHELL", "wget -qO- http://127.0.0.1:54/x"), 0.5, 2, 3),
)
WEB = Service(
    name="web",
    image=BASE,
    command=("busybox", "httpd", "-f", "-p", "80", "-h", "/www"),
    environment=(("GREETING", "hello"),),
    mounts=(Mount("file", "page", "/www/index.html"), Mount("tmpfs", "", "/scratch")),
    depends_on=(Dependency("db", "service_healthy"),),
    stop_grace=1.0,
)
PLAN = Plan(
    services=(DB, WEB),
    volumes=("data",),
    files=(ManagedFile("page", "served\n", 0o604),),
    route=Route("web", 80),
)


def up(
    engine: Engine, app: str, plan: Plan = PLAN, *, port: int = 30001, generation: int = 1
) -> list[ContainerState]:
    engine.ensure_network(app)
    engine.ensure_volumes(app, plan)
    engine.deliver_files(app, plan)
    return [
        engine.ensure_service(
            app,
            plan,
            service,
            generation=generation,
            host_ports={(80, "tcp"): port} if service.name == "web" else {},
        )
        for service in plan.services
    ]


def one(**changes: object) -> Plan:
    """A plan of one service."""
    service = replace(Service("web", BASE, command=("sleep", "600"), stop_grace=1.0), **changes)  # type: ignore[arg-type]
    return Plan(services=(service,), route=Route("web", 80))


def pull_of(node: Node, image: str) -> PullState:
    return node.engine.pull_states([image])[image]


def state_of(node: Node, app: str, service: str) -> ContainerState:
    (found,) = (s for s in node.engine.containers(app) if s.service == service)
    return found
