"""What users do and what happens to servers and accounts, by chance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.ports.records import Record
from infra.faults.simulated import start
from infra.faults.simulated.cloud import SimulatedAccount
from infra.faults.simulated.world import World

Act = Callable[[World], None]
STRANGER = "user-b"
MOST = {"cloud_provisions": 3, "deployments": 3, "nodes": 4}
"""How many of each a user makes at most."""


def _any(world: World, kind: str) -> Record | None:
    found = world.living(kind)
    return world.chance.choice(found) if found else None


def _asks(route: str, *, words: dict[str, str] | None = None) -> Act:
    """Do something to any living thing that the route is of."""
    kind = route.split("/")[2]

    def act(world: World) -> None:
        found = _any(world, kind)
        if found is not None:
            world.ask(route, found.id, user=found.owner, words=words)

    return act


def _types_the_name(route: str, name: str) -> Act:
    kind = route.split("/")[2]

    def act(world: World) -> None:
        found = _any(world, kind)
        if found is not None:
            world.ask(route, found.id, {"name": found.attributes[name]})

    return act


def order_server(world: World) -> None:
    """Have another server made."""
    credential = _any(world, "cloud_credentials")
    there = len(world.living("cloud_provisions"))
    if credential is not None and there < MOST["cloud_provisions"]:
        name = f"server-{world.ids}"
        world.ask("POST /v1/cloud_provisions", "", start.provision(credential.id, name))


def deploy(world: World) -> None:
    """Make an app and start it."""
    if len(world.living("deployments")) >= MOST["deployments"]:
        return
    node = _any(world, "nodes")
    named = node.id if node is not None and world.chance.random() < 0.6 else ""
    made = world.ask("POST /v1/deployments", "", start.deployment(world, named))
    if made.status == 201:
        world.ask("POST /v1/deployments/{id}/start", made.id)


def redeploy(world: World) -> None:
    """Bring an app to another value of its variable."""
    app = _any(world, "deployments")
    if app is not None:
        given = {"variables": {"GREETING": world.chance.choice(("hi", "hello", "good day"))}}
        world.ask("POST /v1/deployments/{id}/redeploy", app.id, given, user=app.owner)


def deploy_elsewhere(world: World) -> None:
    """Somebody else deploys onto a server that is open to everybody."""
    shared = [node for node in world.living("nodes") if node.public]
    if shared and len(world.living("deployments")) < MOST["deployments"]:
        given = start.deployment(world, world.chance.choice(shared).id)
        given |= {"allow_public_nodes": True}
        made = world.ask("POST /v1/deployments", "", given, user=STRANGER)
        if made.status == 201:
            world.ask("POST /v1/deployments/{id}/start", made.id, user=STRANGER)


def open_server(world: World) -> None:
    """Open a server to everybody, or close it again."""
    node = _any(world, "nodes")
    if node is not None:
        world.ask("PATCH /v1/nodes/{id}", node.id, {"public": not node.public})


def add_name(world: World) -> None:
    """Give an app a host name of one's own."""
    app = _any(world, "deployments")
    if app is not None:
        given = {"hostname": f"shop-{world.chance.randrange(4)}.example.com"}
        route = "POST /v1/deployments/{id}/domains"
        world.ask(route, app.id, given, user=app.owner, kind="domains")


def remove_name(world: World) -> None:
    """Take a host name of one's own away."""
    app = _any(world, "deployments")
    own = (app.attributes.get("custom_domains") or []) if app else []
    if app is not None and own:
        route = "DELETE /v1/deployments/{id}/domains/{hostname}"
        world.ask(route, app.id, user=app.owner, more={"hostname": own[0]["hostname"]})


