"""What is not the gateway's own goes where the route table says (contract, 2.3 to 2.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from infra.local.gateway.answers import not_there, proxy_error
from infra.local.gateway.credentials import Caller, Credentials, NotAdmitted
from infra.local.gateway.forward import Forwarder, NotForwarded, Upstream
from infra.local.gateway.headers import Outgoing
from infra.local.gateway.limits import Limits
from infra.local.gateway.routes import Route, Table

OWN = (
    "/_gw/admin",
    "/_gw/auth",
    "/_internal/meter",
    "/_local",
    "/mod/auth",
    "/metrics",
    "/version",
)
"""Paths that no route takes, whatever it says; so is all that begins with `/health`."""


@dataclass(frozen=True)
class Proxy:
    """The proxied routes."""

    table: Table
    upstreams: Mapping[str, Upstream]
    credentials: Credentials
    limits: Limits
    outgoing: Outgoing
    forwarder: Forwarder

    async def pass_on(self, request: Request) -> Response:
        """Find the route of a request and go it."""
        path = request.scope["path"]
        if path.startswith("/health") or any(path == o or path.startswith(f"{o}/") for o in OWN):
            return not_there()
        route = self.table.find(request.method, path, request.headers)
        try:
            if route is not None and not route.auth:
                visitor = self.credentials.visitor(request.headers)
                return await self._forward(request, route, visitor)
            return await self._pass_on_for_account(request, route)
        except (NotAdmitted, NotForwarded) as error:
            return proxy_error(error.code)

    async def _pass_on_for_account(self, request: Request, route: Route | None) -> Response:
        """A request that needs an account; one without a route does too."""
        caller = self.credentials.caller(request.headers)
        plan = self.table.plan(caller.user.plan_id)
        refused = self.limits.refusal(caller, plan)
        if refused is not None:
            return refused
        if route is None:
            raise NotForwarded("upstream_error")  # the default upstream serves nothing
        answer = await self._forward(request, route, caller)
        answer.headers.update(self.limits.count(caller, plan))
        return answer

    async def _forward(self, request: Request, route: Route, caller: Caller | None) -> Response:
        path: bytes = request.scope["raw_path"]
        if route.index and "." not in request.scope["path"]:
            path = route.index.encode()
        headers = self.outgoing.headers(request, route, caller)
        upstream = self.upstreams[route.upstream]
        answer = await self.forwarder.forward(request, upstream, path, headers)
        answer.headers.update(route.respond)
        return answer
