"""Private keys of every kind are read from text; what is wrong with one is said without it."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)

from chalicelib.adapters.nodes import keys
from chalicelib.domain.errors import LoginRefused

MAKERS = {
    "ssh-ed25519": ed25519.Ed25519PrivateKey.generate,
    "ecdsa-sha2-nistp256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "ssh-rsa": lambda: rsa.generate_private_key(65537, 2048),
}


def text(kind: str, encryption: KeySerializationEncryption | None = None) -> str:
    key = MAKERS[kind]()
    form = (Encoding.PEM, PrivateFormat.OpenSSH)
    return key.private_bytes(*form, encryption or NoEncryption()).decode()


@pytest.mark.parametrize("kind", MAKERS)
def test_key_is_read(kind: str) -> None:
    key = keys.private_key(text(kind))

    assert key.get_name() == kind
    assert keys.public_text(key).startswith(f"{kind} AAAA")


def test_protected_key_is_refused_with_its_reason() -> None:
    with pytest.raises(LoginRefused, match="passphrase"):
        keys.private_key(text("ssh-ed25519", BestAvailableEncryption(b"secret")))


@pytest.mark.parametrize("damaged", ["", "hello", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n"])
def test_damaged_key_is_refused_and_not_shown(damaged: str) -> None:
    with pytest.raises(LoginRefused, match="cannot be read") as refused:
        keys.private_key(damaged)

    assert "AAAA" not in refused.value.detail


def test_truncated_key_is_refused() -> None:
    with pytest.raises(LoginRefused):
        keys.private_key(text("ssh-rsa")[:-200])


def test_signatures_of_an_rsa_key_are_the_modern_ones() -> None:
    assert keys.signatures("ssh-rsa AAAA host") == ("rsa-sha2-512", "rsa-sha2-256")
    assert keys.signatures("ssh-ed25519 AAAA") == ("ssh-ed25519",)
