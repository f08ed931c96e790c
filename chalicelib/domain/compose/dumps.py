"""Reads how services save and load their own data: `x-hoster: {dumps: {service: …}}`.

`dump` prints the data while the app runs, `load` reads it again, and `volumes` are those for which
the dump stands. The commands are text for a shell in the container and nothing is filled into them:
a password is in the container's own environment, and stays there.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from chalicelib.domain.compose.interpolation import Malformed, parse
from chalicelib.domain.compose.rules import Mistaken, fault
from chalicelib.domain.compose.section import Section, as_text
from chalicelib.domain.compose.tree import Scalar
from chalicelib.domain.plan import Dump, Service

MAX_COMMAND = 4096
"""Characters of a command."""


def read_dumps(
    own: Section, services: Sequence[Service], known: Collection[str]
) -> tuple[Dump, ...]:
    """Read the dumps of the services that run, in their order; `known` are all of the text.

    Raises `InvalidPlan`, which names the field.
    """
    found: dict[str, Dump] = {}
    section = own.section("dumps")
    for name, entry in own.sections("dumps"):
        if name in known and not any(one.name == name for one in services):
            section.ignore(name, "Its service does not run.")
            continue
        found[name] = _dump(name, entry, services, section.line(name))
        entry.close()
    return tuple(found[one.name] for one in services if one.name in found)


def _dump(name: str, entry: Section, services: Sequence[Service], line: int | None) -> Dump:
    service = next((one for one in services if one.name == name), None)
    if service is None:
        detail = f"{entry.path} names no service of this text."
        raise fault(Mistaken.BAD_DUMP, detail, line)
    if any(
        one.service == name and one.condition == "service_completed_successfully"
        for other in services
        for one in other.depends_on
    ):
        detail = f"{entry.path}: others wait for this service to end, so that nothing runs in it."
        raise fault(Mistaken.BAD_DUMP, detail, line)
    return Dump(
        service=name,
        dump=_command(entry, "dump", "prints the data"),
        load=_command(entry, "load", "reads what dump printed"),
        volumes=_volumes(entry, service, services),
    )


def _command(entry: Section, key: str, purpose: str) -> str:
    """Read a command that a shell in the container runs."""
    path, node = entry.at(key), entry.take(key)
    line = entry.line(key)
    text = "" if node is None else as_text(node, path)
    if not text.strip():
        raise fault(Mistaken.BAD_DUMP, f"{path} is missing: the command that {purpose}.", line)
    if isinstance(node, Scalar) and _is_filled(node.raw):
        detail = f"{path} has a variable filled in; write $$NAME, which the container's shell reads"
        raise fault(Mistaken.BAD_DUMP, f"{detail} in the service's own environment.", line)
    if len(text) > MAX_COMMAND:
        detail = f"{path} is longer than {MAX_COMMAND} characters."
        raise fault(Mistaken.BAD_DUMP, detail, line)
    if not text.strip().isprintable():
        detail = f"{path} must be one line; put longer work into a script of the image or a file."
        raise fault(Mistaken.BAD_DUMP, detail, line)
    return text.strip()


def _is_filled(raw: str) -> bool:
    try:
        return any(not isinstance(part, str) for part in parse(raw))
    except Malformed:
        return True


def _volumes(entry: Section, service: Service, services: Sequence[Service]) -> tuple[str, ...]:
    """Read the volumes for which a dump stands: nobody but its service may write them."""
    path, line = entry.at("volumes"), entry.line("volumes")
    names = [as_text(node, f"{path}.{index}") for index, node in enumerate(entry.items("volumes"))]
    if not names:
        detail = f"{path} is missing: the volumes whose data the dump holds."
        raise fault(Mistaken.BAD_DUMP, detail, line)
    for index, name in enumerate(names):
        at = f"{path}.{index}"
        if name in names[:index]:
            raise fault(Mistaken.BAD_DUMP, f"{at} names a volume twice.", line)
        if name not in _written(service):
            detail = f"{at} names no volume that {service.name} writes."
            raise fault(Mistaken.BAD_DUMP, detail, line)
        other = next((o.name for o in services if o != service and name in _written(o)), None)
        if other is not None:
            detail = f"{at}: {other} writes this volume too, so that no dump of one stands for it."
            raise fault(Mistaken.BAD_DUMP, detail, line)
    return tuple(names)


def _written(service: Service) -> set[str]:
    return {one.source for one in service.mounts if one.kind == "volume" and not one.read_only}
