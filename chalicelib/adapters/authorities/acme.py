"""A certificate authority that speaks ACME: `chalicelib.ports.authorities.Authority` made real."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from acme import challenges, client, crypto_util, errors, messages
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from josepy.json_util import decode_b64jose
from josepy.jwk import JWKEC
from requests import Response

from chalicelib.adapters.authorities.network import Network, of_problem, told, words_of
from chalicelib.domain.errors import (
    AuthorityRefused,
    AuthorityUnavailable,
    CaaForbids,
    ChallengeFailed,
    OrderInvalid,
    ProductError,
)
from chalicelib.ports.authorities import Challenge, ChallengeKind, Order

KINDS: dict[ChallengeKind, type[challenges.KeyAuthorizationChallenge]] = {
    "http-01": challenges.HTTP01,
    "dns-01": challenges.DNS01,
}
LIVING = frozenset({"pending", "ready", "processing", "valid"})


class _Client(client.ClientV2):
    """Asks for the parts of an order one at a time, without waiting."""

    def ask_for(self, host: str) -> tuple[str, messages.Order]:
        name = messages.Identifier(typ=messages.IDENTIFIER_FQDN, value=host)
        made = self._post(self.directory["newOrder"], messages.NewOrder(identifiers=[name]))
        return made.headers["Location"], messages.Order.from_json(made.json())

    def order_at(self, url: str) -> messages.Order:
        found: messages.Order = messages.Order.from_json(self._post_as_get(url).json())
        return found

    def authorization_at(self, url: str) -> messages.Authorization:
        said = self._post_as_get(url).json()
        found: messages.Authorization = messages.Authorization.from_json(said)
        return found

    def text_at(self, url: str) -> str:
        return str(self._post_as_get(url).text)


class ACMEAuthority:
    """The authority behind one directory, under the account of one key."""

    def __init__(self, directory: str, key: str, *, account: str = "", roots: str = "") -> None:
        private: Any = load_pem_private_key(key.encode(), password=None)
        self.directory = directory
        self.key = JWKEC(key=private)
        self.network = Network(self.key, account, roots)

    @cached_property
    def client(self) -> _Client:
        """The client, once the directory is read."""
        return _Client(_Client.get_directory(self.directory, self.network), self.network)

    def register(self, contact: str) -> str:
        """Make the account or find it by its key."""
        asked = messages.NewRegistration.from_data(
            email=contact or None, terms_of_service_agreed=True
        )
        self.network.account = None
        with told(self.network):
            try:
                return str(self.client.new_account(asked).uri)
            except errors.ConflictError as known:
                return str(known.location)

    def order(self, host: str, kind: ChallengeKind) -> Order:
        """Ask for a certificate for one name."""
        with told(self.network):
            url, body = self.client.ask_for(host)
            return self._read(url, body, kind)

    def look(self, url: str, kind: ChallengeKind) -> Order:
        """See how an order stands, and its proof."""
        with told(self.network), self._known():
            return self._read(url, self.client.order_at(url), kind)

    def begin(self, challenge: Challenge) -> None:
        """Tell the authority that the answer is there."""
        chosen = KINDS[challenge.kind]
        with told(self.network), self._known():
            body = messages.ChallengeBody(
                chall=chosen(token=decode_b64jose(challenge.token)), uri=challenge.url
            )
            self.client.answer_challenge(body, body.chall.response(self.key))

    def finalize(self, url: str, host: str, key: str) -> None:
        """Ask for the certificate of a ready order."""
        request = crypto_util.make_csr(key.encode(), [host])
        with told(self.network), self._known():
            body = self.client.order_at(url)
            if body.status.name != "ready":
                return
            asked = messages.OrderResource(body=body, uri=url, csr_pem=request)
            self.client.begin_finalization(asked)

    def certificate(self, url: str) -> str:
        """Read the chain of a valid order."""
        with told(self.network), self._known():
            body = self.client.order_at(url)
            if not body.certificate:
                raise _over("it has no certificate")
            chain = self.client.text_at(body.certificate)
            x509.load_pem_x509_certificates(chain.encode())
            return chain

    def _read(self, url: str, body: messages.Order, kind: ChallengeKind) -> Order:
        status: Any = body.status.name
        expires = body.expires.isoformat() if body.expires else ""
        if status == "pending":
            challenge = self._challenge(body.authorizations[0], kind)
            return Order(url, "pending", challenge, expires)
        if status not in LIVING:
            self._raise_failed(body)
        return Order(url, status, None, expires)

    def _challenge(self, url: str, kind: ChallengeKind) -> Challenge | None:
        """The challenge of an authorization; None when the name is proven already."""
        found = self.client.authorization_at(url)
        if found.status.name == "valid":
            return None
        body = next((c for c in found.challenges if isinstance(c.chall, KINDS[kind])), None)
        if body is None:
            raise AuthorityRefused(f"The certificate authority offers no proof by {kind}.")
        if body.error is not None or body.status.name == "invalid":
            raise _failed(body.error)
        return Challenge(
            kind=kind,
            token=body.chall.encode("token"),
            answer=body.chall.validation(self.key),
            url=body.uri,
            begun=body.status.name != "pending",
        )

    def _raise_failed(self, body: messages.Order) -> None:
        """Raise why an order came to nothing: what its authorizations say goes first."""
        for url in body.authorizations:
            for challenge in self.client.authorization_at(url).challenges:
                if challenge.error is not None:
                    raise _failed(challenge.error)
        if body.error is not None:
            raise of_problem(body.error)
        raise _over("it is over")

    @contextmanager
    def _known(self) -> Iterator[None]:
        """Raise `OrderInvalid` where the authority does not know what it is asked about."""
        try:
            yield
        except messages.Error as error:
            if error.code == "malformed":
                raise _over(words_of(error)) from None
            raise
        except errors.ConflictError:
            raise _over("it changed meanwhile") from None
        except errors.ClientError as error:
            response = next(iter(error.args), None)
            if isinstance(response, Response) and response.status_code == 404:
                raise _over("it is not known there") from None
            raise


def _over(why: str) -> OrderInvalid:
    return OrderInvalid(f"The order cannot go on at the certificate authority: {why}.")


def _failed(problem: messages.Error | None) -> ProductError:
    """Why a proof failed."""
    if problem is None:
        return ChallengeFailed("The certificate authority could not see the proof.")
    found = of_problem(problem)
    if isinstance(found, CaaForbids | AuthorityUnavailable):
        return found
    return ChallengeFailed(
        f"The certificate authority could not see the proof: {words_of(problem)}"
    )
