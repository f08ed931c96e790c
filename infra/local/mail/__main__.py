"""`python -m infra.local.mail`: run the mailbox on loopback."""

from __future__ import annotations

import argparse

import uvicorn

from infra.local.mail.app import make_app


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="of its pages")
    parser.add_argument("--smtp-port", type=int, required=True)
    given = parser.parse_args()
    app = make_app(given.smtp_port)
    uvicorn.run(app, host="127.0.0.1", port=given.port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
