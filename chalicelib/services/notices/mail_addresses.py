"""What is known of addresses that mail came back from: by a digest, whosoever's channels they are.

An address that bounced for good, or whose reader reported a letter as spam, is written no notice
any more by any account, until its reader confirms anew.
"""

from __future__ import annotations

import hashlib
from typing import Any

from chalicelib.domain.notices.rules import Type
from chalicelib.ports.records import Change, Record
from chalicelib.services.tools import Tools

TYPE = "mail_addresses"
PREFIX = "adr_"
HOLDER = "hoster"
"""Whose records these are: no account's."""
STOPS = ("bounced", "complained")
"""States in which nothing is written to an address; the later one is the graver."""


def id_of(address: str) -> str:
    """The id of what is known of an address, which tells nobody the address."""
    return PREFIX + hashlib.sha256(address.strip().lower().encode()).hexdigest()[:32]


def known_of(tools: Tools, address: str) -> Record | None:
    """Read what is known of an address; None where nothing ever came back."""
    return tools.records().get(id_of(address))


def stopped(tools: Tools, address: str, kind: Type) -> Record | None:
    """What stands against writing a notice of a type to an address; None where nothing does.

    Whether a mailbox that bounced is there again is asked by the letter that has it confirmed. To
    one whose reader complained not even that is sent.
    """
    known = known_of(tools, address)
    if known is None or known.status not in STOPS:
        return None
    return None if known.status == "bounced" and kind == "confirm" else known


def well(tools: Tools, known: Record) -> Change:
    """Have an address be written to again, since its reader said so; to be committed."""
    return Change(
        of=known,
        status="well",
        attributes={"confirmed_at": tools.now(), "letters": [], "since": None},
        if_version=known.version,
    )


def reason_of(known: Record) -> dict[str, Any]:
    """Why nothing is written to an address, as its channels show it."""
    told = known.attributes
    return {"reason": known.status, "at": told["at"], "detail": told["detail"]}
