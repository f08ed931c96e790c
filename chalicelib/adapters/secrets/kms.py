"""Envelope encryption under a KMS key: `chalicelib.ports.secrets.Seal` made real.

Each text gets a data key of its own; the record and field are the key's encryption context and
the cipher's associated data, so that a sealed text that is copied elsewhere opens nowhere.
"""

from __future__ import annotations

import base64
import json
import os
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chalicelib.domain.errors import Conflict, Unavailable

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

VERSION = "v1"
NONCE_BYTES = 12
AWAY = "The key service does not answer; try again."


class KMSSeal:
    """Seals under one KMS key."""

    def __init__(self, client: KMSClient, key: str, installation: str) -> None:
        self.client = client
        self.key = key
        self.installation = installation

    def seal(self, clear: str, *, record: str, field: str) -> str:
        """Encrypt under a fresh data key."""
        context = self._context(record, field)
        try:
            made = self.client.generate_data_key(
                KeyId=self.key, KeySpec="AES_256", EncryptionContext=context
            )
        except (ClientError, BotoCoreError) as error:
            raise Unavailable(AWAY) from error
        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(made["Plaintext"]).encrypt(nonce, clear.encode(), _bytes(context))
        parts = (made["CiphertextBlob"], nonce, sealed)
        return ".".join([VERSION, *(base64.b64encode(part).decode() for part in parts)])

    def open(self, sealed: str, *, record: str, field: str) -> str:
        """Decrypt what was sealed for this record and field."""
        context = self._context(record, field)
        broken = Conflict("This secret cannot be opened here; enter it again.", code="seal_broken")
        try:
            version, blob, nonce, text = sealed.split(".")
            if version != VERSION:
                raise broken
            key = self.client.decrypt(
                KeyId=self.key,
                CiphertextBlob=base64.b64decode(blob),
                EncryptionContext=context,
            )["Plaintext"]
            clear = AESGCM(key).decrypt(
                base64.b64decode(nonce), base64.b64decode(text), _bytes(context)
            )
        except (ValueError, InvalidTag, self.client.exceptions.InvalidCiphertextException) as error:
            raise broken from error
        except (ClientError, BotoCoreError) as error:
            raise Unavailable(AWAY) from error
        return clear.decode()

    def _context(self, record: str, field: str) -> dict[str, str]:
        return {"installation": self.installation, "record": record, "field": field}


def _bytes(context: dict[str, str]) -> bytes:
    return json.dumps(context, sort_keys=True).encode()
