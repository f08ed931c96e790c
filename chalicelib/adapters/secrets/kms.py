"""Envelope encryption under a KMS key: `chalicelib.ports.secrets.Seal` made real.

Each text gets a data key of its own (AES-256-GCM), which is never kept anywhere else. Table,
record and field are the data key's encryption context and, with the header, the cipher's
associated data, so that a sealed text that is copied or changed opens nowhere.
"""

from __future__ import annotations

import base64
import json
import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chalicelib.domain.errors import Conflict, Unavailable

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

VERSION = "v2"
BEFORE = "v1"
"""Texts without a header, which their table was not bound to; they are read, and never written."""
TABLE = "resources"
"""The only table that holds secrets."""
NONCE_BYTES = 12
AWAY = "The key service does not answer; try again."


class KMSSeal:
    """Seals under one KMS key, and opens under that and those that are being retired."""

    def __init__(
        self,
        client: KMSClient,
        key: str,
        installation: str,
        *,
        retiring: tuple[str, ...] = (),
        now: Callable[[], float] = time.time,
    ) -> None:
        self.client = client
        self.arns = {_id_of(arn): arn for arn in (key, *retiring)}
        self.key = _id_of(key)
        self.retiring = tuple(_id_of(arn) for arn in retiring if arn != key)
        self.installation = installation
        self.now = now

    def seal(self, clear: str, *, record: str, field: str) -> str:
        """Encrypt under a fresh data key."""
        context = self._context(record, field)
        try:
            made = self.client.generate_data_key(
                KeyId=self.arns[self.key], KeySpec="AES_256", EncryptionContext=context
            )
        except (ClientError, BotoCoreError) as error:
            raise Unavailable(AWAY) from error
        header = f"{VERSION}.{self.key}.{int(self.now())}"
        nonce = os.urandom(NONCE_BYTES)
        bound = _bound(context, header)
        sealed = AESGCM(made["Plaintext"]).encrypt(nonce, clear.encode(), bound)
        parts = (made["CiphertextBlob"], nonce, sealed)
        return ".".join([header, *(base64.b64encode(part).decode() for part in parts)])

    def open(self, sealed: str, *, record: str, field: str) -> str:
        """Decrypt what was sealed for this record and field."""
        broken = Conflict("This secret cannot be opened here; enter it again.", code="seal_broken")
        kms = self.client.exceptions
        try:
            *header, blob, nonce, text = sealed.split(".")
            context, arn, bound = self._read(header, record, field)
            key = self.client.decrypt(
                KeyId=arn, CiphertextBlob=base64.b64decode(blob), EncryptionContext=context
            )["Plaintext"]
            clear = AESGCM(key).decrypt(base64.b64decode(nonce), base64.b64decode(text), bound)
        except (ValueError, LookupError, InvalidTag) as error:
            raise broken from error
        except (kms.InvalidCiphertextException, kms.IncorrectKeyException) as error:
            raise broken from error
        except (ClientError, BotoCoreError) as error:
            raise Unavailable(AWAY) from error
        return clear.decode()

    def _read(
        self, header: list[str], record: str, field: str
    ) -> tuple[dict[str, str], str, bytes]:
        """The context, the key's ARN and the associated data that a header stands for."""
        context = self._context(record, field)
        if header == [BEFORE]:
            context.pop("table")
            return context, self.arns[self.key], _bound(context)
        version, key, _at = header
        if version != VERSION:
            raise ValueError(version)
        return context, self.arns[key], _bound(context, ".".join(header))

    def _context(self, record: str, field: str) -> dict[str, str]:
        return {
            "installation": self.installation,
            "table": TABLE,
            "record": record,
            "field": field,
        }


def _bound(context: dict[str, str], header: str = "") -> bytes:
    """What a text is bound to."""
    whole = {**context, "header": header} if header else context
    return json.dumps(whole, sort_keys=True).encode()


def _id_of(arn: str) -> str:
    """A key's id: the end of its ARN."""
    return arn.rpartition("/")[2]
