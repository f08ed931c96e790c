"""Registry credentials: stored sealed, found by an image's registry, opened where one pulls.

A login belongs to the account whose app is pulled, and to nobody else: what a template's creator
has is never used for a customer. It is sent to servers of that account alone, since whoever owns a
server can read what arrives there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from chalicelib.domain.errors import BadRequest, Conflict, LimitReached, Taken
from chalicelib.domain.images import called, registry_of
from chalicelib.domain.refused_pulls import LoginUse
from chalicelib.ports.nodes import RegistryLogin
from chalicelib.ports.records import Change, Count, Create, Record, Release, Reserve
from chalicelib.ports.secrets import mark_of
from chalicelib.resources.registry_credentials import (
    REGISTRY_CREDENTIALS,
    CreateRegistryCredential,
    UpdateRegistryCredential,
)
from chalicelib.services.counters import registry_key, total_key
from chalicelib.services.tools import Tools

AT_MOST = 50
"""How many an account may have."""
LIVING = tuple(sorted(REGISTRY_CREDENTIALS.states.names - {REGISTRY_CREDENTIALS.states.final}))
_OF_LOGIN = frozenset({"username", "secret"})
"""What, when it is changed, makes another login of it."""


def store(tools: Tools, given: CreateRegistryCredential, *, owner: str) -> Record:
    """Store a login. Raises `Conflict` where the account has one for that registry, or too many."""
    record_id, now = tools.new_id(REGISTRY_CREDENTIALS.prefix), tools.now()
    sealed = tools.seal().seal(given.secret, record=record_id, field="secret")
    record = Record(
        id=record_id,
        type=REGISTRY_CREDENTIALS.name,
        owner=owner,
        status="unchecked",
        created_at=now,
        updated_at=now,
        attributes=given.model_dump(exclude={"secret"}),
        sealed={"secret": sealed},
    )
    try:
        tools.records().commit(
            Create(record),
            Reserve(registry_key(owner, given.host), record.id),
            Count(total_key(record.type, owner), 1, at_most=AT_MOST, limit=record.type),
            tools.told(record, "created", owner, host=given.host),
        )
    except Taken as error:
        detail = (
            f"You have a login for {called(given.host)} already; change that one, or delete it."
        )
        raise Conflict(detail, code="registry_taken") from error
    except LimitReached as error:
        detail = f"An account has at most {AT_MOST} registry credentials. Delete one first."
        raise Conflict(detail, code="too_many") from error
    return record


def change(
    tools: Tools,
    credential: Record,
    given: UpdateRegistryCredential,
    sent: frozenset[str],
    *,
    version: int | None,
) -> Record:
    """Change what was sent; another login is `unchecked`.

    Raises `BadRequest` when nothing was sent, and `Stale` when the record is another version than
    `version`, or gone.
    """
    if not sent:
        raise BadRequest("Send at least one attribute to change.", pointer="/data/attributes")
    values = given.model_dump(include=set(sent) - {"secret"})
    made = Change(of=credential, attributes=values, if_status=LIVING, if_version=version)
    if sent & _OF_LOGIN:
        made = replace(made, status="unchecked", attributes={**values, "last_checked_at": None})
    if "secret" in sent:
        sealed = tools.seal().seal(given.secret, record=credential.id, field="secret")
        made = replace(made, sealed={"secret": sealed}, seal_mark=mark_of(sealed))
    told = tools.told(credential, "updated", credential.owner, fields=sorted(sent))
    tools.records().commit(made, told)
    return tools.records().get(credential.id) or credential


def remove(tools: Tools, credential: Record) -> None:
    """Delete a login; apps that run are not touched. Raises `Stale` when it changed meanwhile."""
    tools.records().commit(
        Change(
            of=credential,
            status=REGISTRY_CREDENTIALS.states.final,
            bury=True,
            if_version=credential.version,
        ),
        Release(registry_key(credential.owner, credential.attributes["host"]), credential.id),
        Count(total_key(credential.type, credential.owner), -1),
        tools.told(credential, "deleted", credential.owner),
    )


def opened(tools: Tools, credential: Record) -> RegistryLogin:
    """Open the login that a credential stands for."""
    secret = tools.seal().open(credential.sealed["secret"], record=credential.id, field="secret")
    return RegistryLogin(credential.attributes["host"], credential.attributes["username"], secret)


def logins_of(tools: Tools, owner: str, images: Iterable[str]) -> Mapping[str, RegistryLogin]:
    """The account's logins for images, by the image; only those that it has."""
    hosts = {image: registry_of(image) for image in images}
    found = {host: _credential_for(tools, owner, host) for host in set(hosts.values())}
    logins = {host: opened(tools, one) for host, one in found.items() if one is not None}
    return {image: logins[host] for image, host in hosts.items() if host in logins}


def use_of(tools: Tools, deployment: Record, node: Record, image: str) -> LoginUse:
    """Whether an image is pulled with a login of the app's owner on this node."""
    if _credential_for(tools, deployment.owner, registry_of(image)) is None:
        return "none"
    return "used" if may_be_sent(deployment, node) else "withheld"


def may_be_sent(deployment: Record, node: Record) -> bool:
    """Whether the node belongs to the app's owner, who may have logins sent there."""
    return node.owner == deployment.owner


def _credential_for(tools: Tools, owner: str, host: str) -> Record | None:
    held = tools.records().reservation(registry_key(owner, host))
    found = tools.records().get(held["holder"]) if held else None
    return found if found and found.owner == owner and "secret" in found.sealed else None
