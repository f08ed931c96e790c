"""Secrets of an installation that its owner, or the deployment, keeps in the Secrets Manager."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Secrets:
    """The secrets of one installation, by what follows its name."""

    client: Any
    installation: str

    def read(self, name: str) -> dict[str, Any]:
        """A secret's document; empty when there is none."""
        try:
            found = self.client.get_secret_value(SecretId=f"{self.installation}/{name}")
        except self.client.exceptions.ResourceNotFoundException:
            return {}
        text = found["SecretString"]
        try:
            document = json.loads(text)
        except ValueError:
            return {"key": text}
        return document if isinstance(document, dict) else {"key": text}

    def write(self, name: str, document: dict[str, Any]) -> None:
        """Keep a secret's document."""
        full, text = f"{self.installation}/{name}", json.dumps(document)
        try:
            self.client.create_secret(Name=full, SecretString=text)
        except self.client.exceptions.ResourceExistsException:
            self.client.put_secret_value(SecretId=full, SecretString=text)

    def password_of(self, name: str, email: str) -> str:
        """The password of an account of the installation's own, made when there is none yet."""
        found = self.read(name)
        if found.get("email") != email:
            found = {"email": email, "password": secrets.token_urlsafe(24)}
            self.write(name, found)
        return str(found["password"])
