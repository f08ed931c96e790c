"""Whether the tables answer: all are asked at once, each for an item that is not there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    HTTPClientError,
    ReadTimeoutError,
)

KEYS: Mapping[str, tuple[str, ...]] = {
    "resources": ("id",),
    "reservations": ("key",),
    "journal": ("entity", "sort"),
}
"""The tables that the API cannot do without, and their keys."""
SECONDS = 1.8
"""How long all of them may take together, a name that does not resolve included."""
IMPATIENT = Config(connect_timeout=0.7, read_timeout=1.0, retries={"total_max_attempts": 1})
OK = "ok"
SILENT = "does not answer in time"
REFUSED = {
    "ResourceNotFoundException": "does not exist",
    "AccessDeniedException": "may not be read",
}
_CODE = re.compile(r"[A-Za-z]{1,80}")


def check_tables(client: Any, installation: str) -> dict[str, str]:
    """Say of each table that it is `ok`, or what is wrong with it, without anything secret.

    `client` is boto3's, made with `IMPATIENT`.
    """
    pool = ThreadPoolExecutor(len(KEYS))
    asked = {name: pool.submit(_ask, client, installation, name) for name in KEYS}
    wait(asked.values(), timeout=SECONDS)
    pool.shutdown(wait=False, cancel_futures=True)
    return {name: _outcome(future) for name, future in asked.items()}


def _ask(client: Any, installation: str, name: str) -> None:
    key = {part: {"S": "ready"} for part in KEYS[name]}
    client.get_item(TableName=f"{installation}-{name}", Key=key)


def _outcome(asked: Future[None]) -> str:
    if not asked.done():
        return SILENT
    error = asked.exception()
    if error is None:
        return OK
    if isinstance(error, ConnectTimeoutError | ReadTimeoutError):
        return SILENT
    if isinstance(error, ClientError):
        code = str(error.response.get("Error", {}).get("Code", ""))
        shown = code if _CODE.fullmatch(code) else "an unknown error"
        return f"{REFUSED.get(code, 'fails')} ({shown})"
    if isinstance(error, BotoCoreError | HTTPClientError):
        return f"cannot be reached ({type(error).__name__})"
    return f"fails ({type(error).__name__})"
