"""`python -m infra.local.console`: run it on loopback."""

from __future__ import annotations

import argparse

import uvicorn

from infra.local.console.app import make_app


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--installation", required=True)
    parser.add_argument("--mail", default="", help="address of the mailbox's page")
    given = parser.parse_args()
    app = make_app(given.installation, given.mail)
    uvicorn.run(app, host="127.0.0.1", port=given.port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
