"""Providers of servers: one module each, all behind `chalicelib.ports.clouds.Cloud`."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.errors import InvalidCredential
from chalicelib.ports.clouds import Cloud


def open_cloud(provider: str, credentials: Mapping[str, str], urls: Mapping[str, str]) -> Cloud:
    """Open an account at a provider; `urls` holds the base of each provider's API.

    Raises `InvalidCredential` when the provider or its credentials' shape is not known.
    """
    if provider == "digitalocean" and credentials.get("api_token"):
        from chalicelib.adapters.clouds.digitalocean import DigitalOcean

        return DigitalOcean(credentials["api_token"], urls["digitalocean"])
    raise InvalidCredential(f"These are not credentials for {provider}.")
