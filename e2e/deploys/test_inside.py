"""Looking inside a running app, and what one sees there held against its server's own word."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from e2e.deploys.server import Server
from e2e.deploys.tenant import App, Tenant
from e2e.resilience.parts import until
from infra.local.journey.client import Json, Refused

PASSWORD = {"name": "PASSWORD", "type": "secret", "required": True, "generator": "password"}
CHATTY = """\
services:
  web:
    image: traefik/whoami
    ports: ["80"]
  chatty:
    image: nginx:alpine
    stop_grace_period: 1s
    environment: {PASSWORD: "${PASSWORD}"}
    entrypoint:
      - sh
      - -c
      - 'n=0; while true; do echo "out $$n $$PASSWORD"; echo "err $$n" >&2; n=$$((n+1));
         sleep 0.02; done'
    healthcheck: {test: [CMD-SHELL, 'echo "probed with $$PASSWORD"'], interval: 1s}
"""


@pytest.fixture(scope="module")
def app(platform: Json, server: Server, servers: tuple[Server, Server]) -> Iterator[App]:
    """An app that writes fifty lines a second to each stream, a secret among them."""
    tenant = Tenant(platform)
    try:
        made = tenant.app(tenant.template(CHATTY, variables=[PASSWORD]), server)
        made.running()
        yield made
    finally:
        tenant.leave(servers)


def seen(app: App, what: str) -> Json:
    """What the API shows of the app at this moment."""
    return app.tenant.account.call("GET", f"/deployments/{app.id}/monitoring/{what}")


def done(app: App, verb: str, **attributes: Any) -> Json:
    path = f"/deployments/{app.id}/{verb}"
    answer = app.tenant.account.call("POST", path, attributes, "deployments")
    found: Json = answer["data"]["attributes"]
    return found


def own_lines(app: App, server: Server) -> list[str]:
    """Every line of the chatty service as Docker has it, without the secret."""
    secret = server.shell(
        f"docker inspect -f '{{{{range .Config.Env}}}}{{{{println .}}}}{{{{end}}}}' "
        f"{app.container('chatty')} | sed -n 's/^PASSWORD=//p'"
    )
    said = server.shell(f"docker logs -t {app.container('chatty')} 2>&1 | sort")
    assert len(secret) >= 16
    assert secret in said
    return said.replace(secret, "•••").splitlines()


def test_health_and_use_are_seen(app: App) -> None:
    health = until(
        lambda: (h := seen(app, "health")["data"]["attributes"])["status"] == "healthy" and h,
        "it is healthy",
        30,
    )
    chatty = next(one for one in health["containers"] if one["name"] == "chatty")
    used = seen(app, "stats")["data"]["attributes"]["containers"]

    assert (chatty["status"], chatty["check"]) == ("running", "healthy")
    assert chatty["last_probe"] == "probed with •••\n"
    assert [one["name"] for one in used] == ["chatty", "web"]
    assert 0 < used[0]["cpu_percent"] <= 60
    assert 0 < used[0]["memory_usage_bytes"] < used[0]["memory_limit_bytes"] == 256 * 1024**2
    assert used[0]["pids"] >= 1


def test_logs_are_followed_over_a_restart_without_loss_or_doubling(
    app: App, server: Server
) -> None:
    page = seen(app, "logs?tail=50&container=chatty")
    shown = page["data"]["attributes"]["logs"]
    first = len(shown)

    def follow() -> bool:
        nonlocal page
        page = seen(app, f"logs?tail=200&cursor={page['meta']['cursor']}")
        shown.extend(page["data"]["attributes"]["logs"])
        return bool(page["meta"]["more"])

    until(lambda: (follow(), len(shown) > first + 100)[1], "it writes", 30)
    app.act("restart")
    until(lambda: (follow(), app.attributes["work"] is None)[1], "it is restarted", 60)
    until(lambda: (follow(), len(shown) > first + 400)[1], "it writes again", 30)
    app.act("stop")
    app.ended()
    while follow():
        pass

    told = sorted(f"{line['timestamp']} {line['message']}" for line in shown)
    own = [line for line in own_lines(app, server) if line >= shown[0]["timestamp"]]
    assert told == own
    assert sum(line.endswith("out 0 •••") for line in own_lines(app, server)) == 2
    assert {line["stream"] for line in shown} == {"stdout", "stderr"}
    assert seen(app, "health")["data"]["attributes"]["app_status"] == "stopped"


def test_all_logs_are_fetched_from_a_link(app: App, server: Server) -> None:
    made = done(app, "monitoring/logs/download", container="chatty")

    packed = httpx.get(made["url"], trust_env=False).raise_for_status().content
    lines = gzip.decompress(packed).decode().splitlines()

    assert not made["truncated"]
    told = [line.split(" ", 3) for line in lines]
    assert sorted(f"{at} {said}" for at, _, _, said in told) == own_lines(app, server)
    assert {service for _, service, _, _ in told} == {"chatty"}


def test_commands_run_are_bounded_and_recorded(app: App, server: Server) -> None:
    with pytest.raises(Refused, match="wrong_state"):
        done(app, "exec", service="chatty", command="true")
    app.act("start")
    app.running()

    ran = done(app, "exec", service="chatty", command='echo "$PASSWORD"; ls /nothing; exit 4')
    killed = done(app, "exec", service="chatty", command=["sleep", "577"], timeout_seconds=1)

    assert (ran["exit_code"], ran["stdout"]) == (4, "•••\n")
    assert "/nothing" in ran["stderr"]
    assert (killed["exit_code"], killed["timed_out"]) == (None, True)
    assert server.shell("pgrep -fx 'sleep 577' || echo none") == "none"
    events = seen(app, "events?limit=20")["data"]["attributes"]["events"]
    names = [event["type"] for event in events]
    assert names.index("command_killed") < names.index("command_run")
    assert names.count("command_begun") == 2
    running = next(event for event in events if event["type"] == "running")
    assert 0 < running["duration_seconds"] < 60


def test_estimates_come_from_earlier_starts(app: App) -> None:
    app.act("stop")
    app.ended()
    app.act("start")
    path = f"/deployments/{app.id}/timeline"
    begun = app.tenant.account.call("GET", path)["data"]["attributes"]
    app.running()
    shown = app.tenant.account.call("GET", path)["data"]["attributes"]

    pulling = next(step for step in shown["steps"] if step["name"] == "PullImages")
    assert pulling["usual_seconds"] < 20, "what is there is not pulled again"
    assert 0 < begun["remaining_seconds"] < 60
    assert shown["remaining_seconds"] is None
