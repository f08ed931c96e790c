"""Notice channels: made, changed and taken away, and the one that every account has."""

from __future__ import annotations

import hashlib
import secrets as random
from contextlib import suppress
from datetime import timedelta
from typing import Any

from chalicelib.domain import clock, urls
from chalicelib.domain.errors import BadRequest, Conflict, Fault, Invalid, LimitReached, Stale
from chalicelib.domain.notices import signatures
from chalicelib.domain.notices.rules import EVENTS, MUST_ARRIVE, Type
from chalicelib.ports.records import Change, Check, Count, Create, Record, Selection
from chalicelib.ports.secrets import oldest_mark
from chalicelib.resources.notice_channels import NOTICE_CHANNELS, CreateChannel, UpdateChannel
from chalicelib.services.counters import total_key
from chalicelib.services.tools import Tools

TYPE = NOTICE_CHANNELS.name
MOST = 20
"""Channels of one account."""
LIVING = ("active", "muted", "unconfirmed", "undeliverable")
LINK_BYTES = 24
"""Random bytes of the text by which a channel's reader has notices stopped, or come again."""
OVERLAP_HOURS = 24
"""For how long messages carry a signature of the secret before."""
LIMIT = "notice_channels"
PLACES = ("secret", "other_secret")
"""Where a webhook's secret is sealed, and the one before it."""


_EMPTY: dict[str, Any] = {
    "own": False,
    "address": None,
    "url": None,
    "deployment_id": None,
    "secret_place": PLACES[0],
}


def own_id(account: str) -> str:
    """The id of the channel to an account's own address."""
    return f"{NOTICE_CHANNELS.prefix}{hashlib.sha256(account.encode()).hexdigest()[:16]}"


def ensure_own(tools: Tools, account: str) -> Record:
    """Read the channel to an account's own address, which is made when it is first asked for."""
    channel_id = own_id(account)
    found = tools.records().get(channel_id)
    if found is not None:
        return found
    values: dict[str, Any] = {"kind": "email", "own": True, "events": list(EVENTS), "enabled": True}
    made = _record(tools, channel_id, account, values, status="active")
    with suppress(Stale):
        tools.records().commit(Create(made), Count(total_key(TYPE, account), 1))
    return made


def of_account(tools: Tools, account: str) -> list[Record]:
    """Read every channel of an account, its own address among them."""
    own = ensure_own(tools, account)
    page = tools.records().select(
        Selection(TYPE, owner=account), limit=2 * MOST, after=None, before=None
    )
    # The index follows a little late: the own one may not be in it yet.
    return [own, *(one for one in page.records if one.id != own.id)]


def make(tools: Tools, given: CreateChannel, *, owner: str) -> tuple[Record, str]:
    """Make a channel, and its secret where it is a webhook's.

    One to another address than the account's own is told nothing until that is confirmed. Raises
    `Invalid`, and `LimitReached` beyond `MOST`.
    """
    _check(tools, given)
    home = _app(tools, given.deployment_id, owner)
    is_hook = given.kind == "webhook"
    channel_id = tools.new_id(NOTICE_CHANNELS.prefix)
    secret = (given.secret or _new_secret()) if is_hook else ""
    values = given.model_dump(mode="json", exclude={"secret"})
    status = "active" if is_hook else "unconfirmed"
    sealed = {"secret": _sealed(tools, channel_id, "secret", secret)} if is_hook else {}
    record = _record(tools, channel_id, owner, values, status=status, sealed=sealed)
    try:
        tools.records().commit(
            Create(record),
            Count(total_key(TYPE, owner), 1, at_most=MOST, limit=LIMIT),
            *([Check(home)] if home else []),
            tools.told(record, "created", owner, kind=given.kind),
        )
    except LimitReached as error:
        detail = f"An account has {MOST} notice channels at most. Delete one first."
        raise LimitReached(detail, limit=LIMIT) from error
    return record, secret


def change(
    tools: Tools,
    channel: Record,
    given: UpdateChannel,
    sent: frozenset[str],
    *,
    version: int | None,
) -> Record:
    """Change what was sent. Raises `BadRequest` for nothing, and `Stale`."""
    if not sent:
        raise BadRequest("Send at least one attribute to change.", pointer="/data/attributes")
    values = given.model_dump(mode="json", include=set(sent))
    tools.records().commit(
        Change(of=channel, attributes=values, if_status=LIVING, if_version=version),
        tools.told(channel, "updated", channel.owner, fields=sorted(sent)),
    )
    return tools.records().get(channel.id) or channel


def remove(tools: Tools, channel: Record, *, actor: str, version: int | None = None) -> None:
    """Take a channel away; what waits for it is not delivered. Raises `Stale` and `Conflict`."""
    if channel.attributes["own"]:
        detail = "This is the account's own address. Switch the channel off instead of deleting it."
        raise Conflict(detail, code="own_channel")
    tools.records().commit(
        Change(of=channel, status="deleted", bury=True, if_status=LIVING, if_version=version),
        Count(total_key(TYPE, channel.owner), -1),
        tools.told(channel, "deleted", actor),
    )


