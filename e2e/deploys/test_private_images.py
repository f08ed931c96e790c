"""An app of a private image: refused without a login, run with one, which leaves no trace there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chalicelib.adapters.nodes.pulls import login_line
from chalicelib.ports.nodes import RegistryLogin
from e2e.deploys.server import Server
from e2e.installation import has_local_parts
from e2e.resilience.conftest import Customer
from infra.local.journey.client import Json, Refused

COMPOSE = """\
services:
  web:
    image: {host}/traefik/whoami:latest
    ports: ["80"]
    deploy: {{resources: {{limits: {{cpus: "0.25", memory: 64M}}}}}}
"""
TRACES = """\
grep -rl {words} --exclude-dir=proc --exclude-dir=sys --exclude-dir=dev / 2>/dev/null
for one in /proc/[0-9]*/environ /proc/[0-9]*/cmdline; do
  tr '\\0' '\\n' <$one 2>/dev/null | grep -q {words} && echo $one
done
true
"""
"""Prints the files, processes and environments of a server that hold one of some words."""


@pytest.fixture
def login(platform: Json) -> RegistryLogin:
    """Who may have images of the local registry that wants a login."""
    if not has_local_parts(platform):
        pytest.skip("the installation is elsewhere: its servers do not reach this registry")
    known = platform["registry_login"]
    return RegistryLogin(known["host"], known["username"], known["secret"])


@pytest.fixture
def app(operator: Customer, server: Server, login: RegistryLogin) -> Iterator[str]:
    """An app of a private image on a server of its owner's, whose start has begun."""
    name = operator.publish("Private", COMPOSE.format(host=login.host))
    made = operator.order_app(server.node, name)
    yield made
    operator.remove("deployments", made)
    for one in operator.account.all("registry_credentials"):
        operator.account.call("DELETE", f"/registry_credentials/{one['id']}")


def traces(server: Server, *words: str) -> list[str]:
    """Where on a server words are found."""
    # Patterns that do not match themselves, where they stand in the arguments of who looks.
    patterns = " ".join(f"-e '[{word[0]}]{word[1:]}'" for word in words)
    return server.shell(TRACES.format(words=patterns)).split()


def test_private_image_runs_with_its_owners_login_which_is_nowhere_on_the_server_after(
    operator: Customer, server: Server, login: RegistryLogin, app: str
) -> None:
    without = operator.ended("deployments", app)
    given = {"name": "images", "host": login.host, "username": login.username}
    wrong = operator.account.create("registry_credentials", {**given, "secret": "guessed"})["id"]
    with pytest.raises(Refused) as refused:
        operator.account.call("POST", f"/registry_credentials/{wrong}/check")
    kept = {"secret": login.password}
    operator.account.call("PATCH", f"/registry_credentials/{wrong}", kept, "registry_credentials")
    checked = operator.account.call("POST", f"/registry_credentials/{wrong}/check")["data"]

    operator.account.call("POST", f"/deployments/{app}/start")
    done = operator.ended("deployments", app)
    server.shell(f"echo {login.password} >/root/left")
    found = traces(server, login.password, login_line(login))
    server.shell("rm /root/left")

    assert (without["status"], without["error_code"]) == ("failed", "image_unauthorized")
    hint = f"add a login for {login.host} under Settings, Registries"
    assert hint in without["error_message"]
    assert refused.value.status == 422
    assert checked["attributes"]["status"] == "valid"
    assert (done["status"], done["error_message"]) == ("running", None)
    assert found == ["/root/left"], "the search finds what is there, and there is nothing else"
    shown = operator.account.get("registry_credentials", wrong)["attributes"]
    assert login.password not in str(shown)
