"""Turns a compose text and variables into a plan."""

from __future__ import annotations

from collections.abc import Mapping as Values
from collections.abc import Sequence as ListOf
from dataclasses import replace

from chalicelib.domain.compose.dumps import read_dumps
from chalicelib.domain.compose.extending import extended
from chalicelib.domain.compose.files import ConfigFile, Declared, Shelf
from chalicelib.domain.compose.interpolation import MAX_RESULT, Filler
from chalicelib.domain.compose.networks import lay_out, let_in, read_networks
from chalicelib.domain.compose.notes import Notes
from chalicelib.domain.compose.order import Cycle, start_order
from chalicelib.domain.compose.policy import Refusal, refusals
from chalicelib.domain.compose.ports import read_expose
from chalicelib.domain.compose.profiles import active_services
from chalicelib.domain.compose.routes import choose_route
from chalicelib.domain.compose.rules import Mistaken, fault
from chalicelib.domain.compose.section import Section
from chalicelib.domain.compose.services import Surroundings, check_names, read_service
from chalicelib.domain.compose.sharing import linked_names, share_mounts
from chalicelib.domain.compose.tree import Mapping, check_weight, load, scalars
from chalicelib.domain.compose.volumes import MountReader
from chalicelib.domain.plan import Plan, Service

MAX_SERVICES = 50
PROFILES = "COMPOSE_PROFILES"
"""The variable that switches profiles on."""


def plan_compose(
    text: str,
    *,
    variables: Values[str, str],
    config_files: ListOf[ConfigFile] = (),
    lenient: bool = False,
) -> Plan:
    """Plan what runs for a compose text.

    Raises `InvalidPlan` with the rule and line of the first refusal, or else of the first
    mistake. `Plan.notes` tells every key without effect. Lenient reads what catalogues write
    beyond compose: volumes and networks that nobody declared, files that the template does not
    have yet, and a dollar sign that stands for itself.
    """
    tree, shelf = _filled(text, variables, config_files, lenient=lenient)
    for refusal in refusals(tree, shelf):
        raise fault(refusal.rule, refusal.reason, refusal.line)
    return _plan(tree, shelf, variables)


def compose_refusals(
    text: str,
    *,
    variables: Values[str, str],
    config_files: ListOf[ConfigFile] = (),
    lenient: bool = False,
) -> list[Refusal]:
    """List all that a text asks for and that is not granted, by line.

    Raises `InvalidPlan` for a text that cannot be read at all.
    """
    return refusals(*_filled(text, variables, config_files, lenient=lenient))


def _filled(
    text: str, variables: Values[str, str], config_files: ListOf[ConfigFile], *, lenient: bool
) -> tuple[Mapping, Shelf]:
    tree = load(text)
    _fill(tree, Filler(variables, lenient=lenient))
    return tree, Shelf(config_files, lenient=lenient)


def _fill(tree: Mapping, filler: Filler) -> None:
    """Fill variables into every value of the tree; keys stay as they are."""
    for scalar in scalars(tree):
        if "$" in scalar.raw:
            scalar.text = filler.fill(scalar.raw, scalar.line)
    if filler.allowance < MAX_RESULT:
        check_weight(tree)


def _plan(tree: Mapping, shelf: Shelf, variables: Values[str, str]) -> Plan:
    """Read what a tree without refusals says."""
    notes = Notes()
    root = Section(tree, "", notes)
    sections = _active_sections(root, variables.get(PROFILES, ""), lenient=shelf.lenient)
    volumes = dict(root.sections("volumes"))
    around = Surroundings(
        variables=variables,
        names=sections.keys(),
        mounts=MountReader(None if shelf.lenient else volumes.keys(), shelf),
        declared=Declared.read(root, shelf, variables),
        shelf=shelf,
        networks=read_networks(root, sections.keys(), lenient=shelf.lenient),
    )
    exposed = {name: read_expose(section) for name, section in sections.items()}
    services = [read_service(name, section, around) for name, section in sections.items()]
    own = root.section("x-hoster")
    route = choose_route(own, sections, services, exposed)
    services, networks = lay_out(around.networks, services, linked_names(sections), root)
    services = let_in(_run_once(services, sections), networks, route)
    services = share_mounts(_in_start_order(services, sections), sections)
    dumps = read_dumps(own, services, root.section("services").node.entries)
    own.close()
    _close_volumes(volumes, around.mounts.used)
    root.close()
    for name in shelf.unused:
        notes.add(f"config_files.{name}", None, "No service mounts it.")
    return Plan(
        services=tuple(services),
        volumes=tuple(around.mounts.used),
        files=tuple(shelf.delivered.values()),
        route=route,
        networks=networks,
        dumps=dumps,
        notes=notes.told(),
    )


