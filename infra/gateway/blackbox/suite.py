"""The checks by their numbers in the gateway's contract, and a run of all of them."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import httpx

from infra.gateway.admin import NotConfigured
from infra.gateway.blackbox.bench import Bench, Differs, NotAsked

MODULES = ("accounts", "requests", "bounds", "metering", "people")
Result = Literal["as it should be", "differs", "not asked"]
Body = Callable[[Bench], None]


@dataclass(frozen=True)
class Check:
    """One thing that is asked."""

    numbers: str
    title: str
    body: Body


@dataclass(frozen=True)
class Outcome:
    """What came of it."""

    check: Check
    result: Result
    detail: str = ""


CHECKS: list[Check] = []


def check(numbers: str) -> Callable[[Body], Body]:
    """Have a function be a check; `numbers` are those of the contract's list."""

    def kept(body: Body) -> Body:
        CHECKS.append(Check(numbers, (body.__doc__ or "").rstrip("."), body))
        return body

    return kept


def every() -> list[Check]:
    """All checks, in the order of the contract."""
    for name in MODULES:
        importlib.import_module(f"infra.gateway.blackbox.{name}")
    return list(CHECKS)


def asked(bench: Bench) -> Iterator[Outcome]:
    """Ask everything; what breaks is a difference too."""
    for one in every():
        try:
            one.body(bench)
        except NotAsked as error:
            yield Outcome(one, "not asked", str(error))
        except Differs as error:
            yield Outcome(one, "differs", str(error))
        except (httpx.HTTPError, NotConfigured, ValueError, LookupError, TypeError) as error:
            yield Outcome(one, "differs", f"{type(error).__name__}: {error}")
        else:
            yield Outcome(one, "as it should be")
