"""Names of customers' own at the running platform: who has one, and what happens when it turns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest

from e2e.resilience.conftest import Customer, customer_of
from e2e.resilience.parts import until
from infra.local.journey.client import Json, Refused
from infra.local.journey.own_name import OwnName, name_server, new_name

PROOF = frozenset({"TXT"})
WAY = frozenset({"CNAME"})


@pytest.fixture(scope="module")
def app(customer: Customer, server: Json) -> Iterator[str]:
    """An app that runs."""
    made = customer.order_app(server["node_id"])
    assert customer.ended("deployments", made)["status"] == "running"
    yield made
    customer.remove("deployments", made)


@pytest.fixture
def host(platform: Json) -> Iterator[str]:
    """A name that nobody has yet; its records are removed afterwards."""
    chosen = new_name()
    yield chosen
    for name in (chosen, f"_hoster-challenge.{chosen}"):
        name_server(platform).remove(name)


@pytest.fixture
def own(platform: Json, customer: Customer, app: str, host: str) -> Iterator[OwnName]:
    """The customer's wish for that name; it is taken back afterwards."""
    name = OwnName(platform, customer.account, app, host)
    yield name
    with suppress(Refused):
        name.remove()


@pytest.fixture
def rival(platform: Json, host: str) -> Iterator[OwnName]:
    """Somebody else, whose app was never started, who wants the same name."""
    other = customer_of(platform)
    template = next(
        one for one in other.account.all("templates") if one["attributes"]["name"] == "Whoami"
    )
    made = other.account.create("deployments", {"name": "rival", "template_id": template["id"]})
    yield OwnName(platform, other.account, made["id"], host)
    other.remove("deployments", made["id"])


def verdicts(attributes: Json) -> dict[str, str]:
    """What was found of each record, by its kind."""
    return {one["type"]: one["verdict"] for one in attributes["records"]}


def test_of_two_tenants_the_one_who_proves_a_name_has_it(own: OwnName, rival: OwnName) -> None:
    mine, theirs = own.add()["instructions"], rival.add()["instructions"]
    until(lambda: own.plain().status_code == 403, "nobody has the name yet")

    rival.follow(theirs, kinds=WAY)
    assert verdicts(rival.verify())["TXT"] == "missing"
    own.follow(mine)
    assert own.verify()["status"] == "verified"
    until(lambda: own.plain().status_code in (200, 308), "the name leads to who proved it")

    proofs = [one for one in (*mine, *theirs) if one["type"] == "TXT"]
    name_server(own.platform).set(proofs[0]["name"], "TXT", *(str(one["value"]) for one in proofs))
    rival.follow(theirs, kinds=WAY)
    told = rival.verify()
    assert told["status"] == "pending"
    assert "Another tenant has proven this name" in told["last_check_error"]
    assert own.seen()["status"] in ("verified", "failing")
    assert own.plain().status_code in (200, 308), "the name is its tenant's still"


def test_a_name_that_stops_pointing_here_is_told_and_comes_back(own: OwnName) -> None:
    instructions = own.add()["instructions"]
    own.follow(instructions)
    assert own.verify()["status"] == "verified"
    until(lambda: own.plain().status_code in (200, 308), "the name leads to its app")

    own.forget(instructions, kinds=WAY)
    failing = own.verify()
    assert failing["status"] == "failing"
    assert verdicts(failing)["CNAME"] == "missing"
    assert failing["unrouted_after"] > failing["checked_at"]
    assert own.plain().status_code in (200, 308), "within the grace time it leads to its app"

    own.follow(instructions, kinds=WAY)
    back = own.verify()
    assert (back["status"], back["unrouted_after"]) == ("verified", None)


def test_a_dangling_name_is_not_taken_by_somebody_else(own: OwnName, rival: OwnName) -> None:
    instructions = own.add()["instructions"]
    own.follow(instructions)
    assert own.verify()["status"] == "verified"
    own.remove()
    own.forget(instructions, kinds=PROOF)
    until(lambda: own.plain().status_code == 404, "the name leads nowhere")

    rival.add()

    assert rival.verify()["status"] == "pending", "what dangles points to another's app"
    assert rival.plain().status_code in (403, 404)
