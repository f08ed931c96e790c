"""Which installation the journeys run against: this machine's own, or one somewhere else.

`HOSTER_E2E_URL` is where another one's web app is; its API is found behind the same address. With
`TEST_DO_API_KEY`, a token of the real DigitalOcean, servers are made there; without it the other
one is only other pages before this machine's platform.
"""

from __future__ import annotations

import os

from infra.local.journey.client import Json
from infra.local.platform.layout import CLOUD_TOKEN, PROXY_PORT, REGION

DIGITALOCEAN = "https://api.digitalocean.com"
USUAL_PORTS = {"aws": 4566, "cloud": 8085, "stripe": 8086, "proxy": PROXY_PORT}


def elsewhere() -> Json | None:
    """What is known of the installation that the environment names; None when it names none."""
    url = os.environ.get("HOSTER_E2E_URL", "").rstrip("/")
    if not url:
        return None
    token = os.environ.get("TEST_DO_API_KEY", "")
    if token:
        return {"urls": {"web": url, "cloud": DIGITALOCEAN}, "cloud_token": token}
    parts = {name: f"http://127.0.0.1:{port}" for name, port in USUAL_PORTS.items()}
    return {"urls": {**parts, "web": url}, "cloud_token": CLOUD_TOKEN, "region": REGION}


def has_local_parts(platform: Json) -> bool:
    """Whether it stands on this machine's cloud, whose parts can be asked and told things."""
    return "aws" in platform["urls"]
