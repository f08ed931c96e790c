"""Servers by command, against the product: ordered, listed, destroyed."""

from __future__ import annotations

import json

import pytest

from tests import factories
from tests.cli.conftest import MEMBER, Command
from tests.fakes.node import FakeNode
from tests.world import World


@pytest.fixture(scope="module")
def credential(house: World, node: str) -> str:
    """The name of a credential beside the one that the server was made with."""
    given = {
        "name": "second cloud",
        "provider": "digitalocean",
        "default_region": "fra1",
        "credentials": {"api_token": "t0ken"},
    }
    house.call("POST", "/cloud_credentials", given, user=MEMBER)
    return "second cloud"


def test_server_is_ordered_followed_and_destroyed(
    house: World, hoster: Command, credential: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house, "node", FakeNode())
    order = ("provision", "create", "web-7", "--size", "s-1vcpu-2gb", "--credential", credential)

    made = hoster(*order, "--wait")

    assert made.status == 0, made.err
    assert "Order the server" in made.err
    shown = hoster("provision", "show", "web-7")
    assert "fra1" in shown.out
    assert hoster("provision", "retry", "web-7").status == 4
    assert hoster("provision", "cancel", "web-7").status == 4
    assert "✓ Order the server" in shown.out
    refused = hoster("provision", "destroy", "web-7")
    assert refused.status == 2
    assert "the server at its provider, with everything on it" in refused.err
    gone = hoster("provision", "destroy", "web-7", "--yes", "--wait")
    assert gone.status == 0, gone.err
    assert "web-7 is destroyed." in gone.err
    assert hoster("provision", "show", "web-7").status == 3


def test_server_that_failed_is_kept_and_gone_on_with(
    house: World, hoster: Command, credential: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = ("provision", "create", "web-8", "--size", "s-1vcpu-2gb", "--credential", credential)

    failed = hoster(*order, "--wait")  # at the address of `MEMBER`'s server, with its key

    assert failed.status == 1
    assert "(host_key_changed)" in failed.err
    assert "hoster provision retry web-8" in failed.err
    monkeypatch.setattr(house, "node", FakeNode())
    again = hoster("provision", "retry", "web-8", "--wait")
    assert again.status == 0, again.err
    assert "web-8 is ready." in again.err
    assert hoster("provision", "destroy", "web-8", "--yes", "--wait").status == 0


def test_servers_are_listed_with_what_is_given_away(hoster: Command, running: str) -> None:
    orders = hoster("provision", "list")
    nodes = hoster("nodes")

    assert "server-1" in orders.out
    assert "ready" in orders.out
    assert nodes.out.splitlines()[1].split()[:3] == ["server-1", "online", "healthy"]
    assert json.loads(hoster("nodes", "--json").out)["data"][0]["type"] == "nodes"
    assert json.loads(hoster("provision", "list", "--json").out)["data"]


def test_destroy_tells_which_apps_go_with_it(hoster: Command, running: str) -> None:
    said = hoster("provision", "destroy", "server-1")

    assert said.status == 2
    assert "with --force its apps and their data: " in said.err
    assert "hello" in said.err


def test_sizes_and_regions_are_the_providers(hoster: Command, credential: str) -> None:
    sizes = hoster("provision", "sizes", "--credential", credential, "--region", "fra1")
    regions = hoster("provision", "regions", "--credential", credential)

    assert "s-1vcpu-2gb" in sizes.out
    assert "fra1" in regions.out


def test_credential_is_named_where_there_are_several(hoster: Command, credential: str) -> None:
    said = hoster("provision", "sizes")

    assert said.status == 2
    assert "second cloud" in said.err
    assert "Choose by --credential" in said.err


def test_account_without_a_credential_is_told_where_to_add_one(newcomer: Command) -> None:
    said = newcomer("provision", "create", "web-1", "--size", "s")

    assert said.status == 3
    assert "under Credentials" in said.err


def test_only_credential_needs_no_name(
    house: World, newcomer: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.credential(house, "lone")
    monkeypatch.setenv("HOSTER_TOKEN", "lone")

    said = newcomer("provision", "create", "web-1", "--size", "s-1vcpu-2gb")

    assert said.status == 2
    assert "No region is named." in said.err
    assert "s-1vcpu-2gb" in newcomer("provision", "sizes").out
