"""Functions stopped, failed and interrupted between any two calls that they make to the world.

Whatever a function reaches it reaches through a `Watched` port. Each call is a crossing; at a
crossing a function may die, a call may fail before or after its effect, and others may act.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chalicelib.domain.errors import (
    AuthorityUnavailable,
    BucketRefused,
    Contended,
    DockerUnavailable,
    HostUnreachable,
    InvalidCredential,
    NoCapacity,
    ProductError,
    ProviderUnavailable,
    RefusedByProvider,
    Throttled,
    Unavailable,
)

if TYPE_CHECKING:
    from infra.faults.simulated.world import World

DEATHS = ("Lambda.Unknown", "Sandbox.Timedout", "Runtime.ExitError", "States.Timeout")
"""What a machine is told of a function that ended without a word."""
PARTS = frozenset({"engine", "insight", "inside", "volumes", "volume_archives"})
"""Ports that are reached through a node."""

PASSING: dict[str, tuple[type[ProductError], ...]] = {
    "records": (Unavailable, Contended),
    "cloud": (ProviderUnavailable, Throttled),
    "node": (HostUnreachable,),
    "engine": (DockerUnavailable, HostUnreachable),
    "insight": (DockerUnavailable, HostUnreachable),
    "volumes": (DockerUnavailable, HostUnreachable),
    "volume_archives": (DockerUnavailable, HostUnreachable),
    "vault": (Unavailable,),
    "bucket": (Unavailable,),
    "workflows": (Unavailable,),
    "queue": (Unavailable,),
    "seal": (Unavailable,),
    "contents": (Unavailable,),
    "archives": (Unavailable,),
    "paces": (Unavailable,),
    "holdings": (Unavailable,),
    "reports": (Unavailable,),
    "ledger": (Unavailable,),
    "runs": (Unavailable,),
    "authority": (AuthorityUnavailable,),
    "zones": (Unavailable,),
}
"""What a call of each port may fail with for once."""
LASTING: dict[str, tuple[type[ProductError], ...]] = {
    "bucket": (BucketRefused,),
    "cloud": (InvalidCredential, NoCapacity, RefusedByProvider),
}
"""What a call may fail with that no repeat helps against, before its effect alone."""
LOST_ANSWERS: dict[str, type[ProductError]] = {
    "records": Unavailable,
    "cloud": ProviderUnavailable,
    "node": HostUnreachable,
    "engine": DockerUnavailable,
    "volumes": HostUnreachable,
    "volume_archives": HostUnreachable,
    "workflows": Unavailable,
    "queue": Unavailable,
    "authority": AuthorityUnavailable,
}
"""What a call whose effect came about, and whose answer was lost, fails with."""


class Killed(BaseException):
    """The function's process is gone: nothing of it runs on, no `except Exception` included."""


@dataclass
class Fate:
    """What happens to one call of a function: at which of its crossings, counted from 1."""

    dies_at: int = 0
    """0: never."""
    dies_answered: bool = False
    """Whether it dies with all its work done, before its answer is heard."""
    fails_at: int = 0
    after_effect: bool = False
    interrupted_at: int = 0
    interrupt: Callable[[], None] | None = None
    """What others do in the middle of it."""
    runs_twice: bool = False
    act: Callable[[], None] | None = None
    """What happens just before it begins."""
    raises: str = ""
    """The name of the error that it ends with in place of what it does."""
    raises_after: str = ""
    """Likewise, with all its work done."""
    port: str = ""
    """Which port's calls are counted for `fails_at`; empty: any."""
    error: type[ProductError] | None = None
    """What it fails with; None: by chance."""
    ends: float = float("inf")
    """When its time is up, in the simulation's seconds."""
    crossings: int = 0
    matched: int = 0
    came_true: bool = False


class Watched:
    """A port whose every call is a crossing."""

    def __init__(self, target: Any, world: World, port: str) -> None:
        self._target, self._world, self._port = target, world, port

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._target, name)
        if name in PARTS:
            found: Any = Watched(value, self._world, name)
        elif callable(value):
            found = self._wrapped(name, value)
        else:
            return value
        self.__dict__[name] = found
        return found

    def _wrapped(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        world, port, target = self._world, self._port, self._target

        def crossing(*given: Any, **named: Any) -> Any:
            lost = world.cross(port, name, target)
            result = method(*given, **named)
            if lost is not None:
                raise lost
            return result

        return crossing


def failure(fate: Fate, port: str, world: World) -> ProductError | None:
    """The error of a call that is to fail now; None when its port fails in no such way."""
    if fate.error is not None:
        return fate.error("It was made to fail.")
    if fate.after_effect:
        kind = LOST_ANSWERS.get(port)
        return kind("The answer was lost.") if kind else None
    kinds = PASSING.get(port, ()) * 3 + LASTING.get(port, ())
    return world.chance.choice(kinds)("It fails this once.") if kinds else None
