"""What comes back of letters: an address is written to no more, or counted until it is several.

Each letter's return is told once, in whatever order returns come and however often. What happened
before a reader confirmed anew means nothing any more.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal

from chalicelib.domain import clock
from chalicelib.domain.errors import Contended, Stale
from chalicelib.ports.mail import Returned
from chalicelib.ports.records import Change, Create, Record, Write
from chalicelib.services.notices import mail_addresses
from chalicelib.services.notices.notice_channels import TYPE
from chalicelib.services.notices.notice_telling import tell_elsewhere
from chalicelib.services.tools import Tools

SEVERAL = 3
"""Letters that came back for the time being, after which the channel's owner is told."""
WITHIN_DAYS = 14
"""Within how long they are counted together."""
KEPT = 20
"""Letters that are remembered, so that none is counted twice."""
TRIES = 5
GRAVITY = {"well": 0, "counted": 0, "bounced": 1, "complained": 2}
"""How much stands against an address, by its state."""
STOPPABLE = ("active", "muted", "unconfirmed")

Outcome = Literal["old", "known", "counted", "stopped"]


def take(tools: Tools, returned: Returned) -> Outcome:
    """Take what came back of one letter.

    Raises `Contended` where others kept coming between, and `GatewayUnavailable` where it is not
    known yet whose address it is; then it is to be told again.
    """
    for _ in range(TRIES):
        known = mail_addresses.known_of(tools, returned.address)
        if _is_old(known, returned):
            return "old"
        channel = _channel(tools, returned)
        with suppress(Stale):
            if returned.kind == "delayed":
                return _count(tools, returned, known, channel)
            return _stop(tools, returned, known, channel)
    raise Contended("What came back of a letter could not be written down; it is told again.")


def stop_channel(tools: Tools, channel: Record, known: Record) -> None:
    """Take a channel out of service whose address something stands against, and tell of it."""
    with suppress(Stale):
        tools.records().commit(*_stopping(tools, channel, known))
        _tell(tools, channel, known)


def is_over(channel: Record, now: str) -> bool:
    """Whether letters came back of a channel, and none has for long."""
    returned = channel.attributes.get("returned")
    return returned is not None and _over_at(returned["last_at"]) <= now


def _is_old(known: Record | None, returned: Returned) -> bool:
    """Whether it happened before the address' reader confirmed anew."""
    confirmed = known.attributes.get("confirmed_at") if known is not None else None
    return bool(confirmed) and returned.at <= str(confirmed)


def _stop(
    tools: Tools, returned: Returned, known: Record | None, channel: Record | None
) -> Outcome:
    """Have an address be written to no more."""
    said = {"at": returned.at, "detail": returned.detail}
    writes: list[Write] = []
    is_graver = known is None or GRAVITY[known.status] < GRAVITY[returned.kind]
    if is_graver:
        writes.append(_noted(tools, returned, known, returned.kind, said))
    standing = known or _new(tools, returned, returned.kind, said)
    if is_graver:
        standing = replace(standing, status=returned.kind, attributes=standing.attributes | said)
    if channel is not None and (is_graver or channel.status in STOPPABLE):
        writes += _stopping(tools, channel, standing)
    if writes:
        tools.records().commit(*writes)
    if channel is not None:
        # Also where another told the same before: whatever died then has told nobody.
        _tell(tools, channel, standing)
    return "stopped" if writes else "known"


def _count(
    tools: Tools, returned: Returned, known: Record | None, channel: Record | None
) -> Outcome:
    """Count a letter that came back for the time being; several are told."""
    before = known.attributes if known is not None and known.status == "counted" else {}
    letters: list[str] = list(before.get("letters") or ())
    is_stopped = known is not None and known.status in mail_addresses.STOPS
    if is_stopped or returned.letter in letters:
        return "known"
    if returned.at < _before(str(before.get("at") or returned.at)):
        return "old"
    if str(before.get("at") or "") < _before(returned.at):
        letters, before = [], {}
    since = min(str(before.get("since") or returned.at), returned.at)
    last = max(str(before.get("at") or returned.at), returned.at)
    letters = [*letters, returned.letter][-KEPT:]
    said = {"at": last, "since": since, "detail": returned.detail, "letters": letters}
    writes: list[Write] = [_noted(tools, returned, known, "counted", said)]
    if channel is not None and channel.status == "active" and len(letters) >= SEVERAL:
        shown = {"count": len(letters), "since": since, "last_at": last}
        shown["detail"] = returned.detail
        writes.append(Change(of=channel, attributes={"returned": shown}, aside=True))
        if len(letters) == SEVERAL:
            data = {"count": SEVERAL, "detail": returned.detail}
            writes.append(tools.told(channel, "letters_returned", "hoster", **data))
    tools.records().commit(*writes)
    return "counted"


def _stopping(tools: Tools, channel: Record, known: Record) -> list[Write]:
    reason = mail_addresses.reason_of(known)
    return [
        Change(
            of=channel,
            status="undeliverable",
            attributes={"undeliverable": reason, "returned": None, "address_id": known.id},
            if_status=(*STOPPABLE, "undeliverable"),
            if_version=channel.version,
        ),
        tools.told(channel, "address_undeliverable", "hoster", detail=reason["detail"]),
    ]


def _tell(tools: Tools, channel: Record, known: Record) -> None:
    """Tell the account by its other channels, once for what stands against an address."""
    at, detail = known.attributes["at"], known.attributes["detail"]
    why = f"No mail goes there any more: {detail}"
    tell_elsewhere(tools, channel, since=at, detail=why, cause=f"{known.status}|{at}")


def _channel(tools: Tools, returned: Returned) -> Record | None:
    """The channel that a letter went through, while it still goes to the address."""
    found = tools.records().get(returned.channel) if returned.channel else None
    if found is None or found.type != TYPE or found.status == "deleted":
        return None
    if not found.attributes["own"]:
        address = found.attributes["address"]
    else:
        people = tools.people()
        person = people.get(found.owner) if people is not None else None
        address = person.email if person is not None else returned.address
    wanted = mail_addresses.id_of(returned.address)
    return found if address and mail_addresses.id_of(address) == wanted else None


def _noted(
    tools: Tools, returned: Returned, known: Record | None, status: str, said: dict[str, Any]
) -> Write:
    if known is None:
        return Create(_new(tools, returned, status, said))
    return Change(of=known, status=status, attributes=said, if_version=known.version)


def _new(tools: Tools, returned: Returned, status: str, said: dict[str, Any]) -> Record:
    now = tools.now()
    return Record(
        id=mail_addresses.id_of(returned.address),
        type=mail_addresses.TYPE,
        owner=mail_addresses.HOLDER,
        status=status,
        created_at=now,
        updated_at=now,
        attributes=said,
    )


def _before(at: str) -> str:
    return clock.text_of(clock.moment_of(at) - timedelta(days=WITHIN_DAYS))


def _over_at(at: str) -> str:
    """When a letter's return is over that is not followed by another."""
    return clock.text_of(clock.moment_of(at) + timedelta(days=WITHIN_DAYS))
