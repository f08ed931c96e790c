"""Whether the tables answer, asked of ports that do not."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import boto3
import pytest

from chalicelib.adapters.records.readiness import IMPATIENT, check_tables

NOT_ASKED_AGAIN_SECONDS = 20
"""An SDK of its own mind waits for a minute, five times; a machine with much to do for seconds."""


@contextmanager
def silent_port() -> Iterator[int]:
    """A port that takes connections and never says anything."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken: list[socket.socket] = []

        def take() -> None:
            while True:
                try:
                    taken.append(server.accept()[0])
                except OSError:
                    return

        threading.Thread(target=take, daemon=True).start()
        yield int(server.getsockname()[1])
        for connection in taken:
            connection.close()


@contextmanager
def closed_port() -> Iterator[int]:
    """A port at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        yield int(probe.getsockname()[1])


@pytest.mark.parametrize(
    ("port", "said"),
    [(silent_port, "does not answer in time"), (closed_port, "cannot be reached")],
    ids=["hangs", "refuses"],
)
def test_store_that_hangs_or_refuses_is_told_within_two_seconds(
    port: Callable[[], AbstractContextManager[int]], said: str
) -> None:
    with port() as number:
        client = boto3.client(
            "dynamodb",
            config=IMPATIENT,
            endpoint_url=f"http://127.0.0.1:{number}",
            region_name="us-east-1",
            aws_access_key_id="x",
            aws_secret_access_key="x",
        )
        begun = time.monotonic()
        checks = check_tables(client, "test")
        took = time.monotonic() - begun

    assert took < NOT_ASKED_AGAIN_SECONDS
    assert all(said in found for found in checks.values()), checks
