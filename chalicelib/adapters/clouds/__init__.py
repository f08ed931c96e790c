"""Providers of servers: one module each, all behind `chalicelib.ports.clouds.Cloud`."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.errors import InvalidCredential
from chalicelib.ports.clouds import Cloud


def open_cloud(
    provider: str, credentials: Mapping[str, str], urls: Mapping[str, str], region: str = ""
) -> Cloud:
    """Open an account at a provider; only its own SDK is loaded.

    `urls` holds the base of each provider's API (EC2's is the AWS SDK's own business), `region`
    the region for which a regional API is opened. Raises `InvalidCredential` when the provider or
    its credentials' shape is not known.
    """
    try:
        if provider == "digitalocean":
            from chalicelib.adapters.clouds.digitalocean import DigitalOcean

            return DigitalOcean(credentials["api_token"], urls["digitalocean"])
        if provider == "aws":
            from chalicelib.adapters.clouds.ec2 import EC2

            return EC2(credentials["access_key_id"], credentials["secret_access_key"], region)
        if provider == "hetzner":
            from chalicelib.adapters.clouds.hetzner import Hetzner

            return Hetzner(credentials["api_token"], urls["hetzner"], region)
    except KeyError as missing:
        detail = f"The credentials for {provider} lack {missing.args[0]}; store them anew."
        raise InvalidCredential(detail) from None
    raise InvalidCredential(f"There is no provider {provider}.")
