"""Certificates on disk: the last good copy of them, from which HAProxy starts.

A certificate's file is named by its host's hash, so that no host's name is ever part of a path.
Files come before the list that names them and go after it: HAProxy starts with none that is
missing. Nothing is put here that HAProxy has not taken before. The agent puts and removes; the
supervisor, before HAProxy reads the list, leaves out of it what cannot be read.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from chalicelib.domain.routes import CLIENT_HOST
from infra.proxy.pairs import Pair, authority_of, pair_of
from infra.proxy.routes import has_certificate_name
from infra.proxy.settings import Files
from infra.proxy.writing import FRESH, write

_KEY_BEGINS = "-----BEGIN PRIVATE KEY-----"


class Shelf:
    """The certificates of one proxy's state folder, by host."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self.pairs: dict[str, Pair] = {}
        self.authority = ""
        """Whom the proxy believes to be a node's door; empty before it was told."""
        self.unwritten: set[str] = set()
        """The hosts whose certificate the disk did not take: those are not listed."""

    def file(self, host: str) -> Path:
        """Where a host's certificate lies, or would."""
        if host == CLIENT_HOST:
            return self._files.door_client
        return self._files.certificates / f"{sha256(host.encode()).hexdigest()[:40]}.pem"

    def name(self, host: str) -> str:
        """What HAProxy calls a host's certificate: its path in the state folder."""
        return str(self.file(host).relative_to(self._files.state))

    @property
    def fixed(self) -> frozenset[str]:
        """The names of what HAProxy has in any case."""
        own = (self._files.default_certificate, self._files.door_client)
        return frozenset(str(file.relative_to(self._files.state)) for file in own)

    @property
    def authority_name(self) -> str:
        """What HAProxy calls the authority of nodes' doors."""
        return str(self._files.door_authority.relative_to(self._files.state))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep the other process that changes the list from doing so meanwhile."""
        file = self._files.certificate_list.with_suffix(".lock")
        number = os.open(file, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(number, fcntl.LOCK_EX)
            yield
        finally:
            os.close(number)

    def open(self) -> None:
        """Read what is there, and list it anew without what HAProxy could not start with.

        Files that are not listed stay: the agent may be about to list them. Called while `locked`.
        """
        self._files.certificates.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._files.door_client.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.pairs = {}
        for host in (*self._listed(), CLIENT_HOST):
            pair = self._read(host)
            if pair is not None:
                self.pairs[host] = pair
        if CLIENT_HOST in self.pairs:
            self.authority = _text_of(self._files.door_authority)
        else:
            self._files.door_client.unlink(missing_ok=True)
            self._files.door_authority.unlink(missing_ok=True)
        self._list()

    def tidy(self) -> None:
        """Remove the files that are not kept, as the agent does when it starts, while `locked`."""
        kept = {self.file(host) for host in self.pairs} | {self._files.default_certificate}
        for file in self._files.certificates.glob("*.pem"):
            if file not in kept:
                file.unlink()
        folders = (self._files.certificates, self._files.door_client.parent)
        left = [file for folder in folders for file in folder.glob(f"*{FRESH}")]
        left += self._files.state.glob(f"{self._files.certificate_list.name}.*{FRESH}")
        for file in left:
            file.unlink()

    def put(self, host: str, pair: Pair, authority: str = "") -> None:
        """Keep a certificate in place of an earlier one; `list_them` has HAProxy start with it.

        Raises `OSError` when the disk does not take it; a host's is kept without it meanwhile.
        """
        if host == CLIENT_HOST:
            with self.locked():
                write(self._files.door_authority, authority)
                write(self.file(host), pair.pem)
            self.authority = authority
            self.pairs[host] = pair
            return
        self.pairs[host] = pair
        file = self.file(host)
        try:
            write(file, pair.pem)
        except OSError:
            if not file.exists():
                self.unwritten.add(host)
            raise
        self.unwritten.discard(host)

    def mend(self) -> None:
        """Put on disk again what is kept and does not lie there. Raises `OSError`."""
        for host, pair in self.pairs.items():
            is_there = _text_of(self.file(host)) == pair.pem
            if host == CLIENT_HOST and _text_of(self._files.door_authority) != self.authority:
                is_there = False
            if not is_there:
                self.put(host, pair, self.authority)
        self.list_them()

    def drop(self, *hosts: str) -> None:
        """Keep these hosts' certificates no longer. HAProxy starts with no client's missing."""
        for host in hosts:
            del self.pairs[host]
            self.unwritten.discard(host)
        self.list_them()
        for host in hosts:
            if host != CLIENT_HOST:
                self.file(host).unlink(missing_ok=True)

    def list_them(self) -> None:
        """Have HAProxy start with what is kept."""
        with self.locked():
            self._list()

    def _list(self) -> None:
        folder = self._files.certificates.name
        lines = [f"{folder}/{self._files.default_certificate.name}"]
        hosts = sorted(self.pairs.keys() - {CLIENT_HOST} - self.unwritten)
        lines += [f"{folder}/{self.file(host).name} {host}" for host in hosts]
        text = "\n".join(lines) + "\n"
        if text != _text_of(self._files.certificate_list):
            write(self._files.certificate_list, text, lasting=True)

    def _listed(self) -> list[str]:
        """The hosts in the list."""
        lines = (line.split() for line in _text_of(self._files.certificate_list).splitlines())
        return [words[1] for words in lines if len(words) == 2 and has_certificate_name(words[1])]

    def _read(self, host: str) -> Pair | None:
        """A host's certificate as it lies here; None where it is none that could be served."""
        chain, begins, key = _text_of(self.file(host)).partition(_KEY_BEGINS)
        try:
            pair = pair_of(chain, begins + key)
            if host == CLIENT_HOST:
                authority_of(_text_of(self._files.door_authority))
        except ValueError:
            return None
        return pair


def _text_of(file: Path) -> str:
    try:
        return file.read_text()
    except (OSError, UnicodeDecodeError):
        return ""
