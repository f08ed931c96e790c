"""A client that asks an app all the time, and counts what it is told."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from e2e.deploys.tenant import App

PAUSE = 0.01
"""Seconds between two questions of one client."""


@contextmanager
def asked_all_the_time(app: App) -> Iterator[Counter[str]]:
    """Ask through the app proxy while the block runs, over a kept connection and over new ones.

    Counts the first line of each answer, and whatever is no answer by its name.
    """
    host = app.attributes["domains"][0]["hostname"]
    proxy = app.tenant.platform["urls"]["proxy"]
    told: Counter[str] = Counter()
    over = threading.Event()

    def ask(*, keep: bool) -> None:
        limits = httpx.Limits(max_keepalive_connections=1 if keep else 0)
        headers = {"Host": host}
        with httpx.Client(limits=limits, headers=headers, trust_env=False, timeout=10) as http:
            while not over.wait(PAUSE):
                told[_answer(http, proxy)] += 1

    clients = [threading.Thread(target=ask, kwargs={"keep": keep}) for keep in (True, False)]
    for client in clients:
        client.start()
    try:
        yield told
    finally:
        over.set()
        for client in clients:
            client.join()


def _answer(http: httpx.Client, url: str) -> str:
    try:
        answer = http.get(url)
    except httpx.HTTPError as error:
        return type(error).__name__
    if answer.status_code != 200:
        return str(answer.status_code)
    return answer.text.splitlines()[0]
