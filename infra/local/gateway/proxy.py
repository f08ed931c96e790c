"""What is not the gateway's own goes where the route table says (contract, 2.3 to 2.5)."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from infra.local.gateway.answers import not_there, proxy_error
from infra.local.gateway.credentials import Caller, Credentials, NotAdmitted
from infra.local.gateway.forward import Forwarder, NotForwarded
from infra.local.gateway.headers import known_of, outgoing
from infra.local.gateway.limits import Limits
from infra.local.gateway.routes import Route
from infra.local.gateway.setup import Setup

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

    setup: Setup
    credentials: Credentials
    limits: Limits
    forwarder: Forwarder

    async def pass_on(self, request: Request) -> Response:
        """Find the route of a request and go it."""
        path = request.scope["path"]
        if path.startswith("/health") or any(path == o or path.startswith(f"{o}/") for o in OWN):
            return not_there()
        route = self.setup.table.find(request.method, path, request.headers)
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
        plan = self.setup.table.plan(caller.user.plan_id)
        refused = self.limits.refusal(caller, plan)
        if refused is not None:
            return refused
        if route is None:
            raise NotForwarded("upstream_error")  # the default upstream serves nothing
        answer = await self._forward(request, route, caller)
        answer.headers.update(self.limits.count(caller, plan))
        return answer

    async def _forward(self, request: Request, route: Route, caller: Caller | None) -> Response:
        upstream = self.setup.upstreams.get(route.upstream)
        if upstream is None:
            raise NotForwarded("upstream_error")  # it falls to the default upstream as well
        headers = outgoing(request, route, caller)
        path: bytes = request.scope["raw_path"]
        known = known_of(request, caller) | {"path": path.decode("latin-1")}
        if route.rewrite is not None:
            path = str(route.rewrite(known)).encode("latin-1")
        answer = await self.forwarder.forward(request, upstream, path, headers)
        answer.headers.update({name: str(say(known)) for name, say in route.respond.items()})
        return answer
