"""`python -m infra.local.gateway`: run the stand-in on loopback."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import ssl
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from infra.gateway.payloads import Addresses
from infra.local.gateway.app import Config, make_app
from infra.local.gateway.certificates import EdgeFiles
from infra.local.gateway.edge import EdgeOfProduct

SERVED: dict[str, Any] = {
    "host": "127.0.0.1",
    "ws": "none",  # a handshake is an ordinary request here, as with the real one
    "server_header": False,  # what an upstream says of itself passes
    "log_level": "warning",
    "access_log": False,
}


def main() -> None:
    """Read the configuration; secrets come from the environment and are never shown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8082)
    parser.add_argument("--edge-port", type=int, help="of the second host name; none without it")
    parser.add_argument("--edge", type=Path, help="folder of the second host name's certificates")
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--config", type=Path, required=True)
    given = parser.parse_args()
    config = Config(
        addresses=Addresses(**json.loads(given.config.read_text())),
        secret=os.environ["HOSTER_GATEWAY_SECRET"],
        state=given.state,
        jwt_secret=os.environ["APIGATE_JWT_SECRET"],
        meter_key=os.environ["APIGATE_METER_KEY"],
    )
    app = make_app(config)
    served = [uvicorn.Server(uvicorn.Config(app, port=given.port, **SERVED))]
    if given.edge_port:
        served.append(_edge(app, given.edge_port, EdgeFiles(given.edge)))
    asyncio.run(_serve(served))


def _edge(app: ASGIApp, port: int, files: EdgeFiles) -> uvicorn.Server:
    """The second host name, which asks for a certificate."""
    files.ensure()
    return uvicorn.Server(
        uvicorn.Config(
            EdgeOfProduct(app),
            port=port,
            lifespan="off",  # the application behind it is the front's
            ssl_certfile=files.server,
            ssl_ca_certs=str(files.root),
            ssl_cert_reqs=ssl.CERT_REQUIRED,
            **SERVED,
        )
    )


async def _serve(servers: list[uvicorn.Server]) -> None:
    """Serve until a signal ends the one that began last, which hands it on to the one before."""
    await asyncio.gather(*(server.serve() for server in servers))


if __name__ == "__main__":
    main()
