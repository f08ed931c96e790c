"""How each secret of an installation is replaced: what is kept beside the new one, and until when.

Functions keep what they read for a while, so a new secret is shown to nobody before that is over.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

LETTERS = 64


class Refused(Exception):
    """It cannot be replaced so, or not now."""


@dataclass(frozen=True)
class Turn:
    """One way to replace a secret."""

    begin: Callable[[str, str], str]
    """The new text of the secret, by the present one and what was given."""
    end: Callable[[str], str] | None
    """The text without what is replaced; None where nothing is kept."""
    after: str
    """What is to be done next."""
    asks: bool = True
    """Whether the new secret has to be given: it is somebody else's."""


def fresh() -> str:
    """A secret that nobody knows."""
    return secrets.token_hex(LETTERS // 2)


def begin_gateway(present: str, _given: str) -> str:
    """Both are taken until the turn ends. Raises `Refused` while one is under way."""
    known = json.loads(present)
    if known.get("previous"):
        raise Refused("A rotation is under way already; end it first with DONE=1.")
    return json.dumps({"current": fresh(), "previous": known["current"]})


def end_gateway(present: str) -> str:
    """Only the new one is taken."""
    return json.dumps({"current": json.loads(present)["current"], "previous": ""})


def begin_stripe(present: str, given: str) -> str:
    """Take the key or the signature's secret, or both; two signatures are taken meanwhile."""
    known, new = _document(present), _document(given)
    unknown = new.keys() - {"key", "webhook_secret"}
    if unknown or not new:
        raise Refused('Give {"key": …}, {"webhook_secret": …} or both.')
    kept = {}
    if "webhook_secret" in new and known.get("webhook_secret"):
        kept = {"previous_webhook_secret": known["webhook_secret"]}
    return json.dumps({**known, **kept, **new})


def end_stripe(present: str) -> str:
    """Only the new signature is taken."""
    known = _document(present)
    return json.dumps({k: v for k, v in known.items() if k != "previous_webhook_secret"})


def replace(_present: str, given: str) -> str:
    """Take what was given. Raises `Refused` for nothing."""
    if not given:
        raise Refused("Give the new secret on standard input.")
    return given


def _document(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise Refused("The secret is no JSON.") from error
    if not isinstance(found, dict):
        raise Refused("The secret is no document.")
    return found


TURNS = {
    "gateway": Turn(
        begin_gateway,
        end_gateway,
        "Wait five minutes, until every function knows it. Then have the gateway send it, and once"
        " it does: make rotate SECRET=gateway DONE=1",
        asks=False,
    ),
    "idempotency": Turn(
        lambda _present, _given: fresh(),
        None,
        "Within the hour every function knows it. A request that is repeated across the change is"
        " done anew: change it when little goes on.",
        asks=False,
    ),
    "stripe": Turn(
        begin_stripe,
        end_stripe,
        "Within five minutes every function knows it. When Stripe signs with the new secret alone:"
        " make rotate SECRET=stripe DONE=1",
    ),
    "metering": Turn(
        replace,
        None,
        "Within five minutes every function knows it. Then take the old key away at the gateway.",
    ),
    "dns": Turn(
        replace,
        None,
        "Within five minutes every function knows it. Then take the old key away at the name"
        " server.",
    ),
}
"""The secrets that an installation has, by what follows its name."""
