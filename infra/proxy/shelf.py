"""Certificates on disk: the last good copy of them, from which HAProxy starts.

A certificate's file is named by its host's hash, so that no host's name is ever part of a path.
Files come before the list that names them and go after it: HAProxy starts with none that is
missing. Nothing is put here that HAProxy has not taken before.
"""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

from chalicelib.domain.routes import CLIENT_HOST
from infra.proxy.pairs import Pair, authority_of, pair_of
from infra.proxy.routes import has_certificate_name
from infra.proxy.settings import Files

_KEY_BEGINS = "-----BEGIN PRIVATE KEY-----"


class Shelf:
    """The certificates of one proxy's state folder, by host."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self.pairs: dict[str, Pair] = {}
        self.authority = ""
        """Whom the proxy believes to be a node's door; empty before it was told."""

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

    def open(self) -> None:
        """Read what is there, and list it anew without what HAProxy could not start with."""
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
        self.list_them()
        kept = {self.file(host) for host in self.pairs} | {self._files.default_certificate}
        for file in self._files.certificates.glob("*.pem"):
            if file not in kept:
                file.unlink()

    def put(self, host: str, pair: Pair, authority: str = "") -> None:
        """Keep a certificate in place of an earlier one; `list_them` has HAProxy start with it."""
        if host == CLIENT_HOST:
            _write(self._files.door_authority, authority)
            self.authority = authority
        _write(self.file(host), pair.pem)
        self.pairs[host] = pair

    def drop(self, *hosts: str) -> None:
        """Keep these hosts' certificates no longer. HAProxy starts with no client's missing."""
        for host in hosts:
            del self.pairs[host]
        self.list_them()
        for host in hosts:
            if host != CLIENT_HOST:
                self.file(host).unlink(missing_ok=True)

    def list_them(self) -> None:
        """Have HAProxy start with what is kept."""
        folder = self._files.certificates.name
        lines = [f"{folder}/{self._files.default_certificate.name}"]
        hosts = sorted(self.pairs.keys() - {CLIENT_HOST})
        lines += [f"{folder}/{self.file(host).name} {host}" for host in hosts]
        _write(self._files.certificate_list, "\n".join(lines) + "\n", lasting=True)

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


def _write(file: Path, text: str, *, lasting: bool = False) -> None:
    """Write a file for this user alone, in place of the earlier one.

    One that is not `lasting` may be lost with the machine's power: it is read again then, and until
    it was, it is left out of the list.
    """
    fresh = file.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:  # noqa: PTH123
        out.write(text)
        if lasting:
            out.flush()
            os.fsync(out.fileno())
    fresh.replace(file)
