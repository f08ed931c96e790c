"""The account whose templates are loaded or proven: the one that is named, or the local one."""

from __future__ import annotations

from collections.abc import Mapping

from infra.local.journey.client import Account
from infra.local.platform import layout
from infra.local.platform.welcome import CREATOR_EMAIL


def creator(env: Mapping[str, str]) -> Account:
    """Sign in as `EMAIL` with `PASSWORD` at `URL`, or else as the local platform's own creator.

    Raises `LookupError` when the platform does not run here, or who is meant is not said.
    """
    if url := env.get("URL", ""):
        email, password = env.get("EMAIL", ""), env.get("PASSWORD", "")
        if not email or not password:
            message = "With URL, say EMAIL and PASSWORD of the account that is to own them."
            raise LookupError(message)
    else:
        platform = layout.running()
        if platform is None:
            message = "The platform does not run here. Start it with make run, or say URL."
            raise LookupError(message)
        url, email = platform["urls"]["web"], CREATOR_EMAIL
        password = platform["account"]["password"]
    account = Account(url)
    account.sign_up(email, password)
    return account
