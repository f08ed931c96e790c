"""Bad input and bad luck end in a sentence that names the thing, and leave nothing behind."""

from __future__ import annotations

import secrets

import pytest

from e2e.resilience.conftest import Customer
from e2e.resilience.parts import container_of, droplets_of
from infra.local.journey import leaks
from infra.local.journey.client import Json, Refused


def test_wrong_token_fails_the_provision_and_says_which(customer: Customer) -> None:
    wrong = customer.account.create(
        "cloud_credentials",
        {
            "name": "wrong cloud",
            "provider": "digitalocean",
            "credentials": {"api_token": "dop_v1_" + "0" * 64},
        },
    )
    provision = customer.order_server(credential_id=wrong["id"])

    done = customer.ended("cloud_provisions", provision)

    assert (done["status"], done["error_code"]) == ("failed", "invalid_credential")
    assert "token" in done["error_message"]
    customer.remove("cloud_provisions", provision)


def test_unknown_size_fails_the_provision_and_says_so(customer: Customer) -> None:
    provision = customer.order_server(size="s-999vcpu-1tb")

    done = customer.ended("cloud_provisions", provision)

    assert (done["status"], done["error_code"]) == ("failed", "refused_by_provider")
    assert "size" in done["error_message"]
    assert droplets_of(customer.platform, provision) == []
    customer.remove("cloud_provisions", provision)


def test_compose_text_that_does_not_parse_is_refused_with_its_line(customer: Customer) -> None:
    given = {
        "name": f"Broken {secrets.token_hex(3)}",
        "version": "1.0.0",
        "description": "Does not parse.",
        "category": "web",
        "compose_spec": "services:\n  web:\n    image: [nginx\n",
    }

    with pytest.raises(Refused) as refused:
        customer.account.create("templates", given)

    assert refused.value.status == 422
    assert "line" in refused.value.detail


def test_container_that_exits_at_once_fails_the_app_with_its_last_words(
    customer: Customer, server: Json
) -> None:
    given = {
        "name": f"Exits {secrets.token_hex(3)}",
        "version": "1.0.0",
        "description": "Says why it cannot go on and ends.",
        "category": "web",
        "compose_spec": (
            "services:\n  web:\n    image: nginx:alpine\n    ports: ['80']\n"
            "    entrypoint: [sh, -c, 'echo the cellar is flooded; exit 3']\n"
        ),
    }
    template = customer.account.create("templates", given)
    app = customer.account.create(
        "deployments",
        {
            "name": f"exits {secrets.token_hex(3)}",
            "template_id": template["id"],
            "node_id": server["node_id"],
        },
    )["id"]
    customer.account.call("POST", f"/deployments/{app}/start")

    failed = customer.ended("deployments", app)

    assert (failed["status"], failed["error_code"]) == ("failed", "container_exited")
    assert "restarted" in failed["error_message"]
    assert "the cellar is flooded" in failed["error_message"]
    customer.remove("deployments", app)
    left = leaks.on_node(container_of(customer.platform, server["id"]), app)
    assert left == {"containers": [], "volumes": [], "networks": []}
