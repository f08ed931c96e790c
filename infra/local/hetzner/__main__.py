"""`python -m infra.local.hetzner`: run it on loopback."""

from __future__ import annotations

import argparse

import uvicorn

from infra.local.hetzner.app import make_app


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8086)
    parser.add_argument("--token", action="append", required=True)
    given = parser.parse_args()
    app = make_app(frozenset(given.token))
    uvicorn.run(app, host="127.0.0.1", port=given.port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
