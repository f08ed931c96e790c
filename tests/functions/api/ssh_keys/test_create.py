"""Storing SSH keys."""

from __future__ import annotations

import boto3
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from chalicelib.domain.errors import Conflict
from chalicelib.runtime import wiring
from chalicelib.services import ssh_keys
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


@pytest.mark.parametrize(
    "private",
    [
        "nonsense",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nnever-shown\n-----END OPENSSH PRIVATE KEY-----",
        pem(rsa.generate_private_key(65537, 1024)),  # noqa: S505 - weak on purpose
        pem(ec.generate_private_key(ec.SECP256R1()), b"password"),
        "\u20ac",
    ],
    ids=["text", "broken", "short", "encrypted", "not-ascii"],
)
def test_key_that_cannot_be_used_is_refused_without_repeating_it(
    here: Checked, owner: str, private: str
) -> None:
    reply = here.call("POST", "/ssh_keys", {"name": "k", "private_key": private}, user=owner)

    assert (reply.status, reply.codes) == (422, ["invalid"])
    assert reply.body["errors"][0]["source"] == {"pointer": "/data/attributes/private_key"}


def test_key_of_another_kind_works(here: Checked, owner: str) -> None:
    given = {"name": "k", "private_key": pem(ec.generate_private_key(ec.SECP256R1()))}

    reply = here.call("POST", "/ssh_keys", given, user=owner)

    assert reply.attributes["key_type"] == "ecdsa-sha2-nistp256"
