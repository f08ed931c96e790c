"""The port of certificate authorities, over the fake and over a real Pebble.

Pebble runs in its strict mode, refuses every second good nonce and validates for real: it asks
the name server for an address and the port behind it for the answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import pytest

from chalicelib.domain.certificates import (
    challenge_name,
    new_key,
    public_key_of,
    read_leaf,
    renewal_at,
)
from chalicelib.domain.errors import (
    AccountUnknown,
    AuthorityRefused,
    AuthorityUnavailable,
    CaaForbids,
    ChallengeFailed,
    OrderInvalid,
    RateLimited,
)
from chalicelib.ports.authorities import Authority, Challenge, Order
from tests.contract.pebble import Grounds, grounds, until
from tests.fakes.authority import FakeAuthority

HOST = "shop.customers.localhost"


class Ground(Protocol):
    """Where an authority looks for its proofs."""

    def authority(self) -> Authority: ...

    def leads_here(self, host: str) -> None: ...

    def answer(self, host: str, challenge: Challenge) -> None: ...


class RealGround:
    """Pebble, Knot and a web server."""

    def __init__(self, opened: Grounds) -> None:
        self.opened = opened

    def authority(self) -> Authority:
        return self.opened.authority()

    def leads_here(self, host: str) -> None:
        self.opened.names.set(host, "A", "127.0.0.1")

    def answer(self, host: str, challenge: Challenge) -> None:
        if challenge.kind == "dns-01":
            self.opened.names.set(challenge_name(host), "TXT", challenge.answer)
        else:
            self.opened.port80.answers[challenge.token] = challenge.answer


class FakeGround:
    """The authority in memory."""

    def __init__(self) -> None:
        self.made = FakeAuthority()

    def authority(self) -> Authority:
        return self.made.under("")

    def leads_here(self, host: str) -> None:
        """Every name leads here."""

    def answer(self, host: str, challenge: Challenge) -> None:
        self.made.answers[challenge.token] = challenge.answer


@pytest.fixture(scope="module")
def pebble(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grounds]:
    with grounds(tmp_path_factory.mktemp("pebble")) as opened:
        yield opened


@pytest.fixture(params=["fake", "pebble"])
def ground(request: pytest.FixtureRequest) -> Ground:
    if request.param == "fake":
        return FakeGround()
    return RealGround(request.getfixturevalue("pebble"))


def settled(authority: Authority, order: Order, kind: str = "http-01") -> Order:
    """The order once the authority has made up its mind."""
    seen: list[Order] = []

    def is_settled() -> bool:
        seen.append(authority.look(order.url, kind))  # type: ignore[arg-type]
        return seen[-1].status not in {"pending", "processing"}

    until(is_settled, "the order settles")
    return seen[-1]


def proven(ground: Ground, authority: Authority, host: str, kind: str = "http-01") -> Order:
    """An order whose name was proven."""
    ground.leads_here(host)
    order = authority.order(host, kind)  # type: ignore[arg-type]
    assert order.challenge is not None
    ground.answer(host, order.challenge)
    authority.begin(order.challenge)
    return settled(authority, order, kind)


def test_name_that_is_proven_gets_a_certificate_for_our_key(ground: Ground) -> None:
    authority, key = ground.authority(), new_key()
    order = proven(ground, authority, HOST)
    assert (order.status, order.challenge) == ("ready", None)

    authority.finalize(order.url, HOST, key)

    done = settled(authority, order)
    assert done.status == "valid"
    chain = authority.certificate(order.url)
    leaf = read_leaf(chain)
    assert leaf.names == (HOST,)
    assert leaf.public_key == public_key_of(key)
    assert leaf.not_before < renewal_at(leaf.not_before, leaf.not_after) < leaf.not_after
    assert chain.count("BEGIN CERTIFICATE") >= 2
    # Everything may be asked again.
    authority.finalize(order.url, HOST, new_key())
    assert authority.certificate(order.url) == chain


def test_wildcard_is_proven_by_a_record(ground: Ground) -> None:
    authority, host = ground.authority(), "*.apps.localhost"

    order = proven(ground, authority, host, "dns-01")

    authority.finalize(order.url, host, new_key())
    assert settled(authority, order, "dns-01").status == "valid"
    assert read_leaf(authority.certificate(order.url)).names == (host,)


def test_proof_that_is_not_there_fails_with_what_was_seen(ground: Ground) -> None:
    authority = ground.authority()
    ground.leads_here(HOST)
    order = authority.order(HOST, "http-01")
    assert order.challenge is not None
    assert not order.challenge.begun

    authority.begin(order.challenge)

    with pytest.raises(ChallengeFailed) as failed:
        settled(authority, order)
    assert "could not see the proof" in failed.value.detail
    assert order.challenge.token not in failed.value.detail
    with pytest.raises(ChallengeFailed):
        authority.look(order.url, "http-01")


def test_order_that_nobody_knows_is_over(ground: Ground) -> None:
    authority = ground.authority()
    order = authority.order(HOST, "http-01")

    with pytest.raises(OrderInvalid):
        authority.look(order.url + "0000", "http-01")
    with pytest.raises(OrderInvalid):
        authority.certificate(order.url)


def test_order_that_is_not_proven_is_not_finalized(ground: Ground) -> None:
    authority = ground.authority()
    order = authority.order("unproven.customers.localhost", "http-01")

    authority.finalize(order.url, "unproven.customers.localhost", new_key())

    assert authority.look(order.url, "http-01").status == "pending"


def test_account_is_found_by_its_key(pebble: Grounds) -> None:
    key = new_key()

    first = pebble.authority(key).register("")
    second = pebble.authority(key).register("")

    assert first == second
    assert pebble.authority(new_key()).register("") != first


def test_account_that_the_authority_forgot_is_told_as_that(pebble: Grounds) -> None:
    key = new_key()
    known = pebble.authority(key).register("")

    with pytest.raises(AccountUnknown):
        pebble.authority(key, account=f"{known}00").order(HOST, "http-01")


def test_contact_is_told_to_the_authority(pebble: Grounds) -> None:
    assert pebble.authority().register("somebody@example.com").startswith("https://")


def test_name_that_the_authority_will_not_serve_is_refused_in_its_words(pebble: Grounds) -> None:
    with pytest.raises(AuthorityRefused, match=r"The certificate authority refuses: .+"):
        pebble.authority().order("not a name", "http-01")


def test_authority_that_is_away_or_unknown_is_unavailable(pebble: Grounds) -> None:
    known = pebble.authority()
    away = type(known)("https://127.0.0.1:1/dir", new_key())
    stranger = type(known)(pebble.pebble.directory, new_key())  # its root is not believed

    for authority in (away, stranger):
        with pytest.raises(AuthorityUnavailable):
            authority.register("")


def test_name_that_was_proven_lately_is_believed(tmp_path_factory) -> None:
    folder = tmp_path_factory.mktemp("reuse")
    with grounds(folder, PEBBLE_AUTHZREUSE="100") as opened:
        ground = RealGround(opened)
        authority = ground.authority()
        proven(ground, authority, HOST)

        again = authority.order(HOST, "http-01")

        assert (again.status, again.challenge) == ("ready", None), "an earlier proof is believed"


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("rateLimited", RateLimited),
        ("caa", CaaForbids),
        ("serverInternal", AuthorityUnavailable),
        ("badNonce", AuthorityUnavailable),
        ("connection", ChallengeFailed),
        ("orderNotReady", OrderInvalid),
        ("rejectedIdentifier", AuthorityRefused),
        ("accountDoesNotExist", AccountUnknown),
    ],
)
def test_every_problem_has_a_name(code: str, error: type[Exception]) -> None:
    from acme.messages import Error

    from chalicelib.adapters.authorities.network import of_problem

    told = of_problem(Error.with_code(code, detail="Not now " + "k" * 43), pause=77)

    assert isinstance(told, error)
    assert "Not now …" in str(told)
    assert getattr(told, "retry_after", None) == (77 if code == "rateLimited" else None)
