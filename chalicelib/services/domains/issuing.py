"""A certificate for a domain, step by step: ordered, proven, signed, stored and seen to be served.

Each step reads where the last one left the record, and may be repeated: an order that exists is
found again by its address, and the key of an order is kept, sealed, until its certificate is
stored. What the record says of an order is written only over what was read.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

from chalicelib.domain import clock
from chalicelib.domain.certificates import (
    WELL_KNOWN,
    Leaf,
    challenge_name,
    later,
    new_key,
    public_key_of,
    read_leaf,
    renewal_at,
)
from chalicelib.domain.errors import (
    ChallengeFailed,
    NotReady,
    OrderInvalid,
    ProductError,
    RateLimited,
    Stale,
    ZoneRefused,
)
from chalicelib.domain.routes import CERTIFICATE_KEY
from chalicelib.ports.authorities import Authority, Challenge, ChallengeKind, Order
from chalicelib.ports.records import Change, Record, Write
from chalicelib.ports.route_writes import SetCertificate, SetChallenge
from chalicelib.ports.secrets import mark_of
from chalicelib.services.domains import order_budgets, preflight
from chalicelib.services.domains.authority_accounts import authority_of
from chalicelib.services.domains.challenges import ORDER, challenge_of, hidden, host_of, kind_of
from chalicelib.services.tools import Tools

BEGINS, BEGIN_SECONDS = 2, 60.0
"""How often one work tells the authority of a proof, and after how long again."""
CHALLENGE_SECONDS = 3600
"""How long the proxies answer a challenge that nobody took back."""
BEGUN = "begun"
UNKNOWN_PROXIES = "The addresses of the app proxies cannot be asked for yet."
PROBE = "hoster-check"
"""The name below a wildcard's that is asked for."""


def is_fresh(tools: Tools, domain: Record) -> bool:
    """Whether there is a certificate with more than a third of its life left."""
    known = domain.attributes.get("certificate") or {}
    return bool(known) and tools.now() < renewal_at(known["not_before"], known["not_after"])


# Preflight ----------------------------------------------------------------------------------


def check(tools: Tools, domain: Record) -> None:
    """Look at what the authority will meet, and show it on the domain.

    Raises `PreflightFailed`, `CaaForbids` or `RateLimited` where it would refuse.
    """
    verdicts, error = preflight.look(tools, domain)
    attributes = {"certificate_preflight": preflight.document(verdicts)}
    tools.records().commit(_still(domain, attributes=attributes))
    if isinstance(error, RateLimited):
        _keep_pause(tools, domain, error)
    if error is not None:
        raise error


# The order ----------------------------------------------------------------------------------


def order(tools: Tools, domain: Record) -> None:
    """Have an order at the authority: the one that the record names, or another one.

    Raises `RateLimited` besides what the authority says.
    """
    if is_fresh(tools, domain):
        return
    kind = kind_of(domain)
    try:
        with authority_of(tools) as authority:
            found = _known_order(tools, authority, domain, kind)
            if found is None:
                found = authority.order(host_of(domain), kind)
                order_budgets.count_order(tools, domain)
    except RateLimited as error:
        _keep_pause(tools, domain, error)
        raise
    _keep_order(tools, domain, found)


def _known_order(
    tools: Tools, authority: Authority, domain: Record, kind: ChallengeKind
) -> Order | None:
    known = domain.attributes.get(ORDER)
    if not known or _is_elsewhere(tools, known):
        return None
    try:
        found = authority.look(known["url"], kind)
    except (OrderInvalid, ChallengeFailed):
        return None
    # Signed for a key that nobody has any more.
    lost = found.status in {"processing", "valid"} and CERTIFICATE_KEY not in domain.sealed
    return None if lost else found


def _is_elsewhere(tools: Tools, known: dict[str, Any]) -> bool:
    """Whether an order was made at an authority that is not ours any more."""
    ours = tools.settings().authority_url
    return bool(known.get("directory", ours) != ours)


def _written(tools: Tools, found: Order) -> dict[str, Any]:
    challenge, directory = found.challenge, tools.settings().authority_url
    if challenge is None:
        return {"url": found.url, "directory": directory}
    return {
        "url": found.url,
        "directory": directory,
        "token": challenge.token,
        "answer": challenge.answer,
        "challenge_url": challenge.url,
    }


def _keep_order(tools: Tools, domain: Record, found: Order) -> None:
    """Write an order over the one that was read; key and proof of another one go."""
    known = domain.attributes.get(ORDER) or {}
    is_same = known.get("url") == found.url
    # An order that is proven tells no challenge any more; what is shown of it is to be hidden.
    written = {**known, **_written(tools, found)} if is_same else _written(tools, found)
    if written == known:
        return
    unseal = () if is_same or CERTIFICATE_KEY not in domain.sealed else (CERTIFICATE_KEY,)
    change = _still(domain, attributes={ORDER: written}, unseal=unseal)
    _write(tools, domain, change, *(() if is_same else hidden(domain)))