def prove_name(world: World) -> None:
    """Have a name's servers say what proves it, and ask for a look: a certificate is begun."""
    name = _any(world, "domains")
    app = world.store.get(name.attributes["deployment_id"]) if name is not None else None
    if name is not None and app is not None:
        host, automatic = name.attributes["hostname"], app.attributes["domains"][0]["hostname"]
        world.dns.proves(host, name.attributes["token"], automatic)
        route = "POST /v1/deployments/{id}/domains/{hostname}/verify"
        world.ask(route, app.id, user=app.owner, more={"hostname": host})


def forget_name(world: World) -> None:
    """Have a name's servers say nothing of it any more."""
    name = _any(world, "domains")
    if name is not None:
        world.dns.forgets(name.attributes["hostname"])


def cancel_certificate(world: World) -> None:
    """Cancel the work on the certificate of a name."""
    name = _any(world, "domains")
    if name is not None:
        route = "POST /v1/deployments/{id}/domains/{hostname}/cancel"
        more = {"hostname": name.attributes["hostname"]}
        world.ask(route, name.attributes["deployment_id"], user=name.owner, more=more)


def bring_server(world: World) -> None:
    """Bring a server, or the same one again."""
    if len(world.living("nodes")) < MOST["nodes"]:
        world.ask("POST /v1/nodes", "", start.brought(world))


def declare_lost(world: World) -> None:
    """Give a server up for lost."""
    node = _any(world, "nodes")
    if node is not None:
        world.given_up.add(str(node.attributes.get("ssh_host")))
        asked = {"name": node.attributes["name"]}
        world.ask("POST /v1/nodes/{id}/declare_lost", node.id, asked)


def delete_node(world: World) -> None:
    """Give up a server that was brought."""
    node = _any(world, "nodes")
    if node is not None:
        world.ask("DELETE /v1/nodes/{id}", node.id)


# Tokens -----------------------------------------------------------------------------------


def revoke(world: World) -> None:
    """Revoke every token of the account, at the provider."""
    world.note("happens", "the tokens are revoked")
    for token in [token for token, one in world.accounts.items() if one is world.real]:
        del world.accounts[token]


def put_back(world: World) -> None:
    """Give each credential whose token is not the account's a new one that is.

    One of another account is replaced between two works, one that was revoked at any time.
    """
    for credential in world.living("cloud_credentials"):
        text = world.open(credential.sealed["credentials"], credential.id, "credentials")
        account = world.accounts.get(text["api_token"])
        if account is not world.real and (account is None or _is_at_rest(world)):
            _replace(world, credential, world.real)


def put_wrong_token(world: World) -> None:
    """Give a credential the token of an account in which there is nothing, between two works.

    In the middle of one, half of what a server has would be in either account for good.
    """
    credential = _any(world, "cloud_credentials")
    if credential is not None and _is_at_rest(world):
        world.others += 1
        _replace(world, credential, SimulatedAccount(number=1 + world.others, world=world))


def _is_at_rest(world: World) -> bool:
    return all(one.work is None for one in world.living("cloud_provisions"))


def _replace(world: World, credential: Record, account: SimulatedAccount) -> None:
    token = f"token-{account.number}-{world.ids}"
    world.accounts[token] = account
    given = {"credentials": {"api_token": token}}
    world.ask("PATCH /v1/cloud_credentials/{id}", credential.id, given)


# What happens -----------------------------------------------------------------------------


def _server(world: World) -> Any:
    return world.chance.choice(list(world.servers.values())) if world.servers else None


def server_goes_silent(world: World) -> None:
    """A server does not answer for a while."""
    if (server := _server(world)) is not None:
        server.unreachable_until = world.seconds + world.chance.choice((5, 40, 200))
        world.note("happens", f"{server.address} goes silent")


def docker_dies(world: World) -> None:
    """The Docker of a server does not answer for a while."""
    if (server := _server(world)) is not None:
        server.docker_dead_until = world.seconds + world.chance.choice((5, 40, 200))
        world.note("happens", f"Docker of {server.address} dies")


def disk_fills(world: World) -> None:
    """The disk of a server is full for a while."""
    if (server := _server(world)) is not None:
        server.disk_full_until = world.seconds + world.chance.choice((5, 40, 200))
        world.note("happens", f"the disk of {server.address} is full")


