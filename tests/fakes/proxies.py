"""What proxies and a zone of our own show, in memory, held to their ports' contracts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from chalicelib.domain.certificates import REACHABLE, WELL_KNOWN
from chalicelib.domain.errors import ProductError

Look = Callable[[str], str | None]


@dataclass
class FakeProbes:
    """Proxies at every address, which show what they were told at once, unless they are away."""

    installation: str
    challenge: Look
    """The answer to a challenge, by its token."""
    certificate: Look
    """The fingerprint that is shown, by host."""
    serving: bool = True
    """Whether apps are shown."""
    asked: list[tuple[str, int, str, bool]] = field(default_factory=list)
    """Where it was looked whether an app is shown."""
    lags: int = 0
    """How many looks still see what was before."""
    silent: set[str] = field(default_factory=set)
    """Addresses where nobody answers."""
    strange: set[str] = field(default_factory=set)
    """Addresses where something else answers."""

    def text(self, address: str, port: int, host: str, path: str) -> str | None:
        if address in self.silent or self._lags():
            return None
        if address in self.strange:
            return "Welcome to nginx!"
        if path == REACHABLE:
            return self.installation
        return self.challenge(path.removeprefix(WELL_KNOWN))

    def serves(self, address: str, port: int, host: str, *, secure: bool) -> bool:
        self.asked.append((address, port, host, secure))
        return address not in self.silent and self.serving and not self._lags()

    def fingerprint(self, address: str, port: int, host: str) -> str | None:
        if address in self.silent or self._lags():
            return None
        return self.certificate(host) or self.certificate(f"*.{host.partition('.')[2]}")

    def _lags(self) -> bool:
        if not self.lags:
            return False
        self.lags -= 1
        return True


@dataclass
class FakeZones:
    """A zone that Hoster may write in."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    fails: list[ProductError] = field(default_factory=list)
    """What the next calls raise."""
    told: Callable[[str, list[str]], None] = lambda _name, _texts: None
    """Who is told of every change."""

    def publish(self, name: str, text: str) -> None:
        self._meet()
        known = self.texts.setdefault(name, [])
        if text not in known:
            known.append(text)
        self.told(name, known)

    def withdraw(self, name: str, text: str) -> None:
        self._meet()
        left = [one for one in self.texts.get(name, []) if one != text]
        self.texts[name] = left
        self.told(name, left)

    def _meet(self) -> None:
        if self.fails:
            raise self.fails.pop(0)
