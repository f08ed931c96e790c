"""Many at once on two servers: nothing is given twice, and all of it comes back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from e2e.deploys import texts
from e2e.deploys.server import Server
from e2e.deploys.tenant import App, Tenant, left_of
from e2e.resilience.conftest import Customer
from infra.local.journey.client import Json

MANY = 20
AT_ONCE = 4
"""Starts in flight; the work that they begin goes on side by side.

A call that finds no warm function starts one cold: on AWS on a processor of its own, here on the
two of this machine, where twenty took longer than a function may.
"""
USED = ("capacity_cpu_used", "capacity_memory_used_mb", "capacity_disk_used_mb")


def test_twenty_apps_at_once_share_two_servers(
    operator: Customer, servers: tuple[Server, Server], tenants: Callable[[], Tenant]
) -> None:
    two = tenants(), tenants()
    templates = {id(tenant): tenant.template(texts.ONE) for tenant in two}
    chosen = [two[number % 2] for number in range(MANY)]

    apps = [tenant.made(templates[id(tenant)]) for tenant in chosen]
    # Room counts once an app is placed: with one placed, the other server has more of it.
    apps[0].act("start")
    apps[0].running()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda app: app.act("start"), apps[1:]))
    records = {app.id: app.running() for app in apps}

    _holds_each_once(apps, records, servers)
    for server in servers:
        here = [one for one in records.values() if one["node_id"] == server.node]
        node = operator.account.get("nodes", server.node)["attributes"]
        assert here, "A server got nothing, while the other had as much room."
        assert node["capacity_memory_used_mb"] == sum(one["resources_memory_mb"] for one in here)
        assert node["capacity_cpu_used"] == sum(one["resources_cpu_cores"] for one in here)

    for tenant in two:
        tenant.leave(servers)
        tenant.apps.clear()
        tenant.templates.clear()
    for server in servers:
        node = operator.account.get("nodes", server.node)["attributes"]
        assert {name: node[name] for name in USED} == dict.fromkeys(USED, 0)


def _holds_each_once(
    apps: list[App], records: dict[str, Json], servers: tuple[Server, Server]
) -> None:
    places = Counter((one["node_id"], one["proxy_port"]) for one in records.values())
    hosts = Counter(one["domains"][0]["hostname"] for one in records.values())
    assert set(places.values()) == set(hosts.values()) == {1}
    kept = left_of(list(records), apps[0].tenant.platform, servers)
    assert len(kept["ports"]) == len(kept["host_names"]) == len(kept["containers"]) == MANY
    for app in apps:
        [container] = records[app.id]["containers"]
        assert f"Hostname: {container['id'][:12]}\n" in app.ask().text


def test_server_has_room_for_many_networks(server: Server) -> None:
    names = " ".join(f"matrix-{number}" for number in range(40))
    try:
        server.shell(f"printf '%s\\n' {names} | xargs -n 1 -P 4 docker network create")
    finally:
        server.shell(f"docker network rm {names}")
