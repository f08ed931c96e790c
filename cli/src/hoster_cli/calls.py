"""Every request that this client can make, as data: a test holds each against the API's document.

A request names a call and fills its places; a query word or an attribute that the call does not
declare is a mistake of this program, and is never sent.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

_PLACE = re.compile(r"{\w+}")


@dataclass(frozen=True)
class Call:
    """One request: verb and path below the API's base, and what may be sent with it."""

    method: str
    path: str
    query: frozenset[str] = frozenset()
    sends: frozenset[str] = frozenset()
    """Attributes of the document that is sent; none means no document."""
    type: str = ""
    """The type of that document."""

    def to(self, *places: str) -> str:
        """The path with its places filled, percent-encoded."""
        filled = iter(places)
        return _PLACE.sub(lambda _: quote(next(filled), safe=""), self.path)


def _get(path: str, *query: str) -> Call:
    return Call("GET", path, frozenset(query))


def _list(path: str, *query: str) -> Call:
    return _get(path, "page[size]", "page[after]", *query)


def _post(path: str, type_: str = "", *sends: str) -> Call:
    return Call("POST", path, frozenset(), frozenset(sends), type_)


GET_ACCOUNT = _get("/account")

LIST_TEMPLATES = _list("/templates", "filter[search]", "filter[category]", "scope")
GET_TEMPLATE = _get("/templates/{id}")
GET_VERSION = _get("/templates/{id}/versions/{version}", "compare")

LIST_APPS = _list("/deployments", "filter[status]", "filter[node_id]")
GET_APP = _get("/deployments/{id}", "include")
CREATE_APP = _post(
    "/deployments",
    "deployments",
    *("name", "template_id", "node_id", "variables", "allow_public_nodes", "direct_access"),
)
DELETE_APP = Call("DELETE", "/deployments/{id}", frozenset({"keep_volumes"}))
START_APP = _post("/deployments/{id}/start")
STOP_APP = _post("/deployments/{id}/stop")
RESTART_APP = _post("/deployments/{id}/restart")
CANCEL_APP = _post("/deployments/{id}/cancel")
REDEPLOY_APP = _post("/deployments/{id}/redeploy", "deployments", "version", "variables")
GET_APP_TIMELINE = _get("/deployments/{id}/timeline")
GET_LOGS = _get(
    "/deployments/{id}/monitoring/logs", "tail", "since", "until", "container", "type", "cursor"
)

CHANGE_APP = Call(
    "PATCH",
    "/deployments/{id}",
    sends=frozenset({"backup_schedule", "backup_keep"}),
    type="deployments",
)

LIST_BACKUPS = _list("/backups", "filter[deployment_id]")
GET_BACKUP = _get("/backups/{id}")
MAKE_BACKUP = _post("/deployments/{id}/backups")
RESTORE_APP = _post("/deployments/{id}/restore", "deployments", "backup_id")
DEPLOY_BACKUP = _post(
    "/backups/{id}/deploy", "deployments", "name", "node_id", "allow_public_nodes"
)
DRILL_BACKUP = _post("/backups/{id}/drill", "backups", "node_id", "allow_public_nodes")
DOWNLOAD_BACKUP = _post("/backups/{id}/download")
DELETE_BACKUP = Call("DELETE", "/backups/{id}", frozenset({"forget"}))

LIST_DOMAINS = _get("/deployments/{id}/domains")
ADD_DOMAIN = _post("/deployments/{id}/domains", "domains", "hostname")
CHECK_DOMAIN = _post("/deployments/{id}/domains/{hostname}/verify")
REMOVE_DOMAIN = Call("DELETE", "/deployments/{id}/domains/{hostname}")

LIST_NODES = _list("/nodes", "scope")
GET_NODE = _get("/nodes/{id}")

LIST_CREDENTIALS = _list("/cloud_credentials")
GET_CREDENTIAL = _get("/cloud_credentials/{id}")
LIST_REGIONS = _get("/cloud_credentials/{id}/regions")
LIST_SIZES = _get("/cloud_credentials/{id}/sizes")
LIST_SERVERS = _list("/cloud_provisions", "filter[status]")
GET_SERVER = _get("/cloud_provisions/{id}")
CREATE_SERVER = _post(
    "/cloud_provisions",
    "cloud_provisions",
    *("credential_id", "instance_name", "region", "size", "open_web_ports"),
)
RETRY_SERVER = _post("/cloud_provisions/{id}/retry")
CANCEL_SERVER = _post("/cloud_provisions/{id}/cancel")
DESTROY_SERVER = Call("DELETE", "/cloud_provisions/{id}", frozenset({"force"}))
GET_SERVER_TIMELINE = _get("/cloud_provisions/{id}/timeline")

LIST_INVOICES = _list("/invoices", "filter[status]")
GET_INVOICE = _get("/invoices/{id}")
DOWNLOAD_INVOICE = _post("/invoices/{id}/download", "invoices", "format")
