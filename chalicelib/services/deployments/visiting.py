"""Whether the app proxies show an app, asked as a visitor's browser does."""

from __future__ import annotations

from urllib.parse import urlsplit

from chalicelib.ports.records import Record
from chalicelib.services.doors.proving import route_answers
from chalicelib.services.tools import Tools

PORTS = {"http": 80, "https": 443}


def is_open(tools: Tools, app: Record) -> bool:
    """Whether the app is shown under its automatic name by every address of the app proxies.

    One without a route has nothing to show. Where the proxies are is what the installation says,
    or what the name leads to; where neither tells, the way that the proxies take is asked instead.
    """
    if not app.attributes.get("proxy_port"):
        return True
    host = app.attributes["domains"][0]["hostname"]
    url = urlsplit(tools.settings().proxy_url.replace("{host}", host))
    addresses = tools.settings().proxy_addresses or tools.addresses(host)
    if not addresses:
        return route_answers(tools, app)
    port, secure = url.port or PORTS[url.scheme], url.scheme == "https"
    probes = tools.probes()
    return all(probes.serves(address, port, host, secure=secure) for address in addresses)
