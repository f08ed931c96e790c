"""Look at the local name server's records and change them, by updates that its key signs."""

from __future__ import annotations

from dataclasses import dataclass

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype
import dns.tsigkeyring
import dns.update
import dns.xfr
import dns.zone

from infra.local.dns.zone import KEY_NAME, ZONE, Files

TTL = 60
_SIGNER = dns.name.from_text(KEY_NAME)
PATIENCE_SECONDS = 5.0
LOOK_SECONDS = 0.2
"""How long a server that may be starting still has to answer; it loses what comes too early."""


class NotChanged(RuntimeError):
    """The name server refused a change; the message says what it answered."""


@dataclass(frozen=True)
class NameServer:
    """A running name server; `secret` is that of its key for updates."""

    address: str
    port: int
    secret: str

    @classmethod
    def of(cls, files: Files, address: str, port: int) -> NameServer:
        """The name server whose files these are."""
        return cls(address, port, files.key.read_text())

    def set(self, name: str, kind: str, *values: str, ttl: int = TTL) -> None:
        """Have exactly these values at a name. Raises `NotChanged`."""
        update = self._update()
        update.delete(_absolute(name), kind)
        for value in values:
            update.add(_absolute(name), ttl, kind, _written(kind, value))
        self._send(update)

    def remove(self, name: str, kind: str | None = None) -> None:
        """Have nothing at a name any more, or nothing of one kind. Raises `NotChanged`."""
        update = self._update()
        update.delete(_absolute(name), *([kind] if kind else []))
        self._send(update)

    def ask(self, name: str, kind: str, patience: float = PATIENCE_SECONDS) -> list[str]:
        """The values that the server itself answers with for a name and kind."""
        query = dns.message.make_query(_absolute(name), kind)
        answer = dns.query.udp(query, self.address, timeout=patience, port=self.port)
        wanted = dns.rdatatype.from_text(kind)
        return [
            item.to_text() for found in answer.answer if found.rdtype == wanted for item in found
        ]

    def show(self) -> list[str]:
        """Every record of the zone, a line each."""
        zone = dns.zone.Zone(dns.name.from_text(ZONE), relativize=False)
        query, _ = dns.xfr.make_query(
            zone, keyring=self._keyring(), keyname=_SIGNER, keyalgorithm="hmac-sha256"
        )
        dns.query.inbound_xfr(
            self.address, zone, query=query, port=self.port, timeout=PATIENCE_SECONDS
        )
        return zone.to_text(relativize=False).splitlines()

    def answers(self) -> bool:
        """Whether it serves its zone."""
        try:
            return bool(self.ask(ZONE, "SOA", LOOK_SECONDS))
        except (OSError, dns.exception.DNSException):
            return False

    def _update(self) -> dns.update.UpdateMessage:
        return dns.update.UpdateMessage(
            f"{ZONE}.",
            keyring=self._keyring(),
            keyname=_SIGNER,
            keyalgorithm="hmac-sha256",
        )

    def _keyring(self) -> dict[dns.name.Name, dns.tsig.Key]:
        return dns.tsigkeyring.from_text({KEY_NAME: ("hmac-sha256", self.secret)})

    def _send(self, update: dns.update.UpdateMessage) -> None:
        try:
            answer = dns.query.tcp(update, self.address, timeout=PATIENCE_SECONDS, port=self.port)
        except (OSError, dns.exception.DNSException) as error:
            raise NotChanged(
                f"The name server at {self.address} does not answer: {error}."
            ) from error
        if answer.rcode() != dns.rcode.NOERROR:
            raise NotChanged(f"The name server refuses: {dns.rcode.to_text(answer.rcode())}.")


def _absolute(name: str) -> str:
    return name.rstrip(".") + "."


def _written(kind: str, value: str) -> str:
    """A value as a zone's file has it: names of other zones are whole, texts are quoted."""
    match kind.upper():
        case "CNAME" | "NS":
            return _absolute(value)
        case "TXT" if not value.startswith('"'):
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        case _:
            return value
