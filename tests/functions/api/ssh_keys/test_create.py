"""Storing SSH keys."""

from __future__ import annotations

import boto3
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa

from chalicelib.domain.errors import Conflict
from chalicelib.runtime import wiring
from chalicelib.services.secrets import ssh_keys
from tests.functions import things
from tests.functions.checks import Checked


def pem(key, password: bytes | None = None) -> str:
    hidden = (
        serialization.BestAvailableEncryption(password)
        if password
        else serialization.NoEncryption()
    )
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, hidden
    ).decode()


def test_key_is_described_and_its_private_half_sealed_for_this_record(
    here: Checked, owner: str
) -> None:
    private = things.a_private_key()

    reply = here.call("POST", "/ssh_keys", {"name": "k", "private_key": private}, user=owner)

    assert reply.attributes["key_type"] == "ssh-ed25519"
    assert reply.attributes["public_key"].startswith("ssh-ed25519 AAAA")
    assert reply.attributes["fingerprint"].startswith("SHA256:")
    stored = boto3.client("dynamodb").get_item(
        TableName="test-resources", Key={"id": {"S": reply.id}}
    )["Item"]
    assert "PRIVATE KEY" not in str(stored)
    sealed, seal = stored["sealed"]["M"]["private_key"]["S"], wiring.seal()
    opened = seal.open(sealed, record=reply.id, field="private_key")
    assert ssh_keys.read(opened).public == ssh_keys.read(private).public
    for record, field in ((things.ssh_key(here, owner), "private_key"), (reply.id, "other")):
        with pytest.raises(Conflict) as refused:
            seal.open(sealed, record=record, field=field)
        assert refused.value.error_code == "seal_broken"


def dsa_in_openssh() -> str:
    """A DSA key as old versions of ssh-keygen wrote it."""
    key = dsa.generate_private_key(1024)  # noqa: S505 - weak on purpose
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


REFUSED = {
    "text": ("nonsense", "not an SSH private key"),
    "broken": (
        "-----BEGIN OPENSSH PRIVATE KEY-----\nnever-shown\n-----END OPENSSH PRIVATE KEY-----",
        "not an SSH private key",
    ),
    "short": (pem(rsa.generate_private_key(65537, 1024)), "has 1024 bits"),  # noqa: S505 - weak
    "long": (f"-----BEGIN PRIVATE KEY-----\n{'A' * 6000}", "too large"),
    "encrypted": (pem(ec.generate_private_key(ec.SECP256R1()), b"password"), "passphrase"),
    "encrypted-openssh": (
        ed25519.Ed25519PrivateKey.generate()
        .private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.OpenSSH,
            serialization.BestAvailableEncryption(b"password"),
        )
        .decode(),
        "passphrase",
    ),
    "public": (ssh_keys.generate().public, "the public half"),
    "public-pem": ("-----BEGIN PUBLIC KEY-----\nAAAA\n", "the public half"),
    "putty": ("PuTTY-User-Key-File-3: ssh-ed25519", "PuTTY"),
    "dsa": (dsa_in_openssh(), "DSA"),
    "curve": (pem(ec.generate_private_key(ec.SECP256K1())), "secp256k1"),
    "other-kind": (pem(ed448.Ed448PrivateKey.generate()), "This kind of key"),
    "not-ascii": ("\u20ac", "not an SSH private key"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_key_that_cannot_be_used_is_refused_with_its_reason_without_repeating_it(
    here: Checked, owner: str, what: str
) -> None:
    private, reason = REFUSED[what]

    reply = here.call("POST", "/ssh_keys", {"name": "k", "private_key": private}, user=owner)

    assert (reply.status, reply.codes) == (422, ["invalid"])
    [error] = reply.body["errors"]
    assert error["source"] == {"pointer": "/data/attributes/private_key"}
    assert reason in error["detail"]
    assert private not in error["detail"]


def test_same_key_may_be_stored_twice(here: Checked, owner: str) -> None:
    given = {"name": "k", "private_key": things.a_private_key()}

    first, second = (here.call("POST", "/ssh_keys", given, user=owner) for _ in range(2))

    assert (first.status, second.status) == (201, 201)
    assert first.id != second.id
    assert first.attributes["fingerprint"] == second.attributes["fingerprint"]


def test_key_of_another_kind_works(here: Checked, owner: str) -> None:
    given = {"name": "k", "private_key": pem(ec.generate_private_key(ec.SECP256R1()))}

    reply = here.call("POST", "/ssh_keys", given, user=owner)

    assert reply.attributes["key_type"] == "ecdsa-sha2-nistp256"
