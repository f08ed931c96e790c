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


@dataclass(frozen=True)
class Caller:
    """The account behind a request; `user` None is a visitor."""

    user: str | None
    plan: str
    sent_limits: str | None

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
    return Caller(
        user=sent[0] if sent and sent[0] else None,
        plan=request.header("x-plan-id") or "",
        # Said twice, they are not understood, and so allow nothing.
        sent_limits=",".join(request.headers.get("x-plan-limits", ())) or None,
    )
