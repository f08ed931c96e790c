"""Counters against a recount: whatever is done in whatever order, they say what is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from moto.dynamodb.models import dynamodb_backends

from chalicelib.ports.records import Record, Selection
from chalicelib.resources.registry import RESOURCES
from chalicelib.runtime import wiring
from chalicelib.services.accounts import limits
from chalicelib.services.counters import total_key
from chalicelib.services.deployments import coming
from chalicelib.services.redeploys.replacing import adopt
from chalicelib.services.work.failures import fail_run
from functions.steps.destroy import finish_destroy
from functions.steps.lose import finish_lose
from functions.steps.provision import prepare_keys, register_node
from functions.steps.redeploy import keep_old, place_redeploy
from functions.steps.remove import finish_remove
from functions.steps.shared import bury_apps, place_deployment
from tests.functions import things
from tests.functions.checks import Checked
from tests.functions.conftest import ACCOUNT

SIZES = (
    "services: {web: {image: nginx}}\n",
    "services: {web: {image: nginx, cpus: 0.1, mem_limit: 64m}}\n",
    "services: {web: {image: nginx, cpus: 0.7}, db: {image: redis, mem_limit: 300m}}\n",
)
LIMITED = (
    "max_deployments",
    "max_cpu_cores",
    "max_memory_mb",
    "max_disk_mb",
    "max_nodes",
    "max_domains",
)


@dataclass
class Account:
    """One account, whose records are picked by number."""

    here: Checked
    owner: str
    templates: list[str]
    credential: str
    made: list[str] = field(default_factory=list)

    def call(self, method: str, path: str, *given: Any, **named: Any) -> None:
        """Ask for something; a refusal is an answer too."""
        self.here.call(method, path, *given, user=self.owner, plan="starter", **named)

    def pick(self, kind: str, number: int) -> Record | None:
        selection = Selection(kind, owner=self.owner)
        page = wiring.records().select(selection, limit=100, after=None, before=None)
        return page.records[number % len(page.records)] if page.records else None


def create(account: Account, number: int) -> None:
    given = {"name": f"app {number}", "template_id": account.templates[number % len(SIZES)]}
    if number % 2:
        given["node_id"] = account.made[0]
    account.call("POST", "/deployments", given)


def order(account: Account, number: int) -> None:
    given = things.provision_attributes(account.credential)
    account.call("POST", "/cloud_provisions", given)


def on_app(act: Callable[[Account, Record], None]) -> Callable[[Account, int], None]:
    return _on("deployments", act)


def on_server(act: Callable[[Account, Record], None]) -> Callable[[Account, int], None]:
    return _on("cloud_provisions", act)


def _on(kind: str, act: Callable[[Account, Record], None]) -> Callable[[Account, int], None]:
    def acting(account: Account, number: int) -> None:
        record = account.pick(kind, number)
        if record is not None:
            act(account, record)

    return acting


def step(handler: Any, record: Record) -> dict[str, Any]:
    answer: dict[str, Any] = handler({"id": record.id, "generation": record.generation}, None)
    return answer


def redeploy(account: Account, app: Record) -> None:
    """Go to the other version, which has another size."""
    other = "1.1.0" if app.attributes["template_version"] == "1.2.0" else "1.2.0"
    account.call("POST", f"/deployments/{app.id}/redeploy", {"version": other})


def undo(_account: Account, app: Record) -> None:
    """Let a redeploy in hand be undone."""
    if app.work is not None and app.work.kind == "redeploy":
        step(place_redeploy.handler, app)
        why = {"code": "unhealthy", "detail": "It is unhealthy."}
        step(keep_old.handler, coming.change_next(wiring, _again(app), undoing=why))


def _again(app: Record) -> Record:
    return _again_by(app.id)


def _again_by(record_id: str) -> Record:
    found = wiring.records().get(record_id)
    assert found is not None
    return found


def go_on(account: Account, app: Record) -> None:
    """Let the work in hand end well."""
    kind = app.work.kind if app.work else ""
    if kind == "deploy":
        step(place_deployment.handler, app)
        things.put(app.id, status="running", clear_work=True)
    elif kind == "stop":
        things.put(app.id, status="stopped", clear_work=True)
    elif kind == "remove":
        step(finish_remove.handler, app)
    elif kind == "redeploy":
        step(place_redeploy.handler, app)
        adopt(wiring, _again(app))
        things.put(app.id, attributes={"next": None}, clear_work=True)


def fail(_account: Account, record: Record) -> None:
    """Let the work in hand fail."""
    if record.work is not None:
        fail_run(wiring, record, "States.Timeout")


def serve(account: Account, server: Record) -> None:
    """Let an order become a server, or its destruction end."""
    kind = server.work.kind if server.work else ""
    if kind == "provision":
        step(prepare_keys.handler, server)
        given = {"public_ip": "10.77.0.9", "host_key": "ssh-ed25519 AAAA"}
        step(register_node.handler, things.put(server.id, attributes=given))
    elif kind == "destroy":
        step(finish_destroy.handler, server)


def lose_home(account: Account, number: int) -> None:
    """Lose the node that apps are sent to, and bring another one; one time in two."""
    if number % 2:
        return
    home = account.made.pop()
    host, path = _again_by(home).owner, f"/nodes/{home}/declare_lost"
    account.here.call("POST", path, {"name": "server-1"}, user=host, kind="nodes")
    while not step(bury_apps.handler, _again_by(home))["ready"]:
        pass
    step(finish_lose.handler, _again_by(home))
    account.made.append(things.node(host, public=True))


def host_of(app: Record) -> str:
    return f"{app.id}.example.com"


def bring(account: Account, number: int) -> None:
    account.call("POST", "/nodes", things.node_attributes())


def draft(account: Account, number: int) -> None:
    account.call("POST", "/templates", things.template_attributes())


def store_key(account: Account, number: int) -> None:
    account.call("POST", "/ssh_keys", {"name": "key", "private_key": things.a_private_key()})


def store_credential(account: Account, number: int) -> None:
    account.call("POST", "/cloud_credentials", things.credential_attributes())


def gone(kind: str) -> Callable[[Account, int], None]:
    return _on(kind, lambda a, r: a.call("DELETE", f"/{kind}/{r.id}"))


Action = Callable[[Account, int], None]
OF_APPS: list[Action] = [
    create,
    on_app(lambda a, r: a.call("POST", f"/deployments/{r.id}/start")),
    on_app(lambda a, r: a.call("POST", f"/deployments/{r.id}/stop")),
    on_app(lambda a, r: a.call("DELETE", f"/deployments/{r.id}")),
    *[on_app(go_on)] * 4,
    on_app(fail),
    *[on_app(redeploy)] * 2,
    on_app(undo),
    on_app(
        lambda a, r: a.call(
            "POST", f"/deployments/{r.id}/domains", {"hostname": host_of(r)}, kind="domains"
        )
    ),
    on_app(lambda a, r: a.call("DELETE", f"/deployments/{r.id}/domains/{host_of(r)}")),
    lose_home,
]
OF_SERVERS: list[Action] = [
    order,
    *[on_server(serve)] * 4,
    on_server(fail),
    on_server(lambda a, r: a.call("POST", f"/cloud_provisions/{r.id}/retry")),
    on_server(lambda a, r: a.call("DELETE", f"/cloud_provisions/{r.id}")),
    on_server(
        lambda a, r: a.call(
            "POST",
            f"/cloud_provisions/{r.id}/declare_gone",
            {"name": r.attributes["instance_name"]},
            kind="cloud_provisions",
        )
    ),
    bring,
    gone("nodes"),
]
OF_THINGS: list[Action] = [
    draft,
    gone("templates"),
    store_key,
    gone("ssh_keys"),
    store_credential,
    gone("cloud_credentials"),
]


def recount(owner: str) -> tuple[dict[str, int], dict[str, float]]:
    """What there is of each type, and what it takes of the plan's limits."""
    found = {
        kind: wiring.records()
        .select(Selection(kind, owner=owner), limit=1000, after=None, before=None)
        .records
        for kind in RESOURCES
    }
    used = dict.fromkeys(LIMITED, 0.0)
    for app in found["deployments"]:
        held = [*limits.of_deployment(app).items(), *coming.claimed(app).items()]
        for name, by in held:
            used[name] = round(used[name] + by, 6)
        used["max_domains"] += len(app.attributes["custom_domains"])
    brought = [node for node in found["nodes"] if not node.attributes.get("provision_id")]
    used["max_nodes"] = len(found["cloud_provisions"]) + len(brought)
    return {kind: len(records) for kind, records in found.items()}, used


