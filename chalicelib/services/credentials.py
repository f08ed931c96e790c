"""Cloud credentials: stored sealed, opened where they are used."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.domain.errors import Fault, Invalid
from chalicelib.ports.clouds import Cloud
from chalicelib.ports.records import Count, Create, Record
from chalicelib.resources.cloud_credentials import CreateCredential
from chalicelib.services.counters import total_key
from chalicelib.services.tools import Tools

SHAPES: Mapping[str, tuple[str, ...]] = {"digitalocean": ("api_token",)}
"""The members that each provider's credentials have."""


def store(tools: Tools, given: CreateCredential, *, owner: str) -> Record:
    """Store a credential. Raises `Invalid` when its shape is not the provider's."""
    secret = _shaped(given)
    record_id, now = tools.new_id("cred_"), tools.now()
    sealed = tools.seal().seal(json.dumps(secret), record=record_id, field="credentials")
    record = Record(
        id=record_id,
        type="cloud_credentials",
        owner=owner,
        status="unchecked",
        created_at=now,
        updated_at=now,
        attributes={
            "name": given.name,
            "provider": given.provider,
            "default_region": given.default_region,
        },
        sealed={"credentials": sealed},
    )
    tools.records().commit(
        Create(record),
        Count(total_key("cloud_credentials", owner), 1),
        tools.told(record, "created", owner, provider=given.provider),
    )
    return record


def _shaped(given: CreateCredential) -> dict[str, Any]:
    wanted = SHAPES[given.provider]
    pointer = "/data/attributes/credentials"
    detail = f"credentials for {given.provider} hold {', '.join(wanted)}, each as text."
    secret = given.credentials
    if isinstance(secret, str):
        try:
            secret = json.loads(secret)
        except (ValueError, RecursionError) as error:
            raise Invalid((Fault(pointer, detail),)) from error
    if not isinstance(secret, dict) or set(secret) != set(wanted):
        raise Invalid((Fault(pointer, detail),))
    if not all(
        isinstance(v, str) and 0 < len(v) <= 512 and v.isprintable() for v in secret.values()
    ):
        raise Invalid((Fault(pointer, detail),))
    return secret


def opened(tools: Tools, credential: Record) -> Cloud:
    """Open the account that a credential stands for."""
    text = tools.seal().open(
        credential.sealed["credentials"], record=credential.id, field="credentials"
    )
    region = credential.attributes.get("default_region") or ""
    return tools.cloud(credential.attributes["provider"], json.loads(text), region)
