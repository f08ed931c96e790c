"""Keep the certificates that HAProxy serves equal to those that routes name.

In a thread of its own: opening keys takes a while each, and no route waits for that. Material is
read by host, and only where what lies on disk is another certificate. What is wrong with one host
is told, tried again later, and keeps no other host waiting.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.errors import ProductError, Unavailable
from chalicelib.domain.routes import CERTIFICATE_KEY, CLIENT_HOST
from infra.proxy.balancer import Silent
from infra.proxy.outages import UNWRITABLE, Outage
from infra.proxy.pairs import Pair, authority_of, pair_of
from infra.proxy.routes import Routes
from infra.proxy.served import Refused, Served
from infra.proxy.shelf import Shelf
from infra.proxy.table import Item, RouteTable

OPENERS = 8
"""How many keys are opened at a time."""
BATCH = 32
"""How many certificates are read and loaded before the next are looked for."""
LOOK_SECONDS = 1.0
FIRST_RETRY, LAST_RETRY = 2.0, 60.0
"""Seconds until what did not work is tried again: doubled each time, up to the last."""

log = logging.getLogger("route agent")


class Opener(Protocol):
    """Opens sealed keys (`chalicelib.ports.secrets.Seal`)."""

    def open(self, sealed: str, *, record: str, field: str) -> str:
        """Decrypt what was sealed for a record's field."""


@dataclass
class Trouble:
    """A certificate that is not served as it should be."""

    fingerprint: str
    complaint: str
    tries: int
    due: float
    """When it is tried again, on the monotonic clock."""


@dataclass(frozen=True)
class Material:
    """A certificate as it is to be served."""

    pair: Pair
    authority: str = ""