def _active_sections(root: Section, profiles: str, *, lenient: bool) -> dict[str, Section]:
    """Find the services that run; the others are told as ignored."""
    services = root.section("services")
    if not services.node.entries:
        detail = "There are no services; name at least one with its image."
        raise fault(Mistaken.NO_SERVICES, detail, services.line())
    if len(services.node.entries) > MAX_SERVICES:
        detail = f"There are more than {MAX_SERVICES} services."
        raise fault(Mistaken.TOO_COMPLEX, detail, services.line())
    check_names(services)
    if lenient:
        _leave_out_parts(services)
    active = active_services(services.node, profiles)
    if not active:
        detail = f"Every service has a profile that {PROFILES} does not name, or no replicas."
        raise fault(Mistaken.NO_SERVICES, detail, services.line())
    for name in services.node.entries:
        if name not in active:
            services.ignore(
                name, f"It has a profile that {PROFILES} does not name, or no replicas."
            )
    joined = extended(services.node)
    if any(joined[name] is not node for name, node in services.node.entries.items()):
        services.node.entries.update(joined)
        check_weight(services.node, "its services extend each other")
    return {name: services.section(name) for name in active}


def _leave_out_parts(services: Section) -> None:
    """Leave out services that another platform completes: those without an image."""
    whole = {
        name
        for name, service in services.node.entries.items()
        if not isinstance(service, Mapping) or not {"image", "extends"}.isdisjoint(service.entries)
    }
    if not whole:
        return
    for name in services.node.entries.keys() - whole:
        services.ignore(name, "It has no image: another platform runs this.")
        del services.node.entries[name]


def _run_once(services: list[Service], sections: dict[str, Section]) -> list[Service]:
    """Services that others wait on to complete are not started again, unless they say so."""
    finite = {
        dependency.service
        for service in services
        for dependency in service.depends_on
        if dependency.condition == "service_completed_successfully"
    }
    return [
        replace(service, restart="no")
        if service.name in finite and not sections[service.name].text("restart")
        else service
        for service in services
    ]


def _in_start_order(services: list[Service], sections: dict[str, Section]) -> list[Service]:
    needs = {
        service.name: [dependency.service for dependency in service.depends_on]
        for service in services
    }
    try:
        order = start_order(needs)
    except Cycle as error:
        line = min(_line_of_needs(sections[name]) for name in error.names)
        detail = f"Services wait for each other in a circle: {error}."
        raise fault(Mistaken.DEPENDENCY_CYCLE, detail, line) from error
    by_name = {service.name: service for service in services}
    return [by_name[name] for name in order]


def _line_of_needs(section: Section) -> int:
    keys = ("depends_on", "links", "volumes_from")
    return section.line(next((key for key in keys if key in section.node.entries), None)) or 0


def _close_volumes(volumes: dict[str, Section], used: Values[str, None]) -> None:
    """Tell volumes that nothing mounts, and settings of volumes other than the usual driver."""
    for name, section in volumes.items():
        if name not in used:
            section.notes.add(section.path, section.line(), "No service mounts it.")
            continue
        if section.node.entries.get("driver") and section.text("driver") != "local":
            section.ignore("driver")
        section.boolean("external")
        section.close()
