"""Answer what no operation serves: 405 with the methods that exist, or 404."""

from __future__ import annotations

import json
from functools import cache

from chalicelib.domain.errors import MethodNotAllowed, NotFound
from chalicelib.runtime.declaration import ANY, Operation
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call, declare
from chalicelib.runtime.packaged import packaged


@cache
def allowed_methods() -> dict[str, list[str]]:
    """The methods of every path, as the packaging wrote them down beside the code."""
    found: dict[str, list[str]] = json.loads(packaged("routes.json"))
    return found


@declare((Operation(method=ANY, path="", access="anyone", memory=128),))
def handler(call: Call) -> Answer:
    """Answer what no operation serves: 405 with the methods that exist, or 404."""
    path = "/" + "/".join(call.request.segments)
    methods = allowed_methods().get(path)
    if methods:
        detail = f"{call.request.method} does not work here."
        raise MethodNotAllowed(detail, allowed=tuple(methods))
    raise NotFound("There is nothing at this path.")