def container_ends(world: World) -> None:
    """A container ends, or is taken away by somebody."""
    server = _server(world)
    if server is None or not server.engine.running:
        return
    place = world.chance.choice(sorted(server.engine.running))
    world.note("happens", f"a container of {place} ends")
    if world.chance.random() < 0.5:
        ended = {"status": "exited", "exit_code": 1, "finished_at": server.told_at}
        server.engine.changed(*place, **ended)
    else:
        del server.engine.running[place]


def server_is_lost(world: World) -> None:
    """The provider loses a server."""
    if world.real.servers:
        lost = world.chance.choice(sorted(world.real.servers))
        world.note("happens", f"server {lost} is lost")
        world.real.lose(lost)


def provider_is_away(world: World) -> None:
    """A provider answers nothing for a while."""
    world.real.away_until = world.seconds + world.chance.choice((5, 30, 120))
    world.note("happens", "the provider is away")


def listings_lag(world: World) -> None:
    """What is made from now on is not shown at once."""
    world.real.lag = world.chance.choice((0.0, 5.0, 25.0, 55.0))
    world.note("happens", f"listings lag by {world.real.lag}")


def order_is_doubled(world: World) -> None:
    """The next order makes two servers."""
    world.real.duplicates = 1


USERS: dict[str, tuple[float, Act]] = {
    "order": (4, order_server),
    "cancel_provision": (2, _asks("POST /v1/cloud_provisions/{id}/cancel")),
    "retry": (3, _asks("POST /v1/cloud_provisions/{id}/retry")),
    "destroy": (2, _asks("DELETE /v1/cloud_provisions/{id}")),
    "force": (1.5, _asks("DELETE /v1/cloud_provisions/{id}", words={"force": "true"})),
    "declare_gone": (
        0.6,
        _types_the_name("POST /v1/cloud_provisions/{id}/declare_gone", "instance_name"),
    ),
    "deploy": (4, deploy),
    "start": (2, _asks("POST /v1/deployments/{id}/start")),
    "stop": (1.5, _asks("POST /v1/deployments/{id}/stop")),
    "restart": (2, _asks("POST /v1/deployments/{id}/restart")),
    "redeploy": (2.5, redeploy),
    "cancel_app": (1.5, _asks("POST /v1/deployments/{id}/cancel")),
    "deploy_elsewhere": (1.5, deploy_elsewhere),
    "open_server": (0.8, open_server),
    "add_name": (1, add_name),
    "remove_name": (0.6, remove_name),
    "prove_name": (1.5, prove_name),
    "forget_name": (0.3, forget_name),
    "cancel_certificate": (0.4, cancel_certificate),
    "remove": (2, _asks("DELETE /v1/deployments/{id}")),
    "bring": (1, bring_server),
    "check": (1, _asks("POST /v1/nodes/{id}/check")),
    "delete_node": (0.6, delete_node),
    "park": (0.4, _asks("POST /v1/nodes/{id}/maintenance")),
    "unpark": (0.6, _asks("DELETE /v1/nodes/{id}/maintenance")),
    "declare_lost": (0.5, declare_lost),
    "sweep": (0.5, _asks("POST /v1/cloud_credentials/{id}/sweep")),
    "put_back": (1, put_back),
    "put_wrong": (0.2, put_wrong_token),
}
"""What users do, and how often of all that they do."""

HAPPENINGS: dict[str, tuple[float, Act]] = {
    "silent": (2, server_goes_silent),
    "docker": (2, docker_dies),
    "disk": (1.5, disk_fills),
    "container": (1.5, container_ends),
    "lost": (0.6, server_is_lost),
    "away": (1.5, provider_is_away),
    "lag": (3, listings_lag),
    "doubled": (0.8, order_is_doubled),
    "revoked": (0.6, revoke),
}
"""What happens in the world, likewise."""
