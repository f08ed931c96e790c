"""`python -m infra.local.digitalocean`: run it on loopback."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

import uvicorn

from infra.local.digitalocean.app import make_app


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8085)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--token", action="append", required=True)
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO)
    app = make_app(given.state, frozenset(given.token))
    uvicorn.run(app, host="127.0.0.1", port=given.port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
