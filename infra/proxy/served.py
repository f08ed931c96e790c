"""The certificates that a running HAProxy serves, changed over its runtime socket without a reload.

HAProxy takes one change of a certificate at a time: it is given, then made to count. What an agent
left in the middle of that is taken back before anything else is given.
"""

from __future__ import annotations

import re

from infra.proxy.balancer import Balancer, Silent
from infra.proxy.settings import Files

_MARK = re.compile(r"^SHA1 FingerPrint: ([0-9A-Fa-f]+)$", re.MULTILINE)


class Refused(ValueError):
    """HAProxy does not take a certificate; the message holds its words."""


class Served:
    """What one HAProxy serves. Every call raises `Silent` when it is not there.

    Files are named as the list names them: by their path in the state folder. Names are this
    product's own, hosts were looked at, and PEM was written anew: none can hold a command.
    """

    def __init__(self, balancer: Balancer, files: Files) -> None:
        self._balancer = balancer
        self._list = files.certificate_list.name

    def files(self) -> frozenset[str]:
        """The files whose certificates it has, once nothing is left half changed."""
        for what in ("cert", "ca-file"):
            for left in self._shown(f"show ssl {what}"):
                if left.startswith("*"):
                    self._balancer.say(f"abort ssl {what} {left[1:]}")
        return frozenset(self._shown("show ssl cert"))

    def listed(self) -> dict[str, str]:
        """The file by the host that it is served for; those without a host are left out."""
        lines = (
            line.split() for line in self._shown(f"show ssl crt-list {self._list}", whole=True)
        )
        return {words[1]: words[0] for words in lines if len(words) == 2}

    def mark(self, file: str) -> str:
        """The SHA-1 of the leaf that it has of a file; empty where it has none."""
        found = _MARK.search(self._balancer.say(f"show ssl cert {file}"))
        return found.group(1).lower() if found else ""

    def load(self, file: str, pem: str, host: str | None, *, known: bool, listed: bool) -> None:
        """Have it serve a certificate for a host. Raises `Refused` for what it does not take.

        Connections that are open go on under the certificate that they began with. `known` and
        `listed` say whether it has a certificate of this file and serves it for the host.
        """
        if not known:
            self._ask(f"new ssl cert {file}", "New empty certificate store")
        self._give("cert", file, pem)
        if host is not None and not listed:
            line = f"add ssl crt-list {self._list} <<\n{file} {host}\n"
            self._ask(line, "Success!")

    def unload(self, file: str, *, listed: bool) -> None:
        """Have it serve a certificate no longer."""
        if listed:
            self._ask(f"del ssl crt-list {self._list} {file}", "deleted in crtlist")
        self._ask(f"del ssl cert {file}", "deleted!")

    def _give(self, what: str, file: str, pem: str) -> None:
        """Replace what it has of a file, or leave it as it was."""
        said = self._balancer.say(f"set ssl {what} {file} <<\n{pem.strip()}\n")
        if "ransaction created" not in said or f" {file}!" not in said:
            self._balancer.say(f"abort ssl {what} {file}")
            raise Refused(f"HAProxy does not take it: {' '.join(said.split())}")
        self._ask(f"commit ssl {what} {file}", "Success!")

    def _ask(self, line: str, wanted: str) -> None:
        said = self._balancer.say(line)
        if wanted not in said:
            raise Refused(f"HAProxy refuses it: {' '.join(said.split())}")

    def _shown(self, command: str, *, whole: bool = False) -> list[str]:
        """The lines of a list; of each its first word, or the whole."""
        said = self._balancer.say(command)
        if not said.startswith("#"):
            raise Silent(f"HAProxy does not tell its certificates: {' '.join(said.split())}")
        lines = [line for line in said.splitlines() if line and not line.startswith("#")]
        return lines if whole else [line.split()[0] for line in lines]
