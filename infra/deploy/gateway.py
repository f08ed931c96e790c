"""Has the gateway of a stage lead to what is deployed, and keeps the key that it gives out."""

from __future__ import annotations

from collections.abc import Mapping

from infra.deploy.secrets import Secrets
from infra.deploy.stage import Stage, Unusable
from infra.gateway.configure import Done as Configured
from infra.gateway.configure import configure
from infra.gateway.payloads import Addresses

__all__ = ["Configured", "configured", "filled"]


def filled(address: str, outputs: Mapping[str, str]) -> str:
    """An address with outputs of the stack in it. Raises `Unusable`."""
    try:
        return address.format_map(outputs).rstrip("/")
    except KeyError as error:
        message = f"The stack has no output {error}: say the address in the stage's gateway."
        raise Unusable(message) from error


def configured(
    stage: Stage, leads_to: Mapping[str, str], outputs: Mapping[str, str], secrets: Secrets
) -> Configured:
    """Configure the gateway; the key for metering is kept where the product reads it.

    `leads_to` is where it finds `api` and `web`. Raises `Unusable`, or
    `infra.gateway.admin.NotConfigured`.
    """
    given, metering = secrets.read("gateway-admin"), secrets.read("metering")
    found = {name: filled(address, outputs) for name, address in leads_to.items()}
    done = configure(
        stage.gateway.admin_url,
        (stage.gateway.admin_email, str(given.get("password", ""))),
        Addresses(**found, public=stage.url),
        service_key=str(metering.get("key", "")),
    )
    if done.service_key:
        secrets.write("metering", {**metering, "key": done.service_key})
    return done
