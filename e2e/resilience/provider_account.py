"""An account at the local provider for one test module: its tokens, its faults, what it holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import httpx

from infra.local.journey.client import Json


@dataclass
class ProviderAccount:
    """An account of its own, so that its tokens can be revoked and its calls can fail."""

    url: str
    name: str = ""
    tokens: list[str] = field(default_factory=list)

    def token(self) -> str:
        """A new token of this account."""
        given = {"account": self.name}
        made = httpx.post(f"{self.url}/_local/tokens", json=given, trust_env=False)
        answer = made.raise_for_status().json()
        self.name = answer["account"]
        self.tokens.append(answer["token"])
        return str(answer["token"])

    def revoke(self, token: str) -> None:
        """Have a token open nothing any more."""
        self.tokens.remove(token)
        httpx.delete(f"{self.url}/_local/tokens/{token}", trust_env=False).raise_for_status()

    def is_down(self, call: str, token: str) -> int:
        """Have every such call with this token fail; returns the fault's number."""
        return self._fails(call, token, 503)

    def refuses(self, call: str, token: str) -> int:
        """Have every such call with this token refused for good; returns the fault's number."""
        return self._fails(call, token, 422)

    def _fails(self, call: str, token: str, status: int) -> int:
        fault = {"call": call, "fault": "status", "value": status, "times": 1000, "where": token}
        made = httpx.post(f"{self.url}/_local/faults", json=fault, trust_env=False)
        return int(made.raise_for_status().json()["id"])

    def is_up(self, *faults: int) -> None:
        """Take faults back."""
        for fault in faults:
            url = f"{self.url}/_local/faults/{fault}"
            httpx.delete(url, trust_env=False).raise_for_status()

    def held(self) -> dict[str, list[Any]]:
        """What the account has of each kind, asked of the provider; empty kinds are left out."""
        kinds = {
            "droplets": "droplets",
            "account/keys": "ssh_keys",
            "firewalls": "firewalls",
            "tags": "tags",
        }
        found = {member: self._listed(path, member) for path, member in kinds.items()}
        return {kind: [one["name"] for one in listed] for kind, listed in found.items() if listed}

    def clear(self) -> None:
        """Remove every droplet."""
        for droplet in self._listed("droplets", "droplets"):
            self._call("DELETE", f"droplets/{droplet['id']}")

    def _listed(self, path: str, member: str) -> list[Json]:
        listed: list[Json] = self._call("GET", f"{path}?per_page=200").json()[member]
        return listed

    def _call(self, method: str, path: str) -> httpx.Response:
        own = self.tokens[-1] if self.tokens else self.token()
        headers = {"Authorization": f"Bearer {own}"}
        url = f"{self.url}/v2/{path}"
        return httpx.request(method, url, headers=headers, trust_env=False).raise_for_status()
