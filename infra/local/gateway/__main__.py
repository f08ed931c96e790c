"""`python -m infra.local.gateway`: run the stand-in on loopback."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

import uvicorn

from infra.local.gateway.app import Config, make_app
from infra.local.gateway.forward import Upstream


def main() -> None:
    """Read the configuration; secrets come from the environment and are never shown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8082)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--config", type=Path, required=True)
    given = parser.parse_args()
    upstreams = json.loads(given.config.read_text())["upstreams"]
    config = Config(
        upstreams={
            "api": Upstream(**upstreams["api"], secret=os.environ["HOSTER_GATEWAY_SECRET"]),
            "spa": Upstream(**upstreams["spa"]),
        },
        state=given.state,
        jwt_secret=os.environ["APIGATE_JWT_SECRET"],
        meter_key=os.environ["APIGATE_METER_KEY"],
        public_host=f"127.0.0.1:{given.port}",
    )
    uvicorn.run(
        make_app(config),
        host="127.0.0.1",
        port=given.port,
        ws="none",  # a handshake is an ordinary request here, as with the real one
        server_header=False,  # what an upstream says of itself passes
        log_level="warning",
        access_log=False,
    )


if __name__ == "__main__":
    main()
