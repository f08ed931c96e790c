"""The API: bearer token, refusals, and the routes of hcloud's calls."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, request_response
from starlette.types import ASGIApp

from infra.local.faults import Faults
from infra.local.hang_up import HangUp
from infra.local.hetzner.offers import IMAGES, LOCATIONS, PRICING, TYPES, Json
from infra.local.hetzner.project import Project, Refused, not_found

USUAL_PAGE = 25
LARGEST_PAGE = 50
Endpoint = Callable[[Request, Project], Awaitable[Response]]


class API:
    """The endpoints, given the tokens; each token is a project."""

    def __init__(self, tokens: frozenset[str]) -> None:
        numbers = itertools.count(secrets.randbelow(10_000_000) + 10_000_000)
        self.projects = {token: Project(lambda: next(numbers)) for token in tokens}
        self.faults: Faults | None = None

    def guarded(self, endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
        """Check the token and turn refusals into answers."""

        async def answer(request: Request) -> Response:
            token = request.headers.get("authorization", "").removeprefix("Bearer ")
            try:
                if token not in self.projects:
                    raise Refused(401, "unauthorized", "unable to authenticate")
                return await endpoint(request, self.projects[token])
            except Refused as error:
                told = {"code": error.code, "message": error.message, "details": None}
                return JSONResponse({"error": told}, error.status)

        return answer

    async def pricing(self, _request: Request, _project: Project) -> Response:
        """GET /v1/pricing: of it, what Hoster reads."""
        return JSONResponse(PRICING)

    async def locations(self, request: Request, _project: Project) -> Response:
        """GET /v1/locations."""
        return _paged(request, "locations", list(LOCATIONS))

    async def server_types(self, request: Request, _project: Project) -> Response:
        """GET /v1/server_types."""
        return _paged(request, "server_types", list(TYPES))

    async def images(self, request: Request, _project: Project) -> Response:
        """GET /v1/images."""
        return _paged(request, "images", list(IMAGES))

    async def list_servers(self, request: Request, project: Project) -> Response:
        """GET /v1/servers."""
        found = list(project.servers.values())
        if self.faults and self.faults.take("GET /v1/servers", frozenset({"list_lag"})):
            found = found[:-1]  # the newest is not listed yet
        return _paged(request, "servers", found)

    async def create_server(self, request: Request, project: Project) -> Response:
        """POST /v1/servers."""
        server = project.order(await _json(request))
        answer: Json = {
            "server": server,
            "action": _action(project, "create_server"),
            "next_actions": [],
            "root_password": None,
        }
        return JSONResponse(answer, 201)

    async def get_server(self, request: Request, project: Project) -> Response:
        """GET /v1/servers/{id}."""
        number = request.path_params["id"]
        server = project.read(number)
        call = f"GET /v1/servers/{number}"
        fault = self.faults and self.faults.take(call, frozenset({"wrong_state"}))
        shown = {**server, "status": str(fault.value or "off")} if fault else server
        return JSONResponse({"server": shown})

    async def delete_server(self, request: Request, project: Project) -> Response:
        """DELETE /v1/servers/{id}."""
        if project.servers.pop(request.path_params["id"], None) is None:
            raise not_found("server")
        return JSONResponse({"action": _action(project, "delete_server")})

    async def reboot_server(self, request: Request, project: Project) -> Response:
        """POST /v1/servers/{id}/actions/reboot."""
        project.restart(request.path_params["id"])
        return JSONResponse({"action": _action(project, "reboot_server")}, 201)

    async def list_keys(self, request: Request, project: Project) -> Response:
        """GET /v1/ssh_keys."""
        return _paged(request, "ssh_keys", list(project.keys.values()))

    async def create_key(self, request: Request, project: Project) -> Response:
        """POST /v1/ssh_keys."""
        return JSONResponse({"ssh_key": project.add_key(await _json(request))}, 201)

    async def delete_key(self, request: Request, project: Project) -> Response:
        """DELETE /v1/ssh_keys/{id}."""
        if project.keys.pop(request.path_params["id"], None) is None:
            raise not_found("ssh_key")
        return Response(status_code=204)

    async def list_firewalls(self, request: Request, project: Project) -> Response:
        """GET /v1/firewalls."""
        found = [project.firewall(number) for number in project.firewalls]
        return _paged(request, "firewalls", found)

    async def create_firewall(self, request: Request, project: Project) -> Response:
        """POST /v1/firewalls."""
        firewall = project.add_firewall(await _json(request))
        shown = {"firewall": project.firewall(firewall["id"]), "actions": []}
        return JSONResponse(shown, 201)

    async def delete_firewall(self, request: Request, project: Project) -> Response:
        """DELETE /v1/firewalls/{id}."""
        project.remove_firewall(request.path_params["id"])
        return Response(status_code=204)

    async def act_on_firewall(self, request: Request, project: Project) -> Response:
        """POST /v1/firewalls/{id}/actions/{kind}."""
        number, kind = request.path_params["id"], request.path_params["kind"]
        project.act_on_firewall(number, kind, await _json(request))
        return JSONResponse({"actions": [_action(project, f"{kind}_firewall")]}, 201)

    async def healthy(self, _request: Request) -> Response:
        """GET /_local/health."""
        return JSONResponse({"status": "ok"})


def _action(project: Project, command: str) -> Json:
    return {
        "id": project.number(),
        "command": command,
        "status": "running",
        "progress": 0,
        "started": "2026-01-01T00:00:00Z",
        "finished": None,
        "resources": [],
        "error": None,
    }


async def _json(request: Request) -> Json:
    try:
        value = await request.json()
    except ValueError as error:
        raise Refused(400, "json_error", "the body is not JSON") from error
    return value if isinstance(value, dict) else {}


def _paged(request: Request, member: str, found: list[Json]) -> Response:
    """One page of what the query's filters choose, with `meta.pagination`."""
    query = request.query_params
    for name in ("name", "fingerprint", "architecture"):
        if name in query:
            found = [thing for thing in found if thing.get(name) == query[name]]
    if "label_selector" in query:
        found = [thing for thing in found if query["label_selector"] in thing["labels"]]
    page = int(query.get("page", 1))
    size = min(int(query.get("per_page", USUAL_PAGE)), LARGEST_PAGE)
    last = max((len(found) + size - 1) // size, 1)
    pagination = {
        "page": page,
        "per_page": size,
        "previous_page": page - 1 if page > 1 else None,
        "next_page": page + 1 if page < last else None,
        "last_page": last,
        "total_entries": len(found),
    }
    shown = found[(page - 1) * size : page * size]
    return JSONResponse({member: shown, "meta": {"pagination": pagination}})


async def _nothing(_request: Request, _project: Project) -> Response:
    """A path that the API does not have."""
    raise not_found("endpoint")


def make_app(tokens: frozenset[str]) -> ASGIApp:
    """Make the application with its faults around it."""
    api = API(tokens)
    table: tuple[tuple[str, str, Endpoint], ...] = (
        ("GET", "/v1/pricing", api.pricing),
        ("GET", "/v1/locations", api.locations),
        ("GET", "/v1/server_types", api.server_types),
        ("GET", "/v1/images", api.images),
        ("GET", "/v1/servers", api.list_servers),
        ("POST", "/v1/servers", api.create_server),
        ("GET", "/v1/servers/{id:int}", api.get_server),
        ("DELETE", "/v1/servers/{id:int}", api.delete_server),
        ("POST", "/v1/servers/{id:int}/actions/reboot", api.reboot_server),
        ("GET", "/v1/ssh_keys", api.list_keys),
        ("POST", "/v1/ssh_keys", api.create_key),
        ("DELETE", "/v1/ssh_keys/{id:int}", api.delete_key),
        ("GET", "/v1/firewalls", api.list_firewalls),
        ("POST", "/v1/firewalls", api.create_firewall),
        ("DELETE", "/v1/firewalls/{id:int}", api.delete_firewall),
        ("POST", "/v1/firewalls/{id:int}/actions/{kind}", api.act_on_firewall),
    )
    routes = [
        Route(path, api.guarded(endpoint), methods=[method]) for method, path, endpoint in table
    ]
    routes.append(Route("/_local/health", api.healthy))
    app = Starlette(routes=routes)
    app.router.default = request_response(api.guarded(_nothing))
    api.faults = Faults(app)
    return HangUp(api.faults)
