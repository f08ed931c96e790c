"""Errors as Stripe tells them: a type, a code where there is one, and the parameter at fault."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """A call that is answered with an error."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
    ) -> None:
        super().__init__(message)
        told = {"code": code, "message": message, "param": param, "type": kind}
        self.status = status
        self.body: dict[str, Any] = {
            "error": {name: value for name, value in told.items() if value is not None}
        }


def missing(kind: str, object_id: str, *, param: str = "id", status: int = 404) -> Refused:
    """There is no such object; a parameter that names one is at fault with 400."""
    message = f"No such {kind}: '{object_id}'"
    return Refused(message, status=status, code="resource_missing", param=param)


def needed(param: str) -> Refused:
    """A parameter is not there."""
    message = f"Missing required param: {param}."
    return Refused(message, code="parameter_missing", param=param)


def unknown(param: str) -> Refused:
    """There is no such parameter."""
    message = f"Received unknown parameter: {param}"
    return Refused(message, code="parameter_unknown", param=param)