@pytest.mark.parametrize(
    "among", [OF_APPS, OF_SERVERS, OF_THINGS], ids=["apps", "servers", "things"]
)
def test_counters_say_what_a_recount_finds(here: Checked, owner: str, among: list[Action]) -> None:
    numbers = iter(range(10_000))

    @settings(max_examples=6, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(
        st.lists(
            st.tuples(st.sampled_from(range(len(among))), st.integers(0, 1)),
            min_size=12,
            max_size=24,
        )
    )
    def holds(actions: list[tuple[int, int]]) -> None:
        # moto copies every table for every transaction: what earlier examples left costs time.
        for table in dynamodb_backends[ACCOUNT]["us-east-1"].tables.values():
            table.items.clear()
        user = f"{owner}-{next(numbers)}"
        templates = [
            things.published(here, "creator", compose_spec=text, variables=[], resources_disk_mb=n)
            for n, text in enumerate(SIZES)
        ]
        for n, template in enumerate(templates):
            given = {"version": "1.1.0", "compose_spec": SIZES[n - 1], "resources_disk_mb": 5 - n}
            path = f"/templates/{template}/versions"
            here.call("POST", path, given, user="creator", kind="template_versions")
            back = {"version": "1.2.0", "compose_spec": SIZES[n], "resources_disk_mb": n}
            here.call("POST", path, back, user="creator", kind="template_versions")
        account = Account(here, user, templates, things.credential(here, user))
        account.made.append(things.node(f"host-of-{user}", public=True))
        for number in (0, 1):
            among[0](account, number)
        for place, number in actions:
            among[place](account, number)

        there, used = recount(user)
        totals = wiring.records().counters(tuple(total_key(kind, user) for kind in there))
        assert {k: totals[total_key(k, user)] for k in there} == there
        assert limits.used_by(wiring, user, LIMITED) == used

    holds()
