"""The one registry: every function found in `functions/`, with what it declares."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import functions
from chalicelib.runtime.declaration import (
    AnyDeclaration,
    Consumer,
    Event,
    Operation,
    Schedule,
    Step,
    declared,
    state_name,
)


@dataclass(frozen=True)
class Function:
    """One Lambda: its name, the module that holds it, and what it declares."""

    name: str
    module: str
    declaration: AnyDeclaration
    description: str

    @property
    def handler(self) -> str:
        """The Handler string."""
        return f"{self.module}.handler"

    @property
    def logical_id(self) -> str:
        """The resource's name in the template."""
        return "".join(part.title() for part in self.name.split("_"))

    @property
    def group(self) -> str:
        """What triggers it: api, calls, steps, events or schedules."""
        return self.module.split(".")[1]

    @property
    def state(self) -> str:
        """The state that a step serves, in PascalCase; only steps have one."""
        return state_name(self.module)


def _modules() -> Iterator[str]:
    for found in pkgutil.walk_packages(functions.__path__, "functions."):
        if not found.ispkg:
            yield found.name


def _name(module: str, declaration: AnyDeclaration) -> str:
    parts = module.split(".")[1:]
    if isinstance(declaration, Operation) and declaration.verb and declaration.resource:
        return f"api_{declaration.resource.name}_{declaration.verb}"
    return "_".join(parts)


@cache
def discover() -> tuple[Function, ...]:
    """Import every module under `functions/` and list what it declares, sorted by name."""
    found: list[Function] = []
    for module in _modules():
        loaded = importlib.import_module(module)
        description = (loaded.__doc__ or "").strip().splitlines()[0]
        found += [
            Function(_name(module, declaration), module, declaration, description)
            for declaration in declared(loaded.handler)
        ]
    names = [function.name for function in found]
    repeated = {name for name in names if names.count(name) > 1}
    if repeated:
        raise ValueError(f"Two functions are called {', '.join(sorted(repeated))}")
    return tuple(sorted(found, key=lambda function: function.name))


@cache
def operations() -> tuple[tuple[Function, Operation], ...]:
    """Every function behind a route, with its declaration; the fallback is left out."""
    return tuple(
        (function, function.declaration)
        for function in discover()
        if isinstance(function.declaration, Operation) and function.declaration.path
    )


def steps() -> tuple[tuple[Function, Step], ...]:
    """Every function behind a Task."""
    return tuple((f, f.declaration) for f in discover() if isinstance(f.declaration, Step))


def schedules() -> tuple[tuple[Function, Schedule], ...]:
    """Every function that a schedule calls."""
    return tuple((f, f.declaration) for f in discover() if isinstance(f.declaration, Schedule))


def events() -> tuple[tuple[Function, Event], ...]:
    """Every function that an event pattern calls."""
    return tuple((f, f.declaration) for f in discover() if isinstance(f.declaration, Event))


def consumers() -> tuple[tuple[Function, Consumer], ...]:
    """Every function that takes a queue's messages."""
    return tuple((f, f.declaration) for f in discover() if isinstance(f.declaration, Consumer))


def routes() -> dict[str, list[str]]:
    """The methods of every path."""
    found: dict[str, list[str]] = {}
    for _, operation in operations():
        found.setdefault(operation.path, []).append(operation.method)
    return {path: sorted(methods) for path, methods in sorted(found.items())}