# The proof ----------------------------------------------------------------------------------


def publish(tools: Tools, domain: Record, *, anew: bool) -> str:
    """Show the answer of the challenge; returns what is awaited, empty once all show it.

    A name that the authority believes is ours has nothing to show.
    """
    challenge = challenge_of(domain)
    if challenge is None or is_fresh(tools, domain):
        return ""
    if challenge.kind == "dns-01":
        return _publish_record(tools, domain, challenge)
    if anew:
        tools.records().commit(_still(domain), _shown(tools, challenge))
    return _awaited_at_proxies(tools, domain, challenge)


def _shown(tools: Tools, challenge: Challenge) -> SetChallenge:
    now = tools.now()
    expires = clock.seconds_of(now) + CHALLENGE_SECONDS
    return SetChallenge(challenge.token, challenge.answer, at=now, expires_at=expires)


def _awaited_at_proxies(tools: Tools, domain: Record, challenge: Challenge) -> str:
    port, path = tools.settings().challenge_port, f"{WELL_KNOWN}{challenge.token}"
    proxies = preflight.proxies(tools)
    if not proxies:
        return UNKNOWN_PROXIES
    missing = [
        address
        for address in preflight.within_reach(proxies)
        if tools.probes().text(address, port, host_of(domain), path) != challenge.answer
    ]
    if not missing:
        return ""
    return f"The app proxies at {', '.join(missing)} do not show the proof on port {port} yet."


def _publish_record(tools: Tools, domain: Record, challenge: Challenge) -> str:
    name = challenge_name(host_of(domain))
    answers = tools.dns().ask_each(name, "TXT")
    missing = [one.server or "?" for one in answers if challenge.answer not in one.values]
    if not missing:
        return ""
    tools.zones().publish(name, challenge.answer)
    return f"The record {name} is not at the name servers {', '.join(missing)} yet."


def validate(tools: Tools, domain: Record) -> str:
    """Let the authority look; returns what is awaited, empty once it believes.

    Many an authority shows a challenge as `pending` until it has looked, and refuses to be told
    of it twice: so the record says that it was told, before it is. Should it not have heard, it
    is told once more. Raises `ChallengeFailed` with what it saw.
    """
    if is_fresh(tools, domain):
        return ""
    with authority_of(tools) as authority:
        found = authority.look(_url(tools, domain), kind_of(domain))
        if found.status != "pending":
            return ""
        if found.challenge is not None and not found.challenge.begun:
            _begin(tools, domain, authority, found.challenge)
    return "The certificate authority looks at the proof."


def _begin(tools: Tools, domain: Record, authority: Authority, challenge: Challenge) -> None:
    """Tell the authority of the proof, unless this work has told it just now, or twice."""
    begun = domain.attributes[ORDER].get(BEGUN)
    times = begun["times"] if begun and begun["generation"] == domain.generation else 0
    is_recent = times and clock.seconds_between(begun["at"], tools.now()) < BEGIN_SECONDS
    if times >= BEGINS or is_recent:
        return
    told = {"generation": domain.generation, "times": times + 1, "at": tools.now()}
    marked = _mark_begun(tools, domain, told)
    try:
        authority.begin(challenge)
    except ProductError:
        _mark_begun(tools, marked, begun)
        raise


def _mark_begun(tools: Tools, domain: Record, told: dict[str, Any] | None) -> Record:
    """Write how often the authority was told of the proof; returns the domain as it is then."""
    known = {**domain.attributes[ORDER], BEGUN: told}
    _write(tools, domain, _still(domain, attributes={ORDER: known}))
    return replace(domain, attributes={**domain.attributes, ORDER: known})


def _url(tools: Tools, domain: Record) -> str:
    known = domain.attributes.get(ORDER)
    if not known or _is_elsewhere(tools, known):
        raise OrderInvalid("There is no order any more; another one is made at the next try.")
    return str(known["url"])


# The certificate ----------------------------------------------------------------------------


def finish(tools: Tools, domain: Record) -> str:
    """Have the certificate signed; returns what is awaited, empty once it is."""
    if is_fresh(tools, domain):
        return ""
    with authority_of(tools) as authority:
        found = authority.look(_url(tools, domain), kind_of(domain))
        if found.status == "pending":
            raise NotReady("The certificate authority does not believe the proof yet.")
        if found.status == "ready":
            key = _own_key(tools, domain)
            authority.finalize(_url(tools, domain), host_of(domain), key)
    return "" if found.status == "valid" else "The certificate authority signs the certificate."


