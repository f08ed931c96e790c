"""API tokens: made with a key of the gateway's, and taken back with it.

The record is there before the key and ends after it, so that no key is at work that nobody sees.
A key opens nothing before its record says what: one whose text was lost on the way is no danger.
"""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta

from chalicelib.domain import clock
from chalicelib.domain.errors import (
    Conflict,
    Fault,
    GatewayInDoubt,
    GatewayUnavailable,
    Invalid,
    LimitReached,
    ProductError,
    Stale,
    Unavailable,
)
from chalicelib.ports.keys import Keys
from chalicelib.ports.records import Change, Count, Create, Record
from chalicelib.resources.api_tokens import API_TOKENS, CreateToken
from chalicelib.services.accounts import passes
from chalicelib.services.counters import total_key
from chalicelib.services.tools import Tools

MOST = 50
"""Tokens that an account may have at a time: fewer than the gateway tells in one page."""
USUAL, LONGEST = timedelta(days=90), timedelta(days=366)
"""How long a token is good for."""
GRACE = timedelta(days=1)
"""How much later the gateway's key ends: until then whoever comes too late is told what to do."""


def make(tools: Tools, given: CreateToken, *, owner: str) -> tuple[Record, str]:
    """Make a token; return it with its text, which is kept nowhere.

    Raises `Invalid`, `Conflict` with code `too_many_tokens`, and `GatewayUnavailable`: then there
    is no token, or one that opens nothing and can be revoked.
    """
    keys = _keys(tools)
    token_id, now = tools.new_id(API_TOKENS.prefix), tools.now()
    ends = _end_of(given, clock.moment_of(now))
    token = Record(
        id=token_id,
        type=API_TOKENS.name,
        owner=owner,
        status="pending",
        created_at=now,
        updated_at=now,
        attributes={
            "name": given.name,
            "scope": given.scope,
            "expires_at": clock.text_of(ends),
        },
    )
    one_more = Count(total_key(API_TOKENS.name, owner), 1, at_most=MOST, limit="tokens")
    told = tools.told(token, "created", owner, token=given.name, scope=given.scope)
    try:
        tools.records().commit(Create(token), one_more, told)
    except LimitReached as error:
        detail = f"You have {MOST} tokens, which is the most; revoke one first."
        raise Conflict(detail, code="too_many_tokens") from error
    try:
        made = keys.make(owner, token_id, clock.text_of(ends + GRACE))
        opened = Change(
            of=token, status="active", attributes={"key_id": made.id}, if_status=("pending",)
        )
        tools.records().commit(opened, passes.opened(token, made.id))
    except ProductError as error:
        # What cannot be taken back now stays in the list, and is revoked by its owner.
        with contextlib.suppress(ProductError):
            _end(tools, _shut(tools, token, owner))
        raise _told(error) from error
    return tools.records().get(token_id) or token, made.text


def _end_of(given: CreateToken, now: datetime) -> datetime:
    """When a token shall end. Raises `Invalid` for the past, and for what is too far away."""
    ends = given.expires_at or now + USUAL
    if not now < ends <= now + LONGEST:
        detail = f"must be within {LONGEST.days} days from now"
        raise Invalid((Fault("/data/attributes/expires_at", detail),))
    return ends


def revoke(tools: Tools, token: Record, *, actor: str) -> None:
    """Have a token open nothing more, and then take its key from the gateway.

    Raises `GatewayUnavailable`: then it is `revoking`, opens nothing, and doing so again goes on
    from there. Raises `Stale` when it is another version than the one that was read.
    """
    if token.status != "revoking":
        token = _shut(tools, token, actor)
    _end(tools, token)


def _shut(tools: Tools, token: Record, actor: str) -> Record:
    """Open nothing from now on."""
    begun = Change(of=token, status="revoking", if_version=token.version)
    told = tools.told(token, "revoked", actor, token=token.attributes["name"])
    tools.records().commit(begun, *passes.shut(token), told)
    return tools.records().get(token.id) or token


def _end(tools: Tools, token: Record) -> None:
    """Take a token's key from the gateway, and the token from the list."""
    keys, known = _keys(tools), token.attributes.get("key_id")
    try:
        for key in (known,) if known else keys.named(token.owner, token.id):
            keys.revoke(key)
    except GatewayInDoubt as error:
        raise _told(error) from error
    ended = Change(of=token, status="revoked", bury=True, if_status=("revoking",))
    with contextlib.suppress(Stale):  # somebody else came to the end of it
        tools.records().commit(ended, Count(total_key(token.type, token.owner), -1))


def _told(error: ProductError) -> ProductError:
    """What a doubt means to who asked: doing it again is safe, and makes it certain."""
    if isinstance(error, GatewayInDoubt):
        return GatewayUnavailable(f"{error.detail} Try again.")
    return error


def _keys(tools: Tools) -> Keys:
    """The gateway's keys. Raises `Unavailable` where it is not known where the gateway is."""
    keys = tools.keys()
    if keys is None:
        raise Unavailable("This installation does not know its gateway, which makes the keys.")
    return keys
