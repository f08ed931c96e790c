"""Looks at proxies over sockets: `chalicelib.ports.probes.Probes` made real."""

from __future__ import annotations

import hashlib
import http.client
import socket
import ssl

PATIENCE = 4.0
MOST_BYTES = 4096
OWN_PAGE = "X-App-Proxy"
"""The header that the proxy's own pages carry (`infra/proxy/templates/haproxy.cfg`)."""
UNSERVED = frozenset({502, 503, 504})


class SocketProbes:
    """Asks an address itself, whatever the host's name leads to."""

    def text(self, address: str, port: int, host: str, path: str) -> str | None:
        """Ask once over HTTP; nothing is followed."""
        connection = http.client.HTTPConnection(address, port, timeout=PATIENCE)
        try:
            connection.request("GET", path, headers={"Host": host, "User-Agent": "hoster-probe"})
            answer = connection.getresponse()
            said = answer.read(MOST_BYTES)
        except (OSError, http.client.HTTPException, ValueError):
            return None
        finally:
            connection.close()
        return said.decode("utf-8", "replace").strip() if answer.status == 200 else None

    def serves(self, address: str, port: int, host: str, *, secure: bool) -> bool:
        """Ask once for the first page; nothing is followed."""
        connection = http.client.HTTPConnection(address, port, timeout=PATIENCE)
        try:
            if secure:
                plain = socket.create_connection((address, port), timeout=PATIENCE)
                connection.sock = _trusting().wrap_socket(plain, server_hostname=host)
            connection.request("GET", "/", headers={"Host": host, "User-Agent": "hoster-probe"})
            answer = connection.getresponse()
        except (OSError, http.client.HTTPException, ValueError):
            return False
        finally:
            connection.close()
        return answer.getheader(OWN_PAGE) is None and answer.status not in UNSERVED

    def fingerprint(self, address: str, port: int, host: str) -> str | None:
        """Shake hands once for a host, and look at the certificate."""
        try:
            with (
                socket.create_connection((address, port), timeout=PATIENCE) as plain,
                _trusting().wrap_socket(plain, server_hostname=host) as shaken,
            ):
                shown = shaken.getpeercert(binary_form=True)
        except (OSError, ValueError):
            return None
        return hashlib.sha256(shown).hexdigest() if shown else None


def _trusting() -> ssl.SSLContext:
    """What shakes hands with anybody: what is shown is asked, not whether to trust it."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
