"""Keys that Hoster makes: shown once, sealed, and never again."""

from __future__ import annotations

import subprocess
from pathlib import Path

import boto3

from chalicelib.runtime import wiring
from chalicelib.services.secrets import ssh_keys
from tests.functions.checks import Checked


def test_private_half_is_shown_once_and_sealed(here: Checked, owner: str) -> None:
    reply = here.call("POST", "/ssh_keys/generate", {"name": "mine"}, user=owner)

    assert reply.status == 201
    pair = ssh_keys.read(reply.attributes["private_key"])
    assert (pair.public, pair.type) == (reply.attributes["public_key"], "ssh-ed25519")
    assert pair.fingerprint == reply.attributes["fingerprint"]
    assert reply.headers["Location"] == f"/api/v1/ssh_keys/{reply.id}"
    read = here.call("GET", f"/ssh_keys/{reply.id}", user=owner)
    assert read.attributes["private_key"] is None
    stored = boto3.client("dynamodb").get_item(
        TableName="test-resources", Key={"id": {"S": reply.id}}
    )["Item"]
    assert "PRIVATE KEY" not in str(stored)
    sealed = stored["sealed"]["M"]["private_key"]["S"]
    opened = wiring.seal().open(sealed, record=reply.id, field="private_key")
    assert ssh_keys.read(opened).public == pair.public


def test_repeat_shows_the_key_and_that_its_secret_was_shown(here: Checked, owner: str) -> None:
    sent = {"Idempotency-Key": "generate-once"}
    first = here.call("POST", "/ssh_keys/generate", {"name": "a"}, user=owner, headers=sent)

    again = here.call("POST", "/ssh_keys/generate", {"name": "a"}, user=owner, headers=sent)

    assert (again.status, again.id) == (201, first.id)
    assert again.body["meta"] == {"secret_shown": True}
    assert again.attributes["private_key"] is None
    assert "secret_shown" not in str(first.body)


def test_every_key_is_another_one(here: Checked, owner: str) -> None:
    replies = [
        here.call("POST", "/ssh_keys/generate", {"name": "mine"}, user=owner) for _ in range(3)
    ]

    assert len({reply.attributes["fingerprint"] for reply in replies}) == 3


def test_key_is_one_for_ssh_keygen(here: Checked, owner: str, tmp_path: Path) -> None:
    reply = here.call("POST", "/ssh_keys/generate", {"name": "mine"}, user=owner)
    file = tmp_path / "key"
    file.touch(mode=0o600)
    file.write_text(reply.attributes["private_key"])

    said = subprocess.run(
        ["ssh-keygen", "-l", "-f", file], capture_output=True, text=True, check=True
    )

    assert said.stdout.split()[1] == reply.attributes["fingerprint"]
