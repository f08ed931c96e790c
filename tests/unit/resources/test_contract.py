"""The resources as data, against the contract."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.engine.resource import Resource
from chalicelib.engine.states import States
from chalicelib.resources.cloud_provisions import CLOUD_PROVISIONS
from chalicelib.resources.deployments import DEPLOYMENTS
from chalicelib.resources.invoices import INVOICES
from chalicelib.resources.nodes import NODES
from chalicelib.resources.registry import RESOURCES

LASTING = pytest.mark.parametrize(
    "resource",
    [resource for resource in RESOURCES.values() if resource.name != "invoices"],
    ids=lambda resource: resource.name,
)
"""What may be deleted at last; what is owed or paid may not."""
ALL = pytest.mark.parametrize("resource", RESOURCES.values(), ids=lambda resource: resource.name)


def moves(table: States) -> Mapping[str, set[str]]:
    return {source: set(targets) for source, targets in table.moves.items()}


def test_deployments_move_as_the_contract_says() -> None:
    assert (DEPLOYMENTS.states.initial, DEPLOYMENTS.states.final) == ("pending", "deleted")
    assert moves(DEPLOYMENTS.states) == {
        "pending": {"scheduled", "failed", "deleting"},
        "scheduled": {"starting", "failed"},
        "starting": {"running", "failed"},
        "running": {"stopping", "failed", "deleting"},
        "stopping": {"stopped", "failed"},
        "stopped": {"starting", "deleting"},
        "deleting": {"deleted", "failed"},
        "failed": {"starting", "deleting"},
    }


def test_provisions_move_as_the_contract_says() -> None:
    table = CLOUD_PROVISIONS.states

    assert (table.initial, table.final) == ("pending", "destroyed")
    working = ("pending", "creating", "configuring", "ready", "destroying")
    assert set(table.sources("failed")) == set(working)
    assert set(table.sources("destroying")) == {
        *("pending", "creating", "configuring", "ready", "failed"),
    }
    assert table.sources("destroyed") == ("destroying",)
    assert table.sources("pending") == ("failed",)
    assert table.sources("creating") == ("pending",)
    assert table.sources("configuring") == ("creating",)
    assert table.sources("ready") == ("configuring",)


def test_nodes_move_as_the_contract_says() -> None:
    table = NODES.states

    assert table.initial == "offline"
    assert table.allows("offline", "online")
    assert table.allows("online", "offline")
    for state in ("offline", "online"):
        assert table.allows(state, "maintenance")
        assert table.allows("maintenance", state)
    assert table.sources("lost") == ("maintenance", "offline", "online")


def test_invoices_move_as_the_contract_says() -> None:
    assert INVOICES.states.initial == "draft"
    assert moves(INVOICES.states) == {
        "draft": {"pending", "carried", "removed"},
        # An order of a plan that nobody pays is removed; a month that is owed never is.
        "pending": {"paid", "failed", "removed"},
        "failed": {"pending", "removed"},
    }
    assert INVOICES.verbs == {"list"}


@LASTING
def test_nothing_can_become_impossible_to_delete(resource: Resource) -> None:
    table = resource.states
    assert table.final is not None
    reaching = {table.final}
    while more := {s for s in table.names for r in reaching if table.allows(s, r)} - reaching:
        reaching |= more

    assert reaching == table.names


@ALL
def test_every_state_is_reached_from_the_first_and_the_last_is_left_by_nothing(
    resource: Resource,
) -> None:
    table = resource.states
    reached = {table.initial}
    while more := {s for r in reached for s in table.moves.get(r, ())} - reached:
        reached |= more

    assert reached == table.names
    assert table.final not in table.moves


@pytest.mark.parametrize(
    ("name", "prefix"),
    [
        ("templates", "tmpl_"),
        ("deployments", None),
        ("nodes", "node_"),
        ("ssh_keys", "sshkey_"),
        ("cloud_credentials", "cred_"),
        ("cloud_provisions", "prov_"),
        ("invoices", "inv_"),
        ("domains", "dom_"),
        ("registry_credentials", "reg_"),
        ("backup_targets", "bkt_"),
        ("api_tokens", "token_"),
    ],
)
def test_resources_have_the_contracts_names_and_prefixes(name: str, prefix: str | None) -> None:
    assert RESOURCES[name].name == name
    assert RESOURCES[name].prefix == prefix


@ALL
def test_owner_is_an_attribute_of_the_system(resource: Resource) -> None:
    assert resource.owner_field in {"creator_id", "customer_id", "user_id"}
    assert resource.owner_field in resource.known - resource.writable


@ALL
def test_secrets_are_sent_and_never_among_what_is_kept_to_be_shown(resource: Resource) -> None:
    assert resource.secrets <= resource.writable | resource.shown_once
    assert not resource.secrets & resource.attributes.model_fields.keys()


COMMANDS = {"accepted_host_key_fingerprint", "include_secrets"}
"""What is sent to have something done, and is no field of the record."""


@ALL
def test_what_is_sent_is_shown_unless_it_is_secret(resource: Resource) -> None:
    sent = {
        field
        for model in (resource.create, resource.update)
        if model
        for field in model.model_fields
    }

    assert sent - resource.secrets - COMMANDS <= resource.attributes.model_fields.keys()


@ALL
def test_what_hides_attributes_names_attributes(resource: Resource) -> None:
    fields = resource.attributes.model_fields.keys()

    assert resource.owner_only <= fields
    assert resource.not_in_lists <= fields
    assert resource.references.keys() <= fields
    assert set(resource.references.values()) <= RESOURCES.keys()
    assert resource.filters <= fields | {"status", "search", "related"}
    assert resource.parent_field is None or resource.parent_field in fields


@ALL
def test_bodies_take_nothing_unknown(resource: Resource) -> None:
    for model in (resource.create, resource.update):
        assert model is None or model.model_config.get("extra") == "forbid"


@LASTING
@given(data=st.data())
def test_every_walk_stays_among_known_states(resource: Resource, data: st.DataObject) -> None:
    state = resource.states.initial
    for _ in range(8):
        targets = sorted(resource.states.moves.get(state, ()))
        if not targets:
            break
        state = data.draw(st.sampled_from(targets))

    assert state in resource.states.names
    assert (state == resource.states.final) == (not resource.states.moves.get(state))
