"""The installation's own certificate authority, which doors of nodes and their callers trust.

It is made once, by whoever needs it first; its key is sealed and opened in memory alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from chalicelib.domain import clock, doors
from chalicelib.domain.errors import Stale, Unavailable
from chalicelib.domain.routes import CERTIFICATE_KEY, CLIENT_HOST
from chalicelib.ports.doors import Card
from chalicelib.ports.records import Change, Create, Record
from chalicelib.ports.route_writes import SetCertificate
from chalicelib.services.tools import Tools

KEY, CERTIFICATE = "private_key", "certificate"
CLIENT_UNTIL = "client_until"
OWNER = "hoster"
"""Whose the installation's own records are: no account's."""

SOON_SECONDS = 3600.0
"""With so much left a card is not used any more."""

PrivateKey = ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Issued:
    """A certificate with its key, as PEM. `until` is RFC 3339."""

    chain: str
    key: str
    until: str
    fingerprint: str

    def __repr__(self) -> str:
        """Show which, never the key."""
        return f"Issued({self.fingerprint})"


@dataclass(frozen=True)
class Authority:
    """The authority, opened.

    `pem` is for everybody: its certificate, and after it those that are believed besides it, one
    that it follows or that is to follow it.
    """

    record: Record
    pem: str
    key: PrivateKey

    def __repr__(self) -> str:
        """Show that it is one, never the key."""
        return "Authority(…)"


def authority(tools: Tools) -> Authority:
    """Open the authority; the first who asks makes it. Of two at once one is kept."""
    record = tools.records().get(doors.AUTHORITY)
    if record is None:
        record = _make(tools)
    text = tools.seal().open(record.sealed[KEY], record=record.id, field=KEY)
    key = serialization.load_pem_private_key(text.encode(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(type(key))
    return Authority(record, str(record.attributes[CERTIFICATE]), key)


def new_authority(tools: Tools) -> tuple[x509.Certificate, str, str]:
    """Make an authority: its certificate, its key as PEM, and until when it holds.

    Each has a name of its own: where several are believed, the name says which one issued.
    """
    key, now = _new_key(), tools.now()
    name = _named(f"Hoster {tools.settings().installation} nodes {now[:10]}")
    until = clock.moment_of(now) + timedelta(days=doors.AUTHORITY_DAYS)
    made = (
        _begun(key.public_key(), now, until)
        .subject_name(name)
        .issuer_name(name)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    return made, _text_of(key), clock.text_of(until)


def _make(tools: Tools) -> Record:
    made, key, until = new_authority(tools)
    now = tools.now()
    sealed = tools.seal().seal(key, record=doors.AUTHORITY, field=KEY)
    record = Record(
        id=doors.AUTHORITY,
        type="authorities",
        owner=OWNER,
        status="active",
        created_at=now,
        updated_at=now,
        attributes={CERTIFICATE: pem_of(made), "not_after": until},
        sealed={KEY: sealed},
    )
    try:
        tools.records().commit(Create(record))
    except Stale:
        found = tools.records().get(doors.AUTHORITY)
        if found is None:
            raise Unavailable("The authority of nodes cannot be read; try again.") from None
        return found
    return record


def for_door(tools: Tools, by: Authority, node_id: str) -> Issued:
    """Make the key and the certificate of a node's door; nothing of them is kept here."""
    names = [doors.name_of(node_id), doors.names_of(node_id)]
    return _issue(tools, by, doors.name_of(node_id), doors.NODE_DAYS, names=names)


def for_caller(tools: Tools, by: Authority, name: str, days: int) -> Issued:
    """Make the key and the certificate of one who calls at doors."""
    return _issue(tools, by, name, days)


_CARDS: dict[str, tuple[str, Card]] = {}
"""The card of this process with its end, by the certificate of the authority that made it."""


def own_card(tools: Tools) -> Card:
    """A card for this process's own calls at doors, which lives for a day in memory alone."""
    record = tools.records().get(doors.AUTHORITY)
    known = _CARDS.get(str(record.attributes[CERTIFICATE])) if record else None
    if known and clock.seconds_between(tools.now(), known[0]) > SOON_SECONDS:
        return known[1]
    by = authority(tools)
    made = for_caller(tools, by, "step", doors.PROBE_DAYS)
    card = Card(by.pem, made.chain, made.key)
    _CARDS.clear()
    _CARDS[by.pem] = (made.until, card)
    return card


def renew_client(tools: Tools) -> bool:
    """Give the proxies another certificate where theirs ends soon; tells whether it was so.

    Nothing is made before the first door is: without an authority there is nobody to call.
    """
    record = tools.records().get(doors.AUTHORITY)
    return record is not None and have_client(tools, record)


def have_client(tools: Tools, record: Record, by: Authority | None = None) -> bool:
    """Have the proxies own a certificate that lives long enough; of two at once one is kept."""
    until = record.attributes.get(CLIENT_UNTIL)
    if not doors.is_due(until, tools.now(), left_days=doors.CLIENT_LEFT_DAYS):
        return False
    by = by or authority(tools)
    made = for_caller(tools, by, "proxy", doors.CLIENT_DAYS)
    change = Change(of=record, attributes={CLIENT_UNTIL: made.until}, if_version=record.version)
    given = SetCertificate(
        host=CLIENT_HOST,
        fingerprint=made.fingerprint,
        chain=made.chain,
        key=tools.seal().seal(made.key, record=record.id, field=CERTIFICATE_KEY),
        bound_to=record.id,
        not_after=made.until,
        at=tools.now(),
        authority=by.pem,
    )
    try:
        tools.records().commit(change, given)
    except Stale:
        return False
    return True


def _issue(
    tools: Tools, by: Authority, name: str, days: int, *, names: list[str] | None = None
) -> Issued:
    """Issue a certificate: for a door with names, for a caller without."""
    key, now = _new_key(), tools.now()
    until = clock.moment_of(now) + timedelta(days=days)
    issuer = x509.load_pem_x509_certificates(by.pem.encode())[0]
    use = ExtendedKeyUsageOID.SERVER_AUTH if names else ExtendedKeyUsageOID.CLIENT_AUTH
    begun = (
        _begun(key.public_key(), now, until)
        .subject_name(_named(name))
        .issuer_name(issuer.subject)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([use]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(by.key.public_key()), critical=False
        )
    )
    if names:
        known = x509.SubjectAlternativeName([x509.DNSName(one) for one in names])
        begun = begun.add_extension(known, critical=False)
    made = begun.sign(by.key, hashes.SHA256())
    return Issued(
        chain=pem_of(made),
        key=_text_of(key),
        until=clock.text_of(until),
        fingerprint=made.fingerprint(hashes.SHA256()).hex(),
    )


def _begun(key: Any, now: str, until: Any) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(clock.moment_of(now) - doors.EARLY)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _new_key() -> PrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _text_of(key: PrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def pem_of(made: x509.Certificate) -> str:
    """A certificate as PEM."""
    return made.public_bytes(serialization.Encoding.PEM).decode()
