"""A zone that takes signed updates (RFC 2136, TSIG): `chalicelib.ports.zones.Zones` made real."""

from __future__ import annotations

import binascii

import dns.exception
import dns.name
import dns.query
import dns.rcode
import dns.tsigkeyring
import dns.update

from chalicelib.domain.errors import Unavailable, ZoneRefused

TTL = 60
PATIENCE = 8.0
ALGORITHM = "hmac-sha256"


class UpdatedZone:
    """One zone of one server: an address, or `address#port`."""

    def __init__(self, server: str, zone: str, key: str, secret: str) -> None:
        self.address, _, port = server.partition("#")
        self.port = int(port or 53)
        self.zone = dns.name.from_text(zone)
        self.key = dns.name.from_text(key)
        self.secret = secret

    def publish(self, name: str, text: str) -> None:
        """Add the record; one that is there already stays."""
        update = self._update()
        update.add(dns.name.from_text(name), TTL, "TXT", f'"{text}"')
        self._send(update)

    def withdraw(self, name: str, text: str) -> None:
        """Take the record away; a name without it is as it should be."""
        update = self._update()
        update.delete(dns.name.from_text(name), "TXT", f'"{text}"')
        self._send(update)

    def _update(self) -> dns.update.UpdateMessage:
        try:
            keyring = dns.tsigkeyring.from_text({str(self.key): (ALGORITHM, self.secret)})
        except (binascii.Error, ValueError):
            raise ZoneRefused("The secret of the key for DNS updates is no base64.") from None
        return dns.update.UpdateMessage(
            self.zone, keyring=keyring, keyname=self.key, keyalgorithm=ALGORITHM
        )

    def _send(self, update: dns.update.UpdateMessage) -> None:
        try:
            answer = dns.query.tcp(update, self.address, timeout=PATIENCE, port=self.port)
        except (OSError, dns.exception.Timeout) as error:
            detail = f"The name server at {self.address} does not take updates now."
            raise Unavailable(f"{detail} ({type(error).__name__})") from error
        except dns.exception.DNSException as error:
            raise ZoneRefused(
                f"The name server at {self.address} refuses the update:"
                f" {type(error).__name__}. See that it knows the key {self.key}."
            ) from None
        if answer.rcode() != dns.rcode.NOERROR:
            said = dns.rcode.to_text(answer.rcode())
            detail = f"The name server at {self.address} refuses the update: {said}."
            raise ZoneRefused(f"{detail} See that the key {self.key} may change {self.zone}.")