@dataclass
class Keeper:
    """The certificates of one proxy."""

    table: RouteTable
    served: Served
    shelf: Shelf
    opener: Opener | None
    """None where the proxy was not told of a key: then none can be opened."""
    wanted: Routes | None = None
    """The fingerprint to serve by host; None before all of them are known."""
    has_tried: bool = False
    """Whether everything that was wanted first was tried once."""
    troubles: dict[str, Trouble] = field(default_factory=dict)
    secured: frozenset[str] = frozenset()
    """The hosts that a certificate is served for; replaced, never changed."""
    compares: bool = True
    """Whether what HAProxy has is to be compared with what lies on disk."""
    outage: Outage = field(default_factory=lambda: Outage("The keys of certificates", "are"))
    disk: Outage = field(
        default_factory=lambda: Outage("The disk for certificates", how=UNWRITABLE)
    )
    clock: Callable[[], float] = time.monotonic
    reload: Callable[[], None] = lambda: None
    """Has HAProxy take what lies on disk anew, without losing a connection."""
    _woken: threading.Event = field(default_factory=threading.Event)

    def open(self) -> None:
        """Begin with what lies on disk: a HAProxy that started has that."""
        with self._on_disk(), self.shelf.locked():
            self.shelf.open()
            self.shelf.tidy()
        self._tell_secured()

    def want(self, wanted: Routes) -> None:
        """Say which certificates are to be served."""
        if wanted != self.wanted:
            self.wanted = wanted
            self._woken.set()

    def try_again(self) -> None:
        """Try at once what did not work: the table says that something changed."""
        for trouble in list(self.troubles.values()):
            trouble.due = 0.0
        self._woken.set()

    def compare(self) -> None:
        """Look at what HAProxy has, once in a while and whenever it has started."""
        self.compares = True
        self._woken.set()

    def run(self, stopping: threading.Event) -> None:
        """Keep them until told to stop."""
        while not stopping.is_set():
            self._woken.wait(LOOK_SECONDS)
            self._woken.clear()
            try:
                self.look()
            except Exception:
                # Routes are kept all the same; the next look begins with what HAProxy has.
                log.exception("Certificates could not be looked at")
                self.compares = True

    def stop(self) -> None:
        """Have `run` see that it is told to stop."""
        self._woken.set()

    def look(self) -> None:
        """Bring what is served one step nearer to what is wanted, in whole if all goes well."""
        wanted = self.wanted
        if wanted is None:
            return
        try:
            if self.compares:
                self.compares = False
                self._compare()
            self._drop(self.shelf.pairs.keys() - wanted.keys() - {CLIENT_HOST})
            self._fetch(wanted)
            self.has_tried = True
        except Silent:
            # The agent tells of it; HAProxy starts with what lies on disk.
            self.compares = True
        finally:
            self._tell_secured()

    def _tell_secured(self) -> None:
        secured = frozenset(self.shelf.pairs.keys() - {CLIENT_HOST})
        if secured != self.secured:
            self.secured = secured

    @contextmanager
    def _on_disk(self) -> Iterator[None]:
        """Tell of a disk that takes nothing; a later comparison puts there what it lacks."""
        try:
            yield
        except OSError as error:
            self.disk.begin(error)

    # What HAProxy has ------------------------------------------------------------------------

    def _compare(self) -> None:
        """Have HAProxy serve what is kept, and nothing else, and the disk hold it."""
        with self._on_disk():
            self.shelf.mend()
            self.disk.end()
        files, listed = self.served.files(), self.served.listed()
        given_up = []
        for host, pair in self.shelf.pairs.items():
            name = self.shelf.name(host)
            is_listed = host == CLIENT_HOST or listed.get(host) == name
            if is_listed and name in files and self.served.mark(name) == pair.mark:
                continue
            if host == CLIENT_HOST:
                if not self.disk.lasting:
                    self.reload()
                continue
            log.warning("HAProxy has another certificate for %s than it should have", host)
            try:
                self._load(host, Material(pair, self.shelf.authority), files, listed)
            except Refused as error:
                # It is read again, as if it had never been there.
                log.error("The certificate of %s is given up: %s", host, error)
                given_up.append(host)
        if given_up:
            with self._on_disk():
                self.shelf.drop(*given_up)
        ours = {self.shelf.name(host) for host in self.shelf.pairs} | self.shelf.fixed
        for name in files - ours:
            self._unload(name, listed=name in listed.values())

    def _unload(self, name: str, *, listed: bool) -> None:
        try:
            self.served.unload(name, listed=listed)
        except Refused as error:
            log.error("A certificate stays loaded: %s", error)

    def _load(
        self, host: str, material: Material, files: Iterable[str], listed: dict[str, str]
    ) -> None:
        """Have HAProxy serve a certificate, then keep it on disk.

        What it shows to nodes' doors it takes with a reload alone: HAProxy 2.6 shows the earlier
        one for ever, or ends, when a server's certificate and authority are changed in turn.
        """
        if host == CLIENT_HOST:
            return
        name = self.shelf.name(host)
        is_listed = listed.get(host) == name
        pem = material.pair.pem
        self.served.load(name, pem, host, known=name in files, listed=is_listed)

    def _drop(self, hosts: Iterable[str]) -> None:
        gone = sorted(hosts)
        for host in gone:
            self._unload(self.shelf.name(host), listed=True)
        if gone:
            with self._on_disk():
                self.shelf.drop(*gone)
            log.info("Certificates are served no longer of: %s", ", ".join(gone))

    # What is wanted --------------------------------------------------------------------------

    def _fetch(self, wanted: Routes) -> None:
        """Read, open and load what is not served yet."""
        now, have = self.clock(), self.shelf.pairs
        for host in self.troubles.keys() - wanted.keys():
            del self.troubles[host]
        hosts = [
            host
            for host, fingerprint in wanted.items()
            if (host not in have or have[host].fingerprint != fingerprint)
            and not self._waits(host, fingerprint, now)
        ]
        for start in range(0, len(hosts), BATCH):
            self._fetch_some(wanted, hosts[start : start + BATCH])
            self._tell_secured()
            if self.outage.lasting:
                # The others would wait for the same.
                break

    def _waits(self, host: str, fingerprint: str, now: float) -> bool:
        trouble = self.troubles.get(host)
        return trouble is not None and trouble.fingerprint == fingerprint and now < trouble.due

    def _fetch_some(self, wanted: Routes, hosts: list[str]) -> None:
        try:
            items = {item["host"]: item for item in self.table.certificates(hosts)}
        except (BotoCoreError, ClientError) as error:
            for host in hosts:
                self._trouble(host, wanted[host], f"the table does not answer: {error}", "")
            return
        with ThreadPoolExecutor(OPENERS) as pool:
            opened = pool.map(lambda host: self._opened(host, items.get(host)), hosts)
            made = dict(zip(hosts, opened, strict=True))
        files, listed = self.served.files(), self.served.listed()
        shown = self.shelf.pairs.get(CLIENT_HOST)
        try:
            for host, material in made.items():
                self._take(host, wanted[host], material, files, listed)
        finally:
            with self._on_disk():
                self.shelf.list_them()
            # HAProxy starts anew with what was listed, so that comes before.
            if self.shelf.pairs.get(CLIENT_HOST) is not shown:
                self.reload()

    def _opened(self, host: str, item: Item | None) -> Material | Exception:
        """A host's certificate, or why there is none."""
        try:
            if item is None:
                raise ValueError("there is no such certificate")
            if self.opener is None:
                raise ValueError("HOSTER_KMS_KEY is not set, so that no key can be opened")
            sealed, record = str(item.get("key")), str(item.get("bound_to"))
            key = self.opener.open(sealed, record=record, field=CERTIFICATE_KEY)
            pair = pair_of(str(item.get("chain")), key)
            if host == CLIENT_HOST:
                return Material(pair, authority_of(str(item.get("authority"))))
            if not pair.is_for(host):
                raise ValueError("it is for other names")
            return Material(pair)
        except (ValueError, ProductError) as error:
            return error

    def _take(
        self,
        host: str,
        fingerprint: str,
        material: Material | Exception,
        files: frozenset[str],
        listed: dict[str, str],
    ) -> None:
        """Serve one certificate, or tell what is wrong with it."""
        try:
            if isinstance(material, Exception):
                raise material
            if material.pair.fingerprint != fingerprint:
                raise ValueError("it is another one than the route names")
            self._load(host, material, files, listed)
        except Unavailable as error:
            self.outage.begin(error)
            self._trouble(host, fingerprint, str(error), "")
        except (ValueError, ProductError) as error:
            self._trouble(host, fingerprint, str(error), f"The certificate of {host}: {error}")
        else:
            self.outage.end()
            with self._on_disk():
                self.shelf.put(host, material.pair, material.authority)
            if self.shelf.pairs.get(host) is not material.pair:
                self._trouble(host, fingerprint, "the disk does not take it", "")
                return
            self.troubles.pop(host, None)
            log.info("A certificate of %s is served: %s", host, fingerprint)

    def _trouble(self, host: str, fingerprint: str, complaint: str, told: str) -> None:
        """Remember to try again; `told` is told once for a certificate and complaint."""
        before = self.troubles.get(host)
        is_same = before is not None and before.fingerprint == fingerprint
        tries = before.tries + 1 if before is not None and is_same else 1
        if told and not (before is not None and is_same and before.complaint == complaint):
            log.error("%s", told)
        wait = min(FIRST_RETRY * 2 ** min(tries - 1, 10), LAST_RETRY)
        self.troubles[host] = Trouble(fingerprint, complaint, tries, self.clock() + wait)
