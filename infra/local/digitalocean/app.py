"""The API: bearer token, refusals, and the routes of `pydo`'s calls."""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, request_response
from starlette.types import ASGIApp

from infra.local.digitalocean.droplets import Droplets, Machines, Refused, shown
from infra.local.digitalocean.lag import Lag
from infra.local.digitalocean.offers import IMAGES, REGIONS, SIZES
from infra.local.digitalocean.pages import paged
from infra.local.digitalocean.rate import RateHeaders
from infra.local.digitalocean.store import Account, Json, Store
from infra.local.digitalocean.tags import Tags
from infra.local.digitalocean.tokens import Tokens
from infra.local.faults import Fault, Faults
from infra.local.hang_up import HangUp
from infra.local.nodes import machines as containers

PLAYED_HERE = frozenset({"list_lag", "wrong_state"})
Endpoint = Callable[[Request, str], Awaitable[Response]]


class API:
    """The endpoints, each given the name of the account, and the faults around the application."""

    def __init__(
        self, app: ASGIApp, state: Path, tokens: frozenset[str], machines: Machines
    ) -> None:
        self.store = Store(state)
        self.tokens = Tokens(self.store, tokens)
        self.droplets = Droplets(self.store, machines)
        self.tags = Tags(self.store)
        self.faults = Faults(app)
        self.lag = Lag(self.faults)

    def guarded(self, endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
        """Check the token and turn refusals into answers."""

        async def answer(request: Request) -> Response:
            token = request.headers.get("authorization", "").removeprefix("Bearer ")
            try:
                account = self.tokens.account_of(token)
                if account is None:
                    raise Refused(401, "unauthorized", "Unable to authenticate you")
                return await endpoint(request, account)
            except Refused as error:
                body = {"id": error.code, "message": error.message}
                return JSONResponse({**body, "request_id": str(uuid.uuid4())}, error.status)

        return answer

    async def account(self, _request: Request, token: str) -> Response:
        """GET /v2/account."""
        owner = hashlib.sha256(token.encode()).hexdigest()[:32]
        return JSONResponse(
            {
                "account": {
                    "droplet_limit": 25,
                    "floating_ip_limit": 3,
                    "email": "owner@example.com",
                    "uuid": owner,
                    "email_verified": True,
                    "status": "active",
                    "status_message": "",
                }
            }
        )

    async def regions(self, request: Request, _token: str) -> Response:
        """GET /v2/regions."""
        return paged(request, "regions", list(REGIONS))

    async def sizes(self, request: Request, _token: str) -> Response:
        """GET /v2/sizes."""
        return paged(request, "sizes", list(SIZES))

    async def images(self, request: Request, _token: str) -> Response:
        """GET /v2/images."""
        return paged(request, "images", list(IMAGES))

    async def list_droplets(self, request: Request, token: str) -> Response:
        """GET /v2/droplets."""
        tag = request.query_params.get("tag_name")
        found = [d for d in self.droplets.all(token, tag) if not self.lag.hides(str(d["id"]))]
        fault = self.faults.take("GET /v2/droplets", PLAYED_HERE)
        if fault and fault.fault == "list_lag":
            found = found[1:]  # the newest is not listed yet
        elif fault:
            found = [_in_state(droplet, fault) for droplet in found]
        return paged(request, "droplets", found)

    async def create_droplet(self, request: Request, token: str) -> Response:
        """POST /v2/droplets."""
        droplet = self.droplets.order(token, await _json(request))
        fault = self.faults.take("POST /v2/droplets", frozenset({"list_lag"}))
        if fault:
            self.lag.hide(str(droplet["id"]), fault)
        return JSONResponse({"droplet": droplet, "links": {"actions": []}}, 202)

    async def get_droplet(self, request: Request, token: str) -> Response:
        """GET /v2/droplets/{id}."""
        number = request.path_params["id"]
        droplet = shown(self.droplets.get(token, number))
        if self.lag.hides(number):
            raise _not_found()
        fault = self.faults.take(f"GET /v2/droplets/{number}", frozenset({"wrong_state"}))
        return JSONResponse({"droplet": _in_state(droplet, fault) if fault else droplet})

    async def delete_droplet(self, request: Request, token: str) -> Response:
        """DELETE /v2/droplets/{id}."""
        self.droplets.delete(token, request.path_params["id"])
        return Response(status_code=204)

    async def delete_tagged(self, request: Request, token: str) -> Response:
        """DELETE /v2/droplets?tag_name=."""
        tag = request.query_params.get("tag_name")
        if not tag:
            raise Refused(422, "unprocessable_entity", "tag_name is required")
        for droplet in self.droplets.all(token, tag):
            self.droplets.delete(token, str(droplet["id"]))
        return Response(status_code=204)

    async def act_on_droplet(self, request: Request, token: str) -> Response:
        """POST /v2/droplets/{id}/actions."""
        kind = str((await _json(request)).get("type"))
        number = request.path_params["id"]
        action = await run_in_threadpool(self.droplets.act, token, number, kind)
        return JSONResponse({"action": action}, 201)

    async def list_keys(self, request: Request, token: str) -> Response:
        """GET /v2/account/keys."""
        return paged(request, "ssh_keys", list(self.store.account(token).keys.values()))

    async def create_key(self, request: Request, token: str) -> Response:
        """POST /v2/account/keys."""
        given = await _json(request)
        public = str(given.get("public_key") or "").strip()
        try:
            wire = base64.b64decode(public.split()[1], validate=True)
        except (IndexError, ValueError) as error:
            message = "Key invalid, key should be of the format `type key [comment]`"
            raise Refused(422, "unprocessable_entity", message) from error
        digest = hashlib.md5(wire, usedforsecurity=False).hexdigest()
        fingerprint = ":".join(digest[i : i + 2] for i in range(0, 32, 2))
        with self.store.changing(token) as account:
            if any(key["fingerprint"] == fingerprint for key in account.keys.values()):
                message = "SSH Key is already in use on your account"
                raise Refused(422, "unprocessable_entity", message)
            number = self.store.next_number()
            key = {
                "id": number,
                "fingerprint": fingerprint,
                "public_key": public,
                "name": str(given.get("name") or ""),
            }
            account.keys[str(number)] = key
        return JSONResponse({"ssh_key": key}, 201)

    def _key(self, token: str, wanted: str) -> Json:
        for key in self.store.account(token).keys.values():
            if wanted in {str(key["id"]), key["fingerprint"]}:
                return key
        raise _not_found()

    async def get_key(self, request: Request, token: str) -> Response:
        """GET /v2/account/keys/{id or fingerprint}."""
        return JSONResponse({"ssh_key": self._key(token, request.path_params["id"])})

    async def delete_key(self, request: Request, token: str) -> Response:
        """DELETE /v2/account/keys/{id or fingerprint}."""
        key = self._key(token, request.path_params["id"])
        with self.store.changing(token) as account:
            account.keys.pop(str(key["id"]), None)
        return Response(status_code=204)

    async def list_firewalls(self, request: Request, token: str) -> Response:
        """GET /v2/firewalls."""
        return paged(request, "firewalls", list(self.store.account(token).firewalls.values()))

    async def create_firewall(self, request: Request, token: str) -> Response:
        """POST /v2/firewalls. Rules are kept and shown; the local bridge does not enforce them."""
        firewall = _firewall(str(uuid.uuid4()), await _json(request))
        with self.store.changing(token) as account:
            _refuse_namesake(account, firewall)
            _refuse_unknown_tags(account, firewall)
            account.firewalls[firewall["id"]] = firewall
        return JSONResponse({"firewall": firewall}, 202)

    async def get_firewall(self, request: Request, token: str) -> Response:
        """GET /v2/firewalls/{id}."""
        firewall = self.store.account(token).firewalls.get(request.path_params["id"])
        if firewall is None:
            raise _not_found()
        return JSONResponse({"firewall": firewall})

    async def update_firewall(self, request: Request, token: str) -> Response:
        """PUT /v2/firewalls/{id}."""
        number = request.path_params["id"]
        given = await _json(request)
        with self.store.changing(token) as account:
            if number not in account.firewalls:
                raise _not_found()
            firewall = _firewall(number, given)
            _refuse_namesake(account, firewall)
            _refuse_unknown_tags(account, firewall)
            account.firewalls[number] = firewall
        return JSONResponse({"firewall": firewall})

    async def delete_firewall(self, request: Request, token: str) -> Response:
        """DELETE /v2/firewalls/{id}."""
        with self.store.changing(token) as account:
            if account.firewalls.pop(request.path_params["id"], None) is None:
                raise _not_found()
        return Response(status_code=204)

    async def list_tags(self, request: Request, token: str) -> Response:
        """GET /v2/tags."""
        return paged(request, "tags", self.tags.all(token))

    async def create_tag(self, request: Request, token: str) -> Response:
        """POST /v2/tags."""
        name = str((await _json(request)).get("name") or "")
        return JSONResponse({"tag": self.tags.make(token, name)}, 201)

    async def get_tag(self, request: Request, token: str) -> Response:
        """GET /v2/tags/{name}."""
        return JSONResponse({"tag": self.tags.get(token, request.path_params["name"])})

    async def delete_tag(self, request: Request, token: str) -> Response:
        """DELETE /v2/tags/{name}."""
        self.tags.delete(token, request.path_params["name"])
        return Response(status_code=204)

    async def issue_token(self, request: Request) -> Response:
        """POST /_local/tokens."""
        token, account = self.tokens.issue(str((await _json(request)).get("account") or ""))
        return JSONResponse({"token": token, "account": account}, 201)

    async def revoke_token(self, request: Request) -> Response:
        """DELETE /_local/tokens/{token}."""
        return Response(
            status_code=204 if self.tokens.revoke(request.path_params["token"]) else 404
        )

    async def everything(self, _request: Request) -> Response:
        """GET /_local/droplets: all that are there, and all that ever were."""
        everything = {"droplets": self.droplets.everything(), "history": self.droplets.history()}
        return JSONResponse(everything)

    async def healthy(self, _request: Request) -> Response:
        """GET /_local/health."""
        return JSONResponse({"status": "ok"})


def _in_state(droplet: Json, fault: Fault) -> Json:
    """A droplet in the state that a fault tells; `off` where it tells none."""
    told = {**droplet, "status": str(fault.value or "off")}
    return {**told, "networks": {"v4": [], "v6": []}} if told["status"] == "new" else told


def _not_found() -> Refused:
    return Refused(404, "not_found", "The resource you were accessing could not be found.")


async def _json(request: Request) -> Json:
    try:
        value = await request.json()
    except ValueError as error:
        raise Refused(400, "bad_request", "the body is not JSON") from error
    return value if isinstance(value, dict) else {}


def _firewall(number: str, given: Json) -> Json:
    if not given.get("name"):
        raise Refused(422, "unprocessable_entity", "name is required")
    if not given.get("inbound_rules") and not given.get("outbound_rules"):
        raise Refused(422, "unprocessable_entity", "at least one rule is required")
    return {
        "id": number,
        "status": "succeeded",
        "created_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "pending_changes": [],
        "name": given["name"],
        "droplet_ids": given.get("droplet_ids") or [],
        "tags": given.get("tags") or [],
        "inbound_rules": given.get("inbound_rules") or [],
        "outbound_rules": given.get("outbound_rules") or [],
    }


def _refuse_namesake(account: Account, firewall: Json) -> None:
    others = (f for f in account.firewalls.values() if f["id"] != firewall["id"])
    if any(other["name"] == firewall["name"] for other in others):
        raise Refused(409, "conflict", "duplicate name")


def _refuse_unknown_tags(account: Account, firewall: Json) -> None:
    for tag in firewall["tags"]:
        if tag not in account.tags:
            raise Refused(422, "unprocessable_entity", f"tag {tag} does not exist")


async def _nothing(_request: Request, _token: str) -> Response:
    """A path that the API does not have."""
    raise _not_found()


def make_app(state: Path, tokens: frozenset[str], machines: Machines = containers) -> ASGIApp:
    """Make the application with its faults around it."""
    app = Starlette()
    api = API(app, state, tokens, machines)
    api.droplets.resume()
    table: tuple[tuple[str, str, Endpoint], ...] = (
        ("GET", "/v2/account", api.account),
        ("GET", "/v2/regions", api.regions),
        ("GET", "/v2/sizes", api.sizes),
        ("GET", "/v2/images", api.images),
        ("GET", "/v2/droplets", api.list_droplets),
        ("POST", "/v2/droplets", api.create_droplet),
        ("DELETE", "/v2/droplets", api.delete_tagged),
        ("GET", "/v2/droplets/{id}", api.get_droplet),
        ("DELETE", "/v2/droplets/{id}", api.delete_droplet),
        ("POST", "/v2/droplets/{id}/actions", api.act_on_droplet),
        ("GET", "/v2/account/keys", api.list_keys),
        ("POST", "/v2/account/keys", api.create_key),
        ("GET", "/v2/account/keys/{id}", api.get_key),
        ("DELETE", "/v2/account/keys/{id}", api.delete_key),
        ("GET", "/v2/firewalls", api.list_firewalls),
        ("POST", "/v2/firewalls", api.create_firewall),
        ("GET", "/v2/firewalls/{id}", api.get_firewall),
        ("PUT", "/v2/firewalls/{id}", api.update_firewall),
        ("DELETE", "/v2/firewalls/{id}", api.delete_firewall),
        ("GET", "/v2/tags", api.list_tags),
        ("POST", "/v2/tags", api.create_tag),
        ("GET", "/v2/tags/{name}", api.get_tag),
        ("DELETE", "/v2/tags/{name}", api.delete_tag),
    )
    app.routes.extend(
        Route(path, api.guarded(endpoint), methods=[method]) for method, path, endpoint in table
    )
    app.routes.append(Route("/_local/droplets", api.everything))
    app.routes.append(Route("/_local/health", api.healthy))
    app.routes.append(Route("/_local/tokens", api.issue_token, methods=["POST"]))
    app.routes.append(Route("/_local/tokens/{token}", api.revoke_token, methods=["DELETE"]))
    app.router.default = request_response(api.guarded(_nothing))
    return HangUp(RateHeaders(api.faults))
