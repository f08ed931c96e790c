"""Secrets by name, from Secrets Manager: each is kept in its process for a while."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.errors import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


class NamedSecrets:
    """What was read, and until when it is believed."""

    def __init__(self, client: SecretsManagerClient) -> None:
        self.client = client
        self._kept: dict[str, tuple[float, str]] = {}

    def get(self, name: str, *, seconds: float) -> str:
        """Read a secret, at most so often. Raises `Unavailable`."""
        until, text = self._kept.get(name, (0.0, ""))
        if time.monotonic() >= until:
            text = self._read(name)
            self._kept[name] = (time.monotonic() + seconds, text)
        return text

    def _read(self, name: str) -> str:
        try:
            return self.client.get_secret_value(SecretId=name)["SecretString"]
        except (ClientError, BotoCoreError) as error:
            raise Unavailable(f"The secret {name} cannot be read now; try again.") from error
