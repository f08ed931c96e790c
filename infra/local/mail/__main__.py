"""`python -m infra.local.mail`: run the mailbox on loopback."""

from __future__ import annotations

import argparse

import boto3
import uvicorn

from infra.local.mail.app import make_app
from infra.local.mail.returns import Teller


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="of its pages")
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--aws", required=True, help="the local AWS, told of what comes back")
    given = parser.parse_args()
    sets, topics = (boto3.client(name, endpoint_url=given.aws) for name in ("sesv2", "sns"))
    app = make_app(given.smtp_port, Teller(sets, topics).tell)
    uvicorn.run(app, host="127.0.0.1", port=given.port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
