"""Data of an app saved: it outlives its server in a new app, and a drill proves it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

import pytest

from e2e.deploys import texts
from e2e.deploys.server import Server
from e2e.deploys.tenant import App, Tenant
from e2e.resilience.conftest import Customer
from e2e.resilience.parts import container_of, until
from infra.local.journey.client import Json

WITHIN = 300
DRILLED_WITHIN = 400
"""A drill starts an app, is looked at a minute after it began, and each minute from then on."""


@pytest.fixture
def doomed(operator: Customer) -> Iterator[Server]:
    """A server that the test destroys."""
    provision = operator.order_server()
    made = operator.ended("cloud_provisions", provision)
    node = str(made["node_id"])
    operator.account.call("PATCH", f"/nodes/{node}", {"public": True}, "nodes")
    droplet = container_of(operator.platform, provision)
    yield Server(provision, node, str(made["public_ip"]), droplet)
    operator.remove("cloud_provisions", provision)


def backed_up(tenant: Tenant, app: App) -> Json:
    """Make a backup of an app and wait for its end."""
    made = tenant.account.call("POST", f"/deployments/{app.id}/backups")["data"]["id"]
    app.ended()
    backup: Json = tenant.account.get("backups", made)
    return backup


def rows(app: App) -> str:
    """What the database holds, asked through the app proxy and the web service."""
    return app.ask("/cgi-bin/rows").text.strip()


def write(app: App, server: Server, statement: str) -> None:
    """Change what the database holds."""
    app.inside(server, "db", "psql", "-U", "app", "-c", statement)


def test_data_outlives_its_server_and_comes_back_on_another(
    tenant: Tenant, operator: Customer, doomed: Server, server: Server
) -> None:
    template = tenant.published(texts.ROWS, variables=[texts.PASSWORD], files=texts.ROWS_FILES)
    app = tenant.app(template, doomed)
    app.running()
    write(app, doomed, "insert into rows values ('third')")

    backup = backed_up(tenant, app)
    app.running()
    write(app, doomed, "delete from rows")
    given = {"backup_id": backup["id"]}
    tenant.account.call("POST", f"/deployments/{app.id}/restore", given, "deployments")
    app.running()
    in_place = rows(app)
    path = f"/cloud_provisions/{doomed.provision}?force=true"
    operator.account.call("DELETE", path)
    until(lambda: tenant.is_gone(app), "the app went with its server", WITHIN)

    asked = {"name": "again", "node_id": server.node, "allow_public_nodes": True}
    path = f"/backups/{backup['id']}/deploy"
    made = tenant.account.call("POST", path, asked, "deployments")
    again = App(tenant, str(made["data"]["id"]))
    tenant.apps = [again]
    again.running()

    known = backup["attributes"]
    assert (known["status"], known["error_message"]) == ("complete", None)
    # Images name volumes of their own, which are kept as well.
    kept = [one["volume"] for one in known["archives"]]
    assert [name for name in kept if not name.startswith("_")] == ["data"]
    assert in_place == "first,second,third"
    assert rows(again) == "first,second,third"
    assert server.shell(f"ls /var/lib/hoster/archives | grep -c {again.id} || true") == "0"
    tenant.account.call("DELETE", f"/backups/{backup['id']}")


def started(app: App, server: Server) -> list[str]:
    """Since when the containers of an app run."""
    asked = ["docker", "inspect", "-f", "{{.State.StartedAt}}"]
    return server.shell(
        shlex.join([*asked, app.container("db"), app.container("web")])
    ).splitlines()


def test_database_is_dumped_while_it_runs_and_loaded_in_place_and_elsewhere(
    tenant: Tenant, server: Server
) -> None:
    template = tenant.published(texts.DUMPED, variables=[texts.PASSWORD], files=texts.ROWS_FILES)
    app = tenant.app(template, server)
    app.running()
    write(app, server, "insert into rows values ('third')")
    since = started(app, server)

    backup = backed_up(tenant, app)
    after = started(app, server)
    write(app, server, "delete from rows")
    given = {"backup_id": backup["id"]}
    tenant.account.call("POST", f"/deployments/{app.id}/restore", given, "deployments")
    app.running()
    in_place = rows(app)
    asked = {"name": "again", "node_id": server.node, "allow_public_nodes": True}
    path = f"/backups/{backup['id']}/deploy"
    made = tenant.account.call("POST", path, asked, "deployments")
    again = App(tenant, str(made["data"]["id"]))
    tenant.apps.append(again)
    again.running()

    known = backup["attributes"]
    assert (known["status"], known["error_message"]) == ("complete", None)
    assert [(one["kind"], one["service"]) for one in known["archives"]] == [("dump", "db")]
    assert known["away_seconds"] is None
    assert after == since
    assert in_place == "first,second,third"
    assert rows(again) == "first,second,third"
    assert server.shell(f"ls /var/lib/hoster/archives | grep -c {app.id} || true") == "0"
    tenant.account.call("DELETE", f"/backups/{backup['id']}")


def test_drill_proves_a_backup_and_leaves_nothing(tenant: Tenant, server: Server) -> None:
    template = tenant.published(texts.ROWS, variables=[texts.PASSWORD], files=texts.ROWS_FILES)
    app = tenant.app(template, server)
    app.running()
    backup = backed_up(tenant, app)["id"]
    begun = tenant.account.call("POST", f"/backups/{backup}/drill")["data"]["attributes"]["drill"]
    tried = App(tenant, begun["deployment_id"])

    ended = until(lambda: _drill_ended(tenant, backup), "the drill ends", DRILLED_WITHIN)
    until(lambda: tenant.is_gone(tried), "its app goes again", DRILLED_WITHIN)

    assert begun["status"] == "running"
    assert (ended["status"], ended["reason"]) == ("passed", None)
    saved = tenant.account.get("backups", backup)["attributes"]["archives"]
    assert ended["files"] == sum(one["files"] for one in saved) > 0
    assert ended["healthy_seconds"] > 0
    assert rows(app) == "first,second"
    assert server.shell(f"docker ps -aq --filter name={tried.id} | wc -l") == "0"
    assert server.shell(f"docker volume ls -q | grep -c {tried.id} || true") == "0"
    tenant.account.call("DELETE", f"/backups/{backup}")


def _drill_ended(tenant: Tenant, backup: str) -> Json | None:
    drill: Json = tenant.account.get("backups", backup)["attributes"]["drill"]
    return None if drill["status"] == "running" else drill
