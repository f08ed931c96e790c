"""Tells what another version of a template changes: services, images, variables, volumes, ports.

Both versions are planned as they are when they are saved, so that what is told is what would run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from chalicelib.domain.data_risks import Risk, risks_of
from chalicelib.domain.errors import Invalid
from chalicelib.domain.plan import Plan, Service
from chalicelib.domain.template_check import check_version, config_files
from chalicelib.domain.variables import Definition, parse_definitions

Kind = Literal[
    "service", "image", "command", "environment", "port", "route", "mount", "volume", "health",
    "memory_mb", "cpus", "restart", "dump", "variable", "file",
]  # fmt: skip


@dataclass(frozen=True)
class Changed:
    """One thing that differs: `before` is None for what comes, `after` for what goes."""

    kind: Kind
    name: str
    """What it is of: a service, a variable, a volume, a file's path; empty for the whole app."""
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Difference:
    """What another version changes, what it asks for anew, and what of the data is at risk."""

    changes: tuple[Changed, ...]
    asked: tuple[str, ...]
    """Variables that have to be given: new or newly required, without default or generator."""
    risks: tuple[Risk, ...]
    is_planned: bool = True
    """False where a version cannot be planned by today's rules: services are not compared then."""


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> Difference:
    """Compare the parts of two versions (`OF_VERSION`)."""
    was, becomes = _definitions(before), _definitions(after)
    plans = _plan(before), _plan(after)
    changes = [*_variables(was, becomes), *_files(before, after)]
    risks: tuple[Risk, ...] = ()
    old, new = plans
    if old is not None and new is not None:
        planned = (*_services(old, new), *_volumes(old, new), *_dumps(old, new), *_route(old, new))
        changes = [*planned, *changes]
        risks = risks_of(old, new)
    return Difference(
        tuple(changes), tuple(_asked(was, becomes)), risks, is_planned=None not in plans
    )


def _plan(parts: Mapping[str, Any]) -> Plan | None:
    try:
        files = config_files(parts["config_files"] or ())
        return check_version(parts["compose_spec"], parts["variables"] or (), files)
    except Invalid:
        return None


def _definitions(parts: Mapping[str, Any]) -> dict[str, Definition]:
    try:
        return {one.name: one for one in parse_definitions(parts["variables"] or ())}
    except Invalid:
        return {}


def _asked(was: Mapping[str, Definition], becomes: Mapping[str, Definition]) -> Iterator[str]:
    for name, one in becomes.items():
        is_new = name not in was or not was[name].required
        if is_new and one.required and one.default is None and one.generator is None:
            yield name


def _compared(kind: Kind, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Changed]:
    """What differs of two sets of named things, in the order of the first, then the second."""
    for name in dict.fromkeys((*before, *after)):
        if before.get(name) != after.get(name):
            yield Changed(kind, name, before.get(name), after.get(name))


def _variables(
    was: Mapping[str, Definition], becomes: Mapping[str, Definition]
) -> Iterator[Changed]:
    old, new = ({name: _told(one) for name, one in every.items()} for every in (was, becomes))
    yield from _compared("variable", old, new)


def _told(one: Definition) -> str:
    """A variable in words: its type, whether it must be given, and its default."""
    default = "" if one.default is None else f", {'set' if one.is_secret else one.default!r}"
    options = f" of {', '.join(one.options)}" if one.options else ""
    made = f", made as {one.generator.kind}" if one.generator else ""
    return f"{one.type}{options}{', required' if one.required else ''}{made}{default}"


def _files(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Changed]:
    old, new = _by_path(before), _by_path(after)
    for path in dict.fromkeys((*old, *new)):
        if old.get(path) != new.get(path):
            yield Changed("file", path, _size(old.get(path)), _size(new.get(path)))


def _by_path(parts: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    return {one["path"]: (one["content"], one["mode"]) for one in parts["config_files"] or ()}


def _size(file: tuple[str, str] | None) -> str | None:
    if file is None:
        return None
    lines = len(file[0].splitlines())
    return f"{lines} line{'' if lines == 1 else 's'}, mode {file[1]}"


def _services(before: Plan, after: Plan) -> Iterator[Changed]:
    old = {one.name: one for one in before.services}
    new = {one.name: one for one in after.services}
    for name in dict.fromkeys((*old, *new)):
        if name not in old or name not in new:
            yield Changed("service", name, _image(old.get(name)), _image(new.get(name)))
            continue
        was, becomes = _facts(old[name]), _facts(new[name])
        for kind, value in was.items():
            if value != becomes[kind]:
                yield Changed(kind, name, value, becomes[kind])
        yield from _environment(old[name], new[name])


def _image(service: Service | None) -> str | None:
    return None if service is None else service.image


def _facts(service: Service) -> dict[Kind, str | None]:
    check = service.health_check
    return {
        "image": service.image,
        "command": _line((*(service.entrypoint or ()), *(service.command or ()))),
        "port": _line(sorted(f"{port.target}/{port.protocol}" for port in service.ports)),
        "mount": _line(
            f"{one.source}:{one.target}" for one in service.mounts if one.kind == "volume"
        ),
        "health": None if check is None else _line(check.test),
        "memory_mb": str(service.memory_mb),
        "cpus": f"{service.cpus:g}",
        "restart": service.restart,
    }


def _line(words: Iterable[str]) -> str | None:
    return " ".join(words) or None


def _environment(before: Service, after: Service) -> Iterator[Changed]:
    """Names alone: a value may hold a secret."""
    old, new = dict(before.environment), dict(after.environment)
    names: Sequence[str] = [n for n in dict.fromkeys((*old, *new)) if old.get(n) != new.get(n)]
    for name in names:
        was, becomes = ("set" if name in one else None for one in (old, new))
        if was and becomes:
            was, becomes = "set", "set to something else"
        yield Changed("environment", f"{after.name}: {name}", was, becomes)


def _volumes(before: Plan, after: Plan) -> Iterator[Changed]:
    yield from _compared(
        "volume", {name: name for name in before.volumes}, {name: name for name in after.volumes}
    )


def _dumps(before: Plan, after: Plan) -> Iterator[Changed]:
    """The commands as they are: nothing is filled into them."""
    old, new = (
        {one.service: f"{one.dump}; {one.load}; {', '.join(one.volumes)}" for one in plan.dumps}
        for plan in (before, after)
    )
    yield from _compared("dump", old, new)


def _route(before: Plan, after: Plan) -> Iterator[Changed]:
    old, new = (
        None if plan.route is None else f"{plan.route.service}:{plan.route.port}"
        for plan in (before, after)
    )
    if old != new:
        yield Changed("route", "", old, new)
