"""Webhooks to an address that was looked at before it is asked."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.adapters.outside.pinned import AddressRefused, NoAnswer, Pinned, Untrusted
from chalicelib.domain.urls import Target
from chalicelib.ports.webhooks import NotDelivered, Said

WHOLE_SECONDS = 10.0
"""From the look at the name to the end of what is read: a receiver that drips is cut off."""
HEAD_BYTES = 512
"""How much of an answer is read."""


class PinnedWebhooks:
    """Sends to hosts whose addresses are allowed."""

    def __init__(self, outside: Pinned) -> None:
        self.outside = outside

    def refuse(self, host: str) -> str:
        """Say why no message may go to a host now."""
        try:
            self.outside.address(host)
        except (AddressRefused, NoAnswer) as error:
            return _told(host, error)
        return ""

    def post(self, target: Target, body: bytes, headers: Mapping[str, str]) -> Said:
        """Send one message, once, and follow nothing."""
        try:
            said = self.outside.ask(
                "POST", target, headers, body, seconds=WHOLE_SECONDS, most=HEAD_BYTES
            )
        except (AddressRefused, NoAnswer, Untrusted) as error:
            raise NotDelivered(_told(target.host, error)) from error
        return Said(said.status, said.body.decode("utf-8", "replace"))


def _told(host: str, error: Exception) -> str:
    if isinstance(error, AddressRefused):
        refused = "loopback, link-local, multicast, reserved, or the platform's own"
        return f"{host} leads to a network to which nothing is sent: {refused}."
    if isinstance(error, Untrusted):
        return f"The certificate of {host} is not believed: {error}."
    return f"{host} gave no answer: {error}."
