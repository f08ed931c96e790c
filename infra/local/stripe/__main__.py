"""`python -m infra.local.stripe`: run it on loopback; its secrets are in the environment."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import uvicorn

from infra.local.stripe.account import Account
from infra.local.stripe.app import make_app
from infra.local.stripe.webhooks import Webhooks


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--webhook-url", required=True)
    given = parser.parse_args()
    webhooks = Webhooks(given.webhook_url, os.environ["STRIPE_WEBHOOK_SECRET"])
    base = f"http://127.0.0.1:{given.port}"
    account = Account(given.state / "account.json")
    app = make_app(account, os.environ["STRIPE_KEY"], base, webhooks)
    uvicorn.run(app, host="127.0.0.1", port=given.port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
