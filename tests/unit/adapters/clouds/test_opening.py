"""Opening an account: which adapter, and nothing but its SDK."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from chalicelib.adapters.clouds import open_cloud
from chalicelib.domain.errors import InvalidCredential
from infra.packaging.template import ROOT

AWS = {"access_key_id": "AKIANEVERSHOWN000000", "secret_access_key": "never-shown"}
TOKEN = {"api_token": "never-shown"}
URLS = {"digitalocean": "http://127.0.0.1:1", "hetzner": "http://127.0.0.1:1/v1"}
SDKS = ("pydo", "boto3", "hcloud")
LOOK = """
import json, sys
from chalicelib.adapters.clouds import open_cloud
provider, credentials, urls, sdks = json.loads(sys.argv[1])
if provider:
    open_cloud(provider, credentials, urls)
print(json.dumps([name for name in sdks if name in sys.modules]))
"""


@pytest.mark.parametrize(
    ("provider", "credentials", "loaded"),
    [
        ("", {}, []),
        ("digitalocean", TOKEN, ["pydo"]),
        ("aws", AWS, ["boto3"]),
        ("hetzner", TOKEN, ["hcloud"]),
    ],
)
def test_account_loads_its_own_sdk_alone(
    provider: str, credentials: dict[str, str], loaded: list[str]
) -> None:
    given = json.dumps([provider, credentials, URLS, SDKS])

    done = subprocess.run(
        [sys.executable, "-B", "-c", LOOK, given],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
    )

    assert json.loads(done.stdout) == loaded


@pytest.mark.parametrize(
    ("provider", "credentials", "said"),
    [
        ("acme", TOKEN, "no provider acme"),
        ("aws", {"access_key_id": "AKIA"}, "lack secret_access_key"),
        ("digitalocean", {}, "lack api_token"),
        ("hetzner", AWS, "lack api_token"),
    ],
)
def test_credentials_that_open_nothing_are_told(
    provider: str, credentials: dict[str, str], said: str
) -> None:
    with pytest.raises(InvalidCredential, match=said) as caught:
        open_cloud(provider, credentials, URLS)

    assert "never-shown" not in str(caught.value)
