"""A certificate authority in memory, held to the port's contract."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from chalicelib.domain.errors import ChallengeFailed, OrderInvalid
from chalicelib.ports.authorities import Challenge, ChallengeKind, Order

LIFE = timedelta(days=90)


@dataclass
class Asked:
    """One order, and what became of it."""

    host: str
    order: Order
    failed: bool = False
    begun: bool = False
    polls: int = 0
    chain: str = ""


@dataclass
class FakeAuthority:
    """Believes the answers that it finds in `answers`, and needs a few looks to make up its mind.

    Until it has, a challenge looks as if nobody had begun it, as at Let's Encrypt.
    """

    answers: Any = field(default_factory=dict)
    """What is published: a mapping, by token."""
    orders: dict[str, Asked] = field(default_factory=dict)
    fails: dict[str, list[Exception]] = field(default_factory=dict)
    """What the next calls raise, by call."""
    accounts: list[str] = field(default_factory=list)
    begins: list[str] = field(default_factory=list)
    """The challenges that it was told of, in order."""
    looks: int = 2
    """With how many looks it has made up its mind."""
    issued: list[str] = field(default_factory=list)
    """The names of all certificates, in order."""
    seconds: float = 0.0
    """By how much its clock is ahead."""
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    life: timedelta = LIFE

    def under(self, key: str) -> FakeAuthority:
        """The authority as the account of a key sees it."""
        return self

    def register(self, contact: str) -> str:
        self._meet("register")
        self.accounts.append(contact)
        return "https://authority.test/account/1"

    def order(self, host: str, kind: ChallengeKind) -> Order:
        self._meet("order")
        number = len(self.orders) + 1
        token = f"token-{number}"
        url = f"https://authority.test/order/{number}"
        challenge = Challenge(kind, token, f"{token}.thumb", f"{url}/challenge", begun=False)
        made = Order(url, "pending", challenge)
        self.orders[url] = Asked(host, made)
        return made

    def look(self, url: str, kind: ChallengeKind) -> Order:
        self._meet("look")
        asked = self._known(url)
        if asked.failed:
            raise ChallengeFailed("The certificate authority could not see the proof: 404.")
        challenge = asked.order.challenge
        if asked.order.status == "pending" and challenge and asked.begun:
            asked.polls += 1
            if asked.polls < self.looks:
                return asked.order
            if self.answers.get(challenge.token) == challenge.answer:
                asked.order = replace(asked.order, status="ready", challenge=None)
            elif asked.polls > self.looks:
                asked.failed = True
        elif asked.order.status == "processing":
            asked.order = replace(asked.order, status="valid")
        return asked.order

    def begin(self, challenge: Challenge) -> None:
        self._meet("begin")
        asked = self._known(challenge.url.removesuffix("/challenge"))
        self.begins.append(challenge.token)
        asked.begun = True

    def finalize(self, url: str, host: str, key: str) -> None:
        self._meet("finalize")
        asked = self._known(url)
        if asked.order.status != "ready":
            return
        asked.chain = self._issue(host, key)
        self.issued.append(host)
        asked.order = replace(asked.order, status="processing")

    def certificate(self, url: str) -> str:
        self._meet("certificate")
        asked = self._known(url)
        if asked.order.status != "valid":
            raise OrderInvalid("The order has no certificate.")
        return asked.chain

    def forget(self) -> None:
        """Know no order any more."""
        self.orders.clear()

    def _known(self, url: str) -> Asked:
        if url not in self.orders:
            raise OrderInvalid("The certificate authority knows no such order.")
        return self.orders[url]

    def _meet(self, call: str) -> None:
        if self.fails.get(call):
            raise self.fails[call].pop(0)

    def _issue(self, host: str, key: str) -> str:
        now = self.now() + timedelta(seconds=self.seconds)
        private: Any = serialization.load_pem_private_key(key.encode(), password=None)
        root, root_key = _root()
        leaf = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([]))
            .issuer_name(root.subject)
            .public_key(private.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(minutes=1))
            .not_valid_after(now + self.life)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
            .sign(root_key, hashes.SHA256())
        )
        pem = serialization.Encoding.PEM
        return (leaf.public_bytes(pem) + root.public_bytes(pem)).decode()


@cache
def _root() -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Fake authority")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    return made, key
