"""Reads private keys from memory and compares host keys."""

from __future__ import annotations

import io

import paramiko

from chalicelib.domain.errors import LoginRefused

_KINDS: tuple[type[paramiko.PKey], ...] = (
    paramiko.Ed25519Key,
    paramiko.ECDSAKey,
    paramiko.RSAKey,
)
_RSA_SIGNATURES = ("rsa-sha2-512", "rsa-sha2-256")


def private_key(text: str) -> paramiko.PKey:
    """Read an unencrypted Ed25519, ECDSA or RSA key from its OpenSSH or PEM text.

    Raises `LoginRefused`, whose detail says what is wrong with the key and never shows it.
    """
    for kind in _KINDS:
        try:
            return kind.from_private_key(io.StringIO(text))
        except paramiko.PasswordRequiredException:
            raise LoginRefused(
                "The private key is protected by a passphrase; add a key without one."
            ) from None
        except (paramiko.SSHException, ValueError, IndexError):
            continue
    raise LoginRefused(
        "The private key cannot be read; add an Ed25519, ECDSA or RSA key in OpenSSH form."
    )


def public_text(key: paramiko.PKey) -> str:
    """Return a public key as `ssh-ed25519 AAAA…`."""
    return f"{key.get_name()} {key.get_base64()}"


def without_comment(host_key: str) -> str:
    """Return a public key's kind and bytes, without the comment that a file may add."""
    return " ".join(host_key.split()[:2])


def signatures(host_key: str) -> tuple[str, ...]:
    """Return the signature algorithms by which a server proves that it has this host key."""
    kind = host_key.split(maxsplit=1)[0]
    return _RSA_SIGNATURES if kind == "ssh-rsa" else (kind,)