def rotate(tools: Tools, channel: Record) -> tuple[Record, str]:
    """Make another secret; messages carry signatures of both for a day.

    Raises `Conflict` where there is none, and `Stale`.
    """
    if channel.attributes["kind"] != "webhook":
        raise Conflict("Only webhooks are signed.", code="not_a_webhook")
    secret = _new_secret()
    # What is sealed for one place opens nowhere else: the two take turns, and none is opened here.
    place = next(one for one in PLACES if one != channel.attributes["secret_place"])
    sealed = _sealed(tools, channel.id, place, secret)
    until = clock.moment_of(tools.now()) + timedelta(hours=OVERLAP_HOURS)
    tools.records().commit(
        Change(
            of=channel,
            attributes={"previous_secret_until": clock.text_of(until), "secret_place": place},
            sealed={place: sealed},
            seal_mark=oldest_mark([*channel.sealed.values(), sealed]),
            if_status=LIVING,
            if_version=channel.version,
        ),
        tools.told(channel, "secret_rotated", channel.owner),
    )
    return tools.records().get(channel.id) or channel, secret


def secrets_of(tools: Tools, channel: Record) -> list[str]:
    """The secrets that a message is signed with, the present one first."""
    present = channel.attributes["secret_place"]
    places = [present]
    until = channel.attributes.get("previous_secret_until")
    if until and tools.now() < until:
        places += [one for one in PLACES if one != present and one in channel.sealed]
    return [tools.seal().open(channel.sealed[one], record=channel.id, field=one) for one in places]


def takes(channel: Record, kind: Type) -> bool:
    """Whether a notice of a type goes to a channel, as it is on or off and as its reader wants."""
    known = channel.attributes
    is_owed = channel.status == "muted" and known["own"] and kind in MUST_ARRIVE
    return bool(known["enabled"]) and (channel.status == "active" or is_owed)


def target_of(tools: Tools, url: str) -> urls.Target:
    """Where a webhook goes. Raises `Invalid` where it may not."""
    try:
        target = urls.read(url, tools.settings().webhook_schemes)
    except ValueError as error:
        raise _refused("url", f"It {error}.") from error
    return target


def _check(tools: Tools, given: CreateChannel) -> None:
    """Raise `Invalid` for what does not fit its kind, and for an address nothing is sent to."""
    wanted, other = ("url", "address") if given.kind == "webhook" else ("address", "url")
    if getattr(given, wanted) is None:
        raise _refused(wanted, f"A channel of kind {given.kind} needs it.")
    if getattr(given, other) is not None:
        raise _refused(other, f"A channel of kind {given.kind} has none.")
    if len(set(given.events)) != len(given.events):
        raise _refused("events", "Each event stands once.")
    if given.secret is not None:
        _check_secret(given)
    if given.url is not None:
        reason = tools.webhooks().refuse(target_of(tools, given.url).host)
        if reason:
            raise _refused("url", reason)


def _check_secret(given: CreateChannel) -> None:
    if given.kind != "webhook":
        raise _refused("secret", "Only webhooks have one.")
    try:
        signatures.key_of(given.secret or "")
    except ValueError as error:
        raise _refused("secret", f"It {error}.") from None


def _app(tools: Tools, deployment_id: str | None, owner: str) -> Record | None:
    """Read the owner's app that was named, if any. Raises `Invalid`."""
    if deployment_id is None:
        return None
    found = tools.records().get(deployment_id)
    is_own = found is not None and found.type == "deployments" and found.owner == owner
    if found is None or not is_own or found.status == "deleted":
        raise _refused("deployment_id", f"There is no app {deployment_id} of yours.")
    return found


def _record(
    tools: Tools,
    channel_id: str,
    owner: str,
    values: dict[str, Any],
    *,
    status: str,
    sealed: dict[str, str] | None = None,
) -> Record:
    now = tools.now()
    return Record(
        id=channel_id,
        type=TYPE,
        owner=owner,
        status=status,
        created_at=now,
        updated_at=now,
        attributes=_EMPTY | {"reader_link": new_link()} | values,
        sealed=sealed or {},
    )


def new_link() -> str:
    """A text that nobody guesses, by which a channel's reader is known."""
    return random.token_urlsafe(LINK_BYTES)


def _new_secret() -> str:
    return signatures.secret_of(random.token_bytes(signatures.SECRET_BYTES))


def _sealed(tools: Tools, channel_id: str, field: str, text: str) -> str:
    return tools.seal().seal(text, record=channel_id, field=field)


def _refused(name: str, detail: str) -> Invalid:
    return Invalid((Fault(f"/data/attributes/{name}", detail),))