def _own_key(tools: Tools, domain: Record) -> str:
    """The key of the order: made once, and kept before anything is signed for it.

    Raises `RateLimited` where the authority would refuse one certificate more.
    """
    sealed = domain.sealed.get(CERTIFICATE_KEY)
    if sealed:
        return tools.seal().open(sealed, record=domain.id, field=CERTIFICATE_KEY)
    try:
        order_budgets.count_certificate(tools, host_of(domain))
    except RateLimited as error:
        _keep_pause(tools, domain, error)
        raise
    key = new_key()
    sealed = tools.seal().seal(key, record=domain.id, field=CERTIFICATE_KEY)
    keeps = _still(domain, sealed={CERTIFICATE_KEY: sealed}, seal_mark=mark_of(sealed))
    _write(tools, domain, keeps)
    return key


def store(tools: Tools, domain: Record) -> None:
    """Give the certificate to the proxies, and forget its order. Raises `OrderInvalid`."""
    if is_fresh(tools, domain):
        return
    sealed = domain.sealed.get(CERTIFICATE_KEY)
    if not sealed:
        raise OrderInvalid("The key of the order is gone; another order is made at the next try.")
    with authority_of(tools) as authority:
        chain = authority.certificate(_url(tools, domain))
    leaf = read_leaf(chain)
    key = tools.seal().open(sealed, record=domain.id, field=CERTIFICATE_KEY)
    if leaf.public_key != public_key_of(key) or host_of(domain) not in leaf.names:
        _write(tools, domain, _still(domain, attributes={ORDER: None}, unseal=(CERTIFICATE_KEY,)))
        raise OrderInvalid("The certificate is not for our key; another one is asked for.")
    withdraw_record(tools, domain)
    _write(tools, domain, _stored(domain, leaf), *_given(tools, domain, leaf, chain, sealed))


def _stored(domain: Record, leaf: Leaf) -> Change:
    return _still(
        domain,
        attributes={
            "certificate": {
                "fingerprint": leaf.fingerprint,
                "issuer": leaf.issuer,
                "not_before": leaf.not_before,
                "not_after": leaf.not_after,
            },
            ORDER: None,
        },
        unseal=(CERTIFICATE_KEY,),
    )


def _given(tools: Tools, domain: Record, leaf: Leaf, chain: str, sealed: str) -> tuple[Write, ...]:
    certificate = SetCertificate(
        host=host_of(domain),
        fingerprint=leaf.fingerprint,
        chain=chain,
        key=sealed,
        bound_to=domain.id,
        not_after=leaf.not_after,
        at=tools.now(),
    )
    return (certificate, *hidden(domain))


def withdraw_record(tools: Tools, domain: Record) -> None:
    """Take the record that proves a wildcard out of its zone; one that stays there harms nobody."""
    challenge = challenge_of(domain)
    if challenge is None or challenge.kind != "dns-01":
        return
    with suppress(ZoneRefused):
        tools.zones().withdraw(challenge_name(host_of(domain)), challenge.answer)


def served(tools: Tools, domain: Record) -> str:
    """Whether every proxy shows the certificate; returns what is awaited, empty once they do."""
    known = domain.attributes.get("certificate")
    if not known:
        raise OrderInvalid("The certificate is gone; another one is asked for at the next try.")
    name = host_of(domain).replace("*", PROBE, 1)
    port = tools.settings().proxy_tls_port
    proxies = preflight.proxies(tools)
    if not proxies:
        return UNKNOWN_PROXIES
    missing = [
        address
        for address in preflight.within_reach(proxies)
        if tools.probes().fingerprint(address, port, name) != known["fingerprint"]
    ]
    if not missing:
        return ""
    return (
        f"The app proxies at {', '.join(missing)} do not show the certificate on port {port} yet."
    )


# Writing ------------------------------------------------------------------------------------


def _still(domain: Record, **fields: Any) -> Change:
    """A change on condition that the work in hand is still this generation's."""
    return Change(of=domain, if_generation=domain.generation, if_working=True, **fields)


def _write(tools: Tools, domain: Record, change: Change, *more: Write) -> None:
    """Write over what was read of the order, whatever else of the record changed meanwhile.

    Raises `NotReady` when another run of this step was faster: asking again finds what it did.
    """
    found: Record | None = domain
    for _ in range(4):
        if found is None or found.generation != domain.generation or found.work is None:
            raise Stale("This work was superseded.")
        if _of_order(found) != _of_order(domain):
            break
        try:
            tools.records().commit(replace(change, of=found, if_version=found.version), *more)
        except Stale:
            found = tools.records().get(domain.id)
        else:
            return
    raise NotReady("The domain changed at this moment; the step is tried again.")


def _of_order(domain: Record) -> tuple[Any, ...]:
    return domain.attributes.get(ORDER), domain.sealed.get(CERTIFICATE_KEY)


def _keep_pause(tools: Tools, domain: Record, error: RateLimited) -> None:
    """Note until when the authority wants to hear nothing."""
    until = later(tools.now(), error.retry_after or 0)
    tools.records().commit(_still(domain, attributes={"certificate_due_at": until}))
