"""Cloud credentials: stored sealed, opened where they are used."""

from __future__ import annotations

import json
from dataclasses import replace

from chalicelib.domain import credential_shapes
from chalicelib.domain.errors import BadRequest
from chalicelib.ports.clouds import Cloud
from chalicelib.ports.records import Change, Count, Create, Record
from chalicelib.ports.secrets import mark_of
from chalicelib.resources.cloud_credentials import (
    CLOUD_CREDENTIALS,
    CreateCredential,
    UpdateCredential,
)
from chalicelib.services.counters import total_key
from chalicelib.services.tools import Tools

LIVING = tuple(sorted(CLOUD_CREDENTIALS.states.names - {CLOUD_CREDENTIALS.states.final}))


def store(tools: Tools, given: CreateCredential, *, owner: str) -> Record:
    """Store a credential. Raises `Invalid` when its shape is not the provider's."""
    secret = credential_shapes.read(given.provider, given.credentials)
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


def change(
    tools: Tools,
    credential: Record,
    given: UpdateCredential,
    sent: frozenset[str],
    *,
    version: int | None,
) -> Record:
    """Change what was sent; other credentials are `unchecked`, and begin unasked.

    Raises `Invalid` when their shape is not the provider's, `BadRequest` when nothing was sent,
    and `Stale` when the record is another version than `version`, or gone.
    """
    if not sent:
        raise BadRequest("Send at least one attribute to change.", pointer="/data/attributes")
    values = given.model_dump(mode="json", include=set(sent) - {"credentials"})
    made = Change(of=credential, attributes=values, if_status=LIVING, if_version=version)
    if "credentials" in sent:
        secret = credential_shapes.read(credential.attributes["provider"], given.credentials)
        text = json.dumps(secret)
        sealed = tools.seal().seal(text, record=credential.id, field="credentials")
        made = replace(
            made,
            status="unchecked",
            attributes={**values, "last_checked_at": None},
            sealed={"credentials": sealed},
            seal_mark=mark_of(sealed),
        )
    told = tools.told(credential, "updated", credential.owner, fields=sorted(sent))
    tools.records().commit(made, told)
    return tools.records().get(credential.id) or credential


def is_own(credential: Record, owner: str) -> bool:
    """Whether a record is a credential that this owner may use."""
    kept = credential.type == "cloud_credentials" and credential.status != "deleted"
    return kept and credential.owner == owner and "credentials" in credential.sealed


def opened(tools: Tools, credential: Record) -> Cloud:
    """Open the account that a credential stands for."""
    text = tools.seal().open(
        credential.sealed["credentials"], record=credential.id, field="credentials"
    )
    region = credential.attributes.get("default_region") or ""
    return tools.cloud(credential.attributes["provider"], json.loads(text), region)
