"""Who is calling: believed only from the gateway, which proves itself with its secret."""

from __future__ import annotations

import hmac
import json
import re
from dataclasses import dataclass

from chalicelib.domain.errors import BadRequest, Forbidden, Unauthenticated
from chalicelib.domain.limits import PlanLimits, limits_of
from chalicelib.runtime.http import Request

_USER = re.compile(r"[A-Za-z0-9_-]{1,64}")
_KEY = re.compile(r"key_[A-Za-z0-9]{1,64}")
_SESSION = "session:"


@dataclass(frozen=True)
class Caller:
    """The account behind a request; `user` None is a visitor."""

    user: str | None
    plan: str
    sent_limits: str | None
    key: str | None = None
    """The id of the gateway's key that it came by; None for who signed in, and for a visitor."""

    @property
    def member(self) -> str:
        """The user's id. Raises `Unauthenticated` for a visitor."""
        if self.user is None:
            raise Unauthenticated("Sign in to do this.")
        return self.user

    def limits(self) -> PlanLimits:
        """What the plan allows. Raises `Forbidden` with code `plan_unknown`."""
        return limits_of(self.plan, self.sent_limits)


def check_gateway(request: Request, secret: str) -> None:
    """Refuse a request that did not come through the gateway.

    `secret` is JSON with `current` and, during a rotation, `previous`.
    """
    shown = (request.header("x-gateway-secret") or "").encode("utf-8", "surrogatepass")
    known = json.loads(secret)
    valid = [value for value in (known.get("current"), known.get("previous")) if value]
    # Every comparison runs, so that the time tells nothing.
    matches = [hmac.compare_digest(shown, value.encode()) for value in valid]
    if not any(matches):
        detail = "This API is reached through the gateway."
        raise Forbidden(detail, code="gateway_required")


def caller_of(request: Request) -> Caller:
    """Read the identity that the gateway vouches for. Call `check_gateway` first."""
    sent = request.headers.get("x-user-id", ())
    if len(sent) > 1 or (sent and sent[0] and not _USER.fullmatch(sent[0])):
        raise BadRequest("X-User-ID must be one plain id.")
    user = sent[0] if sent and sent[0] else None
    return Caller(
        user=user,
        plan=request.header("x-plan-id") or "",
        # Said twice, they are not understood, and so allow nothing.
        sent_limits=",".join(request.headers.get("x-plan-limits", ())) or None,
        key=_key_of(request) if user else None,
    )


def _key_of(request: Request) -> str | None:
    """By which key somebody calls; None by a session.

    Raises `Forbidden` where the gateway does not say: a key must not pass for a session.
    """
    by = request.header("x-key-id") or ""
    if by.startswith(_SESSION):
        return None
    if not _KEY.fullmatch(by):
        detail = "The gateway does not say by which session or key this is asked (X-Key-ID)."
        raise Forbidden(detail, code="gateway_required")
    return by
