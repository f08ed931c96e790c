"""Clients that ask an app again and again while something happens to the proxy."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.proxy.rig import until

RETRY_SECONDS = 15.0


@dataclass
class Load:
    """What the clients met."""

    port: int
    host: str
    retries: bool
    """Whether a client asks again after a connection that was refused or broke."""
    answered: int = 0
    retried: int = 0
    failures: list[str] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def await_more(self, count: int) -> None:
        """Wait until so many more requests were answered, or one failed."""
        wanted = self.answered + count
        until(lambda: self.failures or self.answered >= wanted, 20)

    def ask_on(self, *, keeps_alive: bool) -> None:
        """Ask until told to stop, over one connection or each time over another."""
        connection = self._connection()
        while not self.stopping.is_set():
            if not keeps_alive:
                connection.close()
            self._ask(connection)
        connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)

    def _ask(self, connection: http.client.HTTPConnection) -> None:
        end = time.monotonic() + RETRY_SECONDS
        while True:
            try:
                connection.request("GET", "/", headers={"Host": self.host})
                answer = connection.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                if self.retries and time.monotonic() < end:
                    self.retried += 1
                    time.sleep(0.01)
                    continue
                self.failures.append(repr(error))
                return
            self.answered += 1
            if answer.status != 200:
                self.failures.append(str(answer.status))
            return


@contextmanager
def load(port: int, host: str, *, retries: bool) -> Iterator[Load]:
    """Clients at work, some with a connection that stays and some with one for each request."""
    made = Load(port, host, retries)
    threads = [
        threading.Thread(target=made.ask_on, kwargs={"keeps_alive": number % 2 == 0}, daemon=True)
        for number in range(6)
    ]
    for thread in threads:
        thread.start()
    try:
        yield made
    finally:
        made.stopping.set()
        for thread in threads:
            thread.join(RETRY_SECONDS + 5)
